"""What is asked about a response that the service keeps: the rest of its stream, and its end.

`GET /responses/{id}?stream=true&starting_after=N` and `POST /responses/{id}/cancel`, as the SDK
sends them (openai/resources/responses/responses.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx2
    from openai import OpenAI

    from aztui.azure.dialects import Opening


def rest(client: OpenAI, response: str, after: int | None) -> Opening:
    """Prepare to ask for the rest of a response's stream.

    Args:
        client: asks.
        response: the response's id.
        after: the number of the last event that was read; None for the whole stream.
    """
    retrieve = client.responses.with_streaming_response.retrieve
    if after is None:
        return retrieve(response, stream=True)
    return retrieve(response, stream=True, starting_after=after)


def end(client: OpenAI, response: str, timeout: httpx2.Timeout) -> Opening:
    """Prepare to ask that no more of a response is written."""
    return client.responses.with_streaming_response.cancel(response, timeout=timeout)
