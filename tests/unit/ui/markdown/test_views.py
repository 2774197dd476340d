"""The two ways to show an answer."""

from __future__ import annotations

import pytest

from aztui.core.profile import View
from aztui.ui.markdown.leaves import Links, Paragraph
from aztui.ui.markdown.views import READERS, Plain, Seam

RENDERED, RAW = READERS[View.RENDERED], READERS[View.RAW]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_both_line_ends_end_a_line(end: str) -> None:
    parts, seam = RENDERED.read(Seam(), [f"one{end}", end])
    assert [*parts, *RENDERED.finish(seam, "")[0]] == [Paragraph("one")]


def test_a_cr_alone_is_shown() -> None:
    assert RENDERED.finish(Seam(), "a\r")[0] == [Paragraph("a␍")]
    assert RENDERED.read(Seam(), ["a\r"])[1].tail == ("a␍",)


def test_what_is_unsure_yet_is_not_shown() -> None:
    assert RENDERED.preview(Seam(), "a\r") == [Paragraph("a", grows=True)]
    assert RAW.preview(Seam(), "a\r") == [Plain("a", ended=False, grows=True)]


def test_raw_keeps_every_line() -> None:
    parts, seam = RAW.read(Seam(), ["# a\n", "\n", "\x1b[2J\r\n"])
    assert parts == [Plain("# a", ended=True), Plain("", ended=True), Plain("␛[2J␍", ended=True)]
    assert RAW.finish(seam, "b")[0] == [Plain("b", ended=False)]
    assert RAW.finish(seam, "")[0] == []


def test_each_lays_out_its_parts() -> None:
    assert RENDERED.lay(Paragraph("**a**"), 10, Links())[0].row[0][0] == "a"
    assert RAW.lay(Plain("**a**", ended=True), 10, Links())[0].row[0][0] == "**a**"
