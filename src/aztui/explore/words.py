"""A text in words, as a comparison takes them."""

from __future__ import annotations

import re
from typing import Final

_IDEOGRAPHIC: Final = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
"""Characters of scripts that put no spaces between words: each counts as one."""
_PUNCTUATION: Final = (
    r"!-/:-@\[-\^`{-~\xa1-\xa9\xab-\xb1\xb4\xb6-\xb8\xbb\xbf\xd7\xf7"
    r"\u2010-\u2027\u2030-\u205e\u2190-\u22ff\u3001-\u303f\uff01-\uff0f\uff1a-\uff20"
)
_MARKS: Final = r"[\u0300-\u036f\u200d\u20d0-\u20ff\ufe00-\ufe0f]*"
"""What belongs to the character before it."""
_LETTER: Final = rf"[^\s{_IDEOGRAPHIC}{_PUNCTUATION}]"

_SPACE: Final = r"[^\S\n]"
_TOKEN: Final = re.compile(
    rf"({_LETTER}+(?:['\u2019]{_LETTER}+|(?<=[0-9])[.,](?=[0-9]){_LETTER}+)*"
    rf"|[{_IDEOGRAPHIC}]{_MARKS}"
    rf"|[{_PUNCTUATION}]{_MARKS}"
    rf"|\n)({_SPACE}*)"
)
_LEAD: Final = re.compile(f"{_SPACE}+")


def tokens(text: str) -> list[tuple[str, str]]:
    """Return a text cut into words, punctuation and line ends, each with the blanks behind it.

    Joined they are the text. Only the first may be empty, where blanks begin the text; what other
    scripts write without blanks stands alone.
    """
    lead = _LEAD.match(text)
    return [*([("", lead.group())] if lead else []), *_TOKEN.findall(text)]
