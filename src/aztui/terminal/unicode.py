"""What kinds of characters there are, as far as showing them safely needs to know.

Widths come from Rich, since that is what lays the screen out; the rest from the Unicode Character
Database, by Python's `unicodedata` where it has it and by the ranges below where it has not
(DerivedCoreProperties.txt, emoji-data.txt and PropList.txt of Unicode 16).
"""

from __future__ import annotations

import re
import unicodedata
from enum import Enum, auto
from functools import cache, lru_cache
from typing import Final

from rich.cells import get_character_cell_size


class Kind(Enum):
    """What a character is to its neighbours and to the screen."""

    BASE = auto()
    """Takes room of its own; marks may follow it."""
    GAP = auto()
    """A space, tab or newline: takes room, but nothing can sit on it."""
    RETURN = auto()
    """A carriage return."""
    MARK = auto()
    """Takes no room: sits on the base before it."""
    SELECTOR = auto()
    """Chooses between forms of the base before it."""
    JOINER = auto()
    """Joins or parts the characters on its sides."""
    TAG = auto()
    """Part of the flag of a region after a black flag."""
    HIDDEN = auto()
    """A control, or invisible wherever it stands."""


BLACK_FLAG: Final = "\U0001f3f4"
ZERO_WIDTH_JOINER: Final = "\u200d"
GRAPHEME_JOINER: Final = "\u034f"
MONGOLIAN_SEPARATOR: Final = "\u180e"
EMOJI_SELECTORS: Final = frozenset("\ufe0e\ufe0f")

_NO_BREAK_SPACE: Final = "\xa0"
_VIRAMA: Final = 9
"""The combining class of the signs that join Indic consonants."""

_JOINERS: Final = r"[\u034f\u180e\u200c\u200d]"
_SELECTORS: Final = r"[\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]"
_TAGS: Final = r"[\U000e0020-\U000e007f]"
_HIDDEN: Final = (
    # Default_Ignorable_Code_Point, less the three kinds above …
    r"[\xad\u061c\u115f\u1160\u17b4\u17b5\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff"
    r"\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    # … and the noncharacters.
    r"\ufdd0-\ufdef"
    + "".join(chr(plane << 16 | 0xFFFE) + chr(plane << 16 | 0xFFFF) for plane in range(17))
    + "]"
)
_PICTOGRAPHIC: Final = (
    r"[\xa9\xae\u203c\u2049\u2122\u2139\u2194-\u2199\u21a9\u21aa\u231a\u231b\u2328\u2388\u23cf"
    r"\u23e9-\u23f3\u23f8-\u23fa\u24c2\u25aa\u25ab\u25b6\u25c0\u25fb-\u25fe\u2600-\u2605"
    r"\u2607-\u2612\u2614-\u2685\u2690-\u2705\u2708-\u2712\u2714\u2716\u271d\u2721\u2728\u2733"
    r"\u2734\u2744\u2747\u274c\u274e\u2753-\u2755\u2757\u2763-\u2767\u2795-\u2797\u27a1\u27b0"
    r"\u27bf\u2934\u2935\u2b05-\u2b07\u2b1b\u2b1c\u2b50\u2b55\u3030\u303d\u3297\u3299"
    r"\U0001f000-\U0001f0ff\U0001f10d-\U0001f10f\U0001f12f\U0001f16c-\U0001f171\U0001f17e"
    r"\U0001f17f\U0001f18e\U0001f191-\U0001f19a\U0001f1ad-\U0001f1e5\U0001f201-\U0001f20f"
    r"\U0001f21a\U0001f22f\U0001f232-\U0001f23a\U0001f23c-\U0001f23f\U0001f249-\U0001f3fa"
    r"\U0001f400-\U0001f53d\U0001f546-\U0001f64f\U0001f680-\U0001f6ff\U0001f774-\U0001f77f"
    r"\U0001f7d5-\U0001f7ff\U0001f80c-\U0001f80f\U0001f848-\U0001f84f\U0001f85a-\U0001f85f"
    r"\U0001f888-\U0001f88f\U0001f8ae-\U0001f8ff\U0001f90c-\U0001f93a\U0001f93c-\U0001f945"
    r"\U0001f947-\U0001faff\U0001fc00-\U0001fffd]"
)
_KEYCAPS: Final = frozenset("0123456789#*")
_SKIN_TONES: Final = r"[\U0001f3fb-\U0001f3ff]"
_JAMO: Final = r"[\u1160-\u11ff\ud7b0-\ud7ff]"
_HANGUL: Final = r"[\u1100-\u11ff\ua960-\ua97f\uac00-\ud7ff]"
_MONGOLIAN: Final = r"[\u1820-\u18aa]"
_JOINING_SCRIPTS: Final = (
    # Arabic, Syriac, N'Ko, Mandaic and their like; the scripts of India, Tibet and Burma; Khmer,
    # Mongolian, and the scripts of the islands.
    r"[\u0600-\u08ff\u0900-\u0dff\u0f00-\u109f\u1780-\u18af\u1a20-\u1aad\u1b00-\u1bff"
    r"\u1cd0-\u1cff\ua840-\ua877\ua8e0-\ua8ff\ua980-\ua9df\uaa60-\uaa7f\uaae0-\uaaff"
    r"\uabc0-\uabff\ufb50-\ufdff\ufe70-\ufefc\U00010a00-\U00010a5f\U00010d00-\U00010d3f"
    r"\U00011000-\U00011fff\U0001e900-\U0001e95f]"
)

