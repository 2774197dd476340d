"""A code block's rows: what a reader sees of it, at any width, and what copying gives back."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pygments.lexer import RegexLexer
from pygments.token import Keyword, Text

from aztui.terminal.sanitise import sanitise
from aztui.ui.markdown.code import lexed_after
from aztui.ui.markdown.highlight import Lexed
from aztui.ui.markdown.layout import lay
from aztui.ui.markdown.leaves import NO_FRAME, Code, Frame, Links
from aztui.ui.widgets.rows import Line, Role, length

QUOTE = Frame(
    first=(("│ ", Role.DIM), ("• ", Role.DIM)),
    rest=(("│ ", Role.DIM), ("  ", Role.TEXT)),
    above=(("│ ", Role.DIM),),
    lead=2,
)
LANGUAGES = ["", "python", "js", "c", "html", "bash", "yaml", "nothing"]

texts = (
    st.text(st.sampled_from("ab =  '\"`/*#<!->{}\t1。世é́👍🏽👨‍👩‍👧️🇩🇪"), max_size=60)
    | st.text(max_size=60).map(lambda text: text.replace("\n", " ").replace("\r", " "))
).map(lambda text: sanitise(text).replace("\n", " "))
lines = st.lists(texts, max_size=6)
frames = st.sampled_from([NO_FRAME, QUOTE])
widths = st.integers(2, 30)


@st.composite
def leaves(draw: st.DrawFn) -> Code:
    return Code(
        tuple(draw(lines)),
        draw(frames),
        draw(st.booleans()),
        draw(st.sampled_from(LANGUAGES)),
        draw(st.integers(0, 120)),
    )


def laid(leaf: Code, width: int) -> list[Line]:
    return lay(leaf, width, Links())


def shown(leaf: Code, width: int) -> list[str]:
    return ["".join(text for text, _ in line.row).rstrip() for line in laid(leaf, width)]


def copied(rows: list[Line]) -> list[str]:
    """Return what copying all rows gives."""
    result: list[str] = []
    for line in rows:
        text = "".join(text for text, _ in line.row)[line.lead :]
        if line.told is not None:
            assert len(line.told) == len(text)
            text = line.told.replace("\0", "")
        if line.soft:
            result[-1] += text
        else:
            result.append(text)
    return result


def test_a_block_has_a_heading_with_the_key_that_copies_it() -> None:
    leaf = Code(("if x:", "\tpass"), NO_FRAME, gap=True, info="py title", number=3)
    assert shown(leaf, 20) == ["", "py               c 3", "  if x:", "      pass"]
    heading = laid(leaf, 20)[1]
    assert heading.lead == 20
    assert {look for _, look in heading.row} == {Role.DIM}


def test_a_block_without_a_language_has_the_key_alone() -> None:
    assert shown(Code(("x",), number=12), 10) == ["      c 12", "  x"]


def test_a_frame_stands_before_every_row() -> None:
    leaf = Code(("a", "", "b"), QUOTE, gap=True, info="c", number=1)
    assert shown(leaf, 12) == ["│", "│ • c    c 1", "│     a", "│", "│     b"]


def test_an_items_marker_stands_before_one_row_only() -> None:
    assert shown(Code(("aaa bbb",), QUOTE), 12) == ["│ •   aaa", "│     bbb"]


def test_code_has_as_much_room_as_text_however_deep_it_stands() -> None:
    deep = Frame(((30 * "│ ", Role.DIM),), ((30 * "│ ", Role.DIM),), (), 60)
    assert shown(Code(("let x",), deep), 14) == ["│ │ │   let x"]


def test_html_is_shown_as_it_is() -> None:
    leaf = Code(("<p>", "  <!-- x", "</p>"), gap=False)
    assert shown(leaf, 20) == ["  <p>", "    <!-- x", "  </p>"]
    assert {look for line in laid(leaf, 20) for _, look in line.row} == {Role.TEXT}


def test_a_long_line_goes_on_under_its_own_beginning() -> None:
    leaf = Code(("  return one + two + three",), goes_on=True, number=1)
    assert shown(leaf, 20) == ["    return one +", "    two + three"]
    assert [(line.lead, line.soft) for line in laid(leaf, 20)] == [(2, False), (4, True)]


def test_tabs_are_shown_as_spaces_and_copied_as_tabs() -> None:
    (line,) = laid(Code(("a\tb\t\tc",)), 40)
    assert "".join(text for text, _ in line.row) == "  a   b       c"
    assert line.told == "a\t\0\0b\t\0\0\t\0\0\0c"


def test_code_is_coloured() -> None:
    (_, line) = laid(Code(("if x: # y",), info="python", number=1), 40)
    assert line.row == (
        ("  ", Role.TEXT),
        ("if", Role.KEYWORD),
        (" x: ", Role.TEXT),
        ("# y", Role.COMMENT),
    )


@settings(deadline=None)
@given(leaves(), widths)
def test_no_row_is_too_wide(leaf: Code, width: int) -> None:
    for line in laid(leaf, width):
        assert length(line.row) <= width
        assert "\t" not in "".join(text for text, _ in line.row)


def test_spaces_past_an_edge_go_to_the_next_row() -> None:
    leaf = Code(("   some words and then      more of them",))
    for width in range(2, 40):
        rows = laid(leaf, width)
        assert max(length(line.row) for line in rows) <= width
        assert copied(rows) == list(leaf.lines)


def test_colours_within_a_character_do_not_make_a_row_too_wide() -> None:
    rules = {"root": [("👨\u200d", Keyword), (".+", Text), ("\n", Text)]}
    odd = type("Odd", (RegexLexer,), {"name": "Odd", "tokens": rules})
    leaf = Code(("👨‍👩‍👧",), number=1, goes_on=True, lexed=Lexed(odd, ("root",)))
    assert [length(line.row) for line in laid(leaf, 4)] == [4]


@settings(deadline=None)
@given(leaves(), widths)
def test_copying_gives_back_the_code(leaf: Code, width: int) -> None:
    decoration = leaf.gap + (leaf.number > 0)
    rows = laid(leaf, width)
    assert copied(rows[:decoration]) == [""] * decoration
    assert copied(rows[decoration:]) == list(leaf.lines)


@settings(deadline=None)
@given(leaves(), widths, st.lists(st.integers(0, 6), max_size=3))
def test_a_block_in_pieces_looks_like_one_in_one(leaf: Code, width: int, cuts: list[int]) -> None:
    leaf = replace(leaf, number=leaf.number + 1, frame=leaf.frame._replace(first=leaf.frame.rest))
    ends = sorted(min(cut, len(leaf.lines)) for cut in cuts)
    rows: list[Line] = []
    piece = leaf
    for start, end in pairwise((0, *ends, len(leaf.lines))):
        part = replace(leaf, lines=leaf.lines[start:end])
        if rows:
            part = replace(part, gap=False, goes_on=True, lexed=lexed_after(piece))
        piece = part
        rows += laid(piece, width)
    assert rows == laid(leaf, width)
    assert lexed_after(piece) == lexed_after(leaf)


@pytest.mark.parametrize("number", [0, 1])
@pytest.mark.parametrize("info", ["", "python", "nothing"])
def test_a_piece_that_goes_on_has_no_second_heading(info: str, number: int) -> None:
    first = Code(("x",), info=info, number=number)
    more = replace(first, lines=("y",), goes_on=True, lexed=lexed_after(first))
    assert shown(more, 10) == ["  y"]
