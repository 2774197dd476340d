import dataclasses
from collections.abc import Callable
from dataclasses import FrozenInstanceError, field, fields, replace
from typing import Any, Generic, TypeVar

import pytest

from aztui.core.data import dataclass

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Nothing:
    """A class without fields."""


@dataclass(frozen=True, slots=True)
class Other:
    """Another one."""


@dataclass(frozen=True, slots=True)
class Point:
    """A class with all kinds of fields."""

    x: int
    y: int = 0
    names: list[str] = field(default_factory=list, compare=False)
    secret: str = field(default="", repr=False)

    @property
    def both(self) -> int:
        """The sum."""
        return self.x + self.y


@dataclass(frozen=True, slots=True)
class Box(Generic[_T]):
    """Holds something, and says so in its own words."""

    inside: _T

    def __repr__(self) -> str:
        return "a box"


@dataclass(slots=True)
class Open:
    """One that can be changed."""

    x: int


@dataclass(frozen=True, slots=True, eq=False)
class Itself:
    """One that is equal to itself only."""

    x: int


def test_fields_are_given_by_position_or_by_name() -> None:
    assert (Point(1, 2).x, Point(1, 2).y) == (1, 2)
    assert Point(y=2, x=1) == Point(1, 2)
    assert Point(1, 2).both == 3
    assert Box[int](3).inside == 3


def test_what_is_not_given_has_its_default_and_a_value_of_its_own_where_that_is_made() -> None:
    one, other = Point(1), Point(1)
    one.names.append("one")
    assert (other.y, other.names, other.secret) == (0, [], "")
    assert Point(1, names=["given"]).names == ["given"]


@pytest.mark.parametrize(
    "make",
    [Point, lambda: Point(1, 2, [], "", 5), lambda: Point(1, z=1), lambda: Nothing(1)],  # type: ignore[call-arg]
    ids=["too few", "too many", "unknown", "none"],
)
def test_what_does_not_fit_is_refused(make: Callable[[], object]) -> None:
    with pytest.raises(TypeError, match="__init__"):
        make()


def test_nothing_can_be_changed_or_added() -> None:
    point: Any = Point(1)
    with pytest.raises(FrozenInstanceError, match="'x'"):
        point.x = 2
    with pytest.raises(FrozenInstanceError, match="'new'"):
        point.new = 2
    with pytest.raises(FrozenInstanceError, match="'x'"):
        del point.x
    assert point.x == 1
    assert not hasattr(point, "__dict__")


def test_equal_are_those_of_one_class_whose_compared_fields_are_equal() -> None:
    assert Point(1, names=["a"]) == Point(1, names=["b"])
    assert hash(Point(1, names=["a"])) == hash(Point(1, names=["b"]))
    assert Point(1) != Point(2)
    assert Point(1) != Point(1, secret="x")
    others: list[object] = [(1, 0, [], ""), Nothing(), Other()]
    assert Point(1) not in others
    assert others.index(Other()) == 2
    with pytest.raises(TypeError, match="unhashable"):
        hash(Box([]))


def test_one_that_is_not_frozen_can_be_changed_and_has_no_hash() -> None:
    one = Open(1)
    one.x = 2
    assert one == Open(2)
    with pytest.raises(TypeError, match="unhashable"):
        hash(one)


def test_one_that_is_not_compared_is_equal_to_itself_only() -> None:
    one = Itself(1)
    assert {one, Itself(1)} - {one}
    with pytest.raises(FrozenInstanceError):
        one.x = 2  # type: ignore[misc]


def test_its_text_names_the_fields_that_may_be_shown() -> None:
    assert repr(Point(1, secret="s")) == "Point(x=1, y=0, names=[])"
    assert repr(Nothing()) == "Nothing()"
    assert repr(Box(1)) == "a box"


def test_patterns_match_it() -> None:
    match Point(1, 2):
        case Point(x, y=2):
            assert x == 1
        case _:
            pytest.fail("no match")


def test_the_standard_library_takes_it_for_a_dataclass() -> None:
    assert replace(Point(1, secret="s"), x=5) == Point(5, secret="s")
    assert [one.name for one in fields(Point)] == ["x", "y", "names", "secret"]
    assert dataclasses.asdict(Box(Point(1))) == {
        "inside": {"x": 1, "y": 0, "names": [], "secret": ""}
    }
