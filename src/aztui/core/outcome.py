"""What became of a run, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from aztui.core.request import Api
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
        case Phase.RETRYING if run.retries and run.retries[-1].told.resumes:
            return "taking the answer up again"
        case phase:
            return _WORDS.get(phase, phase)


def kept(run: Run) -> str:
    """Say what the service keeps of a run, why and for how long; empty where it keeps nothing.

    Azure keeps stored responses for 30 days (its page on the Responses API). What it keeps of
    stored chats is for its owner to set up.
    """
    request = run.request
    stored = request.api is Api.RESPONSES and request.params.get("store") is True
    if not (stored or request.background) or (run.opened is None and not run.response):
        return ""
    why = "sent with store=true" if stored else "sent with store=true, which background needs"
    return f"{why}: Azure keeps prompt and answer for 30 days unless they are deleted"


def apart(run: Run) -> str:
    """Say that more requests were made than one; empty where a single one was enough."""
    if not run.requests:
        return ""
    missing = sum(choice.finish_reason is None for choice in run.choices)
    failed = f", {missing} of them without a whole answer" if missing and run.phase.over else ""
    seed = run.request.params.get("seed")
    same = "" if seed is None else f" All have the seed {seed}: expect much the same of each."
    return (
        f"The service gives one answer a request: {run.requests} requests were made{failed}.{same}"
    )


def _reasons(run: Run) -> str:
    return ", ".join(dict.fromkeys(choice.finish_reason or "" for choice in run.choices))
