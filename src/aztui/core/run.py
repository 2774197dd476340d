"""A run: one request and all that came of it."""

from __future__ import annotations

from dataclasses import field, replace
from enum import StrEnum
from typing import Final

from aztui.core.arrivals import Arrivals
from aztui.core.chunks import Chunks
from aztui.core.data import dataclass
from aztui.core.events import (
    Adapted,
    Answering,
    Apart,
    Cause,
    Ended,
    Filtered,
    FinishReason,
    Ignored,
    Opened,
    Reached,
    ReasoningDelta,
    ReasoningItem,
    Received,
    Resent,
    Retrying,
    RunId,
    Sent,
    SignIn,
    Stamped,
    Stored,
    StreamProblem,
    TextDelta,
    Thinking,
    Tokens,
    Usage,
)
from aztui.core.filters import Offsets, Verdict, merge
from aztui.core.lessons import Refused
from aztui.core.packed import PackedTokens
from aztui.core.problem import Kind, Problem
from aztui.core.quota import Quota
from aztui.core.request import Params, Request


class Phase(StrEnum):
    """Where a run is; the last seven are ends."""

    WAITING = "waiting"
    RETRYING = "retrying"
    THINKING = "thinking"
    STREAMING = "streaming"
    DONE = "done"
    LIMIT = "limit"
    FILTERED = "filtered"
    STOPPED = "stopped"
    FAILED = "failed"
    CUT = "cut"
    INTERRUPTED = "interrupted"

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return self not in _UNDER_WAY


