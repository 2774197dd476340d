"""What headers and texts say about limits."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aztui.azure.ratelimit import quota, wait
from aztui.core.quota import Quota

NOW = 1_784_000_000.0
LATER = "Tue, 14 Jul 2026 03:34:30 GMT"
"""70 s after NOW."""
SENT = "Tue, 14 Jul 2026 03:34:00 GMT"


@pytest.mark.parametrize(
    ("headers", "message", "seconds"),
    [
        ({"retry-after-ms": "300"}, "", 0.3),
        ({"retry-after-ms": "300", "retry-after": "9"}, "Please retry after 60 seconds.", 0.3),
        ({"retry-after": "9"}, "Please retry after 60 seconds.", 9),
        ({"retry-after": " 1.5 "}, "", 1.5),
        ({"retry-after": LATER}, "", 70),
        ({"retry-after": LATER, "date": SENT}, "", 30),
        ({"retry-after": SENT, "date": LATER}, "", None),
        ({"retry-after": "0"}, "", None),
        ({"retry-after": "-5"}, "", None),
        ({"retry-after": "nan"}, "", None),
        ({"retry-after": "soon"}, "Please retry after 60 seconds. Contact us.", 60),
        ({}, "Please retry after 1 second.", 1),
        ({}, "Please try again in 250ms. Visit us.", 0.25),
        ({}, "Rate limit reached. Please try again in 6.5s.", 6.5),
        ({}, "Please retry after a while.", None),
        ({"x-ratelimit-reset-tokens": "55"}, "", 55),
        ({"x-rate-limit-reset-tokens": "55"}, "", 55),
        ({"x-ratelimit-reset-requests": "1s", "x-ratelimit-reset-tokens": "6m0s"}, "", 360),
        ({"x-ratelimit-reset-tokens": "1h2m3.5s"}, "", 3723.5),
        ({"x-ratelimit-reset-tokens": "120ms"}, "", 0.12),
        ({"x-ratelimit-reset-tokens": "2d"}, "", 172_800),
        ({"x-ratelimit-reset-tokens": "never"}, "", None),
        ({"x-ratelimit-reset-tokens": "0"}, "", None),
        (
            {
                "x-ratelimit-remaining-requests": "12",
                "x-ratelimit-reset-requests": "50",
                "x-ratelimit-remaining-tokens": "0",
                "x-ratelimit-reset-tokens": "7",
            },
            "",
            7,
        ),
        ({"x-ratelimit-remaining-tokens": "-1", "x-ratelimit-reset-tokens": "8"}, "", 8),
        ({"x-ratelimit-reset-tokens": "55"}, "Please retry after 20 seconds.", 20),
    ],
)
def test_how_long_to_wait(headers: dict[str, str], message: str, seconds: float | None) -> None:
    assert wait(429, headers, message, NOW) == pytest.approx(seconds)


def test_a_date_without_a_zone_is_utcs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "EST5")
    time.tzset()
    try:
        assert wait(429, {"retry-after": LATER.replace("GMT", "-0000")}, "", NOW) == 70
    finally:
        monkeypatch.undo()
        time.tzset()


def test_a_limit_says_nothing_about_other_failures() -> None:
    assert wait(500, {"x-ratelimit-reset-tokens": "55"}, "", NOW) is None
    assert wait(503, {"retry-after": "5"}, "", NOW) == 5


@given(st.text(), st.text(), st.text())
def test_no_header_makes_it_fail(after: str, date: str, reset: str) -> None:
    headers = {"retry-after": after, "date": date, "x-ratelimit-reset-tokens": reset}
    seconds = wait(429, headers, after, NOW)
    assert seconds is None or seconds > 0
    quota({"x-ratelimit-remaining-tokens": after, "x-ratelimit-limit-tokens": date})


@pytest.mark.parametrize(
    ("headers", "left"),
    [
        ({}, None),
        ({"x-ratelimit-remaining-tokens": "-1", "x-ratelimit-remaining-requests": "x"}, None),
        (
            {
                "x-ratelimit-remaining-tokens": "1200",
                "x-ratelimit-limit-tokens": "60000",
                "x-ratelimit-remaining-requests": "9",
                "x-ratelimit-limit-requests": "60",
            },
            Quota(1200, 60000, 9, 60),
        ),
        ({"x-ratelimit-remaining-requests": "9"}, Quota(requests=9)),
        ({"x-ratelimit-remaining-tokens": "0"}, Quota(tokens=0)),
        # Seen with Responses: neither says anything.
        ({"x-ratelimit-remaining-tokens": "0", "x-ratelimit-limit-tokens": "-1"}, None),
        ({"x-ratelimit-remaining-tokens": "-1", "x-ratelimit-limit-tokens": "0"}, None),
        ({"x-ratelimit-remaining-tokens": "0", "x-ratelimit-limit-tokens": "0"}, None),
    ],
)
def test_what_is_left(headers: dict[str, str], left: Quota | None) -> None:
    assert quota(headers) == left
