"""Azure Resource Manager's answers: subscriptions, resources, deployments. Pure and total.

Their shapes are those of the REST reference, below https://learn.microsoft.com/rest/api/:
`resources/subscriptions/list` (2022-12-01), `aiservices/accountmanagement/accounts/list` and
`aiservices/accountmanagement/deployments/list` (2023-05-01).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from aztui.azure.decode.lenient import text
from aztui.core.data import dataclass
from aztui.core.listing import Listed

_CLOSED: Final = frozenset({"disabled", "deleted"})
"""States of subscriptions whose resources do not answer; one that is past due still does."""

_DOMAINS: Final = frozenset(
    f"{service}.azure.{cloud}"
    for service in ("openai", "cognitiveservices", "services.ai")
    for cloud in ("com", "us", "cn")
)
"""What stands behind a resource's name in its hosts; each of them leads to the same resource."""


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a list.

    Attributes:
        items: what is in it.
        onward: the URL of the next part; empty behind the last one.
    """

    items: tuple[Mapping[str, Any], ...]
    onward: str


def page(document: object) -> Page | None:
    """Read a part of a list; None for what is no list at all."""
    told = _mapping(document)
    items = told.get("value")
    if not isinstance(items, list):
        return None
    found = tuple(item for item in items if isinstance(item, Mapping))
    return Page(found, text(told.get("nextLink")))


def subscription(item: Mapping[str, Any]) -> str:
    """Return a subscription's id; empty for one whose resources do not answer."""
    closed = text(item.get("state")).lower() in _CLOSED
    return "" if closed else text(item.get("subscriptionId"))


def account(item: Mapping[str, Any], host: str) -> str:
    """Return the resource id of an account that answers at a host; empty for any other.

    Args:
        item: the account.
        host: the host alone, without a port.
    """
    name, properties = text(item.get("id")), _mapping(item.get("properties"))
    urls = [properties.get("endpoint"), *_mapping(properties.get("endpoints")).values()]
    owners = {_owner(_host(url)) for url in urls} - {""}
    return name if name.startswith("/subscriptions/") and _owner(host) in owners else ""


def deployment(item: Mapping[str, Any]) -> Listed | None:
    """Return a deployment; None for one that does not answer (yet, or any more)."""
    name, properties = text(item.get("name")), _mapping(item.get("properties"))
    if not name or text(properties.get("provisioningState")).lower() != "succeeded":
        return None
    model = _mapping(properties.get("model"))
    told = (text(model.get("name")), text(model.get("version")))
    return Listed(name, " ".join(filter(None, told)))


def _owner(host: str) -> str:
    """Return the same text for all hosts that lead to the same resource."""
    name, _, domain = host.lower().partition(".")
    return f"{name}.*" if domain in _DOMAINS else host.lower()


def _host(url: object) -> str:
    try:
        return urlsplit(text(url)).hostname or ""
    except ValueError:
        return ""


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
