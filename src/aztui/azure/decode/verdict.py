"""The content filter's verdict on an answer that it ended, as a problem."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aztui.azure.decode.filters import offsets, results_of
from aztui.azure.decode.wire_error import FILTER_FIX, filtered, for_what
from aztui.core.filters import Offsets
from aztui.core.problem import Kind, Problem


def stopped(choice: Mapping[str, Any]) -> Problem:
    """Say what the filter found in a choice whose finish reason is `content_filter`. Total."""
    where = offsets(choice.get("content_filter_offsets"))
    return stopped_for(filtered(results_of(choice)), where)


def stopped_for(categories: tuple[str, ...], where: Offsets | None = None) -> Problem:
    """Say for what the filter ended an answer, and which of its characters it condemns."""
    return Problem(
        Kind.CONTENT_FILTER,
        f"The content filter stopped the answer{for_what(categories)}",
        _condemned(where) if where else "",
        FILTER_FIX,
    )


def _condemned(where: Offsets) -> str:
    # The asynchronous filter judges text that was shown already.
    return (
        f"It condemns the characters {where.start} to {where.end}, counted from the beginning of "
        "the prompt, after they were sent."
    )
