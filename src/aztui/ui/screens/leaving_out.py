"""What to leave out of a request that is longer than the model's context, before it is sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen

from aztui.core.events import RunId
from aztui.core.run import Run
from aztui.core.window import Load
from aztui.terminal.sanitise import sanitise_line
from aztui.ui.styles import HEIGHTS, stylesheet
from aztui.ui.titles import glimpse
from aztui.ui.widgets.bar import Bar, Rule
from aztui.ui.widgets.notes import Notes
from aztui.ui.widgets.rows import Columns, Piece, Role
from aztui.ui.widgets.turns import Turns


class LeaveOutScreen(Screen[frozenset[RunId] | None]):
    """Shows the earlier turns of a request; leaves with those to leave out, or with nothing."""

    CSS_PATH = stylesheet("leaving_out.tcss")
    VERTICAL_BREAKPOINTS = HEIGHTS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "send", show=False),
        Binding("escape,q", "dismiss(None)", show=False),
    ]

    def __init__(self, load: Load, path: Sequence[Run], deployment: str) -> None:
        """Make the screen.

        Args:
            load: what the request takes; it has a turn at least.
            path: the runs that lead to it.
            deployment: who is asked.
        """
        super().__init__()
        self._load = load
        self._deployment = sanitise_line(deployment)
        self._turns = Turns(load, path, id="turns")
        self._header = Bar(id="header")
        self._notes = Notes(self._told, id="notes")
        self._hints = Bar(id="hints")

    def compose(self) -> ComposeResult:
        """Lay the widgets out from top to bottom."""
        yield self._header
        yield Rule(id="under-header")
        yield Bar(id="status", wraps=True)
        yield self._turns
        yield Rule(id="over-notes")
        yield self._notes
        yield self._hints

    def on_mount(self) -> None:
        """Say why the user is asked, and let the turns take the keys."""
        said = _explained(self._load, self._deployment)
        self.query_one("#status", Bar).show([(said, Role.TEXT)])
        self.set_focus(self._turns)

    def on_turns_changed(self) -> None:
        """Say how much is left of it, and what can be done."""
        out = self._turns.left_out
        pieces: list[Piece] = [("too long", Role.ACCENT), (self._deployment, Role.TEXT)]
        self._header.show(pieces, _sum(self._load, out))
        send = "enter send all the same" if self._load.over(out) else "enter send"
        hints = (send, "esc back", "space out, in", "↑ ↓ move")
        self._hints.show([(hint, Role.DIM) for hint in hints])
        self._notes.refresh()

    def action_send(self) -> None:
        """Send it without what is left out."""
        self.dismiss(self._turns.left_out)

    def _told(self) -> list[Piece]:
        size = self._notes.size
        return glimpse(self._turns.here, Columns.of(size.width).width, size.height)


def _explained(load: Load, deployment: str) -> str:
    """Say why there is something to leave out."""
    answer = f" ({load.answer:,} for the answer)" if load.answer else ""
    about = f"This would be about {load.total():,} tokens{answer}"
    if load.most is None:
        why = f"{about}. {deployment} says that it is too long, not what would fit."
    else:
        why = f"{about}; {deployment} takes {load.most:,}."
    if load.over(frozenset(turn.run for turn in load.turns)):
        return f"{why} Without all earlier turns it is too long still: shorten the prompt."
    return f"{why} What is struck out is left out this time."


def _sum(load: Load, out: frozenset[RunId]) -> Piece:
    most = "" if load.most is None else f" of {load.most:,}"
    said = f"~{load.total(out):,}{most} tokens"
    return said, Role.BAD if load.over(out) else Role.TEXT
