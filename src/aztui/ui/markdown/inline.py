"""Inline Markdown as styled pieces: emphasis, code, and links with their addresses.

What comes in is safe to show. What Markdown makes of it need not be: an entity can stand for any
character, so each is made safe again. A link always shows the address that it leads to.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from aztui.terminal.sanitise import sanitise, sanitise_line
from aztui.ui.markdown.leaves import Links
from aztui.ui.markdown.parser import parser
from aztui.ui.widgets.rows import BLANK, Face, Look, Piece, Role, Row

if TYPE_CHECKING:
    from markdown_it.token import Token

_Piece: TypeAlias = tuple[str, Face]
_FACE: Final = itemgetter(1)

MARKUP: Final = re.compile(r"[\\`*_~\[<&]")
"""Without one of these no rule of the parser does anything, but for the one of line ends. (Its
text rule stops at more characters, for extensions; `!` and `]` mean nothing without a `[`.)"""
_LINE_BREAK: Final = re.compile(r"<br\s*/?>", re.IGNORECASE)
_OPENABLE: Final = re.compile(r"(?:https?|mailto):", re.IGNORECASE)
_LONGEST_ADDRESS: Final = 2_000
"""Characters of an address that may be opened: terminals cut longer ones, or leave them out."""
_MAILTO: Final = "mailto:"
_SHORT: Final = 500
"""Characters up to which a text's pieces are remembered: cells and open paragraphs are asked for
again and again."""
LONGEST: Final = 20_000
"""Characters up to which a text is parsed, at some 2 µs each; a longer one is shown as it came."""
_MOST_BRACKETS: Final = 500
"""Likewise: each is looked at as the beginning of a link, at up to 200 µs."""
_ADDS: Final[dict[str, dict[str, Any]]] = {
    "strong_open": {"bold": True},
    "em_open": {"italic": True},
    "s_open": {"strike": True},
}


def spans(text: str, links: Links, base: Look = Role.TEXT) -> Row:
    r"""Return inline Markdown as pieces.

    Args:
        text: the Markdown, safe to show; shown as it came where it is too long to be prose.
        links: the link references that are defined.
        base: how the text looks where nothing is marked.

    Returns:
        The pieces, without tabs; a line break is a "\n". So is a soft one: CommonMark leaves that
        to whoever shows the text, and a model that ends a line within a paragraph means it.
    """
    if MARKUP.search(text) is None or _is_too_much(text):
        return verbatim(text, base)
    if len(text) <= _SHORT:
        return _remembered(text, links, base)
    return _parsed(text, links, base)


def verbatim(text: str, base: Look) -> Row:
    """Return a text in which nothing is marked, without the spaces around its line breaks."""
    if "\n" in text:
        first, *others = text.split("\n")
        *lines, last = [first, *(line.lstrip(" \t") for line in others)]
        text = "\n".join([*(line.rstrip(" ") for line in lines), last])
    return ((_without_tabs(text), _look(_face(base))),) if text else BLANK


def _is_too_much(text: str) -> bool:
    return len(text) > LONGEST or text.count("[") > _MOST_BRACKETS


def _without_tabs(text: str) -> str:
    """A tab between words is a space: where it would lead to, no reader of prose knows."""
    return text.replace("\t", " ")


def _parsed(text: str, links: Links, base: Look) -> Row:
    md = parser()
    tokens = md.inline.parse(text, md, {"references": links.known}, [])
    return _joined(_pieces(tokens, _face(base)))


_remembered = lru_cache(maxsize=512)(_parsed)


def _face(look: Look) -> Face:
    return Face(look) if isinstance(look, Role) else look


def _look(face: Face) -> Look:
    return face.role if face == Face(face.role) else face


def _joined(pieces: Iterable[_Piece]) -> Row:
    """Return one piece where several of one look follow each other."""
    row: list[Piece] = []
    for face, group in groupby(pieces, key=_FACE):
        text = "".join(text for text, _ in group)
        if text:
            # A mark that sat on markup must not sit on what is before it instead.
            safe = text if text.isascii() else sanitise(text)
            row.append((_without_tabs(safe), _look(face)))
    return tuple(row)


def _pieces(tokens: Sequence[Token], face: Face) -> Iterator[_Piece]:
    faces = [face]
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if token.type == "link_open":
            end = next(n for n in range(at, len(tokens)) if tokens[n].type == "link_close")
            yield from _link(token, str(token.attrs["href"]), tokens[at + 1 : end], faces[-1])
            at = end
        elif token.type in _ADDS:
            faces.append(faces[-1]._replace(**_ADDS[token.type]))
        elif token.nesting < 0:
            faces.pop()
        else:
            yield from _leaf(token, faces[-1], after_break=at > 0 and _breaks(tokens[at - 1]))
        at += 1


def _leaf(token: Token, face: Face, *, after_break: bool) -> Iterator[_Piece]:
    """Yield what a token shows that has no others in it."""
    match token.type:
        case "code_inline":
            yield token.content, face._replace(role=Role.CODE)
        case "softbreak":
            yield "" if after_break else "\n", face
        case "hardbreak":
            yield "\n", face
        case "html_inline" if _breaks(token):
            yield "\n", face
        case "html_inline":
            yield token.content.replace("\n", " "), face._replace(role=Role.DIM)
        case "image":
            yield "image: ", face._replace(role=Role.DIM)
            yield from _link(token, str(token.attrs["src"]), token.children or (), face)
        case "text_special" if token.info == "entity":
            yield sanitise_line(token.content), face
        case _:
            yield token.content.lstrip(" ") if after_break else token.content, face


def _breaks(token: Token) -> bool:
    return token.type == "html_inline" and _LINE_BREAK.fullmatch(token.content) is not None


def _link(token: Token, href: str, inner: Sequence[Token], face: Face) -> Iterator[_Piece]:
    """Yield a link's text and its address, or the address alone where the text is the same."""
    underlined = face._replace(underline=True)
    text = list(_pieces(inner, underlined))
    told = "".join(piece for piece, _ in text)
    if told and href == _MAILTO + told:
        yield told, underlined
    elif told in {"", href} or token.markup == "autolink":
        yield _address(href, underlined)
    else:
        yield from text
        if href:
            dim = face._replace(role=Role.DIM, bold=False)
            yield " (", dim
            yield _address(href, dim)
            yield ")", dim


def _address(href: str, face: Face) -> _Piece:
    """Return an address, to be opened only where what is shown is what is opened."""
    opens = _OPENABLE.match(href) and href.isascii() and href.isprintable()
    opens = opens and len(href) <= _LONGEST_ADDRESS
    return sanitise_line(href), face._replace(link=href) if opens else face
