"""What the page with the answers side by side shows of a conversation."""

from __future__ import annotations

from aztui.core.events import RunId
from aztui.core.profile import View
from aztui.core.request import TRAITS
from aztui.core.run import Run
from aztui.explore.answers import asked_for, same_prompt
from aztui.explore.candidates import Candidate
from aztui.ui.conversation import Conversation
from aztui.ui.travel import view_of


class Beside:
    """The answers to one prompt, as they are now.

    Attributes:
        begins: the place of the answer to begin with among them.
    """

    def __init__(self, talk: Conversation, run: RunId, number: int) -> None:
        """Find the answers beside one.

        Args:
            talk: whose answers they are.
            run: the run of the one to begin with.
            number: which of its answers that is, from 0.
        """
        self._talk = talk
        self._runs = same_prompt(talk.session, run)
        places = [(one.run.id, one.choice.index) for one in self.answers]
        self.begins = places.index((run, number)) if (run, number) in places else 0

    @property
    def answers(self) -> tuple[Candidate, ...]:
        """All of them."""
        return asked_for(tuple(map(self._talk.find, self._runs)))

    @property
    def turns(self) -> bool:
        """Whether what is asked next follows an answer."""
        return TRAITS[self._talk.profile.api].turns

    def view(self, run: Run) -> View:
        """How a run's answers are shown."""
        return view_of(run, self._talk.profile)

    def followed(self, candidate: Candidate) -> bool:
        """Whether an answer is the one of several that is followed by what is asked next."""
        run = candidate.run
        talk = self._talk
        if len(run.choices) < 2 or not self.turns:
            return False
        on_path = run.id in {known.id for known in talk.session.path(talk.session.head)}
        return on_path and talk.picked(run.id) == candidate.choice.index
