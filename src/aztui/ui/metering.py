"""Has tokens counted and prices looked up, on a thread that nobody waits for."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final, TypeAlias

from textual.message import Message

from aztui.core.cost import Service, Terms
from aztui.core.ports import Meter
from aztui.core.window import Window, estimate, weigh
from aztui.ui.conversation import Planned
from aztui.ui.messages import TermsKnown, Weighed

_KEPT: Final = 4_000_000
"""Characters of texts whose tokens are remembered: those of a session of thousands of turns."""

_Question: TypeAlias = tuple[int, Planned] | Service


class Metering:
    """Asks a meter one thing after another; of requests that wait only the newest is weighed.

    Attributes:
        source: where list prices are from; empty until one was looked up.
    """

    source = ""

    def __init__(self, make: Callable[[], Meter], tell: Callable[[Message], object]) -> None:
        """Begin; `stop` ends it.

        Args:
            make: returns the meter; called on the thread.
            tell: takes what came of it, on the thread too.
        """
        self._make = make
        self._tell = tell
        self._planned: Planned | None = None
        self._asked = 0
        self._services: list[Service] = []
        self._terms: dict[Service, Terms] = {}
        self._counts: dict[tuple[str, str], int] = {}
        self._kept = 0
        self._stopped = False
        self._news = threading.Condition()
        threading.Thread(target=self._work, daemon=True, name="figures").start()

    def weigh(self, planned: Planned) -> int:
        """Have a request weighed, and return the number of the question; `Weighed` tells it."""
        with self._news:
            self._asked += 1
            self._planned = planned
            self._news.notify()
            return self._asked

    def terms(self, service: Service) -> Terms | None:
        """Return what a service asks for tokens; None until it is known, as `TermsKnown` tells."""
        known = self._terms.get(service)
        if known is None:
            with self._news:
                if service not in self._services:
                    self._services.append(service)
                    self._news.notify()
        return known

    def count(self, text: str, model: str) -> int:
        """Return how many tokens a text is: as counted before, else by a rule of thumb, at once."""
        known = self._counts.get((model, text))
        return estimate(text) if known is None else known

    def stop(self) -> None:
        """Ask nothing more; nobody waits for what is being asked."""
        with self._news:
            self._stopped = True
            self._news.notify()

    def _work(self) -> None:
        meter = self._make()
        while (question := self._next()) is not None:
            if isinstance(question, Service):
                self._look_up(meter, question)
                self._tell(TermsKnown())
            else:
                self._tell(self._weighed(meter, *question))

    def _next(self) -> _Question | None:
        with self._news:
            self._news.wait_for(lambda: self._planned or self._services or self._stopped)
            if self._stopped:
                return None
            if self._services:
                return self._services[0]
            planned, self._planned = self._planned, None
            return None if planned is None else (self._asked, planned)

    def _weighed(self, meter: Meter, asked: int, planned: Planned) -> Weighed:
        terms = self._terms.get(planned.service) or self._look_up(meter, planned.service)
        listed = not planned.window.known and terms.context is not None
        window = Window(terms.context) if listed else planned.window
        model = planned.service.called

        def count(text: str) -> int:
            known = self._counts.get((model, text))
            return self._remember(model, text, meter.count(text, model)) if known is None else known

        load = weigh(planned.path, planned.request, window, count)
        return Weighed(asked, load, terms, listed, planned.requests)

    def _look_up(self, meter: Meter, service: Service) -> Terms:
        terms = meter.terms(service)
        self.source = self.source or meter.source()
        self._terms[service] = terms
        with self._news:
            self._services = [waiting for waiting in self._services if waiting != service]
        return terms

    def _remember(self, model: str, text: str, count: int) -> int:
        self._kept += len(text)
        if self._kept > _KEPT:
            self._counts, self._kept = {}, len(text)
        self._counts[model, text] = count
        return count
