"""One answer of a run as it is shown: what stands of it, and what was withdrawn."""

from __future__ import annotations

from aztui.core.profile import View
from aztui.core.run import Choice
from aztui.ui.widgets.passage import Passage
from aztui.ui.widgets.shelf import Shelf


class Answer:
    """One choice's text, and from some character on what the filter withdrew of it.

    Attributes:
        heading: stands above it; may be empty.
        start: the beginning that was given for it; it comes with the first text.
        passages: one, or two where a part is withdrawn.
    """

    __slots__ = ("_shelf", "heading", "passages", "start")

    def __init__(self, heading: str, width: int, view: View, shelf: Shelf, start: str = "") -> None:
        self.heading = heading
        self.start = start
        self.passages = [Passage(width, view, shelf)]
        self._shelf = shelf

    @property
    def text(self) -> str:
        """All of it, as it came."""
        return "".join(passage.text for passage in self.passages)

    @property
    def view(self) -> View:
        """How it is shown."""
        return self.passages[0].view

    def feed(self, text: str) -> None:
        """Add text that has come, to be laid out by its passage."""
        passage = self.passages[-1]
        if self.start and not self.text:
            passage.feed(self.start)
        passage.feed(text)

    def show(self, width: int, view: View, *, over: bool) -> None:
        """Show it in another way."""
        self.passages = [
            Passage(width, view, self._shelf, passage.text) for passage in self.passages
        ]
        for passage in self.passages if over else self.passages[:-1]:
            passage.end()

    def withdraw(self, choice: Choice, width: int) -> bool:
        """Set apart what is condemned of the text that has come; False where nothing changes."""
        first = choice.condemned
        if first is None or len(self.passages) > 1:
            return False
        text = self.start + choice.text
        first += len(self.start)
        if first >= len(text):
            return False
        condemned = text[first:].lstrip("\n")
        kept = text[: len(text) - len(condemned)]
        self.passages = [Passage(width, self.view, self._shelf, part) for part in (kept, condemned)]
        self.passages[0].end()
        return True
