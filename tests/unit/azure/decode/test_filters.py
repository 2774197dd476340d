"""The content filter's results, category by category."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aztui.azure.decode.filters import failure, offsets, reports, verdicts
from aztui.core.filters import Offsets, Verdict


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ({"filtered": False, "severity": "safe"}, Verdict("x", filtered=False, severity="safe")),
        ({"filtered": True, "severity": "High"}, Verdict("x", filtered=True, severity="high")),
        ({"filtered": False, "detected": True}, Verdict("x", filtered=False, detected=True)),
        ({"filtered": "yes", "severity": 5, "detected": 1}, Verdict("x", filtered=False)),
        (
            {"detected": True, "filtered": True, "citation": {"URL": "https://…", "license": ""}},
            Verdict("x", filtered=True, detected=True),
        ),
        (
            {"filtered": True, "details": [{"filtered": True, "id": "mine"}]},
            Verdict("x", filtered=True),
        ),
        (
            [{"filtered": False, "id": "one"}, {"filtered": True, "id": "two"}],
            Verdict("x", filtered=True),
        ),
        (
            {"one": {"filtered": True, "id": "one"}, "two": {"filtered": False}},
            Verdict("x", filtered=True),
        ),
    ],
)
def test_a_category_in_every_shape(said: Any, verdict: Verdict) -> None:
    assert verdicts({"x": said}) == (verdict,)


@pytest.mark.parametrize("odd", [None, 5, "x", [], {"x": None}, {"x": {}}, {"x": [5]}, {"x": "y"}])
def test_what_says_nothing_is_left_out(odd: Any) -> None:
    assert verdicts(odd) == ()
    assert not failure(odd)


@pytest.mark.parametrize(
    ("results", "why"),
    [
        ({"error": {"code": "content_filter_error", "message": "Not run."}}, "Not run."),
        ({"error": {"code": 500}}, '{"code": 500}'),
        ({"error": "Not run."}, "Not run."),
        ({"error": None}, ""),
        ({"purview": {"filtered": False, "details": {"error": {"message": "No."}}}}, "No."),
        ({"hate": {"filtered": False, "details": []}}, ""),
    ],
)
def test_a_filter_that_failed_says_why(results: Any, why: str) -> None:
    assert failure(results) == why
    assert "error" not in {verdict.category for verdict in verdicts(results)}


@pytest.mark.parametrize(
    ("value", "where"),
    [
        ({"check_offset": 44, "start_offset": 44, "end_offset": 198}, Offsets(44, 198)),
        ({"start_offset": 0, "end_offset": 0}, Offsets(0, 0)),
        ({"start_offset": -1, "end_offset": 5}, None),
        ({"start_offset": 6, "end_offset": 5}, None),
        ({"start_offset": True, "end_offset": 5}, None),
        ({"start_offset": 1.0, "end_offset": 5}, None),
        ({}, None),
        ([], None),
    ],
)
def test_offsets_are_two_numbers(value: Any, where: Offsets | None) -> None:
    assert offsets(value) == where


def test_a_responses_reports_say_whether_they_are_of_the_prompt() -> None:
    told = [{"source_type": "prompt", "content_filter_results": {"a": 1}}, {"source_type": 5}, None]
    assert list(reports(told)) == [(True, {"a": 1}), (False, None)]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.just("details"), inner),
    )
)
def test_nothing_makes_them_raise(value: Any) -> None:
    assert isinstance(verdicts(value), tuple)
    assert isinstance(failure(value), str)
    assert offsets(value) is None
    assert all(isinstance(prompt, bool) for prompt, _ in reports(value))
