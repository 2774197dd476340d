"""Faults of the content filter: it refuses the prompt, ends the answer, judges it later, or fails.

The shapes are those of Azure's page on content streaming.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from aztui.core.request import Json, Params
from aztui.emulator import refusal
from aztui.emulator.backend import Piece
from aztui.emulator.scene import Scene, choices
from aztui.emulator.steps import Record, Reply, Step
from aztui.emulator.verdicts import FAILED, PROTECTED, SAFE, VIOLENT, VIOLENT_PROMPT, Told, Verdict


def prompt(_steps: Iterator[Step], _scene: Scene) -> Iterator[Step]:
    """Refuse the prompt."""
    yield refusal.filtered_prompt(VIOLENT_PROMPT)


def answer(told: Iterator[Told], scene: Scene) -> Iterator[Told]:
    """End each choice with the reason `content_filter` after `after` tokens.

    An answer that is not streamed is withheld altogether.
    """
    most = scene.options["after"] if scene.streamed else 0
    tokens: Counter[int] = Counter()
    ended: set[int] = set()
    for part in told:
        if not isinstance(part, Piece):
            yield part
        elif part.choice not in ended:
            if part.finish_reason or (part.text and tokens[part.choice] == most):
                ended.add(part.choice)
                yield Piece(part.choice, "", "content_filter", VIOLENT)
            else:
                tokens[part.choice] += bool(part.text)
                yield part


def asynchronous(told: Iterator[Told], scene: Scene) -> Iterator[Told]:
    """Judge text that is sent already: every `every` tokens, and once more after the end.

    With `block`, what has come after so many tokens is condemned, and the choice ends there. An
    answer that is not streamed was judged before.
    """
    if not scene.streamed:
        yield from told
        return
    judges: dict[int, _Judge] = {}
    for part in told:
        if isinstance(part, Piece):
            yield from judges.setdefault(part.choice, _Judge(part.choice, scene)).hear(part)
        else:
            yield part


class _Judge:
    """The asynchronous filter's eye on one choice."""

    def __init__(self, choice: int, scene: Scene) -> None:
        self._choice = choice
        self._every = max(scene.options["every"], 1)
        self._block = scene.options["block"]
        self._judged = self._sent = self._tokens = 0
        self._blocked = False

    def hear(self, piece: Piece) -> Iterator[Told]:
        """A piece, and what is to be said after it."""
        if self._blocked:
            return
        yield piece
        self._sent += len(piece.text)
        self._tokens += bool(piece.text)
        if self._block and piece.text and self._tokens == self._block:
            self._blocked = True
            yield Verdict(self._choice, (self._judged, self._sent), PROTECTED, blocked=True)
        elif piece.finish_reason or (piece.text and self._tokens % self._every == 0):
            yield Verdict(self._choice, (self._judged, self._sent), SAFE)
            self._judged = self._sent


def unjudged(steps: Iterator[Step], _scene: Scene) -> Iterator[Step]:
    """Leave the filter's results out of the chunks that carry text."""
    for step in steps:
        if isinstance(step, Record) and "choices" in step.payload:
            yield replace(step, payload=_with_choices(step.payload, _unjudged))
        else:
            yield step


def failed(steps: Iterator[Step], _scene: Scene) -> Iterator[Step]:
    """Let the filter fail to run: the answer comes, and nobody has judged it.

    On the wire the member is then called `content_filter_result`.
    """
    for step in steps:
        if isinstance(step, Record):
            yield replace(step, payload=_unfiltered(step.payload))
        elif isinstance(step, Reply) and step.status == 200:
            yield replace(step, body=_unfiltered(step.body))
        else:
            yield step


def _unjudged(choice: Params) -> Params:
    if "content_filter_offsets" in choice:
        return choice
    return {name: value for name, value in choice.items() if name != "content_filter_results"}


def _unfiltered(payload: Params) -> Params:
    if "choices" in payload:
        return _with_choices(payload, _choice_unfiltered)
    if isinstance(response := payload.get("response"), Mapping):
        return {**payload, "response": _unfiltered(response)}
    filters = payload.get("content_filters")
    if not isinstance(filters, list):
        return payload
    return {**payload, "content_filters": [_filter_failed(said) for said in filters]}


def _choice_unfiltered(choice: Params) -> Params:
    if not choice.get("content_filter_results"):
        return choice
    return {**_unjudged(choice), "content_filter_result": FAILED}


def _filter_failed(said: Json) -> Json:
    if not isinstance(said, Mapping) or said.get("source_type") != "completion":
        return said
    return {**said, "content_filter_results": FAILED}


def _with_choices(payload: Params, change: Callable[[Params], Params]) -> Params:
    changed: list[Json] = [change(choice) for choice in choices(payload)]
    return {**payload, "choices": changed}
