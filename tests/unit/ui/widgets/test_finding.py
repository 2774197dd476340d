"""What is looked for, in lines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aztui.core.profile import View
from aztui.ui.widgets.finding import Query, Span
from aztui.ui.widgets.passage import Passage
from aztui.ui.widgets.rows import Line, Role, told
from aztui.ui.widgets.shelf import Shelf
from tests.support.answers import Limits, limits


def query(text: str) -> Query:
    found = Query.of(text)
    assert found is not None
    return found


def line(text: str, lead: int = 0, *, soft: bool = False, told: str | None = None) -> Line:
    return Line(((text, Role.TEXT),), lead, soft, told)


def found(text: str, *lines: Line) -> list[list[str]]:
    """What is found, as it is shown, a piece a row."""
    rows = ["".join(piece for piece, _ in one.row) for one in lines]
    return [
        [rows[at][start:end] for at, start, end in match] for match in query(text).matches(lines)
    ]


def test_nothing_is_looked_for_where_the_query_is_blank() -> None:
    assert Query.of(" \t ") is None


def test_letters_match_either_case_unless_one_is_a_capital() -> None:
    assert found("fox", line("Fox fox FOX")) == [["Fox"], ["fox"], ["FOX"]]
    assert found("Fox", line("Fox fox FOX")) == [["Fox"]]


def test_a_query_is_no_pattern() -> None:
    assert found("a.c[", line("abc[ a.c[")) == [["a.c["]]


def test_a_space_matches_any_run_of_blanks() -> None:
    assert found("a b", line("a b a  \t b ab")) == [["a b"], ["a  \t b"]]


def test_matches_go_across_rows_that_were_one_and_no_others() -> None:
    assert found("one two", line("one "), line("two", soft=True)) == [["one ", "two"]]
    assert found("one two", line("one "), line("two")) == []
    assert found("onetwo", line("one"), line("two", soft=True)) == [["one", "two"]]


def test_what_only_sets_a_row_off_is_no_part_of_it() -> None:
    lines = line("  | one ", 4), line("  | two", 4, soft=True)
    assert query("one two").matches(lines) == [(Span(0, 4, 8), Span(1, 4, 7))]
    assert found("|", *lines) == []


def test_what_is_told_is_found_instead_of_what_is_shown() -> None:
    tabbed = line("   →   x·", 3, told="\t\0\0\0x ")
    assert found("\tx".strip(), tabbed) == [["x"]]
    assert found("→", tabbed) == []
    spaced = line("a→   b", told="a\t\0\0\0b")
    assert found("a b", spaced) == [["a→   b"]]


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("bold word", "a **bo**ld\n> word"),
        ("a&b", "a&amp;b"),
        ("&amp;", "`&amp;`"),
        ("2. two", "1. one\n1. two"),
        ("12", "1. one\n1. two"),
        ("größe", "GRÖSSE GRÖẞE größe"),
        ("日本", "日**本**"),
        ("→", "anything"),
        ("202e", "a\u202eb"),
        ("x_y", "x\\_y"),
        ("é", "caf&eacute;"),
    ],
)
def test_what_a_text_may_be_shown_as_is_looked_for_in_it(text: str, source: str) -> None:
    assert query(text).may_be_in(source)


@pytest.mark.parametrize(
    ("text", "source"), [("other", "some words"), ("12", "one two"), ("本", "日")]
)
def test_what_cannot_be_shown_is_not_looked_for(text: str, source: str) -> None:
    assert not query(text).may_be_in(source)


MARKDOWN = st.lists(
    st.sampled_from(
        [*"ab19 *_`~&;#>-+|.\n", "\n\n", "é", "ß", "日", "&amp;", "1. ", "- ", "[a](b)", "```\n"]
    ),
    max_size=40,
).map("".join)


@given(MARKDOWN, st.integers(0, 200), st.integers(1, 6), limits, st.booleans())
def test_whatever_is_shown_may_be_in_its_source(
    text: str, start: int, length: int, limit: Limits, ended: bool
) -> None:
    with limit.in_force():
        passage = Passage(20, View.RENDERED, Shelf(), text)
        if ended:
            passage.end()
        while passage.behind:
            passage.advance()
        for segment in range(passage.segments):
            lines, source = passage.lines(segment), passage.source(segment)
            shown = "\n".join(told(one) for one in lines)
            wanted = Query.of(shown[start : start + length].partition("\n")[0])
            if wanted is not None and wanted.matches(lines):
                assert source is None or wanted.may_be_in(source)
