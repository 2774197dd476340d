"""The terminal as Textual's driver: quick keys, few bytes, a clean end, and no waiting for it.

Textual's own driver waits 100 ms before a lone esc counts, takes alt+enter for enter, writes every
row that moved, blocks the app's loop when nobody reads the terminal and spins when it is gone.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import termios
import threading
import time
import tty
from collections import deque
from collections.abc import Callable, Mapping
from types import FrameType
from typing import TYPE_CHECKING, Any, ClassVar, Final

from textual import constants, events
from textual.app import ScreenStackError
from textual.drivers.linux_driver import LinuxDriver
from textual.geometry import Offset, Size
from textual.message import Message

from aztui.terminal.abilities import abilities
from aztui.terminal.input import Input
from aztui.terminal.keys import TerminalAnswered
from aztui.terminal.link import Link
from aztui.terminal.painter import SYNC_END, SYNC_START, Painter
from aztui.terminal.writer import MEND, Writer, open_terminal

if TYPE_CHECKING:
    from textual.app import App

FULL: Final = 16_384
"""Bytes that the terminal has not taken beyond which Textual draws no more frames for it."""
BEHIND: Final = 1024
"""The same where frames are differences: they are skipped, and the next is the present."""
PATIENCE: Final = 0.2
"""Seconds that a terminal which takes nothing is given to take what restores it."""
LONGEST_PATIENCE: Final = 1.0
"""Seconds that one far away is given to answer what it was asked."""
GRACE: Final = 0.6
"""Seconds that the app has to end in order after a signal, or when its terminal is gone."""

_ENTER: Final = (
    "\x1b[?1049h"  # the alternate screen
    "\x1b[?25l"  # no cursor
    "\x1b[?7l"  # no wrapping
    "\x1b[?1004h"  # tell of focus
    "\x1b[?2004h"  # bracket pastes
    "\x1b[>4;1m"  # modifyOtherKeys: tell shift+enter from enter
)
_KITTY_KEYS: Final = "\x1b[>25u"
"""Push kitty's flags 1 (disambiguate), 8 (all keys) and 16 (with their text), as Textual does."""
_LEAVE: Final = (
    "\x1b[m\x1b[r"  # no attributes, no scroll region
    "\x1b[?2004l"
    "\x1b[?1004l"
    "\x1b[>4m"
    "\x1b[<u"  # kitty's flags belong to the alternate screen: pop them while on it
    "\x1b[?7h"
    "\x1b[?1049l"
    "\x1b[?25h"
)


class TerminalError(Exception):
    """The program has no terminal to run in; the text says what to do."""