_UNDER_WAY: Final = frozenset({Phase.WAITING, Phase.RETRYING, Phase.THINKING, Phase.STREAMING})


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a run's answers.

    Attributes:
        index: its place among the answers, from 0.
        chunks: its text, in the pieces that came.
        finish_reason: why the service ended it; None while it has not said so.
        verdicts: what the content filter says about it, the gravest a category.
        condemned: the first character that the filter condemns after it was sent; None for none.
        judged_from: where the asynchronous filter began, counted from the beginning of the
            prompt; None where it has not told.
        tokens: what it is made of, and what could have stood there, as far as the service tells.
        arrivals: when the pieces came.
    """

    index: int
    chunks: Chunks = field(default_factory=Chunks)
    finish_reason: str | None = None
    verdicts: tuple[Verdict, ...] = ()
    condemned: int | None = None
    judged_from: int | None = None
    tokens: PackedTokens = field(default_factory=PackedTokens)
    arrivals: Arrivals = field(default_factory=Arrivals)

    @property
    def text(self) -> str:
        """The text so far."""
        return self.chunks.text


@dataclass(frozen=True, slots=True)
class Retry:
    """One time that a request failed and was, or is to be, sent again.

    Attributes:
        at: when it failed.
        told: how it failed, and how long to wait.
    """

    at: float
    told: Retrying

    def left(self, now: float) -> float:
        """Seconds until the request is sent again."""
        return max(0.0, self.at + self.told.wait - now)


@dataclass(frozen=True, slots=True)
class Mark:
    """How far the stream of a stored response was read when that was last told.

    Attributes:
        sequence: the number of the last of its events.
        texts: how many characters of each choice had come, after the choice's index.
        thoughts: how many of each part of the thoughts.
    """

    sequence: int
    texts: tuple[tuple[int, int], ...] = ()
    thoughts: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """One request and all that came of it so far.

    Attributes:
        id: its identity.
        request: what was asked.
        started: when it was sent. Like all times here, seconds on the monotonic clock.
        phase: where it is.
        choices: the answers, by index.
        opened: when the response's headers came.
        first_text: when the first text came.
        last_text: when the latest text came.
        ended: when it was over.
        model: the model that answered, in the service's words; empty if unsaid.
        fingerprint: what stands for its configuration; empty if unsaid.
        response: the id of the response that the service keeps; empty where it keeps none that
            could be taken up again.
        reached: how far its stream was read when that was last told; None where it never was.
        usage: what it cost; None where the service does not say.
        problem: what failed, if anything.
        ids: the response's ids for support.
        quota: what the response says is left of the deployment's limits.
        retries: the times it was sent again; the last one is under way while it is retrying.
        adapted: what was sent otherwise than asked, since the deployment does not take it.
        requests: how many were made, one an answer; 0 where a single one asked for all of them.
        sign_in: where the user is asked to sign in; None once that is done.
        effort: the reasoning effort of a model that thinks; None of one that does not.
        thoughts: the parts of the summary of what it thought.
        reasoning: what it thought, encrypted, for later turns.
        prompt_verdicts: what the content filter says about the prompt, the gravest a category.
        unfiltered: why a content filter did not run, in the service's words.
        ignored: what in the stream aztui does not know, and how often it came.
        continues: whether it is to go on with the answer of the run before it.
        given: how many characters of what was sent are the answer's beginning, which it is to go on
            with: at the end of the prompt, or in a conversation of the turn before it.
        counted: how many tokens the prompt had with that beginning when a model wrote it; 0 where
            nobody knows.
        sent: what went out at the last try; None before, and where nobody noted it.
        received: the response's headers and what came before them, at the last try.
    """

    id: RunId
    request: Request
    started: float
    phase: Phase = Phase.WAITING
    choices: tuple[Choice, ...] = ()
    opened: float | None = None
    first_text: float | None = None
    last_text: float | None = None
    ended: float | None = None
    model: str = ""
    fingerprint: str = ""
    response: str = ""
    reached: Mark | None = None
    usage: Usage | None = None
    problem: Problem | None = None
    ids: tuple[tuple[str, str], ...] = ()
    quota: Quota | None = None
    retries: tuple[Retry, ...] = ()
    adapted: tuple[Refused, ...] = ()
    requests: int = 0
    sign_in: SignIn | None = None
    effort: str | None = None
    thoughts: tuple[Chunks, ...] = ()
    reasoning: tuple[Params, ...] = ()
    prompt_verdicts: tuple[Verdict, ...] = ()
    unfiltered: tuple[str, ...] = ()
    ignored: tuple[tuple[str, int], ...] = ()
    continues: bool = False
    given: int = 0
    counted: int = 0
    sent: Sent | None = None
    received: Received | None = None

    @property
    def text(self) -> str:
        """The first answer's text."""
        return self.choices[0].text if self.choices else ""

    @property
    def damaged(self) -> bool:
        """Whether the answer came to its end, but a part of it could not be read."""
        unreadable = self.problem is not None and self.problem.kind is Kind.PROTOCOL
        return unreadable and self.phase in {Phase.DONE, Phase.LIMIT}


def reduce(run: Run, stamped: Stamped) -> Run:
    """Return `run` after one more event; events of other runs and after the end change nothing."""
    if stamped.run != run.id or run.phase.over:
        return run
    match stamped.event:
        case TextDelta(choice, text):
            return _with_text(run, choice, text, stamped.pieces or (stamped.at,))
        case FinishReason(choice, reason):
            return _with_choice(run, replace(_choice(run, choice), finish_reason=reason))
        case Tokens(choice, tokens):
            known = _choice(run, choice)
            return _with_choice(run, replace(known, tokens=known.tokens.extend(tokens)))
        case ReasoningDelta(part, text):
            return _with_thought(run, part, text)
        case Filtered() as filtered:
            return _judged(run, filtered)
        case StreamProblem(problem):
            return replace(run, problem=run.problem or problem)
        case Ended(cause, problem):
            told = run.problem or (problem and _located(problem, run))
            return _with_ids(_ended(replace(run, problem=told, ended=stamped.at), cause))
        case _:
            return _noted(run, stamped)


