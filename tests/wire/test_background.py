"""Responses in the background, with the real SDK: whole over links that drop, stopped for good."""

from __future__ import annotations

import itertools
import json
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from functools import reduce as folded
from typing import Any, Final
from urllib.parse import parse_qs
from urllib.request import Request as HttpRequest
from urllib.request import urlopen

import pytest

from aztui.azure.following import Following
from aztui.azure.retry import NEVER, Policy
from aztui.core.events import (
    Adapted,
    Cause,
    Ended,
    Event,
    Opened,
    Resent,
    Retrying,
    RunId,
    Stamped,
    Stored,
    TextDelta,
)
from aztui.core.lessons import UNKNOWN, Learnt, Subject
from aztui.core.ports import Forgetful, Handle
from aztui.core.problem import Kind
from aztui.core.profile import Endpoint, Profile, Secret
from aztui.core.request import Api, Request, compose
from aztui.core.resuming import Held, held
from aztui.core.run import Phase, Run, reduce
from aztui.emulator.scripted import ScriptedReplies
from aztui.emulator.server import Emulator
from tests.support.cutting import Cutting
from tests.support.emulator import Logbook
from tests.support.engines import KEY, join, running
from tests.support.hostile import DEADLINE, Hostile, Peer
from tests.support.recorder import Recorder

QUICK: Final = Policy(jitter=lambda: 1.0, pace=0.001)
VERSIONS: Final = pytest.mark.parametrize("version", ["2025-04-01-preview", None])


def profile(url: str, version: str | None = None) -> Profile:
    endpoint = Endpoint(url if version else f"{url}/openai/v1", version)
    return Profile("test", endpoint, Secret(KEY), "demo", Api.RESPONSES)


def asking(prompt: str = "lorem 30", deployment: str = "demo", **params: Any) -> Request:
    return compose(Api.RESPONSES, deployment, prompt, params={"background": True, **params})


def ask(
    url: str,
    request: Request,
    version: str | None = None,
    retries: Policy = QUICK,
    act: Callable[[Handle, Event], None] = lambda _handle, _event: None,
) -> Recorder:
    """One run to its end, `act` told of each event and of the handle."""
    got = Recorder()
    begun: Future[Handle] = Future()

    def sink(stamped: Stamped) -> None:
        got(stamped)
        act(begun.result(DEADLINE), stamped.event)

    with running(profile(url, version), retries) as engine:
        begun.set_result(engine.start(request, RunId("1"), sink))
        got.end()
        join("run 1")
        join("stop ")
    return got


def after(request: Request, events: Sequence[Event]) -> Run:
    stamped = (Stamped(RunId("1"), 1.0, event) for event in events)
    return folded(reduce, stamped, Run(RunId("1"), request, 0.0))


def get(url: str, response: str, method: str = "GET") -> Any:
    asked = HttpRequest(f"{url}/openai/v1/responses/{response}", headers={"api-key": KEY})
    asked.method = method
    with urlopen(asked, timeout=DEADLINE) as answer:
        return json.load(answer)


@pytest.fixture
def logbook() -> Logbook:
    return Logbook()


@pytest.fixture
def emulator(logbook: Logbook) -> Iterator[Emulator]:
    with Emulator(ScriptedReplies(), log=logbook) as emulator:
        yield emulator


@pytest.fixture(scope="module")
def quiet() -> Iterator[Emulator]:
    with Emulator(ScriptedReplies()) as emulator:
        yield emulator


@pytest.fixture(scope="module")
def whole(quiet: Emulator) -> tuple[str, int, int]:
    """The text, and from which of the stream's bytes on to which it may be cut."""
    with Cutting(quiet.url) as link:
        text = ask(link.url, asking()).text
    stream = bytes(link.carried[0])
    return text, stream.index(b"response.in_progress"), stream.index(b"response.completed")


