"""What deployments have taught, in a file."""

from __future__ import annotations

import json
import multiprocessing
import os
import threading
from pathlib import Path
from typing import Any

import pytest

from aztui.config.errors import SettingsError
from aztui.config.learnt import MOST, MOST_REFUSED, WEEK, Entry, LearntFile
from aztui.core.lessons import UNKNOWN, Learnt, Refused, Subject
from aztui.core.request import Api
from tests.support.fakes import Clock

CONTOSO = "https://contoso.openai.azure.com"
CHAT = Subject(CONTOSO, "gpt-4o", Api.CHAT)
HARD = Subject(CONTOSO, "gpt-4o", Api.CHAT, "high")
OTHER = Subject(CONTOSO, "o4", Api.RESPONSES)
RENAMED = Refused("max_tokens", None, "max_completion_tokens", "Use it.")
ALL = Learnt(
    "gpt-4o-2024-11-20",
    answers=True,
    refused=(RENAMED, Refused("temperature", 0.5), Refused("include", ["a"])),
    usage=True,
    logprobs=False,
    reasons=False,
    context=8_192,
    input=4_096,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "aztui" / "learnt.json"


def test_what_is_noted_is_recalled_by_another_process(path: Path) -> None:
    LearntFile(path).note(CHAT, ALL)
    assert LearntFile(path).recall(CHAT) == ALL
    assert LearntFile(path).recall(HARD) == UNKNOWN


def test_nothing_is_made_before_something_is_noted(path: Path) -> None:
    assert LearntFile(path).recall(CHAT) == UNKNOWN
    assert LearntFile(path).entries() == ()
    assert LearntFile(path).forget(CONTOSO) == 0
    assert not path.parent.exists()


def test_the_file_is_the_users_alone(path: Path) -> None:
    before = os.umask(0)
    try:
        LearntFile(path).note(CHAT, ALL)
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert list(path.parent.iterdir()) == [path]


def test_lessons_expire_after_a_week_each_by_itself(path: Path) -> None:
    clock = Clock(1_784_000_000.0)
    memory = LearntFile(path, clock)
    memory.note(CHAT, Learnt("gpt-4o", answers=True, refused=(RENAMED,)))
    clock.move(WEEK / 2)
    memory.note(CHAT, Learnt("gpt-4o", answers=True, refused=(RENAMED,), usage=True))
    clock.move(WEEK / 2 - 1)
    assert memory.recall(CHAT).model == "gpt-4o"
    clock.move(1)
    assert memory.recall(CHAT) == Learnt(usage=True)
    clock.move(WEEK / 2)
    assert memory.recall(CHAT) == UNKNOWN
    memory.note(OTHER, ALL)
    assert [entry["deployment"] for entry in json.loads(path.read_text())["entries"]] == ["o4"]


def test_lessons_from_the_future_are_none(path: Path) -> None:
    clock = Clock(1_784_000_000.0)
    LearntFile(path, clock).note(CHAT, ALL)
    clock.move(-3600)
    assert LearntFile(path, clock).recall(CHAT) == UNKNOWN


def test_another_model_takes_the_place_of_all(path: Path) -> None:
    memory = LearntFile(path)
    memory.note(CHAT, ALL)
    memory.note(CHAT, ALL.answered_by("gpt-5"))
    assert memory.recall(CHAT) == Learnt("gpt-5", answers=True)


def test_what_another_process_has_learnt_of_the_same_model_stays(path: Path) -> None:
    before = Learnt("gpt-4o")
    LearntFile(path).note(CHAT, before.refusing(RENAMED))
    LearntFile(path).note(CHAT, before.refusing(Refused("store")))
    assert LearntFile(path).recall(CHAT).refused == (RENAMED, Refused("store"))


def test_what_is_refused_itself_replaces_nothing_any_more(path: Path) -> None:
    before = Learnt("gpt-4o", refused=(RENAMED,))
    LearntFile(path).note(CHAT, before)
    LearntFile(path).note(CHAT, before.refusing(Refused("max_completion_tokens")))
    assert LearntFile(path).recall(CHAT).refused == (Refused("max_completion_tokens"),)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "null",
        "[]",
        '{"version": 1}',
        '{"version": 1, "entries": 5}',
        '{"version": 1, "entries": [5, {}, {"lessons": 5}]}',
        '{"version": "x", "entries": []}',
        "[" * 100_000,
        "\x00\xff",
    ],
)
def test_a_file_that_makes_no_sense_says_nothing_and_is_replaced(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="latin-1")
    memory = LearntFile(path)
    assert memory.recall(CHAT) == UNKNOWN
    assert memory.entries() == ()
    memory.note(CHAT, ALL)
    assert memory.recall(CHAT) == ALL


