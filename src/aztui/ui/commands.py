"""What the command palette offers: the commands of the key table, and no others."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from aztui.ui.keymap import OWNERS, TABLE, shown

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


def _line(name: Content, key: str) -> Content:
    return Content.assemble(name, " " * (_WIDEST - len(name.plain) + 2), (key, "dim"))


def _commands() -> Iterator[tuple[str, str, str]]:
    for key in TABLE:
        if key.command:
            yield key.command, f"{OWNERS[key.place]}.{key.action}", shown(key.keys[0])
