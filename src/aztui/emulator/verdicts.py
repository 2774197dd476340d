"""What the content filter says of prompts and answers.

The categories and their members are those of Azure's published OpenAPI.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

from aztui.core.request import Json, Params
from aztui.emulator.backend import Part

SAFE: Final[Params] = {
    name: {"filtered": False, "severity": "safe"}
    for name in ("hate", "self_harm", "sexual", "violence")
}
SAFE_PROMPT: Final[Params] = {**SAFE, "jailbreak": {"filtered": False, "detected": False}}
VIOLENT: Final[Params] = {**SAFE, "violence": {"filtered": True, "severity": "medium"}}
VIOLENT_PROMPT: Final[Params] = {
    **SAFE_PROMPT,
    "violence": {"filtered": True, "severity": "high"},
}
PROTECTED: Final[Params] = {"protected_material_text": {"detected": True, "filtered": True}}
FAILED: Final[Params] = {
    "error": {"code": "content_filter_error", "message": "The contents are not filtered"}
}
"""The filter could not run."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The content filter's word on text that is sent already.

    Attributes:
        choice: the choice's index.
        span: from which character of the choice's text to which.
        results: what it says, by category.
        blocked: whether the choice ends because of it.
    """

    choice: int
    span: tuple[int, int]
    results: Params
    blocked: bool = False


Told: TypeAlias = Part | Verdict
"""What an API tells of an answer: its parts, and the filter's word on them."""


def offsets(start: int, end: int) -> Params:
    """Which characters a verdict is about."""
    return {"check_offset": start, "start_offset": start, "end_offset": end}


def prompt_filter_results(prompts: int) -> list[Json]:
    """The filter's word on each prompt."""
    return [
        {"prompt_index": index, "content_filter_results": SAFE_PROMPT} for index in range(prompts)
    ]
