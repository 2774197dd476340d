"""The checkup of the connection, which fills the screen as its checks are made."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen

from aztui.core.checkup import Check, Checkup, failed, summary
from aztui.terminal.sanitise import sanitise
from aztui.ui.checks import checkup as rows_of
from aztui.ui.messages import CheckMade, CheckupAsked, CheckupOver, CheckupTold
from aztui.ui.widgets.bar import Bar
from aztui.ui.widgets.page import Page
from aztui.ui.widgets.rows import Role


class DoctorScreen(Screen[None]):
    """Checks one profile; leaves with esc, which stops it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss", show=False),
        Binding("y", "answer(True)", show=False),
        Binding("n", "answer(False)", show=False),
        Binding("r", "again", show=False),
    ]

    def __init__(self, prepare: Callable[[Callable[[str], None]], Checkup]) -> None:
        """Make the screen.

        Args:
            prepare: makes a checkup, given what shows the user a sentence that cannot wait; from
                any thread.
        """
        super().__init__()
        self._prepare = prepare
        self._checkup: Checkup | None = None
        self._checks: list[Check] = []
        self._asked = False
        self._over = False

    def compose(self) -> ComposeResult:
        """Lay out the checks, what is going on, and what can be done."""
        yield Page(lambda width: rows_of(self._checks, width), id="page")
        yield Bar(id="status", wraps=True)
        yield Bar(id="hints")

    def on_mount(self) -> None:
        """Begin."""
        self.set_focus(self.query_one(Page))
        self._begin()

    def on_unmount(self) -> None:
        """Send nothing more."""
        if self._checkup is not None:
            self._checkup.stop()

    def action_answer(self, agreed: bool) -> None:
        """Agree to what costs money, or not."""
        if not self._asked or self._checkup is None:
            return
        self._asked = False
        checkup = self._checkup
        self._show("Checking…")
        self._run(checkup, lambda: checkup.paid() if agreed else checkup.unpaid("not asked"))

    def action_again(self) -> None:
        """Check everything again."""
        if self._over:
            self._begin()

    def on_check_made(self, message: CheckMade) -> None:
        """Show a check."""
        if message.checkup is self._checkup:
            self._checks.append(message.check)
            self.query_one(Page).renew()

    def on_checkup_asked(self, message: CheckupAsked) -> None:
        """Ask before what costs money."""
        if message.checkup is self._checkup:
            self._asked = True
            self._show(f"{message.question} Go on?", "y send them", "n leave it")

    def on_checkup_told(self, message: CheckupTold) -> None:
        """Show what cannot wait."""
        self._show(message.text)

    def on_checkup_over(self, message: CheckupOver) -> None:
        """Say how it went."""
        if message.checkup is not self._checkup:
            return
        self._over = True
        self._show(summary(self._checks), "r check again", bad=failed(self._checks))

    def _begin(self) -> None:
        self._checks, self._asked, self._over = [], False, False
        self._checkup = checkup = self._prepare(self._tell)
        self.query_one(Page).renew()
        self._show("Checking…")
        self._run(checkup, checkup.free)

    def _run(self, checkup: Checkup, half: Callable[[], Iterable[Check]]) -> None:
        work = partial(self._work, checkup, half)
        threading.Thread(target=work, daemon=True, name="checkup").start()

    def _work(self, checkup: Checkup, half: Callable[[], Iterable[Check]]) -> None:
        """Make one half of the checks, in a thread of its own; esc leaves it behind."""
        for check in half():
            if not self.post_message(CheckMade(checkup, check)):
                checkup.stop()
                return
        if half != checkup.free:
            self.post_message(CheckupOver(checkup))
        elif checkup.question:
            self.post_message(CheckupAsked(checkup, checkup.question))
        else:
            self._work(checkup, checkup.paid)

    def _tell(self, text: str) -> None:
        self.post_message(CheckupTold(text))

    def _show(self, words: str, *hints: str, bad: bool = False) -> None:
        role = Role.BAD if bad else Role.ACCENT
        self.query_one("#status", Bar).show([(sanitise(words), role)])
        shown = [*hints, "esc back", "↑ ↓ scroll"]
        self.query_one("#hints", Bar).show([(hint, Role.DIM) for hint in shown])
