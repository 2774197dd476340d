"""Tables: read at every width, and the same however their rows come."""

from __future__ import annotations

from dataclasses import replace
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from aztui.terminal.sanitise import sanitise
from aztui.ui.markdown.leaves import Align, Frame, Table
from aztui.ui.markdown.spans import plain
from aztui.ui.markdown.table import settle, table_lines
from aztui.ui.widgets.rows import BLANK, Face, Role, Row

LEFT, CENTER, RIGHT = Align.LEFT, Align.CENTER, Align.RIGHT
QUOTE: Row = (("│ ", Role.DIM),)


def cells(text: str) -> Row:
    """Inline Markdown of which only the hard line break is known."""
    return ((text.replace("<br>", "\n"), Role.TEXT),) if text else BLANK


def table(text: str, *aligns: Align) -> Table:
    head, *rows = [
        tuple(cell.strip() for cell in line.split("|")) for line in dedent(text).strip().split("\n")
    ]
    return Table(head, tuple(rows), aligns)


def drawn(leaf: Table, width: int) -> str:
    return "\n".join(plain(line.row) for line in table_lines(leaf, width, cells))


def expected(text: str) -> str:
    return dedent(text).strip("\n")


LANGUAGES = table(
    """
    Language | Memory | Concurrency | Year
    Python | Garbage collected, with reference counting | Threads, asyncio, processes | 1991
    Rust | Ownership, checked by the compiler | Threads without data races | 2015
    """,
    LEFT,
    LEFT,
    LEFT,
    RIGHT,
)
PRICES = table(
    """
    Model | Input | Output | Context
    gpt-4o | 2.50 | 10.00 | 128,000
    gpt-4o-mini | 0.15 | 0.60 |
    """,
    LEFT,
    RIGHT,
    RIGHT,
    CENTER,
)
WORDS = table(
    """
    Term | 日本語 | Note
    cat | 猫 | ねこは動物です。人気があります。
    peace | שלום | Hebrew<br>café
    """,
    LEFT,
    CENTER,
    LEFT,
)


def test_a_table_that_fits_is_as_wide_as_its_text() -> None:
    assert drawn(PRICES, 80) == expected(
        """
        Model        Input  Output  Context
        ───────────  ─────  ──────  ───────
        gpt-4o        2.50   10.00  128,000
        gpt-4o-mini   0.15    0.60
        """
    )
    assert drawn(PRICES, 40) == drawn(PRICES, 35) == drawn(PRICES, 80)


def test_the_widest_columns_wrap_and_rows_stand_apart() -> None:
    assert drawn(LANGUAGES, 80) == expected(
        """
        Language  Memory                               Concurrency                  Year
        ────────  ───────────────────────────────────  ───────────────────────────  ────
        Python    Garbage collected, with reference    Threads, asyncio, processes  1991
                  counting

        Rust      Ownership, checked by the compiler   Threads without data races   2015
        """
    )


def test_narrow_columns_keep_their_words_whole() -> None:
    assert drawn(LANGUAGES, 40) == expected(
        """
        Language  Memory       Concurrency  Year
        ────────  ───────────  ───────────  ────
        Python    Garbage      Threads,     1991
                  collected,   asyncio,
                  with         processes
                  reference
                  counting

        Rust      Ownership,   Threads      2015
                  checked by   without
                  the          data races
                  compiler
        """
    )


def test_a_word_that_no_column_can_hold_breaks_and_short_ones_do_not() -> None:
    leaf = table("Name | Address\nguide | https://example.com/a/long/path", LEFT, LEFT)
    assert drawn(leaf, 30) == expected(
        """
        Name   Address
        ─────  ───────────────────────
        guide  https://example.com/a/l
               ong/path
        """
    )


def test_widths_are_settled_by_texts_and_by_their_words() -> None:
    assert settle(LANGUAGES, cells) == ((8, 8), (42, 10), (27, 11), (4, 4))
    assert settle(WORDS, cells) == ((5, 5), (6, 4), (32, 6))


