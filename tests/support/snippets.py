"""Copied code, really run."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
from pathlib import Path
from typing import Any
from unittest.mock import patch

from aztui.azure.engine import Engine
from aztui.core.events import RunId
from aztui.core.profile import Profile
from aztui.core.request import Api, Request
from aztui.core.run import Run, reduce
from tests.support.recorder import Recorder


def ran(engine: Engine, request: Request) -> Run:
    """Send a request, and return the run after all that came of it."""
    got = Recorder()
    engine.start(request, RunId("1"), got)
    got.end()
    run = Run(RunId("1"), request, 0.0)
    for stamped in got.stamped:
        run = reduce(run, stamped)
    return run


def run_once(profile: Profile, request: Request) -> Run:
    """The same on an engine of its own."""
    engine = Engine(profile)
    try:
        return ran(engine, request)
    finally:
        engine.close()


def printed(script: str, **variables: str) -> str:
    """Run a script in this process, which has the SDK at hand, and return what it prints."""
    out = io.StringIO()
    names: dict[str, Any] = {"__name__": "__main__"}
    with patch.dict(os.environ, variables), contextlib.redirect_stdout(out):
        exec(compile(script, "copied.py", "exec"), names)  # noqa: S102 - that is what it is for
        names["client"].close()
    return out.getvalue()


def curled(command: str, api: Api, home: Path, **variables: str) -> str:
    """Run a command in a shell, and return the text that its events hold."""
    env = {"PATH": os.environ["PATH"], "HOME": str(home), **variables}
    done = subprocess.run(
        ["sh", "-c", command], env=env, capture_output=True, check=True, timeout=60
    )
    assert done.stderr == b""
    # The emulator's events have one line of data each.
    lines = done.stdout.decode().split("\n")
    data = [line.removeprefix("data: ") for line in lines if line.startswith("data: {")]
    assert data, done.stdout
    return "".join(_text(json.loads(one), api) for one in data)


def _text(event: dict[str, Any], api: Api) -> str:
    if api is Api.RESPONSES:
        return str(event["delta"]) if event["type"] == "response.output_text.delta" else ""
    chosen = event["choices"][:1]
    if api is Api.COMPLETIONS:
        return "".join(choice["text"] for choice in chosen)
    return "".join(choice.get("delta", {}).get("content") or "" for choice in chosen)
