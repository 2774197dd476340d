"""What writes the emulator's answers: scripted replies, or a real model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from aztui.core.request import Api, Params


@dataclass(frozen=True, slots=True)
class Ask:
    """What a client asks for.

    Attributes:
        api: the dialect it asks in.
        deployment: the deployment's name as the client gave it, without a fault.
        body: the request's JSON body.
    """

    api: Api
    deployment: str
    body: Params


@dataclass(frozen=True, slots=True)
class Candidate:
    r"""A token that might stand in a place of the text.

    Attributes:
        text: the token; one that is not whole characters is written with escapes (`\xf0`).
        data: its bytes; they are the truth where `text` is escapes.
        logprob: the natural logarithm of its probability; None where there is none, as for the
            first token of all.
    """

    text: str
    data: bytes
    logprob: float | None


@dataclass(frozen=True, slots=True)
class Token:
    """A token of an answer's text.

    Attributes:
        chosen: the one that stands there.
        ranked: the likeliest ones, in order; the chosen one is among them only where it ranks.
        offset: characters of prompt and text before it.
    """

    chosen: Candidate
    ranked: tuple[Candidate, ...] = ()
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Piece:
    """The next text of a choice.

    Attributes:
        choice: the choice's index, from 0.
        text: may be empty where only the finish reason is news.
        finish_reason: set on a choice's last piece.
        filtered: what the content filter says, where it ended the choice.
        tokens: those of the text, where they are asked for and known.
    """

    choice: int
    text: str
    finish_reason: str | None = None
    filtered: Params | None = None
    tokens: tuple[Token, ...] = ()


@dataclass(frozen=True, slots=True)
class Tally:
    """Tokens used; the last thing an answer tells.

    Attributes:
        prompt_tokens: of all prompts.
        completion_tokens: of all choices, thoughts included.
        reasoning_tokens: of the thoughts alone; None where the model does not think.
    """

    prompt_tokens: int
    completion_tokens: int
    reasoning_tokens: int | None = None


Part: TypeAlias = Piece | Tally


class BackendError(Exception):
    """The backend cannot answer: an HTTP status with Azure's error members."""

    def __init__(self, status: int, code: str | None, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


class Answer(Protocol):
    """An answer under way."""

    def __iter__(self) -> Iterator[Part]:
        """The parts as they are written; ends early after `close`.

        Raises:
            BackendError: it cannot go on, or could not start.
        """

    def close(self) -> None:
        """Stop writing at once, also while another thread waits for the next part."""


class Backend(Protocol):
    """Writes answers; used by many request threads at once."""

    @property
    def model(self) -> str:
        """The model's name, as chunks give it."""

    def answer(self, ask: Ask) -> Answer:
        """Begin to answer."""
