"""Which APIs a deployment answers, by requests of one token."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from aztui.azure import trial
from aztui.azure.trial import Trial, speaking
from aztui.core.checkup import PAID, Check, State
from aztui.core.lessons import UNKNOWN, Learnt, Subject
from aztui.core.profile import Endpoint, Profile, Secret
from aztui.core.request import Api
from aztui.emulator.scripted import ScriptedReplies
from aztui.emulator.server import Emulator
from tests.support.emulator import Logbook


class Kept(dict[Subject, Learnt]):
    """A memory."""

    def recall(self, subject: Subject) -> Learnt:
        return self.get(subject, UNKNOWN)

    def note(self, subject: Subject, learnt: Learnt) -> None:
        self[subject] = learnt


@pytest.fixture
def log() -> Logbook:
    return Logbook()


@pytest.fixture
def url(log: Logbook) -> Iterator[str]:
    with Emulator(ScriptedReplies(), log=log) as emulator:
        yield emulator.url


def tried(url: str, deployment: str, memory: Kept, api: Api = Api.CHAT) -> dict[str, Check]:
    profile = Profile("test", Endpoint(url, "2024-10-21"), Secret("k"), deployment, api)
    trial = Trial(profile, memory, lambda _asked: None)
    return {check.name: check for check in map(trial.look, PAID)}


def answers(memory: Kept) -> dict[str, bool | None]:
    return {subject.api: learnt.answers for subject, learnt in memory.items()}


def test_a_deployment_that_answers_all(url: str, log: Logbook) -> None:
    memory = Kept()
    made = tried(url, "demo", memory)
    assert {check.state for check in made.values()} == {State.PASS}
    assert made["chat"].says.startswith("demo answers (model scripted-replies, ")
    assert made["responses"].says.startswith("demo answers, over v1 (")
    assert answers(memory) == dict.fromkeys(Api, True)
    spent = [entry["tokens"] for entry in log.wait(3)]
    assert len(spent) == 3
    assert max(spent[:2]) <= 1


def test_what_it_does_not_answer_is_no_failure_of_a_profile_that_does_not_ask(url: str) -> None:
    memory = Kept()
    made = tried(url, "demo--operation:chat=0", memory)
    assert [check.state for check in made.values()] == [State.SKIP, State.PASS, State.SKIP]
    assert made["completions"].says == "demo--operation:chat=0 does not answer through it"
    assert answers(memory) == {"completions": False, "chat": True, "responses": False}


def test_what_the_profile_asks_through_must_be_answered(url: str) -> None:
    made = tried(url, "demo--operation:chat=0", Kept(), Api.COMPLETIONS)
    assert made["completions"].state is State.FAIL
    assert "--api" in made["completions"].fix


def test_a_parameter_under_another_name_does_not_hide_an_answer(url: str) -> None:
    assert tried(url, "demo--unsupported", Kept())["chat"].state is State.PASS


def test_a_path_that_is_not_there_is_remembered(url: str) -> None:
    memory = Kept()
    profile = Profile("t", Endpoint(f"{url}/elsewhere", None), Secret("k"), "demo", Api.CHAT)
    check = Trial(profile, memory, lambda _asked: None).look(Api.RESPONSES)
    assert check.state is State.SKIP
    assert answers(memory) == {"responses": False}


@pytest.mark.parametrize("fault", ["429", "hang"])
def test_what_passes_by_itself_is_a_warning(
    url: str, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trial, "PATIENCE", 0.5)
    memory = Kept()
    check = tried(url, f"demo--{fault}", memory)["chat"]
    assert check.state is State.WARN
    assert check.fix
    assert True not in answers(memory).values()


def test_a_stopped_trial_sends_nothing_more(url: str) -> None:
    profile = Profile("t", Endpoint(url, "2024-10-21"), Secret("k"), "demo", Api.CHAT)
    trial = Trial(profile, Kept(), lambda _asked: None)
    trial.stop()
    assert trial.look(Api.CHAT).says == "stopped"


@pytest.mark.parametrize(
    ("version", "api", "url"),
    [
        ("2024-10-21", Api.CHAT, "https://c.openai.azure.com"),
        ("2024-10-21", Api.RESPONSES, "https://c.openai.azure.com/openai/v1"),
        ("2025-03-01-preview", Api.RESPONSES, "https://c.openai.azure.com"),
    ],
)
def test_an_api_is_asked_where_it_is(version: str, api: Api, url: str) -> None:
    asked = Profile("t", Endpoint("https://c.openai.azure.com", version), None, "d", Api.CHAT)
    spoken: Any = speaking(asked, api)
    assert (spoken.api, spoken.endpoint.url) == (api, url)
