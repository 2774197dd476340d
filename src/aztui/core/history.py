"""What is kept beside the runs, and how sessions are listed and found again."""

from __future__ import annotations

from dataclasses import field
from typing import Final, TypeAlias

from aztui.core.data import dataclass
from aztui.core.events import RunId
from aztui.core.manuscript import NO_PAGE, Written
from aztui.core.request import NO_PARAMS, Api, Params
from aztui.core.tree import Session, SessionId

BEGIN_MARK: Final = "\x02"
END_MARK: Final = "\x03"
"""Around a word that was looked for."""
SHORT: Final = 8
"""Characters of an id that are shown; they name a session as long as no other begins so."""


class HistoryError(Exception):
    """What is kept cannot be read, or nothing can be kept; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Who was asked.

    Attributes:
        profile: the profile's name.
        deployment: the deployment's.
        api: the API it was asked through.
    """

    profile: str
    deployment: str
    api: Api


@dataclass(frozen=True, slots=True)
class Draft:
    """A prompt that was not sent yet.

    Attributes:
        text: as typed; may be empty where only parameters were changed.
        cursor: the line and the column where the user is, from 0.
        asked: who was to be asked.
        params: what goes with it, as it is sent.
        system: the system prompt that goes with it, if any.
        page: the page that is written beside it, empty where none is.
    """

    text: str
    cursor: tuple[int, int]
    asked: Asked
    params: Params = field(default_factory=lambda: NO_PARAMS)
    system: str | None = None
    page: Written = NO_PAGE


@dataclass(frozen=True, slots=True)
class Named:
    """A session has another name; none where it is empty."""

    session: SessionId
    name: str


@dataclass(frozen=True, slots=True)
class Bookmarked:
    """A run is bookmarked, or is not any more."""

    run: RunId
    kept: bool


@dataclass(frozen=True, slots=True)
class Drafted:
    """A session is open here, with a draft or without."""

    session: SessionId
    draft: Draft | None


@dataclass(frozen=True, slots=True)
class Seen:
    """The user has seen what was interrupted in a session."""

    session: SessionId


@dataclass(frozen=True, slots=True)
class Removed:
    """A session is to be deleted when the program ends, or is not any more."""

    session: SessionId
    removed: bool


Change: TypeAlias = Named | Bookmarked | Drafted | Seen | Removed
"""What a user does to what is kept, besides sending prompts."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which runs, and the sessions with such runs, are of interest; all where nothing is said.

    Attributes:
        profile: the profile that was asked.
        deployment: the deployment.
        outcome: how the run ended, by the name of its phase.
        since: the first moment at which it was sent, in seconds since 1970.
        until: the moment before which it was.
    """

    profile: str = ""
    deployment: str = ""
    outcome: str = ""
    since: float | None = None
    until: float | None = None


ALL: Final = Wanted()


@dataclass(frozen=True, slots=True)
class Summary:
    """A session in a line.

    Attributes:
        id: its identity.
        name: what the user calls it; may be empty.
        used: when a prompt was last sent in it, in seconds since 1970.
        runs: how many there are.
        prompt: the first one.
        profile: who was asked last.
        deployment: and which of its deployments.
        outcome: how the last run ended, by the name of its phase; None while it is under way.
    """

    id: SessionId
    name: str
    used: float
    runs: int
    prompt: str
    profile: str
    deployment: str
    outcome: str | None


@dataclass(frozen=True, slots=True)
class Hit:
    """A prompt or an answer in which all words were found.

    Attributes:
        session: where it is.
        run: in which of its runs.
        started: when that was sent, in seconds since 1970.
        words: a part of it; what was found stands between `BEGIN_MARK` and `END_MARK`.
    """

    session: SessionId
    run: RunId
    started: float
    words: str


@dataclass(frozen=True, slots=True)
class Reopened:
    """A session as it is taken up again.

    Attributes:
        session: it; the times of each run are seconds since that was sent.
        asked: who was asked last; None where nobody was.
        draft: what was typed and not sent.
    """

    session: Session
    asked: Asked | None = None
    draft: Draft | None = None
