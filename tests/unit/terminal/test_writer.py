import os
import termios
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from aztui.terminal.writer import MEND, Writer, open_terminal


class Tty:
    """A pty, and what a writer on it tells."""

    def __init__(self) -> None:
        self.master, self.slave = os.openpty()
        self.drained = threading.Event()
        self.gone = threading.Event()
        self.writer = Writer(
            open_terminal(self.slave), on_drained=self.drained.set, on_gone=self.gone.set
        )

    def read(self, until: Callable[[bytes], bool]) -> bytes:
        data = b""
        while not until(data):
            data += os.read(self.master, 65536)
        return data

    def fill(self) -> str:
        """Give more than the terminal takes."""
        text = "".join(f"{number:07d}\n" for number in range(20_000))
        self.writer.write(text)
        return text


@pytest.fixture
def tty() -> Iterator[Tty]:
    tty = Tty()
    attrs = termios.tcgetattr(tty.slave)
    attrs[1] &= ~termios.OPOST
    termios.tcsetattr(tty.slave, termios.TCSANOW, attrs)
    yield tty
    for fd in (tty.master, tty.slave):
        with suppress(OSError):
            os.close(fd)
    tty.writer.close("", 0)


def test_it_writes_in_order(tty: Tty) -> None:
    tty.writer.write("one ")
    tty.writer.write("zwei \u00e9")
    assert tty.read(lambda data: len(data) >= 11) == "one zwei \u00e9".encode()


def test_writing_to_a_terminal_that_takes_nothing_does_not_wait(tty: Tty) -> None:
    text = tty.fill()
    assert 0 < tty.writer.backlog <= len(text)


def test_everything_arrives_once_the_terminal_reads(tty: Tty) -> None:
    text = tty.fill()
    tty.writer.tell_when_drained()
    assert not tty.drained.wait(0.05)
    assert tty.read(lambda data: len(data) >= len(text)).decode() == text
    assert tty.drained.wait(5)
    assert tty.writer.backlog == 0


def test_it_tells_at_once_where_nothing_is_left(tty: Tty) -> None:
    tty.writer.tell_when_drained()
    assert tty.drained.wait(5)


def test_closing_writes_the_last_words_after_everything(tty: Tty) -> None:
    tty.writer.write("picture")
    tty.writer.close("restored", 5)
    assert tty.read(lambda data: data.endswith(b"restored")) == b"picturerestored"
    tty.writer.write("nothing")


def test_closing_a_slow_terminal_cuts_and_mends(tty: Tty) -> None:
    text = tty.fill()
    closing = threading.Thread(target=tty.writer.close, args=("restored", 1.0))
    closing.start()
    tty.writer._thread.join()  # it gives up after half of the patience
    data = tty.read(lambda data: data.endswith(b"restored"))
    closing.join()
    shown = data.removesuffix(MEND + b"restored")
    assert len(shown) < len(text)
    assert text.encode().startswith(shown)


def test_closing_a_terminal_that_takes_nothing_does_not_wait_for_it(tty: Tty) -> None:
    tty.fill()
    closing = threading.Thread(target=tty.writer.close, args=("restored", 0.1), daemon=True)
    closing.start()
    closing.join(10)
    assert not closing.is_alive()


def test_it_tells_that_the_terminal_is_gone(tty: Tty) -> None:
    os.close(tty.master)
    tty.writer.write("anybody?")
    assert tty.gone.wait(5)
    tty.writer.write("no")


def test_the_handle_of_its_own_leaves_the_shared_one_blocking(tty: Tty) -> None:
    assert os.get_blocking(tty.slave)
