"""What stands on the screen where no conversation is: home, help and the newcomer's page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rich.cells import cell_len

from aztui.config.names import ENV_LINES
from aztui.core.profile import Profile
from aztui.terminal.sanitise import sanitise
from aztui.ui.keymap import LOG_ONLY, TABLE, shown
from aztui.ui.widgets.flow import Flow
from aztui.ui.widgets.rows import BLANK, Columns, Piece, Role, Row

TAGLINE: Final = "a terminal playground for Azure OpenAI"
_PALETTE: Final = ("ctrl+p",)
"""Opens the commands that have no key."""
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
        *_prose(f"aztui, {TAGLINE}", columns, Role.STRONG),
        *_prose(connected, columns, Role.DIM),
        BLANK,
        *_table(_HINTS, columns),
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
    wrong = _prose(sanitise(unread), columns, Role.BAD) if unread else []
    rows: list[Row] = [
        BLANK,
        *_prose(f"aztui, {TAGLINE}", columns, Role.STRONG),
        *_prose("Type a prompt, watch the answer stream in, stop it, ask again.", columns),
        BLANK,
        *wrong,
        *_prose("No Azure settings were found. Put these lines into a file named .env:", columns),
        BLANK,
        *[row for line in ENV_LINES for row in _prose(line, columns, Role.ACCENT)],
        BLANK,
        *_prose("Azure's portal has them under Keys and Endpoint.", columns, Role.DIM),
        *_prose("For legacy completions, end each name with _FOR_INSTRUCT.", columns, Role.DIM),
    ]
    if offers:
        rows += [BLANK, *_prose("Or begin with what needs none:", columns)]
    return rows


def help_page(width: int) -> list[Row]:
    """Return every key and what it does."""
    columns = Columns.of(width)
    entries = [
        (_names(key.keys or _PALETTE), _with_letters(key.words, key.letters)) for key in TABLE
    ]
    entries.append((_names([key for key, _ in LOG_ONLY]), "scroll, in the log"))
    return [*_prose("Keys", columns, Role.STRONG), BLANK, *_table(entries, columns)]


def _names(keys: Sequence[str]) -> str:
    return ", ".join(shown(key) for key in keys[:2])


def _with_letters(words: str, letters: Sequence[str]) -> str:
    return f"{words}; in the log also {' '.join(map(shown, letters))}" if letters else words


def _prose(text: str, columns: Columns, role: Role = Role.TEXT) -> list[Row]:
    gutter = (" " * columns.indent, Role.TEXT)
    return [(gutter, (row, role)) for row in Flow(columns.width, text).rows]


def _table(entries: Sequence[tuple[str, str]], columns: Columns) -> list[Row]:
    """Lay out keys and words in two columns; where that is too narrow, below one another."""
    first = max(cell_len(key) for key, _ in entries) + 2
    stacked = first * 2 > columns.width
    gutter: Piece = (" " * columns.indent, Role.TEXT)
    rows: list[Row] = []
    for key, words in entries:
        indent = 2 if stacked else first
        lines = Flow(columns.width - indent, words).rows
        below: Sequence[str] = lines if stacked else lines[1:]
        head: Piece = (key if stacked else f"{key:<{first}}", Role.ACCENT)
        rows.append((gutter, head) if stacked else (gutter, head, (lines[0], Role.TEXT)))
        rows += [(gutter, (" " * indent + line, Role.TEXT)) for line in below]
    return rows
