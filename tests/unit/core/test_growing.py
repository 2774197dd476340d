from hypothesis import given
from hypothesis import strategies as st

from aztui.core.growing import Growing


def test_extending_leaves_the_older_value_as_it_was() -> None:
    one = Growing([1])
    two = one.extend([2, 3])
    assert (list(one), list(two)) == ([1], [1, 2, 3])
    assert (len(one), one[-1], two[-1]) == (1, 1, 3)


def test_two_values_that_grow_from_one_do_not_mix() -> None:
    base = Growing("a")
    left, right = base.extend("l"), base.extend("r")
    assert (list(left), list(right)) == (["a", "l"], ["a", "r"])


def test_extending_does_not_copy() -> None:
    base = Growing([1])
    assert base.extend([2])._all is base._all


@given(st.lists(st.lists(st.integers(), max_size=4), max_size=8), st.slices(12))
def test_it_is_a_sequence_like_any(parts: list[list[int]], cut: slice) -> None:
    growing: Growing[int] = Growing()
    for part in parts:
        growing = growing.extend(part)
    flat = [one for part in parts for one in part]
    assert list(growing) == flat
    assert list(growing[cut]) == flat[cut]
    assert growing == Growing(flat)
    assert hash(growing) == hash(Growing(flat))