def _noted(run: Run, stamped: Stamped) -> Run:
    """Take an event that only adds to what is known about the run."""
    match stamped.event:
        case Opened(ids, quota):
            opened = stamped.at if run.opened is None else run.opened
            return replace(run, opened=opened, ids=ids, quota=quota or run.quota, sign_in=None)
        case Stored(response):
            return replace(run, response=response)
        case Reached(sequence):
            return replace(run, reached=_mark(run, sequence))
        case Answering(model, fingerprint):
            return replace(run, model=model, fingerprint=fingerprint)
        case Usage() as usage:
            return replace(run, usage=usage)
        case Thinking(effort):
            return _thinking(run, effort or run.effort or "")
        case ReasoningItem(item):
            # The one that comes again when an answer is taken up changes nothing.
            new = () if item in run.reasoning else (item,)
            return replace(run, reasoning=(*run.reasoning, *new))
        case Ignored(counts):
            return replace(run, ignored=counts)
        case _:
            return _on_the_way(run, stamped)


def _on_the_way(run: Run, stamped: Stamped) -> Run:
    """Take an event from before the service has begun to answer."""
    match stamped.event:
        case SignIn() as sign_in:
            return replace(run, sign_in=sign_in)
        case Adapted(lessons):
            new = tuple(lesson for lesson in lessons if lesson not in run.adapted)
            return replace(run, adapted=(*run.adapted, *new))
        case Apart(requests):
            # They are there from the beginning: one that never comes is not to be overlooked.
            for index in range(requests):
                run = _with_choice(run, _choice(run, index))
            return replace(run, requests=requests)
        case Retrying() as retrying:
            return _retrying(run, Retry(stamped.at, retrying))
        case Resent():
            return replace(run, phase=_goes_on_as(run))
        case Sent() as sent:
            return replace(run, sent=sent, received=None)
        case Received() as received:
            return replace(run, received=received)
        case _:
            return run


def _retrying(run: Run, retry: Retry) -> Run:
    """Note a wait; the same attempt once more is a wait that has begun after it was agreed to."""
    told = retry.told
    which = told.choice, told.attempt
    earlier = tuple(one for one in run.retries if (one.told.choice, one.told.attempt) != which)
    others = told.choice is not None
    # While other answers come, the one that waits is none of the reader's business.
    phase = run.phase if others and run.phase is Phase.STREAMING else Phase.RETRYING
    return replace(
        run,
        phase=Phase.RETRYING if told.asks else phase,
        opened=run.opened if told.resumes or others else None,
        sign_in=None,
        retries=(*earlier, retry),
    )


def _goes_on_as(run: Run) -> Phase:
    """The phase of a run whose wait is over: that before it, of an answer that is taken up."""
    if run.first_text is not None:
        return Phase.STREAMING
    return Phase.WAITING if run.effort is None else Phase.THINKING


def _mark(run: Run, sequence: int) -> Mark:
    texts = tuple((choice.index, choice.chunks.size) for choice in run.choices)
    return Mark(sequence, texts, tuple(part.size for part in run.thoughts))


def _choice(run: Run, index: int) -> Choice:
    for choice in run.choices:
        if choice.index == index:
            return choice
    return Choice(index)


def _with_choice(run: Run, choice: Choice) -> Run:
    if len(run.choices) == 1 and run.choices[0].index == choice.index:
        return replace(run, choices=(choice,))
    others = [c for c in run.choices if c.index != choice.index]
    return replace(run, choices=tuple(sorted([*others, choice], key=lambda c: c.index)))


def _with_text(run: Run, index: int, text: str, moments: tuple[float, ...]) -> Run:
    choice = _choice(run, index)
    chunks, arrivals = choice.chunks.append(text), choice.arrivals.add(*moments)
    grown = _with_choice(run, replace(choice, chunks=chunks, arrivals=arrivals))
    first = moments[0] if run.first_text is None else run.first_text
    return replace(grown, phase=Phase.STREAMING, first_text=first, last_text=moments[-1])


def _thinking(run: Run, effort: str) -> Run:
    phase = Phase.THINKING if run.phase is Phase.WAITING else run.phase
    return replace(run, phase=phase, effort=effort)


