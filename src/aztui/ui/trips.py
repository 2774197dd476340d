"""What the way to the terminal was like while each run streamed."""

from __future__ import annotations

from collections.abc import Callable
from typing import final

from aztui.core.events import RunId
from aztui.terminal.link import Link, Trips


@final
class Logbook:
    """Has the link measured while runs stream, and knows what was found for each."""

    def __init__(self, link: Callable[[], Link | None]) -> None:
        """Make one; `link` returns the way to the terminal, None where there is none."""
        self._link = link
        self._live: RunId | None = None
        self._known: dict[RunId, Trips] = {}

    def begun(self, run: RunId) -> None:
        """Measure from now on."""
        link = self._link()
        if link is not None:
            link.measure(on=True)
            self._live = run

    def over(self, run: RunId) -> None:
        """Measure no more, and note what was found."""
        link = self._link()
        if link is not None and self._live == run:
            self._live = None
            link.measure(on=False)
            self._known[run] = link.trips

    def of(self, run: RunId) -> Trips | None:
        """Return what was found while `run` streamed in this program; None where nothing was."""
        link = self._link()
        if link is not None and self._live == run:
            return link.trips
        return self._known.get(run)
