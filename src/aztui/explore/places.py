"""Where an answer's tokens stand in its text."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import Final

from aztui.core.data import dataclass
from aztui.core.events import Chosen, Token

_AHEAD: Final = 64
"""Characters in which a token is looked for that does not stand where it is expected."""
_LEFT_OUT: Final = "\ufffd"
"""Stands for bytes that are no character, in texts that do not tell them."""


@dataclass(frozen=True, slots=True)
class Place:
    """A token in a text.

    Attributes:
        chosen: the token, and what could have stood there.
        start: the first character of the text that is its, counted from 0.
        end: the one after its last; the same where it has none of its own.
        whole: whether it begins where a character does, so that the text can be cut before it.
    """

    chosen: Chosen
    start: int
    end: int
    whole: bool


class Places:
    """Finds tokens in a text, while both grow.

    A token is usually what stands next. One that begins or ends within a character (an emoji is
    several tokens) has the character where it begins; one that is not in the text at all, as the
    last one of some servers, has none.

    Attributes:
        found: the tokens that have been found so far, in their order.
    """

    def __init__(self) -> None:
        self.found: list[Place] = []
        self._waiting: deque[Chosen] = deque()
        self._at = 0
        self._within = b""
        """The bytes of the character before `_at` that are still to come."""

    def extend(self, text: str, tokens: Iterable[Chosen], *, over: bool) -> None:
        """Find more tokens.

        Args:
            text: all of the text that has come.
            tokens: those that are new.
            over: whether nothing more will come.
        """
        self._waiting.extend(tokens)
        while self._waiting:
            chosen = self._waiting[0]
            if not over and not self._is_here(text, chosen.token):
                return
            self._waiting.popleft()
            self.found.append(self._placed(text, chosen))

    def _is_here(self, text: str, token: Token) -> bool:
        """Whether as much of the text has come as the token may take."""
        if text.startswith(token.text, self._at):
            return True
        return len(text) - self._at >= _characters(bytes_of(token) or b"")

    def _placed(self, text: str, chosen: Chosen) -> Place:
        token, start = chosen.token.text, self._at
        if not self._within and token.isascii() and text.startswith(token, start):
            self._at = start + len(token)  # nearly all there are
            return Place(chosen, start, self._at, whole=True)
        data = bytes_of(chosen.token)
        if data is None:  # a part of a character, nobody knows which
            return Place(chosen, self._at, self._at, whole=False)
        if self._within and self._goes_on(data):
            start, within = self._at, self._within
            self._within = within[len(data) :]
            self._take(text, data[len(within) :])
            return Place(chosen, start, self._at, whole=False)
        self._within = b""
        start = self._at
        if not self._take(text, data):
            ahead = text.find(chosen.token.text or text, start, start + _AHEAD)
            start = max(start, ahead)
            self._at = start + (len(chosen.token.text) if ahead >= 0 else 0)
        return Place(chosen, start, self._at, whole=True)

    def _goes_on(self, data: bytes) -> bool:
        """Whether bytes are those that the last character still lacks."""
        within = self._within
        return data.startswith(within) or within.startswith(data)

    def _take(self, text: str, data: bytes) -> bool:
        """Go past bytes that stand next in the text; False where others do."""
        if not data:
            return True
        ahead = text[self._at : self._at + len(data)].encode("utf-8", "surrogatepass")
        if not ahead.startswith(data):
            return False
        self._at += _characters(data)
        self._within = ahead[len(data) : _end_of_character(ahead, len(data))]
        return True


def bytes_of(token: Token) -> bytes | None:
    """Return a token's bytes; None where it is a part of a character and nobody tells of which."""
    if token.data is not None:
        return token.data
    return None if _LEFT_OUT in token.text else token.text.encode("utf-8", "surrogatepass")


def sendable(token: Token) -> bool:
    """Whether a token is text by itself, so that it can stand at the end of a prompt."""
    data = bytes_of(token)
    if data is None:
        return False
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _characters(data: bytes) -> int:
    """How many characters begin in bytes of UTF-8."""
    return len(data) if data.isascii() else sum(byte & 0xC0 != 0x80 for byte in data)


def _end_of_character(data: bytes, at: int) -> int:
    """Return where the character that goes on at a byte ends."""
    while at < len(data) and data[at] & 0xC0 == 0x80:
        at += 1
    return at
