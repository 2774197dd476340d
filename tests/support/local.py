"""The real local model, for tests that need one."""

from __future__ import annotations

import http.client
import importlib.util
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from aztui.emulator.local.backend import LocalModel
from aztui.emulator.local.weights import SMOLLM2

MODELS: Final = Path(
    os.environ.get("AZTUI_TEST_MODELS") or Path(__file__).parents[2] / ".cache" / "models"
)
"""Where `make test` keeps the weights between runs."""


def needs(here: bool, reason: str) -> None:
    """Skip the test, or in CI fail it, where something that it needs is not here."""
    if here:
        return
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI must have it: {reason}")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def weights_file() -> Path:
    """The weights' file, on a machine that has the engine for it."""
    needs(importlib.util.find_spec("xllamacpp") is not None, "xllamacpp is not installed")
    file = MODELS / SMOLLM2.file
    needs(file.is_file(), f"no weights at {file}: `make test` pulls them")
    return file


@pytest.fixture(scope="session")
def local_model(weights_file: Path) -> Iterator[LocalModel]:
    """A running local model, shared by all tests: leave it as it was."""
    with LocalModel(weights_file) as model:
        model.start()
        yield model


def _slots(model: LocalModel) -> list[dict[str, Any]]:
    address = model._running().address(lambda: False)
    assert address
    connection = http.client.HTTPConnection("127.0.0.1", address.port, timeout=10)
    connection.request("GET", "/slots", headers={"Authorization": f"Bearer {address.key}"})
    with connection.getresponse() as response:
        found: list[dict[str, Any]] = json.load(response)
    connection.close()
    return found


def busy(model: LocalModel) -> int:
    """How many answers the engine is writing, in its own words."""
    return sum(slot["is_processing"] for slot in _slots(model))
