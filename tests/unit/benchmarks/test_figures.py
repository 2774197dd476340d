"""What the benchmarks print rests on these."""

from __future__ import annotations

import math

import pytest

from benchmarks.table import Table, brief, in_ms, ms, percentile, times, typical
from benchmarks.text import MARKER, NUMBER, Kind, Recipe, in_parts, words


@pytest.mark.parametrize(
    ("percent", "value"), [(0, 1.0), (50, 5.0), (90, 9.0), (95, 10.0), (100, 10.0)]
)
def test_percentile_is_a_value_that_so_many_do_not_exceed(percent: float, value: float) -> None:
    assert percentile([10.0, 2, 3, 4, 5, 6, 7, 8, 9, 1], percent) == value


def test_the_typical_round_is_the_one_in_the_middle() -> None:
    assert typical([[1.0, 9.0], [2.0, 5.0], [], [0.0, 7.0]], 95) == 7.0


def test_nothing_measured_is_no_figure() -> None:
    assert math.isnan(percentile([], 50))
    assert ms(percentile([], 50)) == "-"
    assert [in_ms(0.0125), in_ms(math.inf)] == ["12.5 ms", "never"]
    assert math.isnan(typical([[], []], 95))


@pytest.mark.parametrize(
    ("value", "said"),
    [(2, "2"), (1.853, "1.85"), (15.04, "15"), (1234.5, "1234"), (math.inf, "never")],
)
def test_a_number_has_three_digits_that_count(value: float, said: str) -> None:
    assert brief(value) == said


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


def test_a_table_of_a_page_is_markdown() -> None:
    table = Table("Title", ("program", "ms"), [("a", ms(0.0125))])
    assert table.markdown().splitlines() == [
        "Title",
        "",
        "| program | ms |",
        "| --- | ---: |",
        "| a | 12.5 |",
    ]


def test_the_text_has_so_many_tokens_and_no_marker_twice() -> None:
    recipe = words(1000, 200)
    answer = list(recipe.pieces())
    text = "".join(answer)
    markers = MARKER.findall(text)
    assert len(answer) == 1000
    assert 3 < recipe.bytes / len(answer) < 5
    assert len(markers) == len(set(markers)) > 20
    assert text.count(recipe.last_word) == 1
    assert text.endswith(recipe.last_word)


@pytest.mark.parametrize("kind", Kind)
def test_a_prompt_asks_for_what_it_was_made_from(kind: Kind) -> None:
    recipe = Recipe(kind, 120, 50, first=7)
    assert Recipe.parse(recipe.prompt) == recipe


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.WORDS])
def test_the_parts_of_an_answer_are_numbered_in_order(kind: Kind) -> None:
    text = "".join(Recipe(kind, 120, 0, first=40).pieces())
    numbers = list(map(int, NUMBER.findall(text)))
    assert numbers == list(range(40, 40 + len(numbers)))


@pytest.mark.parametrize(
    ("kind", "lines"), [(Kind.LINE, 1), (Kind.TABLE, 500 + 4), (Kind.FENCE, 500 + 4)]
)
def test_a_long_answer_is_one_thing(kind: Kind, lines: int) -> None:
    text = "".join(Recipe(kind, 500, 0).pieces())
    assert len(text.splitlines()) == lines


def test_a_long_answer_is_as_long_as_asked_for() -> None:
    assert 1_000_000 <= Recipe(Kind.PROSE, 1_000_000, 0).bytes < 1_002_000


def test_lines_go_on_from_answer_to_answer() -> None:
    text = "".join(piece for recipe in in_parts(400, 20) for piece in recipe.pieces())
    assert list(map(int, NUMBER.findall(text))) == list(range(400))