class AztuiDriver(LinuxDriver):
    """Give it to an app as `driver_class`. For apps without mouse support (`run(mouse=False)`).

    The app ends with return code 128 + n after SIGHUP, SIGINT or SIGTERM, and as after SIGHUP when
    the terminal is gone; where it does not within `GRACE` seconds, the process does.
    """

    plain: ClassVar[bool] = False
    """Whether what Textual draws is written as it is."""

    def __init__(
        self,
        app: App[Any],
        *,
        debug: bool = False,
        mouse: bool = True,
        size: tuple[int, int] | None = None,
    ) -> None:
        """Prepare; arguments as Textual gives them.

        Raises:
            TerminalError: stdin is no terminal.
        """
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        if not self.input_tty:
            raise TerminalError("stdin is not a terminal: start aztui in one, without a pipe.")
        self._writer: Writer | None = None
        self._input: Input | None = None
        self._painter: Painter | None = None
        if not self.plain:
            known = abilities(os.environ.get("TERM", ""))
            self._painter = Painter(known, *self._get_terminal_size())
        self._due: asyncio.TimerHandle | None = None
        self.link = Link()
        self._answers: deque[tuple[float, bool]] = deque()
        self._taken = False
        self._held = contextlib.ExitStack()
        self._holding = False
        self._ending = False
        self._handlers: dict[signal.Signals, Any] = {}

    # What Textual calls.

    def start_application_mode(self) -> None:
        """Take the terminal over; in the background, stop until we are in the foreground."""
        if self._ending:  # a terminal that hangs up sends SIGCONT after its SIGHUP
            return
        if self._writer is not None:  # continued after a SIGSTOP, which gave no notice
            self.stop_application_mode()
        self._await_foreground()
        if self._writer is not None:  # the handler of the SIGCONT that ended the wait did it
            return
        self._writer = Writer(
            open_terminal(self.fileno),
            on_drained=lambda: self._call_app(self._release),
            on_gone=self._terminal_gone,
        )
        self._catch_signals()
        self._set_raw_mode()
        self._writer.write(_ENTER if constants.DISABLE_KITTY_KEY else _ENTER + _KITTY_KEYS)
        self._request_terminal_sync_mode_support()
        self._input = Input(
            self.fileno,
            on_event=self.process_message,
            on_gone=self._terminal_gone,
            on_error=self._input_failed,
        )
        self._send_size()
        if self._must_signal_resume:
            self._must_signal_resume = False
            self.send_message(self.SignalResume())
        if self._taken:
            self._call_app(self._draw_all)
        self._taken = True

    def stop_application_mode(self) -> None:
        """Leave the terminal as it was; takes some `PATIENCE`, more only where it is far away."""
        writer, self._writer = self._writer, None
        if writer is None:
            return
        self._held.close()
        self._holding = False
        self._not_due()
        self._await_answers()
        self.link.lost(time.monotonic())
        writer.close(_LEAVE, PATIENCE)
        self.disable_input()
        self._restore_line_mode()
        for number, handler in self._handlers.items():
            signal.signal(number, handler)

    def disable_input(self) -> None:
        """Read nothing more, and forget what was not read."""
        reader, self._input = self._input, None
        if reader is not None:
            reader.stop()
            with contextlib.suppress(termios.error):
                termios.tcflush(self.fileno, termios.TCIFLUSH)

    def close(self) -> None:
        """Nothing is left to close once the terminal is as it was."""

    def write(self, data: str) -> None:
        """Have `data` written. When the terminal is behind, frames are skipped until it is not.

        Args:
            data: text and escape sequences.
        """
        if self._painter is not None and data in {SYNC_START, SYNC_END}:
            self._painter.synchronises = True  # Textual writes them where the terminal knows them
        elif self._painter is not None and self._painter.take(data):
            self._paint()
        elif self._writer is not None:
            self.link.passed(self._writer.write(data))
            self._hold_if_full(self._writer)

    def process_message(self, message: Message) -> None:
        """Pass `message` on to the app, unless it is about the link."""
        if isinstance(message, TerminalAnswered):
            self._answers.append((time.monotonic(), message.mark))
            self._call_app(self._heard)
        else:
            super().process_message(message)

    # What an app may call.

    def forget(self) -> None:
        """Take it that anything may be on the screen: the next frame is written whole."""
        if self._painter is not None:
            self._painter.forget(*self._get_terminal_size())

    # Painting.

    def _draw_all(self) -> None:
        """Draw everything again on a terminal that others had in the meantime."""
        self.forget()
        self._app.refresh(layout=True)

    def _paint(self) -> None:
        """Have what is new on the screen written, now or as soon as the terminal keeps up."""
        self._not_due()
        if self._writer is None or self._painter is None:
            return
        now = time.monotonic()
        if self._writer.backlog > BEHIND:
            self._writer.tell_when_drained()
        elif (wait := self.link.wait(now)) > 0:
            if self.link.wants_mark(now) and (mark := self._painter.mark()):
                self._writer.write(mark)
                self.link.marked(now)
            self._due = self._loop.call_later(wait, self._paint)
        elif text := self._painter.paint(self._cursor()):
            self._writer.write(self.link.sent(now, self._writer.write(text)))

    def _cursor(self) -> tuple[int, int] | None:
        """Return where the terminal's cursor is to be seen, if anywhere."""
        with contextlib.suppress(ScreenStackError):
            focused: Any = self._app.focused
            if getattr(focused, "leaves_cursor", False):
                place: Offset = focused.cursor_screen_offset
                return self._app.screen.size.clamp_offset(place)
        return None

    def _not_due(self) -> None:
        if self._due is not None:
            self._due.cancel()
            self._due = None

    def _heard(self) -> None:
        """Take in what the terminal answered; what waited for that is written."""
        self._hear()
        if self._due is not None:
            self._paint()

    def _hear(self) -> None:
        while self._answers:
            at, mark = self._answers.popleft()
            self.link.answered(at, mark=mark)

    def _await_answers(self) -> None:
        """Give the terminal a moment to answer, or it would answer whoever reads next."""
        began = time.monotonic()
        deadline = began + min(max(self.link.patience(began), PATIENCE), LONGEST_PATIENCE)
        while self.link.expecting and not self._ending and time.monotonic() < deadline:
            time.sleep(0.005)
            self._hear()

    # The terminal's modes and signals.

    def _await_foreground(self) -> None:
        """Change nothing about the terminal: in the background the kernel stops us for that."""
        with contextlib.suppress(termios.error):
            termios.tcsetattr(self.fileno, termios.TCSANOW, termios.tcgetattr(self.fileno))

    def _set_raw_mode(self) -> None:
        with contextlib.suppress(termios.error):
            self.attrs_before = termios.tcgetattr(self.fileno)
            attrs = termios.tcgetattr(self.fileno)
            attrs[tty.LFLAG] = self._patch_lflag(attrs[tty.LFLAG])
            attrs[tty.IFLAG] = self._patch_iflag(attrs[tty.IFLAG])
            attrs[tty.CC][termios.VMIN] = 1
            termios.tcsetattr(self.fileno, termios.TCSANOW, attrs)

    def _restore_line_mode(self) -> None:
        if self.attrs_before is not None:
            with contextlib.suppress(termios.error):
                termios.tcsetattr(self.fileno, termios.TCSANOW, self.attrs_before)

    def _catch_signals(self) -> None:
        caught: dict[signal.Signals, Callable[[int, FrameType | None], None]] = {
            signal.SIGWINCH: lambda _number, _frame: self._call_app(self._resized),
            signal.SIGINT: self._on_end_signal,  # ctrl+c sends none in raw mode
            signal.SIGTERM: self._on_end_signal,
        }
        if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # nohup: somebody wants it so
            caught[signal.SIGHUP] = self._on_end_signal
        self._handlers = {
            number: signal.signal(number, handler) for number, handler in caught.items()
        }

    def _resized(self) -> None:
        self.forget()
        self._send_size()

    def _send_size(self) -> None:
        size = Size(*self._get_terminal_size())
        self.send_message(events.Resize(size, size))

    def _get_terminal_size(self) -> tuple[int, int]:
        """Ask the terminal; Textual's own way believes COLUMNS and LINES first, which go stale."""
        try:
            columns, rows = os.get_terminal_size(self.fileno)
        except OSError:
            columns = rows = 0
        return columns or 80, rows or 24

    # Holding frames back.

    def _hold_if_full(self, writer: Writer) -> None:
        """Have Textual draw nothing while the terminal is far behind."""
        if writer.backlog > FULL and not self._holding:
            self._holding = True
            self._held.enter_context(self._app.batch_update())
            writer.tell_when_drained()

    def _release(self) -> None:
        """Draw again, and everything: what changed meanwhile is not known piece by piece."""
        if self._holding:
            self._holding = False
            self._held.close()
            self._app.refresh()
        self._paint()

    # Ending.

    def _terminal_gone(self) -> None:
        self._end(128 + signal.SIGHUP)

    def _input_failed(self, error: Exception) -> None:
        self._call_app(lambda: self._app._handle_exception(error))  # noqa: SLF001 - no public way

    def _on_end_signal(self, number: int, _frame: FrameType | None) -> None:
        self._end(128 + number)

    def _end(self, return_code: int) -> None:
        if not self._ending:
            self._ending = True
            threading.Thread(target=self._end_hard, args=(return_code,), daemon=True).start()
            self._call_app(lambda: self._app.exit(return_code=return_code))

    def _end_hard(self, return_code: int) -> None:
        """End the process if the app has not ended it in time."""
        time.sleep(GRACE)
        if self._writer is not None:
            with contextlib.suppress(OSError):
                terminal = open_terminal(self.fileno)
                if not os.get_blocking(terminal):
                    os.write(terminal, MEND + _LEAVE.encode())
            self._restore_line_mode()
        os._exit(return_code)

    def _call_app(self, call: Callable[[], object]) -> None:
        """Have `call` made on the app's thread, if the app still runs."""
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(call)


class PlainDriver(AztuiDriver):
    """The same, but it keeps no account of the screen, and writes whatever Textual draws."""

    plain = True


def driver_for(environ: Mapping[str, str]) -> type[AztuiDriver]:
    """Return the driver that the user chose by AZTUI_DRIVER, which may be `plain`."""
    return PlainDriver if environ.get("AZTUI_DRIVER") == "plain" else AztuiDriver


def shows_cursor(app: App[Any]) -> bool:
    """Whether the terminal shows its cursor where what has the focus leaves it that.

    A widget does by an attribute `leaves_cursor` that is true, and tells where it is by
    `cursor_screen_offset`, as Textual's editors do.
    """
    driver = app._driver  # noqa: SLF001 - no public way
    return isinstance(driver, AztuiDriver) and not driver.plain
