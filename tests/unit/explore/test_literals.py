from __future__ import annotations

from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from aztui.explore.literals import WIDTH, argument, literal, string
from tests.support.runs import json_values


@given(st.one_of(json_values, st.text(st.characters(exclude_categories=["Cs"]))), st.integers(0, 3))
@example('a\r\nb\u2028c\\\n"\x00\x9b\u202e\U000e0001', 1)
@example({"a": {"b": ["x" * 80, "one\ntwo\n", True, None, 0.5]}}, 2)
def test_what_is_written_is_read_as_it_was(value: Any, depth: int) -> None:
    written = literal(value, depth)
    assert eval(written) == value  # noqa: S307 - written by what is tested
    assert all(char == "\n" or char.isprintable() for char in written)


def test_short_values_stand_in_a_line_and_long_ones_below_one_another() -> None:
    assert argument("stop", ["END", "\n"], 1) == 'stop=["END", "\\n"],'
    wide = {"name": "word " * 12, "other": "word " * 12}
    lines = argument("metadata", wide, 1).splitlines()
    assert lines[0] == "metadata={"
    assert lines[1].startswith('        "name": "word ')
    assert lines[-1] == "    },"
    assert max(map(len, lines)) <= WIDTH


def test_a_text_of_several_lines_is_readable() -> None:
    text = "Be brief.\n\nUse \u00e9.\n"
    assert argument("prompt", text, 1).splitlines() == [
        "prompt=(",
        '        "Be brief.\\n"',
        '        "\\n"',
        '        "Use \u00e9.\\n"',
        "    ),",
    ]


def test_quotes_and_what_cannot_be_seen_are_escaped() -> None:
    assert string('a "b" \\ \x1b\u202e\U000e0001') == '"a \\"b\\" \\\\ \\x1b\\u202e\\U000e0001"'
