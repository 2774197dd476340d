from __future__ import annotations

from pathlib import Path

import pytest

from aztui.ui import styles as styles_module
from aztui.ui.styles import stylesheet
from aztui.ui.theme import DARK, LIGHT, style, theme_for
from aztui.ui.widgets.rows import Face


@pytest.mark.parametrize(
    ("value", "theme"),
    [("15;0", DARK), ("0;15", LIGHT), ("0;default;15", LIGHT), ("12;8", DARK), ("", DARK)],
)
def test_the_terminal_tells_its_background(value: str, theme: str) -> None:
    assert theme_for({"COLORFGBG": value}) == theme


def test_dark_unless_told() -> None:
    assert theme_for({}) == DARK


def test_what_is_kept_of_the_styles_is_bounded() -> None:
    address = "https://x.org/" + "a" * 5_000
    for end in range(len(address)):
        assert style(Face(link=address[:end]), dark=True).link == (address[:end] or None)
    assert style.cache_info().currsize < 2_000


def test_the_style_sheet_is_found() -> None:
    path = stylesheet("app.tcss")
    assert path.is_absolute()
    assert path.is_file()


def test_in_a_wheel_it_is_in_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = tmp_path / "aztui" / "ui" / "styles.py"
    sheet = tmp_path / "aztui" / "styles" / "app.tcss"
    sheet.parent.mkdir(parents=True)
    sheet.touch()
    monkeypatch.setattr(styles_module, "__file__", str(module))
    assert stylesheet("app.tcss") == sheet


def test_an_installation_that_is_not_whole_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(styles_module, "__file__", str(tmp_path / "a" / "b" / "c" / "styles.py"))
    with pytest.raises(FileNotFoundError, match="install aztui again"):
        stylesheet("app.tcss")
