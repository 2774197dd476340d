"""Markdown told apart into leaves, as markdown-it tells it apart."""

from __future__ import annotations

from collections.abc import Iterator

from aztui.ui.markdown.blocks import Found, parse
from aztui.ui.markdown.leaves import Align, Code, Leaf, Links, Paragraph, Rule, Table
from aztui.ui.markdown.parser import parser
from aztui.ui.widgets.rows import Row
from tests.support.commonmark import examples


def found(text: str) -> list[Found]:
    return parse(text.removesuffix("\n").split("\n"), Links())[0]


def leaves(text: str) -> list[Leaf]:
    return [each.leaf for each in found(text)]


def plain(row: Row) -> str:
    return "".join(text for text, _ in row)


def drawn(text: str) -> list[str]:
    """Each leaf's first row, and a blank one above it where it stands apart."""
    rows: list[str] = []
    for leaf in leaves(text):
        rows += [plain(leaf.frame.above)] if leaf.gap else []
        rows.append(plain(leaf.frame.first) + (leaf.text if isinstance(leaf, Paragraph) else "?"))
    return rows


def told(text: str) -> Iterator[tuple[str, str]]:
    """What markdown-it's own parse of a whole text shows, block by block."""
    heading = ""
    for token in parser().parse(text):
        if token.type == "heading_open":
            heading = token.tag
        elif token.type == "inline":
            yield heading or "p", token.content
            heading = ""
        elif token.type in {"fence", "code_block", "html_block"}:
            yield token.type, token.content.removesuffix("\n")
        elif token.type == "hr":
            yield "hr", ""


def ours(text: str) -> Iterator[tuple[str, str]]:
    for each in found(text):
        match each.leaf:
            case Paragraph(text=content, level=level):
                if content or level or each.kind == "paragraph_open":
                    yield f"h{level}" if level else "p", content
            case Code(lines=lines):
                yield each.kind, "\n".join(lines)
            case Table(head=head, rows=rows):
                yield from (("p", cell) for row in (head, *rows) for cell in row)
            case Rule():
                yield "hr", ""


def test_the_specifications_examples_are_made_of_what_markdown_it_finds() -> None:
    for text in examples():
        assert list(ours(text)) == list(told(text)), text


def test_a_blank_row_stands_on_both_sides_of_a_heading() -> None:
    text = "# One\n\ntwo\n## Three\n- four"
    assert drawn(text) == ["One", "", "two", "", "Three", "", "• four"]


def test_lists_are_drawn_tight() -> None:
    text = "see\n- a\n\n- b\n  - c\n\n    more of c\n  - d\n\nend"
    assert drawn(text) == [
        "see",
        "",
        "• a",
        "• b",
        "  ◦ c",
        "",
        "    more of c",
        "  ◦ d",
        "",
        "end",
    ]


def test_items_are_numbered_from_the_first_ones_number() -> None:
    assert drawn("9. a\n9. b\n\n   c") == ["9. a", "10. b", "", "    c"]


def test_a_quote_stands_apart_and_its_bar_goes_through_blank_rows() -> None:
    assert drawn("a\n> b\n>\n> c\n> > d") == ["a", "", "▎ b", "▎", "▎ c", "▎", "▎ ▎ d"]


def test_a_quote_in_an_item_stands_apart_whatever_it_begins_with() -> None:
    assert drawn("- a\n  > b") == ["• a", "", "  ▎ b"]
    assert drawn("- a\n  > - b") == ["• a", "", "  ▎ ◦ b"]
    assert drawn("- a\n  >") == ["• a", "", "  ▎ "]


def test_tasks_show_a_box_for_their_bullet() -> None:
    assert drawn("- [ ] a\n- [x] b\n- [y] c") == ["☐ a", "☑ b", "• [y] c"]
    assert drawn("1. [X] a") == ["1. ☑ a"]


def test_empty_items_are_shown() -> None:
    assert drawn("-\n- a\n-\n\n>") == ["• ", "• a", "• ", "", "▎ "]


def test_a_table_keeps_its_alignment_and_cells() -> None:
    (table,) = leaves("| a | b | c |\n|---|:-:|--:|\n| 1 | `2` |\n")
    assert table == Table(
        ("a", "b", "c"), (("1", "`2`", ""),), (Align.LEFT, Align.CENTER, Align.RIGHT)
    )


def test_html_is_code_without_a_number() -> None:
    html, code = leaves("<div>\na\n</div>\n\n```py x\nb\n```")
    assert html == Code(("<div>", "a", "</div>"))
    assert code == Code(("b",), gap=True, info="py x", number=1)


def test_html_at_the_very_end_of_a_quote_is_read() -> None:
    assert len(found(">-\n>   <pre>")) == 1
