"""What users install: the wheel that is built from the sdist, in an environment of its own."""

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from tests.support.terminal import Terminal

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.timeout(400)


def command(*words: str | Path, cwd: Path = ROOT) -> str:
    done = subprocess.run(words, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{words}\n{done.stdout}{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel built from the sdist built from this folder."""
    folder = tmp_path_factory.mktemp("dist")
    build = (sys.executable, "-m", "build", "--no-isolation", "--outdir", folder)
    command(*build, "--sdist", ROOT)
    (sdist,) = folder.glob("*.tar.gz")
    command("tar", "--extract", "--file", sdist, "--directory", folder)
    (unpacked,) = (path for path in folder.iterdir() if path.is_dir())
    command(*build, "--wheel", unpacked)
    (wheel,) = folder.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def aztui(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program as pip installs it from the wheel."""
    folder = tmp_path_factory.mktemp("empty")
    venv.create(folder, with_pip=False, symlinks=True)
    pip = (sys.executable, "-m", "pip", "--python", folder / "bin" / "python", "install", "--quiet")
    pins = ROOT / "requirements" / "run.txt"
    command(*pip, "--no-compile", "--require-hashes", "--requirement", pins)
    command(*pip, "--no-deps", wheel)
    return folder / "bin" / "aztui"


def test_the_wheel_holds_the_styles_and_the_licence(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    styles = {path.name for path in (ROOT / "styles").glob("*.tcss")}
    assert styles
    assert styles == {Path(n).name for n in names if n.startswith("aztui/styles/")}
    assert any(name.endswith("LICENSE") for name in names)
    assert "aztui/py.typed" in names


def test_the_installed_program_starts_with_its_styles(aztui: Path, tmp_path: Path) -> None:
    environment = {
        "PATH": os.defpath,
        "HOME": str(tmp_path),
        "TERM": "xterm-256color",
        "LANG": "C.UTF-8",
    }
    with Terminal([str(aztui), "--demo"], env=environment, cwd=tmp_path) as terminal:
        terminal.wait_for("enter send", timeout=60)
        terminal.send("hello\r")
        terminal.wait_for("done (stop)", timeout=60)
        terminal.send("\x11")
        assert terminal.wait_exit() == 0
