"""Markdown read as it arrives: finished leaves come out once, and only the open one is kept.

CommonMark is decided line by line: new lines change nothing but the block that is open, which is
the last leaf and the boxes around it, or the title that a link reference above it may yet have. So
a text is read in steps. `read` takes whole lines and returns the leaves that they finish, with a
`Seam`: what is needed to go on. Of what came before, the seam keeps the source of the open leaf,
and in one made-up line the boxes around it; and of a long code block or table only what tells how
it began.

All functions are pure, so a text can be gone on with from any seam again, as often as its lines
are wanted. However a text is cut into steps, the leaves lay out to the same rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import field, replace
from itertools import takewhile
from typing import Any, Final

from aztui.core.data import dataclass
from aztui.ui.markdown.blocks import Found, parse
from aztui.ui.markdown.boxes import prefix, sibling
from aztui.ui.markdown.code import lexed_after
from aztui.ui.markdown.heal import heal, hold, table_ahead
from aztui.ui.markdown.inline import spans
from aztui.ui.markdown.leaves import NO_FRAME, Code, Leaf, Links, Paragraph, Table
from aztui.ui.markdown.table import Widths, settle
from aztui.ui.widgets.cuts import LINE

LONGEST_PARAGRAPH: Final = 8_000
"""What a paragraph may cost before it is cut at the next line end, since all of an open paragraph
is laid out anew for every new word: characters, and `LINE` for each line."""
SETTLED_BY: Final = 50
"""Rows of a table that settle how wide its columns are."""
_LONGEST_TAIL: Final = 64_000
"""What a tail that could not be shortened may cost, counted likewise, before it is given up on:
whatever it is, nobody wrote it to be read."""

_TITLE_KINDS: Final = frozenset({"code_block", "inline"})
"""What lines of a link reference's title look like while it is not whole."""
_TITLE_BEGINS: Final = ('"', "'", "(")
_LONGEST_TITLE: Final = 2_000
"""Characters after which what may be a title is none."""

_SPACE: Final = " \t"
"""All that Markdown takes for blank in a line."""
_BLANKS: Final = 2
"""Blank lines that are enough: after an empty item, its list goes on past one, but not past two."""
_BLANKS_OF_CODE: Final = 200
"""Those that are kept in indented code, to which they belong if more of it comes."""
_NO_LINKS: Final = Links()
_MOST_LINKS: Final = 1_000
"""Link references that are known at most; further ones are not looked at."""
_HEAD: Final = "___"
"""A leaf that is whole in one line and looks the same whatever follows. It stands for all that came
before: the next leaf only needs to know which boxes are open."""
_CLOSED_ROW: Final = re.compile(r"(?<!\\)\|[ \t]*\Z")
_GUARD: Final = "X"
"""Stands for the lines of a paragraph that came out already."""


@dataclass(frozen=True, slots=True)
class Begun:
    """What is known of a leaf of which some rows came out already.

    Attributes:
        skip: how many of its lines in the tail were among them.
        lexed: what the lexer knows after them.
        widths: of a table's columns.
    """

    skip: int = 0
    lexed: object = None
    widths: Widths | None = None


@dataclass(frozen=True, slots=True)
class Seam:
    """Where a text can be gone on with.

    Attributes:
        tail: lines that are still to be read, with what stands for those before.
        heads: how many leaves of the tail stand for what came before.
        ahead: how far the ordered lists around the first leaf are ahead of their markers.
        begun: set where rows of the first leaf came out already.
        codes: how many code blocks have begun.
        links: the link references defined before the tail.
    """

    tail: tuple[str, ...] = ()
    heads: int = 0
    ahead: tuple[int, ...] = ()
    begun: Begun | None = None
    codes: int = 0
    links: Links = field(default=_NO_LINKS)


@dataclass(frozen=True, slots=True)
class Preview:
    """What is open of a text.

    Attributes:
        seam: where the text is left.
        partial: what is shown of the line that is not whole yet.
        leaves: what is open, as it most probably will be.
        plain: the last of them as it stands there, where it only grows with that line.
    """

    seam: Seam
    partial: str
    leaves: Sequence[Leaf]
    plain: Paragraph | None = None


