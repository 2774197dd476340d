"""The prompt of a command: its argument, and what comes on stdin."""

from __future__ import annotations

import os
import select
import stat
from collections.abc import Callable
from typing import Final

from aztui.config.errors import SettingsError

LIMIT: Final = 16_000_000
"""Bytes of stdin. Far more than any model reads at once."""
PATIENCE: Final = 2.0
"""Seconds without a byte after which the user is told what is being waited for."""

_STDIN: Final = 0
_BLOCK: Final = 1 << 16


def gather(argument: str | None, say: Callable[[str], None]) -> str:
    """Join the argument, a blank line and stdin, as far as they are there.

    stdin is read where it is a file or a pipe, to its end.

    Args:
        argument: the prompt on the command line.
        say: takes a line for the user.

    Raises:
        SettingsError: there is no prompt at all, or one of its parts is no text.
    """
    piped = _text(_read(say)) if is_piped() else ""
    parts = [part for part in (_checked(argument or ""), piped) if part.strip()]
    if not parts:
        raise SettingsError(
            'The prompt is empty: write it after the command, as in aztui ask "Why is the sky '
            'blue?", or pipe it in.'
        )
    return "\n\n".join(parts)


def is_piped() -> bool:
    """Whether stdin is a file or a pipe, which is read to its end."""
    try:
        mode = os.fstat(_STDIN).st_mode
    except OSError:  # closed
        return False
    return stat.S_ISREG(mode) or stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)


def _read(say: Callable[[str], None]) -> bytes:
    blocks: list[bytes] = []
    size = 0
    ready = select.poll()
    ready.register(_STDIN, select.POLLIN)
    while True:
        if not blocks and not ready.poll(PATIENCE * 1000):
            say("Waiting for the end of stdin, which is part of the prompt (</dev/null for none).")
        block = os.read(_STDIN, _BLOCK)
        if not block:
            return b"".join(blocks)
        blocks.append(block)
        size += len(block)
        if size > LIMIT:
            raise SettingsError(
                f"The prompt on stdin is larger than {LIMIT // 1_000_000} MB, which is the limit."
            )


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SettingsError(
            f"stdin is not UTF-8 text (byte {error.start + 1}): convert it first, for instance "
            "with iconv -t utf-8."
        ) from None


def _checked(argument: str) -> str:
    """Refuse bytes that are no UTF-8, which Python shows as lone surrogates."""
    try:
        argument.encode()
    except UnicodeEncodeError:
        raise SettingsError("The prompt on the command line is not UTF-8 text.") from None
    return argument
