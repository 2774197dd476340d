"""A session: a tree of runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from types import MappingProxyType
from typing import NewType

from aztui.core.continuing import earlier, said, whole
from aztui.core.data import dataclass
from aztui.core.events import RunId
from aztui.core.request import Message
from aztui.core.run import Run

SessionId = NewType("SessionId", str)


@dataclass(frozen=True, slots=True)
class Node:
    """A run and the run it follows; None at a root."""

    run: Run
    parent: RunId | None


@dataclass(frozen=True, slots=True)
class Session:
    """Runs that belong together. Nothing in it is overwritten but a run by its later state.

    Attributes:
        id: its identity.
        nodes: every run by its id, in the order they were started.
        head: the run that the next prompt follows; None before the first.
        name: what the user calls it; may be empty.
        bookmarks: the runs that the user has bookmarked.
        visited: which child of a run was on the path last; the newest where none is said.
        picks: which answer of a run the conversation follows, by its choice's index; the first
            that has a text where none is said.
    """

    id: SessionId
    nodes: Mapping[RunId, Node] = field(default_factory=lambda: MappingProxyType({}))
    head: RunId | None = None
    name: str = ""
    bookmarks: frozenset[RunId] = frozenset()
    visited: Mapping[RunId | None, RunId] = field(default_factory=lambda: MappingProxyType({}))
    picks: Mapping[RunId, int] = field(default_factory=lambda: MappingProxyType({}))

    def follow(self, run: Run) -> Session:
        """Return the session with `run` added as a child of the head, and as the new head."""
        return self._added(Node(run, self.head))

    def beside(self, run: Run, sibling: RunId) -> Session:
        """Return the session with `run` added as a sibling of `sibling`, and as the new head.

        Raises:
            KeyError: `sibling` is not in the session.
        """
        return self._added(Node(run, self.nodes[sibling].parent))

    def update(self, run: Run) -> Session:
        """Return the session with a later state of a run that is in it.

        Raises:
            KeyError: the run is not in the session.
        """
        node = self.nodes[run.id]
        return replace(self, nodes=MappingProxyType({**self.nodes, run.id: Node(run, node.parent)}))

    def path(self, end: RunId | None) -> tuple[Run, ...]:
        """The runs from the root to `end`, oldest first; nothing for None."""
        runs: list[Run] = []
        while end is not None:
            node = self.nodes[end]
            runs.append(node.run)
            end = node.parent
        return tuple(reversed(runs))

    def children(self, parent: RunId | None) -> tuple[RunId, ...]:
        """The runs that follow a run, in the order they were started; the roots for None."""
        return tuple(run for run, node in self.nodes.items() if node.parent == parent)

    def siblings(self, run: RunId) -> tuple[RunId, ...]:
        """A run and all beside it, in the order they were started.

        Raises:
            KeyError: the run is not in the session.
        """
        return self.children(self.nodes[run].parent)

    def child(self, parent: RunId | None) -> RunId | None:
        """The run after a run that was on the path last; None where nothing follows it."""
        return self._onward().get(parent)

    def leaf(self, run: RunId) -> RunId:
        """The end of the path that leads on from a run, as it was last gone."""
        onward = self._onward()
        while (following := onward.get(run)) is not None:
            run = following
        return run

    def go(self, head: RunId | None) -> Session:
        """Return the session with another head; what the next prompt follows.

        Raises:
            KeyError: the run is not in the session.
        """
        visited = dict(self.visited)
        at = head
        while at is not None:
            before = self.nodes[at].parent
            visited[before] = at
            at = before
        return replace(self, head=head, visited=MappingProxyType(visited))

    def bookmark(self, run: RunId, *, kept: bool) -> Session:
        """Return the session with a run bookmarked, or not."""
        bookmarks = self.bookmarks | {run} if kept else self.bookmarks - {run}
        return replace(self, bookmarks=bookmarks)

    def pick(self, run: RunId, answer: int) -> Session:
        """Return the session with a conversation that follows another answer of a run.

        Args:
            run: whose answer.
            answer: its choice's index.
        """
        return replace(self, picks=MappingProxyType({**self.picks, run: answer}))

    def followed(self, run: Run) -> Run:
        """Return a run as the conversation follows it: without the answers before that one.

        What was thought before another answer than the first is not known apart.
        """
        picked = self.picks.get(run.id)
        for place, choice in enumerate(run.choices):
            if choice.text if picked is None else choice.index == picked:
                rest = run.choices[place:]
                return replace(run, choices=rest, reasoning=()) if place else run
        return run

    def _onward(self) -> dict[RunId | None, RunId]:
        """Which child of each run is gone to: the one visited last, else the newest."""
        return {node.parent: run for run, node in self.nodes.items()} | dict(self.visited)

    def _added(self, node: Node) -> Session:
        run = node.run.id
        nodes = MappingProxyType({**self.nodes, run: node})
        # Its parent is on the path already, or is the parent of what is.
        visited = MappingProxyType({**self.visited, node.parent: run})
        return replace(self, nodes=nodes, head=run, visited=visited)


def picks(session: Session) -> Mapping[RunId, int]:
    """Return which answers a session's later requests have followed, by the runs that got them."""
    found: dict[RunId, int] = {}
    for node in session.nodes.values():
        parent = None if node.parent is None else session.nodes[node.parent].run
        if parent is None or len(parent.choices) < 2:
            continue
        sent = next(reversed(earlier(node.run)), None)
        if sent is not None and sent.role == "assistant":
            texts = {choice.index: whole(parent, choice) for choice in parent.choices}
            same = (index for index, text in texts.items() if text == sent.content)
            followed = next(same, None)
            if followed is not None:
                found[parent.id] = followed
    return MappingProxyType(found)


def turns(path: tuple[Run, ...]) -> tuple[Message, ...]:
    """The turns of a conversation along `path`: each prompt, and its first answer where text came.

    A run that brought no text leaves no trace: a prompt without its answer would make the
    model answer two prompts at once.
    """
    return tuple(
        message
        for run in path
        if run.text
        for message in (Message("user", said(run)), _answer(run))
    )


def _answer(run: Run) -> Message:
    return Message("assistant", whole(run, run.choices[0]), run.reasoning)
