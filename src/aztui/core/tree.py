"""A session: a tree of runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from types import MappingProxyType
from typing import NewType

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
    """

    id: SessionId
    nodes: Mapping[RunId, Node] = field(default_factory=lambda: MappingProxyType({}))
    head: RunId | None = None

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

    def _added(self, node: Node) -> Session:
        nodes = MappingProxyType({**self.nodes, node.run.id: node})
        return replace(self, nodes=nodes, head=node.run.id)


def turns(path: tuple[Run, ...]) -> tuple[Message, ...]:
    """The turns of a conversation along `path`: each prompt, and its first answer where text came.

    A run that brought no text leaves no trace: a prompt without its answer would make the
    model answer two prompts at once.
    """
    return tuple(
        message
        for run in path
        if run.text
        for message in (Message("user", run.request.prompt), _answer(run))
    )


def _answer(run: Run) -> Message:
    return Message("assistant", run.text, run.reasoning)