LESSON = {"about": "usage", "value": True, "at": 1_784_000_000}


@pytest.mark.parametrize(
    "change",
    [
        {"lessons": [{**LESSON, "value": 1}]},
        {"lessons": [{**LESSON, "about": "context", "value": True}]},
        {"lessons": [{**LESSON, "about": "context", "value": 0}]},
        {"lessons": [{**LESSON, "about": "input", "value": 1.5}]},
        {"lessons": [{**LESSON, "at": "now"}]},
        {"lessons": [{**LESSON, "at": float("nan")}]},
        {"lessons": [{**LESSON, "at": 10**400}]},
        {"lessons": [{**LESSON, "about": "weather"}]},
        {"lessons": [{**LESSON, "about": "refused", "value": {"param": "x"}}]},
        {"lessons": [{**LESSON, "about": "refused", "value": "x"}]},
        {"lessons": [None]},
        {"api": "telepathy"},
        {"deployment": None},
    ],
)
def test_nonsense_in_an_entry_does_no_harm_to_others(path: Path, change: dict[str, Any]) -> None:
    memory = LearntFile(path, Clock(1_784_000_000.0))
    memory.note(CHAT, ALL)
    said = json.loads(path.read_text())
    odd = {**said["entries"][0], "deployment": "odd", "lessons": [LESSON]} | change
    path.write_text(json.dumps({**said, "entries": [odd, *said["entries"]]}))
    assert memory.recall(CHAT) == ALL
    assert [entry.subject for entry in memory.entries()] == [CHAT]


def test_a_later_versions_file_is_left_alone(path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.write_text('{"version": 2, "entries": {}}')
    memory = LearntFile(path)
    memory.note(CHAT, ALL)
    assert memory.recall(CHAT) == UNKNOWN
    assert memory.entries() == ()
    with pytest.raises(SettingsError, match=r"later version of aztui\. Nothing was forgotten"):
        memory.forget(CONTOSO)
    assert path.read_text() == '{"version": 2, "entries": {}}'


def test_a_folder_that_cannot_be_made_is_no_failure(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file")
    memory = LearntFile(tmp_path / "state" / "learnt.json")
    memory.note(CHAT, ALL)
    assert memory.recall(CHAT) == UNKNOWN


def test_entries_come_with_their_time_the_latest_last(path: Path) -> None:
    clock = Clock(1_784_000_000.0)
    memory = LearntFile(path, clock)
    memory.note(OTHER, Learnt("o4"))
    clock.move(5)
    memory.note(CHAT, ALL)
    clock.move(5)
    memory.note(OTHER, Learnt("o4", reasons=True))
    assert memory.entries() == (
        Entry(CHAT, ALL, 1_784_000_005.0),
        Entry(OTHER, Learnt("o4", reasons=True), 1_784_000_010.0),
    )


def test_forgetting_a_deployment_or_all(path: Path) -> None:
    memory = LearntFile(path)
    elsewhere = Subject("https://fabrikam.openai.azure.com", "gpt-4o", Api.CHAT)
    for subject in (CHAT, HARD, OTHER, elsewhere):
        memory.note(subject, ALL)
    assert memory.forget(CONTOSO, "gpt-4o") == 2
    assert [entry.subject for entry in memory.entries()] == [OTHER, elsewhere]
    assert memory.forget(CONTOSO) == 1
    assert memory.forget(CONTOSO) == 0
    assert memory.recall(elsewhere) == ALL


def test_it_does_not_grow_without_end(path: Path) -> None:
    clock = Clock(1_784_000_000.0)
    memory = LearntFile(path, clock)
    for number in range(MOST + 2):
        clock.move(1)
        memory.note(Subject(CONTOSO, str(number), Api.CHAT), Learnt("m"))
    assert len(memory.entries()) == MOST
    assert memory.recall(Subject(CONTOSO, "1", Api.CHAT)) == UNKNOWN
    many = tuple(Refused("temperature", number) for number in range(MOST_REFUSED + 5))
    memory.note(CHAT, Learnt("m", refused=many))
    assert memory.recall(CHAT).refused == many[5:]


def note_some(path: Path, who: int, count: int) -> None:
    memory = LearntFile(path)
    for number in range(count):
        memory.note(Subject(CONTOSO, f"{who}-{number}", Api.CHAT), Learnt("m"))


def test_processes_and_threads_lose_nothing_of_each_others(path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=note_some, args=(path, who, 10)) for who in range(2)]
    threads = [threading.Thread(target=note_some, args=(path, who, 10)) for who in range(2, 4)]
    for process in processes:
        process.start()
    for thread in threads:
        thread.start()
    for process in processes:
        process.join(60)
    for thread in threads:
        thread.join(60)
    assert len(LearntFile(path).entries()) == 40
