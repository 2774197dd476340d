from __future__ import annotations

import os
from collections.abc import Iterator
from queue import SimpleQueue

import pytest

from aztui.cli.outlet import Drained, News, Outlet, ReaderGone, Unwritable

DEADLINE = 10.0
Pipe = tuple[int, int]


@pytest.fixture
def pipe() -> Iterator[Pipe]:
    ends = os.pipe()
    yield ends
    for end in ends:
        try:
            os.close(end)
        except OSError:
            continue


def outlet(handle: int) -> tuple[Outlet, SimpleQueue[News]]:
    news: SimpleQueue[News] = SimpleQueue()
    return Outlet(handle, news.put), news


def test_everything_is_written_in_order(pipe: Pipe) -> None:
    out, news = outlet(pipe[1])
    for number in range(1000):
        out.put(b"%d " % number)
    out.end()
    assert news.get(timeout=DEADLINE) == Drained()
    assert os.read(pipe[0], 1 << 20) == b"".join(b"%d " % number for number in range(1000))


@pytest.mark.parametrize("blocking", [True, False])
def test_a_slow_reader_gets_it_all(pipe: Pipe, blocking: bool) -> None:
    os.set_blocking(pipe[1], blocking)
    out, news = outlet(pipe[1])
    data = os.urandom(1 << 20)
    out.put(data)
    out.end()
    got = b""
    while len(got) < len(data):
        got += os.read(pipe[0], 1 << 16)
    assert got == data
    assert news.get(timeout=DEADLINE) == Drained()
    assert out.written == len(data)


def test_a_reader_that_leaves_is_noticed_while_nothing_is_written(pipe: Pipe) -> None:
    _out, news = outlet(pipe[1])
    os.close(pipe[0])
    assert news.get(timeout=DEADLINE) == ReaderGone()


def test_a_reader_that_leaves_is_noticed_while_writing_blocks(pipe: Pipe) -> None:
    out, news = outlet(pipe[1])
    out.put(bytes(1 << 20))
    os.read(pipe[0], 1)
    os.close(pipe[0])
    assert news.get(timeout=DEADLINE) == ReaderGone()


def test_a_full_disk_is_no_reader_that_left() -> None:
    handle = os.open("/dev/full", os.O_WRONLY)
    try:
        out, news = outlet(handle)
        out.put(b"x")
        assert news.get(timeout=DEADLINE) == Unwritable("No space left on device")
    finally:
        os.close(handle)
