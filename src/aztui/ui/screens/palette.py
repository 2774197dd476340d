"""Every command by name: Textual's palette with the commands of the key table, and no others."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

from textual.command import CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.widgets import Input

from aztui.ui.keymap import TABLE, Place, action_of, named
from aztui.ui.styles import stylesheet

_WIDEST: Final = max(len(key.command) for key in TABLE)


class Commands(Provider):
    """Every command of the key table by name."""

    async def discover(self) -> Hits:
        """Offer all of them."""
        for name, action, key in _commands():
            display = _line(Content(name), key)
            yield DiscoveryHit(display, partial(self.screen.run_action, action), text=name)

    async def search(self, query: str) -> Hits:
        """Offer those that match."""
        matcher = self.matcher(query)
        for name, action, key in _commands():
            score = matcher.match(name)
            if score > 0:
                display = _line(matcher.highlight(name), key)
                yield Hit(score, display, partial(self.screen.run_action, action), text=name)


class Palette(CommandPalette):
    """The list to choose from."""

    CSS_PATH = stylesheet("palette.tcss")

    def __init__(self) -> None:
        super().__init__(providers=[Commands])

    def on_mount(self) -> None:
        """Keep the cursor still: nothing moves, and nothing is written, while nobody types."""
        self.query_one(Input).cursor_blink = False


def _line(name: Content, key: str) -> Content:
    return Content.assemble(name, " " * (_WIDEST - len(name.plain) + 2), (key, "dim"))


def _commands() -> Iterator[tuple[str, str, str]]:
    for key in TABLE:
        if key.command:
            name = named(key.keys or key.letters, 1)
            action = action_of(key)
            if key.place is Place.LOG:
                action = f"screen.on_log({action!r})"
            yield key.command, action, name
