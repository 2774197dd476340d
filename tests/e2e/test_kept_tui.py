"""However the program ends, the next start has what was typed and what came."""

from __future__ import annotations

import os
import random
import re
import signal
import time
from typing import Final

import pytest

from aztui.core.history import ALL
from aztui.core.run import Phase, Run
from aztui.emulator.server import Emulator
from aztui.store.library import open_library
from tests.support.emulated import Emulated
from tests.support.launch import READY, Launcher, sent
from tests.support.noted import MAY_BE_LOST, Noted
from tests.support.program import instruct
from tests.support.terminal import Terminal

_KILLS: Final = 3


def kept(launch: Launcher) -> list[Run]:
    """The runs on the disk."""
    with open_library(launch.home / "data" / "aztui" / "history.db") as library:
        return [
            node.run
            for summary in library.sessions(ALL, 100)
            for node in library.open(summary.id).session.nodes.values()
        ]


def end(terminal: Terminal, how: signal.Signals) -> None:
    os.kill(terminal.pid, how)
    terminal.wait_gone()


def test_a_killed_screen_shows_its_answer_at_the_next_start(launch: Launcher) -> None:
    noted, killed = Noted(), dict[str, float]()
    moments = random.Random(7)  # noqa: S311 - the same moments each time
    with Emulator(noted) as emulator:
        for kill in range(_KILLS):
            prompt = f"prompt {kill}"
            with launch.start(env=instruct(emulator.url)) as terminal:
                terminal.wait_for(READY)
                if kill:
                    terminal.wait_for("This was interrupted")
                    terminal.wait_for("✗ interrupted")
                    terminal.send("\x0e")  # ctrl+n
                    terminal.wait_for("Connected to")
                terminal.send(f"{prompt}\r")
                noted.wait_for(prompt)
                time.sleep(moments.uniform(2 * MAY_BE_LOST, 1.5))
                killed[prompt] = time.monotonic()
                end(terminal, signal.SIGKILL)
        with launch.start(env=instruct(emulator.url)) as terminal:
            terminal.wait_for("✗ interrupted")
    runs = {run.request.prompt: run for run in kept(launch)}
    assert {run.phase for run in runs.values()} == {Phase.INTERRUPTED}
    texts = {prompt: run.text for prompt, run in runs.items()}
    assert noted.oldest_lost(killed, texts) < MAY_BE_LOST


@pytest.mark.parametrize("how", [signal.SIGHUP, signal.SIGTERM])
def test_a_dropped_link_is_no_stop_by_the_user(
    launch: Launcher, emulator: Emulated, how: signal.Signals
) -> None:
    terminal = launch.on(emulator)
    terminal.send("lorem 400\r")
    terminal.wait_for("Lorem ipsum dolor")
    end(terminal, how)
    terminal.close()
    after = launch.on(emulator)
    after.wait_for("This was interrupted")
    after.send("\t")
    after.send("o")
    after.wait_for("goes on with the answer above")
    after.send("\x1b")


def test_quitting_while_an_answer_streams_stops_it(launch: Launcher, emulator: Emulated) -> None:
    terminal = launch.on(emulator)
    terminal.send("lorem 400\r")
    terminal.wait_for("Lorem ipsum dolor")
    terminal.send("\x11")  # ctrl+q
    terminal.wait_exit()
    assert [run.phase for run in kept(launch)] == [Phase.STOPPED]


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGHUP])
def test_what_was_typed_comes_back(
    launch: Launcher, emulator: Emulated, how: signal.Signals
) -> None:
    terminal = launch.on(emulator)
    terminal.send("Why is the sky")
    terminal.wait_for("Why is the sky")
    terminal.send("\x1b[D" * 3)
    time.sleep(2 * MAY_BE_LOST)
    end(terminal, how)
    terminal.close()
    after = launch.start(env=instruct(emulator.url, launch.deployment))
    after.wait_for("What you had typed is back")
    after.send("big ")
    after.wait_for("Why is the big sky")


def test_nothing_is_on_disk_where_the_user_wants_it_so(
    launch: Launcher, emulator: Emulated
) -> None:
    env = instruct(emulator.url, launch.deployment)
    terminal = launch.start("--no-history", env=env)
    terminal.wait_for(READY)
    terminal.send("lorem 5\r")
    terminal.wait_for("done (stop)")
    terminal.send("a draft")
    terminal.wait_for("a draft")
    terminal.send("\x11")
    terminal.wait_exit()
    everything = [path.read_bytes() for path in launch.home.rglob("*") if path.is_file()]
    assert not any(re.search(b"ipsum|a draft|lorem 5", data) for data in everything)
    assert not (launch.home / "data").exists()


def test_a_session_of_another_day_is_found_exported_and_gone_on_with(
    launch: Launcher, emulator: Emulated
) -> None:
    terminal = launch.on(emulator)
    terminal.send("lorem 5\r")
    terminal.wait_for("done (stop)")
    terminal.send("\x11")
    terminal.wait_exit()
    terminal.close()
    later = launch.on(emulator)
    later.send("\x12")  # ctrl+r
    later.wait_for("1 session")
    later.send("ipsum")
    later.wait_for("Lorem ipsum dolor")
    later.send("\x18")  # ctrl+x
    later.wait_for("Written to")
    (file,) = launch.home.glob("aztui-*.md")
    assert "Lorem ipsum dolor sit amet" in file.read_text()
    later.send("\r")
    later.wait_for("Opened as you left it.")
    later.wait_for(sent("lorem 5"))
    later.send("lorem 6\r")
    later.wait_for(sent("lorem 6"))
    later.wait_for(lambda screen: screen.count("done (stop)") == 2)
    with open_library(launch.home / "data" / "aztui" / "history.db") as library:
        (only,) = library.sessions(ALL, 10)
    assert only.runs == 2


def test_what_is_deleted_in_the_history_is_gone_after_the_end(
    launch: Launcher, emulator: Emulated
) -> None:
    terminal = launch.on(emulator)
    terminal.send("lorem 5\r")
    terminal.wait_for("done (stop)")
    terminal.send("\x0e\x12")  # ctrl+n, ctrl+r
    terminal.wait_for("1 session")
    terminal.send("\x04")  # ctrl+d
    terminal.wait_for("ctrl+d brings it back")
    terminal.send("\x1b")
    terminal.wait_for("Connected to")
    terminal.send("\x11")
    terminal.wait_exit()
    files = (launch.home / "data").rglob("history.db*")
    assert not any(b"ipsum" in file.read_bytes() for file in files)
