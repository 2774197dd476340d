"""What stands under an answer that ended badly."""

from __future__ import annotations

import pytest

from aztui.core.events import Cause, Ended, Event, FinishReason, RunId, Stamped, StreamProblem
from aztui.core.events import TextDelta as Text
from aztui.core.problem import Kind, Problem
from aztui.core.request import Api, compose
from aztui.core.run import Run, reduce
from aztui.ui.widgets.closing import closing
from aztui.ui.widgets.rows import Columns

CLOSED = Ended(Cause.CLOSED)


def shown(*events: Event) -> str:
    """The rows under a run in which this happened."""
    run = Run(RunId("1"), compose(Api.CHAT, "gpt", "Hi"), 0.0)
    for event in events:
        run = reduce(run, Stamped(run.id, 1.0, event))
    rows = closing(run, Columns(2, 78))
    return "\n".join("".join(text for text, _ in row).rstrip() for row in rows)


def test_what_the_filter_found_is_told() -> None:
    found = Problem(Kind.CONTENT_FILTER, "The filter found violence (medium)", fix="Reword it.")
    text = shown(Text(0, "a"), FinishReason(0, "content_filter"), StreamProblem(found), CLOSED)
    assert "▪ stopped by the content filter" in text
    assert "The filter found violence (medium)." in text
    assert "Reword it." in text


def test_a_filter_that_says_nothing_is_explained() -> None:
    text = shown(Text(0, "a"), FinishReason(0, "content_filter"), CLOSED)
    assert "The service took it for harmful content" in text


@pytest.mark.parametrize(
    ("reason", "ended"),
    [("stop", "✗ done (stop), but a part is missing"), ("length", "▪ hit the token limit")],
)
def test_a_part_that_could_not_be_read_is_told(reason: str, ended: str) -> None:
    lost = Problem(Kind.PROTOCOL, "A part cannot be read", '{"half', "Send it again.")
    text = shown(Text(0, "a"), StreamProblem(lost), FinishReason(0, reason), CLOSED)
    assert ended in text
    assert "A part cannot be read." in text
    assert '{"half' in text
    assert "Send it again." in text


def test_a_connection_that_breaks_after_the_end_costs_nothing() -> None:
    broken = Problem(Kind.CONNECTION, "It broke")
    text = shown(Text(0, "a"), FinishReason(0, "stop"), Ended(Cause.BROKEN, broken))
    assert "done (stop)" in text
    assert "missing" not in text
