"""`aztui ask` as scripts use it: what is on stdout and stderr, and with which code it ends."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from aztui.emulator.backend import Piece
from aztui.emulator.scripted import ScriptedReplies
from aztui.emulator.server import Emulator
from tests.support.emulated import Emulated, saying
from tests.support.emulator import Stuck
from tests.support.hostile import Hostile, Peer
from tests.support.processes import eventually
from tests.support.program import AZTUI, KEY, environment, instruct, write_dotenv

DEADLINE = 30.0
Bytes = subprocess.CompletedProcess[bytes]


@dataclass(frozen=True)
class Asker:
    """Runs `aztui ask` in a home of its own."""

    home: Path
    url: str

    def env(self, deployment: str = "demo") -> dict[str, str]:
        """The environment of a user whose settings name this server."""
        return environment(self.home, **instruct(self.url, deployment))

    def __call__(
        self, *arguments: str, deployment: str = "demo", stdin: bytes | None = None
    ) -> Bytes:
        """Run it to its end."""
        return subprocess.run(
            [*AZTUI, "ask", *arguments],
            env=self.env(deployment),
            cwd=self.home,
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            capture_output=True,
            timeout=DEADLINE,
            check=False,
        )

    def shell(self, command: str) -> Bytes:
        """Run a line of bash."""
        return subprocess.run(
            ["bash", "-c", command],
            env=self.env(),
            cwd=self.home,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=DEADLINE,
            check=False,
        )

    def start(self, *arguments: str, deployment: str = "demo") -> subprocess.Popen[bytes]:
        """Start it, with pipes."""
        return subprocess.Popen(
            [*AZTUI, "ask", *arguments],
            env=self.env(deployment),
            cwd=self.home,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )


@pytest.fixture
def server() -> Iterator[Emulated]:
    emulated = Emulated()
    with Emulator(ScriptedReplies(), key=KEY, log=emulated.note) as emulator:
        emulated.note(emulator.url)
        yield emulated


@pytest.fixture
def ask(tmp_path: Path, server: Emulated) -> Asker:
    return Asker(tmp_path, server.url)


def test_the_articles_settings_in_a_file_and_only_text_on_stdout(
    tmp_path: Path, server: Emulated
) -> None:
    write_dotenv(tmp_path, instruct(server.url))
    done = subprocess.run(
        [*AZTUI, "ask", "lorem 40"],
        env=environment(tmp_path),
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=DEADLINE,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b"Lorem ipsum")
    entry = server.wait_for_request("demo")
    assert entry["api"] == "completions"
    assert entry["api_version"] == "2024-02-01"
    assert entry["streamed"] is True
    assert entry["params"]["max_tokens"] == 1000
    assert entry["tokens"] == 40


def test_bytes_come_as_they_were_sent(tmp_path: Path) -> None:
    pieces = ("\n\n", "a\x1b[2J", "\r", "\u202e", "é", "👩", "\u200d💻", "\x00", " end ")
    with saying(*pieces) as server:
        done = Asker(tmp_path, server.url)("hello")
    assert done.stdout == "".join(pieces).encode()
    assert done.returncode == 0


def test_text_is_there_as_soon_as_it_came(ask: Asker) -> None:
    with ask.start("lorem 50", deployment="demo--stall:after=2") as process:
        assert process.stdout is not None
        assert process.stdout.read(5) == b"Lorem"
        process.kill()


def test_stdin_follows_the_prompt(ask: Asker, server: Emulated) -> None:
    assert ask("Sum up:", stdin=b"one\ntwo\n").returncode == 0
    assert server.wait_for_request("demo")["prompt"] == "Sum up:\n\none\ntwo\n"


def test_a_prompt_of_five_megabytes(ask: Asker) -> None:
    assert ask(stdin=b"word " * 1_000_000).returncode == 0


def test_options_reach_the_request(ask: Asker, server: Emulated) -> None:
    options = ["-o", "temperature=0.2", "-o", "stop=END", "-s", "Be brief."]
    assert ask("--api", "chat", *options, "hello").returncode == 0
    entry = server.wait_for_request("demo")
    assert entry["api"] == "chat"
    assert entry["messages"] == 2
    assert entry["params"]["temperature"] == 0.2
    assert entry["params"]["stop"] == "END"


RESPONSES = ("--api", "responses")


@pytest.mark.parametrize("version", ["2025-04-01-preview", "v1", None])
def test_through_the_responses_api(ask: Asker, server: Emulated, version: str | None) -> None:
    said = ["--api-version", version] if version else []
    # The profile is one for completions: its api-version would be too old, its max_tokens unknown.
    done = ask(*RESPONSES, *said, "-n", "1", "-s", "Be brief.", "lorem 9")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout == ask("lorem 9").stdout
    entry = server.wait_for_request("demo")
    assert entry["api"] == "responses"
    assert entry["api_version"] == (version or "v1")
    assert entry["messages"] == 2
    assert entry["params"] == {"store": False}  # and no n, which responses do not have


BACKGROUND = (*RESPONSES, "-o", "background=true")


@pytest.mark.parametrize("fault", ["cut", "rst", "half-chunk"])
def test_a_link_that_drops_costs_nothing_of_what_runs_in_the_background(
    ask: Asker, server: Emulated, fault: str
) -> None:
    done = ask(*BACKGROUND, "lorem 40", deployment=f"demo--{fault}:after=9")
    said = done.stderr.decode()
    assert done.returncode == 0, said
    assert done.stdout == ask(*RESPONSES, "lorem 40").stdout
    assert "taking the answer up again in" in said
    assert "Azure keeps prompt and answer for 30 days" in said
    assert server.wait_for_request("demo", 2)["params"]["starting_after"] == 12


def test_stopping_what_runs_in_the_background_stops_it_at_the_service(tmp_path: Path) -> None:
    emulated = Emulated()
    with Emulator(ScriptedReplies(), key=KEY, rate=20, log=emulated.note) as emulator:
        emulated.note(emulator.url)
        with Asker(tmp_path, emulator.url).start(*BACKGROUND, "lorem 9000") as process:
            assert process.stdout is not None
            assert process.stdout.read(5) == b"Lorem"
            process.send_signal(signal.SIGINT)
            assert process.wait(DEADLINE) == 130
        ends = [emulated.wait_for_request("demo", number)["path"] for number in (1, 2)]
    assert sum(path.endswith("/cancel") for path in ends) == 1


def test_what_excludes_each_other_is_refused_before_anything_is_sent(
    ask: Asker, server: Emulated
) -> None:
    done = ask(*BACKGROUND, "-o", "store=false", "Hi")
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"store=false says not to" in done.stderr
    assert server.log == []


def test_what_is_stored_and_how_far_it_was_read_as_json(tmp_path: Path) -> None:
    emulated = Emulated()
    with Emulator(ScriptedReplies(), key=KEY, rate=50, log=emulated.note) as emulator:
        done = Asker(tmp_path, emulator.url)(
            *BACKGROUND, "--json", "lorem 40", deployment="demo--cut:after=20"
        )
    events = [json.loads(line) for line in done.stdout.decode().splitlines()]
    (stored,) = [event["response"] for event in events if event["event"] == "stored"]
    assert stored.startswith("resp_")
    reached = [event["sequence"] for event in events if event["event"] == "reached"]
    assert 1 <= len(reached) < 10
    assert reached == sorted(reached)
    (retrying,) = [event for event in events if event["event"] == "retrying"]
    assert retrying["resumes"] is True


def test_events_as_json(ask: Asker) -> None:
    done = ask("--json", "-n", "2", "-o", "max_tokens=3", "hello")
    events = [json.loads(line) for line in done.stdout.decode().splitlines()]
    assert {event["choice"] for event in events if event["event"] == "text"} == {0, 1}
    assert events[-1]["event"] == "ended"
    assert events[-1]["exit_code"] == done.returncode == 0


def test_who_answered_as_json(ask: Asker) -> None:
    done = ask("--api", "chat", "--json", "hello")
    told = [json.loads(line) for line in done.stdout.decode().splitlines()]
    (answering,) = [event for event in told if event["event"] == "answering"]
    assert (answering["model"], answering["fingerprint"]) == ("scripted-replies", "fp_emulated")


def test_several_answers(ask: Asker) -> None:
    done = ask("-n", "2", "hello")
    one, two = (ask("-o", f"n={n}", "hello").stdout for n in (1, 2))
    assert done.stdout.startswith(one)
    assert done.stdout == two
    assert done.stderr == b"answer 1 of 2\nanswer 2 of 2\n"


@pytest.mark.parametrize(
    ("deployment", "arguments", "code", "says"),
    [
        ("demo--401", [], 1, b"(401)"),
        ("demo--404", [], 1, b"(404)"),
        ("demo--403", [], 1, b"only certain networks"),
        ("demo--429:retry-after=3600", [], 1, b"after a wait of 1 h"),
        ("demo--500", [], 1, b"(500): trying again in"),
        ("demo--503:retry-after=3600", [], 1, b"(503)"),
        ("demo--context", [], 1, b"ask for at most"),
        ("demo--unsupported", [], 0, b"with max_completion_tokens in place of max_tokens"),
        ("demo--filter-prompt", [], 3, b"refused the prompt for violence (high)"),
        ("demo--filter-answer", [], 3, b"stopped the answer for violence (medium)"),
        ("demo--filter-async:block=9", [], 3, b"for protected material text"),
        ("demo--filter-async", [], 0, b""),
        (
            "demo--filter-error",
            [],
            0,
            b"The content filter did not run: The contents are not filtered.",
        ),
        ("demo--sse-error:after=0", [], 1, b"broke the answer off with an error"),
        ("demo--sse-error", [], 4, b"broke the answer off with an error"),
        ("demo--flat-error", [], 4, b"broke the answer off with an error"),
        ("demo--rst", [], 4, b"reset by peer"),
        ("demo--half-chunk", [], 4, b"cut short"),
        ("demo--bad-json", [], 4, b"came in a form that cannot be read"),
        ("demo--keepalive", [], 0, b""),
        ("demo--cut:after=0", [], 1, b"connection"),
        ("demo--cut", [], 4, b"cut short"),
        ("demo--no-finish", [], 4, b"without a finish reason"),
        ("demo", ["-o", "max_tokens=2"], 0, b"token limit"),
        ("demo", ["-o", "max_tokens=2", "--strict"], 4, b"token limit"),
        ("demo", ["-s", "Be brief."], 2, b"takes no system prompt"),
        ("demo--429:retry-after=3600", RESPONSES, 1, b"(429)"),
        ("demo--cut:after=0", RESPONSES, 1, b"connection"),
        ("demo--cut", RESPONSES, 4, b"cut short"),
        ("demo--no-finish", RESPONSES, 4, b"without a finish reason"),
        ("demo", [*RESPONSES, "-o", "max_output_tokens=2"], 0, b"-o max_output_tokens=N"),
        ("demo", [*BACKGROUND, "-n", "3"], 2, b"background=true goes on with one"),
        ("demo", [*RESPONSES, "-n", "2"], 0, b"one answer a request: 2 requests were made."),
        ("demo", [*RESPONSES, "--api-version", "2024-10-21"], 2, b"--api-version v1"),
        ("demo", ["-p", "nobody"], 2, b"no profile 'nobody'"),
        ("demo", ["--env-file", "nowhere"], 2, b"no file"),
        ("demo", ["--endpoint", "http://contoso.openai.azure.com"], 2, b"plain http"),
    ],
)
def test_exit_codes_and_a_reason(
    ask: Asker, deployment: str, arguments: Sequence[str], code: int, says: bytes
) -> None:
    done = ask(*arguments, "lorem 50", deployment=deployment)
    assert done.returncode == code
    assert says in done.stderr
    assert b"Traceback" not in done.stderr
    assert KEY.encode() not in done.stderr


def test_a_request_that_fails_is_sent_again_after_a_wait(tmp_path: Path) -> None:
    def script(peer: Peer) -> None:
        for milliseconds in (50, 60):
            peer.request()
            body = b'{"error": {"code": "429", "message": "Too many."}}'
            peer.plain("429 No", "application/json", body, f"Retry-After-Ms: {milliseconds}")
        peer.request()
        peer.answer("ok")
        peer.await_close()

    with Hostile(script) as server:
        done = Asker(tmp_path, server.url)("hello")
    assert (done.returncode, done.stdout) == (0, b"ok")
    reason = b"The rate limit of demo is used up for now (429): trying again in 0.1 s; "
    assert done.stderr == (reason + b"ctrl+c stops it.\n") * 2


def test_a_signal_ends_a_wait_at_once(ask: Asker) -> None:
    with ask.start("hello", deployment="demo--429:retry-after=100") as process:
        assert process.stderr is not None
        assert b"trying again in 1 min 40 s" in process.stderr.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(DEADLINE) == 130
        assert process.stderr.read() == b"Stopped by SIGINT: no text had come yet.\n"


def test_what_a_deployment_does_not_take_is_remembered_by_the_next_run(
    ask: Asker, server: Emulated
) -> None:
    first = ask("hello", deployment="demo--unsupported")
    assert first.stderr.startswith(b"Sent again with max_completion_tokens in place of max_tokens")
    second = ask("hello", deployment="demo--unsupported")
    assert second.stderr.startswith(b"Sent with max_completion_tokens in place of max_tokens")
    assert first.stdout == second.stdout != b""
    assert "max_completion_tokens" in server.wait_for_request("demo", 3)["params"]
    assert len(server.requests("demo")) == 3
    kept = [path for path in ask.home.rglob("*") if path.is_file()]
    assert any(path.name == "learnt.json" for path in kept)
    assert not [path for path in kept if KEY.encode() in path.read_bytes()]


def test_nobody_listening(tmp_path: Path) -> None:
    done = Asker(tmp_path, "http://127.0.0.1:1")("hello")
    assert done.returncode == 1
    assert done.stdout == b""
    assert b"127.0.0.1:1" in done.stderr


@pytest.mark.parametrize("arguments", ['"lorem 5000"', '--json "lorem 5000"'])
def test_a_reader_that_has_enough(ask: Asker, server: Emulated, arguments: str) -> None:
    piped = f'"{sys.executable}" -m aztui ask {arguments} | head -c 10'
    done = ask.shell(f'{piped}; echo "${{PIPESTATUS[0]}}"')
    assert done.stdout[10:] == b"0\n"
    assert done.stderr == b""


def test_a_reader_that_leaves_before_anything_came(ask: Asker, server: Emulated) -> None:
    with ask.start("hello", deployment="demo--hang") as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.wait(DEADLINE) == 0
        assert process.stderr is not None
        assert process.stderr.read() == b""


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["INT", "TERM"]
)
def test_a_signal_keeps_what_came_and_closes_the_connection(
    ask: Asker, server: Emulated, number: signal.Signals, code: int
) -> None:
    with ask.start("lorem 50", deployment="demo--stall:after=2") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        first = process.stdout.read(len("Lorem ipsum"))
        process.send_signal(number)
        rest, err = process.communicate(timeout=DEADLINE)
    assert process.returncode == code
    assert first + rest == b"Lorem ipsum"
    assert err == f"Stopped by {number.name}: the answer is not complete.\n".encode()
    assert server.wait_for_request("demo")["end"] == "client left"


def test_a_signal_is_answered_while_nobody_reads(tmp_path: Path) -> None:
    # One piece that no pipe holds: when the pipe is full, the program has some left.
    backend = Stuck(Piece(0, "Lorem ipsum " * 100_000))
    reading, writing = os.pipe()
    with (
        Emulator(backend) as emulator,
        subprocess.Popen(
            [*AZTUI, "ask", "hello"],
            env=environment(tmp_path, **instruct(emulator.url)),
            cwd=tmp_path,
            stdin=subprocess.DEVNULL,
            stdout=writing,
            stderr=subprocess.PIPE,
        ) as process,
    ):
        _wait_until_full(writing)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=DEADLINE)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        assert pipe.read().startswith(b"Lorem ipsum")
    assert process.returncode == 130
    assert b"its reader takes nothing" in err
    assert b"Stopped by SIGINT" in err


def _wait_until_full(pipe: int) -> None:
    """Wait until nothing more goes into a pipe."""
    ready = select.poll()
    ready.register(pipe, select.POLLOUT)
    assert eventually(lambda: not ready.poll(0), DEADLINE)


def test_closed_handles(ask: Asker) -> None:
    for closed, code in (("<&-", 0), (">&-", 2), ("2>&-", 0)):
        done = ask.shell(f'"{sys.executable}" -m aztui ask "lorem 3" {closed}')
        assert done.returncode == code, closed
        assert done.stdout == (b"" if code else b"Lorem ipsum dolor")
        assert b"Traceback" not in done.stderr
