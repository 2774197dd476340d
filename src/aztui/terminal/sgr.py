"""What a cell looks like, and the least that turns one look into another.

By ECMA-48's SGR with ISO 8613-6's colours, as Rich writes them (rich/style.py, rich/color.py), and
by OSC 8 for links.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple


class Style(NamedTuple):
    """How a cell looks.

    Attributes:
        attributes: the codes that are switched on, ascending: 1 is bold, 7 reverse, and so on.
        foreground: the parameters that set the colour, such as `31` or `38;5;208`; empty for the
            terminal's own.
        background: the same, such as `41`.
        link: the parameters and address of OSC 8, parted by a semicolon; empty for none.
    """

    attributes: tuple[int, ...] = ()
    foreground: str = ""
    background: str = ""
    link: str = ""


PLAIN: Final = Style()

_SWITCHES: Final = {
    1: 22, 2: 22, 3: 23, 4: 24, 5: 25, 6: 25, 7: 27, 8: 28, 9: 29, 21: 24, 51: 54, 52: 54, 53: 55,
}  # fmt: skip
"""What switches each attribute off."""
_SEEN_ON_BLANKS: Final = frozenset({4, 5, 6, 7, 9, 21, 51, 52, 53})
_CUBE: Final = (0, 95, 135, 175, 215, 255)
"""The levels of xterm's 6 x 6 x 6 colours, which are numbered from 16.

The first six, which are blue, are left alone: themes for terminals redefine them.
"""


class UnknownSgrError(ValueError):
    """Parameters that set something which is not told apart here."""


@lru_cache(maxsize=1024)
def styled(style: Style, parameters: str) -> Style:
    """Return what `style` becomes by SGR with these parameters, such as `1;38;5;4`.

    Raises:
        UnknownSgrError: one of them is not known.
    """
    codes = iter(parameters.split(";"))
    for code in codes:
        if code in {"", "0"}:
            style = Style(link=style.link)
        elif code in {"38", "48"}:
            colour = _many(code, codes)
            style = (
                style._replace(foreground=colour)
                if code == "38"
                else style._replace(background=colour)
            )
        else:
            style = _simple(style, code)
    return style


@lru_cache(maxsize=1024)
def on_blank(style: Style) -> Style:
    """Return what can be seen of `style` where it has no glyph to show it on."""
    if _SEEN_ON_BLANKS.isdisjoint(style.attributes):
        return style._replace(attributes=(), foreground="")
    return style  # bold and dim are of the colour that is seen then


@lru_cache(maxsize=4096)
def change(old: Style | None, new: Style, *, undoes: bool = True) -> str:
    """Return the shortest that turns what is written next from `old` into `new`.

    Args:
        old: how it would look; None where nobody knows, but that no link is open.
        new: how it is to look.
        undoes: the terminal can switch single attributes off, and colours back to its own.
    """
    if old is None:
        return _sgr(_afresh(new)) + (_link(new) if new.link else "")
    link = "" if old.link == new.link else _link(new)
    if old._replace(link=new.link) == new:
        return link
    ways = [_afresh(new)]
    if undoes:
        ways.append(_steps(old, new))
    elif new[:3] == _sum(old, new)[:3]:
        ways.append(_additions(old, new))
    return min(map(_sgr, ways), key=len) + link


def _many(code: str, codes: Iterator[str]) -> str:
    kind = next(codes, "")
    count = {"5": 1, "2": 3}.get(kind)
    if count is None:
        raise UnknownSgrError(f"{code};{kind}")
    parts = [next(codes, "") for _ in range(count)]
    if not all(part.isdecimal() for part in parts):
        raise UnknownSgrError(";".join([code, kind, *parts]))
    levels = [int(part) for part in parts]
    if kind == "2" and all(level in _CUBE for level in levels) and max(levels[:2]) > 0:
        red, green, blue = map(_CUBE.index, levels)
        return f"{code};5;{16 + 36 * red + 6 * green + blue}"
    return ";".join([code, kind, *parts])


def _simple(style: Style, parameter: str) -> Style:
    code = int(parameter) if parameter.isdecimal() else -1
    if code in _SWITCHES:
        return style._replace(attributes=tuple(sorted({*style.attributes, code})))
    if code in _SWITCHES.values():
        left = tuple(on for on in style.attributes if _SWITCHES[on] != code)
        return style._replace(attributes=left)
    if 30 <= code <= 37 or 90 <= code <= 97:
        return style._replace(foreground=str(code))
    if 40 <= code <= 47 or 100 <= code <= 107:
        return style._replace(background=str(code))
    if code == 39:
        return style._replace(foreground="")
    if code == 49:
        return style._replace(background="")
    raise UnknownSgrError(parameter)


def _link(style: Style) -> str:
    return f"\x1b]8;{style.link or ';'}\x1b\\"


def _sgr(parameters: list[str]) -> str:
    return f"\x1b[{';'.join(parameters)}m"


def _afresh(new: Style) -> list[str]:
    colours = [colour for colour in (new.foreground, new.background) if colour]
    return ["", *map(str, new.attributes), *colours] if new.attributes or colours else [""]


def _steps(old: Style, new: Style) -> list[str]:
    """Return what switches off what is too much, then on what is missing."""
    off = sorted({_SWITCHES[code] for code in old.attributes if code not in new.attributes})
    kept = [code for code in old.attributes if _SWITCHES[code] not in off]
    on = [code for code in new.attributes if code not in kept]
    return [*map(str, off), *map(str, on), *_colours(old, new)]


def _colours(old: Style, new: Style) -> list[str]:
    foreground = [new.foreground or "39"] if old.foreground != new.foreground else []
    background = [new.background or "49"] if old.background != new.background else []
    return foreground + background


def _sum(old: Style, new: Style) -> Style:
    """Return what is left where the new look is switched on over the old, and nothing off."""
    return Style(
        tuple(sorted({*old.attributes, *new.attributes})),
        new.foreground or old.foreground,
        new.background or old.background,
    )


def _additions(old: Style, new: Style) -> list[str]:
    on = [str(code) for code in new.attributes if code not in old.attributes]
    return on + _colours(old, new)
