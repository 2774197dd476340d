"""List prices, from a table that others maintain and that is kept up to date with the package."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from importlib.metadata import version
from typing import Final
from urllib.parse import urlsplit

from genai_prices.data_snapshot import get_snapshot
from genai_prices.types import TieredPrices

from aztui.core.cost import UNPRICED, Price, Service, Terms
from aztui.core.profile import is_loopback

_AZURES: Final = re.compile(r"gpt-?35")
"""As Azure spells what the table, like OpenAI, calls gpt-3.5."""


def listed(service: Service) -> Terms:
    """Return what is listed of a service; nothing of what runs on this machine.

    Its address tells who sells it. The model's name counts, in the service's words; where that is
    not known, its deployment may be called after it.
    """
    if is_loopback(urlsplit(service.endpoint).hostname or ""):
        return UNPRICED
    name = _AZURES.sub("gpt-3.5", service.called.lower())
    try:
        _, model = get_snapshot().find_provider_model(name, None, None, service.endpoint)
    except LookupError:
        return UNPRICED
    prices = model.get_prices(datetime.now(UTC))
    taken, given = _dollars(prices.input_mtok), _dollars(prices.output_mtok)
    if taken is None or given is None:
        return Terms(context=model.context_window)
    price = Price(taken, given, _dollars(prices.cache_read_mtok))
    return Terms(price, context=model.context_window)


def source() -> str:
    """Return where they are from."""
    return f"genai-prices {version('genai-prices')}"


def _dollars(listed: Decimal | TieredPrices | None) -> float | None:
    """Return the price of a million tokens: of prompts of a usual length, where that matters."""
    if listed is None:
        return None
    return float(listed.base if isinstance(listed, TieredPrices) else listed)
