from __future__ import annotations

from typing import Any

import pytest

from aztui.core.request import Api
from aztui.emulator.backend import Answer, Ask
from aztui.emulator.service import Service
from tests.support.emulator import Saying
from tests.support.steps import HELLO, answer, hello, refusal, steps

COMPLETIONS, CHAT, RESPONSES = Api
OLD, STABLE, NEW, V1 = "2024-02-01", "2024-10-21", "2025-04-01-preview", "v1"


def refused(api: Api, version: str, **body: Any) -> Any:
    return refusal(steps(hello(), api, version=version, **body))


@pytest.mark.parametrize("api", [COMPLETIONS, CHAT])
@pytest.mark.parametrize("version", [OLD, STABLE])
def test_a_dated_version_recognises_no_unknown_argument(api: Api, version: str) -> None:
    error = refused(api, version, stream=True, teapot=5)
    assert error["message"] == "Unrecognized request argument supplied: teapot"
    assert (error["param"], error["code"]) == (None, None)
    many = refused(api, version, teapot=5, kettle=6)["message"]
    assert many == "Unrecognized request arguments supplied: teapot, kettle"


@pytest.mark.parametrize(
    ("api", "version"),
    [(CHAT, V1), (COMPLETIONS, V1), (RESPONSES, V1), (RESPONSES, NEW)],
)
def test_v1_and_responses_name_what_they_do_not_know(api: Api, version: str) -> None:
    error = refused(api, version, teapot=5)
    assert error["message"] == "Unknown parameter: 'teapot'."
    assert (error["param"], error["code"]) == ("teapot", "unknown_parameter")


@pytest.mark.parametrize(
    ("api", "name", "value", "first", "before"),
    [
        (CHAT, "logprobs", True, STABLE, OLD),
        (CHAT, "max_completion_tokens", 9, STABLE, OLD),
        (CHAT, "parallel_tool_calls", True, STABLE, OLD),
        (CHAT, "stream_options", {}, STABLE, OLD),
        (CHAT, "store", False, NEW, STABLE),
        (CHAT, "metadata", {}, NEW, STABLE),
        (COMPLETIONS, "seed", 5, STABLE, OLD),
        (COMPLETIONS, "stream_options", {}, STABLE, OLD),
        (RESPONSES, "background", False, NEW, "2025-03-01-preview"),
    ],
)
def test_a_parameter_is_known_from_its_first_version_on(
    api: Api, name: str, value: Any, first: str, before: str
) -> None:
    body = {name: value, "stream": name == "stream_options"}
    for version in (first, V1):
        assert steps(hello(), api, version=version, **body)[1:]
    assert name in refused(api, before, **body)["message"]


@pytest.mark.parametrize(
    ("api", "lacks"),
    [
        (COMPLETIONS, ("max_completion_tokens", "top_logprobs", "response_format", "tools")),
        (CHAT, ("best_of", "echo", "suffix", "max_output_tokens")),
        (RESPONSES, ("n", "stop", "seed", "logit_bias", "presence_penalty", "logprobs")),
    ],
)
def test_each_api_lacks_what_the_others_have(api: Api, lacks: tuple[str, ...]) -> None:
    for name in lacks:
        assert refused(api, V1, **{name: 1})["param"] == name


@pytest.mark.parametrize("name", ["reasoning_effort", "response_format", "verbosity"])
def test_responses_say_where_a_parameter_has_moved(name: str) -> None:
    error = refused(RESPONSES, V1, **{name: "low"})
    assert "has moved to" in error["message"]
    assert (error["param"], error["code"]) == (name, "unsupported_parameter")


@pytest.mark.parametrize(
    ("api", "name", "value"),
    [
        (COMPLETIONS, "logprobs", 6),
        (COMPLETIONS, "logprobs", True),
        (COMPLETIONS, "best_of", 0),
        (COMPLETIONS, "echo", "yes"),
        (COMPLETIONS, "suffix", 5),
        (COMPLETIONS, "seed", 1.5),
        (COMPLETIONS, "user", 5),
        (COMPLETIONS, "logit_bias", [1]),
        (COMPLETIONS, "logit_bias", {"hello": 1}),
        (COMPLETIONS, "logit_bias", {"50256": 101}),
        (COMPLETIONS, "logit_bias", {"50256": "no"}),
        (CHAT, "logprobs", 3),
        (CHAT, "top_logprobs", 21),
        (CHAT, "presence_penalty", 3),
        (CHAT, "verbosity", "loud"),
        (RESPONSES, "include", "reasoning.encrypted_content"),
        (RESPONSES, "include", ["everything"]),
        (RESPONSES, "truncation", "never"),
        (RESPONSES, "metadata", []),
        (RESPONSES, "temperature", "hot"),
    ],
)
def test_a_value_that_is_none_of_the_parameters_is_refused(api: Api, name: str, value: Any) -> None:
    error = refused(api, V1, **{name: value})
    assert error["param"].startswith(name)
    assert error["type"] == "invalid_request_error"


def test_what_is_null_is_not_there() -> None:
    assert answer(steps(hello(), CHAT, teapot=None, temperature=None))


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ({"best_of": 2, "n": 3}, "best_of"),
        ({"best_of": 2, "stream": True}, "cannot be streamed"),
        ({"echo": True, "suffix": "the end"}, "suffix"),
    ],
)
def test_completions_refuse_what_does_not_go_together(body: dict[str, Any], word: str) -> None:
    assert word in refused(COMPLETIONS, V1, **body)["message"]


@pytest.mark.parametrize(
    "body",
    [
        {"best_of": 3, "n": 2},
        {"best_of": 1, "stream": True},
        {"suffix": " the end"},
        {"user": "u", "seed": 7, "logit_bias": {"50256": -100}},
    ],
)
def test_completions_take_what_goes_together(body: dict[str, Any]) -> None:
    assert steps(hello(), COMPLETIONS, **body)[1:]


def test_top_logprobs_need_logprobs() -> None:
    assert refused(CHAT, V1, top_logprobs=3)["param"] == "top_logprobs"


class Knowing(Saying):
    """A backend with a parameter of its own."""

    parameters = frozenset({"repeat_penalty"})

    def answer(self, ask: Ask) -> Answer:
        assert ask.body["repeat_penalty"] == 1.1
        return super().answer(ask)


def test_a_backend_may_know_more() -> None:
    service = Service(Knowing(*HELLO))
    assert answer(steps(service, CHAT, version=OLD, repeat_penalty=1.1))
    assert "repeat_penalty" in refused(CHAT, OLD, repeat_penalty=1.1)["message"]
