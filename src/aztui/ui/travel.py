"""Going about in the session's tree, with the log showing the path to where the user is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from aztui.core.continuing import said
from aztui.core.events import RunId
from aztui.core.profile import Profile, View
from aztui.core.request import TRAITS, Api, RequestError
from aztui.core.run import Run
from aztui.core.tree import Session
from aztui.ui.conversation import Conversation, Sending
from aztui.ui.widgets.log import Shown
from aztui.ui.widgets.prompt import Prompt
from aztui.ui.widgets.transcript import Transcript

_NOTHING_YET: Final = "There is no answer yet."


class Travel:
    """Moves the head of the session; what the log shows follows it."""

    def __init__(
        self,
        talk: Conversation,
        log: Transcript,
        prompt: Prompt,
        say: Callable[[str], None],
        cost: Callable[[Run], str] = lambda _run: "",
    ) -> None:
        """Begin where the conversation is.

        Args:
            talk: whose session it is.
            log: shows the path.
            prompt: where an earlier prompt is edited.
            say: tells the user something.
            cost: returns what a run cost, in words; empty where nobody knows.
        """
        self._talk = talk
        self._log = log
        self._prompt = prompt
        self._say = say
        self._cost = cost
        self._instead: RunId | None = None
        self._put_aside = ""
        self._compared: RunId | None = None

    @property
    def put_aside(self) -> str | None:
        """What stood in the prompt before an earlier one was edited; None while none is."""
        return None if self._instead is None else self._put_aside

    @property
    def said(self) -> str:
        """What there is to say while an earlier prompt is edited; empty otherwise."""
        if self._instead is None:
            return ""
        return "An earlier prompt: enter sends it beside the old one, esc leaves it"

    def sending(self, prompt: str) -> Sending:
        """Return how to send what was typed: after the head, or in the place of another prompt."""
        if self._instead is None:
            return self._talk.following(prompt)
        return self._talk.beside(prompt, self._instead)

    def sent(self) -> None:
        """Give the prompt back what stood in it before an earlier one was edited."""
        if self._instead is not None:
            self._instead = None
            self._prompt.put(self._put_aside)

    def begun(self, run: Run) -> None:
        """Show a run that was just sent, below the path that led to it."""
        session = self._talk.session
        parent = session.nodes[run.id].parent
        if self._log.last != parent:
            self._show(parent)
        elif parent is not None:
            self._annotate(parent)
        note = self._note(run.id)
        self._log.begin(run, self._talk.profile.view, note)
        for choice in run.choices:  # there is text already where it is taken up again
            self._log.append(run.id, choice.index, choice.text)

    def leave(self) -> bool:
        """Leave the earlier prompt that is edited; False where none is."""
        editing = self._instead is not None
        self.sent()
        return editing

    def edit(self) -> None:
        """Put the prompt in view where one types, to be sent in its own place."""
        run = self._in_view()
        if run is None:
            return
        if self._instead is None:
            self._put_aside = self._prompt.text
        self._instead = run
        self._prompt.put(said(self._talk.find(run)))
        self._prompt.focus()

    def continuing(self) -> Sending | Run | None:
        """Have the answer in view continued.

        Returns:
            What is to be sent for it; the run, where the service went on with it by itself and it
            is taken up again; None where neither can be.
        """
        run = self._in_view()
        if run is None:
            return None
        try:
            return self._talk.take_up(run) or self._talk.continuing(run, self._log.choice)
        except RequestError as error:
            self._say(str(error))
            return None

    def move(self, way: str) -> None:
        """Go to the parent or the child of the head, or to a sibling of the run in view."""
        if self._talk.live is not None:
            self._say("Still streaming: esc stops it, then you can go elsewhere.")
            return
        match way:
            case "parent":
                self._to_parent()
            case "child":
                self._to_child()
            case _:
                self._to_sibling(1 if way == "next" else -1)

    def go(self, run: RunId) -> None:
        """Go to a run of the session: the path ends there."""
        self._talk.go(run)
        self._show(run)

    def find(self, run: RunId) -> None:
        """Go to where a run is on a path, with all that followed it."""
        self._talk.go(self._talk.session.leaf(run))
        self.show(run)

    def follow(self, run: RunId, number: int) -> None:
        """Go to an answer, and have what is sent next follow it, where it is a conversation.

        Args:
            run: whose answer; beside a run on the path, or on it.
            number: its choice's index.
        """
        talk = self._talk
        onward = [known.id for known in talk.session.path(talk.session.head)]
        turns = TRAITS[talk.profile.api].turns
        if run not in onward and talk.live is not None:
            self._say("Still streaming: esc stops it, then you can go elsewhere.")
            return
        changed = turns and talk.pick(run, number)
        if run not in onward or (changed and run != onward[-1] and talk.live is None):
            # What came after a run that has another answer now came after the other one.
            self.go(run if changed else talk.session.leaf(run))
        elif changed:
            self._annotate(run)
        self._log.bring(run, number)
        if changed:
            self._say(f"What you send now follows answer {number + 1}.")

    def show(self, run: RunId | None = None) -> None:
        """Show the path of the session as it is now, and of it a certain run."""
        self._show(self._talk.session.head)
        if run is None:
            self._log.action_bottom()
        else:
            self._log.bring(run)

    def bookmark(self) -> None:
        """Bookmark the run in view, or do so no more."""
        run = self._in_view()
        if run is not None:
            kept = self.mark(run)
            self._say("Bookmarked." if kept else "Not bookmarked any more.")

    def mark(self, run: RunId) -> bool:
        """Bookmark a run, or do so no more; return whether it is now."""
        kept = self._talk.bookmark(run)
        self._annotate(run)
        return kept

    def compare(self, run: RunId | None) -> None:
        """Say of a run that it is marked to be compared, and of no other; None for none at all."""
        before, self._compared = self._compared, run
        for changed in (before, run):
            if changed is not None:
                self._annotate(changed)

    def _to_parent(self) -> None:
        session = self._talk.session
        parent = session.nodes[session.head].parent if session.head else None
        if parent is None:
            self._say("This is where the session begins." if session.head else _NOTHING_YET)
        else:
            self.go(parent)
            self._say("What you send now follows this prompt. l goes back down.")

    def _to_child(self) -> None:
        session = self._talk.session
        child = session.child(session.head)
        if child is None:
            self._say("Nothing follows here." if session.head else _NOTHING_YET)
        else:
            self.go(child)

    def _to_sibling(self, by: int) -> None:
        run = self._in_view()
        if run is None:
            return
        session = self._talk.session
        siblings = session.siblings(run)
        at = siblings.index(run) + by
        if len(siblings) == 1:
            self._say("There is no other beside it: f5 asks again, e edits the prompt.")
        elif at not in range(len(siblings)):
            self._say(f"This is the {'last' if by > 0 else 'first'} of {len(siblings)}.")
        else:
            self.go(session.leaf(siblings[at]))

    def _in_view(self) -> RunId | None:
        run = self._log.current
        if run is None:
            self._say(_NOTHING_YET)
        return run

    def _show(self, head: RunId | None) -> None:
        session = self._talk.session
        path = session.path(head)
        profile = self._talk.profile
        self._log.show_path(
            [
                Shown(run, view_of(run, profile), note, self._cost(run))
                for run, note in zip(path, _marks(session, path, self._compared), strict=True)
            ]
        )

    def _annotate(self, run: RunId) -> None:
        """Say beside a prompt, if it is on the path, what marks its run now."""
        session = self._talk.session
        if run in {shown.id for shown in session.path(session.head)}:
            self._log.annotate(run, self._note(run))

    def _note(self, run: RunId) -> str:
        session = self._talk.session
        return _mark(session, run, session.siblings(run), self._compared)


def view_of(run: Run, profile: Profile) -> View:
    """Return how a run's answers are shown that is not in the log yet."""
    if run.request.api is profile.api:
        return profile.view
    return View.RAW if run.request.api is Api.COMPLETIONS else View.RENDERED


def _marks(session: Session, path: Sequence[Run], compared: RunId | None) -> Iterator[str]:
    """Yield what is said beside each prompt of a path."""
    beside: dict[RunId | None, list[RunId]] = defaultdict(list)
    for run, node in session.nodes.items():
        beside[node.parent].append(run)
    for one in path:
        yield _mark(session, one.id, beside[session.nodes[one.id].parent], compared)


def _mark(session: Session, run: RunId, siblings: Sequence[RunId], compared: RunId | None) -> str:
    """Say which sibling a run is, and what else marks it."""
    parts: list[str] = []
    if len(siblings) > 1:
        parts.append(f"{siblings.index(run) + 1}/{len(siblings)}")
    if picked := session.picks.get(run):
        parts.append(f"followed: answer {picked + 1}")
    if run in session.bookmarks:
        parts.append("bookmarked")
    if run == compared:
        parts.append("to compare")
    return " · ".join(parts)
