"""What half-arrived Markdown will most probably become, so that nothing jumps while it arrives.

`heal` closes what is open at the end of inline text and leaves out what cannot be told yet, `hold`
keeps back a line until it is clear what block it is, and `table_ahead` takes a row for a table's
header before the row below it says so.

As a healed text grows, what it shows grows at its end, but for these, which cannot be foreseen:

- Brackets are mostly no links, so `[text]` shows until `](` comes, and then `text`.
- What comes after an address moves the parenthesis that closes it; an address that becomes an
  entity, a title or no address at all, changes.
- Emphasis that never closes shows its markers at the end; a `*` within a word or after a closing
  bracket is taken for one that stands for itself until another closes it.
- A word after a `<` or `&` is left out until it is clear that it is no tag and no entity.
- A code span whose backticks never close shows them at the end.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from aztui.ui.markdown.emphasis import Openers, Run, closing, take
from aztui.ui.markdown.inline import LONGEST, MARKUP

_SIGN: Final = re.compile(r"[\\`*_~<&\[\]]")
_MOST_SIGNS: Final = 2_000
"""No prose has more; a text that has is shown as it came, since each takes up to 20 µs."""
_SAME: Final = re.compile(r"(.)\1*")
_SPACES: Final = re.compile(r"\s*")
_TICKS: Final = re.compile(r"`+")
_ENTITY: Final = re.compile(
    r"&(?:#(?:[0-9]{0,7}|[xX][0-9a-fA-F]{0,6})|[A-Za-z][A-Za-z0-9]{0,30})?(?P<whole>;)?"
)
_LONGEST_NAME: Final = 9
"""Characters of an entity, its `&` included, that is waited for; people use none longer."""
_RAW: Final = (("<!--", "-->"), ("<?", "?>"), ("<![CDATA[", "]]>"))
_AUTOLINK: Final = re.compile(
    r"<(?P<address>[A-Za-z][A-Za-z0-9+.-]{1,31}:[^<>\x00-\x20]*"
    r"|[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]*)(?P<whole>>)?"
)
_TAG: Final = re.compile(
    r"</?[A-Za-z][A-Za-z0-9-]*(?:\s+[A-Za-z_:][\w:.-]*"
    r"(?:\s*=\s*(?:\"[^\"<]*\"|'[^'<]*'|[^\s\"'=<>`]+))?)*\s*/?>"
)
_TAG_BEGUN: Final = re.compile(r"<(?:br\s*/?|/?(?:[A-Za-z][\w.+-]*)?)", re.IGNORECASE)
"""What may still be a line break or an address. Other tags show as they stand when they are whole,
so all of them may show as soon as they cannot be either."""
_ADDRESS_SIGN: Final = re.compile(r"\\[!-/:-@\[-`{-~]|[()\s]")
_DEEPEST: Final = 32
"""Parentheses within each other that the parser allows in an address."""
_ANGLED: Final = re.compile(r"<(?:[^<>\n\\]|\\.)*(?P<whole>>)?")
_AFTER_ADDRESS: Final = re.compile(
    r"(?:\s+(?:\"(?:[^\"\\]|\\.)*(?:\"|\\?\Z)|'(?:[^'\\]|\\.)*(?:'|\\?\Z)"
    r"|\((?:[^()\\]|\\.)*(?:\)|\\?\Z)))?\s*(?:(?P<whole>\))|\Z)",
    re.DOTALL,
)
_CUT_ESCAPE: Final = re.compile(r"\\*(?:%[0-9A-Fa-f]?)?\Z")
_TELLING: Final = re.compile(r"https?://[^\s()<>\[\]\\`*&]+|mailto:[^\s()<>\[\]\\`*&@]+@[\w.-]+")
"""An address that says itself where it leads, so that a text that is one is its link's address."""

_LONGEST_HELD: Final = 200
_BOXES: Final = r"(?:[ \t]*(?:>|(?:[-*+]|\d{1,9}[.)])[ \t]))*[ \t]*"
_UNDECIDED: Final = re.compile(
    _BOXES + r"(?:#{0,6}[ \t]*|(?:-[ \t]*)+|(?:\*[ \t]*)+|(?:_[ \t]*)+|\+|=+[ \t]*|~+|`+"
    r"|[|:\- \t]+|\d{1,9}(?:[.)][ \t]*)?|(?<=[-*+.)][ \t])\[(?:[ xX]\]?[ \t]*)?"
    r"|</?[A-Za-z][A-Za-z0-9-]{0,9})"
)

_ROW: Final = re.compile(r" {0,3}\|")
_RULE: Final = re.compile(r"[|:\- \t]*")
_PIPE: Final = re.compile(r"(?<!\\)\|")
_ALIGN: Final = re.compile(r":?-+:?")


