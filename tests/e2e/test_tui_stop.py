"""Stop means stop: on the screen at once, and on the server."""

from __future__ import annotations

import sys

import pytest

from tests.support.emulated import Emulated
from tests.support.hostile import Hostile, Peer
from tests.support.launch import READY, STOPPED, Launcher, sent
from tests.support.program import instruct
from tests.support.sockets import silent, unreachable, wait_until

ESC = b"\x1b"
CTRL_C = b"\x03"

# The only connection is then the one that is asked for, and the one to be stopped.
_WITHOUT_WARMING_UP = """
from aztui.azure.engine import Engine
Engine.warm = lambda self: None
from aztui.cli import main
main()
"""

BEFORE_ANY_TIMEOUT = 3.0
"""Seconds; the client's own patience with a connection that is not made is five."""

_STUCK_RESOLVER = """
import socket, sys, time
real = socket.getaddrinfo
def stuck(host, *args, **kwargs):
    if str(host).endswith('.openai.azure.com'):
        time.sleep(600)
    return real(host, *args, **kwargs)
socket.getaddrinfo = stuck
from aztui.cli import main
main()
"""


@pytest.mark.parametrize("key", [ESC, CTRL_C], ids=["esc", "ctrl+c"])
def test_stopping_a_stalled_answer_keeps_and_marks_what_came(
    launch: Launcher, emulator: Emulated, key: bytes
) -> None:
    terminal = launch.on(emulator, "stall:after=3")
    terminal.send("lorem 100\r")
    terminal.wait_for("Lorem ipsum dolor")
    terminal.send(key)
    # A screen that is read between two writes may show both states.
    terminal.wait_for(lambda screen: STOPPED in screen and "streaming" not in screen)
    request = emulator.wait_for_request(launch.deployment)
    assert request["end"] == "client left"
    assert "Lorem ipsum dolor" in terminal.screen


@pytest.mark.parametrize("scheme", ["http", "https"], ids=["before headers", "TLS handshake"])
def test_stopping_before_any_answer(launch: Launcher, scheme: str) -> None:
    with silent() as silence:
        terminal = launch.start(
            command=(sys.executable, "-c", _WITHOUT_WARMING_UP),
            env=instruct(f"{scheme}://127.0.0.1:{silence.port}"),
        )
        terminal.wait_for(READY)
        terminal.send("anybody there?\r")
        terminal.wait_for("waiting")
        wait_until(silence.heard, "the client sends its request, or its TLS hello")
        assert not silence.left.is_set()
        terminal.send(ESC)
        terminal.wait_for(STOPPED)
        wait_until(silence.left, "the client leaves", BEFORE_ANY_TIMEOUT)


def test_stopping_a_flowing_answer_and_asking_again(launch: Launcher, emulator: Emulated) -> None:
    terminal = launch.on(emulator)
    terminal.send("long\r")
    terminal.wait_for("Lorem ipsum dolor")
    terminal.send(ESC)
    terminal.wait_for(STOPPED)
    stopped = emulator.wait_for_request(launch.deployment)
    assert stopped["end"] == "client left"
    assert 0 < stopped["tokens"] < 2000
    terminal.send("lorem 20\r")
    terminal.wait_for("done (stop)")
    assert emulator.wait_for_request(launch.deployment, 2)["end"] == "complete"


def test_stopping_in_the_middle_of_a_chunk(launch: Launcher) -> None:
    def script(peer: Peer) -> None:
        peer.request()
        peer.head()
        peer.say("half")
        peer.send(b"ff\r\ndata: {")
        peer.await_close()

    with Hostile(script) as server:
        terminal = launch.start(env=instruct(server.url))
        terminal.wait_for(READY)
        terminal.send("hello\r")
        terminal.wait_for("streaming")
        terminal.send(ESC)
        terminal.wait_for(STOPPED)
        server.await_closes()
    assert "half" in terminal.screen


def test_stopping_while_connecting(launch: Launcher) -> None:
    with unreachable() as port:
        terminal = launch.start(env=instruct(f"http://127.0.0.1:{port}"))
        terminal.wait_for(READY)
        terminal.send("hello\r")
        terminal.wait_for("waiting")
        terminal.send(ESC)
        terminal.wait_for(STOPPED)
        terminal.send("again\r")
        terminal.wait_for(sent("again"))
        terminal.send(b"\x11")
        assert terminal.wait_exit() == 0


def test_stopping_while_the_name_is_looked_up(launch: Launcher) -> None:
    terminal = launch.start(
        command=(sys.executable, "-c", _STUCK_RESOLVER),
        env=instruct("https://contoso.openai.azure.com"),
    )
    terminal.wait_for(READY)
    terminal.send("hello\r")
    terminal.wait_for("waiting")
    terminal.send(ESC)
    terminal.wait_for(STOPPED)
    terminal.send(b"\x11")
    assert terminal.wait_exit() == 0


def test_ctrl_c_twice_quits_when_nothing_runs(launch: Launcher, emulator: Emulated) -> None:
    terminal = launch.on(emulator)
    terminal.send(CTRL_C)
    terminal.wait_for("ctrl+c again to quit")
    terminal.send(CTRL_C)
    assert terminal.wait_exit() == 0
