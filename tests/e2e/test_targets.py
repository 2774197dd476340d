"""The same program on completions, on chat and on responses: only the settings differ."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from typing import Any, Final

import pytest

from tests.support.emulated import Emulated
from tests.support.launch import READY, Launcher
from tests.support.program import AZTUI, KEY, environment, instruct, write_dotenv

DEADLINE: Final = 30.0
ANSWER: Final = "Lorem ipsum dolor sit amet"


@dataclass(frozen=True)
class Target:
    """What a user writes into `.env`, and what must go out because of it.

    Attributes:
        settings: the file's lines; `URL` and `NAME` stand for the server and the deployment.
        path: that is asked.
        api_version: that is asked for, in the emulator's words.
        params: of the first prompt's body.
        messages: how many turns go along with the second prompt; None where it stands alone.
    """

    settings: dict[str, str]
    path: str
    api_version: str
    params: dict[str, Any]
    messages: int | None


TARGETS: Final = {
    "completions, as in the article": Target(
        instruct("URL", "NAME"),
        "/openai/deployments/NAME/completions",
        "2024-02-01",
        {"max_tokens": 1000},
        None,
    ),
    "chat": Target(
        {
            "AZURE_OPENAI_ENDPOINT": "URL",
            "AZURE_OPENAI_API_KEY": KEY,
            "AZURE_OPENAI_DEPLOYMENT": "NAME",
            "AZURE_OPENAI_API_VERSION": "2024-10-21",
        },
        "/openai/deployments/NAME/chat/completions",
        "2024-10-21",
        {"stream_options": {"include_usage": True}},
        3,
    ),
    "responses over v1": Target(
        {
            "AZURE_OPENAI_ENDPOINT": "URL/openai/v1/",
            "AZURE_OPENAI_API_KEY": KEY,
            "AZURE_OPENAI_DEPLOYMENT_NAME": "NAME",
            "AZURE_OPENAI_API": "responses",
        },
        "/openai/v1/responses",
        "v1",
        {"store": False},
        3,
    ),
}

EACH = pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)


@pytest.fixture
def settle(launch: Launcher, emulator: Emulated, target: Target) -> None:
    """Write the target's settings into the folder that the program runs in, and nowhere else."""
    filled = {
        name: value.replace("URL", emulator.url).replace("NAME", launch.deployment)
        for name, value in target.settings.items()
    }
    write_dotenv(launch.home, filled)


def assert_asked(request: dict[str, Any], launch: Launcher, target: Target) -> None:
    assert request["method"] == "POST"
    assert request["path"] == target.path.replace("NAME", launch.deployment)
    assert request["api_version"] == target.api_version
    assert request["deployment"] == launch.deployment
    # How likely the tokens are is asked by the screen itself, wherever that is told.
    by_itself = {"logprobs", "top_logprobs", "include"}
    own = {name: value for name, value in request["params"].items() if name not in by_itself}
    assert own == target.params
    assert request["streamed"]
    assert (request["status"], request["end"]) == (200, "complete")


@EACH
@pytest.mark.usefixtures("settle")
def test_ask_works_unchanged(launch: Launcher, emulator: Emulated, target: Target) -> None:
    done = subprocess.run(
        [*AZTUI, "ask", "lorem 8"],
        env=environment(launch.home),
        cwd=launch.home,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=DEADLINE,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip().startswith(ANSWER)
    assert_asked(emulator.wait_for_request(launch.deployment), launch, target)


@EACH
@pytest.mark.usefixtures("settle")
def test_the_screen_works_unchanged(launch: Launcher, emulator: Emulated, target: Target) -> None:
    terminal = launch.start()
    terminal.wait_for(READY)
    for number in (1, 2):
        terminal.send("lorem 8\r")
        terminal.wait_for(re.compile(r"(done \(stop\).*)" * number, re.DOTALL))
        request = emulator.wait_for_request(launch.deployment, number)
        assert_asked(request, launch, target)
    assert terminal.screen.count(ANSWER) == 2
    assert request["messages"] == target.messages
    terminal.send(b"\x11")
    assert terminal.wait_exit() == 0
