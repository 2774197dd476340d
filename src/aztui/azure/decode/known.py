"""The keys and events that the APIs are known to have, and a count of all others.

Known is what Azure's published OpenAPI has (2024-02-01 to v1), what the SDK's types have, and what
this program reads besides; much of it is passed over on purpose.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from aztui.azure.decode.lenient import text

_MOST: Final = 50
_LONGEST: Final = 80
_OTHERS: Final = "…"

_FILTERS: Final = "content_filter_results content_filter_result content_filter_raw"


def _names(names: str) -> frozenset[str]:
    return frozenset(names.split())


CHUNK: Final = _names(
    "id object created model choices usage system_fingerprint service_tier obfuscation moderation"
    " metadata prompt_filter_results prompt_annotations delta content_filter_results error"
)
"""Keys of a chunk, and of a whole answer, of completions and of chat."""

PLAIN_CHUNK: Final = _names(
    "id object created model choices usage system_fingerprint service_tier obfuscation"
)
"""Those that most chunks have, and that tell nothing of their own."""

CHOICE: Final = _names(
    f"index finish_reason logprobs text delta message content_filter_offsets {_FILTERS}"
)
"""Keys of a choice."""

PLAIN_CHOICE: Final = _names("index text delta finish_reason logprobs content_filter_results")
"""Those that most choices have."""

SAID: Final = _names(
    "role content refusal audio annotations context function_call tool_calls"
    " reasoning_content reasoning"
)
"""Keys of a chat choice's `delta` and `message`."""

PLAIN_SAID: Final = _names("role content refusal")
"""Those that most deltas have."""

EVENT: Final = _names(
    "type sequence_number response item item_id output_index content_index summary_index part"
    " delta text refusal logprobs obfuscation annotation annotation_index arguments input output"
    " code command command_index status background size quality output_format"
    " partial_image_b64 partial_image_index error message param"
)
"""Keys of an event of a response's stream."""

RESPONSE: Final = _names(
    "id object status created_at completed_at error incomplete_details output output_text usage"
    " model instructions metadata parallel_tool_calls temperature top_p top_logprobs tool_choice"
    " tools tool_usage background conversation max_output_tokens max_tool_calls moderation"
    " previous_response_id prompt prompt_cache_key prompt_cache_retention prompt_cache_options"
    " prompt_cache_diagnostics reasoning safety_identifier service_tier text truncation user store"
    " frequency_penalty presence_penalty access_programs image input_transformations"
    " content_filters"
)
"""Keys of a response."""

_CALL: Final = "in_progress completed"
_STATES: Final[dict[str, str]] = {
    "response": "created queued in_progress completed incomplete failed cancelled",
    "response.output_item": "added done",
    "response.content_part": "added done",
    "response.output_text": "delta done",
    "response.output_text.annotation": "added",
    "response.refusal": "delta done",
    "response.reasoning": "delta done",
    "response.reasoning_text": "delta done",
    "response.reasoning_summary": "delta done",
    "response.reasoning_summary_part": "added done",
    "response.reasoning_summary_text": "delta done",
    "response.audio": "delta done",
    "response.audio.transcript": "delta done",
    "response.audio_transcript": "delta done",
    "response.function_call_arguments": "delta done",
    "response.custom_tool_call_input": "delta done",
    "response.code_interpreter_call": f"interpreting {_CALL}",
    "response.code_interpreter_call_code": "delta done",
    "response.file_search_call": f"searching {_CALL}",
    "response.web_search_call": f"searching {_CALL}",
    "response.image_generation_call": f"generating partial_image {_CALL}",
    "response.mcp_call": f"failed arguments_delta arguments_done {_CALL}",
    "response.mcp_call_arguments": "delta done",
    "response.mcp_list_tools": f"failed {_CALL}",
    "response.shell_call_command": "added delta done",
    "response.shell_call_output_content": "delta done",
    "response.compaction": "compacting",
}

EVENTS: Final = frozenset(
    f"{what}.{state}" for what, states in _STATES.items() for state in states.split()
) | {"error", "keepalive"}
"""Types of a response's events."""


class Unknown:
    """Counts what is not known.

    Attributes:
        counts: keys, by the path that leads to them, and event types; the rest of very many is
            counted as one.
    """

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}

    def note(self, name: str) -> None:
        """Count one."""
        name = text(name)
        if len(name) > _LONGEST:
            name = name[:_LONGEST] + _OTHERS
        if name not in self.counts and len(self.counts) >= _MOST:
            name = _OTHERS
        self.counts[name] = self.counts.get(name, 0) + 1

    def keys(self, members: Iterable[str], known: frozenset[str], path: str = "") -> None:
        """Count the keys of an object that are not among the known ones."""
        for name in members:
            if name not in known:
                self.note(path + name)
