"""Copying on a thread of its own, since whoever takes the text may be slow."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from queue import SimpleQueue

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
        self._asked: SimpleQueue[tuple[str, str, Callable[[str], object]]] = SimpleQueue()
        threading.Thread(target=self._work, daemon=True, name="copy").start()

    def copy(self, text: str, what: str, tell: Callable[[str], object]) -> None:
        """Begin to copy a text, once those before it are copied.

        Args:
            text: what to copy.
            what: what that is in a sentence.
            tell: takes a sentence on what came of it, on the thread that copied.
        """
        self._asked.put((text, what, tell))

    def _work(self) -> None:
        while True:
            text, what, tell = self._asked.get()
            tell(self._clipboard.copy(text, what))
