"""What is copied of a run so that it can be asked from elsewhere."""

from __future__ import annotations

from typing import Final

from aztui.core.profile import Profile
from aztui.core.run import Run
from aztui.explore.snippets import curl, python
from aztui.explore.target import target
from aztui.ui.messages import CopyAsked

_UNNOTED: Final = ", with the address of the profile in use: none was noted"
"""Said of a run that was kept before what is sent was noted."""


def copy_of(run: Run, profile: Profile, form: str) -> CopyAsked:
    """Return what to copy of a run.

    Args:
        run: it.
        profile: who is asked now; stands in for what nobody noted of a run.
        form: `python`, `curl` or `json`.
    """
    asked = target(run, profile)
    unnoted = _UNNOTED if run.sent is None else ""
    match form:
        case "python":
            return CopyAsked(python(asked), f"the run as Python{unnoted}")
        case "curl":
            return CopyAsked(curl(asked), f"the run as curl{unnoted}")
        case _:
            return CopyAsked(f"{asked.as_json}\n", "the body as JSON")
