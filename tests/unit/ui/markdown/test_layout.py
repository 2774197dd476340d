"""A leaf laid out in lines of a width."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from aztui.ui.markdown import reading
from aztui.ui.markdown.layout import lay
from aztui.ui.markdown.leaves import Frame, Leaf, Links, Paragraph, Rule
from aztui.ui.markdown.reading import Seam
from aztui.ui.widgets.rows import Face, Line, Role
from tests.support.answers import at_once, texts

QUOTED = Frame((("▎ • ", Role.DIM),), (("▎   ", Role.DIM),), (("▎", Role.DIM),), 2)


def rows(leaf: Paragraph | Rule, width: int = 20) -> list[str]:
    return ["".join(text for text, _ in line.row).rstrip() for line in lay(leaf, width, Links())]


def test_a_paragraph_stands_in_its_frame() -> None:
    leaf = Paragraph("some words that\ntake two rows", QUOTED, gap=True)
    assert rows(leaf) == ["▎", "▎ • some words that", "▎   take two rows"]


def test_a_line_break_ends_a_row_be_it_hard_or_soft() -> None:
    assert rows(Paragraph("a  \nb\\\nc\nd")) == ["a", "b", "c", "d"]


def test_the_rows_of_a_long_table_line_up_whatever_its_links_become() -> None:
    row = "| [a] | b |\n"
    text = f"[a]: https://a.example\n\n| x | y |\n|---|---|\n{row * 60}"
    tables = [line.row for line in at_once(text, 60)][2:]
    columns = {"".join(piece for piece, _ in row).find("b") for row in tables[2:]} - {-1}
    assert len(columns) == 1


def test_what_is_defined_is_dim_and_stands_above_the_text() -> None:
    lines = lay(Paragraph("text", defined="[a]: /x\n  'title'"), 20, Links())
    assert [line.row for line in lines] == [
        (("[a]: /x", Role.DIM),),
        (("'title'", Role.DIM),),
        (("text", Role.TEXT),),
    ]


def test_a_rule_fills_the_width() -> None:
    assert rows(Rule(QUOTED), 16) == ["▎ • ────────────"]


def test_headings_are_told_apart() -> None:
    looks = [lay(Paragraph("a", level=level), 20, Links())[0].row for level in range(1, 7)]
    assert len(set(looks)) >= 4
    assert (("a", Role.TEXT),) not in looks


@pytest.mark.parametrize("depth", [3, 30, 90])
def test_text_has_room_however_deep_it_stands(depth: int) -> None:
    lines = at_once("> " * depth + "words that are read", 20)
    assert max(map(width_of, lines)) <= 20
    assert "words" in "".join(text for line in lines for text, _ in line.row)


@settings(max_examples=300, deadline=None)
@given(texts, st.integers(2, 80))
def test_no_row_is_wider_than_the_screen(text: str, width: int) -> None:
    assert all(width_of(line) <= width for line in at_once(text, width))


@settings(max_examples=300, deadline=None)
@given(texts, st.integers(2, 80))
@example("Name\tAge\nBob\t5\n", 20)
@example("# a\t`b\tc`\n\n|a\tb|*c*\td|\n|-|-|\n|1\t2|3\t`4\t5`|\n", 80)
def test_no_row_has_a_tab(text: str, width: int) -> None:
    assert not any("\t" in piece for line in at_once(text, width) for piece, _ in line.row)


@pytest.mark.parametrize("above", ["", "|a|\n|-|\n|", "[a]: /x\n"])
def test_an_address_that_may_grow_is_not_to_be_opened(above: str) -> None:
    *whole, partial = f"{above}see [it](https://exam".split("\n")
    seam = reading.read(Seam(), whole)[1]
    open_ones = addresses([*reading.preview(seam, partial).leaves])
    seam = reading.read(seam, [partial + "ple.org)", ""])[1]
    assert (open_ones, addresses(reading.finish(seam))) == (set(), {"https://example.org"})


def addresses(leaves: list[Leaf]) -> set[str]:
    looks = {look for leaf in leaves for line in lay(leaf, 60, Links()) for _, look in line.row}
    return {look.link for look in looks if isinstance(look, Face)} - {""}


def letters(text: str) -> str:
    return "".join(filter(str.isalpha, text))


_OPENERS = st.lists(
    st.sampled_from(["> ", ">", "- ", "+ ", "1. ", "> " * 30, "+ " * 30, "1) " * 25, "    ", "\t"]),
    max_size=6,
).map("".join)
_BEGUN = st.sampled_from(
    [
        "",
        "",
        "# ",
        "[ ] ",
        "*",
        "`",
        "&",
        "<",
        "| ",
        "[",
        "[a]: ",
        "<p>",
        "<!--",
        "![",
        "[a](",
        "\\",
    ]
)
_WORDS = st.text("abcde", min_size=1, max_size=4)
_ENDS = st.sampled_from(
    ["\n", "\n", "\n\n", "\n>\n", "\n```\n", "\n---\n", "\n|-|\n", "*\n", "`\n", "]\n", "]: x\n"]
)
_LINES = st.tuples(_OPENERS, _BEGUN, _WORDS, _ENDS).map("".join)


@settings(max_examples=300, deadline=None)
@given(st.lists(_LINES, min_size=1, max_size=12).map("".join))
@example("+ " * 50 + "a\n\nThe whole rest of the answer")
@example("[alice]: hello\n[bob]: how are you?\n")
@example("> " * 100 + "a\n\nThe whole rest of the answer")
def test_no_letter_is_lost(text: str) -> None:
    shown = iter(letters("".join(piece for line in at_once(text, 60) for piece, _ in line.row)))
    assert all(letter in shown for letter in letters(text))


def width_of(line: Line) -> int:
    """Cells that are seen: a row may end in the space that it breaks at, past the edge."""
    return cell_len("".join(text for text, _ in line.row).rstrip(" "))
