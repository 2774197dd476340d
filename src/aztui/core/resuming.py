"""Taking up an answer again that the service goes on with: from where, and what had come already.

A stream is taken up after the last of its events that was read for certain (`Reached`). What came
after that one comes once more, the same to the letter, since the service replays it: it is left out
by its length.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from aztui.core.data import dataclass
from aztui.core.events import Event, Reached, ReasoningDelta, TextDelta, Tokens
from aztui.core.run import Phase, Run

Lengths = tuple[tuple[int, int], ...]
"""Numbers of characters, each after the index of what has so many; none of them is 0."""


@dataclass(frozen=True, slots=True)
class Held:
    """A response that the service keeps, and what of it has come.

    Attributes:
        response: its id.
        sequence: the number of the last event of its stream that was read for certain; None where
            none was, and the stream is to be read from its beginning.
        parts: of how many parts of the model's thoughts something had come by then.
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


def going_on(run: Run, now: float) -> Run:
    """Return a run that was left as it is under way again; in between no time has passed.

    Args:
        run: it, over.
        now: seconds on the monotonic clock.
    """
    by = now - (run.started if run.ended is None else run.ended)

    def later(at: float | None) -> float | None:
        return None if at is None else at + by

    going = Phase.WAITING if run.effort is None else Phase.THINKING
    return replace(
        run,
        phase=going if run.first_text is None else Phase.STREAMING,
        started=run.started + by,
        opened=later(run.opened),
        first_text=later(run.first_text),
        last_text=later(run.last_text),
        ended=None,
        problem=None,
        retries=tuple(replace(retry, at=retry.at + by) for retry in run.retries),
        choices=tuple(
            replace(choice, arrivals=choice.arrivals.later(by)) for choice in run.choices
        ),
    )


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
