"""What prompts will take and answers have taken: estimated while one types, told when they end."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from textual.app import App
from textual.message_pump import MessagePump
from textual.timer import Timer

from aztui.core.cost import Service, Terms
from aztui.core.events import RunId
from aztui.core.ports import Archive, Meter
from aztui.core.request import RequestError
from aztui.core.run import Run
from aztui.core.window import estimate
from aztui.ui.conversation import Conversation, Sending
from aztui.ui.messages import Weighed
from aztui.ui.status import NO_FORECAST, Forecast
from aztui.ui.widgets.log import Log
from aztui.ui.words import cost

if TYPE_CHECKING:
    from aztui.ui.figures import Sheet
    from aztui.ui.metering import Metering
    from aztui.ui.screens.figures import FiguresScreen

_PAUSE: Final = 0.25
"""Seconds without a change after which a prompt is weighed: figures that run along with the
letters are hard to read, and the letters come first."""
_AT_ONCE: Final = 20
"""Answers of which the cost is told before everything else has a turn."""


class Figuring:
    """Knows the figures of prompts and answers, as far as they can be known here."""

    def __init__(
        self,
        pump: MessagePump,
        talk: Conversation,
        log: Log,
        meter: Callable[[], Meter] | None,
        *,
        forecast: Callable[[Forecast], None],
        sending: Callable[[], Sending],
    ) -> None:
        """Ask for nothing yet: what the meter needs is loaded with the first prompt.

        Args:
            pump: whose timer it is; takes `Weighed` and `TermsKnown`.
            talk: whose prompts and answers they are.
            log: shows what answers cost.
            meter: returns what counts tokens and knows prices; no figure is estimated where it is
                None.
            forecast: shows what the next prompt is expected to take.
            sending: returns how what is typed would be sent.
        """
        self._pump = pump
        self._talk = talk
        self._log = log
        self._make = meter
        self._forecast = forecast
        self._sending = sending
        self._metering: Metering | None = None
        self._waiting: Timer | None = None
        self._changed = False
        self._asked = 0
        self._model = ""
        self._askers: dict[RunId, tuple[str, str]] = {}
        self._page: FiguresScreen | None = None

    def changed(self, *, typed: bool) -> None:
        """Have what is typed weighed anew, once nothing has changed for a moment.

        Args:
            typed: whether anything is.
        """
        self._changed = True
        if not typed:
            self._asked = 0
            self._forecast(NO_FORECAST)
        elif self._waiting is None and self._make is not None:
            self._waiting = self._pump.set_timer(_PAUSE, self._paused)

    def weighed(self, message: Weighed) -> None:
        """Show what the next prompt is expected to take, unless it is another one by now."""
        from aztui.ui.figures import forecast  # noqa: PLC0415 - not before it is needed

        if message.asked == self._asked:
            self._forecast(
                forecast(
                    message.load, message.terms, listed=message.listed, requests=message.requests
                )
            )

    def count(self, text: str) -> int:
        """Return about how many tokens a text is, at once."""
        if self._metering is None:
            return estimate(text)
        return self._metering.count(text, self._model)

    def begun(self, run: Run) -> None:
        """Note who is asked for a run."""
        self._service(run)

    def cost(self, run: Run) -> str:
        """Return what a run cost, in words; empty while nobody knows."""
        if run.usage is None or not run.phase.over:
            return ""
        terms = self._terms(self._service(run))
        price = None if terms is None else terms.price
        return "" if price is None else cost(price.of(run.usage))

    def priced(self) -> None:
        """Show what answers cost, as more prices are known; the latest ones first."""
        session = self._talk.session
        self._price(list(reversed(session.path(session.head))))
        if self._page is not None and self._page.is_attached:
            self._page.renew()

    def show(
        self,
        app: App[None],
        run: RunId | None,
        archive: Callable[[], Archive] | None,
    ) -> None:
        """Show all figures, on a page of their own.

        Args:
            app: shows it.
            run: whose answer is in view; None where there is none.
            archive: returns what reads all that is kept; None where nothing is.
        """
        from aztui.ui.screens.figures import FiguresScreen  # noqa: PLC0415 - rarely needed

        self._page = FiguresScreen(lambda: self._sheet(run), archive)
        app.push_screen(self._page)

    def stop(self) -> None:
        """Ask nothing more."""
        if self._metering is not None:
            self._metering.stop()

    def _paused(self) -> None:
        self._waiting = None
        if self._changed:
            self._changed = False
            self._waiting = self._pump.set_timer(_PAUSE, self._paused)
            return
        metering = self._started()
        if metering is None:
            return
        try:
            planned = self._talk.plan(self._sending())
        except RequestError:  # nothing but white space
            self._asked = 0
            self._forecast(NO_FORECAST)
        else:
            self._model = planned.service.called
            self._asked = metering.weigh(planned)

    def _started(self) -> Metering | None:
        if self._metering is None and self._make is not None:
            from aztui.ui.metering import Metering  # noqa: PLC0415 - not before it is needed

            self._metering = Metering(self._make, self._pump.post_message)
        return self._metering

    def _terms(self, service: Service) -> Terms | None:
        metering = self._started()
        return None if metering is None else metering.terms(service)

    def _service(self, run: Run) -> Service:
        """Return who was asked; of a run of another day whoever is asked when it is seen first."""
        now = self._talk.profile.name, self._talk.profile.endpoint.url
        asker = self._askers.setdefault(run.id, now)
        return Service(*asker, run.request.deployment, run.model)

    def _price(self, runs: list[Run]) -> None:
        for run in runs[:_AT_ONCE]:
            self._log.price(run.id, self.cost(run))
        if runs[_AT_ONCE:]:
            self._pump.call_later(self._price, runs[_AT_ONCE:])

    def _sheet(self, run: RunId | None) -> Sheet:
        from aztui.explore.figures import spent  # noqa: PLC0415 - rarely needed
        from aztui.ui.figures import Answered, Sheet  # noqa: PLC0415 - likewise

        runs = [node.run for node in self._talk.session.nodes.values()]
        seen = None if run is None else self._talk.find(run)
        return Sheet(
            None
            if seen is None
            else Answered(seen, self._service(seen), self._talk.window(seen.request)),
            spent((self._service(one), one) for one in runs),
            self._terms,
            "" if self._metering is None else self._metering.source,
        )
