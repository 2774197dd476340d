"""Every key, in one table: bindings, help, hints and the command palette are made from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final, TypeAlias

from textual.binding import Binding, BindingType

from aztui.core.data import dataclass


class Place(StrEnum):
    """Who acts on a key."""

    PROMPT = "prompt"
    """The prompt, while it has the focus."""
    SCREEN = "screen"
    """The main screen, wherever the focus is."""
    LOG = "log"
    """The log, while it has the focus: letters."""
    APP = "app"
    """The program, whatever screen is open."""


@dataclass(frozen=True, slots=True)
class Key:
    """What some keys do.

    Attributes:
        keys: their names in Textual's spelling; none where a letter in the log, or a command of
            the palette, is enough.
        action: the method that is called, without `action_`, with its arguments; empty where the
            place takes the key by itself.
        words: what it does, to stand beside the key.
        place: who acts on it.
        letters: keys that do the same while the log has the focus.
        command: its name in the command palette; empty where it makes no sense there.
    """

    keys: tuple[str, ...]
    action: str
    words: str
    place: Place
    letters: tuple[str, ...] = ()
    command: str = ""


TIMES: Final = tuple("23456789")
"""Digits with which the log begins to ask for several answers."""

TABLE: Final[Sequence[Key]] = (
    Key(("enter",), "", "send the prompt", Place.PROMPT),
    Key(
        ("ctrl+j", "alt+enter", "shift+enter"),
        "newline",
        "newline in the prompt; shift+enter too",
        Place.PROMPT,
    ),
    Key(("up", "down"), "", "earlier prompts, in an empty prompt", Place.PROMPT),
    Key(("ctrl+underscore",), "undo", "undo in the prompt", Place.PROMPT),
    Key(
        ("f4", "ctrl+g"),
        "edit",
        "edit the prompt in $VISUAL or $EDITOR",
        Place.SCREEN,
        command="Edit in your editor",
    ),
    Key(("escape",), "leave", "leave what is open, else stop the answer", Place.SCREEN),
    Key(
        ("ctrl+c",),
        "interrupt",
        "stop the answer; twice to quit with none coming",
        Place.APP,
        command="Stop the answer",
    ),
    Key(
        ("f2",),
        "parameters",
        "parameters and system prompt",
        Place.SCREEN,
        letters=("p",),
        command="Parameters",
    ),
    Key(
        ("f3",),
        "lens",
        "token lens: how likely each token was, and what else",
        Place.SCREEN,
        letters=("t",),
        command="Token lens",
    ),
    Key(
        ("f5",),
        "rerun",
        "run the last prompt again",
        Place.SCREEN,
        letters=("r",),
        command="Run the prompt again",
    ),
    Key(
        (),
        "times",
        "so many answers to the last prompt: 5 r",
        Place.LOG,
        letters=TIMES,
        command="Ask again, several answers at once",
    ),
    Key(
        (),
        "answers",
        "answers to the prompt side by side",
        Place.SCREEN,
        letters=("vertical_line",),
        command="Answers side by side",
    ),
    Key(
        ("f6",),
        "places",
        "profile and deployment",
        Place.SCREEN,
        letters=("P",),
        command="Profile and deployment",
    ),
    Key(
        ("f7",),
        "page",
        "page: write on in one text with the model (completions)",
        Place.SCREEN,
        letters=("w",),
        command="Page",
    ),
    Key(
        ("f8",),
        "tree",
        "the session's tree",
        Place.SCREEN,
        letters=("T",),
        command="Tree of the session",
    ),
    Key(
        ("ctrl+r",),
        "history",
        "search the history; open a session of another day",
        Place.SCREEN,
        command="History",
    ),
    Key(("ctrl+n",), "new", "new session", Place.SCREEN, command="New session"),
    Key(
        (),
        "details",
        "details of the answer",
        Place.SCREEN,
        letters=("d",),
        command="Details of the answer",
    ),
    Key(
        (),
        "figures",
        "figures: tokens, cost, the session's and the day's totals",
        Place.SCREEN,
        letters=("dollar_sign",),
        command="Figures: tokens and cost",
    ),
    Key(("pageup",), "log('page', -1)", "page up", Place.SCREEN, letters=("b",)),
    Key(("pagedown",), "log('page', 1)", "page down", Place.SCREEN, letters=("space",)),
    Key(
        ("ctrl+home",),
        "log('top')",
        "top of the log",
        Place.SCREEN,
        letters=("g",),
        command="Top of the log",
    ),
    Key(
        ("ctrl+end",),
        "log('bottom')",
        "end of the log, follow the answer",
        Place.SCREEN,
        letters=("G",),
        command="End of the log",
    ),
    Key(
        (),
        "move('parent')",
        "to the prompt before: what you send next follows it",
        Place.SCREEN,
        letters=("h",),
        command="Parent in the tree",
    ),
    Key(
        (),
        "move('child')",
        "to the prompt after it, where you were before",
        Place.SCREEN,
        letters=("l",),
        command="Child in the tree",
    ),
    Key(
        (),
        "move('next')",
        "the next answer or prompt beside it",
        Place.SCREEN,
        letters=("right_square_bracket",),
        command="Next beside it",
    ),
    Key(
        (),
        "move('previous')",
        "the one before that",
        Place.SCREEN,
        letters=("left_square_bracket",),
        command="Previous beside it",
    ),
    Key(
        (),
        "resend",
        "edit the prompt, and send it beside the old one",
        Place.SCREEN,
        letters=("e",),
        command="Edit the prompt and send it again",
    ),
    Key(
        (),
        "proceed",
        "have the answer continued",
        Place.SCREEN,
        letters=("o",),
        command="Continue the answer",
    ),
    Key(
        (),
        "bookmark",
        "bookmark the answer, or do so no more",
        Place.SCREEN,
        letters=("m",),
        command="Bookmark the answer",
    ),
    Key(
        (),
        "compare",
        "compare the answer with the marked one, else the one before",
        Place.SCREEN,
        letters=("equals_sign",),
        command="Compare answers",
    ),
    Key(
        (),
        "compared",
        "mark the answer to be compared, or do so no more",
        Place.SCREEN,
        letters=("x",),
        command="Mark the answer to be compared",
    ),
    Key(
        (),
        "tally",
        "tally: which answers to the prompt are the same",
        Place.SCREEN,
        letters=("number_sign",),
        command="Tally of the answers",
    ),
    Key((), "answer(1)", "next answer", Place.LOG, letters=("j",)),
    Key((), "answer(-1)", "previous answer", Place.LOG, letters=("k",)),
    Key(
        (), "paragraph(1)", "next paragraph or heading", Place.LOG, letters=("right_curly_bracket",)
    ),
    Key((), "paragraph(-1)", "the one before", Place.LOG, letters=("left_curly_bracket",)),
    Key((), "view", "raw or rendered", Place.LOG, letters=("v",), command="Raw or rendered"),
    Key((), "find", "find a text", Place.LOG, letters=("slash",), command="Find in the log"),
    Key((), "copy", "copy the answer", Place.LOG, letters=("y",), command="Copy the answer"),
    Key(
        (),
        "copy_code",
        "copy a code block, by its number",
        Place.LOG,
        letters=("c",),
        command="Copy a code block",
    ),
    Key(
        (),
        "select(True)",
        "select lines, to copy them",
        Place.LOG,
        letters=("V",),
        command="Select lines",
    ),
    Key((), "select(False)", "select characters", Place.LOG, letters=("s",)),
    Key((), "match(1)", "next match", Place.LOG, letters=("n",)),
    Key((), "match(-1)", "previous match", Place.LOG, letters=("N",)),
    Key(("tab", "shift+tab"), "switch", "between prompt and log", Place.SCREEN),
    Key(
        ("f1",),
        "help",
        "the keys that work here",
        Place.SCREEN,
        letters=("question_mark",),
        command="Show all keys",
    ),
    Key(("ctrl+p",), "palette", "every command by name", Place.SCREEN, letters=("colon",)),
    Key(
        (),
        "copy_run('python')",
        "copy the run as Python",
        Place.SCREEN,
        command="Copy the run as Python",
    ),
    Key(
        (), "copy_run('curl')", "copy the run as curl", Place.SCREEN, command="Copy the run as curl"
    ),
    Key((), "doctor", "check the connection", Place.APP, command="Check the connection"),
    Key(
        ("ctrl+l",),
        "redraw",
        "draw everything again",
        Place.APP,
        command="Draw everything again",
    ),
    Key(("ctrl+z",), "suspend_process", "suspend; fg brings it back", Place.APP, command="Suspend"),
    Key(("ctrl+q",), "quit", "quit", Place.APP, letters=("q",), command="Quit"),
)

Hints: TypeAlias = Sequence[tuple[str, str]]
"""Keys with a word each, the most important first."""

OWNERS: Final = {Place.SCREEN: "screen", Place.APP: "app"}
"""How Textual names who acts; the log acts on its keys itself."""

LOG_ONLY: Final[Sequence[tuple[str, str]]] = (("up", "by(-1)"), ("down", "by(1)"))
"""Keys that scroll while the log has the focus, with their actions."""

HINTS: Final[Hints] = (
    ("enter", "send"),
    ("esc", "stop"),
    ("f1", "keys"),
    ("f2", "params"),
    ("f6", "profile"),
    ("ctrl+p", "commands"),
)
"""The keys that stand below the prompt while it has the focus, the most important first."""
LOG_HINTS: Final[Hints] = (
    ("tab", "prompt"),
    ("/", "find"),
    ("y", "copy"),
    ("c", "code"),
    ("[ ]", "beside"),
    ("d", "details"),
    ("?", "keys"),
)
"""The same while the log has it."""
FOUND_HINTS: Final[Hints] = (
    ("n N", "next, previous match"),
    ("esc", "done"),
    ("/", "find"),
    ("?", "keys"),
)
"""The same while something that was looked for is marked."""
CHOOSE_HINTS: Final[Hints] = (
    ("1 2 3 …", "choose"),
    ("enter", "that is the number"),
    ("esc", "leave"),
)
"""The same while a number is asked for."""
TIMES_HINTS: Final[Hints] = (
    ("r", "ask"),
    ("0 … 9", "how many"),
    ("esc", "leave"),
)
"""The same while it is asked how many answers are wanted."""
SELECT_HINTS: Final[Hints] = (
    ("y", "copy"),
    ("esc", "leave"),
    ("↑ ↓ ← →", "select"),
    ("w b { }", "farther"),
    ("V s", "kind"),
    ("o", "turn"),
)
"""The same while something is selected."""
SELECTING: Final[Hints] = (
    ("↑ ↓ ← →", "select more or less; j, k, h, l too"),
    ("w, b", "next word, word before"),
    ("}, {", "next paragraph, paragraph before"),
    ("0, $", "beginning, end of the row; home, end too"),
    ("space, g, G", "a page, to the top, to the end"),
    ("V, s", "whole lines, characters"),
    ("o", "move the other end"),
    ("y, enter", "copy"),
)
"""All keys that do something while something is selected."""
CARD_ACTIONS: Final[Sequence[tuple[str, str]]] = (
    ("p", "copy('python')"),
    ("c", "copy('curl')"),
    ("y", "copy('json')"),
    ("equals_sign", "compare"),
    ("right_square_bracket", "beside(1)"),
    ("left_square_bracket", "beside(-1)"),
)
"""Keys of an answer's details, with their actions."""
CARD: Final[Hints] = (
    ("p", "copy the run as Python, to be run as it stands"),
    ("c", "copy it as curl"),
    ("y", "copy the request's body as JSON"),
    ("=", "what differs from the run beside it, or before it"),
    ("], [", "what differs from the next run, from the one before"),
)
"""What they do."""
CARD_HINTS: Final[Hints] = (
    ("esc", "back"),
    ("p", "Python"),
    ("c", "curl"),
    ("y", "JSON"),
    ("=", "what differs"),
    ("[ ]", "from others"),
    ("↑ ↓", "scroll"),
)
"""The same in few words."""
QUERY_HINTS: Final[Hints] = (
    ("enter", "keep"),
    ("esc", "back"),
    ("↑ ↓", "previous, next match"),
)
"""The same while it is typed."""

