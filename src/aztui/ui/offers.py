"""What a newcomer without settings can start with."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from aztui.core.data import dataclass
from aztui.core.ports import Source
from aztui.core.profile import Profile

Report: TypeAlias = Callable[[str], None]
"""Tells the user, from any thread, how far something is."""


@dataclass(frozen=True, slots=True)
class Offer:
    """Something to talk to that needs no settings.

    Attributes:
        name: what it is, in two or three words.
        description: what to expect of it, one line.
        open: makes it ready; may take long, runs in a thread of its own and may report how far
            it is. What it raises is shown to the user by its text.
    """

    name: str
    description: str
    open: Callable[[Report], tuple[Profile, Source]]
