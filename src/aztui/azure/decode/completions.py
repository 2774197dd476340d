"""Legacy completions: where a chunk keeps its text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aztui.azure.decode.lenient import text
from aztui.azure.decode.record import ChunkDecoder, Decoder


def decoder() -> Decoder:
    """Return a decoder for one stream of completions."""
    return ChunkDecoder(_text)


def _text(choice: Mapping[str, Any]) -> str:
    return text(choice.get("text"))
