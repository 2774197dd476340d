"""Markdown read line by line: what is finished comes out once, and only what is open is kept."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from aztui.ui.markdown import reading
from aztui.ui.markdown.heal import hold
from aztui.ui.markdown.leaves import Code, Leaf, Paragraph, Table
from aztui.ui.markdown.reading import Seam, finish, preview, read, references
from aztui.ui.widgets.cuts import LINE
from tests.support.answers import leaves, texts
from tests.support.commonmark import examples

PARAGRAPH = 150


def whole_lines(text: str) -> list[str]:
    return text.removesuffix("\n").split("\n")


def in_steps(text: str, count: int = 1, seam: Seam | None = None) -> tuple[list[Leaf], Seam]:
    """Read a text by some lines at once."""
    lines = whole_lines(text)
    seam = seam or Seam()
    out: list[Leaf] = []
    for at in range(0, len(lines), count):
        leaves, seam = read(seam, lines[at : at + count])
        out += leaves
    return out, seam


def all_of(text: str, count: int = 1) -> list[Leaf]:
    out, seam = in_steps(text, count)
    return [*out, *finish(seam)]


def test_a_leaf_comes_out_when_the_next_one_begins() -> None:
    first, seam = in_steps("one\n\n")
    assert first == []
    second, seam = in_steps("two", seam=seam)
    assert second == [Paragraph("one")]
    assert finish(seam) == [Paragraph("two", gap=True)]


@settings(max_examples=300, deadline=None)
@given(st.text("ab \n-|", min_size=1, max_size=200), st.integers(1, 9))
@example("a\nb\na\n|b|\n|-|\n|a|", 1)
@example("[a]: b\na\na\na\na\na\n---\n", 1)
def test_a_long_paragraph_is_cut_at_the_same_line_ends(text: str, count: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "LONGEST_PARAGRAPH", PARAGRAPH)
        assert all_of(text, count) == leaves(text.removesuffix("\n"))[0]


@settings(max_examples=300, deadline=None)
@given(texts)
def test_a_seam_gives_the_same_again(text: str) -> None:
    lines = text.replace("\r", "").split("\n")
    seam = read(Seam(), lines[: len(lines) // 2])[1]
    rest = lines[len(lines) // 2 :]
    once, end = read(seam, rest)
    by_line, end_by_line = in_steps("\n".join([*rest, ""]), 1, seam)
    assert read(seam, rest)[0] == once
    assert sum(map(_height, by_line)) == sum(map(_height, once))
    assert finish(end_by_line) == finish(end)
    assert references(end_by_line).known.keys() == references(end).known.keys()


def _height(leaf: Leaf) -> int:
    """How much of a leaf came out: code and tables come in several pieces."""
    match leaf:
        case Code(lines=lines):
            return len(lines)
        case Table(rows=rows, goes_on=goes_on):
            return len(rows) + (not goes_on)
        case _:
            return 1


@pytest.mark.parametrize(
    "line",
    [
        "w\n",
        ">\n",
        "\n",
        "a paragraph\n\n",
        "- an item\n",
        "1. an item\n",
        "> - an item in a quote\n",
        "- a\n  - b\n    > c\n",
        "> a\n>\n",
        "| a | b |\n",
        "some words\n",
        "- [x] done\n\n",
        "***\n",
        "[a]: /x\n",
        "",
    ],
)
@pytest.mark.parametrize(
    "above", ["", "> a\n", "```\n", "1. ```\n", "> ```\n", "<pre>\n", "|a|b|\n|-|-|\n"]
)
def test_what_is_kept_does_not_grow(line: str, above: str) -> None:
    def kept(count: int) -> int:
        seam = in_steps(above + (line or "    code\n") * count, 7)[1]
        return sum(len(text) + LINE for text in seam.tail)

    is_lazy = above == "> a\n" and not line
    is_open = is_lazy or line.startswith(("some", "[", "|", "w"))
    assert kept(1_000) <= (reading.LONGEST_PARAGRAPH if is_open else 0) + 500


@pytest.mark.parametrize("quote", ["", ">"])
def test_blank_lines_after_indented_code_are_kept_up_to_a_number(quote: str) -> None:
    code, blank = f"{quote}     code\n", f"{quote}\n"
    text = code + blank * 100 + code
    assert sum(map(_height, all_of(text))) == sum(map(_height, leaves(text.strip("\n"))[0])) == 102
    assert len(in_steps(code + blank * 3_000)[1].tail) <= reading._BLANKS_OF_CODE + 2


def test_numbers_go_on_over_a_seam() -> None:
    out = all_of("3. a\n3. b\n   1. c\n   1. d\n3. e\n")
    signs = ["".join(text for text, _ in leaf.frame.first).strip() for leaf in out]
    assert signs == ["3.", "4.", "1.", "2.", "5."]


def test_a_fence_comes_out_line_by_line_and_is_lexed_on() -> None:
    out, seam = in_steps('```py\nx = """\n')
    more, seam = in_steps('not code\n"""', seam=seam)
    assert [leaf.lines for leaf in (*out, *more) if isinstance(leaf, Code)] == [
        ('x = """',),
        ("not code",),
        ('"""',),
    ]
    assert finish(seam) == []
    first, *further = [leaf for leaf in (*out, *more) if isinstance(leaf, Code)]
    assert not first.goes_on
    assert all(leaf.goes_on and leaf.lexed for leaf in further)


