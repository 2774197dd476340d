"""Chat completions: where a chunk keeps its text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from aztui.azure.decode import known
from aztui.azure.decode.lenient import text
from aztui.azure.decode.record import ChunkDecoder, Decoder
from aztui.core.events import Event, ReasoningDelta, TextDelta


def decoder() -> Decoder:
    """Return a decoder for one stream of chat completions."""
    return _ChatDecoder()


class _ChatDecoder(ChunkDecoder):
    """Decodes one stream of chat chunks, or one whole answer."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: dict[int, int] = {}

    def _said(self, index: int, choice: Mapping[str, Any], told: list[Event]) -> None:
        # A server that ignores `stream` sends the whole message in place of deltas.
        said = choice.get("delta") or choice.get("message")
        if not isinstance(said, dict):
            return
        if not known.PLAIN_SAID.issuperset(said):
            told.extend(self._besides(index, said))
        piece = text(said.get("content"))
        if refusal := said.get("refusal"):
            piece += text(refusal)
        if piece:
            told.append(TextDelta(index, piece))

    def _besides(self, index: int, said: Mapping[str, Any]) -> Iterator[Event]:
        # Azure's schema and most servers have the one name; those that know both say it twice.
        if thought := text(said.get("reasoning_content") or said.get("reasoning")):
            yield ReasoningDelta(self._parts.setdefault(index, len(self._parts)), thought)
        self._unknown.keys(said, known.SAID, "choices[].delta.")
