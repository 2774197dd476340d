"""From a key press to the words on the screen."""

from __future__ import annotations

import time

import pytest

from tests.support.emulated import Emulated, saying
from tests.support.launch import READY, STOPPED, Launcher, sent
from tests.support.program import instruct, write_dotenv


def test_a_newcomer_is_told_what_to_do(launch: Launcher) -> None:
    terminal = launch.start()
    terminal.wait_for("AZURE_OPENAI_ENDPOINT=")
    assert ".env" in terminal.screen
    assert "ctrl+q" in terminal.screen
    terminal.send(b"\x11")
    assert terminal.wait_exit() == 0


def test_settings_as_in_the_article_stream_an_answer(launch: Launcher, emulator: Emulated) -> None:
    write_dotenv(launch.home, instruct(emulator.url, launch.deployment))
    terminal = launch.start()
    terminal.wait_for(READY)
    terminal.send("Explain self-attention. 5 bullets.\r")
    terminal.wait_for("done (stop)")
    request = emulator.wait_for_request(launch.deployment)
    assert sent("Explain self-attention. 5 bullets.") in terminal.screen
    assert request["path"] == f"/openai/deployments/{launch.deployment}/completions"
    assert request["api_version"] == "2024-02-01"
    assert request["prompt"] == "Explain self-attention. 5 bullets."
    assert request["params"]["max_tokens"] == 1000
    assert request["end"] == "complete"


def test_the_same_settings_hold_a_conversation_through_the_responses_api(
    launch: Launcher, emulator: Emulated
) -> None:
    write_dotenv(launch.home, instruct(emulator.url, launch.deployment))
    terminal = launch.start("--api", "responses")
    terminal.wait_for(READY)
    terminal.send("lorem 5\r")
    terminal.wait_for("done (stop)")
    emulator.wait_for_request(launch.deployment)
    terminal.send("lorem 7\r")
    request = emulator.wait_for_request(launch.deployment, 2)
    assert "Lorem ipsum dolor" in terminal.screen
    assert request["path"] == "/openai/v1/responses"
    assert request["messages"] == 3
    assert request["prompt"] == "lorem 7"
    assert request["params"]["store"] is False
    assert request["end"] == "complete"


def test_words_appear_while_the_answer_streams(launch: Launcher, emulator: Emulated) -> None:
    terminal = launch.on(emulator)
    terminal.send("lorem 600\r")
    terminal.wait_for(lambda screen: "Lorem ipsum dolor" in screen and "streaming" in screen)
    assert not emulator.requests(launch.deployment)
    terminal.wait_for("done (stop)")
    assert emulator.wait_for_request(launch.deployment)["tokens"] == 600
    assert "tokens" in terminal.screen


def test_enter_while_streaming_keeps_the_prompt(launch: Launcher, emulator: Emulated) -> None:
    terminal = launch.on(emulator, "stall:after=3")
    terminal.send("first\r")
    terminal.wait_for("streaming")
    terminal.send("second")
    terminal.wait_for("second")
    terminal.send("\r")
    terminal.wait_for("prompt is kept")
    assert "second" in terminal.screen
    terminal.send(b"\x1b")
    terminal.wait_for(STOPPED)
    terminal.send("\r")
    terminal.wait_for(lambda screen: sent("second") in screen and "streaming" in screen)
    terminal.send(b"\x03")
    assert emulator.wait_for_request(launch.deployment, 1)["prompt"] == "first"
    assert emulator.wait_for_request(launch.deployment, 2)["prompt"] == "second"


def test_scripted_replies_need_no_settings(launch: Launcher) -> None:
    terminal = launch.start("--demo")
    terminal.wait_for(READY)
    terminal.send("hello\r")
    terminal.wait_for("done (stop)")


def test_pasted_lines_are_one_prompt_without_bracketed_paste(
    launch: Launcher, emulator: Emulated
) -> None:
    terminal = launch.on(emulator)
    terminal.send(b"one line\ranother line\ra third")
    terminal.wait_for("a third")
    assert "another line" in terminal.screen
    terminal.send("\r")
    request = emulator.wait_for_request(launch.deployment)
    assert request["prompt"] == "one line\nanother line\na third"


def test_bracketed_paste_and_newline_keys(launch: Launcher, emulator: Emulated) -> None:
    terminal = launch.on(emulator)
    terminal.send(b"\x1b[200~pasted\rtext\x1b[201~")
    terminal.wait_for("text")
    for key, word in ((b"\n", "after-ctrl-j"), (b"\x1b\r", "after-alt-enter")):
        terminal.send(key)
        terminal.send(word)
        terminal.wait_for(word)
    terminal.send("\r")
    request = emulator.wait_for_request(launch.deployment)
    assert request["prompt"] == "pasted\ntext\nafter-ctrl-j\nafter-alt-enter"


