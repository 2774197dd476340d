"""Tokens as they are laid out in rows, and what is said about one of them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from rich.cells import cell_len

from aztui.core.events import Chosen, Token
from aztui.explore import likelihood
from aztui.explore.likelihood import Mean, Sureness
from aztui.explore.places import bytes_of, sendable
from aztui.terminal.sanitise import sanitise_line
from aztui.ui.widgets.rows import Face, Look, Piece, Role, Row, cut
from aztui.ui.widgets.wrap import breaks

LINE_END: Final = "↵"
TAB: Final = "→"

LOOKS: Final[dict[Sureness | None, Look]] = {
    None: Role.DIM,
    Sureness.SURE: Role.TEXT,
    Sureness.FAIR: Role.FAIR,
    Sureness.DOUBTFUL: Face(Role.DOUBTFUL, underline=True),
    Sureness.UNLIKELY: Face(Role.UNLIKELY, underline=True),
    Sureness.RARE: Face(Role.UNLIKELY, underline=True, bold=True),
}
"""How a token looks by its probability; without colour a line under it tells the less likely."""
_SCALE: Final = " ▁▃▅█"
"""How high a token stands in the scale, by its sureness from the surest on."""
_BLOCKS: Final = "▏▎▍▌▋▊▉█"
_BAR: Final = 20
"""Cells of a probability of 1."""
_BYTES: Final = 24
"""Bytes of a token that are shown."""


class Part(NamedTuple):
    """What of a token stands in a row.

    Attributes:
        token: which one, counted from 0; -1 for text that is no token's.
        text: safe to show.
    """

    token: int
    text: str


class TokenRows:
    """Tokens laid out in rows of one width while they come.

    Attributes:
        rows: what stands in each row.
        row_of: the row where each token begins.
    """

    def __init__(self, width: int) -> None:
        self.rows: list[tuple[Part, ...]] = []
        self.row_of: dict[int, int] = {}
        self._width = max(2, width)
        self._line: list[Part] = []
        self._first = 0

    def feed(self, tokens: Iterable[tuple[int, str]]) -> None:
        """Add tokens, each with its number and its text as it came."""
        for number, text in tokens:
            *ended, rest = text.split("\n") if "\n" in text else (text,)
            for line in ended:
                self._line.append(Part(number, f"{_shown(line)}{LINE_END}"))
                self._lay()
                self._line, self._first = [], len(self.rows)
            self._line.append(Part(number, _shown(rest)))
        self._lay()

    def _lay(self) -> None:
        """Lay out the last line, which is the only one that grows."""
        del self.rows[self._first :]
        line = "".join([part.text for part in self._line])
        *ends, last = [*breaks(line, self._width, self._width)[1:], len(line)]
        row: list[Part] = []
        at, edges = 0, deque(ends)
        for token, text in self._line:
            if self.row_of.get(token, self._first) >= self._first:
                self.row_of[token] = len(self.rows)
            rest = text
            while rest:
                part = rest[: (edges[0] if edges else last) - at]
                row.append(Part(token, part))
                rest, at = rest[len(part) :], at + len(part)
                if edges and at == edges[0]:
                    edges.popleft()
                    self.rows.append(tuple(row))
                    row = []
        self.rows.append(tuple(row))


def painted(row: Iterable[Part], looks: dict[int, Look], here: int) -> Iterator[Piece]:
    """Yield the pieces of a row of tokens."""
    for token, text in row:
        yield text, Role.CURRENT if token == here else looks.get(token, Role.DIM)


def scale(row: Iterable[Part], sure: dict[int, Sureness | None]) -> str:
    """Return what stands below a row of tokens: the higher, the less likely."""
    return "".join(
        _SCALE[Sureness.SURE - found] * cell_len(text)
        if (found := sure.get(token)) is not None
        else " " * cell_len(text)
        for token, text in row
    )


def name(token: Token) -> str:
    """Return a token as it is written, white space and parts of characters made visible."""
    if not sendable(token):
        data = bytes_of(token)
        return "<?>" if data is None else "".join(f"<{byte:02X}>" for byte in data)
    return f'"{_shown(token.text)}"'


def bytes_in_words(token: Token) -> str:
    """Return a token's bytes, as hexadecimal numbers."""
    data = bytes_of(token)
    if data is None:
        return "a part of a character; the service does not tell which bytes"
    more = " …" if len(data) > _BYTES else ""
    part = "" if sendable(token) else "  a part of a character"
    return f"{data[:_BYTES].hex(' ')}{more}{part}"


def facts(chosen: Chosen) -> list[str]:
    """Say how likely a token was, and which rank it had."""
    bits = likelihood.surprisal(chosen.token)
    if bits is None:
        return ["nothing is known of how likely it was"]
    place, count = likelihood.place(chosen), len(chosen.ranked)
    said = [percent(chosen.token), f"{bits:.2f} bits"]
    if count:
        said.append(f"rank {place + 1}" if place is not None else f"below the first {count}")
    return said


def decided(chosen: Chosen) -> str:
    """Say how undecided the model was, as far as the known tokens tell."""
    seen = f"{likelihood.mass(chosen) * 100:.1f} %"
    return f"entropy {likelihood.entropy(chosen):.2f} bits over the {seen} seen"


def mean_in_words(mean: Mean | None) -> str:
    """Say how sure the model was of all of an answer."""
    if mean is None:
        return ""
    return f"perplexity {mean.perplexity:.2f} · {mean.bits:.2f} bits a token"


def percent(token: Token) -> str:
    """Return a probability in percent; small ones keep a figure that tells them from nothing."""
    share = likelihood.probability(token)
    if share is None:
        return "?"
    return f"{share * 100:.1f} %" if share >= 0.001 else f"{share * 100:.1g} %"


def rival(token: Token, width: int, *, here: bool, chosen: bool) -> Row:
    """Return a row about a token that could have stood in a place."""
    share = likelihood.probability(token)
    bar = "" if share is None or width < _BAR * 3 else _bar(share)
    room = max(4, width - 12 - (_BAR + 2 if bar else 0))
    text = cut(name(token) + ("  chosen" if chosen else ""), room)
    look: Look = Face(Role.ACCENT if here else Role.TEXT, bold=chosen)
    gap = " " * max(1, min(room, 28) - cell_len(text))
    return (text, look), (f"{gap}{percent(token):>8}", Role.TEXT), (f"  {bar}", Role.DIM)


def _bar(share: float) -> str:
    eighths = round(share * _BAR * 8)
    return "█" * (eighths // 8) + (_BLOCKS[eighths % 8 - 1] if eighths % 8 else "")


def _shown(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    return sanitise_line(text.replace("\t", TAB).replace("\n", LINE_END))
