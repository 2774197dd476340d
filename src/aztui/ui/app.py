"""The program on the screen: wiring, and nothing else."""

from __future__ import annotations

import contextlib
import gc
import os
import sys
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias, runtime_checkable

from textual import events
from textual.app import App
from textual.reactive import Reactive
from textual.screen import Screen

from aztui.config.errors import SettingsError, UnapprovedError
from aztui.core.events import RunId
from aztui.core.history import HistoryError
from aztui.core.ports import Archive, Journal, Memory, Meter, Source, Unwritten
from aztui.core.problem import crash
from aztui.core.profile import Profile
from aztui.core.tree import SessionId
from aztui.terminal.driver import AztuiDriver, driver_for
from aztui.terminal.link import Link
from aztui.terminal.sanitise import sanitise
from aztui.ui.conversation import new_run_id
from aztui.ui.directory import Directory
from aztui.ui.keymap import Place, bindings
from aztui.ui.messages import LeftBehind, OfferOpened, Recalled, Remark
from aztui.ui.reopening import Keeping
from aztui.ui.screens.main import MainScreen
from aztui.ui.styles import height_class, stylesheet
from aztui.ui.theme import DARK, theme_for

if TYPE_CHECKING:
    from aztui.core.checkup import Checkup
    from aztui.ui.copying import Copier
    from aztui.ui.offers import Offer

Tell: TypeAlias = Callable[[str], None]
"""Shows the user a sentence, from any thread."""

TWICE: Final = 2.0
"""Seconds within which a second ctrl+c quits."""
_NEVER: Final = 1_000_000
"""Collections of young objects after which old ones would be looked through."""
_RECALLED: Final = 500
"""Prompts of earlier days that can be recalled."""
SETTLED: Final = 0.15
"""Seconds after the first paint in which the screen has the processor to itself."""


def no_folder() -> Path:
    """There is no folder for files.

    Raises:
        OSError: always.
    """
    raise OSError("there is no folder for it")


@runtime_checkable
class Home(Protocol):
    """A screen that can tell the user something: the main one, or what stands in for it."""

    def say(self, notice: str) -> None:
        """Show a sentence."""


