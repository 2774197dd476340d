"""Which of the standard handles are terminals, and what can be done there."""

from __future__ import annotations

import os
import sys
from typing import TextIO


def is_terminal(stream: TextIO | None) -> bool:
    """Whether a handle is one; one that the caller closed is none."""
    return stream is not None and not stream.closed and stream.isatty()


def can_ask() -> bool:
    """Whether the user can be asked a question."""
    return is_terminal(sys.stdin) and is_terminal(sys.stderr)


def can_rewrite() -> bool:
    """Whether a line on stderr can be overwritten."""
    return takes_sequences(sys.stderr)


def takes_sequences(stream: TextIO | None) -> bool:
    """Whether a handle is a terminal that does what control sequences say."""
    return is_terminal(stream) and os.environ.get("TERM", "") not in {"", "dumb"}
