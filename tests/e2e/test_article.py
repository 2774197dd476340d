"""The article's own loop beside `aztui ask`: the same settings, the same server, the same text."""

import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from aztui.emulator.backend import Answer, Ask, Backend, Piece
from aztui.emulator.local.backend import LocalModel
from aztui.emulator.scripted import ScriptedReplies
from aztui.emulator.server import Emulator
from tests.support.emulator import Saying
from tests.support.program import AZTUI, KEY, environment, instruct, write_dotenv

ARTICLE = (sys.executable, str(Path(__file__).parents[1] / "support" / "article.py"))
PROMPT = "Name three colours."


@dataclass(frozen=True)
class Surest:
    """The local model, always choosing the likeliest token: the same prompt, the same answer."""

    local: LocalModel

    @property
    def model(self) -> str:
        return self.local.model

    def answer(self, ask: Ask) -> Answer:
        return self.local.answer(replace(ask, body={**ask.body, "temperature": 0}))


def printed(folder: Path, *command: str) -> str:
    """What a program prints that finds its settings in `folder/.env`."""
    done = subprocess.run(
        [*command, PROMPT],
        cwd=folder,
        env=environment(folder),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    return done.stdout.decode()


def both(folder: Path, backend: Backend) -> tuple[str, str]:
    """What the article's script and `aztui ask` print of the same answer."""
    with Emulator(backend, key=KEY) as emulator:
        write_dotenv(folder, instruct(emulator.url, deployment="demo"))
        return printed(folder, *ARTICLE), printed(folder, *AZTUI, "ask")


def test_a_scripted_reply(tmp_path: Path) -> None:
    article, ours = both(tmp_path, ScriptedReplies())
    assert article == ours != ""


@pytest.mark.xdist_group("local model")
def test_a_real_model(tmp_path: Path, local_model: LocalModel) -> None:
    article, ours = both(tmp_path, Surest(local_model))
    assert article == ours != ""


def test_what_comes_with_and_after_stop_is_lost_by_the_article_alone(tmp_path: Path) -> None:
    parts = (Piece(0, "Red, "), Piece(0, "green ", "stop"), Piece(0, "and blue"))
    article, ours = both(tmp_path, Saying(*parts))
    assert article == "Red, "
    assert ours == "Red, green and blue"
