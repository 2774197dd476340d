"""Keys and pastes, from the bytes on a real pty to Textual's events."""

import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.emulated import Emulated
from tests.support.launch import Launcher
from tests.support.program import environment
from tests.support.terminal import Terminal

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    command = [sys.executable, "-m", "tests.support.driver_app"]
    with Terminal(command, env=environment(tmp_path), cwd=ROOT) as terminal:
        terminal.wait_for("ready")
        yield terminal


def pasted(text: str) -> str:
    return f"paste({len(text)},{zlib.crc32(text.encode()):08x})"


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("\x1b", "got escape ."),
        ("\x1b[A", "got up ."),
        ("\x03", "got ctrl+c ."),
        ("\r", "got enter ."),
        ("\n", "got ctrl+j ."),
        ("\x1b\r", "got alt+enter ."),
        ("\x1b[27;2;13~", "got shift+enter ."),
        ("hi\r", "got h i enter ."),
        ("one\rtwo\r", "got " + pasted("one\ntwo\n") + " ."),
        ("\x1b[200~one\rtwo\x1b[201~\r", "got " + pasted("one\ntwo") + " enter ."),
        (b"\xff\xfea", "a ."),
    ],
)
def test_what_is_sent_arrives(terminal: Terminal, sent: str | bytes, shown: str) -> None:
    terminal.send(sent)
    terminal.wait_for(shown)


@pytest.mark.parametrize("frame", ["\x1b[200~{}\x1b[201~", "{}"])
def test_a_paste_of_5_mb_arrives_whole_and_keys_work_after_it(
    terminal: Terminal, frame: str
) -> None:
    text = "a line of text, not very long\r" * 166_000
    terminal.send(frame.format(text))
    terminal.wait_for(pasted(text.replace("\r", "\n")), timeout=60)
    terminal.send("\x03")
    terminal.wait_for("ctrl+c .")


def test_keys_that_come_at_once_act_in_the_order_they_were_typed(
    launch: Launcher, emulator: Emulated
) -> None:
    terminal = launch.on(emulator)
    terminal.send(b"one teh\x7f\x7fhe two\x1b[D\x1b[D\x1b[Dand \x01zero ")
    terminal.wait_for("zero one the and two")
