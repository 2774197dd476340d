"""Lines of Markdown told apart into leaves, by markdown-it's tokens."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from typing import TYPE_CHECKING, Any, Final

from aztui.core.data import dataclass
from aztui.ui.markdown.leaves import Align, Code, Frame, Leaf, Links, Paragraph, Rule, Table
from aztui.ui.markdown.parser import parser
from aztui.ui.widgets.cuts import cost
from aztui.ui.widgets.rows import Piece, Role, Row

if TYPE_CHECKING:
    from markdown_it.token import Token

_BAR: Final = "▎ "
_BULLETS: Final = ("•", "◦", "▪")
_UNDONE: Final = "☐"
_DONE: Final = "☑"
_TASK: Final = re.compile(r"\[([ xX])\](?:[ \t\n]+|$)")
_LONGEST_RUN: Final = 4_000
"""What link reference definitions cost after which the next ones stand apart: characters, and
`LINE` for each line."""
_OPENS: Final = ("bullet_list_open", "ordered_list_open", "list_item_open", "blockquote_open")
_CLOSES: Final = tuple(name.replace("_open", "_close") for name in _OPENS)


@dataclass(slots=True, eq=False)
class Box:
    """A list, an item of one, or a quote.

    Attributes:
        kind: its tag: `ul`, `ol`, `li` or `blockquote`.
        line: the line that it begins in.
        end: the line after its last one.
        mark: an item's marker as it stands in the text, such as `-` or `3.`; empty otherwise.
        sign: the same as it is drawn, with the space after it.
        number: an ordered list's next item's; an item's own; else 0.
        filled: whether a leaf in it was met.
    """

    kind: str
    line: int
    end: int
    mark: str = ""
    sign: str = ""
    number: int = 0
    filled: bool = False

    @property
    def is_list(self) -> bool:
        """Whether it is a list, which takes no room itself."""
        return self.kind in {"ul", "ol"}


@dataclass(frozen=True, slots=True)
class Found:
    """A leaf and where it stands.

    Attributes:
        leaf: the leaf, with frame and gap; code blocks are all numbered 1.
        start: the first line of what begins with it, counted from 0: an item's marker may stand
            in a line above.
        first: its own first line.
        last: the line after its last.
        kind: the type of its first token: `inline`, `heading_open`, `fence`, `code_block`,
            `html_block`, `table_open` or `hr`.
        boxes: what it is in, from the outermost on.
    """

    leaf: Leaf
    start: int
    first: int
    last: int
    kind: str
    boxes: tuple[Box, ...]


def parse(
    lines: Sequence[str], links: Links, *, heads: int = 0, ahead: Sequence[int] = ()
) -> tuple[list[Found], dict[str, Any]]:
    """Tell the blocks of a text apart.

    Args:
        lines: without line ends; safe to show.
        links: the link references that are known already.
        heads: how many leaves at the beginning stand for what came before.
        ahead: by how much the ordered lists around the first leaf after these are further than
            their markers say, from the outermost on.

    Returns:
        Its leaves from the top, and all link references known after it.
    """
    md = parser()
    env: dict[str, Any] = {"references": dict(links.known)}
    tokens: list[Token] = []
    # Without an end of the last line, markdown-it fails at some of them.
    md.block.parse("\n".join([*lines, ""]), md, env, tokens)
    walk = _Walk(heads, list(ahead))
    walk.over(tokens)
    return walk.found, env["references"]


@dataclass(slots=True)
class _Walk:
    """What is known while the tokens are gone through."""

    heads: int
    ahead: list[int]
    found: list[Found] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)

    def over(self, tokens: Sequence[Token]) -> None:
        """Find the leaves of all tokens."""
        at = 0
        while at < len(tokens):
            token = tokens[at]
            match token.type:
                case "definition":
                    self.define(token)
                case "inline":
                    self.text(Paragraph(token.content), token)
                case "heading_open":
                    at += 1
                    self.text(Paragraph(tokens[at].content, level=int(token.tag[1])), token)
                case "fence" | "code_block" | "html_block":
                    self.add(_code(token), token)
                case "hr":
                    self.add(Rule(), token)
                case "table_open":
                    at, table = _table(tokens, at)
                    self.add(table, token)
                case kind if kind in _OPENS:
                    self.open(token)
                case kind if kind in _CLOSES:
                    self.close()
                case _:
                    pass  # what opens and closes a paragraph: its inline token says it all
            at += 1

    def define(self, token: Token) -> None:
        """Note the definition of a link reference, together with those right above it."""
        above = self._defined_above(token)
        if above is None or cost(above.defined) > _LONGEST_RUN:
            self.put(Paragraph("", defined=token.content), *_range(token), "inline")
        else:
            self._grow(replace(above, defined=f"{above.defined}\n{token.content}"), token)

    def text(self, leaf: Paragraph, token: Token) -> None:
        """Note running text; what is defined right above is a part of it, and may take of it.

        So it is of a title that is underlined, since it was text before; not of one behind a `#`.
        """
        above = None if token.markup.startswith("#") else self._defined_above(token)
        if above is None:
            self.add(leaf, token)
        else:
            self._grow(replace(above, text=leaf.text, level=leaf.level), token)

    def _defined_above(self, token: Token) -> Paragraph | None:
        if not self.found:
            return None
        before = self.found[-1]
        if before.last != _range(token)[0] or before.boxes != tuple(self.boxes):
            return None
        match before.leaf:
            case Paragraph(text="", defined=defined) as leaf if defined:
                return leaf
            case _:
                return None

    def _grow(self, leaf: Paragraph, token: Token) -> None:
        self.found[-1] = replace(self.found[-1], leaf=leaf, last=_range(token)[1])

    def add(self, leaf: Leaf, token: Token) -> None:
        """Note a token's leaf, with its frame and whether it stands apart from the one before."""
        self.put(leaf, *_range(token), token.type)

    def put(self, leaf: Leaf, first: int, last: int, kind: str) -> None:
        """The same, for a leaf that may have no token."""
        boxes = tuple(self.boxes)
        before = self.found[-1] if self.found else None
        new = [box for box in boxes if before is None or box not in before.boxes]
        if isinstance(leaf, Paragraph) and new and new[-1].kind == "li":
            leaf = _task(leaf, new[-1])
        gap = before is not None and _apart(boxes, new)
        leaf = replace(leaf, frame=_frame(boxes, new), gap=gap)
        for box in boxes:
            box.filled = True
        start = min([first, *(box.line for box in new)])
        self.found.append(Found(leaf, start, first, last, kind, boxes))

    def open(self, token: Token) -> None:
        """Enter a list, an item or a quote."""
        box = Box(token.tag, *_range(token))
        if box.kind == "ol":
            box.number = int(token.attrs.get("start", 1))
            if len(self.found) <= self.heads and self.ahead:
                box.number += self.ahead.pop(0)
        elif box.kind == "li":
            self._number(box, token)
        self.boxes.append(box)

    def close(self) -> None:
        """Leave a box; one with nothing in it is shown all the same."""
        box = self.boxes[-1]
        if not (box.filled or box.is_list):
            self.put(Paragraph(""), box.line, box.end, "inline")
        self.boxes.pop()

    def _number(self, box: Box, token: Token) -> None:
        parent = self.boxes[-1]
        box.mark = token.info + token.markup
        if parent.kind == "ol":
            box.number = parent.number
            parent.number += 1
            box.sign = f"{box.number}{token.markup} "
        else:
            depth = sum(other.kind == "ul" for other in self.boxes) - 1
            box.sign = f"{_BULLETS[depth % len(_BULLETS)]} "


