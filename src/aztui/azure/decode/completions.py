"""Legacy completions: where a chunk keeps its text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aztui.azure.decode.lenient import text
from aztui.azure.decode.record import ChunkDecoder, Decoder
from aztui.core.events import Event, TextDelta


def decoder() -> Decoder:
    """Return a decoder for one stream of completions."""
    return _CompletionsDecoder()


class _CompletionsDecoder(ChunkDecoder):
    """Decodes one stream of completions' chunks, or one whole answer."""

    def _said(self, index: int, choice: Mapping[str, Any], told: list[Event]) -> None:
        if piece := text(choice.get("text")):
            told.append(TextDelta(index, piece))
