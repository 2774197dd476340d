"""The one parser of Markdown: CommonMark with tables and strikethrough."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.parser_block import RuleFuncBlockType
    from markdown_it.rules_block import StateBlock

_LIMIT: Final = 100
"""Beyond it the parser leaves out blocks, with all that comes behind them. None gets there."""
_DEEPEST: Final = 60
"""Quotes and lists within each other, an item counted twice; what opens deeper ones is text."""
_ENDED: Final = ["paragraph", "reference", "blockquote"]
"""What a list ends by its beginning, as in markdown-it's own table; a quote ends lists too."""


@cache
def parser() -> MarkdownIt:
    """Return the parser; the first call imports markdown-it, which takes 50 ms."""
    from markdown_it import MarkdownIt  # noqa: PLC0415 - not before the first answer
    from markdown_it.rules_block import blockquote, list_block  # noqa: PLC0415 - likewise

    md = MarkdownIt("commonmark", {"maxNesting": _LIMIT}).enable(["table", "strikethrough"])
    md.block.ruler.at("blockquote", _shallow(blockquote), {"alt": [*_ENDED, "list"]})
    md.block.ruler.at("list", _shallow(list_block), {"alt": _ENDED})
    return md


def _shallow(rule: RuleFuncBlockType) -> RuleFuncBlockType:
    """Return a rule that opens nothing where it stands too deep."""

    def shallow(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        return state.level < _DEEPEST and rule(state, start, end, silent)

    return shallow
