"""The program as a user starts it: its command, and a home where nothing of this machine shows."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

AZTUI: Final = (sys.executable, "-m", "aztui")

KEY: Final = "made-up-key-0123456789abcdef"


def environment(home: Path, **more: str) -> dict[str, str]:
    """The whole environment of a program whose user lives in `home`; `more` is added to it."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color",
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_DATA_HOME": str(home / "data"),
        "XDG_STATE_HOME": str(home / "state"),
        "XDG_CACHE_HOME": str(home / "cache"),
        **more,
    }


def instruct(endpoint: str, deployment: str = "demo", key: str = KEY) -> dict[str, str]:
    """The three settings of the profile `instruct`, by their names."""
    return {
        "AZURE_OPENAI_ENDPOINT_FOR_INSTRUCT": endpoint,
        "AZURE_OPENAI_API_KEY_FOR_INSTRUCT": key,
        "AZURE_OPENAI_DEPLOYMENT_NAME_FOR_INSTRUCT": deployment,
    }


def write_dotenv(folder: Path, settings: dict[str, str]) -> None:
    """Put `settings` into the folder's `.env`."""
    lines = [f"{name}={value}\n" for name, value in settings.items()]
    (folder / ".env").write_text("".join(lines))
