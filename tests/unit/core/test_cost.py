"""What tokens cost."""

from __future__ import annotations

import pytest

from aztui.core.cost import OwnPrices, Price, Service
from aztui.core.events import Usage

A, B, C = Price(1.0, 2.0), Price(3.0, 4.0), Price(5.0, 6.0)


@pytest.mark.parametrize(
    ("price", "usage", "dollars"),
    [
        (Price(2.5, 10.0), Usage(1_000_000, 0), 2.5),
        (Price(2.5, 10.0), Usage(0, 1_000_000), 10.0),
        (Price(2.5, 10.0), Usage(1_000, 200, 150, 800), 0.0045),
        (Price(2.5, 10.0, 1.25), Usage(1_000, 200, 150, 800), 0.0035),
        (Price(2.5, 10.0, 0.0), Usage(1_000, 0, 0, 1_000), 0.0),
        (Price(2.5, 10.0, 1.0), Usage(10, 0, 0, 1_000), 10e-6),
        (Price(0.0, 0.0), Usage(1_000, 200), 0.0),
    ],
)
def test_a_request_costs_what_its_tokens_cost(price: Price, usage: Usage, dollars: float) -> None:
    assert price.of(usage) == pytest.approx(dollars)


@pytest.mark.parametrize(
    ("deployment", "model", "profile", "found"),
    [
        ("gpt-4o", "", "", A),
        ("GPT-4o", "", "", A),
        ("mine", "gpt-4o", "", A),
        ("mine", "gpt-4o-2024-11-20", "", A),
        ("gpt-4o-2024-11-20", "", "", A),
        ("mine", "gpt-4o-mini-2024-07-18", "", None),
        ("mine", "gpt-4o-mini-2024-07-18", "work", C),
        ("eu", "gpt-4o", "work", B),
        ("gpt-4o", "", "work", A),
        ("other", "", "", None),
    ],
)
def test_the_users_prices_go_by_deployment_then_model_then_profile(
    deployment: str, model: str, profile: str, found: Price | None
) -> None:
    own = OwnPrices({"gpt-4o": A, "eu": B}, {"work": C})
    assert own.find(Service(profile, "https://x", deployment, model)) == found
