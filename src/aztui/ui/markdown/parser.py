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
_LONGEST_DEFINITION: Final = 20
"""Lines that a link reference definition may take."""


@cache
def parser() -> MarkdownIt:
    """Return the parser; the first call imports markdown-it, which takes 50 ms."""
    from markdown_it import MarkdownIt  # noqa: PLC0415 - not before the first answer
    from markdown_it.rules_block import blockquote, list_block, reference  # noqa: PLC0415 - likewise

    md = MarkdownIt("commonmark", {"maxNesting": _LIMIT}).enable(["table", "strikethrough"])
    md.block.ruler.at("blockquote", _shallow(blockquote), {"alt": [*_ENDED, "list"]})
    md.block.ruler.at("list", _shallow(list_block), {"alt": _ENDED})
    md.block.ruler.at("reference", _told(reference))
    return md


def _shallow(rule: RuleFuncBlockType) -> RuleFuncBlockType:
    """Return a rule that opens nothing where it stands too deep."""

    def shallow(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        return state.level < _DEEPEST and rule(state, start, end, silent)

    return shallow


def _told(rule: RuleFuncBlockType) -> RuleFuncBlockType:
    """Return the rule of link reference definitions as one that leaves a token with their source.

    A title reaches over no line that belongs to another block while the title is not whole: what
    a definition becomes would depend on lines far below.
    """

    def told(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        if not state.src.startswith("[", state.bMarks[start] + state.tShift[start]):
            return False
        last = state.lineMax
        state.lineMax = start + 1
        while state.lineMax < min(last, start + _LONGEST_DEFINITION) and _goes_on(state):
            state.lineMax += 1
        try:
            found = rule(state, start, end, silent)
        finally:
            state.lineMax = last
        if found and not silent:
            token = state.push("definition", "", 0)
            token.map = [start, state.line]
            token.content = state.getLines(start, state.line, state.blkIndent, False).strip()
        return found

    return told


def _goes_on(state: StateBlock) -> bool:
    """Whether the line at a state's end is a paragraph's that stands right above."""
    line = state.lineMax
    text = state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]].rstrip(" \t")
    is_underline = text[:1] in ("-", "=") and not text.strip(text[:1])
    return bool(text) and not is_underline and state.sCount[line] >= state.blkIndent
