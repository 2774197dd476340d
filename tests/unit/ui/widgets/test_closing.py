"""What stands under an answer that ended badly."""

from __future__ import annotations

import pytest

from aztui.core.events import (
    Adapted,
    Cause,
    Ended,
    Event,
    Filtered,
    FinishReason,
    Opened,
    RunId,
    Stamped,
    StreamProblem,
)
from aztui.core.events import TextDelta as Text
from aztui.core.filters import Verdict
from aztui.core.lessons import Refused
from aztui.core.problem import Kind, Problem
from aztui.core.request import Api, Message, Request, compose
from aztui.core.run import Phase, Run, reduce
from aztui.ui.widgets.closing import closing
from aztui.ui.widgets.rows import Columns

CLOSED = Ended(Cause.CLOSED)
CHAT = compose(Api.CHAT, "gpt", "Hi")


def shown(*events: Event, request: Request = CHAT) -> str:
    """The rows under a run in which this happened."""
    run = Run(RunId("1"), request, 0.0)
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


VIOLENCE = Verdict("violence", filtered=False, severity="medium")
COPIED = Verdict("protected_material_text", filtered=True, detected=True)


def test_findings_stand_below_the_figures() -> None:
    text = shown(Filtered(0, (VIOLENCE,)), Text(0, "a"), FinishReason(0, "stop"), CLOSED)
    assert text.splitlines()[1].strip() == "filter: violence medium (answer)"


def test_a_filter_that_names_its_reason_is_not_called_harmful_content() -> None:
    stopped = FinishReason(0, "content_filter")
    text = shown(Text(0, "a"), Filtered(0, (COPIED,)), stopped, CLOSED)
    assert "filter: stopped by protected material text (answer)" in text
    assert "harmful" not in text
    assert "Put the prompt differently" in text


def test_what_did_not_run_and_what_was_sent_otherwise_is_told() -> None:
    adapted = Adapted((Refused("stream_options"),), again=False)
    failed = Filtered(0, failed="The contents are not filtered")
    text = shown(adapted, failed, Text(0, "a"), FinishReason(0, "stop"), CLOSED)
    assert "the content filter did not run: The contents are not filtered" in text
    assert "sent without stream_options" in text


def test_what_the_service_keeps_is_told() -> None:
    def said(**params: bool) -> str:
        request = compose(Api.RESPONSES, "gpt", "Hi", params=params)
        return shown(Opened(), Text(0, "a"), FinishReason(0, "stop"), CLOSED, request=request)

    keeps = "Azure keeps prompt and answer for 30 days"
    assert f"sent with store=true, which background needs: {keeps}" in " ".join(
        said(background=True).split()
    )
    assert f"sent with store=true: {keeps}" in " ".join(said(store=True).split())
    assert "store" not in said(store=False)
    assert "store" not in said()
    refused = Ended(Cause.BROKEN, Problem(Kind.BAD_REQUEST, "No"))
    assert "store" not in shown(
        refused, request=compose(Api.RESPONSES, "gpt", "Hi", params={"background": True})
    )


def test_a_problem_ends_with_the_keys_to_go_on_with() -> None:
    adapted = Adapted((Refused("stream_options"),), again=False)
    problem = Problem(Kind.BAD_REQUEST, "No", ids=(("x-request-id", "6f1c"),), try_api=Api.CHAT)
    last = shown(adapted, Ended(Cause.BROKEN, problem)).splitlines()[-1]
    assert last.strip() == "f6 ask through chat · f5 try again · x-request-id 6f1c"


@pytest.mark.parametrize(("turns", "way"), [(True, "f5 leave out turns"), (False, "f5 try again")])
def test_a_conversation_that_is_too_long_can_leave_turns_out(turns: bool, way: str) -> None:
    earlier = (Message("user", "Hi"), Message("assistant", "Hello")) if turns else ()
    request = compose(Api.CHAT, "gpt", "So?", system="Be brief.", turns=earlier)
    run = Run(RunId("1"), request, 0.0, Phase.FAILED, problem=Problem(Kind.TOO_LONG, "Too long"))
    last = closing(run, Columns(2, 78))[-1]
    assert "".join(text for text, _ in last).strip() == way


def test_a_finish_reason_does_nothing() -> None:
    lost = Problem(Kind.PROTOCOL, "A part cannot be read")
    text = shown(Text(0, "a"), StreamProblem(lost), FinishReason(0, "\x1b[2J"), CLOSED)
    assert "\x1b" not in text