def test_where_columns_would_be_too_narrow_rows_are_lists() -> None:
    assert drawn(PRICES, 20) == expected(
        """
        Model    gpt-4o
        Input    2.50
        Output   10.00
        Context  128,000
        ────────────────────
        Model    gpt-4o-mini
        Input    0.15
        Output   0.60
        Context
        """
    )


def test_a_value_stands_below_its_name_where_names_take_half_the_room() -> None:
    assert [line.rstrip() for line in drawn(LANGUAGES, 20).split("\n")][:12] == expected(
        """
        Language
          Python
        Memory
          Garbage collected,
          with reference
          counting
        Concurrency
          Threads, asyncio,
          processes
        Year
          1991
        ────────────────────
        """
    ).split("\n")


def test_wide_characters_are_counted_in_cells() -> None:
    assert drawn(WORDS, 40) == expected(
        """
        Term   日本語  Note
        ─────  ──────  ─────────────────────────
        cat      猫    ねこは動物です。人気があ
                       ります。

        peace   שלום   Hebrew
                       café
        """
    )
    assert drawn(WORDS, 20) == expected(
        """
        Term    cat
        日本語  猫
        Note    ねこは動物で
                す。人気があ
                ります。
        ────────────────────
        Term    peace
        日本語  שלום
        Note    Hebrew
                café
        """
    )


def test_one_column_is_never_a_list() -> None:
    leaf = table("Word\nimmutability", CENTER)
    assert drawn(leaf, 20) == "    Word\n────────────\nimmutability"
    assert drawn(leaf, 5) == "Word\n─────\nimmut\nabili\n ty"


def test_a_header_alone_is_shown() -> None:
    leaf = table("Name | Size", LEFT, RIGHT)
    assert drawn(leaf, 20) == "Name  Size\n────  ────"
    assert drawn(leaf, 9) == "Name\nSize"


def test_many_columns_are_a_list_of_as_many() -> None:
    leaf = Table(("c",) * 40, (("1",) * 40,) * 2, (LEFT,) * 40)
    assert drawn(leaf, 80).split("\n") == ["c  1"] * 40 + ["─────"] + ["c  1"] * 40


def test_the_header_is_bold_and_what_is_only_drawn_is_dim() -> None:
    looks = {
        look.strip(): face
        for line in table_lines(PRICES, 80, cells)
        for look, face in line.row
        if look.strip()
    }
    assert looks["Model"] == Face(bold=True)
    assert looks["─" * 11] == Role.DIM
    assert looks["gpt-4o"] == Role.TEXT
    names = table_lines(PRICES, 20, cells)
    assert names[0].row[0] == ("Model", Face(Role.DIM))


def test_a_header_that_is_code_still_looks_like_it() -> None:
    code = Face(Role.CODE, italic=True)
    leaf = Table(("open()", "close()"), (), (LEFT, LEFT))

    def first(width: int) -> Row:
        return table_lines(leaf, width, lambda text: ((text, code),))[0].row

    assert first(20)[0] == ("open()", code._replace(bold=True))
    assert first(10) == (("open()", code),)


def test_a_name_in_a_list_takes_one_line() -> None:
    leaf = table("Unit<br>price | Per<br>month\n1.25 | 1,250,000", RIGHT, RIGHT)
    assert drawn(leaf, 12) == expected(
        """
        Unit price
          1.25
        Per month
          1,250,000
        """
    )


def test_later_rows_keep_the_columns_and_wrap() -> None:
    leaf = table("Key | Value\na | one", LEFT, LEFT)
    later = replace(leaf, rows=(("b", "one two"),), widths=settle(leaf, cells), goes_on=True)
    assert drawn(later, 80) == "b    one\n     two"


