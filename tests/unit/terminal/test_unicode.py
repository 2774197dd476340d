"""The tables about characters, checked against all of Unicode."""

import unicodedata

import pytest
from rich._unicode_data import load
from rich.cells import get_character_cell_size

from aztui.terminal.unicode import PLAIN, Kind, is_pictographic, kind
from tests.support.characters import characters

EVERY = characters()


@pytest.fixture(scope="module")
def kinds() -> dict[str, Kind]:
    return {character: kind(character) for character in EVERY}


def test_what_passes_as_plain_takes_room_and_does_nothing(kinds: dict[str, Kind]) -> None:
    wrong = [c for c in EVERY if PLAIN.match(c) and kinds[c] not in {Kind.BASE, Kind.GAP}]
    assert [f"{ord(c):X}" for c in wrong] == []


def test_what_takes_no_room_is_never_a_base(kinds: dict[str, Kind]) -> None:
    assert [c for c in EVERY if kinds[c] is Kind.BASE and not get_character_cell_size(c)] == []


def test_a_gap_is_a_space_that_takes_room(kinds: dict[str, Kind]) -> None:
    gaps = [c for c in EVERY if kinds[c] is Kind.GAP]
    assert {"\n", "\t", " ", "\u3000"} <= set(gaps)
    assert all(c in "\n\t" or get_character_cell_size(c) for c in gaps)


def test_every_mark_is_a_mark_unless_it_is_invisible(kinds: dict[str, Kind]) -> None:
    marks = {kinds[c] for c in EVERY if unicodedata.category(c) in {"Mn", "Me", "Mc"}}
    assert marks == {Kind.MARK, Kind.SELECTOR, Kind.JOINER, Kind.HIDDEN}
    assert kinds["\u0301"] is kinds["\u0903"] is Kind.MARK


def test_what_the_emoji_selector_widens_counts_as_an_emoji() -> None:
    widened = load("latest").narrow_to_wide
    assert [c for c in widened if not is_pictographic(c) and c not in "0123456789#*"] == []
