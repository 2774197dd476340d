"""How much of a model's context a request takes, and what to leave out of one that takes too much.

All figures are in tokens. Only the service can count them, and it tells them once it has answered:
what it has told of the turns before is exact, what is new is counted by whatever `Count` is at
hand: a tokenizer, or `estimate`, which needs none.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection
from dataclasses import replace
from itertools import pairwise
from typing import Final, TypeAlias

from aztui.core.continuing import beginning, said, whole
from aztui.core.data import dataclass
from aztui.core.events import RunId, Usage
from aztui.core.lessons import Learnt
from aztui.core.parameters import limits
from aztui.core.problem import Kind
from aztui.core.profile import Profile
from aztui.core.request import TRAITS, Message, Request
from aztui.core.run import Run

Count: TypeAlias = Callable[[str], int]
"""Returns about how many tokens a text is."""

RESERVE: Final = 500
"""Room that is kept for an answer whose length the request does not limit: some paragraphs."""

_ASCII_A_TOKEN: Final = 4
"""OpenAI's rule of thumb for English; code has rather fewer, which only a tokenizer could tell."""
_BYTES_A_TOKEN: Final = 3
"""The same for all else. Tokens are made of UTF-8's bytes, of which a Cyrillic letter has two and
a Chinese one three. Newer models need fewer tokens than this, the oldest ones some more."""
_MESSAGE: Final = 4
"""What a message takes besides its text: whose it is, where it begins and where it ends."""
_MORE: Final = 20
"""A request that was refused is taken to be larger than the window by one part in so many."""


@dataclass(frozen=True, slots=True)
class Window:
    """How much a deployment takes; None where nobody has said. One of the two is known at most.

    Attributes:
        context: of prompt and answer together, with all the turns before.
        input: of the prompt and those turns, whatever the answer.
    """

    context: int | None = None
    input: int | None = None

    @classmethod
    def of(cls, profile: Profile, learnt: Learnt) -> Window:
        """What is known: the user's own word, else what the deployment said when it refused."""
        if profile.context is not None:
            return cls(profile.context)
        return cls(learnt.context, learnt.input)

    @property
    def known(self) -> bool:
        """Whether anybody has said anything."""
        return self.context is not None or self.input is not None


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier prompt and its answer, as a request carries them.

    Attributes:
        run: whose they are.
        tokens: about how much they take.
    """

    run: RunId
    tokens: int


@dataclass(frozen=True, slots=True)
class Load:
    """About how much a request takes.

    Attributes:
        turns: the earlier turns that it carries, oldest first.
        rest: all else that is sent: the system prompt, the new prompt, what the service adds.
        answer: the room that its answer needs in the same window.
        most: what the deployment takes of all that; None where nobody has said.
    """

    turns: tuple[Turn, ...]
    rest: int
    answer: int
    most: int | None

    def total(self, left_out: Collection[RunId] = ()) -> int:
        """How much it is without some of the turns."""
        kept = sum(turn.tokens for turn in self.turns if turn.run not in left_out)
        return self.rest + self.answer + kept

    def over(self, left_out: Collection[RunId] = ()) -> bool:
        """Whether it is too much without some of the turns, as far as is known."""
        return self.most is not None and self.total(left_out) > self.most

    @property
    def sent(self) -> int:
        """How much all that is sent takes, without what the answer needs."""
        return self.total() - self.answer

    @property
    def oldest(self) -> frozenset[RunId]:
        """The oldest turns, as many as must go; half of them all where nobody has said how many."""
        total = self.total()
        turns = sum(turn.tokens for turn in self.turns)
        goal = total - turns // 2 if self.most is None else self.most
        out: list[RunId] = []
        for turn in self.turns:
            if total <= goal:
                break
            out.append(turn.run)
            total -= turn.tokens
        return frozenset(out)


def too_long(
    path: tuple[Run, ...],
    request: Request,
    window: Window,
    before: Run | None = None,
    count: Count | None = None,
) -> Load | None:
    """Weigh a request before it is sent.

    Args:
        path: the runs whose turns it carries, oldest first; those without text count for nothing.
        request: what is to be sent.
        window: what the deployment takes.
        before: the run that is asked again, if one is. Where it was refused as too long, and asked
            no more than this, so will this be, whatever is estimated.
        count: counts what the service has not; `estimate` where it is None.

    Returns:
        What it takes, where that is too much and there are turns to leave out; None otherwise.
    """
    load = weigh(path, request, window, count)
    if before is not None and _too_long_already(before, request):
        load = _corrected(load, path, before)
        return load if load.turns else None
    return load if load.turns and load.over() else None


def without(path: tuple[Run, ...], left_out: Collection[RunId]) -> tuple[Run, ...]:
    """Return a path without some of its runs."""
    return tuple(run for run in path if run.id not in left_out)


def weigh(
    path: tuple[Run, ...], request: Request, window: Window, count: Count | None = None
) -> Load:
    """Return about how much a request takes; as `too_long`."""
    counted = count or estimate
    said = tuple(run for run in path if run.text) if TRAITS[request.api].turns else ()
    turns = tuple(
        Turn(run.id, _prompt(run, before, counted) + _answer(run, counted))
        for before, run in pairwise((None, *said))
        if run is not None
    )
    taken = sum(turn.tokens for turn in turns)
    rest = _rest(request, said[-1] if said else None, taken, counted)
    if window.input is not None:
        return Load(turns, rest, 0, window.input)
    return Load(turns, rest, room(request), window.context)


def room(request: Request) -> int:
    """The room that a request asks for its answer; a little where it does not say."""
    asked = (request.params.get(name) for name in limits(request.api))
    return next((limit for limit in asked if type(limit) is int), RESERVE)


def estimate(text: str) -> int:
    """Return about how many tokens a text is, rather too many than too few."""
    ascii_only = len(text.encode("ascii", "ignore"))
    others = len(text.encode("utf-8", "surrogatepass")) - ascii_only
    return math.ceil(ascii_only / _ASCII_A_TOKEN + others / _BYTES_A_TOKEN)


def _too_long_already(run: Run, request: Request) -> bool:
    """Whether a run was refused as too long that asked the same, with all these turns or fewer."""
    if run.problem is None or run.problem.kind is not Kind.TOO_LONG:
        return False
    then, now = (
        (asked.api, asked.deployment, asked.params, asked.messages[-1])
        for asked in (run.request, request)
    )
    return then == now and len(run.request.messages) <= len(request.messages)


def _corrected(load: Load, path: tuple[Run, ...], refused: Run) -> Load:
    """Return a load by which what was refused is over the window, as the service has said."""
    sent = {message.content for message in refused.request.messages}
    missing = frozenset(run.id for run in path if said(run) not in sent)
    if load.most is None or load.over(missing):
        return load
    short = load.most - load.total(missing)
    return replace(load, rest=load.rest + short + 1 + load.most // _MORE)


def _prompt(run: Run, before: Run | None, count: Count) -> int:
    """What a run's own prompt takes: what the service counted more than for the run before it."""
    told, then = _told(run), None if before is None else _told(before)
    if before is None or told is None or then is None or not _goes_on(run.request, before):
        return count(said(run)) + _MESSAGE
    return max(_MESSAGE, told.prompt_tokens - then.prompt_tokens - _answer(before, count))


