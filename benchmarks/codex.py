"""codex, a coding assistant in Rust that draws on the whole terminal, as the settings have it ask.

It is not installed with the rest: `benchmarks.peers` brings it. What it does beside answering (a
daemon of its own, looking for updates, telling of its use) is turned off.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Final

from benchmarks import peers

_KEY: Final = "AZURE_OPENAI_API_KEY_FOR_INSTRUCT"


def main() -> None:
    """Become codex, asking the endpoint that the settings name, in a folder that it may trust."""
    program = peers.codex()
    if program is None:
        raise SystemExit("codex is not installed: run python -m benchmarks.peers")
    provider = {
        "name": "Azure",
        "base_url": os.environ["AZURE_OPENAI_ENDPOINT_FOR_INSTRUCT"] + "/openai/v1",
        "env_key": _KEY,
        "wire_api": "responses",
    }
    options = {
        "model": "gpt-5.1",  # one that is expected to think: codex asks for its thoughts
        "model_reasoning_effort": "none",
        "model_provider": "azure",
        **{f"model_providers.azure.{name}": value for name, value in provider.items()},
        "approval_policy": "never",
        "sandbox_mode": "read-only",
        f'projects."{Path.cwd()}".trust_level': "trusted",
        "check_for_update_on_startup": False,
        "analytics.enabled": False,
        "features.daemon_auto_start": False,
    }
    given = [
        word for name, value in options.items() for word in ("-c", f"{name}={json.dumps(value)}")
    ]
    os.execv(program, [str(program), *given])  # noqa: S606 - the program to measure, in our place


if __name__ == "__main__":
    main()
