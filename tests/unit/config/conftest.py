from __future__ import annotations

import pytest

from tests.support import identity


@pytest.fixture(autouse=True)
def nobody_signed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without azure-identity, whatever this machine has."""
    identity.uninstall(monkeypatch)
