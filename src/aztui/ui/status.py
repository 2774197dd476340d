"""The status line: what was just said to the user, and how the run under way is going."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from rich.cells import cell_len
from textual.timer import Timer

from aztui.core.run import Phase
from aztui.terminal.sanitise import sanitise
from aztui.ui.conversation import Conversation
from aztui.ui.news import news, state
from aztui.ui.widgets.bar import Bar
from aztui.ui.widgets.rows import MARGIN, Piece, Role

_TICKS: Final = {
    Phase.WAITING: 0.1,
    Phase.RETRYING: 0.25,
    Phase.THINKING: 0.25,
    Phase.STREAMING: 0.5,
}
"""Seconds between two looks at the clock; figures that change faster are hard to read."""
_NOTICE: Final = 6.0
"""Seconds that a notice stays."""
_READING: Final = 0.06
"""Seconds more for each of its characters: a path takes some to be read."""


_WIDE: Final = 60
"""Cells of a screen from which on there is room for what is expected, and not only for warnings."""
_GAP: Final = 2
"""Cells between left and right."""


class Forecast(NamedTuple):
    """What the next prompt is expected to take.

    Attributes:
        said: that; safe to show, empty where there is nothing to say.
        brief: the same in few words.
        warns: whether it is too much.
    """

    said: str
    brief: str = ""
    warns: bool = False


NO_FORECAST: Final = Forecast("")


class Status(Bar):
    """Says at its left what is to be read first, at its right how things are."""

    def __init__(
        self,
        talk: Conversation,
        said: Callable[[], str],
        clock: Callable[[], float],
        *,
        id: str,  # noqa: A002 - Textual's name for it
    ) -> None:
        """Have nothing to say.

        Args:
            talk: what the run under way and the parameters are of.
            said: returns what is said of the log, where that is to be read before most else; safe
                to show.
            clock: seconds on the monotonic clock.
            id: for style sheets and queries.
        """
        super().__init__(wraps=True, id=id)
        self._talk = talk
        self._said = said
        self._clock = clock
        self._notice = ""
        self._until: Timer | None = None
        self._ticker: Timer | None = None
        self._below = self._new = 0
        self._forecast: Forecast = NO_FORECAST

    def say(self, notice: str) -> None:
        """Say something for a while."""
        self._notice = sanitise(notice)
        if self._until is not None:
            self._until.stop()
        self._until = self.set_timer(_NOTICE + _READING * len(notice), self._forget)
        self.tell()

    def hush(self) -> None:
        """Say it no more; what is said instead `tell` shows."""
        self._notice = ""

    def foresee(self, forecast: Forecast) -> None:
        """Say what the next prompt is expected to take, beside what goes with it."""
        if forecast != self._forecast:
            self._forecast = forecast
            self.tell()

    def scrolled(self, below: int, new: int) -> None:
        """Say how much of the log lies below.

        Args:
            below: rows.
            new: how many of them came since the user left the log's end.
        """
        self._below, self._new = below, new
        self.tell()

    def follow(self, phase: Phase, look: Callable[[], None]) -> None:
        """Have `look` called as often as a run in a phase is worth it; never one that is over."""
        if self._ticker is not None:
            self._ticker.stop()
        period = _TICKS.get(phase)
        self._ticker = None if period is None else self.set_interval(period, look)
        self.tell()

    def tell(self) -> None:
        """Say how things are now."""
        text, role = news(self._talk, self._notice, self._said(), self._below, self._new)
        room = self.screen.size.width - 1 - MARGIN - (cell_len(text) + _GAP if text else 0)
        self.show([(text, role)] if text else [], self._how_things_are(room))

    def _how_things_are(self, room: int) -> Piece:
        """Say how things are; of what the next prompt takes only as much as there is room for."""
        width, now = self.screen.size.width, self._clock()
        said, brief, warns = self._forecast
        if said and self._talk.live is None and (warns or width >= _WIDE):
            whole = (state(self._talk, now, width, forecast) for forecast in (said, brief))
            shown = next((right for right in whole if cell_len(right) <= room), "")
            if shown or warns:
                return shown or brief, Role.STRONG if warns else Role.DIM
        return state(self._talk, now, width), Role.DIM

    def _forget(self) -> None:
        self.hush()
        self.tell()