@pytest.mark.parametrize(
    ("begin", "end"), [(b"\x1b[200~", b"\x1b[201~"), (b"", b"")], ids=["bracketed", "plain"]
)
def test_a_paste_of_five_megabytes_is_refused_with_the_limit(
    launch: Launcher, emulator: Emulated, begin: bytes, end: bytes
) -> None:
    terminal = launch.on(emulator)
    terminal.send(begin + b"all work and no play\r" * 250_000 + end)
    terminal.wait_for("Not pasted", timeout=30)
    assert "200,000" in terminal.screen
    terminal.send("still here")
    terminal.wait_for("still here")
    terminal.send("\r")
    terminal.wait_for("done (stop)")
    assert emulator.wait_for_request(launch.deployment)["prompt"] == "still here"


def test_resizing_while_streaming_draws_what_fits(launch: Launcher, emulator: Emulated) -> None:
    terminal = launch.on(emulator)
    terminal.send("lorem 250\r")
    terminal.wait_for("Lorem ipsum dolor")
    terminal.resize(5, 20)
    terminal.wait_for("streaming")
    terminal.resize(24, 80)
    terminal.wait_for("done (stop)")
    assert "Duis aute irure dolor in reprehenderit in" in terminal.screen
    assert emulator.wait_for_request(launch.deployment)["end"] == "complete"


def test_what_acts_on_terminals_is_shown_and_not_sent_to_them(launch: Launcher) -> None:
    pieces = ("title \x1b]0;ow", "ned\x07 ", "c1 \x9b31m ", "bidi \u202e", "clear \x1b[2J", " fin")
    with saying(*pieces) as server:
        terminal = launch.on(server)
        terminal.send("be nasty\r")
        terminal.wait_for("done (stop)")
    raw = terminal.raw
    assert "owned" in terminal.screen
    assert "fin" in terminal.screen
    for nasty in (b"\x1b]0;ow", b"\x07", b"\xc2\x9b", "\u202e".encode(), b"\x1b[2J"):
        assert nasty not in raw.partition(b"title ")[2]


def test_an_error_names_cause_and_next_step(launch: Launcher, emulator: Emulated) -> None:
    terminal = launch.on(emulator, "404")
    terminal.send("hello\r")
    terminal.wait_for("does not exist")
    assert "404" in terminal.screen
    terminal.wait_for("f5 try again")
    assert "Traceback" not in terminal.screen


def test_an_idle_program_writes_nothing(launch: Launcher, emulator: Emulated) -> None:
    terminal = launch.on(emulator)
    terminal.send("hello\r")
    terminal.wait_for("done (stop)")
    time.sleep(1)
    before = terminal.raw
    time.sleep(2)
    assert terminal.raw == before


@pytest.mark.parametrize("editor", ["false", "nonexistent"])
def test_an_editor_that_does_not_work_loses_nothing(
    launch: Launcher, emulator: Emulated, editor: str
) -> None:
    terminal = launch.start(env={**instruct(emulator.url, launch.deployment), "EDITOR": editor})
    terminal.wait_for(READY)
    terminal.send("half a thought")
    terminal.wait_for("half a thought")
    terminal.send("\x07")
    terminal.wait_for(editor)
    terminal.wait_for("half a thought")
    terminal.send("\r")
    terminal.wait_for("done (stop)")


def test_an_editor_that_works_gives_its_text_to_the_prompt(
    launch: Launcher, emulator: Emulated
) -> None:
    editor = "sh -c 'echo edited >> $0'"
    terminal = launch.start(env={**instruct(emulator.url, launch.deployment), "EDITOR": editor})
    terminal.wait_for(READY)
    terminal.send("typed and ")
    terminal.wait_for("typed and")
    terminal.send("\x07")
    terminal.wait_for("edited")
    terminal.send("\r")
    terminal.wait_for("done (stop)")


def test_text_that_the_filter_condemns_later_is_marked_and_stays(
    launch: Launcher, emulator: Emulated
) -> None:
    terminal = launch.on(emulator, "filter-async:every=10,block=60")
    terminal.send("lorem 100\r")
    terminal.wait_for("stopped by the content filter")
    kept, _, withdrawn = terminal.screen.partition("▸ withdrawn by the content filter from here on")
    assert "Lorem ipsum dolor" in kept
    assert "│ Duis aute irure" in withdrawn
