"""Stop means stop, in every phase: the run ends at once, and the server sees the client leave."""

from __future__ import annotations

import itertools
import socket
import ssl
import threading
from collections.abc import Callable
from typing import Any

import pytest

from aztui.core.events import Cause, Ended, Opened, RunId, Stamped, TextDelta
from aztui.core.profile import Endpoint, Profile, Secret
from aztui.core.request import Api
from tests.support.emulator import CERTIFICATE, CERTIFICATE_KEY
from tests.support.engines import KEY, join, profile, prompt, running
from tests.support.hostile import DEADLINE, Hostile, Peer, event
from tests.support.recorder import Recorder

CANCELLED = Ended(Cause.CANCELLED)


def before_headers(peer: Peer) -> None:
    peer.request()
    peer.server.ready.set()


def in_headers(peer: Peer) -> None:
    peer.request()
    peer.send(b"HTTP/1.1 200 OK\r\nContent-")
    peer.server.ready.set()


def before_text(peer: Peer) -> None:
    peer.request()
    peer.head()
    peer.server.ready.set()


def in_the_stream(peer: Peer) -> None:
    peer.request()
    peer.head()
    peer.say("partial")
    peer.server.ready.set()


def in_a_chunk(peer: Peer) -> None:
    peer.request()
    peer.head()
    peer.say("partial")
    peer.send(b"1000\r\n" + event(" more")[:20])
    peer.server.ready.set()


def dripping(peer: Peer) -> None:
    peer.request()
    peer.head()
    for number in itertools.count():
        peer.say("partial" if number == 0 else ".")
        peer.server.ready.set()
        if peer.left(0.01):
            return


PHASES = pytest.mark.parametrize(
    "phase", [before_headers, in_headers, before_text, in_the_stream, in_a_chunk, dripping]
)


