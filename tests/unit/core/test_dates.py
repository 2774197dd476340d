from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aztui.core.dates import ago, brief, day, full


def at(*parts: int) -> float:
    """A moment of the machine's own time zone."""
    year, month, day_, hour, minute = (*parts, 0, 0)[:5]
    return time.mktime((year, month, day_, hour, minute, 0, 0, 0, -1))


NOW = at(2026, 11, 26, 14, 30)


@pytest.mark.parametrize(
    ("then", "said"),
    [
        (NOW, "today 14:30"),
        (at(2026, 11, 26), "today 00:00"),
        (at(2026, 11, 25, 23, 59), "yesterday"),
        (at(2026, 11, 25), "yesterday"),
        (at(2026, 11, 24, 23, 59), "24 Nov"),
        (at(2026, 1, 2, 9, 5), "2 Jan"),
        (at(2025, 12, 31, 23, 59), "2025-12-31"),
        (at(2026, 11, 27), "2026-11-27"),
    ],
)
def test_a_moment_is_told_shortly(then: float, said: str) -> None:
    assert brief(then, NOW) == said


def test_the_last_day_of_a_year_is_yesterday_on_new_year() -> None:
    assert brief(at(2025, 12, 31, 9, 0), at(2026, 1, 1, 9, 0)) == "yesterday"


def test_a_moment_is_told_in_full() -> None:
    assert full(at(2026, 3, 4, 5, 6)) == "2026-03-04 05:06"


@pytest.mark.parametrize(
    ("text", "first", "end"),
    [
        ("2026-11-12", at(2026, 11, 12), at(2026, 11, 13)),
        ("2024-02-29", at(2024, 2, 29), at(2024, 3, 1)),
        ("today", at(2026, 11, 26), at(2026, 11, 27)),
        ("Yesterday", at(2026, 11, 25), at(2026, 11, 26)),
    ],
)
def test_a_day_is_read(text: str, first: float, end: float) -> None:
    assert day(text, NOW) == (first, end)


@pytest.mark.parametrize("text", ["", "7d", "tuesday", "2026-02-30", "2026-11", "9999-12-31"])
def test_what_is_no_day_is_none(text: str) -> None:
    assert day(text, NOW) is None


@pytest.mark.parametrize(
    ("text", "seconds"), [("12h", 43_200), ("7d", 604_800), ("2W", 1_209_600), ("0d", 0)]
)
def test_how_long_ago_is_read(text: str, seconds: int) -> None:
    assert ago(text, NOW) == NOW - seconds


@pytest.mark.parametrize(
    "text", ["", "d", "7", "-7d", "7 d", "7m", "\N{ARABIC-INDIC DIGIT SEVEN}d", "9" * 400 + "d"]
)
def test_what_is_no_span_is_none(text: str) -> None:
    assert ago(text, NOW) is None


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/Sao_Paulo", "Asia/Tokyo", "UTC"])
def test_days_are_those_of_the_machine(zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        # In Berlin a day of 25 hours; in Brazil one that once began at 1 o'clock.
        for text in ("2026-10-25", "2018-11-04"):
            span = day(text, NOW)
            assert span is not None
            first, end = span
            assert full(first).startswith(text)
            assert full(end - 1).startswith(text)
            assert not full(first - 1).startswith(text)
            assert not full(end).startswith(text)
    finally:
        monkeypatch.undo()
        time.tzset()


@given(st.text(max_size=12))
def test_whatever_is_typed_is_read_or_not(text: str) -> None:
    span = day(text, NOW)
    assert span is None or span[0] < span[1]
    moment = ago(text, NOW)
    assert moment is None or moment <= NOW
