"""What refusals and answers teach."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aztui.azure.decode.wire_error import WireError, read_error
from aztui.azure.lessons import Watch, taught
from aztui.core.events import (
    Answering,
    Chosen,
    Event,
    FinishReason,
    ReasoningDelta,
    ReasoningItem,
    TextDelta,
    Thinking,
    Token,
    Tokens,
    Usage,
)
from aztui.core.lessons import UNKNOWN, Learnt, Refused
from aztui.core.request import Api

OPTIONS = {"include_usage": True}
THOUGHTS = ["reasoning.encrypted_content"]
BODY: dict[str, Any] = {
    "messages": [],
    "max_tokens": 200,
    "temperature": 0.5,
    "logprobs": True,
    "top_logprobs": 5,
    "stream_options": OPTIONS,
    "include": THOUGHTS,
    "store": False,
    "reasoning": {"summary": "auto"},
}


def refused(learnt: Learnt) -> list[Refused]:
    return [Refused(one.param, one.value, one.instead) for one in learnt.refused]


@pytest.mark.parametrize(
    ("message", "code", "param", "lessons"),
    [
        (
            (
                "Unsupported parameter: 'max_tokens' is not supported with this model. "
                "Use 'max_completion_tokens' instead."
            ),
            "unsupported_parameter",
            "max_tokens",
            [Refused("max_tokens", None, "max_completion_tokens")],
        ),
        (
            "Unsupported parameter: 'temperature' is not supported with this model.",
            "unsupported_parameter",
            "",
            [Refused("temperature")],
        ),
        ("No.", "unsupported_parameter", "temperature", [Refused("temperature")]),
        (
            "Unrecognized request argument supplied: stream_options",
            "invalid_request_error",
            "",
            [Refused("stream_options")],
        ),
        ("Unrecognized request argument: stream_options", "", "", [Refused("stream_options")]),
        (
            "Unrecognized request arguments supplied: stream_options, store",
            "",
            "",
            [Refused("stream_options"), Refused("store")],
        ),
        (
            # Another value is to take its place, not another member.
            "Unsupported value: 'temperature' does not support 0.5. Use 'default' instead.",
            "unsupported_value",
            "temperature",
            [Refused("temperature", 0.5)],
        ),
        (
            "Unknown parameter: 'include'.",
            "unknown_parameter",
            "include",
            [Refused("include")],
        ),
        (
            "Unknown parameter: 'stream_options.include_usage'.",
            "unknown_parameter",
            "stream_options.include_usage",
            [Refused("stream_options", OPTIONS)],
        ),
        (
            (
                "Unsupported value: 'temperature' does not support 0.5 with this model. "
                "Only the default (1) value is supported."
            ),
            "unsupported_value",
            "temperature",
            [Refused("temperature", 0.5)],
        ),
        (
            "Unsupported value: 'reasoning.summary' does not support 'auto' with this model.",
            "unsupported_value",
            "reasoning.summary",
            [Refused("reasoning", {"summary": "auto"})],
        ),
        (
            "Encrypted content is not supported with this model.",
            "invalid_request_error",
            "include",
            [Refused("include", "reasoning.encrypted_content")],
        ),
        (
            (
                "logprobs, best_of and echo parameters are not available on gpt-35-turbo model. "
                "Please remove the parameter and try again."
            ),
            "BadRequest",
            "",
            [Refused("logprobs")],
        ),
        (
            "You are not allowed to request logprobs from this model.",
            "",
            "",
            [Refused("logprobs"), Refused("top_logprobs")],
        ),
    ],
)
def test_what_a_refusal_teaches(
    message: str, code: str, param: str, lessons: list[Refused]
) -> None:
    learnt = taught(UNKNOWN, WireError(message, code, param), BODY)
    assert refused(learnt) == lessons
    assert {one.words for one in learnt.refused} == {message}
    assert learnt.logprobs is (False if "logprobs" in {one.param for one in lessons} else None)


@pytest.mark.parametrize(
    ("message", "code", "param"),
    [
        ("The server had an error.", "500", ""),
        ("The prompt says Unknown parameter: 'store'.", "", ""),
        ("Unknown parameter: 'made_up'.", "unknown_parameter", "made_up"),
        ("Unsupported value: 'messages[0].role' …", "unsupported_value", "messages[0].role"),
        ("Unsupported parameter: 'messages'", "unsupported_parameter", "messages"),
        # Left out, it would be as if the answer might be kept.
        ("Unsupported value: 'store' does not support false.", "unsupported_value", "store"),
    ],
)
def test_what_teaches_nothing(message: str, code: str, param: str) -> None:
    assert taught(UNKNOWN, WireError(message, code, param), BODY) == UNKNOWN


def test_how_much_fits_is_learnt_and_what_was_said_last_counts() -> None:
    held = WireError(
        "This model's maximum context length is 8192 tokens. However, you requested 9000 tokens.",
        "context_length_exceeded",
    )
    before = Learnt("gpt-4o", refused=(Refused("store"),))
    learnt = taught(before, held, BODY)
    assert learnt == Learnt("gpt-4o", refused=(Refused("store"),), context=8_192)
    limited = WireError("Input tokens exceed the configured limit of 272000 tokens.")
    assert taught(learnt, limited, BODY).context is None
    assert taught(learnt, limited, BODY).input == 272_000
    assert taught(UNKNOWN, WireError("Too long.", "context_length_exceeded"), BODY) == UNKNOWN


def test_how_much_another_model_takes_is_not_known() -> None:
    assert Learnt("gpt-4o", context=8_192).answered_by("gpt-4o").context == 8_192
    assert Learnt("gpt-4o", context=8_192).answered_by("gpt-5").context is None


def test_a_filter_teaches_nothing() -> None:
    error = WireError("Unknown parameter: 'store'.", "content_filter", "store")
    assert taught(UNKNOWN, error, BODY) == UNKNOWN


def test_a_value_that_is_too_long_is_not_kept() -> None:
    error = WireError("Unsupported value: 'stop' …", "unsupported_value", "stop")
    assert taught(UNKNOWN, error, {"stop": "x" * 500}) == UNKNOWN


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("OperationNotSupported", "The completion operation does not work with the model."),
        (None, "This model is only supported in v1/responses and not in v1/chat/completions."),
    ],
)
def test_a_deployment_may_not_answer_the_api_at_all(code: str | None, message: str) -> None:
    error = read_error({"error": {"code": code, "message": message}})
    assert taught(UNKNOWN, error, BODY) == Learnt(answers=False)


def test_a_later_refusal_replaces_an_earlier_one_about_the_same() -> None:
    before = Learnt(refused=(Refused("max_tokens", words="Old."), Refused("store")))
    error = WireError("Use 'max_completion_tokens' instead.", "unsupported_parameter", "max_tokens")
    assert refused(taught(before, error, BODY)) == [
        Refused("store"),
        Refused("max_tokens", None, "max_completion_tokens"),
    ]


@given(st.text(), st.text(), st.text())
def test_no_error_makes_it_fail(message: str, code: str, param: str) -> None:
    for known in ("", "unsupported_parameter", "unsupported_value", "unknown_parameter", code):
        taught(UNKNOWN, WireError(message, known, param), BODY)


FINISH = FinishReason(0, "stop")
TEXT = TextDelta(0, "Hi")
SAID = Learnt(model="gpt-4o", answers=True, usage=False, reasons=False)


def seen(*events: Event, before: Learnt = UNKNOWN, api: Api = Api.CHAT, **body: Any) -> Learnt:
    watch = Watch(api, body)
    for event in events:
        watch.see(event)
    return watch.learnt(before, ())


def test_an_answer_teaches_who_answers_and_what_comes() -> None:
    assert seen(Answering("gpt-4o"), TEXT, FINISH) == SAID
    thought = seen(Answering("o4"), TEXT, FINISH, Usage(1, 2, reasoning_tokens=3))
    assert thought == Learnt(model="o4", answers=True, usage=True, reasons=True)


@pytest.mark.parametrize("event", [Thinking(), ReasoningDelta(0, "Hm"), ReasoningItem({})])
def test_signs_of_thought(event: Event) -> None:
    assert seen(event, TEXT, FINISH).reasons is True


def test_a_model_that_thinks_may_once_not_think() -> None:
    assert seen(TEXT, FINISH, before=Learnt(reasons=True)).reasons is True


@pytest.mark.parametrize("events", [(), (Answering("gpt-4o"),), (Usage(1, 2),)])
def test_nothing_is_learnt_where_no_answer_came(events: tuple[Event, ...]) -> None:
    assert seen(*events) == UNKNOWN


def test_what_did_not_come_of_a_cut_answer_may_still_come() -> None:
    assert seen(Answering("gpt-4o"), TEXT) == Learnt(model="gpt-4o", answers=True)


TOKENS = Tokens(0, (Chosen(Token("Hi", -0.1)),))


@pytest.mark.parametrize(
    ("api", "body", "asked"),
    [
        (Api.COMPLETIONS, {"logprobs": 0}, True),
        (Api.COMPLETIONS, {}, False),
        (Api.CHAT, {"logprobs": True}, True),
        (Api.CHAT, {"logprobs": False}, False),
        (Api.RESPONSES, {"include": ["message.output_text.logprobs"]}, True),
        (Api.RESPONSES, {"include": THOUGHTS}, False),
        (Api.RESPONSES, {}, False),
    ],
)
def test_logprobs_are_missed_only_where_asked_for(
    api: Api, body: dict[str, Any], asked: bool
) -> None:
    assert seen(TEXT, FINISH, api=api, **body).logprobs is (False if asked else None)
    assert seen(TEXT, TOKENS, FINISH, api=api, **body).logprobs is (True if asked else None)
    assert seen(FINISH, api=api, **body).logprobs is None


def test_another_model_makes_forget_all_but_what_it_has_refused_itself() -> None:
    old, new = Refused("max_tokens", instead="max_completion_tokens"), Refused("stream_options")
    before = Learnt("gpt-4o", answers=True, refused=(old, new), logprobs=True)
    watch = Watch(Api.CHAT, {})
    for event in (Answering("gpt-5"), TEXT, FINISH):
        watch.see(event)
    learnt = watch.learnt(before, (new,))
    assert learnt == Learnt("gpt-5", answers=True, refused=(new,), usage=False, reasons=False)


@pytest.mark.parametrize(
    ("event", "begun"),
    [
        (TextDelta(0, "a"), True),
        (ReasoningDelta(0, "Hm."), True),
        (ReasoningItem({"type": "reasoning"}), True),
        (FinishReason(0, "stop"), True),
        (Answering("gpt-4o"), False),
        (Thinking(), False),
        (Usage(1, 0), False),
    ],
)
def test_an_answer_has_begun_when_something_of_it_has_come(event: Event, begun: bool) -> None:
    watch = Watch(Api.CHAT, {})
    watch.see(event)
    assert watch.begun is begun
