"""Event stream, JSON text, or neither."""

from __future__ import annotations

import pytest

from aztui.azure.decode.body import Body, NotAnAnswerError
from aztui.azure.decode.sse import Record

STREAM = "text/event-stream; charset=utf-8"


def read(content_type: str, *pieces: bytes) -> list[Record]:
    body = Body(content_type)
    return [r for piece in pieces for r in body.feed(piece)] + body.finish()


@pytest.mark.parametrize("content_type", [STREAM, "text/plain", "", "application/json"])
@pytest.mark.parametrize(
    "stream", [b"data: a\n\n", b"\n\n: hi\n\ndata: a\n\n", b"\xef\xbb\xbfdata: a\n\n"]
)
def test_a_stream_is_known_by_its_bytes(content_type: str, stream: bytes) -> None:
    assert read(content_type, stream) == [Record("", b"a")]
    assert read(content_type, *(bytes([b]) for b in stream)) == [Record("", b"a")]


def test_a_stream_that_starts_oddly_is_believed_its_label() -> None:
    assert read(STREAM, b"x-odd: 1\ndata: a\n\n") == [Record("", b"a")]


def test_records_come_as_soon_as_they_are_whole() -> None:
    body = Body(STREAM)
    assert body.feed(b"data: a\n\n") == [Record("", b"a")]


@pytest.mark.parametrize("content_type", [STREAM, "application/json", ""])
def test_one_json_text_is_one_record(content_type: str) -> None:
    body = Body(content_type)
    assert body.feed(b'\xef\xbb\xbf {"a":\n') == []
    assert body.feed(b"1}") == []
    assert body.whole
    assert body.finish() == [Record("", b' {"a":\n1}')]


def test_an_empty_body_has_no_records() -> None:
    assert read(STREAM) == []
    assert read("text/html", b" \n") == []


@pytest.mark.parametrize("page", [b"<html>", b"dat", b"\xff\xfe", b"database"])
def test_anything_else_is_no_answer(page: bytes) -> None:
    with pytest.raises(NotAnAnswerError) as caught:
        read("text/html", page)
    assert caught.value.content_type == "text/html"
    assert caught.value.beginning == page


def test_an_endless_page_is_not_read_to_its_end() -> None:
    body = Body("text/html")
    body.feed(b"<p>" * 100)
    with pytest.raises(NotAnAnswerError):
        body.feed(b"<p>" * 10_000)
