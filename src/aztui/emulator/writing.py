"""A backend's answer as it is written, and what Azure adds to it before it is told."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from dataclasses import replace

from aztui.core.request import Api
from aztui.emulator.asks import Asked, alternatives, most_tokens, prompts_of
from aztui.emulator.backend import Answer, Ask, Backend, BackendError, Part, Piece, Tally
from aztui.emulator.likelihood import Likelihood
from aztui.emulator.reasoning import Thought
from aztui.emulator.tokens import estimate
from aztui.emulator.verdicts import Told


class Writing:
    """A backend's answer, begun when its first part is wanted.

    So a request that a fault refuses never reaches the backend.
    """

    def __init__(self, backend: Backend, asked: Asked) -> None:
        self._backend = backend
        self._asked = asked
        self._lock = threading.Lock()
        self._answer: Answer | None = None
        self._closed = False

    def parts(self) -> Iterator[Part]:
        """Write the answer: the prompt first where it is to be told again.

        Raises:
            BackendError: whatever the backend failed of.
        """
        parts = self._written(self._asked.ask)
        if self._asked.thought is not None:
            parts = self._after(self._asked.thought)
        return _echoed(self._asked, parts)

    def close(self) -> None:
        """Write no more; from any thread."""
        with self._lock:
            answer = None if self._closed else self._answer
            self._closed = True
        if answer is not None:
            answer.close()

    def _written(self, ask: Ask) -> Iterator[Part]:
        try:
            answer = self._backend.answer(ask)
            with self._lock:
                self._answer = answer
                closed = self._closed
            if closed:
                answer.close()
            yield from answer
        except BackendError:
            raise
        except Exception as error:
            raise BackendError(500, None, f"The emulator's backend failed: {error!r}") from error

    def _after(self, thought: Thought) -> Iterator[Part]:
        """The answer in what the thoughts leave of the limit; nothing where they take it all."""
        ask, choices = self._asked.ask, self._asked.choices
        limit = most_tokens(ask.body)
        if limit is not None and limit <= thought.tokens:
            for choice in range(choices):
                yield Piece(choice, "", "length")
            prompts = prompts_of(ask.api, ask.body)
            spent = limit * choices
            yield Tally(sum(map(estimate, prompts)), spent, spent)
            return
        if limit is not None:
            ask = replace(ask, body={**ask.body, _limit_of(ask.api): limit - thought.tokens})
        for part in self._written(ask):
            if isinstance(part, Tally):
                spent = thought.tokens * choices
                yield Tally(part.prompt_tokens, part.completion_tokens + spent, spent)
            else:
                yield part


def with_figures(asked: Asked, told: Iterable[Told]) -> Iterator[Told]:
    """Add the probabilities of tokens where they are wanted and the backend has none of its own."""
    api, body = asked.ask.api, asked.ask.body
    ranked = alternatives(api, body)
    if ranked is None:
        yield from told
        return
    prompts = prompts_of(api, body)
    each = asked.choices // len(prompts)
    echo = _echoes(asked)
    writers = [
        Likelihood("" if echo else prompt, ranked, bytewise=api is not Api.COMPLETIONS)
        for prompt in prompts
        for _ in range(each)
    ]
    fresh = set(range(len(writers))) if echo else set()
    for part in told:
        if not (isinstance(part, Piece) and part.text):
            yield part
            continue
        writer = writers[part.choice]
        if part.tokens:
            yield replace(part, tokens=writer.place(part.tokens))
            continue
        tell = writer.of_prompt if part.choice in fresh else writer.of
        fresh.discard(part.choice)
        yield replace(part, tokens=tell(part.text))


def _echoed(asked: Asked, parts: Iterator[Part]) -> Iterator[Part]:
    if not _echoes(asked):
        yield from parts
        return
    prompts = prompts_of(asked.ask.api, asked.ask.body)
    each = asked.choices // len(prompts)
    echoed = False
    for part in parts:
        # Not before the backend has something to tell: its refusal is no part of an answer.
        if not echoed:
            echoed = True
            for choice in range(asked.choices):
                yield Piece(choice, prompts[choice // each])
        yield part


def _echoes(asked: Asked) -> bool:
    return asked.ask.api is Api.COMPLETIONS and asked.ask.body.get("echo") is True


def _limit_of(api: Api) -> str:
    return "max_output_tokens" if api is Api.RESPONSES else "max_completion_tokens"
