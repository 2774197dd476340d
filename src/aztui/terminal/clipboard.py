"""Copying, and saying what came of it: what is certain as certain, and nothing else."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final, final

from aztui.terminal import osc52
from aztui.terminal.osc52 import Via

PATIENCE: Final = 5.0
"""Seconds that a program may take; PowerShell is slow to start."""

_REMOTE: Final = ("SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")

_POWERSHELL: Final = (
    "Set-Clipboard -Value (New-Object IO.StreamReader("
    "[Console]::OpenStandardInput(), [Text.Encoding]::UTF8)).ReadToEnd()"
)
_PROGRAMS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    # The variable without which a program is of no use (any needs PATH), and its command.
    ("WAYLAND_DISPLAY", ("wl-copy", "--type", "text/plain")),
    ("DISPLAY", ("xclip", "-selection", "clipboard", "-in")),
    ("DISPLAY", ("xsel", "--clipboard", "--input")),
    ("PATH", ("pbcopy",)),
    # Not clip.exe: it takes UTF-8 for the machine's code page, and guesses at UTF-16
    # (microsoft/WSL issues 4852 and 3716).
    ("WSL_DISTRO_NAME", ("powershell.exe", "-NoProfile", "-NonInteractive", "-c", _POWERSHELL)),
)
_INSTALLABLE: Final = {"WAYLAND_DISPLAY": "wl-clipboard", "DISPLAY": "xclip"}

_SENT: Final = {
    Via.TERMINAL: "to the terminal (OSC 52). Not every terminal takes that, and none says so",
    Via.TMUX: (
        "through tmux (OSC 52). It passes that on with set-clipboard or allow-passthrough on, "
        "and does not say so"
    ),
    Via.SCREEN: (
        "through screen to the terminal (OSC 52). Not every terminal takes that, and none says so"
    ),
}


@final
class Clipboard:
    """Puts texts where the user can paste them from, as well as the surroundings allow.

    1. In tmux, into its buffer; on the machine that the user sits at, also into that machine's
       clipboard by the program that is there for it. Both answer, so both are certain.
    2. Else to the terminal by OSC 52, which nobody answers. No file is written with it: most
       terminals take it, and copies of what somebody reads would pile up on the disk unasked.
       Copying the same text again says that it did not arrive, and writes the file.
    3. Else into a file.
    """

    def __init__(
        self,
        environ: Mapping[str, str],
        write: Callable[[str], None],
        folder: Callable[[], Path],
    ) -> None:
        """Note what is needed; no program is run before there is something to copy.

        Args:
            environ: the environment; programs are looked for on its PATH and run in it.
            write: hands an escape sequence to the terminal; called on the thread of `copy`.
            folder: where files may be put; it is made when the first one is.
        """
        self._environ = environ
        self._write = write
        self._folder = folder
        self._way = osc52.via(environ)
        self._sent: bytes | None = None

    def copy(self, text: str, what: str) -> str:
        """Copy a text as UTF-8, unchanged but for U+FFFD in place of lone surrogates.

        Call it on a thread that may wait: a program that hangs is given up after `PATIENCE`.

        Args:
            text: what to copy.
            what: what that is in a sentence, such as "the answer", "code block 2" or "3 lines".

        Returns:
            One or two sentences on where it is now and what cannot be known, for the user.
        """
        data = _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text).encode()
        again, self._sent = data == self._sent, None
        if not data:
            return f"There is nothing to copy in {what}."
        if said := self._hand_over(data):
            return f"Copied {what} {said}."
        if again:
            return self._save(data, what, "")
        if self._way is None:
            return self._save(data, what, f": this terminal takes no copies{self._advice()}")
        if not self._send(data):
            return self._save(data, what, ": too long to send to the terminal")
        self._sent = data
        return f"Sent {what} {_SENT[self._way]}: copy again for a file."

    def _hand_over(self, data: bytes) -> str:
        """Give `data` to whoever confirms it; say to whom, or nothing."""
        in_tmux = self._to_tmux(data)
        program = self._to_program(data)
        to_program = f"to this machine's clipboard ({program})"
        to_tmux = "to tmux's buffer (paste with prefix ])"
        if in_tmux and program:
            return f"{to_program} and {to_tmux}"
        if in_tmux:
            return f"{to_tmux}. Whether your terminal's clipboard took it too, nobody says"
        return to_program if program else ""

    def _to_tmux(self, data: bytes) -> bool:
        """Whether tmux has taken `data`, and so, since 3.2, offers it to the terminal.

        That is what -w does, whatever `set-clipboard` says (tried with 3.3a).
        """
        if not self._environ.get("TMUX"):
            return False
        status = self._run(("tmux", "load-buffer", "-w", "-"), data)
        if status is None or status == 0:
            return status == 0
        if self._run(("tmux", "load-buffer", "-"), data) != 0:
            return False
        self._send(data)
        return True

    def _to_program(self, data: bytes) -> str:
        """Return the name of the program that put `data` into the clipboard; empty if none did.

        Not over SSH, even where X11 is forwarded: in a tmux that was left and come back to,
        DISPLAY may lead to the machine that the user sat at yesterday.
        """
        for command in self._programs():
            if self._run(command, data) == 0:
                return command[0]
        return ""

    def _programs(self) -> Iterator[tuple[str, ...]]:
        if self._is_local():
            yield from (command for needs, command in _PROGRAMS if self._environ.get(needs))

    def _is_local(self) -> bool:
        return not any(map(self._environ.get, _REMOTE))

    def _advice(self) -> str:
        """Name the program that is missing, if one is."""
        if not self._is_local() or any(self._find(command[0]) for command in self._programs()):
            return ""
        missing = (name for needs, name in _INSTALLABLE.items() if self._environ.get(needs))
        name = next(missing, "")
        return f". Install {name} to reach the clipboard" if name else ""

    def _send(self, data: bytes) -> bool:
        """Whether `data` could be sent on its way to the terminal."""
        sequence = osc52.sequence(data, self._way) if self._way else None
        if sequence is not None:
            self._write(sequence)
        return sequence is not None

    def _save(self, data: bytes, what: str, why: str) -> str:
        stem = re.sub(r"\W+", "-", what.removeprefix("the ")) + time.strftime("-%Y%m%d")
        try:
            path = _new_file(self._folder(), stem, data)
        except OSError as error:
            return f"Could not copy {what}{why}. A file for it cannot be written: {error}."
        return f"Wrote {what} to {self._shown(path)}{why}."

    def _shown(self, path: Path) -> str:
        home = self._environ.get("HOME")
        return f"~/{path.relative_to(home)}" if home and path.is_relative_to(home) else str(path)

    def _find(self, program: str) -> str | None:
        return shutil.which(program, path=self._environ.get("PATH", ""))

    def _run(self, command: tuple[str, ...], data: bytes) -> int | None:
        """Run a program with `data` as its input.

        What serves a clipboard stays in the background: with our pipes, if it had any (so does
        wl-copy, bugaevc/wl-clipboard issue 212), and suspended or hung up with us, were it not in
        a session of its own (issue 298).

        Returns:
            its exit status; None if it is not there, cannot be run, or hangs.
        """
        found = self._find(command[0])
        if found is None:
            return None
        try:
            return subprocess.run(
                [found, *command[1:]],
                input=data,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                # pbcopy takes its input to be in the locale's encoding (its manual page).
                env={**self._environ, "LC_ALL": "en_US.UTF-8"},
                timeout=PATIENCE,
                check=False,
                start_new_session=True,
            ).returncode
        except (OSError, subprocess.TimeoutExpired):
            return None


def _new_file(folder: Path, stem: str, data: bytes) -> Path:
    """Put `data` into a file that was not there before, for the user's eyes only.

    Raises:
        OSError: it cannot be written; then it is not there.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f"{stem}-", suffix=".txt", dir=folder)
    path = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path