@PHASES
@pytest.mark.parametrize("secure", [False, True], ids=["plain", "tls"])
@pytest.mark.parametrize("kept_alive", [False, True], ids=["new", "kept-alive"])
def test_stop_ends_the_run_and_the_connection_at_once(
    phase: Callable[[Peer], None], secure: bool, kept_alive: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def script(peer: Peer) -> None:
        if peer.number == 1:
            if kept_alive:
                peer.request()
                peer.answer("first")
            phase(peer)
            peer.await_close()
        else:
            peer.request()
            peer.answer("next")
            peer.await_close()

    with (
        Hostile(script, _tls(monkeypatch) if secure else None) as server,
        running(profile(server)) as engine,
    ):
        if kept_alive:
            earlier = Recorder()
            engine.start(prompt(), RunId("0"), earlier)
            assert earlier.end() == Ended(Cause.CLOSED)
        got = Recorder()
        handle = engine.start(prompt(), RunId("1"), got)
        assert server.ready.wait(DEADLINE)
        if phase not in {before_headers, in_headers, before_text}:
            got.wait(lambda got: got.text.startswith("partial"))
        handle.cancel()
        assert got.events[-1] == CANCELLED
        handle.cancel()
        server.await_closes(1)
        assert server.connections == 1

        after = Recorder()
        engine.start(prompt(), RunId("2"), after)
        assert after.end() == Ended(Cause.CLOSED)
        assert after.text == "next"
        join("run 1")
        assert got.ends == [CANCELLED]
        assert got.events[-1] == CANCELLED


def test_stop_ends_a_stalled_tls_handshake() -> None:
    def script(peer: Peer) -> None:
        peer.socket.recv(1)
        peer.server.ready.set()
        peer.await_close()

    with Hostile(script) as server:
        secure = Endpoint(server.url.replace("http", "https"), "2024-02-01")
        with running(Profile("test", secure, Secret(KEY), "x", Api.COMPLETIONS)) as engine:
            got = Recorder()
            handle = engine.start(prompt(), RunId("1"), got)
            assert server.ready.wait(DEADLINE)
            handle.cancel()
            assert got.events == [CANCELLED]
            server.await_closes()


class Hung:
    """Stands in for a system call that does not come back until it is let go."""

    def __init__(self, really: Callable[..., Any]) -> None:
        self._really = really
        self.called = threading.Event()
        self.let_go = threading.Event()

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        self.called.set()
        assert self.let_go.wait(DEADLINE)
        return self._really(*args, **kwargs)


@pytest.mark.parametrize("call", ["getaddrinfo", "create_connection"])
def test_stop_does_not_wait_for_a_name_server_or_a_connection(
    call: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def script(peer: Peer) -> None:
        peer.server.received = peer.socket.recv(1)
        peer.server.note_close()

    hung = Hung(getattr(socket, call))
    with Hostile(script) as server, running(profile(server)) as engine:
        monkeypatch.setattr(socket, call, hung)
        got = Recorder()
        handle = engine.start(prompt(), RunId("1"), got)
        assert hung.called.wait(DEADLINE)
        handle.cancel()
        assert got.events == [CANCELLED]
        # What still comes of it is closed unseen, and nothing is sent on it.
        hung.let_go.set()
        server.await_closes()
        assert server.received == b""
        join("run 1")
        assert got.events == [CANCELLED]


def test_stop_while_the_sdk_is_imported_opens_no_connection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from aztui.azure import lane

    hung = Hung(lane.Lane)
    monkeypatch.setattr(lane, "Lane", hung)
    with Hostile(lambda peer: peer.await_close()) as server, running(profile(server)) as engine:
        got = Recorder()
        handle = engine.start(prompt(), RunId("1"), got)
        assert hung.called.wait(DEADLINE)
        handle.cancel()
        assert got.events == [CANCELLED]
        hung.let_go.set()
        join("run 1")
        assert server.connections == 0


def test_a_run_that_is_over_is_not_cancelled() -> None:
    def script(peer: Peer) -> None:
        for _ in range(2):
            peer.request()
            peer.answer("ok")
        peer.await_close()

    with Hostile(script) as server, running(profile(server)) as engine:
        got = Recorder()
        handle = engine.start(prompt(), RunId("1"), got)
        assert got.end() == Ended(Cause.CLOSED)
        handle.cancel()
        after = Recorder()
        engine.start(prompt(), RunId("2"), after)
        assert after.end() == Ended(Cause.CLOSED)
        assert got.ends == [Ended(Cause.CLOSED)]
        assert server.connections == 1


def test_a_sink_may_stop_its_own_run() -> None:
    def script(peer: Peer) -> None:
        peer.request()
        peer.head()
        peer.say("a", "b", "c")
        peer.await_close()

    got = Recorder()
    started = threading.Event()

    def sink(stamped: Stamped) -> None:
        got(stamped)
        if isinstance(stamped.event, TextDelta):
            assert started.wait(DEADLINE)
            handle.cancel()

    with Hostile(script) as server, running(profile(server)) as engine:
        handle = engine.start(prompt(), RunId("1"), sink)
        started.set()
        assert got.end() == CANCELLED
        server.await_closes()
        join("run 1")
    assert got.text == "a"
    assert got.events[-1] == CANCELLED


def test_stop_at_any_moment_ends_a_run_exactly_once() -> None:
    def script(peer: Peer) -> None:
        while True:
            peer.request()
            peer.answer("a", "b")

    with Hostile(script) as server, running(profile(server)) as engine:
        for number in range(60):
            got = Recorder()
            handle = engine.start(prompt(), RunId(str(number)), got)
            if number % 3 == 1:
                got.wait(lambda got: bool(got.events))
            elif number % 3 == 2:
                got.wait_text("ab")
            handle.cancel()
            assert len(got.ends) == 1
            join(f"run {number}")
            assert len(got.ends) == 1
            assert isinstance(got.events[-1], Ended)


def test_closing_the_engine_stops_every_run_and_closes_every_connection() -> None:
    def script(peer: Peer) -> None:
        peer.request()
        peer.head()
        peer.await_close()

    with Hostile(script) as server, running(profile(server)) as engine:
        runs = [Recorder() for _ in range(3)]
        for number, got in enumerate(runs):
            engine.start(prompt(), RunId(str(number)), got)
        for got in runs:
            got.wait(lambda got: any(isinstance(e, Opened) for e in got.events))
        engine.close()
        assert [got.events[-1] for got in runs] == [CANCELLED] * 3
        server.await_closes(3)
        late = Recorder()
        engine.start(prompt(), RunId("late"), late)
        assert late.events == [CANCELLED]
        assert server.connections == 3


def _tls(monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    trusting = ssl.create_default_context(cafile=CERTIFICATE)
    monkeypatch.setattr("aztui.azure.client._trust", lambda: trusting)
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(CERTIFICATE, CERTIFICATE_KEY)
    return serving
