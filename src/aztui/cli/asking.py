"""One answer on stdout: from the request to the exit code."""

from __future__ import annotations

import secrets
import sys
import time
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Final, TypeAlias

from aztui.cli import signals, verdict
from aztui.cli.meanwhile import Meanwhile, Reply, unasked
from aztui.cli.outlet import Drained, News, Outlet, ReaderGone, Unwritable
from aztui.cli.printers import JsonPrinter, Printer, TextPrinter
from aztui.cli.say import say
from aztui.core.data import dataclass
from aztui.core.events import Retrying, RunId, Stamped
from aztui.core.ports import Start
from aztui.core.request import Request
from aztui.core.run import Run, reduce

PATIENCE: Final = 0.25
"""Seconds that a reader may take nothing once the user wants the end."""

_Item: TypeAlias = Stamped | News | Reply | int
"""What wakes the main thread: an event, news of stdout, the user's word, a signal's exit code."""


@dataclass(frozen=True, slots=True)
class Style:
    """How to show an answer.

    Attributes:
        json: as JSON events rather than text.
        strict: whether hitting the token limit counts as cut short.
        remembered: whether what the deployment teaches is kept for the next time.
    """

    json: bool = False
    strict: bool = False
    remembered: bool = True


def ask(start: Start, request: Request, style: Style) -> int:
    """Send the request, write the answer as it comes, and return the exit code.

    The main thread only waits: another thread brings the events, a third one writes, so
    that a signal is answered at once, whatever the network and the reader do.
    """
    inbox: SimpleQueue[_Item] = SimpleQueue()
    started = time.monotonic()
    run = Run(RunId(secrets.token_hex(8)), request, started)
    outlet = Outlet(sys.stdout.fileno(), inbox.put)
    printer = _printer(outlet, request, style, started)
    # A SimpleQueue's put may be called from a signal handler, as the library documents.
    with signals.told(inbox.put):
        asking = _Asking(start, run, inbox, printer, style)
        asking.follow()
        whole = False
        if asking.lost is None:
            printer.end(asking.run, asking.exit_code(strict=style.strict))
            outlet.end()
            whole = asking.drain(lambda: outlet.written)
        return _close(asking, style, whole=whole)


def _printer(outlet: Outlet, request: Request, style: Style, started: float) -> Printer:
    if style.json:
        return JsonPrinter(outlet.put, started)
    return TextPrinter(
        outlet.put, outlet.aside, answers=request.answers, terminal=sys.stdout.isatty()
    )


class _Asking:
    """The main thread's part: it takes one thing after another out of the inbox.

    Attributes:
        run: what came so far.
        stopped: the exit code of the signal that wants the end.
        lost: why stdout takes nothing more.
    """

    def __init__(
        self,
        start: Start,
        run: Run,
        inbox: SimpleQueue[_Item],
        printer: Printer,
        style: Style,
    ) -> None:
        self.run = run
        self.stopped: int | None = None
        self.lost: ReaderGone | Unwritable | None = None
        self._inbox = inbox
        self._printer = printer
        self._handle = start(run.request, run.id, inbox.put)
        self._meanwhile = Meanwhile(
            self._handle,
            run.request.deployment,
            inbox.put,
            quiet=style.json,
            remembered=style.remembered,
        )

    def follow(self) -> None:
        """Follow the run to its end, or until stdout is lost."""
        while not self.run.phase.over and self.lost is None:
            try:
                item = self._inbox.get(timeout=self._meanwhile.due())
            except Empty:
                self._meanwhile.tick()
            else:
                self._take(item)
        self._meanwhile.end()

    @property
    def declined(self) -> Retrying | None:
        """The wait that was not begun, since nobody could be asked."""
        return self._meanwhile.declined

    def exit_code(self, *, strict: bool) -> int:
        """The exit code as things stand."""
        return verdict.exit_code(self.run, self.stopped, strict=strict)

    def drain(self, written: Callable[[], int]) -> bool:
        """Wait until all is written, and return whether it is.

        Once the user wants the end, it waits only for as long as the reader takes something.
        """
        seen = written()
        while self.lost is None:
            try:
                item = self._inbox.get(timeout=None if self.stopped is None else PATIENCE)
            except Empty:
                if written() == seen:
                    return False
                seen = written()
                continue
            if isinstance(item, Drained):
                return True
            self._take(item)
        return False

    def _take(self, item: _Item) -> None:
        match item:
            case Stamped():
                self.run = reduce(self.run, item)
                self._printer.event(item)
                self._meanwhile.event(item.event)
            case Reply():
                self._meanwhile.replied(item)
            case ReaderGone() | Unwritable():
                self.lost = item
                self._handle.cancel()
            case int():
                self.stopped = item
                self._handle.cancel()


def _close(asking: _Asking, style: Style, *, whole: bool) -> int:
    match asking.lost:
        case ReaderGone():
            return verdict.DONE
        case Unwritable(reason):
            say(f"The answer cannot be written to stdout: {reason}. What was written stays.")
            return verdict.FAILED
    if not whole:
        say("Not all that came is on stdout: its reader takes nothing.")
    say(*verdict.epilogue(asking.run, asking.stopped))
    if asking.declined is not None:
        say(unasked(asking.declined))
    return asking.exit_code(strict=style.strict)
