from __future__ import annotations

from pathlib import Path

import pytest

from aztui.cli.local import Progress
from aztui.cli.program import run
from aztui.emulator.local import weights

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("AZTUI_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("AZTUI_LOCAL_MODEL", raising=False)
    return tmp_path


def test_where_the_weights_are(home: Path, capsys: Captured) -> None:
    assert run(["local", "path"]) == 1
    written = capsys.readouterr()
    assert written.out == f"{home}/models/{weights.SMOLLM2.file}\n"
    assert "aztui local pull" in written.err


def test_weights_of_the_users_own(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    own = home / "own.gguf"
    own.write_bytes(b"GGUF")
    monkeypatch.setenv("AZTUI_LOCAL_MODEL", str(own))
    assert run(["local", "path"]) == 0
    assert capsys.readouterr().out == f"{own}\n"
    assert run(["local", "pull"]) == 0
    assert str(own) in capsys.readouterr().err
    assert run(["local", "remove"]) == 0
    assert own.exists()


def test_removing(home: Path, capsys: Captured) -> None:
    assert run(["local", "remove"]) == 0
    assert "Nothing was there" in capsys.readouterr().err
    (home / "models").mkdir()
    (home / "models" / weights.SMOLLM2.file).write_bytes(bytes(2_000_000))
    assert run(["local", "remove"]) == 0
    assert "freed 2.0 MB" in capsys.readouterr().err


def test_a_pull_shows_how_far_it_is(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    def pull(folder: Path, progress: weights.Progress | None) -> Path:
        assert progress is not None
        for done in range(1001):
            progress(done * 100_000, 100_000_000)
        return folder / "model.gguf"

    monkeypatch.setattr(weights, "pull", pull)
    assert run(["local", "pull"]) == 0
    lines = capsys.readouterr().err.splitlines()
    assert "92.9 MB" in lines[0]
    assert lines[1:4] == [
        "0.0 MB of 100.0 MB (0 %)",
        "10.0 MB of 100.0 MB (10 %)",
        "20.0 MB of 100.0 MB (20 %)",
    ]
    assert lines[-2] == "100.0 MB of 100.0 MB (100 %)"
    assert lines[-1].endswith("model.gguf; aztui --local asks it.")


def test_a_pull_that_fails(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    def pull(_folder: Path, _progress: weights.Progress | None) -> Path:
        raise weights.WeightsError("No network.")

    monkeypatch.setattr(weights, "pull", pull)
    assert run(["local", "pull"]) == 1
    assert capsys.readouterr().err.splitlines()[-1] == "No network."


def test_a_terminal_gets_one_line_written_over(
    monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    progress = Progress()
    for done in range(1001):
        progress(done, 1000)
    progress.end()
    written = capsys.readouterr().err
    assert written.startswith("\r0.0 MB of 0.0 MB (0 %)")
    assert written.endswith("(100 %) \n")
    assert written.count("\n") == 1
    assert written.count("\r") < 20


def test_asking_without_weights_names_the_way_to_get_them(capsys: Captured) -> None:
    assert run(["ask", "--local", "hello"]) == 2
    err = capsys.readouterr().err
    assert "aztui local pull" in err or "aztui[local]" in err


def test_every_folder_is_listed(home: Path, capsys: Captured) -> None:
    assert run(["paths"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line[:13].strip() for line in lines] == [
        "config",
        "settings",
        "data",
        "history",
        "state",
        "last used",
        "approvals",
        "copies",
        "local model",
        ".env",
    ]
    assert lines[1].split()[1].endswith("config.toml")
    assert str(home) in lines[2]
    assert str(home / "models") in lines[8]
    assert lines[8].endswith("(not there)")
