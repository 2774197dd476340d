"""What an answer, the session and the day have taken, on a page of its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen

from aztui.core.dates import midnight
from aztui.core.history import HistoryError
from aztui.core.ports import Archive
from aztui.ui.figures import Sheet, figures_page
from aztui.ui.messages import DayAdded
from aztui.ui.widgets.bar import Bar
from aztui.ui.widgets.page import Page
from aztui.ui.widgets.rows import Role, Row

LOOK: Final = 1.0
"""Seconds between two looks at a run that is under way."""
_NOT_KEPT: Final = "Nothing is kept, so the day is not added up."


class FiguresScreen(Screen[None]):
    """Shows figures, those of a run under way as they are now; leaves with esc."""

    AUTO_FOCUS = "#page"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,dollar_sign,q", "dismiss", show=False)]

    def __init__(
        self,
        sheet: Callable[[], Sheet],
        archive: Callable[[], Archive] | None,
        now: Callable[[], float] = time.time,
    ) -> None:
        """Make the screen.

        Args:
            sheet: returns what there is to tell now, without the day.
            archive: returns what reads all that is kept; None where nothing is.
            now: seconds since 1970.
        """
        super().__init__()
        self._sheet = sheet
        self._archive = archive
        self._now = now
        self._day = DayAdded(None, "" if archive else _NOT_KEPT)
        self._page = Page(self._rows, id="page")

    def compose(self) -> ComposeResult:
        """Lay out the page and how to leave it."""
        yield self._page
        yield Bar(id="hints")

    def on_mount(self) -> None:
        """Say how to leave, have the day added up, and follow a run that goes on."""
        self.query_one(Bar).show([("esc back", Role.DIM), ("↑ ↓ scroll", Role.DIM)])
        if self._archive is not None:
            threading.Thread(target=self._add_up, daemon=True, name="day").start()
        answered = self._sheet().answered
        if answered is not None and not answered.run.phase.over:
            self.set_interval(LOOK, self.renew)

    def renew(self) -> None:
        """Tell what is known now."""
        self._page.remake()

    def on_day_added(self, message: DayAdded) -> None:
        """Tell the day's figures too."""
        self._day = message
        self.renew()

    def _add_up(self) -> None:
        if self._archive is None:
            return
        try:
            spent = tuple(self._archive().spent(midnight(self._now())))
        except HistoryError as error:
            self.post_message(DayAdded(None, f"{error}."))
        else:
            self.post_message(DayAdded(spent))

    def _rows(self, width: int) -> list[Row]:
        spent = None if self._day.spent is None else tuple(self._day.spent)
        return figures_page(replace(self._sheet(), today=spent, remark=self._day.why), width)