_SHOWN: Final = {
    "escape": "esc",
    "question_mark": "?",
    "colon": ":",
    "dollar_sign": "$",
    "slash": "/",
    "equals_sign": "=",
    "number_sign": "#",
    "vertical_line": "|",
    "right_curly_bracket": "}",
    "left_curly_bracket": "{",
    "right_square_bracket": "]",
    "left_square_bracket": "[",
    "ctrl+underscore": "ctrl+_",
}


def shown(key: str) -> str:
    """Return a key's name as it is printed."""
    return _SHOWN.get(key, key)


def named(keys: Sequence[str], most: int) -> str:
    """Return the names of keys as they are printed: so many at most, the ends of a range."""
    if keys == TIMES:
        return f"{keys[0]} … {keys[-1]}"
    return ", ".join(map(shown, keys[:most]))


def bindings(place: Place) -> list[BindingType]:
    """Return the bindings of a place.

    They go before what a widget with the focus would do with the key, since a text area takes
    many keys for itself.
    """
    return [
        Binding(",".join(key.keys), key.action, key.words, show=False, priority=True)
        for key in TABLE
        if key.place is place and key.action and key.keys
    ]


def action_of(key: Key) -> str:
    """Return what a key does as the log, where it has the focus, says it to Textual."""
    return key.action if key.place is Place.LOG else f"{OWNERS[key.place]}.{key.action}"


def log_actions() -> Mapping[str, str]:
    """Return what the log does at its keys: the letters, and keys that scroll by rows."""
    lettered = {letter: action_of(key) for key in TABLE for letter in key.letters}
    counts = {digit: f"times({digit!r})" for digit in TIMES}
    return {**lettered, **counts, **dict(LOG_ONLY)}
