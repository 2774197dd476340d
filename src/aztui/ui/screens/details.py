"""Everything that is known of an answer, on a page of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen

from aztui.core.run import Run
from aztui.ui.details import details
from aztui.ui.widgets.bar import Bar
from aztui.ui.widgets.page import Page
from aztui.ui.widgets.rows import Role, Row

LOOK: Final = 1.0
"""Seconds between two looks at a run that is under way."""


class DetailsScreen(Screen[None]):
    """Shows a run's details, those of one under way as they are now; leaves with esc."""

    AUTO_FOCUS = "#page"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,d,q", "dismiss", show=False)]

    def __init__(self, run: Callable[[], Run], clock: Callable[[], float]) -> None:
        """Make the screen.

        Args:
            run: returns the run as it is now.
            clock: seconds on the monotonic clock.
        """
        super().__init__()
        self._run = run
        self._clock = clock

    def compose(self) -> ComposeResult:
        """Lay out the page and how to leave it."""
        yield Page(self._rows, id="page")
        yield Bar(id="hints")

    def on_mount(self) -> None:
        """Say how to leave, and follow a run that goes on."""
        self.query_one(Bar).show([("esc back", Role.DIM), ("↑ ↓ scroll", Role.DIM)])
        if not self._run().phase.over:
            self._following = self.set_interval(LOOK, self._follow)

    def _follow(self) -> None:
        if self._run().phase.over:
            self._following.stop()
        self.query_one(Page).remake()

    def _rows(self, width: int) -> list[Row]:
        return details(self._run(), self._clock(), width)
