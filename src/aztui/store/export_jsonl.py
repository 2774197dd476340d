"""Conversations as lines of JSON, as files for fine-tuning have them."""

from __future__ import annotations

import json
from collections.abc import Iterator

from aztui.core.events import RunId
from aztui.core.request import TRAITS
from aztui.core.run import Run
from aztui.core.tree import Session
from aztui.store.plain import clean


def to_jsonl(session: Session) -> Iterator[bytes]:
    """Yield a line for each path through a session: what was sent, and the answer.

    A path ends at an answer that no later request sent along; a run without an answer is on
    none. Of several answers the first counts, as in the conversation itself.
    """
    sent = _sent_along(session)
    for run, node in session.nodes.items():
        if node.run.text and run not in sent:
            yield _line(node.run)


def _sent_along(session: Session) -> set[RunId]:
    """The runs whose answers went along with a later request that was answered."""
    sent: set[RunId] = set()
    for node in session.nodes.values():
        before = node.parent
        if node.run.text and TRAITS[node.run.request.api].turns:
            while before is not None and before not in sent:
                sent.add(before)
                before = session.nodes[before].parent
    return sent


def _line(run: Run) -> bytes:
    messages = [
        *({"role": turn.role, "content": turn.content} for turn in run.request.messages),
        {"role": "assistant", "content": run.text},
    ]
    return f"{clean(json.dumps({'messages': messages}, ensure_ascii=False))}\n".encode()