def heal(text: str) -> str:
    """Return inline Markdown that is still arriving as it most probably will be.

    What is open is closed, and what cannot be told yet at the end is left out. Where nothing is
    open the text is returned as it is. Healing twice changes nothing.
    """
    if MARKUP.search(text) is None or _is_too_much(text):
        return text
    scan = _Scan(text)
    scan.run()
    states, end = _settled(scan)
    if end < len(text) and not scan.closing:
        return heal(text[:end])  # where less follows, an address may be one after all
    healed = text[:end] + scan.closing
    # A marker after a space closes nothing.
    body = healed if scan.closing else healed.rstrip()
    last = scan.runs[-1] if scan.runs and scan.runs[-1].end == len(body) else None
    closers = closing(states[-1], body, last, states[-2] if last else ())
    if last and not closers and any(opener.likely for opener in states[-1]):
        # Markers that stand alone keep what is open from being closed: `*a * `.
        return heal(body.rstrip("*_~ \n"))
    return body + closers + healed[len(body) :]


def _is_too_much(text: str) -> bool:
    if len(text) <= _MOST_SIGNS:
        return False
    return len(text) > LONGEST or len(_SIGN.findall(text)) > _MOST_SIGNS


def _settled(scan: _Scan) -> tuple[list[Openers], int]:
    """Leave out what cannot be told at the end.

    Returns:
        What emphasis is open before each run that is left, and after the last; and where the text
        ends then.
    """
    text, runs = scan.text, scan.runs
    states: list[Openers] = [()]
    for run in runs:
        states.append(take(states[-1], text, run, len(text))[0])
    end = len(text) if len(text) in scan.unfinished else scan.end
    while True:
        if end in scan.unfinished:
            end = scan.unfinished[end]
            scan.closing = ""
            continue
        while runs and runs[-1].at >= end:
            runs.pop()
            states.pop()
        if not runs or runs[-1].end != end or scan.closing:
            return states, end
        states[-1], whole = take(states[-2], text, runs[-1], end)
        if whole:
            return states, end
        end = runs[-1].at


class _Bracket(NamedTuple):
    """A bracket that may begin a link.

    Attributes:
        label: where its text begins.
        image: whether it begins an image.
        runs: how many runs of markers are before it.
    """

    label: int
    image: bool
    runs: int


class _Address(NamedTuple):
    """What follows the `](` of a link.

    Attributes:
        begin: where the address begins.
        end: where what is there of it ends; where the link ends if it is whole.
        closing: what is missing, empty if it is whole.
    """

    begin: int
    end: int
    closing: str = ""


@dataclass
class _Scan:
    """A text read from the left to the right, as far as it is inline Markdown.

    Attributes:
        text: the text.
        runs: what may be emphasis.
        unfinished: where what might become an entity or the like begins, by where it ends.
        end: where the text ends, without what cannot be told within code or an address.
        closing: what closes the code or the address at the end.
    """

    text: str
    runs: list[Run] = field(default_factory=list)
    unfinished: dict[int, int] = field(default_factory=dict)
    end: int = 0
    closing: str = ""
    _brackets: list[_Bracket] = field(default_factory=list)
    _dead: int = 0
    """Brackets, from the first on, that begin no link since there is one within."""

    def run(self) -> None:
        """Read all of it."""
        self.end = len(self.text)
        at = 0
        while found := _SIGN.search(self.text, at):
            image = self.text.endswith("!", at, found.start())
            at = self._read(found.start(), after_mark=image)

    def _read(self, at: int, *, after_mark: bool) -> int:
        """Note what begins with a sign, and return where to go on.

        Args:
            at: where the sign is.
            after_mark: whether a `!` is before it that is not escaped.
        """
        match self.text[at]:
            case "\\":
                return self._escape(at)
            case "`":
                return self._code(at)
            case "<":
                return self._angle(at)
            case "&":
                return self._entity(at)
            case "[":
                self._brackets.append(_Bracket(at + 1, after_mark, len(self.runs)))
                return at + 1
            case "]":
                return self._bracketed(at)
            case mark:
                end = _end(_SAME, self.text, at)
                self.runs.append(Run(at, end - at, mark))
                return end

    def _unfinished(self, at: int, end: int) -> None:
        self.unfinished.setdefault(end, at)

    def _open(self, end: int, closing: str) -> int:
        self.end = end
        self.closing = closing
        return len(self.text)

    def _escape(self, at: int) -> int:
        # Before spaces too: what closes something would stand next to it.
        self._unfinished(at, _end(_SPACES, self.text, at + 1))
        return at + 2

    def _code(self, at: int) -> int:
        runs = _TICKS.finditer(self.text, at)
        ticks = next(runs)
        for other in runs:
            if len(other[0]) == len(ticks[0]):
                return other.end()
        content = self.text[ticks.end() :].rstrip("`")
        if not content.strip():
            self._unfinished(at, len(self.text))
            return len(self.text)
        # Code between two spaces is shown without them, as if the second were there.
        padding = " " if content[0] in " \n" and content[-1] not in " \n" else ""
        return self._open(ticks.end() + len(content), padding + ticks[0])

    def _angle(self, at: int) -> int:
        for begin, end in _RAW:
            if self.text.startswith(begin, at):
                found = self.text.find(end, at + len(begin))
                return found + len(end) if found >= 0 else at + 1
        link = _AUTOLINK.match(self.text, at)
        if link and link["whole"]:
            return link.end()
        if link and link.end() == len(self.text):
            return self._autolink(at, link["address"])
        if link:
            self._unfinished(at, link.end())
        if tag := _TAG.match(self.text, at):
            return tag.end()
        if begun := _TAG_BEGUN.match(self.text, at):
            self._unfinished(at, begun.end())
        return at + 1

    def _autolink(self, at: int, address: str) -> int:
        shown = _CUT_ESCAPE.sub("", address)
        if ":" not in address:
            shown = shown.rstrip(".-")
        if not shown.endswith("@"):
            return self._open(at + 1 + len(shown), ">")
        self._unfinished(at, len(self.text))
        return len(self.text)

    def _entity(self, at: int) -> int:
        found = _ENTITY.match(self.text, at)
        if found and not found["whole"] and len(found[0]) <= _LONGEST_NAME:
            self._unfinished(at, found.end())
        return at + 1

    def _bracketed(self, at: int) -> int:
        if not self._brackets:
            return at + 1
        bracket = self._brackets.pop()
        dead = not bracket.image and self._dead > len(self._brackets)
        self._dead = min(self._dead, len(self._brackets))
        if dead or not self.text.startswith("](", at):
            return at + 1
        address = _address(self.text, at + 2)
        if address is None:
            return at + 1
        # Emphasis does not reach out of a link's text.
        del self.runs[bracket.runs :]
        if address.closing:
            return self._link(self.text[bracket.label : at], address)
        if not bracket.image:
            self._dead = len(self._brackets)
        return address.end

    def _link(self, label: str, address: _Address) -> int:
        known = _CUT_ESCAPE.sub("", self.text[address.begin : address.end])
        for whole in (label, f"mailto:{label}"):
            if whole.startswith(known) and _TELLING.fullmatch(whole):
                return self._open(address.begin, f"{whole})")
        return self._open(address.begin + len(known), address.closing)


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    """Return where what a pattern finds at a place ends; there, if it finds nothing."""
    found = pattern.match(text, at)
    return found.end() if found else at