PLAIN: Final = re.compile(
    # Runs of what is BASE or GAP in most texts: a hint, checked against `kind` by a test. `\w` is
    # any letter or digit; the ranges taken out of it are conjoining jamo and Hangul fillers.
    r"(?:[\t\n -~\xa0-\xac\xae-\xbf\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2190-\u2426"
    r"\u2460-\u2bff\u3000-\u3029\u3030-\u303f\uff01-\uff9f\U0001f300-\U0001f3fa"
    r"\U0001f400-\U0001f64f]+|[^\W\u115f-\u11ff\u3164\ud7b0-\ud7ff\uffa0]+)+"
)


@cache
def _compiled(characters: str) -> re.Pattern[str]:
    # Not at import: most texts need none of these, and a start would wait for all of them.
    return re.compile(characters)


def _among(characters: str, character: str) -> bool:
    return _compiled(characters).match(character) is not None


@lru_cache(maxsize=4096)
def kind(character: str) -> Kind:
    """Say what kind of character it is."""
    if character == "\r":
        return Kind.RETURN
    if _among(_JOINERS, character):
        return Kind.JOINER
    if _among(_SELECTORS, character):
        return Kind.SELECTOR
    if _among(_TAGS, character):
        return Kind.TAG
    category = unicodedata.category(character)
    if character in "\t\n" or (category == "Zs" and character != _NO_BREAK_SPACE):
        return Kind.GAP
    if category in {"Cc", "Cs", "Zl", "Zp"} or _among(_HIDDEN, character):
        return Kind.HIDDEN
    if get_character_cell_size(character):
        return Kind.BASE
    return Kind.HIDDEN if category == "Cf" else Kind.MARK


def is_pictographic(character: str) -> bool:
    """Whether it is a symbol that emoji are made of (Extended_Pictographic)."""
    return _among(_PICTOGRAPHIC, character)


def is_virama(character: str) -> bool:
    """Whether it joins the consonants on its sides."""
    return unicodedata.combining(character) == _VIRAMA


def is_mongolian(character: str) -> bool:
    """Whether it is a Mongolian letter."""
    return _among(_MONGOLIAN, character)


def joins(character: str) -> bool:
    """Whether it is a letter or mark of a script whose letters join."""
    return _among(_JOINING_SCRIPTS, character) and unicodedata.category(character)[0] in "LM"


def takes_mark(base: str, mark: str) -> bool:
    """Whether `mark` can sit on `base`."""
    if _among(_SKIN_TONES, mark):
        return is_pictographic(base)
    if _among(_JAMO, mark):
        return _among(_HANGUL, base)
    return True


def takes_selector(base: str, selector: str) -> bool:
    """Whether `base` has forms that `selector` chooses from."""
    if selector in EMOJI_SELECTORS:
        return is_pictographic(base) or base in _KEYCAPS
    if _among(_SELECTORS, selector) and selector < "\u1810":
        return is_mongolian(base)
    # CJK characters and their punctuation, and mathematical operators.
    return get_character_cell_size(base) == 2 or unicodedata.category(base) == "Sm"
