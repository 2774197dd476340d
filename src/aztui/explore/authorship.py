"""Who wrote which part of a text that the user and a model write together."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from aztui.core.continuing import exactly, said
from aztui.core.manuscript import Stretch, Stretches
from aztui.core.run import Run

_LINE_END: Final = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
"""What `str.splitlines` takes for one, but for the newline."""
_END: Final = 1 << 62
"""Behind the end of any text."""


def in_lines(text: str) -> str:
    """Return a text with one kind of line end, as an editor has it.

    So that characters are counted alike by who edits a text and who keeps who wrote it.
    """
    return _LINE_END.sub("\n", text)


def of_user(text: str) -> Stretches:
    """Return who wrote a text that the user has typed."""
    return (Stretch(len(text), model=False),) if text else ()


def replaced(stretches: Stretches, start: int, end: int, length: int, *, model: bool) -> Stretches:
    """Return who wrote what after some characters were replaced by others.

    Args:
        stretches: who did before.
        start: the first character that was replaced, counted from 0.
        end: the one after the last.
        length: how many characters stand in their place.
        model: whether a model wrote these.
    """
    return _merged(
        [*_cut(stretches, 0, start), Stretch(length, model), *_cut(stretches, end, _END)]
    )


def rewritten(stretches: Stretches, before: str, after: str, *, model: bool) -> Stretches:
    """Return who wrote what after a text became another one: whoever did wrote what differs.

    Args:
        stretches: who wrote which part of the text before.
        before: the text before.
        after: the text afterwards.
        model: whether a model made it so.
    """
    first, last = ends_in_common(before, after)
    return replaced(stretches, first, len(before) - last, len(after) - first - last, model=model)


def ends_in_common(one: str, other: str) -> tuple[int, int]:
    """Return how many characters two texts both begin with, and how many more both end with."""
    most = min(len(one), len(other))
    first = _most(most, lambda count: one[:count] == other[:count])
    last = _most(most - first, lambda count: one[len(one) - count :] == other[len(other) - count :])
    return first, last


def between(stretches: Stretches, start: int, end: int) -> Iterator[tuple[int, int, bool]]:
    """Yield the parts from one character up to another: start, end, and whether a model's."""
    at = 0
    for stretch in stretches:
        first, last = max(start, at), min(end, at + stretch.length)
        if first < last:
            yield first, last, stretch.model
        at += stretch.length


def written(runs: Sequence[Run], number: int = 0) -> tuple[str, Stretches]:
    """Return the text that a chain of completions has come to, and who wrote which part of it.

    Args:
        runs: each goes on with the text of the one before, as far as that was not edited.
        number: which answer of the last one, from 0; of the others it is the first.
    """
    text = ""
    stretches: Stretches = ()
    for run in runs:
        if not exactly(run):
            continue
        asked, prompt = in_lines(said(run)), in_lines(run.request.prompt)
        stretches = rewritten(stretches, text, asked, model=False)
        stretches = rewritten(stretches, asked, prompt, model=True)
        echoed = run.request.params.get("echo") is True
        choice = number if run is runs[-1] else 0
        answer = in_lines(next((one.text for one in run.choices if one.index == choice), ""))
        answer = answer.removeprefix(prompt) if echoed else answer
        text = prompt + answer
        stretches = _merged([*stretches, Stretch(len(answer), model=True)])
    return text, stretches


def _most(most: int, holds: Callable[[int], bool]) -> int:
    """Return the largest number up to which something holds, as it does for 0."""
    return bisect_left(range(1, most + 1), True, key=lambda count: not holds(count))


def _cut(stretches: Stretches, start: int, end: int) -> Iterator[Stretch]:
    for first, last, model in between(stretches, start, end):
        yield Stretch(last - first, model)


def _merged(stretches: Iterable[Stretch]) -> Stretches:
    merged: list[Stretch] = []
    for stretch in stretches:
        if not stretch.length:
            continue
        if merged and merged[-1].model is stretch.model:
            merged[-1] = Stretch(merged[-1].length + stretch.length, stretch.model)
        else:
            merged.append(stretch)
    return tuple(merged)
