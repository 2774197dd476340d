"""What a stream can tell: the closed union of events, whatever API they came through."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from enum import StrEnum
from typing import NewType, TypeAlias

from aztui.core.data import dataclass
from aztui.core.filters import Offsets, Verdict
from aztui.core.lessons import Refused
from aztui.core.problem import Problem
from aztui.core.profile import Auth
from aztui.core.quota import Quota
from aztui.core.request import Params

RunId = NewType("RunId", str)


@dataclass(frozen=True, slots=True)
class SignIn:
    """The user is to sign in with a browser before the request can be sent.

    Attributes:
        url: the page to open, on any machine.
        code: what to type there.
    """

    url: str
    code: str


@dataclass(frozen=True, slots=True)
class Adapted:
    """The request is sent otherwise than it was asked, since the deployment would refuse it.

    Attributes:
        lessons: what it does not take; never empty.
        again: whether it has just said so, and the request is on its way for a second time.
    """

    lessons: tuple[Refused, ...]
    again: bool


@dataclass(frozen=True, slots=True)
class Apart:
    """Each answer is asked for by a request of its own, since the service gives one a request.

    Attributes:
        requests: how many there are.
    """

    requests: int


@dataclass(frozen=True, slots=True)
class Retrying:
    """The request failed and is sent again after a wait.

    Attributes:
        problem: why it failed.
        wait: seconds.
        attempt: which one failed, from 1.
        asks: whether the wait only begins when the user agrees to it.
        resumes: whether nothing is asked anew: the answer goes on at the service, and is taken up
            where the link dropped.
        choice: the choice's index, where each is asked for by a request of its own and this one
            has failed; None where there is one request.
    """

    problem: Problem
    wait: float
    attempt: int
    asks: bool = False
    resumes: bool = False
    choice: int | None = None


@dataclass(frozen=True, slots=True)
class Resent:
    """A wait is over, and the request is on its way again."""


Headers: TypeAlias = tuple[tuple[str, str], ...]
"""The headers of a message as name and value, in their order; credentials in them are cut."""


def interned(headers: Iterable[tuple[str, str]]) -> Headers:
    """Return headers that share their texts with others: most are the same for every run."""
    return tuple((sys.intern(name), sys.intern(value)) for name, value in headers)


@dataclass(frozen=True, slots=True)
class Sent:
    """The request goes out now, just so; of several tries each tells.

    Attributes:
        url: where to, the api-version included.
        members: every member of the body but the texts, which stand in the run's request
            (`core.body.sent_body` puts both together again).
        headers: the request's.
        thoughts: whether what a model thought goes along with its turns (Responses).
        auth: the kind of credential that is shown; None where the server asks for none.
        variable: the environment variable that holds the credential; empty where none does.
    """

    url: str
    members: Params
    headers: Headers = ()
    thoughts: bool = False
    auth: Auth | None = Auth.KEY
    variable: str = ""


@dataclass(frozen=True, slots=True)
class Steps:
    """How long each step of a request took, in seconds; None for one that was not needed.

    A connection that was open already is used again, without the first three.

    Attributes:
        lookup: finding the server's address, or the proxy's.
        connect: opening the connection.
        tls: agreeing on the encryption.
        write: sending the request.
        wait: from then until the response's headers were there.
    """

    lookup: float | None = None
    connect: float | None = None
    tls: float | None = None
    write: float | None = None
    wait: float | None = None

    @property
    def reused(self) -> bool:
        """Whether the connection was open already."""
        return self.connect is None


@dataclass(frozen=True, slots=True)
class Received:
    """The headers of a response are here, be it an answer or a refusal.

    Attributes:
        status: the HTTP status.
        headers: all of them, as they came.
        steps: how long it took until then.
    """

    status: int
    headers: Headers = ()
    steps: Steps = Steps()


@dataclass(frozen=True, slots=True)
class Opened:
    """The response's headers are here and its body has begun.

    Attributes:
        ids: the headers that identify the request to support, as name and value.
        quota: what is left of the deployment's rate limits; None where the headers say nothing.
    """

    ids: tuple[tuple[str, str], ...] = ()
    quota: Quota | None = None


@dataclass(frozen=True, slots=True)
class Answering:
    """Which model answers.

    Attributes:
        model: in the service's own words.
        fingerprint: what stands for the model's configuration: where it is another one, the same
            seed may give another answer (completions and chat); empty if unsaid.
    """

    model: str
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class Stored:
    """The service keeps the response, and goes on with it though nobody listens.

    Attributes:
        response: its id, by which it can be taken up again, stopped and deleted.
    """

    response: str


@dataclass(frozen=True, slots=True)
class Reached:
    """All events of a stored response up to this one have been told.

    It is told now and then, so some more may have been.

    Attributes:
        sequence: the number of the last one, as the service counts them.
    """

    sequence: int


@dataclass(frozen=True, slots=True)
class Thinking:
    """The model thinks before it answers; minutes may pass in silence.

    Attributes:
        effort: the reasoning effort that was asked for; empty for the model's own.
    """

    effort: str = ""


@dataclass(frozen=True, slots=True)
class ReasoningDelta:
    """More of the summary of what the model thought.

    Attributes:
        part: which of its parts, from 0.
        text: never empty.
    """

    part: int
    text: str


@dataclass(frozen=True, slots=True)
class ReasoningItem:
    """What the model thought, encrypted, to go along with later turns.

    Attributes:
        item: as the service wants it back.
    """

    item: Params


@dataclass(frozen=True, slots=True)
class TextDelta:
    """More text of a choice, exactly as it came.

    Attributes:
        choice: the choice's index, from 0.
        text: never empty.
    """

    choice: int
    text: str


@dataclass(frozen=True, slots=True)
class Token:
    """A token and how likely it was.

    Attributes:
        text: its text; of a part of a character, whatever the service makes of it.
        logprob: the natural logarithm of its probability; None where the service does not say.
        data: its bytes; None where the service does not tell them.
    """

    text: str
    logprob: float | None
    data: bytes | None = None


@dataclass(frozen=True, slots=True)
class Chosen:
    """A token of an answer and what could have stood in its place.

    Attributes:
        token: the one that was chosen.
        ranked: the likeliest ones, the likeliest first, the chosen one among them or not.
    """

    token: Token
    ranked: tuple[Token, ...] = ()


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of text that has come.

    Attributes:
        choice: the choice's index, from 0.
        tokens: in the text's order; never empty.
    """

    choice: int
    tokens: tuple[Chosen, ...]


