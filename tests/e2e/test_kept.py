"""What a user has seen is on the disk, however the program ends."""

from __future__ import annotations

import random
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from aztui.core.history import ALL
from aztui.core.run import Phase, Run
from aztui.emulator.server import Emulator
from aztui.store.library import open_library
from tests.support.emulated import Emulated, saying
from tests.support.launch import READY, Launcher
from tests.support.noted import MAY_BE_LOST, Noted
from tests.support.program import AZTUI, environment, instruct, write_dotenv

_KILLS: Final = 50
_AT_ONCE: Final = 2
_PATIENCE: Final = 30.0


def ask(home: Path, url: str, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*AZTUI, "ask", *arguments],
        env=environment(home, **instruct(url)),
        cwd=home,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )


def history(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*AZTUI, "history", *arguments],
        env=environment(home),
        cwd=home,
        capture_output=True,
        text=True,
        timeout=_PATIENCE,
        check=False,
    )


def kept(home: Path) -> dict[str, Run]:
    """The runs on the disk, by their prompts."""
    with open_library(home / "data" / "aztui" / "history.db") as library:
        return {
            node.run.request.prompt: node.run
            for summary in library.sessions(ALL, 1_000)
            for node in library.open(summary.id).session.nodes.values()
        }


def test_a_kill_loses_no_more_than_a_quarter_of_a_second(tmp_path: Path) -> None:
    noted = Noted()
    moments = random.Random(5)  # noqa: S311 - the same moments each time
    delays = {f"prompt {number}": moments.uniform(0, 2) for number in range(_KILLS)}
    killed: dict[str, float] = {}

    with Emulator(noted) as emulator:

        def kill(prompt: str) -> None:
            with ask(tmp_path, emulator.url, prompt) as program:
                noted.wait_for(prompt)
                time.sleep(delays[prompt])
                killed[prompt] = time.monotonic()
                program.send_signal(signal.SIGKILL)

        with ThreadPoolExecutor(_AT_ONCE) as pool:
            list(pool.map(kill, delays))
        with ask(tmp_path, emulator.url, "the next start") as program:
            assert program.wait(_PATIENCE) == 0

    runs = kept(tmp_path)
    assert runs.pop("the next start").phase is Phase.DONE
    for prompt in killed:
        assert runs[prompt].phase is Phase.INTERRUPTED
    texts = {prompt: run.text for prompt, run in runs.items()}
    assert noted.oldest_lost(killed, texts) < MAY_BE_LOST


def test_what_was_asked_is_listed_shown_and_found(tmp_path: Path) -> None:
    assert history(tmp_path, "list").stderr == "No session is kept yet.\n"
    with saying("Because of Rayleigh", " scattering.\n") as emulated:
        with ask(tmp_path, emulated.url, "Why is the sky blue?") as program:
            assert program.wait(_PATIENCE) == 0
        with ask(tmp_path, emulated.url, "And at night?", "--no-history") as program:
            assert program.wait(_PATIENCE) == 0
    (line,) = history(tmp_path, "list").stdout.splitlines()
    assert "1 run  done" in line
    assert line.endswith("demo  Why is the sky blue?")
    shown = history(tmp_path, "show", line[:4])
    assert shown.stdout == (
        "> Why is the sky blue?\n\nBecause of Rayleigh scattering.\n\n[done (stop)]\n\n"
    )
    found = history(tmp_path, "search", "scattering", "ray")
    assert found.stdout.startswith(line[:8])
    assert found.stdout.endswith("Because of Rayleigh scattering.\n")
    assert history(tmp_path, "search", "night").returncode == 1
    assert history(tmp_path, "show", "zzz").returncode == 1


def test_nothing_is_on_the_disk_where_nothing_is_to_be_kept(
    launch: Launcher, emulator: Emulated
) -> None:
    write_dotenv(launch.home, instruct(emulator.url, launch.deployment))
    terminal = launch.start("--no-history")
    terminal.wait_for(READY)
    terminal.send("lorem 5\r")
    terminal.wait_for("done (stop)")
    terminal.send(b"\x11")
    assert terminal.wait_exit() == 0
    assert not (launch.home / "data").exists()


def test_the_screen_keeps_a_conversation(launch: Launcher, emulator: Emulated) -> None:
    write_dotenv(launch.home, instruct(emulator.url, launch.deployment))
    terminal = launch.start("--api", "chat")
    terminal.wait_for(READY)
    terminal.send("lorem 5\r")
    terminal.wait_for("done (stop)")
    terminal.send("lorem 300\r")
    terminal.wait_for("streaming")
    terminal.send(b"\x11")
    assert terminal.wait_exit() == 0
    runs = kept(launch.home)
    assert runs["lorem 5"].phase is Phase.DONE
    assert runs["lorem 300"].phase is Phase.STOPPED
    assert runs["lorem 300"].text
    assert [turn.content for turn in runs["lorem 300"].request.messages] == [
        "lorem 5",
        runs["lorem 5"].text,
        "lorem 300",
    ]


def test_the_stream_goes_on_where_nothing_can_be_kept(launch: Launcher, emulator: Emulated) -> None:
    write_dotenv(launch.home, instruct(emulator.url, launch.deployment))
    (launch.home / "data").write_text("no folder")
    terminal = launch.start()
    terminal.wait_for(READY)
    terminal.send("lorem 100\r")
    terminal.wait_for("Nothing is being kept on disk")
    terminal.wait_for("done (stop)")
