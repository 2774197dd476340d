from __future__ import annotations

import pytest

from aztui.core.request import Api
from aztui.emulator.refusal import Refused
from aztui.emulator.routes import Route, find

DATED = "/openai/deployments/demo"


@pytest.mark.parametrize(
    ("target", "route"),
    [
        (
            f"{DATED}/completions?api-version=2024-02-01",
            Route(Api.COMPLETIONS, "2024-02-01", "demo"),
        ),
        (
            f"{DATED}/chat/completions?api-version=2025-03-01-preview",
            Route(Api.CHAT, "2025-03-01-preview", "demo"),
        ),
        (
            "/openai/deployments/a%2Fb%20%C3%A9--cut%3Aafter%3D3/completions?api-version=2024-02-01",
            Route(Api.COMPLETIONS, "2024-02-01", "a/b é--cut:after=3"),
        ),
        ("/openai/v1/completions", Route(Api.COMPLETIONS, "v1", None)),
        ("/openai/v1/chat/completions?api-version=preview", Route(Api.CHAT, "v1", None)),
        ("/openai/v1/responses", Route(Api.RESPONSES, "v1", None)),
        (
            "/openai/responses?api-version=2025-03-01-preview",
            Route(Api.RESPONSES, "2025-03-01-preview", None),
        ),
    ],
)
def test_both_families_lead_to_their_dialects(target: str, route: Route) -> None:
    assert find("POST", target) == route


@pytest.mark.parametrize(
    ("method", "target"),
    [
        ("POST", f"{DATED}/completions"),
        ("POST", f"{DATED}/responses?api-version=2025-03-01-preview"),
        ("POST", "/openai/responses"),
        ("POST", "/openai/responses?api-version=v1"),
        ("POST", "/openai/responses?api-version=2024-10-21"),
        ("POST", f"{DATED}/completions?api-version="),
        ("POST", f"{DATED}/completions?api-version=latest"),
        ("POST", f"{DATED}/completions?api_version=2024-02-01"),
        ("POST", f"{DATED}/embeddings?api-version=2024-02-01"),
        ("POST", "/openai/deployments//completions?api-version=2024-02-01"),
        ("POST", "/openai/openai/deployments/x/completions?api-version=2024-02-01"),
        ("GET", f"{DATED}/completions?api-version=2024-02-01"),
        ("HEAD", "/"),
        ("POST", "//[/x"),
    ],
)
def test_anything_else_is_not_found(method: str, target: str) -> None:
    with pytest.raises(Refused) as caught:
        find(method, target)
    reply = caught.value.reply
    assert (reply.status, reply.body) == (
        404,
        {"error": {"code": "404", "message": "Resource not found"}},
    )


def test_v1_refuses_a_dated_version_in_its_own_words() -> None:
    with pytest.raises(Refused) as caught:
        find("POST", "/openai/v1/completions?api-version=2024-02-01")
    assert caught.value.reply.status == 400
