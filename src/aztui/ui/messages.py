"""What widgets and workers say to the screen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, TypeVar, dataclass_transform

from textual.message import Message

from aztui.core.events import RunId
from aztui.core.history import Reopened
from aztui.core.ports import Source
from aztui.core.profile import Profile

if TYPE_CHECKING:
    from aztui.core.checkup import Check, Checkup
    from aztui.core.cost import Spent, Terms
    from aztui.core.listing import Listed
    from aztui.core.window import Load

_M = TypeVar("_M", bound=Message)


@dataclass_transform()
def message(cls: type[_M]) -> type[_M]:
    """Give a message its fields, and compile no more than it takes to make one.

    Nobody compares messages or prints them, and what does so takes 5 ms of a start.
    """
    return dataclass(eq=False, repr=False)(cls)


@message
class PromptSubmitted(Message):
    """The user sent a prompt.

    Attributes:
        text: as typed, not blank.
    """

    text: str


@message
class PromptRefused(Message):
    """Something cannot be put into the prompt.

    Attributes:
        reason: a sentence that says why and what to do.
    """

    reason: str


class StreamEvents(Message, bubble=False):
    """Events of a run wait in the mailbox."""


@message
class Scrolled(Message):
    """The log shows another part of itself.

    Attributes:
        below: how many rows of it lie below the screen's edge; 0 where it follows the stream.
        new: how many of them came since the user left the end.
    """

    below: int
    new: int = 0


class LogSays(Message):
    """The log has something else to say, or takes other keys."""

    def can_replace(self, message: Message) -> bool:
        """Say it once, however often it changed."""
        return isinstance(message, LogSays)


BeginCopy: TypeAlias = Callable[[str, str, Callable[[str], object]], None]
"""Begins to copy a text, named by the next one, and calls the last argument, from any thread, with
a sentence on what came of it."""


@message
class CopyAsked(Message):
    """The user wants to copy something.

    Attributes:
        text: it, as it came.
        what: what it is, in a sentence.
    """

    text: str
    what: str


@message
class AgainAsked(Message):
    """The user wants the last prompt asked again, for several answers at once.

    Attributes:
        answers: how many.
    """

    answers: int


@message
class Copied(Message):
    """Something was copied, or was not.

    Attributes:
        said: what came of it, in a sentence or two.
    """

    said: str


@message
class Remark(Message):
    """There is something to say to the user.

    Attributes:
        said: a sentence; safe to show.
    """

    said: str


@message
class SessionRead(Message):
    """A session of another day is there.

    Attributes:
        found: it.
        run: where in it to go; its end where none is said.
    """

    found: Reopened
    run: RunId | None


@message
class Recalled(Message, bubble=False):
    """The prompts of earlier days are there.

    Attributes:
        prompts: each once, the latest last.
    """

    prompts: Sequence[str]


@message
class LeftBehind(Message, bubble=False):
    """A session was left in the middle of something.

    Attributes:
        found: the one that was used last of those.
        others: how many more there are.
    """

    found: Reopened
    others: int


@message
class Weighed(Message, bubble=False):
    """It is known about how much the next request takes.

    Attributes:
        asked: the number of the question.
        load: how much.
        terms: what its tokens cost.
        listed: whether how much the model takes is only known from a list.
        requests: how many of the kind will be sent.
    """

    asked: int
    load: Load
    terms: Terms
    listed: bool
    requests: int


class TermsKnown(Message, bubble=False):
    """It is known what some service asks for tokens."""

    def can_replace(self, message: Message) -> bool:
        """Say it once, however often it happened."""
        return isinstance(message, TermsKnown)


@message
class DayAdded(Message):
    """What the day has taken so far is added up.

    Attributes:
        spent: that, by who was asked; None where it is not known.
        why: why not, in a sentence.
    """

    spent: Sequence[Spent] | None
    why: str = ""


@message
class OfferOpened(Message):
    """What a newcomer chose is ready."""

    profile: Profile
    source: Source


@message
class OfferFailed(Message):
    """What a newcomer chose cannot be had.

    Attributes:
        reason: a sentence that says why.
    """

    reason: str


@message
class CheckMade(Message):
    """One more line of a checkup is there."""

    checkup: Checkup
    check: Check


@message
class CheckupAsked(Message):
    """What is left of a checkup costs money.

    Attributes:
        checkup: which one.
        question: what it would send.
    """

    checkup: Checkup
    question: str


@message
class CheckupTold(Message):
    """A checkup has something to say that cannot wait, such as where to sign in."""

    text: str


@message
class CheckupOver(Message):
    """All that was to be checked is."""

    checkup: Checkup


@message
class DeploymentsListed(Message):
    """A resource has told which deployments it has."""

    deployments: tuple[Listed, ...]


@message
class ListingFailed(Message):
    """A resource's deployments cannot be listed.

    Attributes:
        why: why, in sentences.
    """

    why: str
