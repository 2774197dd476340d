"""Scripted replies: the same prompt always gets the same answer, token by token."""

from __future__ import annotations

import itertools
import re
import zlib
from collections.abc import Iterator, Sequence
from typing import Final

from aztui.core.request import Api
from aztui.emulator.asks import answers, most_tokens, prompts_of, stops
from aztui.emulator.backend import Ask, Part, Piece, Tally
from aztui.emulator.replies import CONTINUATIONS, LOREM, MARKDOWN, REPLIES
from aztui.emulator.tokens import estimate, tokens

_LOREM: Final = re.compile(r"\s*lorem\s+(\d{1,7})\s*", re.IGNORECASE | re.ASCII)
_LONG: Final = re.compile(r"\s*long\s*", re.IGNORECASE)
_MARKDOWN: Final = re.compile(r"\s*markdown(?: (\d{1,7}))?\s*", re.IGNORECASE | re.ASCII)
_LONG_TOKENS: Final = 2000
_SENTENCE_ENDS: Final = (".", "!", "?", ":", "…", "\n")


class ScriptedReplies:
    """Answers every prompt with one of a few texts, chosen by the prompt.

    `n`, `stop` and the limits of tokens do what they do in Azure; other parameters change
    nothing. Three prompts are commands: `lorem N` is answered with exactly N tokens, `long` with
    2,000, and `markdown` with every kind of Markdown, or with N tokens of it (`markdown N`). In
    completions a prompt that ends a sentence is answered in a
    new paragraph, and any other is continued.

    Attributes:
        model: the model's name, as chunks give it.
    """

    def __init__(self, replies: Sequence[str] = REPLIES, model: str = "scripted-replies") -> None:
        self.model = model
        self._replies = tuple(replies)

    def answer(self, ask: Ask) -> ScriptedAnswer:
        """Begin to answer."""
        prompts = prompts_of(ask.api, ask.body)
        texts = [
            self._tokens(ask.api, prompt, turn)
            for prompt in prompts
            for turn in range(answers(ask.body))
        ]
        limit = most_tokens(ask.body)
        choices = [_choice(i, text, stops(ask.body), limit) for i, text in enumerate(texts)]
        return ScriptedAnswer(choices, prompt_tokens=sum(map(estimate, prompts)))

    def _tokens(self, api: Api, prompt: str, turn: int) -> Iterator[str]:
        if lorem := _LOREM.fullmatch(prompt):
            return itertools.islice(itertools.cycle(tokens(LOREM)), int(lorem[1]))
        if _LONG.fullmatch(prompt):
            return itertools.islice(itertools.cycle(tokens(LOREM)), _LONG_TOKENS)
        if markdown := _MARKDOWN.fullmatch(prompt):
            all_kinds = tokens(MARKDOWN)
            count = int(markdown[1]) if markdown[1] else len(all_kinds)
            return itertools.islice(itertools.cycle(all_kinds), count)
        return iter(tokens(self._text(api, prompt, turn)))

    def _text(self, api: Api, prompt: str, turn: int) -> str:
        number = zlib.crc32(prompt.encode("utf-8", "replace")) + turn
        if api is not Api.COMPLETIONS:
            return self._replies[number % len(self._replies)]
        if not prompt or prompt.endswith(_SENTENCE_ENDS):
            return "\n\n" + self._replies[number % len(self._replies)]
        return CONTINUATIONS[number % len(CONTINUATIONS)]


class ScriptedAnswer:
    """The parts of a scripted answer; the choices take turns."""

    def __init__(self, choices: Sequence[Iterator[Piece]], prompt_tokens: int) -> None:
        self._choices = choices
        self._prompt_tokens = prompt_tokens
        self._closed = False

    def __iter__(self) -> Iterator[Part]:
        """The parts, without ever waiting."""
        written = 0
        for turn in itertools.zip_longest(*self._choices):
            for piece in turn:
                if self._closed:
                    return
                if piece is not None:
                    written += bool(piece.text)
                    yield piece
        yield Tally(self._prompt_tokens, written)

    def close(self) -> None:
        """End the iteration at its next part."""
        self._closed = True


def _choice(
    index: int, text: Iterator[str], stop: Sequence[str], limit: int | None
) -> Iterator[Piece]:
    """The pieces of a choice; the finish reason comes in a piece of its own."""
    if stop:
        text = iter(tokens(_before(stop, "".join(text))))
    reason = "stop"
    for count, token in enumerate(text):
        if count == limit:
            reason = "length"
            break
        yield Piece(index, token)
    yield Piece(index, "", reason)


def _before(stop: Sequence[str], text: str) -> str:
    ends = [at for at in map(text.find, stop) if at >= 0]
    return text[: min(ends)] if ends else text
