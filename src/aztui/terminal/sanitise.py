"""Text made safe to show: nothing in it acts on the terminal, hides or reorders.

Every string from the network, a file or an error passes through here before it reaches the
screen. What is well formed stays as it is, joined emoji, flags, accents and Indic and Arabic
joiners included. Anything that would act or be invisible becomes a visible mark: `␛` for the
C0 controls and DEL (the Unicode block of control pictures), and for all others the code point
in single angle quotation marks, such as U+202E between U+2039 and U+203A.
Newlines and tabs stay; CR LF becomes a newline.
"""

from __future__ import annotations

from typing import Final, final

from aztui.terminal.unicode import (
    BLACK_FLAG,
    GRAPHEME_JOINER,
    MONGOLIAN_SEPARATOR,
    PLAIN,
    ZERO_WIDTH_JOINER,
    Kind,
    is_mongolian,
    is_pictographic,
    is_virama,
    joins,
    kind,
    takes_mark,
    takes_selector,
)

MOST_MARKS: Final = 8
"""Marks on one base that are shown as they are; natural languages need no more than these."""

_FLAGS: Final = tuple(
    "".join(chr(0xE0000 + ord(letter)) for letter in region) + "\U000e007f"
    for region in ("gbeng", "gbsct", "gbwls")
)
"""The tag sequences that make a flag after a black flag (emoji-sequences.txt lists no others)."""


def sanitise(text: str) -> str:
    """Return `text` as it can be shown.

    Applied to its own result it changes nothing.
    """
    sanitiser = Sanitiser()
    return sanitiser.feed(text) + sanitiser.flush()


def sanitise_line(text: str) -> str:
    """Return `text` as it can be shown in one row: newlines and tabs become marks as well."""
    return sanitise(text).replace("\n", _visible("\n")).replace("\t", _visible("\t"))


@final
class Sanitiser:
    """Sanitises a text that comes in pieces: the same result, however it is cut.

    What `feed` returns may be shown at once; it holds back the last characters, seven at most,
    while what they are depends on what follows.
    """

    __slots__ = ("_base", "_held", "_last", "_marks")

    def __init__(self) -> None:
        self._held = ""
        self._base = ""
        self._last = ""
        self._marks = 0

    def feed(self, chunk: str) -> str:
        """Return what can be shown now that `chunk` has come."""
        if not self._held and chunk.isascii() and chunk.isprintable():
            if chunk:
                self._stand(chunk[-1])
            return chunk
        return self._advance(self._held + chunk, final=False)

    def flush(self) -> str:
        """Return what was held back, now that nothing follows; after it a new text begins."""
        rest = self._advance(self._held, final=True)
        self._clear()
        return rest

    def _advance(self, text: str, *, final: bool) -> str:
        shown: list[str] = []
        at = 0
        while at < len(text):
            plain = PLAIN.match(text, at)
            if plain:
                piece, used = plain.group(), plain.end() - at
                self._stand(piece[-1])
            else:
                piece, used = self._take(text, at, final=final)
                if not used:
                    break
            shown.append(piece)
            at += used
        self._held = text[at:]
        return "".join(shown)

    def _take(self, text: str, at: int, *, final: bool) -> tuple[str, int]:
        """Return what to show for the next characters and how many; 0 when more must come."""
        character = text[at]
        match kind(character):
            case Kind.BASE | Kind.GAP:
                self._stand(character)
                return character, 1
            case Kind.MARK:
                fits = self._marks < MOST_MARKS and takes_mark(self._base, character)
                return self._attach(character, fits=fits), 1
            case Kind.SELECTOR:
                fits = not self._marks and takes_selector(self._base or " ", character)
                return self._attach(character, fits=fits), 1
            case Kind.TAG:
                return self._flag(text, at, final=final)
            case Kind.JOINER:
                return self._join(text, at, final=final)
            case Kind.RETURN:
                return self._return(text, at, final=final)
            case Kind.HIDDEN:
                return self._attach(character, fits=False), 1

    def _flag(self, text: str, at: int, *, final: bool) -> tuple[str, int]:
        ahead = text[at : at + len(_FLAGS[0])]
        if self._base == BLACK_FLAG and not self._marks:
            if ahead in _FLAGS:
                return self._attach(ahead, fits=True), len(ahead)
            if not final and any(flag.startswith(ahead) for flag in _FLAGS):
                return "", 0
        return self._attach(ahead[0], fits=False), 1

    def _join(self, text: str, at: int, *, final: bool) -> tuple[str, int]:
        joiner = text[at]
        if is_virama(self._last or " ") and joins(self._base) and joiner != GRAPHEME_JOINER:
            return self._attach(joiner, fits=True), 1
        after = text[at + 1 : at + 2]
        if not after and not final and self._base:
            return "", 0
        fits = bool(self._base and after) and self._joins(joiner, after)
        return self._attach(joiner, fits=fits), 1

    def _joins(self, joiner: str, after: str) -> bool:
        if kind(self._last) is Kind.JOINER or self._marks + 1 >= MOST_MARKS:
            return False
        if joiner == GRAPHEME_JOINER:
            return kind(after) is Kind.MARK and takes_mark(self._base, after)
        if joiner == MONGOLIAN_SEPARATOR:
            return is_mongolian(self._base) and is_mongolian(after)
        if joiner == ZERO_WIDTH_JOINER and is_pictographic(self._base):
            return is_pictographic(after)
        return joins(self._base) and joins(after)

    def _return(self, text: str, at: int, *, final: bool) -> tuple[str, int]:
        after = text[at + 1 : at + 2]
        if not after and not final:
            return "", 0
        self._clear()
        return ("\n", 2) if after == "\n" else (_visible("\r"), 1)

    def _stand(self, character: str) -> None:
        """Note that `character` was shown and takes room of its own."""
        self._base = "" if kind(character) is Kind.GAP else character
        self._last = self._base
        self._marks = 0

    def _attach(self, text: str, *, fits: bool) -> str:
        """Return `text` where it fits on the base, and else its mark, which is no base."""
        if fits and self._base:
            self._last = text[-1]
            self._marks += 1
            return text
        self._clear()
        return _visible(text)

    def _clear(self) -> None:
        self._base = self._last = ""
        self._marks = 0


def _visible(character: str) -> str:
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    return "␡" if code == 0x7F else f"\u2039U+{code:04X}\u203a"
