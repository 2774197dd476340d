"""What the command palette offers: the commands of the key table, and no others."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider

from aztui.ui.keymap import OWNERS, TABLE, shown


class Commands(Provider):
    """Every command of the key table by name."""

    async def discover(self) -> Hits:
        """Offer all of them."""
        for name, action, keys in _commands():
            yield DiscoveryHit(name, partial(self.screen.run_action, action), help=keys)

    async def search(self, query: str) -> Hits:
        """Offer those that match."""
        matcher = self.matcher(query)
        for name, action, keys in _commands():
            score = matcher.match(name)
            if score > 0:
                run = partial(self.screen.run_action, action)
                yield Hit(score, matcher.highlight(name), run, help=keys)


def _commands() -> Iterator[tuple[str, str, str]]:
    for key in TABLE:
        if key.command:
            yield key.command, f"{OWNERS[key.place]}.{key.action}", ", ".join(map(shown, key.keys))
