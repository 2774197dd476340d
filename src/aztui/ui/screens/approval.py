"""The question whether a credential may go where a file says."""

from __future__ import annotations

from functools import partial
from typing import ClassVar, Protocol

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen

from aztui.config.errors import UnapprovedError
from aztui.terminal.sanitise import sanitise
from aztui.ui.pages import unapproved
from aztui.ui.widgets.bar import Bar
from aztui.ui.widgets.page import Page
from aztui.ui.widgets.rows import Role


class Answered(Protocol):
    """Takes the user's word."""

    def __call__(self, *, approved: bool) -> None:
        """Go on with it or without."""


class ApprovalScreen(Screen[None]):
    """Shows what was refused and why, and hands on the user's word on it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", show=False),
        Binding("escape,n,q", "answer(False)", show=False, priority=True),
    ]

    def __init__(self, refused: UnapprovedError, answered: Answered) -> None:
        """Make the screen.

        Args:
            refused: what was refused.
            answered: called with the answer.
        """
        super().__init__()
        self._refused = refused
        self._answered = answered

    def compose(self) -> ComposeResult:
        """Lay out the sentences and the answers."""
        yield Page(partial(unapproved, refused=self._refused), id="page")
        yield Bar(id="status", wraps=True)
        yield Bar(id="hints")

    def on_mount(self) -> None:
        """Say how to answer."""
        hints = ["y approve", "esc do not", "↑ ↓ scroll"]
        self.query_one("#hints", Bar).show([(hint, Role.DIM) for hint in hints])

    def say(self, notice: str) -> None:
        """Say something above the hints."""
        self.query_one("#status", Bar).show([(sanitise(notice), Role.ACCENT)])

    def action_answer(self, approved: bool) -> None:
        """Hand the answer on."""
        self._answered(approved=approved)
