"""A text that is edited wraps as it would if it were wrapped anew."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from textual.document._document import Document
from textual.document._wrapped_document import WrappedDocument

from aztui.ui.widgets import wrapping
from aztui.ui.widgets.wrapping import Wrapping

WORDS = st.lists(
    st.sampled_from([" ", "  ", "a", "of", "lighthouse", "\u706f\u53f0", "x" * 30, "\n", "\t"])
)
TEXTS = WORDS.map("".join)
WIDTHS = st.just(0) | st.integers(2, 14)
EDITS = st.lists(st.tuples(st.integers(0, 400), st.integers(0, 30), TEXTS), max_size=4)


@pytest.fixture(autouse=True)
def every_line_is_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wrapping, "LONG", 0)
    monkeypatch.setattr(wrapping, "_REACH", 3)


def everything(wrapped: WrappedDocument) -> object:
    return (
        wrapped._wrap_offsets,
        wrapped._offset_to_line_info,
        wrapped._line_index_to_offsets,
        wrapped._tab_width_cache,
    )


@example(" \u706f\u53f0", [(2, 1, "")], 3)
@settings(max_examples=400, deadline=None)
@given(text=TEXTS, edits=EDITS, width=WIDTHS)
def test_after_each_edit(text: str, edits: Sequence[tuple[int, int, str]], width: int) -> None:
    document = Document(text)
    wrapped = Wrapping(document, width)
    for at, length, new in edits:
        begin = min(at, len(document.text))
        start = document.get_location_from_index(begin)
        end = document.get_location_from_index(min(begin + length, len(document.text)))
        edited = document.replace_range(start, end, new)
        wrapped.wrap_range(start, end, edited.end_location)
        assert everything(wrapped) == everything(WrappedDocument(document, width))


@given(text=TEXTS, width=WIDTHS)
def test_rows_are_parts_of_lines(text: str, width: int) -> None:
    document = Document(text)
    wrapped = Wrapping(document, width)
    rows = [found for y in range(wrapped.height + 1) if (found := wrapped.row(y)) is not None]
    assert len(rows) == wrapped.height
    textual = WrappedDocument(document, width)
    for line, content in enumerate(document.lines):
        sections = [content[start:end] for row, start, end in rows if row == line]
        assert sections == wrapped.get_sections(line) == textual.get_sections(line)
        assert "".join(sections) == content
