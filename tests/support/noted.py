"""An emulator's backend that knows what it sent and when, and what of it a killed program lost."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from typing import Final

from aztui.emulator.backend import Answer, Ask, Part, Piece, Tally

MAY_BE_LOST: Final = 0.25
"""Seconds before the kill."""
_PIECES: Final = 1_000
_PAUSE: Final = 0.004
_PATIENCE: Final = 30.0


class Noted:
    """A backend that notes when it gave which piece, by the prompt that asked for them."""

    model = "noted"

    def __init__(self) -> None:
        self.sent: dict[str, list[tuple[float, str]]] = {}
        self._news = threading.Condition()

    def answer(self, ask: Ask) -> Answer:
        """Begin to answer."""
        return _Numbers(self, str(ask.body["prompt"]))

    def note(self, prompt: str, piece: str) -> None:
        with self._news:
            self.sent.setdefault(prompt, []).append((time.monotonic(), piece))
            self._news.notify_all()

    def wait_for(self, prompt: str) -> None:
        """Wait until the answer to a prompt has begun."""
        with self._news:
            assert self._news.wait_for(lambda: prompt in self.sent, _PATIENCE), "nobody has asked"

    def oldest_lost(self, killed: Mapping[str, float], kept: Mapping[str, str]) -> float:
        """Print what was lost, and return how old the oldest byte of it was, in seconds.

        Args:
            killed: when the program was killed, by its prompt.
            kept: what is there of its answer.
        """
        sent = lost = 0
        oldest = 0.0
        for prompt, at in killed.items():
            pieces = self.sent[prompt]
            assert "".join(piece for _, piece in pieces).startswith(kept[prompt])
            missing = pieces[len(kept[prompt].split()) :]
            missing = [(when, piece) for when, piece in missing if when < at]
            sent += sum(len(piece) for when, piece in pieces if when < at)
            lost += sum(len(piece) for _, piece in missing)
            oldest = max(oldest, at - missing[0][0] if missing else 0.0)
        print(  # noqa: T201 - the figures are the point
            f"\n{len(killed)} kills, {sent} bytes sent, {lost} lost, the oldest of them "
            f"{oldest * 1000:.0f} ms old"
        )
        return oldest


class _Numbers:
    def __init__(self, noted: Noted, prompt: str) -> None:
        self._noted = noted
        self._prompt = prompt
        self._closed = threading.Event()

    def __iter__(self) -> Iterator[Part]:
        for number in range(_PIECES):
            if self._closed.wait(_PAUSE):
                return
            piece = f"{number} "
            self._noted.note(self._prompt, piece)
            yield Piece(0, piece)
        yield Piece(0, "", "stop")
        yield Tally(1, _PIECES)

    def close(self) -> None:
        self._closed.set()
