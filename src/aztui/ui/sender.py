"""What sends prompts, and asks first where more would go along than the model takes."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from textual.screen import Screen

from aztui.core.events import RunId
from aztui.core.request import RequestError
from aztui.core.run import Run
from aztui.ui.conversation import Branch, Conversation, Sending
from aztui.ui.travel import Travel
from aztui.ui.widgets.prompt import Prompt

if TYPE_CHECKING:
    from aztui.core.window import Load


class Sender:
    """Sends what was typed, what is asked again, and what continues an answer."""

    def __init__(
        self,
        screen: Screen[None],
        talk: Conversation,
        travel: Travel,
        prompt: Prompt,
        *,
        begin: Callable[[Run], None],
        say: Callable[[str], None],
    ) -> None:
        """Send nothing yet.

        Args:
            screen: the one below the page on which the user is asked.
            talk: sends.
            travel: knows where in the session the user is.
            prompt: where one types.
            begin: shows a run that was sent.
            say: tells the user something.
        """
        self._screen = screen
        self._talk = talk
        self._travel = travel
        self._prompt = prompt
        self._begin = begin
        self._say = say

    def submit(self, text: str) -> None:
        """Send what was typed."""
        if self._idle("; your prompt is kept"):
            self._send(self._travel.sending(text), self._make_room)

    def rerun(self, answers: int | None = None, sent: Callable[[], object] = lambda: None) -> None:
        """Ask the last prompt again, beside its answer.

        Args:
            answers: for how many answers; for as many as the parameters say where it is None.
            sent: called when it has been sent.
        """
        if not self._idle(", then f5 asks again"):
            return
        sending = self._talk.again(answers)
        if sending is None:
            self._say("There is no prompt to run again yet.")
        else:
            self._send(sending, sent)

    def proceed(self) -> None:
        """Have the answer in view continued."""
        if not self._idle(", then o continues"):
            return
        found = self._travel.continuing()
        if isinstance(found, Run):
            self._begin(found)
        elif found is not None:
            self._send(found)

    def branch(self, branch: Branch | None) -> None:
        """Have an answer go on from one of its tokens, beside its run; nothing for None."""
        if branch is not None and self._idle(", then enter in the lens goes on"):
            self._send(self._talk.branching(branch))

    def _idle(self, then: str) -> bool:
        """Whether no answer streams; else what can be done is said, `then` after that."""
        if self._talk.live is None:
            return True
        self._say(f"Still streaming: esc stops it{then}.")
        return False

    def _make_room(self) -> None:
        """Make room for the next prompt."""
        self._prompt.take()
        self._travel.sent()

    def _send(
        self,
        sending: Sending,
        sent: Callable[[], object] = lambda: None,
        left_out: Collection[RunId] | None = None,
    ) -> None:
        """Send a prompt, unless the user is to choose first what does not go along.

        Args:
            sending: the prompt, and where it stands.
            sent: called when it has been sent.
            left_out: runs whose turns do not go along; None where the user has not been asked.
        """
        try:
            load = self._talk.weigh(sending) if left_out is None else None
            if load is not None:
                self._ask(load, sending, sent)
                return
            run = self._talk.send(sending, left_out or ())
        except RequestError as error:
            self._say(str(error))
            return
        sent()
        self._begin(run)

    def _ask(self, load: Load, sending: Sending, sent: Callable[[], object]) -> None:
        """Have the user choose what to leave out; without a choice nothing is sent."""
        from aztui.ui.screens.leaving_out import LeaveOutScreen  # noqa: PLC0415 - rarely needed

        def chosen(left_out: frozenset[RunId] | None) -> None:
            if left_out is not None and self._idle("; your prompt is kept"):
                self._send(sending, sent, left_out)

        talk = self._talk
        page = LeaveOutScreen(load, talk.session.path(sending.after), talk.profile.deployment)
        self._screen.app.push_screen(page, chosen)
