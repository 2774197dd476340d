"""What the user compares: the answer in view with another, and all to one prompt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from textual.screen import Screen

from aztui.explore.candidates import Candidate, candidates, neighbour, to_the_same
from aztui.ui.conversation import Conversation
from aztui.ui.travel import Travel
from aztui.ui.widgets.transcript import Transcript

if TYPE_CHECKING:
    from aztui.explore.tally import Normaliser

_NOTHING_YET: Final = "There is no answer yet."
_NO_TEXT: Final = "There is no text in this answer."
_ALONE: Final = (
    "There is no other answer to compare it with: f5 asks again; x marks this one, and = at "
    "another answer, of this session or any (ctrl+r), compares the two."
)
_MARKED: Final = "Marked: = at another answer, of this session or any (ctrl+r), compares the two."
_NO_MARK: Final = "Not marked any more."


class Comparing:
    """Knows which answer is marked, and opens the pages that compare."""

    def __init__(
        self,
        screen: Screen[None],
        talk: Conversation,
        log: Transcript,
        travel: Travel,
        say: Callable[[str], None],
    ) -> None:
        """Begin with no answer marked.

        Args:
            screen: the one below those pages.
            talk: whose session it is.
            log: shows the answers.
            travel: shows which run is marked.
            say: tells the user something.
        """
        self._screen = screen
        self._talk = talk
        self._log = log
        self._travel = travel
        self._say = say
        self._marked: Candidate | None = None
        self._overlooked: frozenset[Normaliser] | None = None

    def mark(self) -> None:
        """Mark the answer in view, to be compared with another; the marked one no more."""
        here = self._in_view(self._beside())
        if here is None:
            return
        again = self._is_marked(here)
        self._marked = None if again else here
        self._travel.compare(None if again else here.run.id)
        self._say(_NO_MARK if again else _MARKED)

    def compare(self) -> None:
        """Compare the answer in view with the one that is marked, else with the one before it."""
        answers = self._beside()
        here = self._in_view(answers)
        if here is None:
            return
        marked = self._marked_now(answers)
        if marked is not None and marked.key not in {answer.key for answer in answers}:
            answers = (*answers, marked)
        keys = [answer.key for answer in answers]
        right = keys.index(here.key)
        if marked is not None and marked.key != here.key:
            self._open(answers, keys.index(marked.key), right)
            return
        other = neighbour(here.key, answers)
        if other is None:
            self._say(_ALONE)
        else:
            self._open(answers, min(other, right), max(other, right))

    def tally(self) -> None:
        """Show which of the answers to the prompt in view are the same."""
        from aztui.ui.screens.tally import TallyScreen  # noqa: PLC0415 - rarely needed

        run = self._log.current
        if run is None:
            self._say(_NOTHING_YET)
            return
        asked = self._talk.find(run)
        answers = to_the_same(asked, self._beside())
        if not answers:
            self._say(_NO_TEXT)
            return

        def left(overlooked: frozenset[Normaliser] | None) -> None:
            self._overlooked = overlooked

        self._screen.app.push_screen(TallyScreen(answers, self._overlooked), left)

    def _open(self, answers: Sequence[Candidate], left: int, right: int) -> None:
        from aztui.ui.screens.compare import CompareScreen  # noqa: PLC0415 - rarely needed

        marked = None if self._marked is None else self._marked.key
        self._screen.app.push_screen(CompareScreen(answers, left, right, marked))

    def _beside(self) -> tuple[Candidate, ...]:
        """The answers to the prompt in view, and to those beside it; as they are now."""
        run = self._log.current
        if run is None:
            return ()
        return candidates([self._talk.find(one) for one in self._talk.session.siblings(run)])

    def _in_view(self, answers: Sequence[Candidate]) -> Candidate | None:
        """Return the answer that is being looked at; says why where there is none."""
        run, number = self._log.current, self._log.choice
        here = next((answer for answer in answers if answer.key == (run, number)), None)
        if here is None:
            self._say(_NOTHING_YET if run is None else _NO_TEXT)
        return here

    def _is_marked(self, answer: Candidate) -> bool:
        return self._marked is not None and self._marked.key == answer.key

    def _marked_now(self, answers: Sequence[Candidate]) -> Candidate | None:
        """Return the marked answer with all that has come of it by now."""
        if self._marked is None:
            return None
        run, number = self._marked.key
        known = next((answer for answer in answers if self._is_marked(answer)), None)
        if known is not None or run not in self._talk.session.nodes:
            return known or self._marked
        now = self._talk.find(run)
        choice = next(choice for choice in now.choices if choice.index == number)
        return replace(self._marked, run=now, choice=choice)
