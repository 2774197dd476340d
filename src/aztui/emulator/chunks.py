"""The steps of an answer in chunks of choices: completions and chat."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator

from aztui.core.request import Api
from aztui.emulator import wire
from aztui.emulator.asks import Asked
from aztui.emulator.backend import BackendError, Piece, Tally
from aztui.emulator.refusal import failure
from aztui.emulator.steps import Done, Open, Pause, Record, Reply, Step, Tick
from aztui.emulator.verdicts import Told, Verdict


def streamed(asked: Asked, label: wire.Label, told: Iterator[Told]) -> Iterator[Step]:
    """The steps of a streamed answer."""
    opened = False
    try:
        # Nothing is opened before the backend has something to tell: its refusal is a reply.
        first = next(told, None)
        yield Open()
        yield Record(wire.opening(asked.prompts))
        opened = True
        yield from _thinking(asked)
        yield from _records(label, itertools.chain((first,) if first else (), told))
    except BackendError as error:
        failed = failure(error)
        yield Record(failed.body) if opened else failed
    else:
        yield Done()


def whole(asked: Asked, label: wire.Label, told: Iterator[Told]) -> Iterator[Step]:
    """The steps of an answer in one piece."""
    pieces: list[list[Piece]] = [[] for _ in range(asked.choices)]
    tally = Tally(0, 0)
    try:
        yield from _thinking(asked)
        for part in told:
            if isinstance(part, Tally):
                tally = part
            elif isinstance(part, Piece):
                pieces[part.choice].append(part)
                if part.text:
                    yield Tick()
    except BackendError as error:
        yield failure(error)
        return
    choices = list(itertools.starmap(_joined, enumerate(pieces)))
    yield Reply(200, wire.whole(label, choices, asked.prompts, tally))


def _thinking(asked: Asked) -> Iterator[Step]:
    if asked.thought is not None and asked.thought.seconds:
        yield Pause(asked.thought.seconds)


def _records(label: wire.Label, told: Iterable[Told]) -> Iterator[Step]:
    greeted: set[int] = set()
    for part in told:
        if isinstance(part, Tally):
            if label.usage:
                yield Record(wire.usage(label, part))
        elif isinstance(part, Verdict):
            yield Record(wire.annotation(label, part))
        elif label.api is Api.COMPLETIONS:
            yield Record(wire.completion(label, part), tokens=1 if part.text else 0)
        else:
            if part.choice not in greeted:
                greeted.add(part.choice)
                yield Record(wire.role(label, part.choice))
            if part.text:
                yield Record(wire.content(label, part), tokens=1)
            if part.finish_reason is not None:
                yield Record(wire.finish(label, part))


def _joined(choice: int, pieces: list[Piece]) -> Piece:
    last = pieces[-1] if pieces else Piece(choice, "")
    return Piece(
        choice,
        "".join(piece.text for piece in pieces),
        last.finish_reason,
        last.filtered,
        tuple(token for piece in pieces for token in piece.tokens),
    )
