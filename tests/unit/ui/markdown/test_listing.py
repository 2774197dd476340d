r"""An answer's code blocks, as they came."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aztui.ui.markdown.leaves import Code
from aztui.ui.markdown.listing import code_blocks
from aztui.ui.widgets import cuts
from tests.support.answers import leaves

TWO = (
    "Some text\n\n```python\nif x:\n\tpass\n\n```\n\n- item\n\n  ~~~\n  second\n  ~~~\n\nthe end\n"
)


def test_blocks_are_listed_in_order_with_their_tabs_and_line_ends() -> None:
    assert code_blocks(TWO) == ["if x:\n\tpass\n\n", "second\n"]


def test_lines_end_alike_whatever_they_came_with() -> None:
    assert code_blocks("```\r\none\r\ntwo\r\n```\r\n") == ["one\ntwo\n"]


def test_an_indented_block_counts_and_html_does_not() -> None:
    assert code_blocks("text\n\n    code\n\n<p>\nhtml\n</p>\n\n```\nlast\n```") == [
        "code\n",
        "last\n",
    ]


def test_a_block_that_is_still_open_is_there() -> None:
    assert code_blocks("```\none\ntw") == ["one\ntw\n"]
    assert code_blocks("```\none\n") == ["one\n"]


def test_nothing_is_changed_in_what_is_not_safe_to_show() -> None:
    assert code_blocks("```\n\x1b[31m\u202e\n```") == ["\x1b[31m\u202e\n"]


def test_a_long_block_and_a_long_line_are_whole() -> None:
    code = "".join(f"line {number}\n" for number in range(5_000)) + "x" * 20_000 + "\n"
    assert code_blocks(f"a\n```c\n{code}```\nb\n```\nlast\n```\n") == [code, "last\n"]


def test_no_block() -> None:
    assert code_blocks("") == []
    assert code_blocks("Some `code` in text.") == []


def test_reading_ends_when_nobody_wants_to_know() -> None:
    text = ("word " * 2_000 + "\n\n") * 3 + TWO
    assert code_blocks(text, lambda: False) == []


PIECES = ["text\n", "```\n", "~~~\n", "> ", "- ", "    ", "\n", "\t", "<p>\n", "1. ", "# ", "x"]


@pytest.mark.parametrize("line", ["x" * 70_000, "words  " * 10_000, " " * 10_000 + "x"], ids=len)
def test_a_line_of_any_length_is_one_line_and_counts_as_on_the_screen(line: str) -> None:
    text = f"```\n{line}\nb  \n```\n\n```\n{line}\n```\n"
    assert code_blocks(text) == [f"{line}\nb  \n", f"{line}\n"]


TEXTS = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)


@given(TEXTS)
def test_long_lines_are_read_as_on_the_screen(text: str) -> None:
    with patch.object(cuts, "LONGEST_LINE", 7):
        shown = [leaf for leaf in leaves(text)[0] if isinstance(leaf, Code) and leaf.number]
        codes = code_blocks(text)
    assert [code.replace("\n", "") for code in codes] == ["".join(leaf.lines) for leaf in shown]


@given(TEXTS)
def test_the_numbers_are_those_of_the_headings(text: str) -> None:
    shown: dict[int, list[str]] = {}
    for part in leaves(text)[0]:
        if isinstance(part, Code) and part.number:
            shown.setdefault(part.number, []).extend(part.lines)
    assert code_blocks(text) == ["".join(f"{line}\n" for line in shown[at]) for at in sorted(shown)]
