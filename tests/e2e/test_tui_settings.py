"""Parameters, profiles and approval in the real program."""

from __future__ import annotations

from tests.support.emulated import Emulated
from tests.support.launch import READY, Launcher
from tests.support.program import instruct, write_dotenv

F2 = b"\x1bOQ"
F6 = b"\x1b[17~"
DOWN = b"\x1b[B"
ESC = b"\x1b"
KEY = "0123456789abcdef0123456789abcdef"


def test_a_parameter_is_changed_and_sent(launch: Launcher, emulator: Emulated) -> None:
    terminal = launch.on(emulator)
    terminal.send(F2)
    terminal.wait_for("likeliest")
    terminal.send("0.3\r")
    terminal.wait_for("2 of ")
    terminal.send(ESC)
    terminal.wait_for("temp 0.3 · max 1000")
    terminal.send("lorem 5\r")
    terminal.wait_for("done (stop)")
    params = emulator.wait_for_request(launch.deployment)["params"]
    assert (params["temperature"], params["max_tokens"]) == (0.3, 1000)
    assert "top_p" not in params


def test_a_value_is_written_in_the_users_editor(launch: Launcher, emulator: Emulated) -> None:
    editor = launch.home / "editor"
    editor.write_text("#!/bin/sh\nprintf 'END' > \"$1\"\n")
    editor.chmod(0o755)
    env = {**instruct(emulator.url, launch.deployment), "EDITOR": str(editor)}
    terminal = launch.start(env=env)
    terminal.wait_for(READY)
    terminal.send(F2)
    terminal.wait_for("likeliest")
    terminal.send(DOWN * 4 + b"\x07")
    terminal.wait_for(lambda screen: "END" in screen and "enter, esc keep" in screen)
    terminal.send("\r")
    terminal.send(ESC)
    terminal.wait_for("stop END")


def test_another_profile_is_asked_in_the_same_session(launch: Launcher, emulator: Emulated) -> None:
    other = f"{launch.deployment}b"
    env = {
        **instruct(emulator.url, launch.deployment),
        "AZURE_OPENAI_ENDPOINT_FOR_OTHER": emulator.url,
        "AZURE_OPENAI_API_KEY_FOR_OTHER": KEY,
        "AZURE_OPENAI_DEPLOYMENT_NAME_FOR_OTHER": other,
    }
    terminal = launch.start("-p", "instruct", env=env)
    terminal.wait_for(READY)
    terminal.send("lorem 5\r")
    terminal.wait_for("done (stop)")
    terminal.send(F6)
    terminal.wait_for("This is who is asked now.")
    terminal.send(DOWN + b"\r")
    terminal.wait_for(f"Asking {other} from now on.")
    terminal.send("lorem 7\r")
    request = emulator.wait_for_request(other)
    assert request["path"] == f"/openai/deployments/{other}/chat/completions"
    assert request["messages"] == 3
    assert "max_tokens" not in request["params"]
    terminal.send(b"\x11")
    assert terminal.wait_exit() == 0
    terminal = launch.start(env=env)
    terminal.wait_for(f"Connected to {other}")


def test_a_strangers_file_gets_the_key_when_the_user_says_so(
    launch: Launcher, emulator: Emulated
) -> None:
    settings = instruct(emulator.url, launch.deployment)
    key = next(name for name in settings if "KEY" in name)
    secret = settings.pop(key)
    write_dotenv(launch.home, settings)
    terminal = launch.start(env={key: secret})
    terminal.wait_for(lambda screen: "y approve" in screen and emulator.url in screen)
    terminal.send(ESC)
    assert terminal.wait_exit() == 2
    assert "Refused:" in terminal.raw.decode()
    terminal = launch.start(env={key: secret})
    terminal.wait_for("y approve")
    terminal.send("y")
    terminal.wait_for(READY)
    terminal.send("lorem 5\r")
    terminal.wait_for("done (stop)")
    terminal.send(b"\x11")
    assert terminal.wait_exit() == 0
    again = launch.start(env={key: secret})
    again.wait_for(READY)


def test_what_a_deployment_refused_is_shown_from_then_on(
    launch: Launcher, emulator: Emulated
) -> None:
    deployment = f"gpt-5-{launch.deployment}"
    env = {
        "AZURE_OPENAI_ENDPOINT": emulator.url,
        "AZURE_OPENAI_API_KEY": KEY,
        "AZURE_OPENAI_DEPLOYMENT": deployment,
    }
    terminal = launch.start("-o", "top_p=0.5", "-o", "max_tokens=200", env=env)
    terminal.wait_for(READY)
    terminal.send("lorem 5\r")
    terminal.wait_for("f5 try again")
    terminal.send(F2)
    terminal.wait_for(
        lambda screen: "refused here" in screen and "sent as max_completion_tokens" in screen
    )
    terminal.send(DOWN * 2 + b"\x7f")
    terminal.wait_for(lambda screen: "0.5" not in screen)
    terminal.send(ESC)
    terminal.wait_for(lambda screen: "max 200" in screen and "top_p" not in screen[-400:])
    terminal.send(b"\x1b[15~")
    terminal.wait_for("done (stop)")
