"""Editing a text in the user's own editor."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path


class EditorError(Exception):
    """The editor cannot be used; the text says why and what to do."""


def command(environ: Mapping[str, str]) -> list[str]:
    """Return the editor's command line from $VISUAL or $EDITOR.

    Raises:
        EditorError: neither is set, or its quotes do not match.
    """
    for name in ("VISUAL", "EDITOR"):
        value = environ.get(name, "").strip()
        if not value:
            continue
        try:
            return shlex.split(value)
        except ValueError as error:
            raise EditorError(f"${name} cannot be read ({error}): {value}") from None
    raise EditorError("No editor is set: start aztui with EDITOR=nano, or whichever you like.")


def edit(text: str, editor: list[str]) -> str:
    """Let the user edit `text`; returns when the editor ends. Call it with the terminal free.

    The file is the user's alone and is removed afterwards.

    Raises:
        EditorError: the editor is not there or failed, or its text cannot be read.
    """
    descriptor, name = tempfile.mkstemp(prefix="aztui-", suffix=".md")
    path = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        with _interrupts_are_the_editors():
            status = subprocess.run([*editor, name], check=False).returncode
        if status:
            raise EditorError(f"{editor[0]} ended with status {status}; the prompt is as it was.")
        return path.read_text(encoding="utf-8").removesuffix("\n")
    except FileNotFoundError:
        raise EditorError(f"{editor[0]} is not there: set EDITOR to one that is.") from None
    except (OSError, UnicodeError) as error:
        raise EditorError(f"{editor[0]} did not work: {error}; the prompt is as it was.") from None
    finally:
        path.unlink(missing_ok=True)


@contextmanager
def _interrupts_are_the_editors() -> Iterator[None]:
    """Let ctrl+c in the editor's terminal, which reaches us too, be none of our business.

    By a handler that does nothing: a signal that is ignored would be ignored by the editor too.
    """
    before = signal.signal(signal.SIGINT, lambda _number, _frame: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
