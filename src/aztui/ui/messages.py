"""What widgets and workers say to the screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

from aztui.core.events import RunId
from aztui.core.history import Reopened
from aztui.core.ports import Source
from aztui.core.profile import Profile

if TYPE_CHECKING:
    from aztui.core.checkup import Check, Checkup
    from aztui.core.listing import Listed


@dataclass
class PromptSubmitted(Message):
    """The user sent a prompt.

    Attributes:
        text: as typed, not blank.
    """

    text: str


@dataclass
class PromptRefused(Message):
    """Something cannot be put into the prompt.

    Attributes:
        reason: a sentence that says why and what to do.
    """

    reason: str


class StreamEvents(Message, bubble=False):
    """Events of a run wait in the mailbox."""


@dataclass
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


@dataclass
class CopyAsked(Message):
    """The user wants to copy something.

    Attributes:
        text: it, as it came.
        what: what it is, in a sentence.
    """

    text: str
    what: str


@dataclass
class Copied(Message):
    """Something was copied, or was not.

    Attributes:
        said: what came of it, in a sentence or two.
    """

    said: str


@dataclass
class Remark(Message):
    """There is something to say to the user.

    Attributes:
        said: a sentence; safe to show.
    """

    said: str


@dataclass
class SessionRead(Message):
    """A session of another day is there.

    Attributes:
        found: it.
        run: where in it to go; its end where none is said.
    """

    found: Reopened
    run: RunId | None


@dataclass
class Recalled(Message, bubble=False):
    """The prompts of earlier days are there.

    Attributes:
        prompts: each once, the latest last.
    """

    prompts: Sequence[str]


@dataclass
class LeftBehind(Message, bubble=False):
    """A session was left in the middle of something.

    Attributes:
        found: the one that was used last of those.
        others: how many more there are.
    """

    found: Reopened
    others: int


@dataclass
class OfferOpened(Message):
    """What a newcomer chose is ready."""

    profile: Profile
    source: Source


@dataclass
class OfferFailed(Message):
    """What a newcomer chose cannot be had.

    Attributes:
        reason: a sentence that says why.
    """

    reason: str


@dataclass
class CheckMade(Message):
    """One more line of a checkup is there."""

    checkup: Checkup
    check: Check


@dataclass
class CheckupAsked(Message):
    """What is left of a checkup costs money.

    Attributes:
        checkup: which one.
        question: what it would send.
    """

    checkup: Checkup
    question: str


@dataclass
class CheckupTold(Message):
    """A checkup has something to say that cannot wait, such as where to sign in."""

    text: str


@dataclass
class CheckupOver(Message):
    """All that was to be checked is."""

    checkup: Checkup


@dataclass
class DeploymentsListed(Message):
    """A resource has told which deployments it has."""

    deployments: tuple[Listed, ...]


@dataclass
class ListingFailed(Message):
    """A resource's deployments cannot be listed.

    Attributes:
        why: why, in sentences.
    """

    why: str
