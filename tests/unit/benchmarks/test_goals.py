"""Whether what was measured reaches the goals."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest

from benchmarks.__main__ import main
from benchmarks.goals import GOALS, RAW, Found, goal, holds, summary
from benchmarks.page import BEGIN, END, put_into
from benchmarks.plant import FAULTS_OF, verdict
from benchmarks.planted import FAULTS
from benchmarks.run import FIGURES
from benchmarks.scale import FULL, QUICK
from benchmarks.table import Table

PAGE = Path(__file__).parents[3] / "docs" / "performance.md"


@pytest.mark.parametrize(("value", "said"), [(1.9, "yes"), (2.0, "yes"), (2.01, "no")])
def test_a_must_holds_up_to_itself(value: float, said: str) -> None:
    assert holds("cpu", Found(value)) == said


@pytest.mark.parametrize("found", [None, Found(math.nan)])
def test_what_was_not_measured_does_not_hold(found: Found | None) -> None:
    assert holds("cpu", found) == "not measured"


def test_what_never_happens_does_not_hold() -> None:
    assert holds("gone idle", Found(math.inf)) == "no"


@pytest.mark.parametrize(("value", "said"), [(80.0, "yes"), (90.0, "no")])
def test_a_must_may_be_what_a_floor_did(value: float, said: str) -> None:
    assert holds("peak", Found(value, must=85.0)) == said


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("cpu", 1.853, "1.85 x article"),
        ("send", 3.21, "article +3.21 ms"),
        ("first paint", -4.0, "bare -4 %"),
        ("idle bytes", 0, "0 bytes"),
        ("cpu", math.nan, "-"),
        ("gone idle", math.inf, "never"),
    ],
)
def test_a_value_is_said_in_the_terms_of_its_goal(name: str, value: float, said: str) -> None:
    assert goal(name).say(value) == said


def test_the_last_table_has_a_row_for_each_goal_and_for_our_other_view() -> None:
    found = {
        "cpu": Found(1.5, "article 0.5 ms"),
        "cpu" + RAW: Found(2.5, "article 0.5 ms"),
        "peak": Found(80.0, "bare 85.0 MiB", must=85.0),
    }
    rows = summary(["cpu", "peak", "history"], found, FULL, "").rows
    assert [(row[0], row[1], row[3], row[-1]) for row in rows] == [
        ("CPU a token at 200/s", "2 x article", "1.5 x article", "yes"),
        ("CPU a token at 200/s, raw", "2 x article", "2.5 x article", "no"),
        ("peak RSS after 10,000 tokens", "85 MiB", "80 MiB", "yes"),
        ("memory of 100,000 earlier lines", "4 x its text", "-", "not measured"),
    ]


def test_a_label_says_the_size_that_was_measured() -> None:
    labels = [goal("slope after history").label(FULL), goal("slope after history").label(QUICK)]
    assert labels == [
        "the same with 100,000 lines in the log",
        "the same with 5,000 lines in the log",
    ]
    assert goal("50 MB").label(FULL) == "an answer of 50 MB: slowest key"
    assert goal("50 MB").label(QUICK) == "an answer of 2 MB: slowest key"


def test_no_label_claims_a_size_that_it_does_not_take_from_the_scale() -> None:
    assert not any(re.search(r"\d,000 (?!/s)|\d MB|for \d", one.figure) for one in GOALS.values())


@pytest.mark.parametrize("other", ["--quick", "--plant", "idle"])
def test_only_all_figures_at_full_size_go_into_a_page(
    other: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--write", str(tmp_path / "page.md"), other])
    assert ended.value.code == 2
    assert "a page holds all figures, at full size" in capsys.readouterr().err


def test_every_goal_has_one_figure() -> None:
    assert sorted(name for names in FIGURES.values() for name in names) == sorted(GOALS)


def test_a_page_keeps_what_stands_around_the_figures() -> None:
    page = f"Before.\n\n{BEGIN}\n\nold\n\n{END}\n\nAfter.\n"
    table = Table("Title", ("figure", "holds"), [("a", "yes")])
    written = put_into(page, table)
    assert written == f"Before.\n\n{BEGIN}\n\n{table.markdown()}\n\n{END}\n\nAfter.\n"
    assert put_into(written, table) == written


def test_a_page_without_a_place_is_left_alone() -> None:
    with pytest.raises(ValueError, match="no place"):
        put_into("Before.", Table("Title", ("figure",), []))


def test_the_docs_have_a_place_for_the_figures() -> None:
    assert put_into(PAGE.read_text(), Table("Title", ("figure",), []))


def test_every_figure_sees_a_fault_and_every_fault_is_seen() -> None:
    assert set(FAULTS_OF) == {figure for figure, goals in FIGURES.items() if goals}
    assert set(FAULTS_OF.values()) == set(FAULTS)


@pytest.mark.parametrize(
    ("without", "with_fault", "said"),
    [(1.0, 3.0, "yes"), (1.0, 1.9, "no"), (2.5, 3.0, "-"), (1.0, math.nan, "no")],
)
def test_a_fault_is_seen_where_a_goal_held_before_it(
    without: float, with_fault: float, said: str
) -> None:
    assert verdict("cpu", Found(without), Found(with_fault)) == said
