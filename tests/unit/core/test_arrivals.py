from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aztui.core.arrivals import Arrivals, longest_of_each, median


def test_gaps_are_between_pieces() -> None:
    arrivals = Arrivals().add(1.0).add(1.5, 1.75).add(2.75)
    assert (arrivals.gaps, arrivals.last) == ((0.5, 0.25, 1.0), 2.75)
    assert Arrivals().add(3.0).gaps == ()
    assert Arrivals().add().last is None


def test_adding_leaves_what_was_there_as_it_was() -> None:
    first = Arrivals().add(1.0, 2.0)
    one, other = first.add(3.0), first.add(6.0)
    assert (first.gaps, one.gaps, other.gaps) == ((1.0,), (1.0, 1.0), (1.0, 4.0))
    assert one != other
    assert one == Arrivals().add(1.0, 2.0, 3.0)
    assert hash(one) == hash(Arrivals().add(1.0, 2.0, 3.0))


def test_an_answer_that_is_taken_up_later_has_no_gap_for_the_time_between() -> None:
    assert Arrivals().add(1.0, 2.0).later(1_000.0).add(1_002.5).gaps == (1.0, 0.5)
    assert Arrivals().later(5.0) == Arrivals()


@pytest.mark.parametrize(
    ("gaps", "middle"), [((), 0.0), ((3.0,), 3.0), ((1.0, 9.0, 2.0), 2.0), ((1.0, 2.0), 1.5)]
)
def test_the_median_is_in_the_middle(gaps: tuple[float, ...], middle: float) -> None:
    assert median(gaps) == middle


@given(st.lists(st.floats(0, 600), min_size=1, max_size=50).map(tuple), st.integers(1, 60))
def test_no_stretch_hides_the_longest_gap(gaps: tuple[float, ...], most: int) -> None:
    shown = longest_of_each(gaps, most)
    assert len(shown) == min(len(gaps), most)
    assert max(shown) == max(gaps)
