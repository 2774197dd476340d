"""Sessions with branches, and runs that are over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

from aztui.core.chunks import Chunks
from aztui.core.events import RunId, Usage
from aztui.core.problem import Kind, Problem
from aztui.core.request import Api, compose
from aztui.core.run import Choice, Phase, Run
from aztui.core.tree import Node, Session, SessionId

ENDS: Final[Mapping[Phase, str]] = {Phase.DONE: "stop", Phase.LIMIT: "length"}


def run(name: str, prompt: str = "", answer: str = "", **others: Any) -> Run:
    """A run that is over; done, where nothing else is said."""
    phase = others.get("phase", Phase.DONE)
    choices = (Choice(0, Chunks(answer), ENDS.get(phase)),) if answer else ()
    return replace(
        Run(RunId(name), compose(Api.CHAT, "gpt-5-mini", prompt or name), 0.0, ended=0.0),
        **{"phase": phase, "choices": choices, **others},
    )


def tree(runs: Iterable[tuple[Run, str | None]], head: str | None = None) -> Session:
    """A session of runs, each with the one that it follows."""
    nodes = {run.id: Node(run, None if parent is None else RunId(parent)) for run, parent in runs}
    last = next(reversed(nodes), None) if head is None else RunId(head)
    return Session(SessionId("session"), MappingProxyType(nodes), last)


def told(took: float, tokens: int, prompt: int = 7) -> dict[str, Any]:
    """How long a run took, in seconds, and what it cost."""
    return {"ended": took, "first_text": 0.4, "usage": Usage(prompt, tokens)}


ATTENTION: Final = "What is the transformer architecture?\nExplain self-attention. 5 bullets."
HEADS: Final = (
    "A transformer reads all tokens at once. Each token looks at every other and weighs how much "
    "it matters, several times side by side: these are its heads. One may follow grammar while "
    "another follows what “it” refers to, and what they find is joined before the next layer."
)
NOT_THERE: Final = Problem(Kind.NOT_FOUND, "The deployment gpt-4o-mni does not exist on contoso")


def branched() -> Session:
    """A session in which every end of a run is, and branches within branches."""
    session = tree(
        [
            (run("a", ATTENTION, HEADS, **told(4.1, 159)), None),
            (run("b", "And in one sentence?", "It …", **told(1.2, 31)), "a"),
            (run("c", "For a child?", "A machine …", **told(1.9, 48)), "b"),
            (run("d", "For a physicist?", "Attention …", phase=Phase.STOPPED, ended=3.0), "b"),
            (run("e", "Give me the formula.", phase=Phase.FAILED, problem=NOT_THERE), "d"),
            (run("f", "Give me the formula.", "softmax", **told(12.5, 1_204)), "d"),
            (
                run(
                    "g",
                    "…",
                    "(QK^T / sqrt(d)) V",
                    continues=True,
                    phase=Phase.LIMIT,
                    **told(125.0, 2),
                ),
                "f",
            ),
            (run("h", "And in 日本語, please", "注意", phase=Phase.CUT, ended=0.05), "a"),
            (run("i", "Thanks!", phase=Phase.FILTERED, ended=0.9), "h"),
            (run("j", ATTENTION, HEADS[:60], phase=Phase.INTERRUPTED, ended=0.5), None),
        ],
        head="f",
    )
    return replace(session, name="Attention", bookmarks=frozenset({RunId("c"), RunId("g")}))
