"""What stands on the screen where no conversation is: home, help and the newcomer's page."""

from __future__ import annotations

from typing import Final

from aztui.config.errors import UnapprovedError
from aztui.config.names import ENV_LINES
from aztui.core.profile import Profile
from aztui.terminal.sanitise import sanitise
from aztui.ui.keymap import CARD, LOG_ONLY, SELECTING, TABLE, Key, named, shown
from aztui.ui.widgets.prose import prose, table
from aztui.ui.widgets.rows import BLANK, Columns, Role, Row

TAGLINE: Final = "a terminal playground for Azure OpenAI"
_PALETTE: Final = ("ctrl+p",)
"""Opens the commands that have no key."""
_NAMED: Final = 2
"""Keys that are named of those that do the same."""
_HINTS: Final = (
    ("enter", "sends your prompt"),
    ("ctrl+j", "begins a new line in it"),
    ("esc", "stops the answer; what came stays"),
    ("f5", "asks the same again"),
    ("f1", "shows every key"),
)


def connection(profile: Profile) -> list[str]:
    """Return what a profile connects to, the most telling first; safe to show."""
    endpoint = profile.endpoint
    parts = [profile.deployment, endpoint.resource, profile.api]
    if endpoint.api_version:
        parts.append(endpoint.api_version)
    elif endpoint.url.endswith("/v1"):
        parts.append("v1")
    return [sanitise(part) for part in parts]


def home(profile: Profile, width: int, height: int) -> list[Row]:
    """Return the rows of an empty session's log."""
    columns = Columns.of(width)
    connected = f"Connected to {' · '.join(connection(profile))}"
    rows: list[Row] = [
        *prose(f"aztui, {TAGLINE}", columns, Role.STRONG),
        *prose(connected, columns, Role.DIM),
        BLANK,
        *table(_HINTS, columns),
    ]
    return [*[BLANK] * max(0, (height - len(rows)) // 3), *rows]


def newcomer(width: int, *, unread: str, offers: bool) -> list[Row]:
    """Return what a user without settings reads first, above the offers if there are any.

    Args:
        width: of the screen, in cells.
        unread: what is wrong with the settings file; may be empty.
        offers: whether there are any.
    """
    columns = Columns.of(width)
    wrong = prose(sanitise(unread), columns, Role.BAD) if unread else []
    rows: list[Row] = [
        BLANK,
        *prose(f"aztui, {TAGLINE}", columns, Role.STRONG),
        *prose("Type a prompt, watch the answer stream in, stop it, ask again.", columns),
        BLANK,
        *wrong,
        *prose("No Azure settings were found. Put these lines into a file named .env:", columns),
        BLANK,
        *[row for line in ENV_LINES for row in prose(line, columns, Role.ACCENT)],
        BLANK,
        *prose("Azure's portal has them under Keys and Endpoint.", columns, Role.DIM),
        *prose("For legacy completions, end each name with _FOR_INSTRUCT.", columns, Role.DIM),
    ]
    if offers:
        rows += [BLANK, *prose("Or begin with what needs none:", columns)]
    return rows


def unapproved(width: int, *, refused: UnapprovedError) -> list[Row]:
    """Return why a credential was not sent, and what it means to approve it."""
    columns = Columns.of(width)
    offer = f"y lets {refused.credential} go to {refused.endpoint}, now and later."
    return [
        BLANK,
        *prose("A file decides where your credential goes", columns, Role.STRONG),
        *prose(sanitise(offer), columns, Role.ACCENT),
        *prose("esc leaves all as it is; nothing has been sent.", columns, Role.DIM),
        BLANK,
        *prose(sanitise(str(refused)), columns),
    ]


def help_page(width: int) -> list[Row]:
    """Return every key and what it does."""
    columns = Columns.of(width)
    entries = [(named(key.keys or key.letters or _PALETTE, _NAMED), _where(key)) for key in TABLE]
    entries.append((named([key for key, _ in LOG_ONLY], _NAMED), "scroll, in the log"))
    return [
        *prose("Keys", columns, Role.STRONG),
        BLANK,
        *table(entries, columns),
        BLANK,
        *prose("While selecting in the log", columns, Role.STRONG),
        BLANK,
        *table(SELECTING, columns),
        BLANK,
        *prose("In the details of an answer", columns, Role.STRONG),
        BLANK,
        *table(CARD, columns),
    ]


def _where(key: Key) -> str:
    if not (key.keys or key.letters):
        return f"{key.words}, by name"
    if not key.letters:
        return key.words
    if not key.keys:
        return f"{key.words}, in the log"
    return f"{key.words}; in the log also {' '.join(map(shown, key.letters))}"
