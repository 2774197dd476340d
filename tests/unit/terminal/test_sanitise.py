import itertools
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import get_character_cell_size

from aztui.terminal.sanitise import MOST_MARKS, Sanitiser, sanitise, sanitise_line
from tests.support.characters import characters


def mark(*codes: int) -> str:
    return "".join(f"\u2039U+{code:04X}\u203a" for code in codes)


FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"
SCOTLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"

WELL_FORMED = {
    "ascii": "plain text\twith a tab\nand lines\n",
    "accents": "e\u0301 n\u0303 Vie\u0302\u0323t \u05e9\u05c1\u05bc",
    "no-break space as a base": "\xa0\u0301",
    "cjk": "\u4f60\u597d\u3001\u4e16\u754c \ud55c\uad6d\uc5b4",
    "conjoining jamo": "\u1112\u1161\u11ab",
    "ideographic variation": "\u845b\U000e0100 \u795e\ufe00",
    "slashed union": "\u222a\ufe00",
    "mongolian": "\u1820\u180b\u1828 \u1820\u180e\u1820",
    "family": FAMILY,
    "astronaut with a skin tone": "\U0001f469\U0001f3fd\u200d\U0001f680",
    "heart on fire": "\u2764\ufe0f\u200d\U0001f525",
    "health worker": "\U0001f9d1\u200d\u2695\ufe0f",
    "text and emoji forms": "\u2764\ufe0e \u2764\ufe0f \u231a\ufe0f",
    "keycaps": "1\ufe0f\u20e3 #\ufe0f\u20e3 5\u20e3",
    "flags": "\U0001f1ec\U0001f1e7\U0001f1eb\U0001f1f7",
    "flag of Scotland": SCOTLAND,
    "pirate flag": "\U0001f3f4\u200d\u2620\ufe0f",
    "Persian with a non-joiner": "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
    "Devanagari": "\u0915\u094d\u0937 \u0915\u094d\u200d\u0937 \u0915\u094d\u200c\u0937",
    "Malayalam chillu at a word's end": "\u0d28\u0d4d\u200d ",
    "Bengali ya-phalaa": "\u09b0\u200d\u09cd\u09af",
    "Hebrew with a grapheme joiner": "\u05d0\u05b7\u034f\u05b4",
    "right to left": "\u0634\u0643\u0631\u0627 abc \u05e9\u05dc\u05d5\u05dd",
    "private use": "\ue0b0",
}


@pytest.mark.parametrize("text", WELL_FORMED.values(), ids=WELL_FORMED.keys())
def test_well_formed_text_stays_as_it_is(text: str) -> None:
    assert sanitise(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2J", "␛[2J"),
        ("\x1b]52;c;aGk=\x07", "␛]52;c;aGk=␇"),
        ("a\x00b\x7f", "a␀b␡"),
        ("\x9b31m", mark(0x9B) + "31m"),
        ("next\x85line\u2028sep\u2029", f"next{mark(0x85)}line{mark(0x2028)}sep{mark(0x2029)}"),
        (
            "a\u202eb\u2066c\u200ed\u061ce",
            f"a{mark(0x202E)}b{mark(0x2066)}c{mark(0x200E)}d{mark(0x61C)}e",
        ),
        ("one\r\ntwo\r\n", "one\ntwo\n"),
        ("over\rwritten\r", "over␍written␍"),
        ("\r\r\n", "␍\n"),
        (
            "a\u200bb\ufeffc\xadd\u2060e",
            f"a{mark(0x200B)}b{mark(0xFEFF)}c{mark(0xAD)}d{mark(0x2060)}e",
        ),
        ("\u3164\uffa0\u115f\u1160", mark(0x3164, 0xFFA0, 0x115F, 0x1160)),
        ("\ud800x\udfff", f"{mark(0xD800)}x{mark(0xDFFF)}"),
        ("\ufdd0\uffff\U0010ffff", mark(0xFDD0, 0xFFFF, 0x10FFFF)),
        ("a\U000e0041\U000e007f", f"a{mark(0xE0041, 0xE007F)}"),
        (SCOTLAND[:-1], SCOTLAND[0] + mark(*map(ord, SCOTLAND[1:-1]))),
        (SCOTLAND + SCOTLAND[1], SCOTLAND + mark(0xE0067)),
        ("a\u200db", f"a{mark(0x200D)}b"),
        ("\u200d\U0001f525", mark(0x200D) + "\U0001f525"),
        ("\U0001f468\u200d", "\U0001f468" + mark(0x200D)),
        ("\U0001f468\u200d\u200d\U0001f469", f"\U0001f468{mark(0x200D, 0x200D)}\U0001f469"),
        ("\u0645\u200c.", f"\u0645{mark(0x200C)}."),
        ("Auf\u200clage", f"Auf{mark(0x200C)}lage"),
        ("a\ufe0f", "a" + mark(0xFE0F)),
        ("\u2764\ufe0f\ufe0f", "\u2764\ufe0f" + mark(0xFE0F)),
        ("\U0001f600\U000e0100", "\U0001f600\U000e0100"),
        ("x\U000e0100", "x" + mark(0xE0100)),
        ("\U0001f3fd", mark(0x1F3FD)),
        ("a\u1161", "a" + mark(0x1161)),
        ("a\u034fb", f"a{mark(0x34F)}b"),
        ("\u0301a", mark(0x301) + "a"),
        ("a\n\u0301", "a\n" + mark(0x301)),
        (" \u0301\t\u0301", f" {mark(0x301)}\t{mark(0x301)}"),
        ("\x1b\u0301", "␛" + mark(0x301)),
    ],
)
def test_what_would_act_or_hide_is_shown(text: str, shown: str) -> None:
    assert sanitise(text) == shown


