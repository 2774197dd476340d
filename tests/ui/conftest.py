"""Whatever has a picture is also drawn by our driver, which must show the same as Textual's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from textual.app import App

from tests.support.recording import Recording, recorded


@pytest.fixture(autouse=True)
def drawn_alike(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Record each frame of a test that takes a picture, and compare the screens at its end."""
    if "snap_compare" not in request.fixturenames:
        yield
        return
    recordings: dict[App[Any], Recording] = {}
    monkeypatch.setattr(App, "_display", recorded(recordings, App._display))
    yield
    for recording in recordings.values():
        recording.check()
