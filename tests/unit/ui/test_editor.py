from __future__ import annotations

import sys
from pathlib import Path

import pytest

from aztui.ui.editor import EditorError, command, edit


def script(folder: Path, code: str) -> list[str]:
    """Return the command line of an editor that does to its file what `code` says."""
    path = folder / "editor.py"
    path.write_text(f"import pathlib, sys\npath = pathlib.Path(sys.argv[1])\n{code}\n")
    return [sys.executable, str(path)]


def test_the_visual_editor_goes_first() -> None:
    assert command({"VISUAL": "code --wait", "EDITOR": "vi"}) == ["code", "--wait"]
    assert command({"VISUAL": " ", "EDITOR": "vi"}) == ["vi"]


def test_no_editor_is_an_error_that_says_what_to_do() -> None:
    with pytest.raises(EditorError, match="EDITOR=nano"):
        command({})


def test_quotes_that_do_not_match_are_named() -> None:
    with pytest.raises(EditorError, match=r"\$EDITOR .* vi 'x"):
        command({"EDITOR": "vi 'x"})


def test_what_the_editor_wrote_comes_back(tmp_path: Path) -> None:
    editor = script(tmp_path, "path.write_text(path.read_text() + ' wörld\\n')")
    assert edit("hellö", editor) == "hellö wörld"


def test_the_file_is_the_users_alone_and_goes_away(tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    code = f"pathlib.Path({str(trace)!r}).write_text(f'{{path.stat().st_mode & 0o777:o}} {{path}}')"
    edit("x", script(tmp_path, code))
    mode, _, path = trace.read_text().partition(" ")
    assert mode == "600"
    assert not Path(path).exists()


@pytest.mark.parametrize(
    ("code", "reason"),
    [("sys.exit(3)", "status 3"), ("path.write_bytes(b'\\xff')", "did not work")],
)
def test_an_editor_that_fails_is_told(tmp_path: Path, code: str, reason: str) -> None:
    with pytest.raises(EditorError, match=reason):
        edit("x", script(tmp_path, code))


def test_an_editor_that_is_missing_is_named() -> None:
    with pytest.raises(EditorError, match="no-such-editor is not there"):
        edit("x", ["no-such-editor"])