def _answer(run: Run, count: Count) -> int:
    """What the answer takes that later requests carry: the first one, without what was thought."""
    told = _told(run)
    if told is None or run.request.answers > 1:
        return count(whole(run, run.choices[0])) if run.choices else 0
    return max(0, told.completion_tokens - told.reasoning_tokens) + count(beginning(run))


def _rest(request: Request, last: Run | None, turns: int, count: Count) -> int:
    """What a request takes besides its turns, which take so much."""
    *_, prompt = request.messages
    if not TRAITS[request.api].turns:
        return count(prompt.content)
    told = None if last is None else _told(last)
    if last is not None and told is not None and _goes_on(request, last):
        sent = told.prompt_tokens + _answer(last, count) - turns
        return max(0, sent) + _message(prompt, count)
    system = [message for message in request.messages if message.role == "system"]
    return sum(_message(message, count) for message in (*system, prompt))


def _goes_on(request: Request, run: Run) -> bool:
    """Whether a request is what a run was asked, its answer, and one prompt more.

    It looks at both ends only: a long path compared whole, for each of its runs, would take
    longer than anybody waits.
    """
    now, then = request.messages, run.request.messages
    same_model = (request.api, request.deployment) == (run.request.api, run.request.deployment)
    return same_model and len(now) == len(then) + 2 and (now[0], now[-3]) == (then[0], then[-1])


def _told(run: Run) -> Usage | None:
    """What the service has counted of one request; None where it has not, or counted nothing."""
    if run.usage is None or run.requests:
        return None
    return run.usage if run.usage.prompt_tokens > 0 else None


def _message(message: Message, count: Count) -> int:
    return count(message.content) + _MESSAGE
