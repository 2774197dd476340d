from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aztui.explore.tally import Group, Normaliser, normalised, tally

FORTY_TWO = ["42", "42\n", "The answer is 42.", "forty-two", "42", "the answer  is 42."]


def sizes(groups: tuple[Group, ...]) -> list[tuple[str, int]]:
    return [(group.text, len(group.members)) for group in groups]


def test_only_what_is_the_same_counts_as_the_same() -> None:
    assert sizes(tally(FORTY_TWO, set())) == [
        ("42", 2),
        ("42\n", 1),
        ("The answer is 42.", 1),
        ("forty-two", 1),
        ("the answer  is 42.", 1),
    ]


@pytest.mark.parametrize(
    ("using", "largest"),
    [
        ({Normaliser.TRIM}, Group("42", (0, 1, 4))),
        ({Normaliser.CASE, Normaliser.WHITE_SPACE}, Group("42", (0, 4))),
        ({Normaliser.LAST_NUMBER}, Group("42", (0, 1, 2, 4, 5))),
    ],
)
def test_what_is_overlooked_makes_no_difference(using: set[Normaliser], largest: Group) -> None:
    assert tally(FORTY_TWO, using)[0] == largest


def test_all_at_once() -> None:
    using = set(Normaliser)
    assert sizes(tally(FORTY_TWO, using)) == [("42", 5), ("forty-two", 1)]
    assert tally([" Yes ", "yes", "YES\n", "no"], using)[0] == Group("yes", (0, 1, 2))


def test_of_two_as_frequent_the_first_comes_first() -> None:
    assert [group.text for group in tally(["b", "a", "a", "b"], set())] == ["b", "a"]


@given(st.lists(st.text(alphabet="aA 1.\n", max_size=6)), st.sets(st.sampled_from(Normaliser)))
def test_every_answer_is_in_one_group(texts: list[str], using: set[Normaliser]) -> None:
    groups = tally(texts, using)
    assert sorted(at for group in groups for at in group.members) == list(range(len(texts)))
    counts = [len(group.members) for group in groups]
    assert counts == sorted(counts, reverse=True)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("The answer is 42.", "42"),
        ("First 7, then 1,042.50 EUR", "1042.5"),
        ("1 000,5 or 2", "2"),
        ("x = -5", "-5"),
        ("x = \u22125", "-5"),
        ("pages 3-5", "5"),
        ("007", "7"),
        ("about .50", "0.5"),
        ("1e+5", "1e5"),
        ("-0.0", "0"),
        ("about 1.50e3", "1.5e3"),
        ("costs $1,000,000", "1000000"),
        ("none at all", "none at all"),
        ("", ""),
    ],
)
def test_the_last_number(text: str, number: str) -> None:
    assert normalised(text, {Normaliser.LAST_NUMBER}) == number