@VERSIONS
@pytest.mark.parametrize("reset", [False, True], ids=["closed", "reset"])
def test_a_link_that_drops_anywhere_costs_nothing_of_the_answer(
    quiet: Emulator, whole: tuple[str, int, int], version: str | None, reset: bool
) -> None:
    text, first, last = whole
    for place in range(first + 100, last, (last - first) // 12):
        with Cutting(quiet.url, [place], reset=reset) as link:
            got = ask(link.url, asking(), version)
            assert got.end() == Ended(Cause.CLOSED)
            assert got.text == text
            assert link.connections == 2
        run = after(asking(), got.events)
        assert (run.phase, run.problem, run.text) == (Phase.DONE, None, text)
        (told,) = [event for event in got.events if isinstance(event, Retrying)]
        assert (told.resumes, told.attempt, told.wait) == (True, 1, 0.5)
        assert "broke off" in told.problem.title
        kinds = [type(event) for event in got.events]
        assert kinds[kinds.index(Retrying) :][:3] == [Retrying, Resent, Opened]


def test_a_link_may_drop_again_and_again_as_long_as_something_comes(
    quiet: Emulator, whole: tuple[str, int, int]
) -> None:
    text, first, _ = whole
    with Cutting(quiet.url, [first + 1500, *[2500] * 12]) as link:
        got = ask(link.url, asking())
        assert got.text == text
        assert got.end() == Ended(Cause.CLOSED)
        assert link.connections > 6
    attempts = [event.attempt for event in got.events if isinstance(event, Retrying)]
    assert attempts == list(range(1, link.connections))


def test_where_nothing_more_comes_it_is_given_up(
    quiet: Emulator, whole: tuple[str, int, int]
) -> None:
    _, first, _ = whole
    with Cutting(quiet.url, [first + 1500, *[0] * 20]) as link:
        got = ask(link.url, asking())
        assert link.connections == 1 + QUICK.dropped
    run = after(asking(), got.events)
    waits = [event.wait for event in got.events if isinstance(event, Retrying)]
    assert waits == [0.5, 1, 2, 4, 8]
    assert run.phase is Phase.CUT
    assert run.problem is not None
    assert run.problem.kind is Kind.CONNECTION
    assert run.text


@VERSIONS
def test_it_is_asked_for_what_comes_after_the_last_event(
    emulator: Emulator, logbook: Logbook, version: str | None
) -> None:
    got = ask(emulator.url, asking(deployment="demo--cut:after=7"), version)
    assert got.end() == Ended(Cause.CLOSED)
    posted, taken_up = logbook.wait(2)
    assert posted["params"] == {"background": True, "store": True}
    (stored,) = [event for event in got.events if isinstance(event, Stored)]
    assert taken_up["method"] == "GET"
    assert taken_up["path"].endswith(f"/responses/{stored.response}")
    # response.created, in_progress, item and part added, and seven texts: 0 to 10.
    assert taken_up["params"] == {"stream": True, "starting_after": 10}
    assert taken_up["tokens"] == 30 - 7


@pytest.mark.parametrize("fault", ["rst", "half-chunk", "no-finish", "cut:after=0", "json"])
def test_faults_of_the_first_stream_cost_nothing(
    quiet: Emulator, whole: tuple[str, int, int], fault: str
) -> None:
    got = ask(quiet.url, asking(deployment=f"demo--{fault}"))
    run = after(asking(), got.events)
    assert (run.phase, run.text) == (Phase.DONE, whole[0])


def test_an_answer_without_background_is_not_taken_up(emulator: Emulator, logbook: Logbook) -> None:
    stored = asking(deployment="demo--cut", background=False, store=True)
    got = ask(emulator.url, stored)
    assert got.end().cause is Cause.BROKEN
    assert len(logbook.wait(1)) == 1
    assert after(stored, got.events).phase is Phase.CUT


def test_what_the_service_does_not_know_any_more_is_cut(emulator: Emulator) -> None:
    def forget(_handle: Handle, event: Event) -> None:
        match event:
            case Stored(response):
                forgotten.append(response)
            case Retrying(attempt=1):
                get(emulator.url, forgotten.pop(), "DELETE")

    forgotten: list[str] = []
    got = ask(emulator.url, asking(deployment="demo--cut"), act=forget)
    run = after(asking(), got.events)
    assert run.phase is Phase.CUT
    assert run.problem is not None
    assert "does not know this answer any more" in run.problem.title
    assert (run.problem.status, run.problem.kind) == (404, Kind.SERVER)
    assert "not found" in run.problem.detail
    assert len([event for event in got.events if isinstance(event, Retrying)]) == 2


def test_stop_has_the_service_stop_too(logbook: Logbook) -> None:
    def stop(handle: Handle, event: Event) -> None:
        if isinstance(event, TextDelta):
            handle.cancel()

    with Emulator(ScriptedReplies(), rate=50, log=logbook) as emulator:
        got = ask(emulator.url, asking("lorem 5000"), act=stop)
        assert got.end() == Ended(Cause.CANCELLED)
        (stored,) = [event for event in got.events if isinstance(event, Stored)]
        paths = {entry["path"].rpartition("/")[2] for entry in logbook.wait(2)}
        assert paths == {"responses", "cancel"}
        assert get(emulator.url, stored.response)["status"] == "cancelled"


def test_stop_between_two_links_has_the_service_stop_too(
    emulator: Emulator, logbook: Logbook
) -> None:
    def stop(handle: Handle, event: Event) -> None:
        if isinstance(event, Retrying):
            threading.Thread(target=handle.cancel).start()

    slow = Policy(pace=100.0)
    got = ask(emulator.url, asking("lorem 50", deployment="demo--cut"), retries=slow, act=stop)
    assert got.end() == Ended(Cause.CANCELLED)
    assert [entry["path"].endswith("/cancel") for entry in logbook.wait(2)] == [False, True]


def test_stopped_before_it_has_an_id_it_is_stopped_as_soon_as_it_has_one() -> None:
    stopped = threading.Event()
    created = {
        "type": "response.created",
        "sequence_number": 0,
        "response": {"id": "resp_1", "model": "gpt", "object": "response", "background": True},
    }

    def script(peer: Peer) -> None:
        asked = peer.request()
        if asked.url.path.endswith("/cancel"):
            peer.plain("200 OK", "application/json", b"{}")
            peer.server.note_close()
            return
        peer.head()
        peer.server.ready.set()
        assert stopped.wait(DEADLINE)
        peer.chunk(b"data: " + json.dumps(created).encode() + b"\n\n")
        peer.await_close()

    with Hostile(script) as server, running(profile(server.url), NEVER) as engine:
        got = Recorder()
        handle = engine.start(asking(), RunId("1"), got)
        assert server.ready.wait(DEADLINE)
        handle.cancel()
        assert got.events[-1] == Ended(Cause.CANCELLED)
        stopped.set()
        server.await_closes(2)
        join("stop ")
        lines = [asked.line.split()[1] for asked in server.requests]
    assert lines == ["/openai/v1/responses", "/openai/v1/responses/resp_1/cancel"]


def test_stopped_where_no_id_ever_comes_the_connection_is_let_go(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("aztui.azure.answering._PATIENCE", 0.2)

    def script(peer: Peer) -> None:
        peer.request()
        peer.server.ready.set()
        peer.await_close()

    with Hostile(script) as server, running(profile(server.url), NEVER) as engine:
        got = Recorder()
        handle = engine.start(asking(), RunId("1"), got)
        assert server.ready.wait(DEADLINE)
        handle.cancel()
        assert got.events == [Ended(Cause.CANCELLED)]
        server.await_closes(1)
        assert len(server.requests) == 1


def test_what_is_over_is_not_stopped(emulator: Emulator, logbook: Logbook) -> None:
    got = Recorder()
    with running(profile(emulator.url), QUICK) as engine:
        handle = engine.start(asking(), RunId("1"), got)
        assert got.end() == Ended(Cause.CLOSED)
        handle.cancel()
        join("stop ")
    assert len(logbook.wait(1)) == 1


@VERSIONS
def test_a_program_that_died_takes_up_what_it_had_not_read(
    quiet: Emulator, whole: tuple[str, int, int], version: str | None
) -> None:
    request = asking(deployment="demo--cut:after=9")
    for kept in range(3, 12):
        got = ask(quiet.url, request, version, NEVER)
        run = after(request, got.events[:kept])
        died = held(run)
        assert died is not None
        more = Recorder()
        with running(profile(quiet.url, version), QUICK) as engine:
            engine.resume(request, RunId("1"), more, died)
            assert more.end() == Ended(Cause.CLOSED)
        assert run.text + more.text == whole[0]


def test_taking_it_up_may_be_stopped_at_once(
    logbook: Logbook, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, stopped = threading.Event(), threading.Event()

    def late(*args: Any) -> Following:
        begun.set()
        assert stopped.wait(DEADLINE)
        return Following(*args)

    with Emulator(ScriptedReplies(), rate=50, log=logbook) as emulator:
        got = ask(emulator.url, asking("lorem 5000", deployment="demo--cut"), retries=NEVER)
        kept = held(after(asking(), got.events))
        assert kept is not None
        more = Recorder()
        monkeypatch.setattr("aztui.azure.answering.Following", late)
        with running(profile(emulator.url), QUICK) as engine:
            handle = engine.resume(asking(), RunId("2"), more, kept)
            assert begun.wait(DEADLINE)
            handle.cancel()
            assert more.events == [Ended(Cause.CANCELLED)]
            stopped.set()
            join("run 2")
            join("stop ")
        assert get(emulator.url, kept.response)["status"] == "cancelled"


def test_taking_up_what_nobody_knows_says_so(quiet: Emulator) -> None:
    got = Recorder()
    with running(profile(quiet.url), QUICK) as engine:
        engine.resume(asking(), RunId("1"), got, Held("resp_0", 4, 0, ((0, 7),)))
        ended = got.end()
    assert ended.problem is not None
    assert "does not know this answer any more" in ended.problem.title


HELLO: Final[Sequence[dict[str, Any]]] = (
    {"type": "response.created", "response": {"id": "resp_1", "background": True}},
    {"type": "response.output_text.delta", "output_index": 0, "delta": "Hel"},
    {"type": "response.output_text.delta", "output_index": 0, "delta": "lo"},
    {"type": "response.completed", "response": {"status": "completed", "output": []}},
)
RECORDS: Final = [
    b"data: " + json.dumps({**event, "sequence_number": number}).encode() + b"\n\n"
    for number, event in enumerate(HELLO)
]


def dropping(then: Callable[[Peer], None]) -> Callable[[Peer], None]:
    """Begins a response, drops the link, has `then` take the next request, and ends it well."""
    turn = itertools.count()

    def script(peer: Peer) -> None:
        match next(turn):
            case 0:
                peer.request()
                peer.head()
                peer.chunk(b"".join(RECORDS[:2]))
            case 1:
                peer.request()
                then(peer)
            case _:
                query = parse_qs(peer.request().url.query)
                assert query == {"stream": ["true"], "starting_after": ["1"]}
                peer.head()
                peer.chunk(b"".join(RECORDS[2:]))
                peer.end()
                peer.await_close()

    return script


def refusing(status: str, message: str, *headers: str) -> Callable[[Peer], None]:
    error = json.dumps({"error": {"message": message}}).encode()
    return lambda peer: peer.plain(status, "application/json", error, *headers)


@pytest.mark.parametrize(
    "then",
    [
        refusing("404 No", "Not yet."),
        refusing("500 Oops", "Broken."),
        lambda peer: peer.plain("200 OK", "text/html", b"<html>Sign in to the network</html>"),
        lambda _peer: None,
    ],
    ids=["404", "500", "page", "hung up"],
)
def test_what_may_pass_while_taking_up_is_waited_out(then: Callable[[Peer], None]) -> None:
    with Hostile(dropping(then)) as server:
        got = ask(server.url, asking())
    assert (got.text, got.end()) == ("Hello", Ended(Cause.CLOSED))


def test_a_refusal_while_taking_up_teaches_nothing_about_what_was_asked() -> None:
    refusal = refusing("400 Bad", "Unknown parameter: 'store'.")
    with Hostile(dropping(refusal)) as server:
        got = ask(server.url, asking())
    assert not [event for event in got.events if isinstance(event, Adapted)]
    run = after(asking(), got.events)
    assert (run.phase, run.text) == (Phase.CUT, "Hel")
    assert run.problem is not None
    assert run.problem.status == 400


def test_what_came_before_the_link_dropped_is_learnt_from_with_what_came_after() -> None:
    class Remembering(Forgetful):
        learnt = UNKNOWN

        def note(self, subject: Subject, learnt: Learnt) -> None:
            self.learnt = learnt

    item = {"type": "response.output_item.added", "output_index": 1, "item": {"type": "reasoning"}}
    thought = b"data: " + json.dumps({**item, "sequence_number": 1}).encode() + b"\n\n"
    turn = itertools.count()

    def script(peer: Peer) -> None:
        peer.request()
        peer.head()
        if next(turn):
            peer.chunk(b"".join(RECORDS[2:]))
            peer.end()
            peer.await_close()
        else:
            peer.chunk(RECORDS[0] + thought)

    memory, got = Remembering(), Recorder()
    with Hostile(script) as server, running(profile(server.url), QUICK, memory) as engine:
        engine.start(asking(), RunId("1"), got)
        assert got.end() == Ended(Cause.CLOSED)
        join("run 1")
    assert (got.text, memory.learnt.reasons) == ("lo", True)


def test_a_rate_limit_while_taking_up_is_waited_for() -> None:
    limit = refusing("429 Too Many", "Slow down.", "Retry-After: 3")
    with Hostile(dropping(limit)) as server:
        got = ask(server.url, asking())
    assert got.text == "Hello"
    assert got.end() == Ended(Cause.CLOSED)
    told = [event for event in got.events if isinstance(event, Retrying)]
    assert [(event.wait, event.problem.kind) for event in told] == [
        (0.5, Kind.CONNECTION),
        (3, Kind.RATE_LIMIT),
    ]
    assert all(event.resumes for event in told)
