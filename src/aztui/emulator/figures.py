"""The probabilities of tokens in the JSON of each API."""

from __future__ import annotations

from collections.abc import Sequence

from aztui.core.request import Json, Params
from aztui.emulator.backend import Candidate, Token


def of_completion(tokens: Sequence[Token]) -> Params | None:
    """Four lists side by side; None where there are no tokens.

    The token that was chosen is always among the ranked ones, as one more if need be.
    """
    if not tokens:
        return None
    return {
        "tokens": [token.chosen.text for token in tokens],
        "token_logprobs": [token.chosen.logprob for token in tokens],
        "top_logprobs": [_by_text(token) for token in tokens],
        "text_offset": [token.offset for token in tokens],
    }


def of_chat(tokens: Sequence[Token]) -> Params | None:
    """An entry for each token of the content; None where there are no tokens."""
    return {"content": of_response(tokens), "refusal": None} if tokens else None


def of_response(tokens: Sequence[Token]) -> list[Json]:
    """An entry for each token."""
    return [
        {**_entry(token.chosen), "top_logprobs": [_entry(ranked) for ranked in token.ranked]}
        for token in tokens
    ]


def _by_text(token: Token) -> Params | None:
    if token.chosen.logprob is None:
        return None
    return {candidate.text: candidate.logprob for candidate in (*token.ranked, token.chosen)}


def _entry(candidate: Candidate) -> Params:
    return {
        "token": candidate.text,
        "logprob": candidate.logprob,
        "bytes": list(candidate.data),
    }
