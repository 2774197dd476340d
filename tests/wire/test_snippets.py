"""Copied Python and curl ask just what the run asked, and get the same answer."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest

from aztui.core.profile import Auth, Endpoint, Profile, Secret
from aztui.core.request import TRAITS, Api, Message, Params, compose
from aztui.core.run import Run
from aztui.emulator.backend import Answer, Ask, Part, Piece, Tally
from aztui.emulator.server import Emulator
from aztui.explore.snippets import curl, python
from aztui.explore.target import Target, target
from tests.support.engines import KEY
from tests.support.local import needs
from tests.support.program import environment
from tests.support.snippets import curled, printed, run_once

HOSTILE: Final = (
    'It\'s "quoted" \\ $HOME `id` $(id) %s {0}\n EOF\nEOF\n\t\'\'\'"""\r\n\x1b[31m\x00\x7f\x9b'
    "\u2028\u202e\ud800\U0001f30a\U000e0001 \u00e9\n  indented\n\n"
)
DEPLOYMENT: Final = 'demo\'s "gpt"/4o'
PARAMS: Final[dict[Api, Params]] = {
    Api.COMPLETIONS: {"temperature": 0, "stop": ["END", "\u2028\n"], "max_tokens": 1000, "n": 1},
    Api.CHAT: {"temperature": 0, "response_format": {"type": "text"}, "top_k": None, "n": 1},
    Api.RESPONSES: {"temperature": 0, "text": {"format": {"type": "text"}}},
}


class Echo:
    """Answers with what was asked, to the letter, and remembers it."""

    model = "echo"

    def __init__(self) -> None:
        self.bodies: list[Any] = []

    def answer(self, ask: Ask) -> Answer:
        self.bodies.append(ask.body)
        return Echoed(
            [Piece(0, json.dumps(ask.body, sort_keys=True)), Piece(0, "", "stop"), Tally(1, 1)]
        )


class Echoed:
    def __init__(self, parts: list[Part]) -> None:
        self._parts = parts

    def __iter__(self) -> Iterator[Part]:
        return iter(self._parts)

    def close(self) -> None:
        """It is over already."""


@pytest.fixture(scope="module")
def echo() -> Echo:
    return Echo()


@pytest.fixture(scope="module")
def emulator(echo: Echo) -> Iterator[Emulator]:
    with Emulator(echo, key=KEY) as emulator:
        yield emulator


def profile(emulator: Emulator, api: Api, version: str | None) -> Profile:
    url = emulator.url + ("" if version else "/openai/v1")
    return Profile("p", Endpoint(url, version), Secret(KEY), DEPLOYMENT, api, variable="MY_KEY")


def asked(profile: Profile, **params: Any) -> tuple[Run, Target]:
    api = profile.api
    system = f"Be {HOSTILE}" if TRAITS[api].system else None
    turns = (Message("user", HOSTILE), Message("assistant", f"No. {HOSTILE}"))
    sent = {**PARAMS[api], **params}
    request = compose(api, DEPLOYMENT, f"?{HOSTILE}", system=system, turns=turns, params=sent)
    run = run_once(profile, request)
    assert run.text, run.problem
    return run, target(run, profile)


VERSIONS: Final = pytest.mark.parametrize("version", ["2025-04-01-preview", None])


@VERSIONS
@pytest.mark.parametrize("api", Api)
def test_python_and_curl_get_the_same_answer(
    emulator: Emulator, echo: Echo, api: Api, version: str | None, tmp_path: Path
) -> None:
    needs(shutil.which("curl") is not None, "curl is not installed")
    run, found = asked(profile(emulator, api, version))
    body = echo.bodies[-1]
    assert printed(python(found), MY_KEY=KEY) == run.text
    assert echo.bodies[-1] == body
    assert curled(curl(found), api, tmp_path, MY_KEY=KEY) == run.text
    assert echo.bodies[-1] == body
    assert KEY not in python(found) + curl(found) + found.as_json


def test_a_script_runs_as_it_stands(emulator: Emulator, tmp_path: Path) -> None:
    run, found = asked(profile(emulator, Api.COMPLETIONS, "2024-02-01"))
    script = tmp_path / "copied.py"
    script.write_text(python(found), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, script.name],
        cwd=tmp_path,
        env={**environment(tmp_path), "MY_KEY": KEY, "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.stderr == b""
    assert done.stdout.decode() == run.text


def test_several_answers_are_told_apart(emulator: Emulator) -> None:
    _, found = asked(profile(emulator, Api.COMPLETIONS, "2024-02-01"))
    said = printed(python(replace(found, body={**found.body, "n": 2})), MY_KEY=KEY)
    assert said.startswith("--- answer 1\n")


def test_a_token_and_a_server_without_a_key(emulator: Emulator, tmp_path: Path) -> None:
    brought = replace(profile(emulator, Api.CHAT, "2024-10-21"), auth=Auth.TOKEN)
    run, found = asked(brought)
    assert "azure_ad_token=os.environ" in python(found)
    assert printed(python(found), MY_KEY=KEY) == run.text
    assert curled(curl(found), Api.CHAT, tmp_path, MY_KEY=KEY) == run.text
    with Emulator(Echo()) as free:
        keyless = replace(profile(free, Api.CHAT, None), key=None)
        run, found = asked(keyless)
        assert "environ" not in python(found)
        assert "$MY_KEY" not in curl(found)
        assert printed(python(found)) == run.text
        assert curled(curl(found), Api.CHAT, tmp_path) == run.text


@pytest.mark.xdist_group("local model")
@pytest.mark.parametrize("api", [Api.COMPLETIONS, Api.CHAT])
def test_a_real_model_says_the_same(local_model: Any, api: Api, tmp_path: Path) -> None:
    with Emulator(local_model, key=KEY) as emulator:
        here = profile(emulator, api, "2024-10-21")
        params: Params = {"temperature": 0, "max_tokens": 12}
        run = run_once(here, compose(api, DEPLOYMENT, "Name three\ncolours.", params=params))
        found = target(run, here)
        assert run.text.strip()
        assert printed(python(found), MY_KEY=KEY) == run.text
        assert curled(curl(found), api, tmp_path, MY_KEY=KEY) == run.text
