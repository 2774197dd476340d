"""`aztui doctor`, as a user runs it."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from aztui.core.checkup import NEEDS
from tests.support.emulated import Emulated
from tests.support.launch import Launcher
from tests.support.program import AZTUI, KEY, environment, instruct, write_dotenv

DEADLINE = 60.0
SKIPPED = "\N{EN DASH}"
QUESTION = "This sends 3 requests of one token each"


def doctor(
    home: Path, *arguments: str, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [*AZTUI, "doctor", *arguments],
        env=environment(home, **(env or {})),
        cwd=home,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=DEADLINE,
        check=False,
    )
    assert KEY not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done


def states(text: str) -> dict[str, str]:
    """The marks of the lines of a checkup, by name."""
    return {
        name: mark for mark, name in re.findall(rf"^([✓!✗{SKIPPED}]) (\S+)", text, re.MULTILINE)
    }


def paid(emulator: Emulated, deployment: str) -> int:
    """How many requests were answered, and so would cost money."""
    return sum(entry["status"] == 200 for entry in emulator.requests(deployment))


def document(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_all_is_well(launch: Launcher, emulator: Emulated) -> None:
    done = doctor(launch.home, env=instruct(emulator.url, launch.deployment))
    assert done.returncode == 0
    assert done.stderr == ""
    marks = states(done.stdout)
    assert "✗" not in marks.values()
    assert list(marks) == [name for name in NEEDS if name not in {"trust", "forget"}]
    assert "AZURE_OPENAI_API_KEY_FOR_INSTRUCT in the environment" in done.stdout
    assert "…cdef" in done.stdout
    # Without a terminal nothing that costs money is sent, and the lines say so.
    assert "not asked, since that costs money: --yes asks" in done.stdout
    assert paid(emulator, launch.deployment) == 0


def test_yes_asks_and_what_is_learnt_can_be_forgotten(launch: Launcher, emulator: Emulated) -> None:
    env = instruct(emulator.url, launch.deployment)
    done = doctor(launch.home, "--yes", env=env)
    assert done.returncode == 0
    assert [states(done.stdout)[name] for name in ("completions", "chat", "responses")] == ["✓"] * 3
    assert "answers, model" in done.stdout
    again = doctor(launch.home, env=env)
    assert states(again.stdout)["learnt"] == "✓"
    forgot = doctor(launch.home, "--forget", env=env)
    assert states(forgot.stdout)["forget"] == "✓"
    assert states(forgot.stdout)["learnt"] == SKIPPED


@pytest.mark.parametrize(
    ("fault", "failing"), [("401", "credential"), ("403", "credential"), ("404", "deployment")]
)
def test_a_failure_is_named_with_its_fix(
    launch: Launcher, emulator: Emulated, fault: str, failing: str
) -> None:
    done = doctor(launch.home, "--json", env=instruct(emulator.url, f"demo--{fault}"))
    assert done.returncode == 1
    said = document(done)
    assert (said["profile"], said["exit_code"]) == ("instruct", 1)
    [failed] = [check for check in said["checks"] if check["state"] == "fail"]
    assert failed["name"] == failing
    assert failed["fix"]
    stopped = [check["name"] for check in said["checks"] if check["stopped_by"] == failing]
    assert stopped[-3:] == ["completions", "chat", "responses"]


def test_without_settings_it_shows_what_it_can(launch: Launcher) -> None:
    done = doctor(launch.home)
    assert done.returncode == 1
    marks = states(done.stdout)
    assert (marks["settings"], marks["terminal"], marks["folders"]) == ("✗", "✓", "✓")
    assert "the rest     not checked, since settings failed: endpoint, proxy, dns" in done.stdout
    assert "AZURE_OPENAI_API_KEY=<key>" in done.stdout


def test_wrong_usage(launch: Launcher) -> None:
    done = doctor(launch.home, "--demo", "--local")
    assert (done.returncode, done.stdout) == (2, "")


def test_the_scripted_replies_cost_nothing(launch: Launcher) -> None:
    done = doctor(launch.home, "--demo")
    assert done.returncode == 0
    assert states(done.stdout)["chat"] == "✓"


def test_without_utf8_all_is_ascii(launch: Launcher) -> None:
    done = doctor(launch.home, "--demo", env={"LC_ALL": "de_DE.ISO-8859-1"})
    assert done.stdout.isascii()
    assert "+ settings" in done.stdout
    assert "which is not UTF-8" in done.stdout


def test_a_file_that_says_where_is_refused_and_can_be_approved(
    launch: Launcher, emulator: Emulated
) -> None:
    write_dotenv(
        launch.home,
        {"AZURE_OPENAI_ENDPOINT": emulator.url, "AZURE_OPENAI_DEPLOYMENT": launch.deployment},
    )
    key = {"AZURE_OPENAI_API_KEY": KEY}
    refused = doctor(launch.home, env=key)
    assert refused.returncode == 1
    assert "Refused" in refused.stdout
    assert "aztui doctor --trust" in refused.stdout
    assert "not checked, since settings failed: " in refused.stdout
    trusted = doctor(launch.home, "--trust", env=key)
    assert trusted.returncode == 0
    approved = f"AZURE_OPENAI_API_KEY in the environment may go to {emulator.url} from now on"
    assert approved in trusted.stdout
    assert doctor(launch.home, env=key).returncode == 0


@pytest.mark.parametrize(("answer", "mark"), [("y", "✓"), ("n", SKIPPED), ("", SKIPPED)])
def test_on_a_terminal_it_asks_first(
    launch: Launcher, emulator: Emulated, answer: str, mark: str
) -> None:
    terminal = launch.start("doctor", env=instruct(emulator.url, launch.deployment), size=(60, 100))
    terminal.wait_for(QUESTION)
    terminal.send(f"{answer}\r")
    assert terminal.wait_exit() == 0
    assert f"\n{mark} chat" in terminal.screen
    assert paid(emulator, launch.deployment) == (3 if mark == "✓" else 0)


def test_ctrl_c_ends_it_at_the_question_and_in_a_request(
    launch: Launcher, emulator: Emulated
) -> None:
    asked = launch.start("doctor", env=instruct(emulator.url), size=(60, 100))
    asked.wait_for(QUESTION)
    asked.send("\x03")
    assert asked.wait_exit() == 130
    env = instruct(emulator.url, "demo--hang")
    hanging = launch.start("doctor", env=env, size=(60, 100))
    hanging.wait_for("✓ clock")
    hanging.send("\x03")
    assert hanging.wait_exit() == 130
    assert "Traceback" not in hanging.screen


def test_the_screen_asks_for_a_checkup(launch: Launcher, emulator: Emulated) -> None:
    terminal = launch.on(emulator)
    terminal.send("\x10")
    terminal.wait_for("Stop the answer")
    terminal.send("check the con")
    terminal.wait_for(lambda screen: "Check the connection" in screen and "Stop" not in screen)
    terminal.send("\r")
    terminal.wait_for(QUESTION)
    terminal.send("y")
    terminal.wait_for("No check failed.")
    assert "✓ chat" in terminal.screen
    terminal.send("\x1b")
    terminal.wait_for("Ask anything")
