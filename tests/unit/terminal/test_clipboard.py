from __future__ import annotations

import base64
import os
import re
import resource
import signal
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pytest

from aztui.terminal import clipboard
from aztui.terminal.clipboard import Clipboard

XTERM: Final = {"TERM": "xterm-256color"}
IN_TMUX: Final = {"TERM": "tmux-256color", "TMUX": "/nowhere/default,1,0"}
CONSOLE: Final = {"TERM": "linux"}
WAYLAND: Final = {**XTERM, "WAYLAND_DISPLAY": "wayland-0"}
X11: Final = {**XTERM, "DISPLAY": ":0"}
SSH: Final = {"SSH_CONNECTION": "192.0.2.1 50000 192.0.2.2 22"}

TEXT: Final = "  größe 🧑\u200d💻\t\r\n\x1b]52;c;!\a  \n"
TOO_LONG: Final = "x" * 74_995


@dataclass(frozen=True, slots=True)
class Desk:
    """Where copies may end up.

    Attributes:
        home: the user's; `programs` in it is all of PATH.
        sent: what was written to the terminal.
    """

    home: Path
    sent: list[str] = field(default_factory=list)

    def program(self, name: str, script: str = 'cat > "$0.in"') -> Path:
        """Install a program; return the file into which it puts its input."""
        path = self.home / "programs" / name
        path.write_text(f"#!/bin/sh\nPATH=/usr/bin:/bin\n{script}\n")
        path.chmod(0o755)
        return path.with_name(f"{name}.in")

    def clipboard(self, environ: dict[str, str]) -> Clipboard:
        """Return what is tested, in surroundings."""
        whole = {"PATH": str(self.home / "programs"), "HOME": str(self.home), **environ}
        return Clipboard(whole, self.sent.append, lambda: self.home / "state" / "copies")

    def received(self) -> list[str]:
        """Return the texts that a terminal would have taken."""
        return [
            base64.b64decode(payload).decode()
            for payload in re.findall(r"]52;c;([^\a]*)\a", "".join(self.sent))
        ]

    def files(self) -> list[Path]:
        """Return the files that were written."""
        return sorted(self.home.glob("state/copies/*"))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    (tmp_path / "programs").mkdir()
    return Desk(tmp_path)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clipboard, "PATIENCE", 0.2)


def only(paths: list[Path]) -> Path:
    [path] = paths
    return path


# tmux.

TMUX_SINCE_3_2: Final = '[ "$*" = "load-buffer -w -" ] || exit 1; cat > "$0.in"'
TMUX_BEFORE: Final = '[ "$*" = "load-buffer -" ] || exit 1; cat > "$0.in"'


def test_in_tmux_its_buffer_has_it(desk: Desk) -> None:
    buffer = desk.program("tmux", TMUX_SINCE_3_2)
    said = desk.clipboard(IN_TMUX | SSH).copy(TEXT, "the answer")
    assert buffer.read_bytes() == TEXT.encode()
    assert said == (
        "Copied the answer to tmux's buffer (paste with prefix ]). "
        "Whether your terminal's clipboard took it too, nobody says."
    )
    assert desk.sent == []


def test_an_older_tmux_is_passed_for_the_terminal(desk: Desk) -> None:
    buffer = desk.program("tmux", TMUX_BEFORE)
    said = desk.clipboard(IN_TMUX).copy(TEXT, "the answer")
    assert buffer.read_bytes() == TEXT.encode()
    assert said.startswith("Copied the answer to tmux's buffer")
    assert desk.sent[0].startswith("\x1bPtmux;")
    assert set(desk.received()) == {TEXT}


def test_at_a_desk_with_tmux_both_have_it(desk: Desk) -> None:
    buffer = desk.program("tmux", TMUX_SINCE_3_2)
    board = desk.program("wl-copy")
    said = desk.clipboard(WAYLAND | IN_TMUX).copy(TEXT, "the answer")
    assert buffer.read_bytes() == board.read_bytes() == TEXT.encode()
    assert said == (
        "Copied the answer to this machine's clipboard (wl-copy) "
        "and to tmux's buffer (paste with prefix ])."
    )


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("script", ["exit 1", "exec sleep 60", None], ids=["stale", "hung", "gone"])
def test_a_tmux_that_cannot_be_asked_is_written_to(desk: Desk, script: str | None) -> None:
    if script is not None:
        desk.program("tmux", script)
    said = desk.clipboard(IN_TMUX).copy(TEXT, "the answer")
    assert said.startswith("Sent the answer through tmux (OSC 52).")
    assert "set-clipboard or allow-passthrough" in said
    assert set(desk.received()) == {TEXT}


