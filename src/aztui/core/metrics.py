"""Figures about a run. Times are in seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from aztui.core.run import Run

CHARACTERS_A_TOKEN: Final = 4
"""OpenAI's rule of thumb for English text."""


def elapsed(run: Run, now: float) -> float:
    """Time since the run was sent: until its end, or until `now` while it goes on."""
    return max(0.0, (now if run.ended is None else run.ended) - run.started)


def time_to_first_text(run: Run) -> float | None:
    """Time from sending to the first text; None while none has come."""
    return None if run.first_text is None else run.first_text - run.started


def time_thinking(run: Run, now: float) -> float | None:
    """Time that the model thought before its first text: until that, the run's end, or `now`.

    It counts from when the request was sent last; None of a model that does not think.
    """
    if run.effort is None:
        return None
    since = run.started
    for retry in run.retries:
        if not retry.told.resumes and retry.told.choice is None:
            since = retry.at + retry.told.wait
    until = next((at for at in (run.first_text, run.ended) if at is not None), now)
    return max(0.0, until - since)


def characters(run: Run) -> int:
    """How many characters have come, over all choices."""
    return sum(choice.chunks.size for choice in run.choices)


def characters_a_second(run: Run, now: float, count: int) -> float | None:
    """The rate of `count` characters since the first text; None while it means nothing."""
    if run.first_text is None:
        return None
    until = now if run.ended is None else (run.last_text or run.ended)
    span = until - run.first_text
    return count / span if span > 0 else None


def completion_tokens(run: Run) -> tuple[int, bool]:
    """How many tokens were generated, and whether the service said so (else it is estimated)."""
    if run.usage is not None:
        return run.usage.completion_tokens, True
    return round(characters(run) / CHARACTERS_A_TOKEN), False
