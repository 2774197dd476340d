"""The content filter's verdict on an answer that it ended, as a problem."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aztui.azure.decode.filters import offsets, results_of
from aztui.azure.decode.wire_error import filtered, stopped
from aztui.core.filters import Offsets
from aztui.core.problem import Problem


def stopped_choice(choice: Mapping[str, Any]) -> Problem:
    """Say what the filter found in a choice that it ended, and which characters. Total."""
    where = offsets(choice.get("content_filter_offsets"))
    return stopped(filtered(results_of(choice)), _condemned(where) if where else "")


def _condemned(where: Offsets) -> str:
    # The asynchronous filter judges text that was shown already.
    return (
        f"It condemns the characters {where.start} to {where.end}, counted from the beginning of "
        "the prompt, after they were sent."
    )
