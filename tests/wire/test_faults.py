"""Every fault of the emulator through the real engine: what a user is shown, and what is kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from aztui.core.events import Opened, RunId
from aztui.core.outcome import describe
from aztui.core.problem import Kind
from aztui.core.profile import Endpoint, Profile, Secret
from aztui.core.request import Api, Json, Message, Request
from aztui.core.run import Phase, Run, reduce
from aztui.emulator.backend import Piece, Tally
from aztui.emulator.faults import FAULTS
from aztui.emulator.server import Emulator
from tests.support.emulator import Logbook, Saying
from tests.support.engines import KEY, running
from tests.support.recorder import Recorder

PIECES = ("The", " quick", " bröwn", " 🦊", "\n\n", "jumps", " over", " it.")
WHOLE = "".join(PIECES)
FIVE = "".join(PIECES[:5])
SIX_LOST = FIVE + "".join(PIECES[6:])
PROMPT = "Tell me."


@dataclass(frozen=True)
class Shown:
    """What a fault comes to.

    Attributes:
        fault: as the deployment's name asks for it.
        phase: how the run ends.
        text: all that was kept of the answer.
        kind: of the problem; None for none.
        title: words in what is wrong.
        fix: words in what to do.
        detail: words in the service's or the system's account.
    """

    fault: str
    phase: Phase
    text: str = ""
    kind: Kind | None = None
    title: str = ""
    fix: str = ""
    detail: str = ""


FAILED, CUT, DONE, FILTERED = Phase.FAILED, Phase.CUT, Phase.DONE, Phase.FILTERED
BROKE_OFF = "broke off in the middle of the answer"
BEFORE_TEXT = "broke off before any text came"
SERVICE = "The service broke the answer off with an error"

SHOWN = [
    Shown("401", FAILED, "", Kind.AUTHENTICATION, "does not accept the key …cdef", "Check the key"),
    Shown("403", FAILED, "", Kind.PERMISSION, "only certain networks", "VPN", "Firewall rules"),
    Shown("404", FAILED, "", Kind.NOT_FOUND, "There is no demo--404", "Check the name"),
    Shown("429:retry-after=7", FAILED, "", Kind.RATE_LIMIT, "rate limit", "Wait 7 s"),
    Shown("500", FAILED, "", Kind.SERVER, "an error of its own", "again in a moment"),
    Shown("503:retry-after=9", FAILED, "", Kind.SERVER, "too much to do", "Wait 9 s"),
    Shown("cut", CUT, FIVE, Kind.CONNECTION, BROKE_OFF, "what came is kept"),
    Shown("cut:after=0", FAILED, "", Kind.CONNECTION, BEFORE_TEXT, "Send the prompt again"),
    Shown("rst", CUT, FIVE, Kind.CONNECTION, BROKE_OFF, "what came is kept", "reset"),
    Shown(
        "rst:after=0", FAILED, "", Kind.CONNECTION, BEFORE_TEXT, "Send the prompt again", "reset"
    ),
    Shown("half-chunk", CUT, FIVE, Kind.CONNECTION, BROKE_OFF, "what came is kept"),
    Shown("bad-json", DONE, SIX_LOST, Kind.PROTOCOL, "cannot be read", "The rest is shown"),
    Shown("flat-error", CUT, FIVE, Kind.SERVER, SERVICE, "the ids below", "The server had an"),
    Shown("flat-error:after=0", FAILED, "", Kind.SERVER, SERVICE, "the ids below", "The server"),
    Shown("sse-error", CUT, FIVE, Kind.SERVER, SERVICE, "the ids below", "The server had an error"),
    Shown("sse-error:after=0", FAILED, "", Kind.SERVER, SERVICE, "the ids below", "The server had"),
    Shown("no-finish", CUT, WHOLE, Kind.PROTOCOL, "without a finish reason", "continue from what"),
    Shown("slow:ms=50", DONE, WHOLE),
    Shown("drip:ms=10", DONE, WHOLE),
    Shown("keepalive:count=3", DONE, WHOLE),
    Shown(
        "filter-prompt",
        FAILED,
        "",
        Kind.CONTENT_FILTER,
        "The content filter refused the prompt for violence (high)",
        "Reword the prompt",
        "content management policy",
    ),
    Shown(
        "filter-answer",
        FILTERED,
        FIVE,
        Kind.CONTENT_FILTER,
        "The content filter stopped the answer for violence (medium)",
        "Reword the prompt",
    ),
    Shown("filter-async:every=2", DONE, WHOLE),
    Shown(
        "filter-async:every=2,block=5",
        FILTERED,
        FIVE,
        Kind.CONTENT_FILTER,
        "The content filter stopped the answer for protected material text",
        "Reword the prompt",
        f"characters {len(PROMPT + ''.join(PIECES[:4]))} to {len(PROMPT + FIVE)}",
    ),
    Shown(
        "context:limit=1000",
        FAILED,
        "",
        Kind.BAD_REQUEST,
        "longer than the model's context",
        "at most 100 (-o max_tokens=100), shorten the prompt by 100",
        "maximum context length is 1000 tokens",
    ),
    Shown("unsupported", DONE, WHOLE),
]
ENDLESS = {"hang", "stall"}
"""They never end by themselves; stopping them has tests of its own."""

ADDRESSES = pytest.mark.parametrize("v1", [False, True], ids=["dated", "v1"])
APIS = pytest.mark.parametrize("api", [Api.COMPLETIONS, Api.CHAT])


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    said = [Piece(0, piece) for piece in PIECES]
    backend = Saying(*said, Piece(0, "", "stop"), Tally(3, len(PIECES)))
    with Emulator(backend, log=Logbook()) as emulator:
        yield emulator


def ask(emulator: Emulator, api: Api, fault: str, *, v1: bool, **params: Json) -> Run:
    """One run against a fault, as the screen and the command line reduce it."""
    deployment = f"demo--{fault}"
    endpoint = Endpoint(emulator.url + "/openai/v1" if v1 else emulator.url, dated(v1=v1))
    request = Request(api, deployment, (Message("user", PROMPT),), params)
    got = Recorder()
    with running(Profile("test", endpoint, Secret(KEY), deployment, api)) as engine:
        engine.start(request, RunId("1"), got)
        got.end()
    run = Run(RunId("1"), request, 0.0)
    for stamped in got.stamped:
        run = reduce(run, stamped)
    opened = [event for event in got.events if isinstance(event, Opened)]
    assert bool(opened) == (run.opened is not None)
    return run


def dated(*, v1: bool) -> str | None:
    return None if v1 else "2024-10-21"


def test_every_fault_is_here() -> None:
    assert {shown.fault.partition(":")[0] for shown in SHOWN} | ENDLESS | {"big"} == set(FAULTS)


@ADDRESSES
@APIS
@pytest.mark.parametrize("shown", SHOWN, ids=[shown.fault for shown in SHOWN])
def test_what_a_fault_comes_to(emulator: Emulator, api: Api, v1: bool, shown: Shown) -> None:
    run = ask(emulator, api, shown.fault, v1=v1, max_tokens=200)
    assert (run.phase, run.text) == (shown.phase, shown.text)
    if shown.kind is None:
        assert run.problem is None
        return
    assert run.problem is not None
    assert run.problem.kind is shown.kind
    assert shown.title in run.problem.title
    assert shown.fix in run.problem.fix
    assert shown.detail in run.problem.detail
    assert {name for name, _ in run.problem.ids} >= {"x-request-id", "apim-request-id"}


@APIS
def test_a_lost_part_is_told_beside_the_end(emulator: Emulator, api: Api) -> None:
    run = ask(emulator, api, "bad-json", v1=False)
    assert run.damaged
    assert describe(run) == "done (stop), but a part is missing"


@APIS
def test_a_record_of_megabytes_is_kept_whole(emulator: Emulator, api: Api) -> None:
    run = ask(emulator, api, "big:kb=3000", v1=False)
    assert run.phase is DONE
    assert len(run.text) == len(WHOLE) + 3_000_000
    assert run.text.startswith(PIECES[0])
    assert run.text.endswith("".join(PIECES[1:]))


@APIS
def test_a_limit_that_is_refused_is_sent_by_its_new_name(emulator: Emulator, api: Api) -> None:
    run = ask(emulator, api, "unsupported", v1=True, max_tokens=200)
    assert [(lesson.param, lesson.instead) for lesson in run.adapted] == [
        ("max_tokens", "max_completion_tokens")
    ]


@APIS
def test_the_limit_that_is_supported_is_answered(emulator: Emulator, api: Api) -> None:
    run = ask(emulator, api, "unsupported", v1=True, max_completion_tokens=200)
    assert (run.phase, run.text) == (DONE, WHOLE)


def test_a_prompt_too_long_by_itself_is_to_be_shortened(emulator: Emulator) -> None:
    run = ask(emulator, Api.CHAT, "context:limit=1000", v1=True)
    assert run.problem is not None
    assert "has 1100: shorten the prompt" in run.problem.fix