class AztuiApp(App[None]):
    """Shows one session after another with one profile."""

    TITLE = "aztui"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS = bindings(Place.APP)
    AUTO_FOCUS = None

    theme: Reactive[str] = Reactive(DARK)
    """Textual's own begins with another theme; to change it costs a second round of styling."""

    def __init__(
        self,
        profile: Profile | None,
        source: Source | None,
        *,
        offers: Sequence[Offer] = (),
        unread: str = "",
        memory: Memory | None = None,
        journal: Callable[[Tell, Callable[[], None]], Journal] | None = None,
        archive: Callable[[], Archive] | None = None,
        export: Callable[[SessionId], str] | None = None,
        meter: Callable[[], Meter] | None = None,
        directory: Directory | None = None,
        copies: Callable[[], Path] = no_folder,
        refused: UnapprovedError | None = None,
        on_ready: Callable[[], None] | None = None,
        checkup: Callable[[Profile, Tell], Checkup] | None = None,
        clock: Callable[[], float] = time.monotonic,
        new_id: Callable[[], RunId] = new_run_id,
    ) -> None:
        """Wire the program up; `run(mouse=False)` shows it.

        Args:
            profile: who is asked; None where nothing is set up, which opens the newcomer's screen.
            source: answers; None exactly where the profile is None.
            offers: what a newcomer can start without settings.
            unread: what is wrong with a newcomer's settings file, in a sentence; may be empty.
            memory: knows what deployments do not take; None where nothing does.
            journal: begins to keep what is sent and what comes, given what shows the user a
                sentence, and what is to be called once all that was kept can be read; nothing is
                kept where it is None.
            archive: returns what reads that; None where nothing is kept.
            export: writes a session that is kept into a file, and says where.
            meter: returns what counts tokens and knows prices; called on a thread of its own. No
                figure is estimated where it is None.
            directory: knows whom else to ask.
            copies: where what is copied may be put into files; raises OSError where nowhere.
            refused: where the directory can open nothing before the user approves this; the
                profile is None then.
            on_ready: called once in a daemon thread soon after the first paint, to import and
                connect what the first prompt will need.
            checkup: prepares the checkup of a profile, given what shows the user a sentence.
            clock: seconds on the monotonic clock.
            new_id: names runs.
        """
        sheets: list[str | PurePath] = [stylesheet("app.tcss")]
        if refused is None:
            sheets.append(stylesheet("welcome.tcss" if profile is None else "main.tcss"))
        super().__init__(driver_class=driver_for(os.environ), css_path=sheets, ansi_color=True)
        if theme_for(os.environ) != DARK:
            self.theme = theme_for(os.environ)
        self.animation_level = "none"
        # Textual's own way to go without them, as its tests do. Each screen would have both, and
        # be laid out and drawn again for them just after it has appeared.
        self._disable_tooltips = self._disable_notifications = True
        self._profile = profile
        self._source = source
        self._offers = offers
        self._unread = unread
        self._memory = memory
        self._left: LeftBehind | None = None
        self._earlier: Recalled | None = None
        begun = Unwritten() if journal is None else journal(self._tell, self._look_back)
        self._keeping = Keeping(begun, archive, export)
        self._meter = meter
        self._directory = directory
        self._copies = copies
        self._copier: Copier | None = None
        self._refused = refused
        self._on_ready = on_ready
        self._checkup = checkup
        self._clock = clock
        self._new_id = new_id
        self._interrupted = float("-inf")
        self._fault: Exception | None = None

    def get_default_screen(self) -> Screen[None]:
        """Return the screen to begin with."""
        if self._refused is not None:
            from aztui.ui.screens.approval import ApprovalScreen  # noqa: PLC0415 - rarely needed

            return ApprovalScreen(self._refused, self._answered)
        if self._profile is None or self._source is None:
            from aztui.ui.screens.welcome import WelcomeScreen  # noqa: PLC0415 - newcomers only

            return WelcomeScreen(self._offers, unread=self._unread, clock=self._clock)
        return self._main(self._profile, self._source)

    def on_ready(self) -> None:
        """Prepare for the first prompt while the user types it."""
        if self._on_ready is not None:
            self.set_timer(SETTLED, self._prepare)

    def _prepare(self) -> None:
        threading.Thread(target=self._make_ready, daemon=True, name="ready").start()

    def _make_ready(self) -> None:
        # What lives longer than a moment is looked through when an answer is over, not within one,
        # nor while all of this is loaded.
        gc.set_threshold(*gc.get_threshold()[:2], _NEVER)
        if self._on_ready is not None:
            self._on_ready()
        from aztui.ui.warm import warm_up  # noqa: PLC0415 - not before the first paint

        warm_up()
        self._keeping.journal.warm()
        # All that is loaded stays: to look through it for garbage takes 50 ms, each time.
        gc.freeze()
        # A stream that comes fast would keep the screen waiting five times as long, at each turn.
        sys.setswitchinterval(0.001)

    async def on_event(self, event: events.Event) -> None:
        """Let what can wait give way to a key."""
        if isinstance(event, events.Key) and isinstance(self.screen, MainScreen):
            self.screen.give_way()
        await super().on_event(event)

    def on_offer_opened(self, message: OfferOpened) -> None:
        """Begin with what the newcomer chose."""
        self._open(message.profile, message.source)

    def _answered(self, *, approved: bool) -> None:
        """Open what had to be approved first, or end."""
        if not approved or self._directory is None or self._refused is None:
            self.exit()
            return
        try:
            self._directory.approve(self._refused)
            profile, source = self._directory.open()
        except SettingsError as error:
            self._home.say(str(error))
        else:
            self._open(profile, source)

    def _open(self, profile: Profile, source: Source) -> None:
        screen = self._main(profile, source)
        self.push_screen(screen)
        for waiting in (self._earlier, self._left):
            if waiting is not None:
                screen.post_message(waiting)

    def _tell(self, sentence: str) -> None:
        """Show the user a sentence; from any thread."""
        self.post_message(Remark(sentence))

    def _look_back(self) -> None:
        """Have what was left looked for, on a thread of its own: the journal's has to write."""
        threading.Thread(target=self._find_left, daemon=True, name="look back").start()

    def _find_left(self) -> None:
        if self._keeping.archive is None:
            return
        archive = self._keeping.archive()
        try:
            self.post_message(Recalled(archive.prompts(_RECALLED)))
            left = archive.left()
            if left:
                self.post_message(LeftBehind(archive.open(left[0]), len(left) - 1))
        except HistoryError as error:
            self._tell(f"{error}.")

    def on_recalled(self, message: Recalled) -> None:
        """Have earlier prompts at hand."""
        home = self._home
        if isinstance(home, MainScreen):
            home.on_recalled(message)
        else:
            self._earlier = message

    def on_left_behind(self, message: LeftBehind) -> None:
        """Show it once there is a session on the screen."""
        home = self._home
        if isinstance(home, MainScreen):
            home.on_left_behind(message)
        else:
            self._left = message

    def on_remark(self, message: Remark) -> None:
        """Show it on the screen below whatever is open."""
        self._home.say(message.said)

    def action_interrupt(self) -> None:
        """Stop the stream; with none under way, quit at the second time."""
        home = self._home
        if isinstance(home, MainScreen) and home.stop():
            return
        now = self._clock()
        if now - self._interrupted <= TWICE:
            self.exit()
        else:
            self._interrupted = now
            home.say("Nothing to stop. Press ctrl+c again to quit.")

    def action_redraw(self) -> None:
        """Draw everything again, whatever the terminal shows."""
        if isinstance(self._driver, AztuiDriver):
            self._driver.forget()
        self.screen.refresh(layout=True)

    def action_doctor(self) -> None:
        """Check the way to the model, on a screen of its own."""
        home = self._home
        if self._checkup is None or not isinstance(home, MainScreen):
            home.say("There is nothing to check here.")
            return
        from aztui.ui.screens.doctor import DoctorScreen  # noqa: PLC0415 - rarely needed

        self.push_screen(DoctorScreen(partial(self._checkup, home.conversation.profile)))

    @property
    def _home(self) -> Home:
        """The screen below whatever is open."""
        return [screen for screen in self.screen_stack if isinstance(screen, Home)][-1]

    def _main(self, profile: Profile, source: Source) -> MainScreen:
        screen = MainScreen(
            profile,
            source,
            memory=self._memory,
            directory=self._directory,
            copy=self._copy,
            keeping=self._keeping,
            meter=self._meter,
            link=self._link,
            clock=self._clock,
            new_id=self._new_id,
        )
        # Its first resize would give it the class too, and have it styled for a second time.
        return screen.add_class(height_class(self.size.height), update=False)

    def _link(self) -> Link | None:
        return self._driver.link if isinstance(self._driver, AztuiDriver) else None

    def _copy(self, text: str, what: str, tell: Callable[[str], object]) -> None:
        from aztui.ui.copying import Copier  # noqa: PLC0415 - not needed before

        if self._copier is None:
            self._copier = Copier(os.environ, self._send, self._copies)
        self._copier.copy(text, what, tell)

    def _send(self, sequence: str) -> None:
        """Write to the terminal, from another thread; nowhere once the program is over."""
        with contextlib.suppress(RuntimeError):
            self.call_from_thread(self._write, sequence)

    def _write(self, sequence: str) -> None:
        if self._driver is not None:
            self._driver.write(sequence)

    def _handle_exception(self, error: Exception) -> None:
        if os.environ.get("AZTUI_DEBUG"):
            super()._handle_exception(error)
            return
        self._return_code = 1
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        self._fault = self._fault or error
        self._close_messages_no_wait()

    def _print_error_renderables(self) -> None:
        super()._print_error_renderables()
        if self._fault is not None:
            sys.stderr.write(sanitise(crash(self._fault)) + "\n")