def test_code_blocks_are_counted() -> None:
    text = "```\na\n```\n\n<div>\n\n    b\n\n- ```\n  c\n  ```\n"
    for count in (1, 2, 50):
        codes = [
            leaf for leaf in all_of(text, count) if isinstance(leaf, Code) and not leaf.goes_on
        ]
        assert [code.number for code in codes] == [1, 0, 2, 3]


def test_a_tables_widths_are_settled_by_its_first_rows() -> None:
    row = "| a | b |\n"
    out, seam = in_steps("| a | b |\n|---|---|\n" + row * reading.SETTLED_BY)
    (table,) = out
    assert isinstance(table, Table)
    assert not table.goes_on
    (more, *_), _ = in_steps("| a very much longer cell | b |", seam=seam)
    assert isinstance(more, Table)
    assert more.goes_on
    assert table.widths == more.widths == ((2, 2), (2, 2))


def test_a_definition_is_shown_in_its_place() -> None:
    text = "See:\n\n[1]: https://a.example\n[2]: https://b.example 'two'\n\nend\n"
    sources = "[1]: https://a.example\n[2]: https://b.example 'two'"
    wanted = [
        Paragraph("See:"),
        Paragraph("", gap=True, defined=sources),
        Paragraph("end", gap=True),
    ]
    assert all_of(text) == all_of(text, 9) == wanted
    assert references(in_steps(text)[1]).known.keys() == {"1", "2"}


@pytest.mark.parametrize("marker", ["", "> ", "- "])
def test_dialogues_and_logs_that_look_like_definitions_are_shown(marker: str) -> None:
    text = f"{marker}[Alice]: Hello\n{marker}[Bob]: How are you?\n".replace("\n- ", "\n  ")
    (leaf,) = all_of(text)
    assert isinstance(leaf, Paragraph)
    assert (leaf.defined, leaf.text) == ("[Alice]: Hello", "[Bob]: How are you?")
    (log,) = all_of("[INFO]: started\n[10:32]: ok\n")
    assert log == Paragraph("", defined="[INFO]: started\n[10:32]: ok")


def test_a_reference_defined_in_an_item_is_known_outside_of_it() -> None:
    out, seam = in_steps("- a\n\n  [x]:\n  /y\n")
    assert [leaf.text for leaf in out if isinstance(leaf, Paragraph)] == ["a"]
    assert references(seam).known.keys() == {"X"}
    more, _ = in_steps("- b\n\nc", seam=seam)
    assert [leaf.defined for leaf in more if isinstance(leaf, Paragraph)] == ["[x]:\n/y", ""]
    assert ["".join(text for text, _ in leaf.frame.first) for leaf in more] == ["  ", "• "]


@pytest.mark.parametrize("count", [1, 50])
def test_a_reference_may_have_its_title_on_the_lines_below(count: int) -> None:
    text = "[x]: /y\n'its\ntitle'"
    assert all_of(text, count) == [Paragraph("", defined=text)]
    assert all_of(f"{text}\n{text}", count) == [Paragraph("", defined=f"{text}\n{text}")]
    assert all_of("[x]: /y\n'its\n\nend", count) == leaves("[x]: /y\n'its\n\nend")[0]


@pytest.mark.parametrize(
    "text",
    ["[x]: /y\n'its\n===\ntitle\n'\n", "- [x]: /y\n'its\ntitle'\n", "> [x]: /y\n'its\ntitle'"],
)
def test_a_title_takes_nothing_of_another_block(text: str) -> None:
    assert all_of(text) == leaves(text)[0]


def test_a_line_that_may_become_a_definition_is_text_until_it_is_whole() -> None:
    seam = in_steps("[a]: /x")[1]
    assert preview(seam, "[Bob]: How").leaves == [
        Paragraph("[Bob]: How", defined="[a]: /x", grows=True)
    ]
    assert preview(in_steps("[Bob]: How", seam=seam)[1]).leaves == [
        Paragraph("", defined="[a]: /x\n[Bob]: How", grows=True)
    ]


