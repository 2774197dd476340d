from __future__ import annotations

from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from aztui.emulator.local.backend import LocalModel, LocalUnavailable


@pytest.fixture
def engine_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: ModuleSpec(name, None))


def test_a_machine_without_the_engine_is_told_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(LocalUnavailable, match=r"pip install 'aztui\[local\]'"):
        LocalModel(tmp_path / "model.gguf")


@pytest.mark.usefixtures("engine_installed")
def test_missing_weights_are_named_with_the_command_that_brings_them(tmp_path: Path) -> None:
    with pytest.raises(LocalUnavailable, match=r"model\.gguf: run `aztui local pull`"):
        LocalModel(tmp_path / "model.gguf")
    with pytest.raises(LocalUnavailable, match="cannot be read"):
        LocalModel(tmp_path)


@pytest.mark.usefixtures("engine_installed")
def test_another_file_than_a_model_is_refused_at_once(tmp_path: Path) -> None:
    file = tmp_path / "model.gguf"
    file.write_bytes(b"PK\x03\x04 a wheel")
    with pytest.raises(LocalUnavailable, match="not a model in GGUF format"):
        LocalModel(file)


@pytest.mark.usefixtures("engine_installed")
def test_a_model_is_called_after_its_file_and_starts_nothing_by_itself(tmp_path: Path) -> None:
    file = tmp_path / "Qwen3-0.6B.Q8_0.gguf"
    file.write_bytes(b"GGUF")
    with LocalModel(file) as model:
        assert model.model == "qwen3-0.6b.q8_0"
        assert model._engine is None