@dataclass(frozen=True, slots=True)
class _Kept:
    """What remains of a leaf that is not finished.

    Attributes:
        lines: of the source, from its first line on.
        leaf: what they are.
        out: what of it comes out now.
        begun: what is known of all that came out.
        guard: whether a guard is to stand before the lines.
        alone: whether what opens its boxes is not among the lines.
    """

    lines: tuple[str, ...]
    leaf: Leaf
    out: tuple[Leaf, ...] = ()
    begun: Begun | None = None
    guard: bool = False
    alone: bool = False


def read(seam: Seam, lines: Sequence[str]) -> tuple[list[Leaf], Seam]:
    """Go on with a text.

    Args:
        seam: where it was left.
        lines: whole ones, without their line ends; safe to show.

    Returns:
        The leaves that are finished now, and where to go on.
    """
    source = (*seam.tail, *lines)
    found, known = _parse(seam, source)
    if len(found) == seam.heads:
        return [], replace(seam, tail=_without_blanks(source) if found else ())
    out, after = _within(seam, source, found, known)
    if after is None:
        if len(lines) > 1:
            return _halved(seam, lines)
        out, after = [], replace(seam, tail=source)
    if sum(len(line) + LINE for line in after.tail) <= _LONGEST_TAIL:
        return out, after
    out, _, codes = _pieces(seam, found[seam.heads :])
    links = _more(seam.links, known, len(source))
    return out, Seam((_HEAD,), heads=1, codes=codes, links=links)


def _halved(seam: Seam, lines: Sequence[str]) -> tuple[list[Leaf], Seam]:
    half = len(lines) // 2
    first, middle = read(seam, lines[:half])
    second, end = read(middle, lines[half:])
    return [*first, *second], end


def preview(seam: Seam, partial: str = "", before: Preview | None = None) -> Preview:
    """Return the leaves that are still open, as they most probably will be.

    Args:
        seam: where the text is left.
        partial: the line that is not whole yet; safe to show.
        before: what was returned when there was less of it, which mostly spares reading it again.
    """
    shown = hold(partial)
    if before is not None and shown and (longer := _longer(before, seam, shown)) is not None:
        return longer
    source = (*seam.tail, shown) if shown else seam.tail
    found, _ = _parse(seam, source)
    out, _, _ = _pieces(seam, found[seam.heads :])
    if not out or found[-1].last < len(source):
        return Preview(seam, shown, out)
    leaves = [*out[:-1], *map(_growing, _healed(out[-1], shown))]
    return Preview(seam, shown, leaves, _only_grows(out[-1], shown))


def _only_grows(leaf: Leaf, partial: str) -> Paragraph | None:
    """Return a leaf to which whatever comes of its last line is added, where that is certain.

    A line that has begun with a letter is the paragraph's, unless that is a link reference's title.
    """
    match leaf:
        case Paragraph(text=text, level=0, defined=""):
            line = text.rpartition("\n")[2]
            if line[:1].isalpha() and not text.startswith("[") and partial.rstrip().endswith(line):
                return leaf
    return None


def _longer(before: Preview, seam: Seam, partial: str) -> Preview | None:
    """Return what was open with more of its last line; None where it has to be read again."""
    leaf, known = before.plain, before.partial
    if leaf is None or before.seam is not seam or not partial.startswith(known):
        return None
    more = partial[len(known.rstrip()) :].rstrip()
    leaf = replace(leaf, text=leaf.text + more)
    healed = _growing(replace(leaf, text=heal(leaf.text)))
    return Preview(seam, partial, [*before.leaves[:-1], healed], leaf)


def finish(seam: Seam) -> list[Leaf]:
    """Return the leaves that are open at the end of a text."""
    found, _ = _parse(seam, seam.tail)
    return _pieces(seam, found[seam.heads :])[0]


def references(seam: Seam) -> Links:
    """Return the link references that are defined up to a seam, those in its tail included."""
    _, known = _parse(seam, seam.tail)
    return _more(seam.links, known, len(seam.tail))