def test_a_pile_of_marks_is_cut_and_the_rest_shown_one_by_one() -> None:
    pile = "\u0301" * MOST_MARKS
    assert sanitise(f"z{pile}\u0302\u0303") == f"z{pile}{mark(0x302, 0x303)}"


def test_no_code_point_can_act_or_take_no_room_on_its_own() -> None:
    for character in characters():
        shown = sanitise(character)
        assert shown == "\n" or all(
            c == "\t"
            or (get_character_cell_size(c) and unicodedata.category(c) not in {"Cc", "Cs"})
            for c in shown
        ), f"U+{ord(character):04X} is shown as {shown!r}"


def test_every_control_and_bidi_control_is_shown_even_within_text() -> None:
    wicked = [
        *map(chr, range(0x20)),
        *map(chr, range(0x7F, 0xA0)),
        *"\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\u200b",
    ]
    for character in wicked:
        if character not in "\n\t":
            for left, right in itertools.product(["a", "\u0645", "\U0001f468", "\n"], repeat=2):
                assert character not in sanitise(left + character + right)


TRICKY = st.text(
    st.one_of(
        st.sampled_from(
            "a1# \n\t\r\x1b\x00\x7f\x9b\u0301\u0302\u034f\u200c\u200d\ufe0f\ufe00\u20e3\u2764"
            "\u0645\u064e\u0915\u094d\u180e\u180b\u1820\u1112\u1161\ud800\u202e"
            "\U0001f468\U0001f3fd\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e007f"
        ),
        st.characters(),
    )
)


@given(st.lists(st.one_of(TRICKY, st.sampled_from([SCOTLAND, FAMILY, "a" + "\u0301" * 9]))))
@example(["\r", "\n"])
@example([*SCOTLAND])
def test_however_it_is_cut_it_is_shown_the_same(pieces: list[str]) -> None:
    sanitiser = Sanitiser()
    shown = "".join(map(sanitiser.feed, pieces)) + sanitiser.flush()
    assert shown == sanitise("".join(pieces))


@given(TRICKY)
def test_cut_into_single_characters_it_is_shown_the_same(text: str) -> None:
    sanitiser = Sanitiser()
    assert "".join(map(sanitiser.feed, text)) + sanitiser.flush() == sanitise(text)


@given(TRICKY)
def test_shown_text_is_left_alone(text: str) -> None:
    assert sanitise(sanitise(text)) == sanitise(text)


@given(TRICKY)
def test_at_most_seven_characters_are_held_back(text: str) -> None:
    sanitiser = Sanitiser()
    fed = "".join(map(sanitiser.feed, text))
    assert len(sanitiser.flush()) <= 7 * len(mark(0x10FFFF))
    assert text == "" or fed != "" or len(text) <= 7


def test_a_flush_ends_the_text() -> None:
    sanitiser = Sanitiser()
    assert sanitiser.feed("e") + sanitiser.flush() == "e"
    assert sanitiser.feed("\u0301") == mark(0x301)


def test_what_stands_in_one_row_has_no_line_ends_or_tabs() -> None:
    assert sanitise_line("a\nb\tc\r\nd\x1b") == "a␊b␉c␊d␛"
