"""The first screen of a user without settings."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.timer import Timer

from aztui.terminal.sanitise import sanitise
from aztui.ui.messages import OfferFailed, OfferOpened
from aztui.ui.offers import Offer
from aztui.ui.pages import newcomer
from aztui.ui.styles import stylesheet
from aztui.ui.widgets.bar import Bar
from aztui.ui.widgets.menu import Menu
from aztui.ui.widgets.page import Page
from aztui.ui.widgets.rows import Role
from aztui.ui.words import seconds

TICK: Final = 0.1


class WelcomeScreen(Screen[None]):
    """Says what aztui is and what to do first, and opens what the user chooses."""

    CSS_PATH = stylesheet("welcome.tcss")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("pageup", "read(-1)", show=False),
        Binding("pagedown", "read(1)", show=False),
    ]

    def __init__(
        self,
        offers: Sequence[Offer],
        *,
        unread: str = "",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Make the screen.

        Args:
            offers: what can be started without settings.
            unread: what is wrong with the settings file; may be empty.
            clock: seconds on the monotonic clock.
        """
        super().__init__()
        self._offers = offers
        self._unread = unread
        self._clock = clock
        self._opening: tuple[Offer, float] | None = None
        self._reported = ""
        self._ticker: Timer | None = None

    def compose(self) -> ComposeResult:
        """Lay out what to read, what to choose from, and how it goes."""
        yield Page(partial(newcomer, unread=self._unread, offers=bool(self._offers)), id="page")
        if self._offers:
            yield Menu([(offer.name, offer.description) for offer in self._offers], id="menu")
        yield Bar(id="status", wraps=True)
        yield Bar(id="hints")

    def on_mount(self) -> None:
        """Say what the keys do."""
        hints = ["ctrl+q quit", "pagedown more"]
        if self._offers:
            hints = ["enter start", "↑ ↓ choose", *hints]
            self.set_focus(self.query_one(Menu))
        self.query_one("#hints", Bar).show([(hint, Role.DIM) for hint in hints])

    def on_resize(self) -> None:
        """Give the page what the choices leave."""
        taken = len(self._offers) + 3
        self.query_one(Page).styles.max_height = max(1, self.size.height - taken)

    def action_read(self, pages: int) -> None:
        """Scroll what does not fit."""
        self.query_one(Page).action_page(pages)

    def on_menu_chosen(self, message: Menu.Chosen) -> None:
        """Make the chosen thing ready, in a thread of its own."""
        if self._opening is not None:
            return
        offer = self._offers[message.index]
        self._opening = (offer, self._clock())
        self._reported = ""
        self._ticker = self.set_interval(TICK, self._show_progress)
        self._show_progress()
        threading.Thread(target=self._open, args=(offer,), daemon=True, name="offer").start()

    def say(self, notice: str) -> None:
        """Say something on the status line."""
        self.query_one("#status", Bar).show([(sanitise(notice), Role.ACCENT)])

    def on_offer_opened(self) -> None:
        """Nothing is left to do here; the program opens the main screen."""
        self._stop_counting()

    def on_offer_failed(self, message: OfferFailed) -> None:
        """Say why it cannot be had; another may be chosen."""
        self._stop_counting()
        self._opening = None
        self.query_one("#status", Bar).show([(sanitise(message.reason), Role.BAD)])

    def _open(self, offer: Offer) -> None:
        try:
            profile, source = offer.open(self._report)
        except Exception as error:  # noqa: BLE001 - whatever it is, the user reads it
            self.post_message(OfferFailed(str(error) or type(error).__name__))
        else:
            self.post_message(OfferOpened(profile, source))

    def _report(self, how_far: str) -> None:
        self._reported = sanitise(how_far)

    def _stop_counting(self) -> None:
        if self._ticker is not None:
            self._ticker.stop()

    def _show_progress(self) -> None:
        if self._opening is not None:
            offer, since = self._opening
            said = (f"Starting {offer.name}…", self._reported, seconds(self._clock() - since))
            self.query_one("#status", Bar).show([(part, Role.ACCENT) for part in said if part])
