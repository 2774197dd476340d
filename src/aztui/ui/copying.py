"""Copying on a thread of its own, since whoever takes the text may be slow."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from aztui.terminal.clipboard import Clipboard


class Copier:
    """Copies one text after another."""

    def __init__(
        self,
        environ: Mapping[str, str],
        write: Callable[[str], None],
        folder: Callable[[], Path],
    ) -> None:
        """Prepare; arguments as for `Clipboard`.

        Args:
            environ: the environment.
            write: hands an escape sequence to the terminal; called on the thread that copies.
            folder: where files may be put.
        """
        self._clipboard = Clipboard(environ, write, folder)
        self._one_by_one = threading.Lock()

    def copy(self, text: str, what: str, tell: Callable[[str], object]) -> None:
        """Begin to copy a text.

        Args:
            text: what to copy.
            what: what that is in a sentence.
            tell: takes a sentence on what came of it, on the thread that copied.
        """
        threading.Thread(
            target=self._copied, args=(text, what, tell), daemon=True, name="copy"
        ).start()

    def _copied(self, text: str, what: str, tell: Callable[[str], object]) -> None:
        with self._one_by_one:
            tell(self._clipboard.copy(text, what))
