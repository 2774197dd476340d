"""Counts tokens and knows prices: a `core.ports.Meter` that asks nobody."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from aztui.core.cost import OwnPrices, Service, Terms

if TYPE_CHECKING:
    from aztui.meter.tokens import Tokenizer


class OfflineMeter:
    """Has a tokenizer and a table of list prices, each loaded when it is needed first."""

    def __init__(self, own: OwnPrices) -> None:
        """Load nothing yet.

        Args:
            own: prices that count before those of the table.
        """
        self._own = own
        self._tokenizer: Tokenizer | None = None

    def count(self, text: str, model: str) -> int:
        """Return how many tokens a text is to a model, or to one that is called so."""
        if self._tokenizer is None:
            from aztui.meter.tokens import Tokenizer  # noqa: PLC0415 - not before it is needed

            self._tokenizer = Tokenizer()
        return self._tokenizer.count(text, model)

    def terms(self, service: Service) -> Terms:
        """Return what a service asks for tokens: by the user's word, else by the list."""
        from aztui.meter.prices import listed  # noqa: PLC0415 - not before it is needed

        known, own = listed(service), self._own.find(service)
        return known if own is None else replace(known, price=own, own=True)

    def source(self) -> str:
        """Return where list prices are from."""
        from aztui.meter.prices import source  # noqa: PLC0415 - as above

        return source()
