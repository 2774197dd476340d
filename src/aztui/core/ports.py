"""What the screen and the command line need of an engine, whichever it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol, TypeAlias

from aztui.core.data import dataclass
from aztui.core.events import RunId, Stamped
from aztui.core.history import Change, Hit, Reopened, Summary, Wanted
from aztui.core.lessons import UNKNOWN, Learnt, Subject
from aztui.core.profile import Profile
from aztui.core.request import Request
from aztui.core.resuming import Held
from aztui.core.run import Run
from aztui.core.tree import SessionId

if TYPE_CHECKING:
    from aztui.core.cost import Service, Spent, Terms

Sink: TypeAlias = Callable[[Stamped], None]
"""Takes a run's events, on any thread, one at a time and in order; `Ended` comes last and once."""


class Handle(Protocol):
    """A run under way."""

    @property
    def run(self) -> RunId:
        """Whose handle it is."""

    def cancel(self) -> None:
        """End the run now.

        The sink has got `Ended(CANCELLED)` when this returns, unless the run was over before;
        nothing comes after it. Never blocks; may be called from any thread, and more than once.
        """

    def agree(self) -> None:
        """Begin a wait that asked for it; nothing otherwise. May be called from any thread."""

    def decline(self) -> None:
        """Let a wait that asked be, which ends the run with its problem; nothing otherwise."""


Start: TypeAlias = Callable[[Request, RunId, Sink], Handle]
"""Begins a run and returns at once; its events go to the sink from another thread."""


class Source(Protocol):
    """Something that answers requests with streams of events."""

    def start(self, request: Request, run: RunId, sink: Sink) -> Handle:
        """Begin a run and return at once; its events go to `sink` from another thread."""

    def resume(self, request: Request, run: RunId, sink: Sink, held: Held) -> Handle:
        """Take up an answer again that the service goes on with, as after a crash; else as `start`.

        Args:
            request: what was asked.
            run: the run to go on with; `sink` gets what is new, and none of what had come.
            sink: takes it.
            held: what had come, as `core.resuming.held` says.
        """


class Memory(Protocol):
    """Keeps what was learnt about deployments; used by many threads, and never in the way."""

    def recall(self, subject: Subject) -> Learnt:
        """What is known; `UNKNOWN` where nothing is, or where it cannot be read."""

    def note(self, subject: Subject, learnt: Learnt) -> None:
        """Remember it in place of what was known; where it cannot be kept, nothing happens."""


class Forgetful:
    """A memory that keeps nothing."""

    def recall(self, subject: Subject) -> Learnt:  # noqa: ARG002 - what it is about is all one
        """Nothing is known."""
        return UNKNOWN

    def note(self, subject: Subject, learnt: Learnt) -> None:
        """Let it be."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A run that is sent now.

    Attributes:
        session: whose it is.
        run: the run, before anything has come.
        parent: the run that it follows; None at a root.
        profile: who is asked.
        again: whether it was sent before, and is taken up again where it was left.
    """

    session: SessionId
    run: Run
    parent: RunId | None
    profile: Profile
    again: bool = False


class Journal(Protocol):
    """Keeps what is sent, what comes and what the user does; never blocks, and never raises."""

    def begin(self, begun: Begun) -> None:
        """Note a run before it is sent; from any thread."""

    def note(self, stamped: Stamped) -> None:
        """Note what has come of it; from any thread."""

    def change(self, change: Change) -> None:
        """Note what the user does to what is kept; from any thread."""

    def warm(self) -> None:
        """Be ready for the first prompt soon; returns at once."""


def journalled(journal: Journal, sink: Sink) -> Sink:
    """Return a sink that has each event noted before it goes on."""

    def note_and_pass_on(stamped: Stamped) -> None:
        journal.note(stamped)
        sink(stamped)

    return note_and_pass_on


class Unwritten:
    """A journal that keeps nothing."""

    def begin(self, begun: Begun) -> None:
        """Let it be."""

    def note(self, stamped: Stamped) -> None:
        """Let it be."""

    def change(self, change: Change) -> None:
        """Let it be."""

    def warm(self) -> None:
        """There is nothing to prepare."""


class Archive(Protocol):
    """What is kept, to be read; each of these may take a while, and may be called on any thread.

    Each raises `HistoryError` where what is kept cannot be read.
    """

    def sessions(self, wanted: Wanted, most: int) -> Sequence[Summary]:
        """Return the sessions used last, the latest first."""

    def search(self, words: Sequence[str], wanted: Wanted, most: int) -> Sequence[Hit]:
        """Return where all words are found, the last one perhaps unfinished; the latest first."""

    def open(self, session: SessionId) -> Reopened:
        """Return a session to go on with."""

    def prompts(self, most: int) -> Sequence[str]:
        """Return the prompts sent last, each once, the latest last."""

    def left(self) -> Sequence[SessionId]:
        """Return the sessions that were left in the middle of something, the latest first."""

    def spent(self, since: float) -> Sequence[Spent]:
        """Return what the runs have taken that are over, sent from a moment on (since 1970)."""


class Meter(Protocol):
    """Counts tokens and knows prices, all without asking anybody.

    Each of these may take a while, the first time most of all: call them on a thread that nobody
    waits for, and on one only.
    """

    def count(self, text: str, model: str) -> int:
        """Return how many tokens a text is to a model, or to one that is called so."""

    def terms(self, service: Service) -> Terms:
        """Return what a service asks for tokens, and how many it takes, as far as is known."""

    def source(self) -> str:
        """Return where list prices are from, in a few words; safe to show."""
