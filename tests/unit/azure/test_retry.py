"""When to try again, and after how long."""

from __future__ import annotations

from dataclasses import replace

import pytest

from aztui.azure.decode.wire_error import WireError
from aztui.azure.retry import NEVER, Again, Failure, Lost, Policy, Tries, worth

CALM = Policy(jitter=lambda: 1.0)
TOO_MANY = Failure(429, {"retry-after": "20"})
BROKEN = Failure(500)


def tries(policy: Policy = CALM) -> Tries:
    return Tries(policy, lambda: 0.0)


@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503, 504])
def test_what_another_try_may_change(status: int) -> None:
    assert worth(Failure(status))
    assert not worth(Failure(status, {"x-should-retry": "false"}))


@pytest.mark.parametrize("status", [400, 401, 403, 404, 407, 413, 422, 501, 505, 307])
def test_what_no_try_changes(status: int) -> None:
    assert not worth(Failure(status))
    assert not worth(Failure(status, {"retry-after": "1"}))
    assert worth(Failure(status, {"x-should-retry": "true"}))


@pytest.mark.parametrize("headers", [{}, {"x-should-retry": "true"}])
@pytest.mark.parametrize(
    "error",
    [
        WireError("Filtered.", "content_filter"),
        WireError("Filtered.", filtered=("violence (high)",)),
        WireError("Pay first.", "insufficient_quota"),
        WireError("You exceeded your current quota, please check your plan.", "429"),
    ],
)
def test_neither_a_filter_nor_a_spent_quota_is_tried_again(
    headers: dict[str, str], error: WireError
) -> None:
    assert not worth(Failure(429, headers, error))
    assert tries().after(Failure(429, {**headers, "retry-after": "1"}, error)) is None


def test_connections() -> None:
    assert worth(Failure(lost=Lost.HUNG_UP))
    assert worth(Failure(lost=Lost.NOT_MADE))
    assert not worth(Failure(lost=Lost.OTHERWISE))


def test_waits_without_guidance_double_and_there_are_two() -> None:
    run = tries()
    waits = [run.after(BROKEN) for _ in range(3)]
    assert waits == [Again(0.5, 1, False), Again(1.0, 2, False), None]


def test_they_end_at_eight_seconds() -> None:
    run = tries(replace(CALM, blind=9))
    waits = [again.wait for _ in range(6) if (again := run.after(BROKEN))]
    assert waits == [0.5, 1, 2, 4, 8, 8]


@pytest.mark.parametrize(("jitter", "wait"), [(0.0, 0.375), (0.5, 0.4375), (1.0, 0.5)])
def test_they_are_spread_by_a_quarter(jitter: float, wait: float) -> None:
    assert tries(replace(CALM, jitter=lambda: jitter)).after(BROKEN) == Again(wait, 1, False)


def test_guidance_is_followed_four_times() -> None:
    run = tries()
    waits = [run.after(TOO_MANY) for _ in range(5)]
    assert waits == [*(Again(20, attempt, False) for attempt in (1, 2, 3, 4)), None]


def test_a_connection_that_is_not_made_is_tried_once_more() -> None:
    run = tries()
    assert run.after(Failure(lost=Lost.NOT_MADE)) == Again(0.5, 1, False)
    assert run.after(Failure(lost=Lost.NOT_MADE)) is None


@pytest.mark.parametrize(("seconds", "asks"), [("120", False), ("121", True), ("86400", True)])
def test_a_long_wait_asks(seconds: str, asks: bool) -> None:
    again = tries().after(Failure(429, {"retry-after": seconds}))
    assert again == Again(float(seconds), 1, asks)


def test_waits_that_add_up_ask_and_count_from_nothing_then() -> None:
    run = tries()
    long = Failure(429, {"retry-after": "70"})
    assert [again.asks for _ in range(4) if (again := run.after(long))] == [
        False,
        True,
        False,
        True,
    ]


DROPPED = Failure(lost=Lost.DROPPED)


def test_a_link_that_drops_is_given_some_fifteen_seconds() -> None:
    run = tries()
    waits = [run.after(DROPPED) for _ in range(6)]
    assert waits == [
        *(Again(wait, at, False) for at, wait in enumerate([0.5, 1.0, 2.0, 4.0, 8.0], 1)),
        None,
    ]


def test_once_something_has_come_they_are_counted_anew_but_not_numbered() -> None:
    run = tries()
    assert [run.after(DROPPED) for _ in range(2)] == [Again(0.5, 1, False), Again(1.0, 2, False)]
    run.advance()
    assert run.after(DROPPED) == Again(0.5, 3, False)


def test_an_answer_that_the_service_does_not_find_is_looked_for_twice() -> None:
    run = tries()
    assert [run.after(Failure(lost=Lost.MISLAID)) for _ in range(3)] == [
        Again(0.5, 1, False),
        Again(1.0, 2, False),
        None,
    ]


def test_who_never_tries_again() -> None:
    assert tries(NEVER).after(DROPPED) is None
    assert tries(NEVER).after(TOO_MANY) is None
    assert tries(NEVER).after(BROKEN) is None
    assert tries(NEVER).after(Failure(lost=Lost.NOT_MADE)) is None
