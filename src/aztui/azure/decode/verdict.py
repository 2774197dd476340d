"""The content filter's verdict on a choice that it ended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aztui.azure.decode.wire_error import FILTER_FIX, filtered, for_what
from aztui.core.problem import Kind, Problem


def stopped(choice: Mapping[str, Any]) -> Problem:
    """Say what the filter found in a choice whose finish reason is `content_filter`. Total."""
    results = choice.get("content_filter_results") or choice.get("content_filter_result")
    return Problem(
        Kind.CONTENT_FILTER,
        f"The content filter stopped the answer{for_what(filtered(results))}",
        _where(choice.get("content_filter_offsets")),
        FILTER_FIX,
    )


def _where(offsets: object) -> str:
    # The asynchronous filter judges text that was shown already.
    if not isinstance(offsets, Mapping):
        return ""
    start, end = offsets.get("start_offset"), offsets.get("end_offset")
    if type(start) is not int or type(end) is not int:
        return ""
    return (
        f"It condemns the characters {start} to {end}, counted from the beginning of the prompt, "
        "after they were sent."
    )
