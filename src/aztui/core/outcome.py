"""What became of a run, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from aztui.core.run import Phase, Run

_WORDS: Final[Mapping[Phase, str]] = {
    Phase.RETRYING: "trying again",
    Phase.LIMIT: "hit the token limit",
    Phase.FILTERED: "stopped by the content filter",
    Phase.STOPPED: "stopped by you",
    Phase.CUT: "cut short",
    Phase.INTERRUPTED: "interrupted, since aztui was ended",
}
"""The phases that are not called by their names."""


def describe(run: Run) -> str:
    """Say in a few words what state a run is in."""
    match run.phase:
        case Phase.THINKING:
            return f"thinking (effort {run.effort})" if run.effort else "thinking"
        case Phase.DONE:
            missing = ", but a part is missing" if run.damaged else ""
            return f"done ({_reasons(run)}){missing}"
        case phase:
            return _WORDS.get(phase, phase)


def _reasons(run: Run) -> str:
    return ", ".join(dict.fromkeys(choice.finish_reason or "" for choice in run.choices))
