"""The one parser of Markdown: CommonMark with tables and strikethrough."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_DEEPEST: Final = 100
"""Quotes and lists within each other; what stands deeper is left out by the parser."""


@cache
def parser() -> MarkdownIt:
    """Return the parser; the first call imports markdown-it, which takes 50 ms."""
    from markdown_it import MarkdownIt  # noqa: PLC0415 - not before the first answer

    return MarkdownIt("commonmark", {"maxNesting": _DEEPEST}).enable(["table", "strikethrough"])
