"""Azure Resource Manager's answers: what is read from them, and that nothing odd stops it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aztui.azure.decode.management import Page, account, deployment, page, subscription
from aztui.core.listing import Listed
from tests.support import arm

ID = arm.account("contoso")["id"]
KEYS = st.sampled_from(
    ("value", "nextLink", "id", "name", "state", "subscriptionId", "properties", "endpoint")
) | st.sampled_from(("endpoints", "model", "version", "provisioningState"))
TEXTS = st.text(st.characters(), max_size=30) | st.sampled_from(
    ["Succeeded", "Enabled", "https://[::1", "https://contoso.openai.azure.com/", ID, "\ud800"]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS | TEXTS, inner, max_size=6),
    max_leaves=20,
)


@given(JSON)
def test_nothing_odd_stops_it(document: Any) -> None:
    read = page(document)
    items = read.items if read else ()
    for item in (*items, *([document] if isinstance(document, dict) else [])):
        assert isinstance(subscription(item), str)
        assert account(item, "contoso.openai.azure.com") in ("", item.get("id"))
        found = deployment(item)
        assert found is None or found.name
        if found is not None:
            (found.name + found.model).encode()


def test_a_page_says_where_the_next_one_is() -> None:
    first = page({"value": [{"id": "a"}, "odd", {"id": "b"}], "nextLink": "https://x/next"})
    assert first == Page(({"id": "a"}, {"id": "b"}), "https://x/next")
    assert page({"value": [], "nextLink": None}) == Page((), "")


@pytest.mark.parametrize("document", [None, "<html>", [], {}, {"value": {}}, {"error": {}}])
def test_what_is_no_list_is_none(document: object) -> None:
    assert page(document) is None


@pytest.mark.parametrize(
    ("state", "expected"),
    [("Enabled", "one"), ("PastDue", "one"), ("Disabled", ""), ("deleted", "")],
)
def test_only_subscriptions_that_answer_count(state: str, expected: str) -> None:
    assert subscription(arm.subscription("one", state)) == expected


@pytest.mark.parametrize(
    "host",
    [
        "contoso.openai.azure.com",
        "CONTOSO.openai.azure.com",
        "contoso.cognitiveservices.azure.com",
        "contoso.services.ai.azure.com",
    ],
)
@pytest.mark.parametrize(
    "properties",
    [
        {},
        {"endpoint": "https://contoso.cognitiveservices.azure.com/"},
        {"endpoint": None, "endpoints": {arm.OPENAI: "https://contoso.openai.azure.com/"}},
        {"endpoint": 7, "endpoints": {"AI Foundry API": "https://contoso.services.ai.azure.com"}},
    ],
)
def test_several_hosts_lead_to_one_resource(host: str, properties: dict[str, Any]) -> None:
    assert account(arm.account("contoso", **properties), host) == ID


@pytest.mark.parametrize(
    "host",
    [
        "contoso2.openai.azure.com",
        "contoso",
        "contoso.azure-api.net",
        "contoso.openai.azure.com.evil.example",
        "",
    ],
)
def test_another_host_leads_elsewhere(host: str) -> None:
    assert account(arm.account("contoso"), host) == ""


def test_a_resource_without_endpoints_answers_nowhere() -> None:
    assert account(arm.account("contoso", endpoint="", endpoints={"a": "https://[::1"}), "") == ""
    assert account({"id": 7, "properties": []}, "contoso.openai.azure.com") == ""


def test_a_deployment_has_a_name_and_a_model() -> None:
    assert deployment(arm.deployment("mine")) == Listed("mine", "gpt-4o 2024-11-20")
    assert deployment({"name": "d", "properties": {"provisioningState": "Succeeded"}}) == Listed(
        "d"
    )


@pytest.mark.parametrize("state", ["Creating", "Failed", "Deleting", "Disabled", ""])
def test_a_deployment_that_does_not_answer_is_left_out(state: str) -> None:
    assert deployment(arm.deployment("mine", state=state)) is None