@dataclass(frozen=True, slots=True)
class Filtered:
    """The content filter's word on the prompt or on an answer, whatever it is.

    Attributes:
        choice: the choice's index; None where it is about the prompt.
        verdicts: one a category.
        offsets: what it is about, where the asynchronous filter says so.
        condemned: whether the text within `offsets` is the reason why the answer was ended.
        failed: why the filter did not run, in the service's words; empty where it did.
    """

    choice: int | None
    verdicts: tuple[Verdict, ...] = ()
    offsets: Offsets | None = None
    condemned: bool = False
    failed: str = ""


@dataclass(frozen=True, slots=True)
class FinishReason:
    """Why the service ended a choice: `stop`, `length`, `content_filter`, …"""

    choice: int
    reason: str


@dataclass(frozen=True, slots=True)
class Usage:
    """What the request cost, in tokens.

    Attributes:
        prompt_tokens: those of the prompt and the turns before it.
        completion_tokens: those of all answers, and of what was thought before them.
        reasoning_tokens: those among them that were thought and not said.
        cached_tokens: those of the prompt that the service had kept from earlier requests.
    """

    prompt_tokens: int
    completion_tokens: int
    reasoning_tokens: int = 0
    cached_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Ignored:
    """Parts of the stream that aztui does not know and has passed over; told once, at its end.

    Attributes:
        counts: keys and event types, and how often each came.
    """

    counts: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class StreamProblem:
    """The stream itself brought an error, or a record that cannot be read.

    Attributes:
        problem: what it is.
        passes: whether the same request may fare better in a moment.
    """

    problem: Problem
    passes: bool = False


class Cause(StrEnum):
    """Why no more events of a run will come."""

    CLOSED = "closed"
    """The stream was read to its end."""
    CANCELLED = "cancelled"
    """The user stopped it."""
    BROKEN = "broken"
    """The request was refused, or the connection failed."""
    LOST = "lost"
    """aztui itself came to an end meanwhile: killed, or without power."""


@dataclass(frozen=True, slots=True)
class Ended:
    """The last event of every run.

    Attributes:
        cause: why it ended.
        problem: what failed; None unless the cause is BROKEN.
    """

    cause: Cause
    problem: Problem | None = None


Event: TypeAlias = (
    SignIn
    | Adapted
    | Apart
    | Retrying
    | Resent
    | Sent
    | Received
    | Opened
    | Answering
    | Stored
    | Reached
    | Thinking
    | ReasoningDelta
    | ReasoningItem
    | TextDelta
    | Tokens
    | Filtered
    | FinishReason
    | Usage
    | Ignored
    | StreamProblem
    | Ended
)


@dataclass(frozen=True, slots=True)
class Stamped:
    """An event, whose it is and when it came.

    Attributes:
        run: the run it belongs to.
        at: seconds on the monotonic clock.
        event: what happened.
        pieces: when each piece of a text came that was joined of several; none of any other.
    """

    run: RunId
    at: float
    event: Event
    pieces: tuple[float, ...] = ()
