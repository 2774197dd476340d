"""What the benchmarks print rests on these."""

from __future__ import annotations

import math

import pytest

from benchmarks.table import Table, ms, percentile, times
from benchmarks.text import MARKER, last_word, tokens


@pytest.mark.parametrize(
    ("percent", "value"), [(0, 1.0), (50, 5.0), (90, 9.0), (95, 10.0), (100, 10.0)]
)
def test_percentile_is_a_value_that_so_many_do_not_exceed(percent: float, value: float) -> None:
    assert percentile([10.0, 2, 3, 4, 5, 6, 7, 8, 9, 1], percent) == value


def test_nothing_measured_is_no_figure() -> None:
    assert math.isnan(percentile([], 50))
    assert ms(percentile([], 50)) == "-"


def test_figures_line_up_at_the_right() -> None:
    table = Table("Title", ("program", "ms"), [("a", ms(0.0125)), ("bb", times(3, 2))], ["A note."])
    assert str(table).splitlines() == [
        "Title",
        "---------------",
        "program      ms",
        "---------------",
        "a          12.5",
        "bb       1.50 x",
        "---------------",
        "A note.",
    ]


def test_the_text_has_so_many_tokens_and_no_marker_twice() -> None:
    answer = list(tokens(1000))
    text = "".join(answer)
    markers = MARKER.findall(text)
    assert len(answer) == 1000
    assert 3 < len(text.encode()) / len(answer) < 5
    assert len(markers) == len(set(markers)) > 20
    assert text.count(last_word(1000)) == 1
    assert text.endswith(last_word(1000))
