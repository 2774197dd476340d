"""Tokens are found in the text, however both were cut."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aztui.core.events import Chosen, Token
from aztui.explore.places import Place, Places, bytes_of, sendable


def of_bytes(data: bytes) -> Chosen:
    """A token as the chat API tells it."""
    return Chosen(Token(data.decode(errors="replace"), -0.5, data))


def plain(text: str) -> Chosen:
    """A token of which only the text is told."""
    return Chosen(Token(text, -0.5))


def found(text: str, tokens: Sequence[Chosen]) -> list[Place]:
    places = Places()
    places.extend(text, tokens, over=True)
    return places.found


def cuts(places: Sequence[Place], text: str) -> list[str]:
    return [text[place.start : place.end] for place in places]


@st.composite
def cut_texts(draw: st.DrawFn) -> tuple[str, list[bytes]]:
    """A text, and its bytes in pieces."""
    text = draw(st.text(st.sampled_from("ab \né€😀\u0301"), max_size=12))
    data = text.encode()
    edges = sorted(draw(st.lists(st.integers(0, len(data)), max_size=8)))
    return text, [data[i:j] for i, j in zip([0, *edges], [*edges, len(data)], strict=True)]


@given(cut_texts(), st.lists(st.integers(0, 20), max_size=5))
def test_every_character_belongs_to_the_token_where_it_begins(
    cut: tuple[str, list[bytes]], steps: list[int]
) -> None:
    text, pieces = cut
    places, told = Places(), 0
    for step in sorted(steps):
        places.extend(text[:step], [of_bytes(piece) for piece in pieces[told:step]], over=False)
        told = max(told, min(step, len(pieces)))
    places.extend(text, [of_bytes(piece) for piece in pieces[told:]], over=True)
    assert "".join(cuts(places.found, text)) == text
    at = 0
    for place, piece in zip(places.found, pieces, strict=True):
        begun = len(text.encode()[:at].decode(errors="ignore"))
        assert place.start == begun or not piece or not place.whole
        at += len(piece)


def test_an_emoji_is_the_first_of_its_tokens() -> None:
    text = "a😀b"
    places = found(
        text, [of_bytes(b"a"), of_bytes(b"\xf0\x9f"), of_bytes(b"\x98\x80"), of_bytes(b"b")]
    )
    assert cuts(places, text) == ["a", "😀", "", "b"]
    assert [place.whole for place in places] == [True, True, False, True]


def test_a_token_that_is_not_in_the_text_has_no_place_there() -> None:
    places = found("Yes.", [plain("Yes"), plain("."), plain("<|end|>")])
    assert cuts(places, "Yes.") == ["Yes", ".", ""]


def test_text_that_no_token_tells_of_is_passed_over() -> None:
    places = found("» Yes.", [plain("Yes"), plain(".")])
    assert cuts(places, "» Yes.") == ["Yes", "."]


def test_parts_of_characters_that_nobody_tells_do_not_stop_the_rest() -> None:
    places = found("😀 ok", [plain("\ufffd"), plain("\ufffd"), plain(" ok")])
    assert cuts(places, "😀 ok") == ["", "", " ok"]


def test_a_token_waits_for_its_text() -> None:
    places = Places()
    places.extend("Ye", [plain("Yes")], over=False)
    assert places.found == []
    places.extend("Yes", [], over=False)
    assert cuts(places.found, "Yes") == ["Yes"]


@pytest.mark.parametrize(
    ("token", "can"),
    [
        (Token(" become", -1.0), True),
        (Token("\ufffd", -1.0), False),
        (Token("\ufffd", -1.0, b"\xf0\x9f"), False),
        (Token("bytes:\\xe2\\x82", -1.0, b"\xe2\x82"), False),
        (Token("€", -1.0, b"\xe2\x82\xac"), True),
    ],
)
def test_what_can_be_sent_is_text_by_itself(token: Token, can: bool) -> None:
    assert sendable(token) is can
    assert bytes_of(Token("€", None)) == b"\xe2\x82\xac"
