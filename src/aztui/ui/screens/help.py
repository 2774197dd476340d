"""The keys that work, on a page of their own."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen

from aztui.ui.pages import help_page
from aztui.ui.widgets.bar import Bar
from aztui.ui.widgets.page import Page
from aztui.ui.widgets.rows import Role


class HelpScreen(Screen[None]):
    """Shows every key; leaves with esc."""

    AUTO_FOCUS = "#page"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f1,q,question_mark", "dismiss", show=False)
    ]

    def compose(self) -> ComposeResult:
        """Lay out the page and how to leave it."""
        yield Page(help_page, id="page")
        yield Bar(id="hints")

    def on_mount(self) -> None:
        """Say how to leave."""
        self.query_one(Bar).show([("esc back", Role.DIM), ("↑ ↓ scroll", Role.DIM)])