def _parse(seam: Seam, source: Sequence[str]) -> tuple[list[Found], dict[str, Any]]:
    return parse(source, seam.links, heads=seam.heads, ahead=seam.ahead)


def _more(links: Links, known: dict[str, Any], before: int) -> Links:
    """Return link references together with those that are defined before a line."""
    new = [
        (label, reference)
        for label, reference in known.items()
        if label not in links.known and reference["map"][0] < before
    ]
    new = new[: max(0, _MOST_LINKS - len(links.known))]
    return Links({**links.known, **dict(new)}) if new else links


def _within(
    seam: Seam, source: Sequence[str], found: Sequence[Found], known: dict[str, Any]
) -> tuple[list[Leaf], Seam | None]:
    """Return the leaves that are finished, and where to go on with the others; None for nowhere."""
    if _undecided(source, found):
        return [], None
    *done, last = found[seam.heads :]
    out, begun, codes = _pieces(seam, done)
    kept = _kept(source, last, begun, codes)
    after = Seam(
        begun=kept.begun,
        codes=codes + _begins(last.leaf, begun) if kept.out else codes,
        links=_more(seam.links, known, len(source) if kept.alone else last.start),
    )
    return [*out, *kept.out], _shorter(source, found, kept, after)


def _undecided(source: Sequence[str], found: Sequence[Found]) -> bool:
    """Whether the last leaves may yet turn out to be the title of the link reference above them.

    That may go on for lines, and while it does an indented line of it is code by itself.
    """
    below = takewhile(lambda each: each.kind in _TITLE_KINDS, reversed(found))
    for each, above in zip(below, found[-2::-1], strict=False):
        match each.leaf, above.leaf:
            case Code(lines=content), Paragraph(text="", defined=defined) if defined:
                rest = source[each.first :]
                return (
                    above.last == each.first
                    and "".join(content).strip().startswith(_TITLE_BEGINS)
                    and all(_blank(line) is None for line in rest)
                    and sum(map(len, rest)) <= _LONGEST_TITLE
                )
    return False


def _pieces(seam: Seam, found: Sequence[Found]) -> tuple[list[Leaf], Begun | None, int]:
    """Return what comes out of leaves, and of whatever follows what has begun, and the codes."""
    begun, codes = seam.begun, seam.codes
    out: list[Leaf] = []
    for each in found:
        codes += _begins(each.leaf, begun)
        out += _out(each.leaf, begun, codes)[0]
        begun = None
    return out, begun, codes


def _begins(leaf: Leaf, begun: Begun | None) -> bool:
    """Whether a code block with a number begins with a leaf."""
    return isinstance(leaf, Code) and leaf.number > 0 and begun is None


def _out(leaf: Leaf, begun: Begun | None, codes: int) -> tuple[list[Leaf], Begun]:
    """Return what comes out of a leaf after what came, and what is known then."""
    if begun is not None:
        leaf = replace(leaf, frame=leaf.frame.further, gap=False)
    match leaf:
        case Paragraph():
            return list(_paragraphs(leaf, begun)), Begun(skip=1)
        case Code():
            return _code(leaf, begun, codes)
        case Table():
            return _tables(leaf, begun)
        case _:
            return [leaf], Begun()


def _paragraphs(leaf: Paragraph, begun: Begun | None) -> Iterator[Paragraph]:
    text = leaf.text if begun is None else "\n".join(leaf.text.split("\n")[begun.skip :])
    whole, rest = _parts(text)
    if rest or not (whole or begun):
        whole.append(rest)
    for part in whole:
        yield replace(leaf, text=part.strip(), level=leaf.level if part is rest else 0)
        leaf = replace(leaf, frame=leaf.frame.further, gap=False, defined="")


def _parts(text: str) -> tuple[list[str], str]:
    """Cut a paragraph after each line with which a part is too long.

    Its last line stays in the rest: what follows may make a table's header of it.
    """
    whole: list[str] = []
    lines: list[str] = []
    size = 0
    for line in text.split("\n"):
        if size > LONGEST_PARAGRAPH:
            whole.append("\n".join(lines))
            lines, size = [], 0
        lines.append(line)
        size += len(line) + LINE
    return whole, "\n".join(lines)


