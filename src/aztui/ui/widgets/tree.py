"""A session's tree, one run a row, to go about in with the keyboard."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar, Final, TypeAlias

from rich.cells import cell_len
from textual.binding import Binding, BindingType
from textual.message import Message

from aztui.core.events import RunId
from aztui.core.metrics import completion_tokens, elapsed
from aztui.core.run import Phase, Run
from aztui.core.tree import Session
from aztui.ui.branches import LEAST, STEP, branches
from aztui.ui.messages import message
from aztui.ui.titles import title
from aztui.ui.widgets.rows import BLANK, Columns, Face, Piece, Role, Row, cut, length
from aztui.ui.widgets.walk import WALKING, Walk
from aztui.ui.words import measured

Bookmark: TypeAlias = Callable[[RunId], bool]
"""Bookmarks a run, or does so no more; returns whether it is now."""

_GAP: Final = 2
_PROMPT: Final = 8
"""Cells that a prompt needs at least, or what stands at its right is left out."""
_TOKENS: Final = len("1,234 tokens")
_TIME: Final = len("2 min 5 s")
"""Cells of the figures, which line up at the right."""
_BOTH: Final = 64
_ONE: Final = 48
"""Cells of a row from which on it has both of them, or the tokens."""

_BAD: Final[Mapping[Phase, str]] = {
    Phase.FAILED: "failed",
    Phase.CUT: "cut short",
    Phase.INTERRUPTED: "interrupted",
}
_OTHERWISE: Final[Mapping[Phase, str]] = {
    Phase.STOPPED: "stopped",
    Phase.LIMIT: "token limit",
    Phase.FILTERED: "filtered",
}
"""How a run ended, in a word, where it is not done."""


class TreeView(Walk):
    """Shows a tree, and takes the keys that go about in it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *WALKING,
        Binding("left,h", "parent", show=False),
        Binding("right,l", "child", show=False),
        Binding("left_square_bracket", "beside(-1)", show=False),
        Binding("right_square_bracket", "beside(1)", show=False),
        Binding("n", "bookmarked(1)", show=False),
        Binding("N", "bookmarked(-1)", show=False),
        Binding("m", "bookmark", show=False),
        Binding("enter", "choose", show=False),
    ]

    @message
    class Changed(Message):
        """The user is elsewhere, or something is bookmarked.

        Attributes:
            said: why a key did nothing, in a sentence; empty where it did.
        """

        said: str = ""

    @message
    class Chosen(Message):
        """The user goes to a run."""

        run: RunId

    def __init__(self, session: Session, bookmark: Bookmark, *, id: str | None = None) -> None:  # noqa: A002 - Textual's
        """Begin where the session is.

        Args:
            session: whose tree it is.
            bookmark: called to bookmark a run.
            id: for style sheets and queries.
        """
        super().__init__(id=id)
        self._session = session
        self._bookmark = bookmark
        self._bookmarks = session.bookmarks
        self._path = frozenset(run.id for run in session.path(session.head))
        self._tree = branches(session)
        self._at = 0 if session.head is None else self._tree.places[session.head]

    @property
    def here(self) -> Run | None:
        """The run where the user is; None where there is none."""
        return self._run(self._at) if self._tree.lines else None

    @property
    def place(self) -> tuple[int, int]:
        """The row where the user is, from 1, and how many there are."""
        return self._at + 1, self._count

    @property
    def bookmarks(self) -> int:
        """How many runs are bookmarked."""
        return len(self._bookmarks & self._tree.places.keys())

    def on_resize(self) -> None:
        """Have the row where the user is in the middle, and so what is around it on the screen."""
        # `Walk` has its say on this afterwards, and leaves no more rows blank than needed.
        self._top = self._at - self.size.height // 2

    def row(self, y: int) -> Row:
        """Return one row of the screen."""
        index = self._top + y
        if index >= self._count:
            return BLANK
        columns = Columns.of(self.size.width)
        run, here = self._run(index), index == self._at
        guides = self._tree.lines[index].guides(max(LEAST, columns.width // (4 * STEP)))
        star = "* " if run.id in self._bookmarks else ""
        room = columns.width - cell_len(guides + star)
        ending = self._ending(run, columns.width, room)
        text = cut(title(run), max(0, room - length(ending) - (_GAP if ending else 0)))
        gap = " " * (room - cell_len(text) - length(ending))
        prompt: Piece = (text, self._look(run, here=here))
        marks: Row = (columns.mark(here=here), (guides, Role.DIM), (star, Role.ACCENT))
        return (*marks, prompt, (gap, Role.TEXT), *ending)

    def action_parent(self) -> None:
        """Go to the run that this one follows."""
        self._to(self._tree.parent, "This is where the session begins.")

    def action_child(self) -> None:
        """Go to the first run that follows this one."""
        self._to(self._tree.child, "Nothing follows here.")

    def action_beside(self, by: int) -> None:
        """Go to another run that follows the same."""
        which = "after" if by > 0 else "before"
        self._to(lambda at: self._tree.beside(at, by), f"There is no other {which} it.")

    def action_bookmarked(self, by: int) -> None:
        """Go to the next bookmark, or the one before."""
        self._to(
            lambda at: self._tree.nearest(at, self._bookmarks, by),
            "There is no bookmark yet: m makes one.",
        )

    def action_bookmark(self) -> None:
        """Bookmark the run, or do so no more."""
        if self.here is not None:
            run = self.here.id
            kept = self._bookmark(run)
            self._bookmarks = self._bookmarks | {run} if kept else self._bookmarks - {run}
            self._show()

    def action_choose(self) -> None:
        """Go to the run."""
        if self.here is not None:
            self.post_message(self.Chosen(self.here.id))

    @property
    def _count(self) -> int:
        return len(self._tree.lines)

    def _run(self, at: int) -> Run:
        return self._session.nodes[self._tree.lines[at].run].run

    def _to(self, way: Callable[[int], int | None], otherwise: str) -> None:
        at = way(self._at) if self._tree.lines else None
        if at is None:
            self.post_message(self.Changed(otherwise))
        else:
            self._go(at)

    def _show(self) -> None:
        self.refresh()
        self.post_message(self.Changed())

    def _look(self, run: Run, *, here: bool) -> Face:
        role = Role.TEXT if run.id in self._path else Role.DIM
        role = Role.ACCENT if run.id == self._session.head else role
        return Face(role, bold=here, italic=run.continues)

    def _ending(self, run: Run, width: int, room: int) -> Row:
        """What stands at the right of a row: as much of it as leaves the prompt some room."""
        state, told = self._state(run), _figures(run, width)
        gap: Row = ((" " * _GAP, Role.TEXT),) if state and told else ()
        for ending in ((*state, *gap, *told), state):
            if length(ending) + _GAP + _PROMPT <= room:
                return ending
        return ()

    def _state(self, run: Run) -> Row:
        """Say where the session is, and how a run ended that is not done."""
        now: Row = (("now", Role.ACCENT),) if run.id == self._session.head else ()
        ended = _outcome(run, Role.TEXT if run.id in self._path else Role.DIM)
        between: Row = ((" · ", Role.DIM),) if now and ended else ()
        return (*now, *between, *ended)


def _figures(run: Run, width: int) -> Row:
    """Return what an answer cost and how long it took, in columns; less of it in a narrow row."""
    if width < _ONE:
        return ()
    over = run.phase.over and run.ended is not None
    time = measured(elapsed(run, run.started)) if over else ""
    said = f"{_tokens(run):>{_TOKENS}}"
    return ((f"{said}{' ' * _GAP}{time:>{_TIME}}" if width >= _BOTH else said, Role.DIM),)


def _tokens(run: Run) -> str:
    tokens, counted = completion_tokens(run)
    if not (counted or tokens):
        return ""
    return f"{'' if counted else '~'}{tokens:,} token{'' if tokens == 1 else 's'}"


def _outcome(run: Run, role: Role) -> Row:
    if not run.phase.over:
        return (("under way", role),)
    if run.phase in _BAD or run.damaged:
        return ((_BAD.get(run.phase, "incomplete"), Role.BAD),)
    said = _OTHERWISE.get(run.phase)
    return ((said, role),) if said else ()
