"""A text that the user and a model write together."""

from __future__ import annotations

from typing import Final, TypeAlias

from aztui.core.data import dataclass
from aztui.core.events import RunId


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a text.

    Attributes:
        length: how many characters it has.
        model: whether a model wrote it.
    """

    length: int
    model: bool


Stretches: TypeAlias = tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """A page as it is left.

    Attributes:
        text: all of it.
        stretches: who wrote which part.
        cursor: the character before which the user is, from 0.
        run: the run that wrote on it last; None for none.
    """

    text: str = ""
    stretches: Stretches = ()
    cursor: int = 0
    run: RunId | None = None


NO_PAGE: Final = Written()