def test_a_tmux_that_is_not_around_is_not_asked(desk: Desk) -> None:
    buffer = desk.program("tmux")
    desk.clipboard(XTERM).copy(TEXT, "the answer")
    assert not buffer.exists()


# Programs.


@pytest.mark.parametrize(
    ("environ", "name", "arguments"),
    [
        (WAYLAND, "wl-copy", "--type text/plain"),
        (X11, "xclip", "-selection clipboard -in"),
        (X11, "xsel", "--clipboard --input"),
        (XTERM, "pbcopy", ""),
    ],
)
def test_a_program_of_this_machine_takes_it(
    desk: Desk, environ: dict[str, str], name: str, arguments: str
) -> None:
    board = desk.program(name, f'[ "$*" = "{arguments}" ] || exit 1; cat > "$0.in"')
    said = desk.clipboard(environ).copy(TEXT, "code block 2")
    assert board.read_bytes() == TEXT.encode()
    assert said == f"Copied code block 2 to this machine's clipboard ({name})."
    assert desk.sent == []


def test_windows_takes_it_as_utf_8(desk: Desk) -> None:
    board = desk.program("powershell.exe", 'echo "$*" > "$0.asked"; cat > "$0.in"')
    said = desk.clipboard(XTERM | {"WSL_DISTRO_NAME": "Debian"}).copy(TEXT, "3 lines")
    assert said == "Copied 3 lines to this machine's clipboard (powershell.exe)."
    assert board.read_bytes() == TEXT.encode()
    assert "[Text.Encoding]::UTF8" in board.with_suffix(".asked").read_text()


def test_pbcopy_is_told_that_it_is_utf_8(desk: Desk) -> None:
    board = desk.program("pbcopy", 'echo "$LC_ALL" > "$0.in"')
    desk.clipboard(XTERM | {"LC_ALL": "C"}).copy(TEXT, "the answer")
    assert "UTF-8" in board.read_text()


@pytest.mark.parametrize(
    ("environ", "name"),
    [
        (XTERM, "wl-copy"),
        (WAYLAND, "xclip"),
        (XTERM, "powershell.exe"),
        (WAYLAND | SSH, "wl-copy"),
        (X11 | {"SSH_TTY": "/dev/pts/1"}, "xclip"),
        (XTERM | {"SSH_CLIENT": "192.0.2.1 50000 22"}, "pbcopy"),
    ],
)
def test_a_program_that_does_not_reach_the_user_is_left_alone(
    desk: Desk, environ: dict[str, str], name: str
) -> None:
    board = desk.program(name)
    said = desk.clipboard(environ).copy(TEXT, "the answer")
    assert said.startswith("Sent the answer to the terminal (OSC 52).")
    assert not board.exists()


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("script", ["exit 1", "exec sleep 60"], ids=["fails", "hangs"])
def test_the_next_program_is_tried(desk: Desk, script: str) -> None:
    desk.program("xclip", script)
    board = desk.program("xsel")
    said = desk.clipboard(X11).copy(TEXT, "the answer")
    assert said == "Copied the answer to this machine's clipboard (xsel)."
    assert board.read_bytes() == TEXT.encode()


def test_a_program_that_cannot_be_started_is_passed_over(desk: Desk) -> None:
    desk.program("xclip").with_suffix("").write_bytes(b"\x7fELF of another machine")
    assert desk.clipboard(X11).copy(TEXT, "the answer").startswith("Sent")


def test_a_program_that_reads_nothing_has_failed(desk: Desk) -> None:
    desk.program("xclip", "exec <&-; exit 1")
    said = desk.clipboard(X11).copy("x" * 1_000_000, "the answer")
    assert "too long" in said


def test_what_serves_the_clipboard_from_the_background_is_not_waited_for(desk: Desk) -> None:
    """As xclip and wl-copy do: a child stays behind, out of reach of ctrl+z and hang-ups."""
    stays = 'cat > "$0.in"; sleep 60 & echo $! > "$0.pid"'
    board = desk.program("wl-copy", stays)
    said = desk.clipboard(WAYLAND).copy(TEXT, "the answer")
    child = int(board.with_suffix(".pid").read_text())
    try:
        assert said == "Copied the answer to this machine's clipboard (wl-copy)."
        assert os.getsid(child) != os.getsid(0)
    finally:
        os.kill(child, signal.SIGTERM)


# The terminal.


def test_a_terminal_is_sent_it_and_nothing_is_claimed(desk: Desk) -> None:
    said = desk.clipboard(XTERM | SSH).copy(TEXT, "the answer")
    assert said == (
        "Sent the answer to the terminal (OSC 52). "
        "Not every terminal takes that, and none says so: copy again for a file."
    )
    assert desk.received() == [TEXT]
    assert desk.files() == []