def test_a_frame_stands_before_every_row_and_its_marker_before_the_first_alone() -> None:
    frame = Frame((*QUOTE, ("• ", Role.ACCENT)), (*QUOTE, ("  ", Role.TEXT)), QUOTE, lead=2)
    leaf = replace(table("Key | Value\na | one", LEFT, LEFT), frame=frame, gap=True)
    assert drawn(leaf, 80) == "│ \n│ • Key  Value\n│   ───  ─────\n│   a    one"
    assert drawn(leaf, 12) == "│ \n│ • Key\n│     a\n│   Value\n│     one"
    assert [line.lead for line in table_lines(leaf, 80, cells)] == [2, 2, 4, 4]
    later = replace(leaf, goes_on=True, frame=frame.further, gap=False)
    assert drawn(later, 80) == "│   a    one"
    assert drawn(later, 12).split("\n")[1:] == ["│   Key", "│     a", "│   Value", "│     one"]


def test_a_frame_that_leaves_no_room_hides_no_text() -> None:
    leaf = replace(table("Key\none", LEFT), frame=Frame(QUOTE * 3, QUOTE * 3, QUOTE * 3, lead=6))
    rows = drawn(leaf, 4).split("\n")
    assert [row.removeprefix("│ " * 3) for row in rows] == ["Ke", "y", "──", "on", "e"]


def test_rows_of_a_table_are_copied_one_by_one_and_values_as_they_were() -> None:
    assert not any(line.soft for line in table_lines(LANGUAGES, 40, cells))
    leaf = table("Key | Value\ndescriptors | some immutability", LEFT, LEFT)
    name, value, more = table_lines(leaf, 20, cells)
    assert (plain(name.row), name.lead, name.soft) == ("Key    descriptors", 0, False)
    assert (plain(value.row), value.lead, value.soft) == ("Value  some ", 0, False)
    assert (plain(more.row), more.lead, more.soft) == ("       immutability", 7, True)


words = st.text(st.sampled_from("ab cd  1世界。é́👍🏽👨‍👩‍👧ש"), max_size=25).map(sanitise)
texts = st.lists(words, max_size=3).map("<br>".join)
room = st.integers(2, 60)


@st.composite
def tables(draw: st.DrawFn, fewest: int = 0) -> Table:
    columns = draw(st.integers(1, 5))
    row = st.tuples(*[texts] * columns)
    rows = draw(st.lists(row, min_size=fewest, max_size=6))
    aligns = draw(st.tuples(*[st.sampled_from(Align)] * columns))
    return Table(draw(row), tuple(rows), aligns)


@given(tables(), room)
def test_no_row_is_wider_than_the_room(leaf: Table, width: int) -> None:
    lines = table_lines(leaf, width, cells)
    assert all(cell_len(plain(line.row)) <= width for line in lines)


@given(tables(fewest=1), room)
def test_nothing_that_is_no_space_is_lost(leaf: Table, width: int) -> None:
    shown = "".join(drawn(leaf, width).split())
    for row in (leaf.head, *leaf.rows):
        for text in row:
            assert all(mark in shown for mark in plain(cells(text)) if not mark.isspace())


@given(tables(fewest=1), room, st.data())
def test_pieces_give_the_lines_of_the_whole(leaf: Table, width: int, data: st.DataObject) -> None:
    settling = data.draw(st.integers(1, len(leaf.rows)))
    cuts = sorted(data.draw(st.lists(st.integers(settling, len(leaf.rows)), max_size=3)))
    first = replace(leaf, rows=leaf.rows[:settling])
    later = replace(leaf, widths=settle(first, cells), goes_on=True)
    lines = table_lines(first, width, cells)
    for start, end in zip([settling, *cuts], [*cuts, len(leaf.rows)], strict=True):
        lines += table_lines(replace(later, rows=leaf.rows[start:end]), width, cells)
    at_once = table_lines(first, width, cells)
    at_once += table_lines(replace(later, rows=leaf.rows[settling:]), width, cells)
    assert lines == at_once
    if settle(leaf, cells) == later.widths:
        assert lines == table_lines(leaf, width, cells)


@pytest.mark.parametrize("width", [2, 3, 7])
def test_however_narrow_all_text_is_there(width: int) -> None:
    for leaf in (LANGUAGES, WORDS, PRICES):
        shown = "".join(drawn(leaf, width).split()).replace("─", "")
        assert shown.startswith("".join("".join(leaf.head[0]).split()))
        assert all("".join(plain(cells(text)).split()) in shown for text in leaf.rows[-1])
