"""Every fault of the emulator through the real engine: what a user is shown, and what is kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from aztui.azure.retry import NEVER, Policy
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
    Shown("apim", FAILED, "", Kind.AUTHENTICATION, "does not accept the key", "Check the key"),
    Shown("blocked", FAILED, "", Kind.PERMISSION, "has blocked", "", "temporarily blocked"),
    Shown("403", FAILED, "", Kind.PERMISSION, "only certain networks", "VPN", "Firewall rules"),
    Shown("404", FAILED, "", Kind.NOT_FOUND, "There is no demo--404", "Check the name"),
    Shown("429:retry-after=7", FAILED, "", Kind.RATE_LIMIT, "rate limit", "Wait 7 s"),
    Shown("late-429", FAILED, "", Kind.RATE_LIMIT, "rate limit was reached", "Wait"),
    Shown("quota", FAILED, "", Kind.RATE_LIMIT, "is used up", "Have it raised"),
    Shown("low", DONE, WHOLE),
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
    Shown("think:ms=10", DONE, WHOLE),
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
    Shown("filter-error", DONE, WHOLE),
    Shown("odd", DONE, WHOLE),
    Shown("json", DONE, WHOLE),
    Shown("html", FAILED, "", Kind.PROTOCOL, "sent a page", "a sign-in page", "Sign in"),
    Shown(
        "operation", FAILED, "", Kind.BAD_REQUEST, "does not answer the", "", "does not work with"
    ),
    Shown(
        "filter-async:every=2,block=5",
        FILTERED,
        FIVE,
        Kind.CONTENT_FILTER,
        "The content filter stopped the answer for protected material text",
        "Reword the prompt",
    ),
    Shown(
        "context:limit=1000",
        FAILED,
        "",
        Kind.TOO_LONG,
        "longer than the model's context",
        "=100), shorten the prompt by 100, or start a new session",
        "maximum context length is 1000 tokens",
    ),
    Shown("unsupported", DONE, WHOLE),
    Shown("stream-options", DONE, WHOLE),
]
ENDLESS = {"hang", "stall"}
"""They never end by themselves; stopping them has tests of its own."""

ADDRESSES = pytest.mark.parametrize("v1", [False, True], ids=["dated", "v1"])
APIS = pytest.mark.parametrize("api", list(Api))
CHOICES = pytest.mark.parametrize("api", [Api.COMPLETIONS, Api.CHAT])
"""The APIs whose answers are choices, and which know `max_tokens`."""


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    said = [Piece(0, piece) for piece in PIECES]
    backend = Saying(*said, Piece(0, "", "stop"), Tally(3, len(PIECES)))
    with Emulator(backend, log=Logbook()) as emulator:
        yield emulator


QUICK = Policy(pace=0.0)
"""Tries again as often as any, without waiting."""


def ask(
    emulator: Emulator,
    api: Api,
    fault: str,
    *,
    v1: bool,
    retries: Policy = NEVER,
    **params: Json,
) -> Run:
    """One run against a fault, as the screen and the command line reduce it."""
    deployment = f"demo--{fault}"
    endpoint = Endpoint(emulator.url + "/openai/v1" if v1 else emulator.url, dated(api, v1=v1))
    request = Request(api, deployment, (Message("user", PROMPT),), params)
    got = Recorder()
    with running(Profile("test", endpoint, Secret(KEY), deployment, api), retries) as engine:
        engine.start(request, RunId("1"), got)
        got.end()
    run = Run(RunId("1"), request, 0.0)
    for stamped in got.stamped:
        run = reduce(run, stamped)
    opened = [event for event in got.events if isinstance(event, Opened)]
    assert bool(opened) == (run.opened is not None)
    return run


def dated(api: Api, *, v1: bool) -> str | None:
    if v1:
        return None
    return "2025-03-01-preview" if api is Api.RESPONSES else "2024-10-21"


def limit(api: Api) -> dict[str, Any]:
    """As many tokens as the faults' words speak of, by the API's name for them."""
    return {"max_output_tokens" if api is Api.RESPONSES else "max_tokens": 200}


def test_every_fault_is_here() -> None:
    assert {shown.fault.partition(":")[0] for shown in SHOWN} | ENDLESS | {"big"} == set(FAULTS)


@ADDRESSES
@APIS
@pytest.mark.parametrize("shown", SHOWN, ids=[shown.fault for shown in SHOWN])
def test_what_a_fault_comes_to(emulator: Emulator, api: Api, v1: bool, shown: Shown) -> None:
    run = ask(emulator, api, shown.fault, v1=v1, **limit(api))
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
@pytest.mark.parametrize(
    ("fault", "waits"),
    [
        ("429:retry-after=7", [7, 7, 7, 7]),
        ("503:retry-after=9", [9, 9, 9, 9]),
        ("500", [0.5, 1.0]),
        ("401", []),
        ("404", []),
        ("context:limit=1000", []),
        ("quota", []),
        ("filter-prompt", []),
        ("filter-answer", []),
        ("cut:after=0", []),
        ("sse-error:after=0", [0.5, 1.0]),
        ("late-429:retry-after=3", [3, 3, 3, 3]),
    ],
)
def test_which_faults_are_tried_again(
    emulator: Emulator, api: Api, fault: str, waits: list[float]
) -> None:
    patient = replace(QUICK, jitter=lambda: 1.0)
    run = ask(emulator, api, fault, v1=False, retries=patient)
    assert [retry.told.wait for retry in run.retries] == waits
    assert run.phase in {FAILED, FILTERED}


@APIS
def test_a_rate_limit_in_an_answer_without_text_is_waited_for(emulator: Emulator, api: Api) -> None:
    run = ask(emulator, api, "late-429:retry-after=3,times=1", v1=True, retries=QUICK, **limit(api))
    assert [retry.told.wait for retry in run.retries] == [3]
    assert (run.phase, run.text, run.problem) == (DONE, WHOLE, None)


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


@CHOICES
def test_what_is_condemned_later_is_told_by_its_characters(emulator: Emulator, api: Api) -> None:
    run = ask(emulator, api, "filter-async:every=2,block=5", v1=True, **limit(api))
    first, end = len(PROMPT + "".join(PIECES[:4])), len(PROMPT + FIVE)
    assert run.problem is not None
    assert f"characters {first} to {end}" in run.problem.detail


@CHOICES
def test_only_what_is_condemned_later_has_a_mark(emulator: Emulator, api: Api) -> None:
    later = ask(emulator, api, "filter-async:every=2,block=5", v1=True, **limit(api))
    assert later.choices[0].condemned == len("".join(PIECES[:4]))
    at_once = ask(emulator, api, "filter-answer", v1=True, **limit(api))
    assert at_once.choices[0].condemned is None


@CHOICES
def test_a_limit_that_is_refused_is_sent_by_its_new_name(emulator: Emulator, api: Api) -> None:
    run = ask(emulator, api, "unsupported", v1=True, max_tokens=200)
    assert [(lesson.param, lesson.instead) for lesson in run.adapted] == [
        ("max_tokens", "max_completion_tokens")
    ]


@CHOICES
def test_the_limit_that_is_supported_is_answered(emulator: Emulator, api: Api) -> None:
    run = ask(emulator, api, "unsupported", v1=True, max_completion_tokens=200)
    assert (run.phase, run.text) == (DONE, WHOLE)


@APIS
@pytest.mark.parametrize("fault", ["429:times=1", "late-429:times=1", "500:times=1", "503:times=1"])
def test_a_fault_may_pass(emulator: Emulator, api: Api, fault: str) -> None:
    assert ask(emulator, api, fault, v1=True).phase is FAILED
    again = ask(emulator, api, fault, v1=True, **limit(api))
    assert (again.phase, again.text) == (DONE, WHOLE)


def test_a_prompt_too_long_by_itself_is_to_be_shortened(emulator: Emulator) -> None:
    run = ask(emulator, Api.CHAT, "context:limit=1000", v1=True)
    assert run.problem is not None
    assert "has 1100: shorten the prompt" in run.problem.fix