def _with_thought(run: Run, part: int, text: str) -> Run:
    thoughts = list(run.thoughts)
    thoughts += [Chunks() for _ in range(len(thoughts), part + 1)]
    thoughts[part] = thoughts[part].append(text)
    return _thinking(replace(run, thoughts=tuple(thoughts)), run.effort or "")


def _judged(run: Run, told: Filtered) -> Run:
    if told.failed and told.failed not in run.unfiltered:
        run = replace(run, unfiltered=(*run.unfiltered, told.failed))
    if told.choice is None:
        return replace(run, prompt_verdicts=merge(run.prompt_verdicts, told.verdicts))
    choice = _choice(run, told.choice)
    choice = replace(choice, verdicts=merge(choice.verdicts, told.verdicts))
    if told.offsets is not None:
        choice = _placed(choice, told.offsets, _before(run.request), condemned=told.condemned)
    return _with_choice(run, choice)


def _before(request: Request) -> int:
    """How many characters of the prompt stand before an answer and not in it."""
    return 0 if request.params.get("echo") is True else len(request.prompt)


def _placed(choice: Choice, offsets: Offsets, before: int, *, condemned: bool) -> Choice:
    """Find the characters of an answer that the asynchronous filter speaks of.

    It counts from the beginning of the prompt, and what it counts as the prompt's length in a
    conversation is nowhere written. Its first word on an answer is about the answer's beginning,
    in all that Azure's documentation shows; where that would lie in the prompt, the prompt's own
    length counts. An answer that repeats the prompt begins with it.
    """
    began = max(offsets.start, before) if before else 0
    base = began if choice.judged_from is None else min(choice.judged_from, began)
    choice = replace(choice, judged_from=base)
    if not condemned:
        return choice
    first = max(0, offsets.start - base)
    return replace(choice, condemned=first if choice.condemned is None else choice.condemned)


_OF_CONNECTIONS: Final = frozenset({Kind.CONNECTION, Kind.TIMEOUT})

NOTHING_CAME: Final = Problem(
    Kind.PROTOCOL,
    "The stream ended before any text or finish reason came",
    fix="Send the prompt again; if it happens again, the server or a proxy drops the answer.",
)
NO_FINISH: Final = Problem(
    Kind.PROTOCOL,
    "The stream ended without a finish reason, so the answer may be incomplete",
    fix="Send the prompt again, or continue from what came.",
)


_BY_US: Final = {Cause.CANCELLED: Phase.STOPPED, Cause.LOST: Phase.INTERRUPTED}


def _ended(run: Run, cause: Cause) -> Run:
    if cause in _BY_US:
        return replace(run, phase=_BY_US[cause])
    reasons = [choice.finish_reason for choice in run.choices]
    if not reasons or None in reasons:
        return _unfinished(run)
    if "content_filter" in reasons:
        return replace(run, phase=Phase.FILTERED)
    return replace(run, phase=Phase.LIMIT if "length" in reasons else Phase.DONE)


def _located(problem: Problem, run: Run) -> Problem:
    """Say of a connection that failed once the response had begun how far the answer was."""
    if run.opened is None or problem.kind not in _OF_CONNECTIONS:
        return problem
    if run.first_text is None:
        return replace(problem, title=f"{problem.title} before any text came")
    return replace(
        problem,
        title=f"{problem.title} in the middle of the answer",
        fix=f"{problem.fix.removesuffix('.')}; what came is kept.",
    )


def _with_ids(run: Run) -> Run:
    """Give a problem that came with or after an answer's headers the ids that stood in them."""
    if run.problem is None or run.problem.ids or not run.ids:
        return run
    return replace(run, problem=replace(run.problem, ids=run.ids))


def _unfinished(run: Run) -> Run:
    if run.first_text is None:
        return replace(run, phase=Phase.FAILED, problem=run.problem or NOTHING_CAME)
    return replace(run, phase=Phase.CUT, problem=run.problem or NO_FINISH)
