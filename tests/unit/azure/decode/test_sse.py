"""Bytes to records, whatever the cuts."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aztui.azure.decode.sse import Record, SseParser


def records(*pieces: bytes) -> list[Record]:
    parser = SseParser()
    return [r for piece in pieces for r in parser.feed(piece)] + parser.finish()


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n"])
def test_every_line_end_of_the_standard_ends_a_line(end: bytes) -> None:
    stream = end.join(
        [b"event: greeting", b"data: one", b"data:two", b"", b"data: three", b"", b""]
    )
    assert records(stream) == [Record("greeting", b"one\ntwo"), Record("", b"three")]


def test_other_separators_are_text() -> None:
    data = "a\x85b\u2028c\u2029d\x0be\x0cf".encode()
    assert records(b"data: " + data + b"\n\n") == [Record("", data)]


def test_crlf_cut_between_its_bytes_is_one_line_end() -> None:
    assert records(b"data: a\r", b"\n", b"data: b\r\n\r", b"\n") == [Record("", b"a\nb")]


def test_a_record_is_handed_over_with_its_last_byte() -> None:
    parser = SseParser()
    assert parser.feed(b"data: a\r\n") == []
    assert parser.feed(b"\r") == [Record("", b"a")]
    assert parser.feed(b"\ndata: b\n") == []
    assert parser.feed(b"\n") == [Record("", b"b")]


def test_byte_order_mark_comments_and_unknown_fields_are_ignored() -> None:
    stream = b"\xef\xbb\xbfdata: a\n: keep-alive\nid: 7\nretry: 10\nwhatever\n\n:\n\n"
    assert records(stream) == [Record("", b"a")]


def test_only_one_space_after_the_colon_goes() -> None:
    assert records(b"data:  a \n\n") == [Record("", b" a ")]


def test_empty_data_is_a_record_and_an_event_without_data_is_none() -> None:
    assert records(b"data\n\ndata:\n\n") == [Record("", b""), Record("", b"")]
    assert records(b"event: ping\n\ndata: a\n\n") == [Record("", b"a")]


def test_what_the_end_leaves_unterminated_is_handed_over() -> None:
    assert records(b"data: a\n\ndata: b\ndata: c") == [Record("", b"a"), Record("", b"b\nc")]
    assert records(b"event: x\n") == []


def test_an_event_name_that_is_no_utf8_does_no_harm() -> None:
    assert records(b"event: \xff\ndata: a\n\n") == [Record("\ufffd", b"a")]


PIECES = st.sampled_from(
    [
        b"\n",
        b"\r",
        b"\r\n",
        b"data",
        b":",
        b" ",
        b"data: ",
        b"event: ",
        b"x",
        b"\xef\xbb\xbf",
        b"{}",
    ]
)


@given(stream=st.lists(PIECES).map(b"".join), cuts=st.lists(st.integers(0, 60)))
def test_any_cut_gives_the_same_records(stream: bytes, cuts: list[int]) -> None:
    edges = sorted({0, len(stream), *(min(cut, len(stream)) for cut in cuts)})
    pieces = [stream[a:b] for a, b in itertools.pairwise(edges)]
    assert records(*pieces) == records(stream)
    assert records(*(bytes([byte]) for byte in stream)) == records(stream)


@given(texts=st.lists(st.binary(max_size=20).filter(lambda b: not set(b) & {10, 13})))
def test_no_data_is_lost(texts: list[bytes]) -> None:
    stream = b"".join(b"data: " + text + b"\n\n" for text in texts)
    assert [record.data for record in records(stream)] == texts


def test_a_long_line_that_comes_byte_by_byte_is_read_in_time() -> None:
    # Work that grew with the square of the length would take hours here, not a second.
    line = b"data: " + b"x" * 2_000_000
    assert records(*(bytes([byte]) for byte in line)) == [Record("", line[6:])]
