from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from aztui.emulator.replies import REPLIES
from aztui.emulator.scripted import ScriptedReplies
from aztui.emulator.server import Emulator
from tests.support.emulator import Logbook
from tests.support.program import KEY, environment, instruct, write_dotenv

ARTICLE = Path(__file__).parents[1] / "support" / "article.py"


def test_the_articles_script_prints_the_whole_reply(tmp_path: Path) -> None:
    logbook = Logbook()
    with Emulator(ScriptedReplies(), key=KEY, log=logbook) as emulator:
        write_dotenv(tmp_path, instruct(emulator.url, deployment="demo"))
        done = subprocess.run(
            [sys.executable, str(ARTICLE), "Say something."],
            cwd=tmp_path,
            env=environment(tmp_path),
            capture_output=True,
            timeout=60,
            check=False,
        )
        entry = logbook.last()
    assert done.stderr == b""
    assert done.returncode == 0
    assert done.stdout.decode()[2:] in REPLIES
    assert entry["path"] == "/openai/deployments/demo/completions"
    assert entry["api_version"] == "2024-02-01"
    assert entry["params"] == {"max_tokens": 1000}
    assert entry["streamed"] is True
