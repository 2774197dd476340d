"""A stream's records, decoded; and Responses' events to make them of."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from aztui.azure.decode.record import Decoder
from aztui.azure.decode.sse import Record
from aztui.core.events import Event


def decode(decode: Decoder, *chunks: Any, event: str = "") -> list[Event]:
    return [
        told
        for chunk in chunks
        for told in decode(
            Record(event, chunk if isinstance(chunk, bytes) else json.dumps(chunk).encode())
        )
    ]


def shown(event: Event) -> str:
    """All texts and numbers of an event, as text that can be encoded if they can."""
    return json.dumps(asdict(event), ensure_ascii=False, allow_nan=False, default=repr)


def message(*texts: str, name: str = "msg_1") -> dict[str, Any]:
    parts = [{"type": "output_text", "text": text, "annotations": []} for text in texts]
    return {"type": "message", "id": name, "role": "assistant", "content": parts}


def response(*output: Any, status: str = "completed", **members: Any) -> dict[str, Any]:
    return {
        "object": "response",
        "model": "gpt-5",
        "status": status,
        "error": None,
        "incomplete_details": None,
        "output": list(output),
        **members,
    }


def telling(kind: str, item: int, part: int, /, **members: Any) -> dict[str, Any]:
    where = {"item_id": f"msg_{item}", "output_index": item, "content_index": part}
    return {"type": f"response.{kind}", **where, **members}


def delta(piece: str, item: int = 0, part: int = 0) -> dict[str, Any]:
    return telling("output_text.delta", item, part, delta=piece)


def closing(whole: str, item: int = 0, part: int = 0) -> Iterator[dict[str, Any]]:
    """All that repeats a part's text once it is whole, but for the response itself."""
    said = {"type": "output_text", "text": whole}
    yield telling("output_text.done", item, part, text=whole)
    yield telling("content_part.done", item, part, part=said)
    yield {"type": "response.output_item.done", "output_index": item, "item": message(whole)}


def thinking(kind: str, part: int = 0, item: int = 0, /, **members: Any) -> dict[str, Any]:
    number = "summary_index" if "summary" in kind else "content_index"
    return telling(f"reasoning_{kind}", item, 0, **{number: part}, **members)


def reasoning(*summary: str, thought: Any = (), **members: Any) -> dict[str, Any]:
    return {
        "type": "reasoning",
        "id": "rs_1",
        "summary": [{"type": "summary_text", "text": text} for text in summary],
        "content": [{"type": "reasoning_text", "text": text} for text in thought],
        **members,
    }


def whole_thought(item: dict[str, Any], index: int = 0) -> Iterator[dict[str, Any]]:
    """All that repeats what was thought once it is whole, but for the response itself."""
    for number, part in enumerate(item["summary"]):
        yield thinking("summary_text.done", number, index, text=part["text"])
        yield thinking("summary_part.done", number, index, part=part)
    for number, part in enumerate(item["content"]):
        yield thinking("text.done", number, index, text=part["text"])
        yield telling("content_part.done", index, number, part=part)
    yield {"type": "response.output_item.done", "output_index": index, "item": item}
