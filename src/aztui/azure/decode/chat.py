"""Chat completions: where a chunk keeps its text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aztui.azure.decode.lenient import text
from aztui.azure.decode.record import ChunkDecoder, Decoder


def decoder() -> Decoder:
    """Return a decoder for one stream of chat completions."""
    return ChunkDecoder(_text)


def _text(choice: Mapping[str, Any]) -> str:
    # A server that ignores `stream` sends the whole message in place of deltas.
    said = choice.get("delta") or choice.get("message")
    if not isinstance(said, dict):
        return ""
    return text(said.get("content")) + text(said.get("refusal"))
