"""What comes of several requests, each for one answer, as the events of one run. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Final

from aztui.core.events import (
    Adapted,
    Answering,
    Apart,
    Cause,
    Ended,
    Event,
    Filtered,
    FinishReason,
    Ignored,
    Opened,
    ReasoningDelta,
    ReasoningItem,
    Received,
    Resent,
    Retrying,
    Sent,
    SignIn,
    StreamProblem,
    TextDelta,
    Thinking,
    Tokens,
    Usage,
)
from aztui.core.problem import Problem

_FIRST: Final = 0
"""The answer whose encrypted thoughts go along with later turns, as its text does; its request
stands for all of them where it is told what was sent."""


class Joining:
    """Takes the events of the requests, and gives those of their run.

    Attributes:
        left: the numbers of the requests that are not over yet; those that were not sent count.

    Args:
        requests: how many there are; each is for the choice that has its number, from 0.
        unsent: those of them that wait to be sent, as they are whenever it is looked at.
    """

    def __init__(self, requests: int, unsent: Collection[int] = ()) -> None:
        self._unsent = unsent
        self.left = set(range(requests))
        self._requests = requests
        self._begun = False
        self._told: list[Event] = []
        self._answering: set[type[Event]] = set()
        self._usage: dict[int, Usage] = {}
        self._ignored: Counter[str] = Counter()
        self._parts: dict[tuple[int, int], int] = {}
        self._asking: dict[int, Retrying] = {}
        self._asked = False
        self._failed: Problem | None = None
        self._cause = Cause.CLOSED

    @property
    def hopeless(self) -> bool:
        """Whether one has failed before any was answered: those to come would fare no better."""
        return self._failed is not None and Opened not in self._answering

    def take(self, number: int, event: Event) -> Iterator[Event]:
        """Yield what an event of a request is to its run; `Ended` once, at the end of the last."""
        if not self._begun:
            self._begun = True
            yield Apart(self._requests)
        yield from self._joined(number, event)
        yield from self._question()
        if not self.left:
            yield from self._end()

    def give_up(self, numbers: set[int]) -> Iterator[Event]:
        """Count requests as over that are never sent; yield what is to be told then."""
        self.left -= numbers
        yield from self._question()
        if not self.left and numbers:
            yield from self._end()

    def answered(self) -> bool:
        """Note that the user has answered the question; False where none was asked."""
        asked, self._asked = self._asked, False
        if asked:
            self._asking.clear()
        return asked

    def _joined(self, number: int, event: Event) -> Iterator[Event]:
        match event:
            case TextDelta() | Tokens() | FinishReason():
                yield replace(event, choice=number)
            case Filtered(choice) if choice is not None:
                yield replace(event, choice=number)
            case Sent() | Received():
                if number == _FIRST:
                    yield event
            case ReasoningDelta() | ReasoningItem():
                yield from self._thought(number, event)
            case Retrying() | Resent():
                yield from self._waits(number, event)
            case StreamProblem():
                yield event
            case Ended(cause, problem):
                self._over(number, cause, problem)
            case _:
                yield from self._of_all(number, event)

    def _of_all(self, number: int, event: Event) -> Iterator[Event]:
        """Yield what is about the run as a whole, once, however many requests tell it."""
        match event:
            case SignIn() | Adapted() | Thinking() | Filtered():
                if event not in self._told:
                    self._told.append(event)
                    yield event
            case Opened() | Answering():
                if type(event) not in self._answering:
                    self._answering.add(type(event))
                    yield event
            case Usage():
                self._usage[number] = event
                yield self._sum()
            case Ignored(counts):
                self._ignored.update(dict(counts))
            case _:  # of responses that the service keeps, which is for single answers
                pass

    def _thought(self, number: int, event: ReasoningDelta | ReasoningItem) -> Iterator[Event]:
        if isinstance(event, ReasoningDelta):
            part = self._parts.setdefault((number, event.part), len(self._parts))
            yield replace(event, part=part)
        elif number == _FIRST:
            yield event

    def _waits(self, number: int, event: Retrying | Resent) -> Iterator[Event]:
        if isinstance(event, Resent):
            yield event
        elif event.asks:
            # Nobody can answer while other answers come: they go first.
            self._asking[number] = replace(event, choice=number)
        else:
            yield replace(event, choice=number)

    def _question(self) -> Iterator[Event]:
        """Ask, once all that is under way waits for the answer: for the longest of the waits."""
        under_way = self.left.difference(self._unsent)
        if self._asking and not self._asked and under_way == self._asking.keys():
            self._asked = True
            yield max(self._asking.values(), key=lambda asking: asking.wait)

    def _over(self, number: int, cause: Cause, problem: Problem | None) -> None:
        self.left.discard(number)
        self._asking.pop(number, None)
        self._failed = self._failed or problem
        if self._cause is not Cause.CANCELLED and cause is not Cause.CLOSED:
            self._cause = cause

    def _end(self) -> Iterator[Event]:
        if self._ignored:
            yield Ignored(tuple(sorted(self._ignored.items())))
        broken = self._cause is Cause.BROKEN
        yield Ended(self._cause, self._failed if broken else None)

    def _sum(self) -> Usage:
        return Usage(
            sum(usage.prompt_tokens for usage in self._usage.values()),
            sum(usage.completion_tokens for usage in self._usage.values()),
            sum(usage.reasoning_tokens for usage in self._usage.values()),
            sum(usage.cached_tokens for usage in self._usage.values()),
        )
