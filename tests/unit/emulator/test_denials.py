from __future__ import annotations

import email.utils
import time
from typing import Any

import pytest

from aztui.core.request import Api
from aztui.emulator.service import Service
from aztui.emulator.steps import Open, Raw
from tests.support.steps import (
    answer,
    choices,
    events,
    headers,
    hello,
    payloads,
    refusal,
    reply,
    steps,
)

LIMITS = ("retry-after", "retry-after-ms", "x-ratelimit-reset-tokens")


def waits(options: str) -> tuple[dict[str, str], str]:
    taken = steps(hello(), Api.CHAT, model=f"demo--429:{options}")
    told = headers(taken)
    return {name: told[name] for name in LIMITS if name in told}, refusal(taken, 429)["message"]


@pytest.mark.parametrize(
    ("options", "told", "text"),
    [
        ("retry-after=7", {"retry-after": "7", "retry-after-ms": "7000"}, "after 7 seconds"),
        ("retry-after=1", {"retry-after": "1", "retry-after-ms": "1000"}, "after 1 second."),
        ("ms=300", {"retry-after": "2", "retry-after-ms": "300"}, "after 2 seconds"),
        ("header=0", {}, "after 2 seconds"),
        ("header=0,text=0", {}, "try again later"),
        ("header=0,text=0,reset=9", {"x-ratelimit-reset-tokens": "9"}, "try again later"),
    ],
)
def test_a_wait_is_told_in_the_forms_that_are_asked_for(
    options: str, told: dict[str, str], text: str
) -> None:
    found, message = waits(options)
    assert found == told
    assert text in message
    assert ("retry after" in message) == ("text=0" not in options)


def test_a_wait_may_be_a_date() -> None:
    told, _ = waits("retry-after=60,date=1")
    until = email.utils.parsedate_to_datetime(told["retry-after"]).timestamp()
    assert until - time.time() == pytest.approx(60, abs=5)


@pytest.mark.parametrize("fault", ["429", "500", "503", "late-429"])
@pytest.mark.parametrize("api", Api)
def test_a_fault_passes_after_so_many_requests_to_a_deployment(api: Api, fault: str) -> None:
    service = hello()

    def failed(model: str) -> bool:
        return reply(steps(service, api, model=model)).status != 200

    passing = f"demo--{fault}:times=2"
    assert [failed(passing) for _ in range(4)] == [True, True, False, False]
    assert failed(f"other--{fault}:times=1")
    assert all(failed(f"demo--{fault}") for _ in range(3))


def test_a_fault_of_the_emulator_passes_too() -> None:
    from aztui.emulator import faults

    service = Service(hello().backend, fault=faults.parse("503:times=1"))
    assert refusal(steps(service, Api.CHAT), 503)
    assert answer(steps(service, Api.CHAT))
    assert refusal(steps(service, Api.CHAT, model="other"), 503)


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("quota", 429, "insufficient_quota"),
        ("blocked", 403, "403"),
        ("operation", 400, "OperationNotSupported"),
    ],
)
@pytest.mark.parametrize("api", Api)
def test_refusals(api: Api, name: str, status: int, code: str) -> None:
    taken = steps(hello(), api, model=f"demo--{name}", stream=True)
    assert refusal(taken, status)["code"] == code


def test_a_quota_that_is_spent_says_nothing_of_waiting() -> None:
    taken = steps(hello(), Api.CHAT, model="demo--quota")
    assert not headers(taken)
    assert refusal(taken, 429)["type"] == "insufficient_quota"


def test_a_gateway_has_a_shape_of_its_own() -> None:
    refused = reply(steps(hello(), Api.CHAT, model="demo--apim"))
    assert refused.status == refused.body["statusCode"] == 401
    assert "error" not in refused.body
    assert "subscription key" in str(refused.body["message"])


def test_an_operation_may_be_spared() -> None:
    fault = "demo--operation:chat=0"
    assert answer(steps(hello(), Api.CHAT, model=fault))
    for api in (Api.COMPLETIONS, Api.RESPONSES):
        error = refusal(steps(hello(), api, model=fault))
        assert "does not work with the specified model, demo." in error["message"]


@pytest.mark.parametrize("version", ["2024-10-21", "v1"])
def test_only_stream_options_are_refused(version: str) -> None:
    asked: dict[str, Any] = {"model": "demo--stream-options", "version": version, "stream": True}
    error = refusal(steps(hello(), Api.CHAT, stream_options={"include_usage": True}, **asked))
    assert "stream_options" in error["message"]
    assert choices(steps(hello(), Api.CHAT, **asked))


def test_a_rate_limit_in_the_stream_says_so_in_headers_and_an_error() -> None:
    model = "demo--late-429:retry-after=4"
    taken = steps(hello(), Api.CHAT, model=model, stream=True)
    assert [type(step) for step in taken] == [Open, Raw]
    assert headers(taken)["retry-after"] == "4"
    assert "rate_limit_exceeded" in str(taken[1])
    [error] = payloads(steps(hello(), Api.RESPONSES, model=model, stream=True))
    assert (error["type"], error["code"]) == ("error", "rate_limit_exceeded")


def test_deltas_of_a_response_are_there_without_a_fault() -> None:
    assert len(events(steps(hello(), Api.RESPONSES, stream=True), "output_text.delta")) == 2
