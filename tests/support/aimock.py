"""aimock, a server of other people's that speaks Azure's chat and the Responses API."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

import pytest

from tests.support.local import needs

PROGRAM: Final = (
    Path(__file__).parents[2]
    / ".cache"
    / "npm"
    / "node_modules"
    / "@copilotkit"
    / "aimock"
    / "dist"
    / "cli.js"
)
"""Where `make test` puts it."""

OLDEST_NODE: Final = (20, 15)
"""The first Node that it runs on."""

_PATIENCE: Final = 20.0
_URL: Final = re.compile(r"http://127\.0\.0\.1:\d+")


@dataclass(frozen=True, slots=True)
class Aimock:
    """A running server.

    Attributes:
        url: where it listens.
        key: the only key that it takes.
    """

    url: str
    key: str


def node() -> str:
    """The path of a Node that runs it; the test is skipped where there is none, and fails in CI."""
    found = shutil.which("node")
    needs(found is not None, "Node is not installed: apt install nodejs npm")
    assert found is not None
    told = subprocess.run([found, "--version"], capture_output=True, text=True, check=True).stdout
    version = tuple(map(int, told.strip().removeprefix("v").split(".")[:2]))
    wanted = ".".join(map(str, OLDEST_NODE))
    needs(version >= OLDEST_NODE, f"aimock needs Node {wanted}, and this is {told.strip()}")
    needs(PROGRAM.is_file(), f"no aimock at {PROGRAM}: `make test` installs it")
    return found


@contextlib.contextmanager
def aimock(folder: Path, replies: Mapping[str, Any], key: str) -> Iterator[Aimock]:
    """Run it.

    Args:
        folder: for its file of replies.
        replies: what it answers, by a part of the prompt.
        key: the only key that it takes.
    """
    fixtures = [
        {"match": {"userMessage": words}, "response": reply} for words, reply in replies.items()
    ]
    file = folder / "replies.json"
    file.write_text(json.dumps({"fixtures": fixtures}))
    command = [node(), str(PROGRAM), "--port", "0", "--fixtures", str(file), "--chunk-size", "5"]
    with subprocess.Popen(
        command,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), "AIMOCK_API_KEYS": key},
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout is not None
        watchdog = threading.Timer(_PATIENCE, process.kill)
        watchdog.start()
        said = ""
        try:
            for line in process.stdout:
                said += line
                if url := _URL.search(line):
                    break
            else:
                pytest.fail(f"aimock does not start: {said}")
            watchdog.cancel()
            with _reading(process.stdout):
                yield Aimock(url[0], key)
                process.kill()
        finally:
            watchdog.cancel()
            process.kill()


@contextlib.contextmanager
def _reading(output: IO[str]) -> Iterator[None]:
    """Read what nobody looks at, or its writer would wait."""
    reader = threading.Thread(target=output.read)
    reader.start()
    yield
    reader.join()