def _code(leaf: Code, begun: Begun | None, codes: int) -> tuple[list[Leaf], Begun]:
    lines = leaf.lines if begun is None else leaf.lines[begun.skip :]
    number = codes if leaf.number else 0
    piece = replace(leaf, lines=lines, number=number)
    if begun is not None:
        piece = replace(piece, goes_on=True, lexed=begun.lexed)
    out: list[Leaf] = [piece] if lines or begun is None else []
    return out, Begun(lexed=lexed_after(piece))


def _tables(leaf: Table, begun: Begun | None) -> tuple[list[Leaf], Begun]:
    out: list[Leaf] = []
    if begun is None:
        if len(leaf.rows) < SETTLED_BY:
            return [leaf], Begun()
        first = replace(leaf, rows=leaf.rows[:SETTLED_BY])
        leaf = replace(leaf, rows=leaf.rows[SETTLED_BY:], frame=leaf.frame.further, gap=False)
        begun = Begun(widths=settle(first, _cell))
        out.append(replace(first, widths=begun.widths))
    if leaf.rows:
        out.append(replace(leaf, widths=begun.widths, goes_on=True))
    return out, begun


def _cell(text: str) -> Any:
    return spans(text, _NO_LINKS)


def _kept(source: Sequence[str], last: Found, begun: Begun | None, codes: int) -> _Kept:
    leaf, lines = last.leaf, tuple(source[last.first :])
    above = tuple(source[last.start : last.first])
    match leaf:
        # One line of HTML may turn out to be a table's header.
        case Code(lines=content) if content and (last.kind != "html_block" or content[1:]):
            out, after = _out(leaf, begun, codes + _begins(leaf, begun))
            lines, rest = _code_kept(last.kind, lines, content)
            after, alone = replace(after, skip=len(rest)), last.kind == "code_block"
            lines = lines if alone else (*above, *lines)
            return _Kept(lines, replace(leaf, lines=rest), tuple(out), after, alone=alone)
        case Table(rows=rows) if rows and (begun or len(rows) >= SETTLED_BY):
            out, after = _out(leaf, begun, codes)
            lines = (*above, *lines[:2], *lines[2 + len(rows) :])
            return _Kept(lines, replace(leaf, rows=()), tuple(out), after)
        case Paragraph(text=text, level=0) as paragraph:
            whole, more = _parts("\n".join(text.split("\n")[begun.skip if begun else 0 :]))
            if whole:
                left = source[last.last - more.count("\n") - 1 :]
                return _cut(left, paragraph, begun, whole, more)
            return _Kept((*above, *lines), leaf, (), begun)
        case _:
            return _Kept((*above, *lines), leaf, (), begun)


