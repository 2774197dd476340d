"""What became of a run, in words."""

from __future__ import annotations

from aztui.core.run import Phase, Run


def describe(run: Run) -> str:
    """Say in a few words what state a run is in."""
    match run.phase:
        case Phase.WAITING:
            return "waiting"
        case Phase.STREAMING:
            return "streaming"
        case Phase.DONE:
            missing = ", but a part is missing" if run.damaged else ""
            return f"done ({_reasons(run)}){missing}"
        case Phase.LIMIT:
            return "hit the token limit"
        case Phase.FILTERED:
            return "stopped by the content filter"
        case Phase.STOPPED:
            return "stopped by you"
        case Phase.FAILED:
            return "failed"
        case Phase.CUT:
            return "cut short"


def _reasons(run: Run) -> str:
    return ", ".join(dict.fromkeys(choice.finish_reason or "" for choice in run.choices))