def _address(text: str, at: int) -> _Address | None:
    """Read what follows a `](`; None where it makes no link."""
    at = _end(_SPACES, text, at)
    if angled := _ANGLED.match(text, at):
        end = angled.end()
        if not angled["whole"]:
            return _Address(at, end, ">)") if text[end:] in {"", "\\"} else None
    else:
        end, depth = _bare(text, at)
        if end == len(text) and depth <= _DEEPEST:
            return _Address(at, end, ")" * (depth + 1))
        if depth:
            return None
    after = _AFTER_ADDRESS.match(text, end)
    if after is None:
        return None
    return _Address(at, after.end()) if after["whole"] else _Address(at, end, ")")


def _bare(text: str, at: int) -> tuple[int, int]:
    """Return where an address without angle brackets ends, and how many parentheses are open."""
    depth = 0
    for sign in _ADDRESS_SIGN.finditer(text, at):
        if sign[0] == "(":
            depth += 1
        elif sign[0] == ")" and depth:
            depth -= 1
        elif len(sign[0]) == 1:
            return sign.start(), depth
        if depth > _DEEPEST:
            return sign.start(), depth
    return len(text), depth


def hold(line: str) -> str:
    """Return what to show of the last line of a text while it has no line end.

    That is all of it, or nothing where it can still become blocks of several kinds: a rule or an
    item, a heading or a word, the row below a table's header.
    """
    if len(line) <= _LONGEST_HELD and _UNDECIDED.fullmatch(line):
        return ""
    return line


def table_ahead(lines: Sequence[str]) -> list[str] | None:
    """Return a paragraph's lines as the beginning of a table, where that is what they may be.

    Args:
        lines: without their line ends and what stands for quotes and lists before them. The last
            may be unfinished.

    Returns:
        The lines with a whole header and a whole row below it, as markdown-it takes them for a
        table; None where they are most probably no table.
    """
    *before, header = lines or [""]
    rule = ""
    if before and _RULE.fullmatch(header):
        rule = header
        header = before.pop()
    if not _ROW.match(header) or _RULE.fullmatch(header) or (before and _ROW.match(before[-1])):
        return None
    if not rule:
        *whole, last = _PIPE.split(header)
        header = "|".join([*whole, heal(last)])
    if _PIPE.split(header.rstrip())[-1]:
        header = f"{header.rstrip()} |"
    columns, aligns = len(_cells(header)), [cell.strip() for cell in _cells(rule)]
    if not columns or len(aligns) > columns:
        return None
    aligns += [""] * (columns - len(aligns))
    return [*before, header, f"|{'|'.join(a if _ALIGN.fullmatch(a) else '---' for a in aligns)}|"]


def _cells(row: str) -> list[str]:
    """Return a row's cells as markdown-it finds them, with the spaces around them."""
    cells = _PIPE.split(row.strip())
    return cells[not cells[0] : len(cells) - (not cells[-1])]