def test_many_definitions_are_not_read_over_and_over() -> None:
    text = "".join(f"[{number}]: https://a.example\n" for number in range(1_000))
    seam = in_steps(text)[1]
    assert sum(map(len, seam.tail)) < 5_000


def test_many_references_are_known_but_not_any_number() -> None:
    text = "".join(f"[{number}]: /x\n" for number in range(3_000))
    assert len(references(in_steps(text, 50)[1]).known) == reading._MOST_LINKS


def test_preview_shows_what_is_open_as_it_will_be() -> None:
    _, seam = in_steps("one\n\n- two *wor")
    assert preview(seam).leaves == finish(seam)[:-1] + [
        replace(leaf, text="two *wor*", grows=True)
        for leaf in finish(seam)[-1:]
        if isinstance(leaf, Paragraph)
    ]
    assert preview(Seam(), "**bol").leaves == [Paragraph("**bol**", grows=True)]


@pytest.mark.parametrize(
    ("partial", "cells"),
    [
        ("| **x", ("**x**", "")),
        ("| **x \\|", ("**x |**", "")),
        ("| **x |", ("**x", "")),
        ("| **x | *y", ("**x", "*y*")),
        ("| **x | *y |", ("**x", "*y")),
    ],
)
def test_the_cell_that_is_being_written_is_healed(partial: str, cells: tuple[str, ...]) -> None:
    seam = in_steps("| a | b |\n|---|---|\n")[1]
    (table,) = preview(seam, partial).leaves
    assert isinstance(table, Table)
    assert table.rows == (cells,)


def test_a_row_that_is_whole_is_not_healed() -> None:
    seam = in_steps("| a | b |\n|---|---|\n| *x | *y\n")[1]
    (table,) = preview(seam).leaves
    assert isinstance(table, Table)
    assert table.rows == (("*x", "*y"),)


@given(texts)
@settings(max_examples=300, deadline=None)
def test_preview_heals_the_last_leaf_alone(text: str) -> None:
    *lines, partial = text.replace("\r", "").split("\n")
    seam = read(Seam(), lines)[1]
    held = hold(partial)
    unhealed = finish(replace(seam, tail=(*seam.tail, held)) if held else seam)
    assert preview(seam, partial).leaves[: len(unhealed) - 1] == unhealed[:-1]


def previewed_alike(text: str, sizes: list[int]) -> None:
    """See that each preview of a text that comes in pieces is the one that is read anew."""
    seam, partial, before, at = Seam(), "", None, 0
    for size in [*sizes, len(text)]:
        *lines, partial = (partial + text[at : at + size]).split("\n")
        at += size
        if lines:
            _, seam = read(seam, lines)
        before = preview(seam, partial, before)
        assert before.leaves == preview(seam, partial).leaves


@given(texts, st.lists(st.integers(1, 9), max_size=40))
@settings(max_examples=300, deadline=None)
def test_a_preview_that_grows_is_the_one_that_is_read_anew(text: str, sizes: list[int]) -> None:
    previewed_alike(text.replace("\r", ""), sizes)


OTHERS = (
    "[a]: b 'some\nmore'",
    "a | b\n--- | ---\n1 | 2",
    "text, and | more",
    "one\nand | two",
    "a\n\n\nb | c | d",
)


@pytest.mark.parametrize("size", [1, 2, 5])
def test_the_specification_is_previewed_alike_while_it_grows(size: int) -> None:
    for text in (*examples(), *OTHERS):
        for before in ("", "# Head\n\nText\n\n- item\n  ", "> "):
            whole = before + text.replace("\r", "").replace("\t", "  ")
            previewed_alike(whole, [size] * (len(whole) // size))


def test_most_of_a_paragraph_is_not_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    before = preview(Seam(), "It was")
    monkeypatch.setattr(reading, "parse", lambda *_, **__: pytest.fail("read again"))
    longer = preview(before.seam, "It was **long ago", before)
    assert longer.leaves == [Paragraph("It was **long ago**", grows=True)]


def test_what_nobody_wrote_to_be_read_is_given_up_on() -> None:
    deep = "\n".join(" " * (2 * depth) + "- >" for depth in range(40))
    _, seam = in_steps(deep + "\n" + "> " * 300 + "x\n" * 200)
    assert sum(map(len, seam.tail)) <= reading._LONGEST_TAIL


def test_a_reference_above_code_is_known_when_the_code_is_out() -> None:
    assert references(in_steps("> [a]: /x\n>     code\n")[1]).known.keys() == {"A"}
