"""The session, the run under way, and what the user may do with them."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Collection
from dataclasses import field, replace

from aztui.core.continuing import beginning, begun_turns, prompt_to_continue, said
from aztui.core.cost import Service
from aztui.core.data import dataclass
from aztui.core.events import Cause, Ended, RunId, Stamped
from aztui.core.history import Asked, Bookmarked, Draft, Drafted, Named, Seen
from aztui.core.lessons import Learnt, Subject, one_each
from aztui.core.logprobs import wanted
from aztui.core.manuscript import NO_PAGE, Written
from aztui.core.options import carried, limit_name, told
from aztui.core.ports import (
    Begun,
    Forgetful,
    Handle,
    Journal,
    Memory,
    Sink,
    Source,
    Unwritten,
    journalled,
)
from aztui.core.profile import Profile
from aztui.core.request import NO_PARAMS, TRAITS, Api, Json, Message, Params, Request, compose
from aztui.core.resuming import going_on, held
from aztui.core.run import Phase, Run, reduce
from aztui.core.tree import Session, SessionId, picks, turns
from aztui.core.window import Count, Load, Window, estimate, too_long, without
from aztui.explore.authorship import in_lines


def new_run_id() -> RunId:
    """Return an identity that no other run has."""
    return RunId(uuid.uuid4().hex)


def new_session() -> Session:
    """Return an empty session, with an identity that no other has."""
    return Session(SessionId(uuid.uuid4().hex))


@dataclass(frozen=True, slots=True)
class Sending:
    """A prompt, and where in the session it is to stand.

    Attributes:
        prompt: what the user wrote.
        after: the run that it follows; None at a root.
        instead: the run beside which it stands, since it is sent in its place; None where it is
            sent for the first time.
        continues: whether it goes on with the answer of the run that it follows.
        start: how the answer is to begin; it goes on from there.
        counted: how many tokens the prompt had with that when a model wrote it; 0 if unknown.
        over: parameters of this request alone, over those that are set.
    """

    prompt: str
    after: RunId | None
    instead: RunId | None = None
    continues: bool = False
    start: str = ""
    counted: int = 0
    over: Params = field(default_factory=lambda: NO_PARAMS)


@dataclass(frozen=True, slots=True)
class Branch:
    """An answer is to go on from one of its tokens, or from another one in its place.

    Attributes:
        run: whose answer.
        start: how it begins from now on, the token included.
        written: how many tokens that is.
        answers: how many continuations; None where the user has not said.
        tokens: of each at most; None as is set.
    """

    run: RunId
    start: str
    written: int = 0
    answers: int | None = None
    tokens: int | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """A request as it would be sent now.

    Attributes:
        path: the runs whose turns would go along, oldest first.
        request: what would be sent.
        window: how much the deployment is known to take.
        service: who would be asked.
        requests: how often it would be sent: once for each answer where the service takes no `n`.
    """

    path: tuple[Run, ...]
    request: Request
    window: Window
    service: Service
    requests: int


class Conversation:
    """Sends prompts, one at a time, and keeps what came of them.

    It lives on the screen's loop; only `deliver` is called from elsewhere.

    Attributes:
        profile: who is asked.
        params: the parameters of the next prompt, the profile's to begin with.
        system: the system prompt that goes with it, if any.
        session: every run so far; the one under way as it was sent.
        live: the run under way, as it is now.
    """

    def __init__(
        self,
        profile: Profile,
        source: Source,
        deliver: Sink,
        *,
        journal: Journal | None = None,
        memory: Memory | None = None,
        count: Count = estimate,
        clock: Callable[[], float] = time.monotonic,
        new_id: Callable[[], RunId] = new_run_id,
    ) -> None:
        """Begin an empty session.

        Args:
            profile: who is asked.
            source: answers.
            deliver: takes the events on the source's threads and brings them to `apply`.
            journal: keeps all that is sent and comes; nothing does where it is None.
            memory: knows how much deployments take.
            count: counts the tokens of a text, at once.
            clock: seconds on the monotonic clock.
            new_id: names runs.
        """
        self.profile = profile
        self.params = profile.params
        self.system = profile.system
        self.session = new_session()
        self.live: Run | None = None
        self._source = source
        self._journal = journal or Unwritten()
        self._memory = memory or Forgetful()
        self._count = count
        self._deliver = journalled(self._journal, deliver)
        self._clock = clock
        self._new_id = new_id
        self._handle: Handle | None = None
        self._others: set[RunId] = set()
        self._drafted: SessionId | None = None

    @property
    def asks(self) -> bool:
        """Whether the run under way asks if it is to wait for long."""
        run = self.live
        return run is not None and run.phase is Phase.RETRYING and run.retries[-1].told.asks

    @property
    def latest(self) -> Run | None:
        """The run under way, or else the one before; None in a new session."""
        head = self.session.head
        return None if head is None else self.find(head)

    def find(self, run: RunId) -> Run:
        """Return a run of the session as it is now.

        Raises:
            KeyError: it is not in the session.
        """
        if self.live is not None and self.live.id == run:
            return self.live
        return self.session.nodes[run].run

    @property
    def changed(self) -> bool:
        """Whether the parameters or the system prompt are not the profile's."""
        profile = self.profile
        now, then = told(profile, self.params), told(profile, profile.params)
        return (now, self.system) != (then, profile.system)

    @property
    def advised(self) -> Api | None:
        """The API that the latest run's deployment would answer through, where it said so."""
        problem = self.latest.problem if self.latest else None
        return problem.try_api if problem else None

    def following(self, prompt: str) -> Sending:
        """Return what sends a prompt after the turns that led to here."""
        return Sending(prompt, self.session.head)

    def again(self, answers: int | None = None) -> Sending | None:
        """Return what asks the latest prompt again, beside its run; None where there is none.

        Args:
            answers: how many answers are asked for; as many as the parameters say where it is None.
        """
        sending = self._again()
        if sending is None or answers is None:
            return sending
        return replace(sending, over={"n": answers})

    def _again(self) -> Sending | None:
        head = self.session.head
        if head is None:
            return None
        run, parent = self.session.nodes[head].run, self.session.nodes[head].parent
        if run.continues and parent is not None and run.request.api is not self.profile.api:
            return replace(self.continuing(parent, self.picked(parent)), instead=head)
        again = self.beside(said(run), head)
        return replace(again, continues=run.continues, start=beginning(run))

    def beside(self, prompt: str, run: RunId) -> Sending:
        """Return what sends a prompt in the place of an earlier one, beside its run.

        Raises:
            KeyError: the run is not in the session.
        """
        return Sending(prompt, self.session.nodes[run].parent, run)

    def branching(self, branch: Branch) -> Sending:
        """Return what has an answer go on from one of its tokens, beside its run.

        Raises:
            KeyError: the run is not in the session.
        """
        run, api = self.find(branch.run), self.profile.api
        prompt, start = said(run), branch.start
        if run.request.params.get("echo") is True:  # the answer begins with the prompt
            prompt, start = (
                (prompt, start.removeprefix(prompt)) if start.startswith(prompt) else (start, "")
            )
        over: dict[str, Json] = {}
        if branch.answers is not None:
            over["n"] = branch.answers
        if branch.tokens is not None:
            over[limit_name(api, self.params)] = branch.tokens
        usage = None if run.given or run.requests else run.usage
        before = run.counted or (usage.prompt_tokens if usage else 0)
        counted = before + branch.written if before and branch.written and start else 0
        return replace(self.beside(prompt, branch.run), start=start, counted=counted, over=over)

    def continuing(self, run: RunId, number: int = 0) -> Sending:
        """Return what has an answer continued, below its run.

        Args:
            run: whose answer.
            number: which of its answers; a conversation follows it from now on.

        Raises:
            RequestError: there is nothing to continue.
            KeyError: the run is not in the session.
        """
        known, session = self.find(run), self.session
        if TRAITS[self.profile.api].turns:
            session = session if self.picked(run) == number else session.pick(run, number)
            known = session.followed(known)
        prompt = prompt_to_continue(known, self.profile.api, number)
        self.session = session
        return Sending(prompt, run, continues=True)

    def plan(self, sending: Sending) -> Planned:
        """Return what would be sent.

        Raises:
            RequestError: the prompt is blank.
        """
        path, profile = self._path(sending), self.profile
        request = self._request(sending, path)
        learnt = self._learnt(request)
        service = Service(profile.name, profile.endpoint.url, profile.deployment, learnt.model)
        requests = request.answers if one_each(request, learnt) else 1
        return Planned(path, request, Window.of(profile, learnt), service, requests)

    def window(self, request: Request) -> Window:
        """Return how much the deployment of a request is known to take."""
        return Window.of(self.profile, self._learnt(request))

    def paging(self, text: str, last: RunId | None) -> Sending:
        """Return what has a page gone on with: below the run that wrote on it last, or beside it.

        Args:
            text: what stands before the place where it goes on.
            last: that run; None where there is none.
        """
        # The answer is to be what is new.
        over: Params = {"echo": False} if self.params.get("echo") else NO_PARAMS
        if last is None or last not in self.session.nodes:
            return Sending(text, None, over=over)
        run = self.find(last)
        if text == in_lines(run.request.prompt + run.text):
            return Sending(text, last, continues=True, over=over)
        return replace(self.beside(text, last), over=over)

    def weigh(self, sending: Sending) -> Load | None:
        """Return what a request would take; None where it fits, as far as is known.

        Raises:
            RequestError: the prompt is blank.
        """
        if not self._path(sending):
            return None
        planned = self.plan(sending)
        before = None if sending.instead is None else self.session.nodes[sending.instead].run
        return too_long(planned.path, planned.request, planned.window, before, self._count)

    def send(self, sending: Sending, left_out: Collection[RunId] = ()) -> Run:
        """Send a prompt as things are set now, after the turns that lead to it, if the API has any.

        Args:
            sending: the prompt, and where in the session it stands.
            left_out: runs whose turns do not go along.

        Raises:
            RequestError: the prompt is blank.
            RuntimeError: a run is under way.
        """
        self._require_idle()
        request = self._request(sending, without(self._path(sending), left_out))
        run = Run(
            self._new_id(),
            request,
            self._clock(),
            continues=sending.continues,
            given=len(sending.start),
            counted=sending.counted,
        )
        if sending.instead is not None:
            self.session = self.session.beside(run, sending.instead)
        else:
            self.session = self._at(sending.after).follow(run)
        self.live = run
        if self.profile.kept:  # the journal takes no events of a run that it does not know
            self._journal.begin(Begun(self.session.id, run, sending.after, self.profile))
        self._handle = self._source.start(request, run.id, self._deliver)
        return run

    def take_up(self, run: RunId) -> Run | None:
        """Take up an answer again that was left, and with which the service goes on.

        Returns:
            The run, under way again; None where the service has kept nothing of it, or another
            one is asked now.

        Raises:
            KeyError: the run is not in the session.
            RuntimeError: a run is under way.
        """
        self._require_idle()
        node = self.session.nodes[run]
        known, request, profile = held(node.run), node.run.request, self.profile
        same = (request.api, request.deployment) == (profile.api, profile.deployment)
        if known is None or node.run.phase is not Phase.INTERRUPTED or not same:
            return None
        going = going_on(node.run, self._clock())
        self.session = self.session.update(going).go(run)
        self.live = going
        if self.profile.kept:
            begun = Begun(self.session.id, going, node.parent, self.profile, again=True)
            self._journal.begin(begun)
        self._handle = self._source.resume(going.request, run, self._deliver, known)
        return going

    def go(self, head: RunId | None) -> None:
        """Have the next prompt follow another run, or begin anew with None.

        Raises:
            KeyError: the run is not in the session.
            RuntimeError: a run is under way.
        """
        self._require_idle()
        self.session = self.session.go(head)

    def picked(self, run: RunId) -> int:
        """Which answer of a run is followed by what is asked next, by its choice's index.

        Raises:
            KeyError: the run is not in the session.
        """
        followed = self.session.followed(self.find(run))
        return followed.choices[0].index if followed.choices else 0

    def pick(self, run: RunId, number: int) -> bool:
        """Have what is asked next follow another answer of a run; False where it does already.

        Args:
            run: whose answer.
            number: its choice's index.

        Raises:
            KeyError: the run is not in the session.
        """
        text = any(choice.index == number and choice.text for choice in self.find(run).choices)
        if not text or self.picked(run) == number:
            return False
        self.session = self.session.pick(run, number)
        return True

    def bookmark(self, run: RunId) -> bool:
        """Bookmark a run, or do so no more; return whether it is now."""
        kept = run not in self.session.bookmarks
        self.session = self.session.bookmark(run, kept=kept)
        self._journal.change(Bookmarked(run, kept))
        return kept

    def rename(self, name: str) -> None:
        """Call the session by another name; an empty one for none."""
        self.session = replace(self.session, name=name)
        self._journal.change(Named(self.session.id, name))

    def open(self, session: Session, asked: Asked | None) -> None:
        """Go on with a session of another day.

        Args:
            session: it.
            asked: who was asked last in it.

        Raises:
            RuntimeError: a run is under way.
        """
        self._require_idle()
        self.session, self._drafted = replace(session, picks=picks(session)), session.id
        self._journal.change(Seen(session.id))
        elsewhere = asked != self.asked
        self._others |= {
            run
            for run, node in session.nodes.items()
            if elsewhere or node.run.request.deployment != self.profile.deployment
        }

    @property
    def asked(self) -> Asked:
        """Who is asked now."""
        profile = self.profile
        return Asked(profile.name, profile.deployment, profile.api)

    def draft(self, text: str, cursor: tuple[int, int], page: Written = NO_PAGE) -> None:
        """Keep a prompt that is not sent yet, with what goes with it; an unchanged empty one not.

        Args:
            text: as typed so far.
            cursor: the line and the column where the user is, from 0.
            page: what is written beside it.
        """
        session = self.session.id
        if self.profile.kept and (text or page.text or self.changed):
            draft = Draft(text, cursor, self.asked, self.params, self.system, page)
            self._drafted = session
            self._journal.change(Drafted(session, draft))
        elif self._drafted == session:
            self._drafted = None
            self._journal.change(Drafted(session, None))

    def apply(self, stamped: Stamped) -> Run | None:
        """Note an event and return the run as it is now; None where the event is of no concern.

        Events of runs that are over, because the user stopped them or otherwise, concern nobody.
        """
        if self.live is None or stamped.run != self.live.id:
            return None
        self.live = run = reduce(self.live, stamped)
        if run.phase.over:
            for choice in run.choices:
                choice.chunks.join()
            self.session = self.session.update(run)
            self.live = self._handle = None
        return run

    def cancel(self) -> None:
        """End the run under way; its `Ended` has been delivered when this returns."""
        if self._handle is not None:
            self._handle.cancel()

    def agree(self) -> Run | None:
        """Begin the wait that the run under way asks for; None where it asks for none."""
        if not self.asks or self.live is None or self._handle is None:
            return None
        self._handle.agree()
        begun = replace(self.live.retries[-1].told, asks=False)
        return self.apply(Stamped(self.live.id, self._clock(), begun))

    def decline(self) -> None:
        """Let a wait that was asked for be: the run will end with its problem."""
        if self._handle is not None:
            self._handle.decline()

    def end(self) -> Run | None:
        """Count the run under way as stopped by the user, whatever may still come of it."""
        if self.live is None:
            return None
        return self.apply(Stamped(self.live.id, self._clock(), Ended(Cause.CANCELLED)))

    def switch(self, profile: Profile, source: Source) -> tuple[str, ...]:
        """Go on with another profile in the same session.

        What the user set stays; what the old profile brought is replaced by what the new one
        brings.

        Args:
            profile: who is asked from now on.
            source: answers from now on.

        Returns:
            The parameters that the user had set and that the new API does not take.

        Raises:
            RuntimeError: a run is under way.
        """
        self._require_idle()
        was = self.profile
        before = was.api, told(was, was.params)
        set_by_user = told(was, self.params)
        self.params, lacking = carried(set_by_user, before, (profile.api, profile.params))
        self.system = profile.system if self.system == was.system else self.system
        if (was.endpoint, was.deployment) != (profile.endpoint, profile.deployment):
            self._others |= self.session.nodes.keys()
        self.profile, self._source = profile, source
        return lacking

    def clear(self) -> None:
        """Begin a new session, with the parameters, and what is typed, as they are.

        Raises:
            RuntimeError: a run is under way.
        """
        self._require_idle()
        if self._drafted is not None:
            self._journal.change(Drafted(self._drafted, None))
        self.session, self._drafted = new_session(), None

    def _path(self, sending: Sending) -> tuple[Run, ...]:
        """The runs whose turns go along; none where the API has no place for them."""
        if not TRAITS[self.profile.api].turns:
            return ()
        return tuple(map(self.session.followed, self.session.path(sending.after)))

    def _request(self, sending: Sending, path: tuple[Run, ...]) -> Request:
        profile = self.profile
        params = told(profile, {**self.params, **sending.over})
        if (sending.continues or sending.start) and params.get("echo") is True:
            params = {name: value for name, value in params.items() if name != "echo"}
        begun: tuple[Message, ...] = ()
        prompt = sending.prompt
        if sending.start:
            begun, prompt = begun_turns(profile.api, sending.prompt, sending.start)
        return compose(
            profile.api,
            profile.deployment,
            prompt,
            system=self.system if TRAITS[profile.api].system else None,
            turns=(*turns(tuple(map(self._readable, path))), *begun),
            params=params,
            logprobs=wanted(
                profile, self._learnt(Request(profile.api, profile.deployment, (), params))
            ),
        )

    def _learnt(self, request: Request) -> Learnt:
        return self._memory.recall(Subject.of(self.profile.endpoint.url, request))

    def _at(self, head: RunId | None) -> Session:
        return self.session if head == self.session.head else self.session.go(head)

    def _readable(self, run: Run) -> Run:
        """Leave out thoughts that only the deployment that had them can read."""
        return replace(run, reasoning=()) if run.id in self._others else run

    def _require_idle(self) -> None:
        if self.live is not None:
            raise RuntimeError("a run is under way")
