"""Opens aztui: on the user's settings, else on the local model, else on scripted replies."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec

from aztui.cli.opening import places_of_user, working_folder
from aztui.config.command_line import CommandLine
from aztui.config.errors import SettingsError
from aztui.config.settings import NoSettings, resolve

AZTUI = (sys.executable, "-m", "aztui")


def main() -> None:
    """Become aztui, with the option that fits what is there."""
    sys.stdout.flush()
    os.execv(AZTUI[0], [*AZTUI, *options()])  # noqa: S606 - the same program, in our place


def options() -> list[str]:
    """Say what aztui is to open on."""
    if settings_found():
        return []
    if find_spec("xllamacpp") is None:
        say("The local model's engine does not run here: opening on scripted replies.")
        return ["--demo"]
    if subprocess.run([*AZTUI, "local", "pull"], check=False).returncode:
        say("The local model cannot be had here (see above): opening on scripted replies.")
        return ["--demo"]
    return ["--local"]


def say(line: str) -> None:
    """Tell what happens."""
    print(line, file=sys.stderr, flush=True)


def settings_found() -> bool:
    """Whether the user has settings, be they wrong: aztui itself says what is wrong with them."""
    try:
        found = resolve(CommandLine(), os.environ, working_folder(), places_of_user())
    except SettingsError:
        return True
    return not isinstance(found, NoSettings)


if __name__ == "__main__":
    main()