def test_screen_passes_it_on(desk: Desk) -> None:
    said = desk.clipboard({"TERM": "screen", "STY": "1.here"}).copy("short", "the answer")
    assert said.startswith("Sent the answer through screen to the terminal (OSC 52).")
    assert desk.received() == ["short"]


def test_copied_again_it_is_in_a_file(desk: Desk) -> None:
    board = desk.clipboard(XTERM)
    board.copy(TEXT, "the answer")
    said = board.copy(TEXT, "the answer")
    path = only(desk.files())
    assert said == f"Wrote the answer to ~/state/copies/{path.name}."
    assert path.read_bytes() == TEXT.encode()
    assert board.copy(TEXT, "the answer").startswith("Sent the answer")


def test_another_text_is_sent_anew(desk: Desk) -> None:
    board = desk.clipboard(XTERM)
    board.copy("one", "code block 1")
    board.copy("two", "code block 2")
    assert board.copy("one", "code block 1").startswith("Sent code block 1")
    assert desk.received() == ["one", "two", "one"]
    assert desk.files() == []


def test_lone_surrogates_are_replaced(desk: Desk) -> None:
    desk.clipboard(XTERM).copy("a\ud83db\udfff", "the answer")
    assert desk.received() == ["a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}"]


def test_nothing_is_not_copied(desk: Desk) -> None:
    desk.program("tmux")
    said = desk.clipboard(IN_TMUX).copy("", "the answer")
    assert said == "There is nothing to copy in the answer."
    assert desk.sent == []


# Files.


def test_a_terminal_without_a_clipboard_leaves_a_private_file(desk: Desk) -> None:
    said = desk.clipboard(CONSOLE).copy(TEXT, "the answer")
    path = only(desk.files())
    assert re.fullmatch(r"answer-\d{8}-\w+\.txt", path.name)
    assert path.read_bytes() == TEXT.encode()
    assert said == f"Wrote the answer to ~/state/copies/{path.name}: this terminal takes no copies."
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert desk.sent == []


def test_what_is_too_long_for_the_terminal_is_in_a_file(desk: Desk) -> None:
    said = desk.clipboard(XTERM).copy(TOO_LONG, "the answer")
    path = only(desk.files())
    assert said == (
        f"Wrote the answer to ~/state/copies/{path.name}: too long to send to the terminal."
    )
    assert path.read_text() == TOO_LONG
    assert desk.sent == []


def test_what_just_fits_is_sent(desk: Desk) -> None:
    said = desk.clipboard(XTERM).copy(TOO_LONG[:-1], "the answer")
    assert said.startswith("Sent")


def test_a_file_replaces_none(desk: Desk) -> None:
    board = desk.clipboard(CONSOLE)
    board.copy("one", "code block 1")
    board.copy("two", "code block 1")
    assert {path.read_text() for path in desk.files()} == {"one", "two"}


@pytest.mark.parametrize(
    ("needs", "package"), [("WAYLAND_DISPLAY", "wl-clipboard"), ("DISPLAY", "xclip")]
)
def test_a_missing_program_is_named(desk: Desk, needs: str, package: str) -> None:
    environ = {**XTERM, "VTE_VERSION": "7803", needs: ":0"}
    said = desk.clipboard(environ).copy(TEXT, "the answer")
    assert said.endswith(f"takes no copies. Install {package} to reach the clipboard.")


@pytest.mark.parametrize("more", [SSH, {}], ids=["over SSH", "it failed"])
def test_a_program_that_would_not_help_is_not_named(desk: Desk, more: dict[str, str]) -> None:
    desk.program("xclip", "exit 1")
    said = desk.clipboard(X11 | CONSOLE | more).copy(TEXT, "the answer")
    assert said.endswith("takes no copies.")


def test_a_folder_outside_home_is_shown_whole(desk: Desk) -> None:
    said = desk.clipboard(CONSOLE | {"HOME": "/home/nobody"}).copy(TEXT, "the answer")
    assert f"Wrote the answer to {only(desk.files())}:" in said


def test_where_nothing_can_be_written_it_says_so(desk: Desk) -> None:
    (desk.home / "state").write_text("in the way")
    said = desk.clipboard(CONSOLE).copy(TEXT, "the answer")
    assert said.startswith("Could not copy the answer: this terminal takes no copies.")
    assert "Not a directory" in said


def test_a_file_that_cannot_be_finished_is_not_left_behind(desk: Desk) -> None:
    _, most = limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(TEXT) // 2, most))
    try:
        said = desk.clipboard(CONSOLE).copy(TEXT, "the answer")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert "File too large" in said
    assert desk.files() == []
