"""`aztui emulate` as a user starts it."""

from __future__ import annotations

import json
import signal
import subprocess
import urllib.request
from pathlib import Path

import pytest

from tests.support.emulated import emulating
from tests.support.program import AZTUI, environment

DEADLINE = 30.0


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["INT", "TERM"]
)
def test_it_says_how_to_use_it_logs_and_ends(
    tmp_path: Path, number: signal.Signals, code: int
) -> None:
    with subprocess.Popen(
        [*AZTUI, "emulate"],
        env=environment(tmp_path),
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        said = [process.stdout.readline() for _ in range(4)]
        lines = dict(line.strip().split("=", 1) for line in said[1:])
        url = lines["AZURE_OPENAI_ENDPOINT"]
        assert url in said[0]
        request = urllib.request.Request(
            f"{url}/openai/deployments/{lines['AZURE_OPENAI_DEPLOYMENT']}/chat/completions"
            "?api-version=2024-10-21",
            data=json.dumps({"messages": [{"role": "user", "content": "lorem 2"}]}).encode(),
            headers={"api-key": lines["AZURE_OPENAI_API_KEY"]},
        )
        with urllib.request.urlopen(request, timeout=DEADLINE) as response:
            assert json.load(response)["choices"][0]["message"]["content"] == "Lorem ipsum"
        process.send_signal(number)
        out, err = process.communicate(timeout=DEADLINE)
    assert process.returncode == code
    assert out == ""
    assert json.loads(err)["status"] == 200


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with emulating(tmp_path) as first:
        port = first.url.rpartition(":")[2]
        second = subprocess.run(
            [*AZTUI, "emulate", "--port", port],
            env=environment(tmp_path),
            cwd=tmp_path,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=DEADLINE,
            check=False,
        )
    assert second.returncode == 2
    assert port in second.stderr
    assert "Traceback" not in second.stderr