def _range(token: Token) -> tuple[int, int]:
    """Return the first line of a block, and the line after its last."""
    first, last = token.map or (0, 0)
    return first, last


def _code(token: Token) -> Code:
    content = token.content
    lines = tuple(content.removesuffix("\n").split("\n")) if content else ()
    return Code(lines, info=token.info.strip(), number=int(token.type != "html_block"))


def _table(tokens: Sequence[Token], at: int) -> tuple[int, Table]:
    """Return where a table ends, and the table."""
    aligns: list[Align] = []
    rows: list[tuple[str, ...]] = []
    cells: list[str] = []
    while tokens[at].type != "table_close":
        token = tokens[at]
        if token.type == "th_open":
            aligns.append(_align(token.attrs))
        elif token.type == "inline":
            cells.append(token.content)
        elif token.type == "tr_close":
            rows.append(tuple(cells))
            cells = []
        at += 1
    head, *body = rows
    return at, Table(head, tuple(body), tuple(aligns))


def _align(attrs: Mapping[str, object]) -> Align:
    style = str(attrs.get("style", ""))
    return Align(style.removeprefix("text-align:")) if style else Align.LEFT


def _task(leaf: Paragraph, item: Box) -> Paragraph:
    """Draw the box of a task instead of its item's bullet, or beside its item's number."""
    task = _TASK.match(leaf.text)
    if task is None or leaf.level:
        return leaf
    sign = _UNDONE if task[1] == " " else _DONE
    rest = leaf.text[task.end() :]
    if item.mark[-1] in ".)":
        return replace(leaf, text=f"{sign} {rest}")
    item.sign = f"{sign} "
    return replace(leaf, text=rest)


def _apart(boxes: Sequence[Box], new: Sequence[Box]) -> bool:
    """Whether a blank row parts a leaf from the one before: not within a list's items."""
    if not new or new[0].kind == "blockquote":
        return True
    nested = any(box.kind == "li" and box not in new for box in boxes)
    return new[0].is_list and not nested


def _frame(boxes: Sequence[Box], new: Sequence[Box]) -> Frame:
    first: list[Piece] = []
    rest: list[Piece] = []
    above: Row = ()
    lead: int | None = None
    for box in boxes:
        if box.kind == "blockquote":
            first.append((_BAR, Role.DIM))
            rest.append((_BAR, Role.DIM))
            above = above if box in new else (*rest[:-1], (_BAR.rstrip(), Role.DIM))
        elif box.kind == "li":
            if box in new and lead is None:
                lead = sum(len(text) for text, _ in first)
            blank = " " * len(box.sign)
            first.append((box.sign if box in new else blank, Role.DIM))
            rest.append((blank, Role.DIM))
    indent = sum(len(text) for text, _ in rest)
    return Frame(tuple(first), tuple(rest), above, indent if lead is None else lead)
