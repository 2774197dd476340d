"""A real model in its process: properties only, since its words differ from machine to machine."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from aztui.core.request import Api, Json
from aztui.emulator.backend import Ask, BackendError, Part, Piece, Tally
from aztui.emulator.local.backend import LocalAnswer, LocalModel
from tests.support.local import busy
from tests.support.processes import cpu_seconds, eventually, gone

# One worker has the model: each would load it again.
pytestmark = pytest.mark.xdist_group("local model")


def chat(text: str, **body: Json) -> Ask:
    return Ask(Api.CHAT, "d", {"messages": [{"role": "user", "content": text}], **body})


def completion(text: str, **body: Json) -> Ask:
    return Ask(Api.COMPLETIONS, "d", {"prompt": text, **body})


def pieces(parts: list[Part]) -> list[Piece]:
    return [part for part in parts if isinstance(part, Piece)]


def text(parts: list[Part]) -> str:
    return "".join(piece.text for piece in pieces(parts))


def reasons(parts: list[Part]) -> dict[int, str]:
    return {p.choice: p.finish_reason for p in pieces(parts) if p.finish_reason}


def idle(pid: int) -> bool:
    """Whether a process does not compute, looked at for a fifth of a second."""
    before = cpu_seconds(pid)
    time.sleep(0.2)
    return cpu_seconds(pid) - before < 0.02


def pid_of(model: LocalModel) -> int:
    engine = model._running()
    assert engine.address(lambda: False)
    assert engine.pid
    return engine.pid


class Reading:
    """An answer read on a thread of its own."""

    def __init__(self, answer: LocalAnswer) -> None:
        self.answer = answer
        self.parts: list[Part] = []
        self.error: BackendError | None = None
        self._thread = threading.Thread(target=self._read)
        self._thread.start()

    def _read(self) -> None:
        try:
            for part in self.answer:
                self.parts.append(part)
        except BackendError as error:
            self.error = error

    def over(self, seconds: float = 10.0) -> bool:
        self._thread.join(seconds)
        return not self._thread.is_alive()


@pytest.fixture
def own_model(weights_file: Path) -> Iterator[LocalModel]:
    """A model that the test may break."""
    with LocalModel(weights_file) as model:
        yield model


@pytest.mark.parametrize("ask", [chat, completion])
def test_an_answer_streams_in_pieces_and_ends_with_its_tally(
    local_model: LocalModel, ask: Any
) -> None:
    parts = list(local_model.answer(ask("Name three colours.", max_tokens=24)))
    assert len(pieces(parts)) > 3
    assert text(parts).strip()
    assert reasons(parts).keys() == {0}
    tally = parts[-1]
    assert isinstance(tally, Tally)
    assert tally.prompt_tokens > 3
    assert 1 <= tally.completion_tokens <= 24


def test_a_limit_ends_an_answer_with_length(local_model: LocalModel) -> None:
    parts = list(local_model.answer(completion("Write a long story.", max_tokens=5)))
    assert reasons(parts) == {0: "length"}
    assert isinstance(parts[-1], Tally)
    assert parts[-1].completion_tokens == 5


def test_choices_come_interleaved_and_are_all_counted(local_model: LocalModel) -> None:
    parts = list(local_model.answer(chat("Write a long story.", n=2, max_tokens=20)))
    order = [piece.choice for piece in pieces(parts)]
    assert set(order) == {0, 1}
    assert order != sorted(order)
    assert order != sorted(order, reverse=True)
    assert reasons(parts) == {0: "length", 1: "length"}
    assert isinstance(parts[-1], Tally)
    assert parts[-1].completion_tokens == 40


def test_more_choices_than_it_writes_at_once_all_come(local_model: LocalModel) -> None:
    parts = list(local_model.answer(chat("Write a long story.", n=3, max_tokens=4)))
    assert reasons(parts) == dict.fromkeys(range(3), "length")


def test_temperature_nought_and_stop_are_obeyed(local_model: LocalModel) -> None:
    ask = chat("Count from one to ten.", temperature=0, max_tokens=40)
    first, second = (text(list(local_model.answer(ask))) for _ in range(2))
    assert first == second
    stop = first[10:14]
    stopped = list(local_model.answer(Ask(ask.api, ask.deployment, {**ask.body, "stop": stop})))
    assert reasons(stopped) == {0: "stop"}
    assert text(stopped) == first[: first.index(stop)]


def test_a_prompt_longer_than_the_context_is_refused(local_model: LocalModel) -> None:
    with pytest.raises(BackendError, match="maximum context length is 4096 tokens") as refused:
        list(local_model.answer(chat("word " * 5000)))
    assert (refused.value.status, refused.value.code) == (400, "context_length_exceeded")


def test_what_the_engine_refuses_is_the_askers_mistake(local_model: LocalModel) -> None:
    with pytest.raises(BackendError, match="temperature") as refused:
        list(local_model.answer(chat("hi", temperature="hot")))
    assert refused.value.status == 400


def test_closing_amid_an_answer_really_stops_the_engine(local_model: LocalModel) -> None:
    reading = Reading(local_model.answer(chat("Write a very long story.", max_tokens=3000)))
    assert eventually(lambda: len(reading.parts) > 3)
    assert busy(local_model) == 1
    reading.answer.close()
    assert reading.over(1.0)
    assert reading.error is None
    assert not any(isinstance(part, Tally) for part in reading.parts)
    assert eventually(lambda: busy(local_model) == 0, 3.0)


def test_closing_while_a_long_prompt_is_read_stops_that(local_model: LocalModel) -> None:
    reading = Reading(local_model.answer(chat("word " * 3900)))
    assert eventually(lambda: busy(local_model) == 1)
    reading.answer.close()
    assert reading.over(1.0)
    assert reading.parts == []
    # Asking the engine for its slots would keep it from looking for lost connections.
    assert eventually(lambda: idle(pid_of(local_model)), 5.0)


def test_an_answer_that_is_dropped_half_read_stops_the_engine(local_model: LocalModel) -> None:
    parts = iter(local_model.answer(chat("Write a very long story.", max_tokens=3000)))
    next(parts)
    del parts
    assert eventually(lambda: busy(local_model) == 0, 3.0)


def test_a_third_request_waits_and_is_answered(local_model: LocalModel) -> None:
    asks = [chat(f"Write story {number}.", max_tokens=15) for number in range(3)]
    readings = [Reading(local_model.answer(ask)) for ask in asks]
    assert all(reading.over(60.0) for reading in readings)
    assert all(reasons(reading.parts) == {0: "length"} for reading in readings)


def test_the_process_hides_its_key_and_answers_nobody_without_it(local_model: LocalModel) -> None:
    pid = pid_of(local_model)
    address = local_model._running().address(lambda: False)
    assert address
    for file in ("cmdline", "environ"):
        assert address.key.encode() not in Path(f"/proc/{pid}/{file}").read_bytes()
    connection = http.client.HTTPConnection("127.0.0.1", address.port, timeout=10)
    connection.request("POST", "/v1/chat/completions", b'{"messages": []}')
    assert connection.getresponse().status == 401
    connection.close()


def test_the_users_credentials_are_not_the_engines_business(
    own_model: LocalModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AZURE_OPENAI_API_KEY_FOR_INSTRUCT", "0123456789abcdef")
    monkeypatch.setenv("OPENAI_API_KEY", "0123456789abcdef")
    environment = Path(f"/proc/{pid_of(own_model)}/environ").read_bytes()
    assert b"0123456789abcdef" not in environment
    assert b"PATH=" in environment


def test_starting_and_closing_before_it_is_ready_take_no_time(own_model: LocalModel) -> None:
    began = time.monotonic()
    own_model.start()
    reading = Reading(own_model.answer(chat("hi")))
    reading.answer.close()
    assert reading.over(1.0)
    engine = own_model._running()
    own_model.close()
    assert engine.end
    assert time.monotonic() - began < 3.0
    assert engine.pid is None or gone(engine.pid)
    with pytest.raises(BackendError, match="has been stopped"):
        list(own_model.answer(chat("hi")))


def test_a_process_that_dies_fails_its_answer_and_is_started_again(own_model: LocalModel) -> None:
    reading = Reading(own_model.answer(chat("Write a very long story.", max_tokens=3000)))
    assert eventually(lambda: len(reading.parts) > 3)
    os.kill(pid_of(own_model), signal.SIGKILL)
    assert reading.over(5.0)
    assert reading.error
    assert reading.error.status == 500
    assert "ended (SIGKILL)" in reading.error.message
    assert text(list(own_model.answer(chat("hi", max_tokens=3))))


def test_ctrl_c_in_the_terminal_does_not_reach_it(own_model: LocalModel) -> None:
    pid = pid_of(own_model)
    assert os.getsid(pid) == pid != os.getsid(0)
    os.kill(pid, signal.SIGINT)
    assert text(list(own_model.answer(chat("hi", max_tokens=3))))
    assert pid_of(own_model) == pid


def test_a_damaged_model_is_named_and_the_next_step_too(weights_file: Path, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.gguf"
    with weights_file.open("rb") as whole:
        damaged.write_bytes(whole.read(3_000_000))
    with LocalModel(damaged) as model, pytest.raises(BackendError) as failed:
        list(model.answer(chat("hi")))
    assert failed.value.status == 500
    assert "damaged.gguf cannot be loaded" in failed.value.message
    assert "aztui local pull" in failed.value.message


PARENT = """
import sys, time
from pathlib import Path
from aztui.emulator.local.backend import LocalModel
model = LocalModel(Path(sys.argv[1]))
engine = model._running()
while engine.pid is None:
    time.sleep(0.01)
if sys.argv[2] == "ready":
    engine.address(lambda: False)
print(engine.pid, flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("phase", ["ready", "loading"])
def test_the_process_dies_with_a_killed_parent(weights_file: Path, phase: str) -> None:
    command = [sys.executable, "-c", PARENT, str(weights_file), phase]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as parent:
        assert parent.stdout
        pid = int(parent.stdout.readline())
        assert not gone(pid)
        parent.kill()
        parent.wait()
        assert eventually(lambda: gone(pid), 5.0)


def test_the_end_of_its_stdin_alone_ends_the_process(weights_file: Path) -> None:
    order = {"weights": str(weights_file), "key": "k", "threads": 1, "slots": 1, "context": 512}
    with subprocess.Popen(
        [sys.executable, "-m", "aztui.emulator.local.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as child:
        assert child.stdin
        assert child.stdout
        assert child.stderr
        child.stdin.write(json.dumps(order).encode() + b"\n")
        child.stdin.flush()
        assert json.loads(child.stdout.readline())["port"]
        child.stdin.close()
        assert child.wait(5.0) == 0
        assert child.stdout.read() == b""
        assert child.stderr.read() == b""
