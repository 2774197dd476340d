"""What `make` says on a machine where something is missing."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SETUP = Path(__file__).resolve().parents[3] / "scripts" / "setup.py"

# Debian's python3 comes without ensurepip until python3-venv is installed.
WITHOUT_ENSUREPIP = """
import importlib.util
find = importlib.util.find_spec
importlib.util.find_spec = lambda name, *rest: None if name == "ensurepip" else find(name, *rest)
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A fresh checkout, as far as the script looks at it."""
    (tmp_path / "scripts").mkdir()
    shutil.copy(SETUP, tmp_path / "scripts")
    (tmp_path / "missing").mkdir()
    (tmp_path / "missing" / "sitecustomize.py").write_text(WITHOUT_ENSUREPIP)
    return tmp_path


def complaint(checkout: Path, kind: str = "run", **environment: str) -> str:
    """What the script says when it cannot go on; it must end with 1."""
    done = subprocess.run(
        [sys.executable, checkout / "scripts" / "setup.py", kind],
        env={**os.environ, "PATH": "/nowhere", **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 1
    assert not (checkout / ".venv").exists()
    return done.stderr


def test_a_missing_venv_is_named_with_the_apt_line(checkout: Path) -> None:
    said = complaint(checkout, PYTHONPATH=str(checkout / "missing"))
    assert "sudo apt-get install python3-venv" in said


def test_missing_certificates_are_named_with_the_apt_line(checkout: Path) -> None:
    nowhere = str(checkout / "nothing")
    said = complaint(checkout, SSL_CERT_FILE=nowhere, SSL_CERT_DIR=nowhere)
    assert "sudo apt-get install ca-certificates" in said


def test_an_unknown_kind_is_refused(checkout: Path) -> None:
    assert "usage" in complaint(checkout, kind="everything")
