from __future__ import annotations

from typing import Any

import pytest

from aztui.core.request import Api
from aztui.emulator.ledger import Ledger
from tests.support.steps import headers, hello, steps

NAMES = {
    f"x-ratelimit-{what}-{unit}"
    for what in ("limit", "remaining", "reset")
    for unit in ("requests", "tokens")
}


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_what_is_used_up_flows_back_within_a_minute() -> None:
    clock = Clock()
    ledger = Ledger(clock)
    first = dict(ledger.charge("demo", 250_000))
    assert first["x-ratelimit-limit-tokens"] == "1000000"
    assert first["x-ratelimit-remaining-tokens"] == "750000"
    assert first["x-ratelimit-reset-tokens"] == "15"
    assert int(first["x-ratelimit-limit-requests"]) - 1 == int(
        first["x-ratelimit-remaining-requests"]
    )
    clock.now += 6
    assert dict(ledger.charge("demo", 0))["x-ratelimit-remaining-tokens"] == "850000"
    clock.now += 600
    again = dict(ledger.charge("demo", 0))
    assert again["x-ratelimit-remaining-tokens"] == "1000000"
    assert again["x-ratelimit-reset-tokens"] == "0"


def test_there_is_never_less_than_nothing_left() -> None:
    ledger = Ledger(Clock())
    spent = dict(ledger.charge("demo", 5_000_000))
    assert spent["x-ratelimit-remaining-tokens"] == "0"
    assert spent["x-ratelimit-reset-tokens"] == "60"


def test_each_deployment_has_its_own_limits() -> None:
    ledger = Ledger(Clock())
    ledger.charge("one", 400)
    assert dict(ledger.charge("other", 100))["x-ratelimit-remaining-tokens"] == "999900"


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize("api", Api)
def test_every_answer_tells_what_is_left(api: Api, stream: bool) -> None:
    service = hello()
    first = headers(steps(service, api, stream=stream))
    second = headers(steps(service, api, stream=stream))
    assert first.keys() >= NAMES
    left = "x-ratelimit-remaining-requests"
    assert int(second[left]) < int(first[left])


def test_a_request_costs_what_its_answers_may_have() -> None:
    def cost(**body: Any) -> int:
        told = headers(steps(hello(), Api.CHAT, "x" * 40, **body))
        return 1_000_000 - int(told["x-ratelimit-remaining-tokens"])

    assert cost(max_tokens=500) == 10 + 500
    assert cost(max_tokens=500, n=3) == 10 + 1500


def test_low_tells_of_little_that_is_left_and_answers() -> None:
    for stream in (True, False):
        service = hello()
        told = headers(
            steps(service, Api.CHAT, model="demo--low:tokens=70,requests=1", stream=stream)
        )
        assert told["x-ratelimit-remaining-tokens"] == "70"
        assert told["x-ratelimit-remaining-requests"] == "1"
        assert told["x-ratelimit-limit-tokens"] == "1000000"
