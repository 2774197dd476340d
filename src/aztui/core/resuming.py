"""Taking up an answer again that the service goes on with: from where, and what had come already.

A stream is taken up after the last of its events that was read for certain (`Reached`). What came
after that one comes once more, the same to the letter, since the service replays it: it is left out
by its length.
"""

from __future__ import annotations

from collections.abc import Iterable

from aztui.core.data import dataclass
from aztui.core.events import Event, Reached, ReasoningDelta, TextDelta, Tokens
from aztui.core.run import Run

Lengths = tuple[tuple[int, int], ...]
"""Numbers of characters, each after the index of what has so many; none of them is 0."""


@dataclass(frozen=True, slots=True)
class Held:
    """A response that the service keeps, and what of it has come.

    Attributes:
        response: its id.
        sequence: the number of the last event of its stream that was read for certain; None where
            none was, and the stream is to be read from its beginning.
        parts: how many parts of the model's thoughts had begun by then.
        texts: how many characters of each choice came after that event.
        thoughts: how many of each part of the thoughts did.
    """

    response: str
    sequence: int | None = None
    parts: int = 0
    texts: Lengths = ()
    thoughts: Lengths = ()


def held(run: Run) -> Held | None:
    """Return what is to be known to take a run's answer up again; None where it cannot be."""
    if not run.response:
        return None
    mark = run.reached
    sizes = {choice.index: choice.chunks.size for choice in run.choices}
    thoughts = dict(enumerate(part.size for part in run.thoughts))
    if mark is None:
        return Held(run.response, texts=_more(sizes), thoughts=_more(thoughts))
    return Held(
        run.response,
        mark.sequence,
        len(mark.thoughts),
        _more(sizes, mark.texts),
        _more(thoughts, enumerate(mark.thoughts)),
    )


def _more(sizes: dict[int, int], before: Iterable[tuple[int, int]] = ()) -> Lengths:
    then = dict(before)
    grown = ((index, size - then.get(index, 0)) for index, size in sizes.items())
    return tuple((index, more) for index, more in grown if more > 0)


class Joint:
    """Where an answer is taken up: leaves out what had come before, and nothing else.

    Args:
        held: what had come.
    """

    def __init__(self, held: Held) -> None:
        self._texts = dict(held.texts)
        self._thoughts = dict(held.thoughts)
        self._repeated: set[int] = set()

    def __call__(self, event: Event) -> Event | None:
        """Return what of an event is new; None where all of it had come."""
        match event:
            case TextDelta(choice, text):
                rest = _rest(self._texts, choice, text)
                (self._repeated.discard if rest else self._repeated.add)(choice)
                return TextDelta(choice, rest) if rest else None
            case Tokens(choice) if choice in self._repeated:
                # They come after their text, and had come with it.
                return None
            case ReasoningDelta(part, text):
                rest = _rest(self._thoughts, part, text)
                return ReasoningDelta(part, rest) if rest else None
            case Reached() if self._texts or self._thoughts:
                # More had come than up to here: whoever counts from here would have it twice.
                return None
            case _:
                return event


def _rest(left: dict[int, int], index: int, text: str) -> str:
    known = left.pop(index, 0)
    if known > len(text):
        left[index] = known - len(text)
    return text[known:]
