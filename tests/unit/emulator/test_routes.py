from __future__ import annotations

import pytest

from aztui.core.request import Api
from aztui.emulator.refusal import Refused
from aztui.emulator.routes import Errand, Route, Wish, find

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


V1 = Route(Api.RESPONSES, "v1", None)
PREVIEW = Route(Api.RESPONSES, "2025-04-01-preview", None)


@pytest.mark.parametrize(
    ("method", "target", "errand"),
    [
        ("GET", "/openai/v1/responses/resp_1", Errand(V1, Wish.READ, "resp_1")),
        (
            "GET",
            "/openai/v1/responses/resp_1?stream=true&starting_after=7",
            Errand(V1, Wish.READ, "resp_1", streamed=True, after=7),
        ),
        (
            "GET",
            "/openai/responses/r%2F1?stream=true&api-version=2025-04-01-preview",
            Errand(PREVIEW, Wish.READ, "r/1", streamed=True),
        ),
        ("POST", "/openai/v1/responses/resp_1/cancel", Errand(V1, Wish.CANCEL, "resp_1")),
        (
            "DELETE",
            "/openai/responses/resp_1?api-version=2025-04-01-preview",
            Errand(PREVIEW, Wish.DELETE, "resp_1"),
        ),
    ],
)
def test_what_is_kept_is_known_by_its_id(method: str, target: str, errand: Errand) -> None:
    assert find(method, target) == errand


def test_a_number_that_is_none_is_refused() -> None:
    with pytest.raises(Refused) as caught:
        find("GET", "/openai/v1/responses/resp_1?starting_after=x")
    assert caught.value.reply.status == 400


@pytest.mark.parametrize(
    ("method", "target"),
    [
        ("GET", "/openai/responses/resp_1"),
        ("GET", "/openai/responses/resp_1?api-version=2024-10-21"),
        ("PUT", "/openai/v1/responses/resp_1"),
        ("GET", "/openai/v1/responses/resp_1/cancel"),
        ("POST", "/openai/v1/responses/resp_1"),
        ("GET", "/openai/v1/completions/cmpl_1"),
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
