"""What the asynchronous filter condemns, from the emulator's words to the answer's characters."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from aztui.core.events import Filtered, RunId, TextDelta
from aztui.core.profile import Endpoint, Profile, Secret
from aztui.core.request import Api, Json, Message, compose
from aztui.core.run import Phase, Run, reduce
from aztui.emulator.scripted import ScriptedReplies
from aztui.emulator.server import Emulator
from tests.support.engines import KEY, running
from tests.support.recorder import Recorder

EARLIER = (Message("user", "What is a transformer?"), Message("assistant", "A network. " * 20))
CONVERSATIONS = pytest.mark.parametrize(
    ("api", "system", "turns"),
    [
        (Api.COMPLETIONS, None, ()),
        (Api.CHAT, None, ()),
        (Api.CHAT, "Be brief.", EARLIER),
    ],
)


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator(ScriptedReplies(), log=lambda _line: None) as emulator:
        yield emulator


def run(
    emulator: Emulator,
    fault: str,
    api: Api,
    system: str | None = None,
    turns: tuple[Message, ...] = (),
    **params: Json,
) -> tuple[Run, Recorder]:
    version = "2024-10-21"
    profile = Profile("p", Endpoint(emulator.url, version), Secret(KEY), f"demo--{fault}", api)
    request = compose(
        api, profile.deployment, "lorem 20", system=system, turns=turns, params=params
    )
    got = Recorder()
    with running(profile) as engine:
        engine.start(request, RunId("1"), got)
        got.end()
    told = Run(RunId("1"), request, 0.0)
    for stamped in got.stamped:
        told = reduce(told, stamped)
    return told, got


def pieces(got: Recorder, choice: int = 0) -> list[str]:
    return [e.text for e in got.events if isinstance(e, TextDelta) and e.choice == choice]


@CONVERSATIONS
@pytest.mark.parametrize("blocked", [(2, 5, 4), (9, 5, 0), (1, 3, 2)])
def test_what_was_judged_before_is_not_condemned(
    emulator: Emulator,
    api: Api,
    system: str | None,
    turns: tuple[Message, ...],
    blocked: tuple[int, int, int],
) -> None:
    every, block, spared = blocked
    fault = f"filter-async:every={every},block={block}"
    told, got = run(emulator, fault, api, system, turns, max_tokens=20)
    said = pieces(got)
    (choice,) = told.choices
    assert told.phase is Phase.FILTERED
    assert choice.text == "".join(said[:block])
    assert choice.condemned == len("".join(said[:spared]))
    assert [v.category for v in choice.verdicts if v.filtered] == ["protected_material_text"]


@CONVERSATIONS
def test_an_answer_that_passes_is_condemned_nowhere(
    emulator: Emulator, api: Api, system: str | None, turns: tuple[Message, ...]
) -> None:
    told, got = run(emulator, "filter-async:every=2", api, system, turns, max_tokens=20)
    (choice,) = told.choices
    assert (told.phase, choice.condemned) == (Phase.DONE, None)
    assert {v.category for v in choice.verdicts} == {"hate", "self_harm", "sexual", "violence"}
    assert all(v.harmless for v in (*choice.verdicts, *told.prompt_verdicts))
    assert "jailbreak" in {v.category for v in told.prompt_verdicts}
    assert len([e for e in got.events if isinstance(e, Filtered) and e.offsets]) > 1


@pytest.mark.parametrize("api", [Api.COMPLETIONS, Api.CHAT])
def test_what_every_chunk_repeats_is_told_once(emulator: Emulator, api: Api) -> None:
    told, got = run(emulator, "drip:ms=0", api, max_tokens=20, n=2)
    about = [event.choice for event in got.events if isinstance(event, Filtered)]
    assert sorted(about, key=str) == [0, 1, None]
    assert told.ignored == ()