def _code_kept(
    kind: str, lines: tuple[str, ...], content: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what is kept of a code block's lines, and which of its own that leaves in it.

    The line that opens a fence tells all of it, if the line below does not make a table's header of
    it. Whether blank lines belong to indented code depends on its last line, and where HTML ends on
    its first.
    """
    count = len(content)
    match kind:
        case "fence":
            return (*lines[:2], *lines[1 + count :]), content[:1]
        case "code_block":
            return lines[count - 1 :], content[-1:]
        case _:
            return (lines[0], *lines[count - 1 :]), (content[0], content[-1])


def _cut(
    lines: Sequence[str], leaf: Paragraph, begun: Begun | None, whole: Sequence[str], rest: str
) -> _Kept:
    """Return what remains of a paragraph of which some parts are whole, with the lines left."""
    guards = leaf.text.split("\n")[: begun.skip if begun else 0]
    out, after = _out(replace(leaf, text="\n".join([*guards, *whole])), begun, 0)
    remains = replace(leaf, text=f"{_GUARD}\n{rest}", defined="")
    return _Kept(tuple(lines), remains, tuple(out), after, guard=True, alone=True)


def _shorter(
    source: Sequence[str], found: Sequence[Found], kept: _Kept, after: Seam
) -> Seam | None:
    """Return the seam with the least tail that reads the same; None where it would not."""
    *before, last = found
    boxes = [box for box in last.boxes if kept.alone or box.line < last.start]
    is_code = last.kind == "code_block"
    lines = _without_blanks(kept.lines, _BLANKS_OF_CODE if is_code else _BLANKS)
    heads = 0
    if before or boxes or kept.guard:
        opening = prefix(source, boxes)
        if opening is None:
            return None
        if boxes and boxes[-1].is_list:
            opening += sibling(last.boxes[len(boxes)])
        heads = 0 if kept.guard else 1
        head = _GUARD if kept.guard else _HEAD
        lines = (opening + head, *lines)
    again = parse(lines, after.links, heads=heads)[0][heads:]
    if len(again) != 1 or not _alike(again[0], last, kept.leaf):
        return None
    ahead = tuple(
        box.number - now.number
        for (parent, box), (_, now) in zip(_pairs(last), _pairs(again[0]), strict=True)
        if parent.kind == "ol"
    )
    return replace(after, tail=lines, heads=heads, ahead=ahead)


def _pairs(found: Found) -> list[tuple[Any, Any]]:
    return list(zip(found.boxes, found.boxes[1:], strict=False))


def _alike(found: Found, last: Found, leaf: Leaf) -> bool:
    """Whether a leaf is found in the same boxes as the last one was, and is what it should be."""
    return [(box.kind, box.mark[-1:]) for box in found.boxes] == [
        (box.kind, box.mark[-1:]) for box in last.boxes
    ] and replace(found.leaf, frame=NO_FRAME, gap=False) == replace(leaf, frame=NO_FRAME, gap=False)


def _without_blanks(lines: tuple[str, ...], most: int = _BLANKS) -> tuple[str, ...]:
    """Leave out all but so many of the blank lines at the end, which may be a quote's."""
    last = _blank(lines[-1]) if lines else None
    if last is None:
        return lines
    same = sum(1 for _ in takewhile(lambda line: _blank(line) == last, reversed(lines)))
    return lines[: len(lines) - max(0, same - most)]


def _blank(line: str) -> str | None:
    """Return what is the same for blank lines that mean the same; None for other lines."""
    if line.strip(_SPACE + ">"):
        return None
    return line if ">" in line else ""


def _healed(leaf: Leaf, partial: str) -> list[Leaf]:
    """Return a leaf that is still being written as it most probably will be."""
    match leaf:
        case Paragraph(text="", defined=defined) if defined and partial:
            # Dialogues look like definitions up to their second word.
            above, _, line = defined.rpartition("\n")
            return [replace(leaf, text=heal(line), defined=above)]
        case Paragraph(text=text, level=level):
            ahead = None if level else table_ahead(text.split("\n"))
            if ahead is not None:
                return _instead(leaf, ahead)
            return [replace(leaf, text=heal(text))]
        case Table(rows=rows) if rows and partial and not _CLOSED_ROW.search(partial):
            return [replace(leaf, rows=(*rows[:-1], _row_healed(rows[-1])))]
        case _:
            return [leaf]


def _growing(leaf: Leaf) -> Leaf:
    return replace(leaf, grows=True) if isinstance(leaf, Paragraph | Table) else leaf


def _row_healed(cells: tuple[str, ...]) -> tuple[str, ...]:
    """Heal the last cell that has text; those behind it are not there yet."""
    at = max((number for number, cell in enumerate(cells) if cell), default=0)
    return (*cells[:at], heal(cells[at]), *cells[at + 1 :])


def _instead(leaf: Paragraph, lines: Sequence[str]) -> list[Leaf]:
    """Return what lines are, in the place of a paragraph."""
    first, *others = [found.leaf for found in parse(lines, _NO_LINKS)[0]]
    return [
        replace(first, frame=leaf.frame, gap=leaf.gap),
        *[replace(other, frame=leaf.frame.further) for other in others],
    ]
