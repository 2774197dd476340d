"""Copies what the file named by its argument holds, as aztui would, and shows what is said."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from aztui.terminal.clipboard import Clipboard


def _write(sequence: str) -> None:
    sys.stdout.write(sequence)
    sys.stdout.flush()


def main() -> None:
    """Copy, and print the sentence."""
    clipboard = Clipboard(os.environ, _write, lambda: Path.home() / "copies")
    text = Path(sys.argv[1]).read_bytes().decode()
    sys.stdout.write(clipboard.copy(text, "the answer") + "\n")


if __name__ == "__main__":
    main()
