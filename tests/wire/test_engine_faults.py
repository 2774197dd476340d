"""The engine against servers and networks that fail."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from aztui.azure import dialects
from aztui.core.events import Cause, Ended, RunId, Stamped, StreamProblem, TextDelta
from aztui.core.problem import Kind
from aztui.core.request import Api
from tests.support.engines import KEY, ask, problem, profile, prompt, running
from tests.support.hostile import DEADLINE, Hostile, Peer, event, reset_on_close
from tests.support.recorder import Recorder


def test_a_connection_closed_between_prompts_is_replaced() -> None:
    def script(peer: Peer) -> None:
        peer.request()
        peer.answer("ok")
        peer.server.note_close()

    with Hostile(script) as server, running(profile(server)) as engine:
        for number in range(3):
            got = Recorder()
            engine.start(prompt(), RunId(str(number)), got)
            assert got.end() == Ended(Cause.CLOSED)
            server.await_closes(number + 1)
        assert server.connections == len(server.requests) == 3


@pytest.mark.parametrize("reset", [False, True])
def test_a_connection_closed_as_the_prompt_is_sent_is_replaced_once(reset: bool) -> None:
    def script(peer: Peer) -> None:
        if peer.number == 1:
            peer.request()
            peer.answer("one")
            peer.request()
            if reset:
                reset_on_close(peer)
            return
        peer.request()
        peer.answer("two")
        peer.await_close()

    with Hostile(script) as server, running(profile(server)) as engine:
        for number, text in enumerate(["one", "two"]):
            got = Recorder()
            engine.start(prompt(), RunId(str(number)), got)
            assert got.end() == Ended(Cause.CLOSED)
            assert got.text == text
        assert (server.connections, len(server.requests)) == (2, 3)
        engine.close()


def test_a_prompt_that_was_perhaps_worked_on_is_not_sent_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("aztui.azure.lane._STALE_WITHIN", 0.0)

    def script(peer: Peer) -> None:
        peer.request()
        peer.answer("one")
        peer.request()

    with Hostile(script) as server, running(profile(server)) as engine:
        ends = []
        for number in range(2):
            got = Recorder()
            engine.start(prompt(), RunId(str(number)), got)
            ends.append(got.end().cause)
        assert ends == [Cause.CLOSED, Cause.BROKEN]
        assert len(server.requests) == 2


def test_a_new_connection_that_gives_no_answer_is_not_tried_again() -> None:
    def script(peer: Peer) -> None:
        peer.request()

    with Hostile(script) as server:
        ended = ask(server).end()
        assert len(server.requests) == 1
    assert ended.problem is not None
    assert ended.problem.kind is Kind.CONNECTION
    assert "closed the connection without an answer" in ended.problem.title


@pytest.mark.parametrize("reset", [False, True])
def test_a_cut_in_the_middle_of_a_chunk_keeps_what_came(reset: bool) -> None:
    read = threading.Event()

    def script(peer: Peer) -> None:
        peer.request()
        peer.head()
        whole = event(" too").removesuffix(b"\n\n")
        first = event("kept")
        # In one piece, so that all of it is read when its first text is seen.
        peer.send(b"%x\r\n%s\r\n1000\r\n%s" % (len(first), first, whole))
        assert read.wait(DEADLINE)
        if reset:
            reset_on_close(peer)

    with Hostile(script) as server, running(profile(server)) as engine:
        got = Recorder()
        engine.start(prompt(), RunId("1"), got)
        got.wait_text("kept")
        read.set()
        ended = got.end()
    assert ended.cause is Cause.BROKEN
    assert ended.problem is not None
    assert ended.problem.kind is Kind.CONNECTION
    assert ended.problem.title.endswith("broke off")
    assert got.text == "kept too"


def test_a_record_cut_in_its_middle_is_no_second_problem() -> None:
    def script(peer: Peer) -> None:
        peer.request()
        peer.head()
        peer.send(b"1000\r\n" + event("lost")[:30])

    with Hostile(script) as server:
        got = ask(server)
    assert not [e for e in got.events if isinstance(e, StreamProblem)]
    assert got.end().cause is Cause.BROKEN


def test_a_page_instead_of_an_answer_is_named() -> None:
    def script(peer: Peer) -> None:
        peer.request()
        peer.plain("200 OK", "text/html; charset=utf-8", b"<html>\n <title>Sign in</title>")
        peer.await_close()

    with Hostile(script) as server:
        said = problem(server)
    assert said.kind is Kind.PROTOCOL
    assert "text/html" in said.title
    assert said.detail == "<html> <title>Sign in</title>"
    assert said.asked.endswith("/instruct/completions?api-version=2024-02-01")


def test_json_that_is_no_answer_is_shown() -> None:
    def script(peer: Peer) -> None:
        peer.request()
        peer.plain("200 OK", "application/json", b'{"status": "fine"}')
        peer.await_close()

    with Hostile(script) as server:
        said = problem(server)
    assert said.detail == '{"status": "fine"}'


def test_a_refusal_names_cause_and_ids_and_hides_the_key() -> None:
    body = {"error": {"code": "401", "message": f"Access denied: {KEY} is no key."}}

    def script(peer: Peer) -> None:
        peer.request()
        data = json.dumps(body).encode()
        peer.plain("401 PermissionDenied", "application/json", data, f"x-request-id: {KEY}")
        peer.await_close()

    with Hostile(script) as server:
        said = problem(server)
    assert (said.kind, said.status) == (Kind.AUTHENTICATION, 401)
    assert said.detail == "Access denied: …cdef is no key."
    assert said.ids == (("x-request-id", "…cdef"),)
    assert said.asked.endswith("/completions?api-version=2024-02-01")
    assert KEY not in repr(said)


def test_a_redirect_is_not_followed() -> None:
    def script(peer: Peer) -> None:
        peer.request()
        where = "Location: http://127.0.0.1:1/elsewhere?secret=1"
        peer.plain("307 Temporary Redirect", "text/plain", b"", where)
        peer.await_close()

    with Hostile(script) as server:
        said = problem(server)
        assert len(server.requests) == 1
    assert said.detail.endswith("http://127.0.0.1:1/elsewhere")


@pytest.mark.parametrize("body", [b"", b": keep-alive\n\n", b"data: [DONE]\n\n"])
def test_a_stream_in_which_nothing_came_names_the_server(body: bytes) -> None:
    def script(peer: Peer) -> None:
        peer.request()
        peer.plain("200 OK", "text/event-stream", body)
        peer.await_close()

    with Hostile(script) as server:
        said = problem(server)
    assert said.title.startswith(f"127.0.0.1:{server.port} ended the stream before any text")


def test_what_is_no_http_is_named() -> None:
    def script(peer: Peer) -> None:
        peer.request()
        peer.send(b"SSH-2.0-OpenSSH_9.2\r\n\r\n")

    with Hostile(script) as server:
        said = problem(server)
    assert "is not HTTP" in said.title


def test_nothing_listening_is_named() -> None:
    with Hostile(lambda _: None) as server:
        pass
    said = problem(server)
    assert said.title == f"Nothing answers at 127.0.0.1:{server.port}"
    assert said.fix == "Start the server, or check its port."


def test_a_sink_that_fails_ends_the_run_and_says_so() -> None:
    got = Recorder()

    def fragile(stamped: Stamped) -> None:
        if isinstance(stamped.event, TextDelta):
            raise OSError("no room on the disk")
        got(stamped)

    def script(peer: Peer) -> None:
        peer.request()
        peer.head()
        peer.say("a")
        peer.await_close()

    with Hostile(script) as server, running(profile(server)) as engine:
        engine.start(prompt(), RunId("1"), fragile)
        ended = got.end()
        server.await_closes()
    assert ended.problem is not None
    assert ended.problem.kind is Kind.INTERNAL
    assert "no room on the disk" in ended.problem.detail


def test_a_decoder_that_fails_ends_the_run_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        ignored: Mapping[str, int] = {}
        reached: int | None = None

        def __call__(self, _record: object) -> Any:
            raise KeyError("choices")

    completions = dialects.DIALECTS[Api.COMPLETIONS]
    table = {Api.COMPLETIONS: replace(completions, decoder=Broken)}
    monkeypatch.setattr("aztui.azure.following.DIALECTS", table)

    def script(peer: Peer) -> None:
        peer.request()
        peer.answer("a")
        peer.await_close()

    with Hostile(script) as server:
        said = problem(server)
    assert said.kind is Kind.INTERNAL


def test_a_missing_part_ends_the_run_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "aztui.azure.answering", None)
    with Hostile(lambda peer: peer.await_close()) as server:
        said = problem(server)
        assert not server.requests
    assert said.title == "A part of aztui cannot be loaded"
    assert "aztui.azure.answering" in said.detail
    assert said.fix == "Install aztui again."


def test_a_request_that_json_cannot_say_is_refused_here() -> None:
    with Hostile(lambda peer: peer.await_close()) as server:
        said = problem(server, prompt(temperature=float("nan")))
        assert not server.requests
    assert said.kind is Kind.BAD_REQUEST
    assert "temperature" in said.detail
