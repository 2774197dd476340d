"""Which encoding a model reads its text in."""

from __future__ import annotations

import re
from typing import Final

NEW: Final = "o200k_base"
"""Of gpt-4o, gpt-4.1, gpt-5, the o series, and most likely of what comes after them."""
OLD: Final = "cl100k_base"
"""Of gpt-3.5, of gpt-4 before gpt-4o, and of the completion models that are left."""

_OF_OLD: Final = re.compile(r"gpt-?3|gpt-?4(?![\d.o])|davinci|babbage|instruct|text-embedding")
"""What is in the names of models that have it; Azure writes gpt-35 where OpenAI writes gpt-3.5."""


def encoding_of(model: str) -> str:
    """Return the encoding of a model; the newer one where the name tells nothing.

    Args:
        model: its name, or that of a deployment, which is often called after it.
    """
    return OLD if _OF_OLD.search(model.lower()) else NEW
