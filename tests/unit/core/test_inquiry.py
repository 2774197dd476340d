from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aztui.core.history import ALL, Wanted
from aztui.core.inquiry import (
    FILTERS,
    OUTCOMES,
    Inquiry,
    completed,
    filter_of,
    offers,
    read,
    unfinished,
)

NOW = time.mktime((2026, 11, 26, 14, 30, 0, 0, 0, -1))
TODAY = NOW - 14.5 * 3_600
DAY = 86_400.0
KNOWN = {"deployment": ["gpt-4o", "gpt-4o-mini", "o4", "with a blank"], "profile": ["Work"]}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("profile:work", Wanted(profile="work")),
        ("Deployment:GPT-4o", Wanted(deployment="GPT-4o")),
        ("outcome:Stopped", Wanted(outcome="stopped")),
        ("since:7d", Wanted(since=NOW - 7 * DAY)),
        ("since:today", Wanted(since=TODAY)),
        ("until:today", Wanted(until=TODAY + DAY)),
        ("until:12h", Wanted(until=NOW - DAY / 2)),
        ("on:yesterday", Wanted(since=TODAY - DAY, until=TODAY)),
        ("outcome:done outcome:cut", Wanted(outcome="cut")),
    ],
)
def test_a_filter_is_read(text: str, wanted: Wanted) -> None:
    assert read(text, NOW) == Inquiry((), wanted)


def test_words_and_filters_may_be_mixed() -> None:
    assert read(" why  profile:work the sky\noutcome:done ", NOW) == Inquiry(
        ("why", "the", "sky"), Wanted(profile="work", outcome="done")
    )


@pytest.mark.parametrize("text", ["http://contoso", "a:b", ":", "12:30", "onward", "on"])
def test_what_is_no_filter_is_a_word(text: str) -> None:
    assert read(text, NOW) == Inquiry((text,))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (
            "outcome:dine",
            f"outcome:dine is left out: it takes {FILTERS['outcome']}",
        ),
        ("since:tuesday", "since:tuesday is left out: it takes 2026-11-12, today, 12h, 7d, 2w"),
        ("on:7d", "on:7d is left out: it takes 2026-11-12, today, yesterday"),
        ("profile:", "profile: is left out: it takes a profile's name"),
        ("until:" + "x" * 50, f"until:{'x' * 20}… is left out: it takes {FILTERS['until']}"),
    ],
)
def test_a_filter_that_makes_no_sense_is_told_and_left_out(text: str, fault: str) -> None:
    assert read(f"sky {text}", NOW) == Inquiry(("sky",), ALL, (fault,))


def test_an_outcome_is_an_end() -> None:
    assert set(OUTCOMES) == {
        *("done", "stopped", "limit", "filtered", "failed", "cut", "interrupted")
    }


@pytest.mark.parametrize(
    ("word", "offered"),
    [
        ("", [f"{name}:" for name in FILTERS]),
        ("O", ["outcome:", "on:"]),
        ("sky", []),
        ("outcome:f", ["outcome:filtered", "outcome:failed"]),
        ("Deployment:GPT", ["deployment:gpt-4o", "deployment:gpt-4o-mini"]),
        ("deployment:w", []),
        ("profile:w", ["profile:Work"]),
        ("since:y", ["since:yesterday"]),
        ("until:7d", []),
    ],
)
def test_what_a_word_may_become_is_offered(word: str, offered: list[str]) -> None:
    assert offers(word, KNOWN) == offered


@pytest.mark.parametrize(
    ("word", "whole"),
    [
        ("", ""),
        ("o", "o"),
        ("de", "deployment:"),
        ("sky", "sky"),
        ("deployment:g", "deployment:gpt-4o"),
        ("deployment:gpt-4o", "deployment:gpt-4o"),
        ("deployment:gpt-4o-", "deployment:gpt-4o-mini "),
        ("profile:w", "profile:Work "),
        ("outcome:stopped", "outcome:stopped "),
        ("since:7d", "since:7d"),
    ],
)
def test_a_word_is_completed_as_far_as_it_is_clear(word: str, whole: str) -> None:
    assert completed(word, offers(word, KNOWN)) == whole


@pytest.mark.parametrize(
    ("word", "begun"),
    [
        ("deployment:", True),
        ("deployment:gpt-4", True),
        ("deployment:gpt-4o", False),
        ("deployment:GPT-4o", False),
        ("deployment:llama", False),
        ("outcome:st", True),
        ("since:7d", False),
        ("sky", False),
        ("o", False),
    ],
)
def test_a_value_that_is_only_begun_is_told_from_a_whole_one(word: str, begun: bool) -> None:
    assert unfinished(word, offers(word, KNOWN)) is begun


@given(st.text(alphabet=st.sampled_from("profileutcmsnd:7dh-2026 \t\nöß日"), max_size=60))
def test_whatever_is_typed_each_word_is_taken_or_told(text: str) -> None:
    inquiry = read(text, NOW)
    words = text.split()
    filters = [word for word in words if filter_of(word)]
    assert list(inquiry.words) == [word for word in words if not filter_of(word)]
    assert len(inquiry.faults) <= len(filters)
    for word in words:
        assert completed(word, offers(word, KNOWN)).lower().startswith(word.lower())
