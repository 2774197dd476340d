"""When a key is taken to have done its work."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import cast

from benchmarks.presses import END, HOME, PAGE_DOWN, Press, Sort, delays, scrolling, typing
from tests.support.screen import Picture
from tests.support.terminal import Terminal


class Drawn:
    """A terminal whose program wrote whole screens at given times."""

    def __init__(self, *screens: tuple[float, str]) -> None:
        self._screens = screens

    def review(self) -> Iterator[tuple[float, Picture]]:
        for at, text in self._screens:
            picture = Picture(5, 40)
            picture.feed(text.encode())
            yield at, picture


def took(pressed: list[Press], *screens: tuple[float, str]) -> Mapping[str, list[float]]:
    return delays(cast("Terminal", Drawn(*screens)), pressed)


def test_a_character_is_there_when_all_that_was_typed_is() -> None:
    first, second = islice(typing(), 2)
    pressed = [Press(first, 1.0), Press(second, 1.5)]
    assert took(pressed, (0.5, ""), (1.25, "~"), (2.0, "~0"))[Sort.TYPES] == [0.25, 0.5]


def test_a_text_is_begun_in_an_empty_prompt_and_anew_before_it_is_too_long_for_a_row() -> None:
    keys = list(islice(typing(), 60))
    first, again = (key for key in keys if key.first)
    assert first is keys[0]
    assert again.shows("", "^")
    assert not again.shows("", "~0")
    assert len(again.first) == keys.index(again)


def test_a_move_is_there_when_the_first_part_in_view_is_another() -> None:
    pressed = [Press(HOME, 1.0), Press(PAGE_DOWN, 2.0)]
    screens = [(0.5, "n00000007"), (1.5, "n00000007"), (1.75, "n00000001"), (2.5, "n00000003")]
    assert took(pressed, *screens)[Sort.SCROLLS] == [0.75, 0.5]


def test_a_move_that_another_undid_unseen_took_as_long_as_that() -> None:
    pressed = [Press(HOME, 1.0), Press(END, 2.0)]
    screens = [(0.5, "n00000007"), (2.5, "n00000009")]
    assert took(pressed, *screens)[Sort.SCROLLS] == [1.5, 0.5]


def test_what_never_shows_takes_for_ever() -> None:
    (key,) = islice(typing(), 1)
    pressed = [Press(key, 1.0), Press(HOME, 2.0)]
    assert took(pressed, (0.5, "n00000007"), (1.5, "n00000007")) == {
        Sort.TYPES: [math.inf],
        Sort.SCROLLS: [math.inf],
    }


def test_a_character_is_typed_before_each_move() -> None:
    sorts = [key.sort for key in islice(scrolling((HOME, END)), 4)]
    assert sorts == [Sort.TYPES, Sort.SCROLLS, Sort.TYPES, Sort.SCROLLS]
