"""What a refusal teaches about a deployment's context, from the wire to the next prompt."""

from __future__ import annotations

from pathlib import Path

import pytest

from aztui.config.learnt import LearntFile
from aztui.core.chunks import Chunks
from aztui.core.events import RunId
from aztui.core.lessons import Subject
from aztui.core.profile import Endpoint, Profile, Secret
from aztui.core.request import Api, Request, compose
from aztui.core.run import Choice, Run, reduce
from aztui.core.tree import turns
from aztui.core.window import Window, too_long, without
from aztui.emulator.server import Emulator
from tests.support.emulator import Logbook, Saying
from tests.support.engines import KEY, running
from tests.support.recorder import Recorder


def conversation(deployment: str, api: Api) -> tuple[Run, ...]:
    """Three turns of some four hundred tokens each."""
    path: tuple[Run, ...] = ()
    for at in range(3):
        request = compose(api, deployment, f"Tell me more, {at}.", turns=turns(path))
        answer = (Choice(0, Chunks("word " * 320), "stop"),)
        path = (*path, Run(RunId(f"run-{at}"), request, 0.0, choices=answer))
    return path


def refused(profile: Profile, request: Request, memory: LearntFile) -> Run:
    got = Recorder()
    with running(profile, memory=memory) as engine:
        engine.start(request, RunId("refused"), got)
        got.end()
    run = Run(RunId("refused"), request, 0.0)
    for stamped in got.stamped:
        run = reduce(run, stamped)
    return run


@pytest.mark.parametrize("api", [Api.CHAT, Api.RESPONSES])
def test_the_next_prompt_is_weighed_by_what_a_refusal_said(api: Api, tmp_path: Path) -> None:
    deployment, path = "demo--context:limit=1000", conversation("demo--context:limit=1000", api)
    request = compose(api, deployment, "And now?", turns=turns(path))
    with Emulator(Saying(), log=Logbook()) as emulator:
        endpoint = Endpoint(f"{emulator.url}/openai/v1", None)
        profile = Profile("test", endpoint, Secret(KEY), deployment, api)
        assert too_long(path, request, Window()) is None
        run = refused(profile, request, LearntFile(tmp_path / "learnt.json"))

    learnt = LearntFile(tmp_path / "learnt.json").recall(Subject.of(endpoint.url, request))
    window = Window.of(profile, learnt)
    assert window == Window(1_000)
    load = too_long(path, request, window, run)
    assert load is not None
    assert load.oldest == {"run-0", "run-1"}
    shorter = compose(api, deployment, "And now?", turns=turns(without(path, load.oldest)))
    assert too_long(without(path, load.oldest), shorter, window) is None
