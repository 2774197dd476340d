"""Whatever Textual draws, and whatever comes between: the terminal shows the same as without us."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from random import Random
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aztui.terminal.abilities import abilities
from aztui.terminal.cells import BLANK, Cell
from aztui.terminal.painter import SYNC_START, Painter
from aztui.terminal.pen import Pen
from aztui.terminal.sgr import Style, change
from tests.support.frames import Glyph, Line, chops, layout, seen
from tests.support.screen import Picture

TERMS: Final = ("xterm-256color", "screen-256color", "vt100", "no-such-terminal")
CASES: Final = 1250
"""Sequences of frames for each of the terminals."""

_STYLES: Final = (
    *(
        "",
        "",
        "",
        "1",
        "2",
        "3",
        "4",
        "7",
        "9",
        "1;2",
        "31",
        "1;31",
        "38;5;208",
        "31;44",
        "48;5;17",
    ),
    *("7;32", "2;4", "39;49", "90", "38;2;95;135;175", "48;2;1;2;3", "1;3;97"),
)
_SETTLED: Final = ("a", "b", "c", " ", " ", "─", "é", "漢", "字")
_DOUBTFUL: Final = ("e\u0301", "👍🏽", "🇩🇪")
"""pyte drops all that follows a joiner or a selector: tmux is asked about those."""
_GARBAGE: Final = (
    "Broadcast message!\r\n",
    "\x1b[2J",
    "\x1b[3;1Hwrong",
    "\x1b[1;44m\x1b[K",
    "\x1bc",
)


@dataclass
class World:
    """Textual's screen, the terminal beside Textual's own driver, and the one beside ours.

    Attributes:
        term: what ours calls itself.
        columns: its width.
        lines: what Textual has drawn.
        cursor: where its cursor is.
        settled: only characters were drawn whose width nobody doubts.
    """

    term: str
    columns: int
    lines: list[Line]
    cursor: tuple[int, int] = (0, 0)
    settled: bool = True
    written: int = 0
    stock: Picture = field(init=False)
    ours: Picture = field(init=False)
    painter: Painter = field(init=False)

    def __post_init__(self) -> None:
        rows = len(self.lines)
        self.stock = _picture(rows, self.columns)
        self.ours = _picture(rows, self.columns)
        self.painter = Painter(abilities(self.term), self.columns, rows)
        self.take(layout(self.lines, self.cursor))

    def take(self, frame: str, *, paint: bool = True) -> None:
        self.stock.feed(frame.encode())
        assert self.painter.take(frame)
        if paint:
            self.paint()

    def paint(self) -> None:
        text = self.painter.paint()
        self.written += len(text)
        self.ours.feed(text.encode())

    def interfere(self, garbage: str) -> None:
        self.ours.feed(garbage.encode())
        self.ours.feed(b"\x1b[?7l")
        self.painter.forget(self.columns, len(self.lines))

    def resize(self, columns: int, lines: list[Line]) -> None:
        self.columns, self.lines = columns, lines
        self.cursor = (0, 0)
        for picture in (self.stock, self.ours):
            picture.cells.resize(len(lines), columns)
        self.painter.forget(columns, len(lines))
        self.take(layout(self.lines, self.cursor))

    def check(self) -> None:
        """See that ours shows what a terminal shows on which all of it is drawn at once."""
        anew = _picture(len(self.lines), self.columns)
        anew.feed(layout(self.lines, self.cursor).encode())
        assert seen(self.ours) == seen(anew)
        assert self.ours.cursor == anew.cursor
        if self.settled:
            assert seen(self.ours) == seen(self.stock)


def _picture(rows: int, columns: int) -> Picture:
    picture = Picture(rows, columns)
    picture.feed(b"\x1b[?7l")
    return picture


def _line(chance: Random, columns: int, glyphs: Sequence[str]) -> Line:
    """A row: some runs of one style each, and blanks to the end."""
    line: list[Glyph] = []
    room = columns
    for _ in range(chance.randint(0, 4)):
        sgr = chance.choice(_STYLES)
        for _ in range(chance.randint(1, 6)):
            glyph = Glyph(chance.choice(glyphs), sgr)
            if glyph.width <= room:
                line.append(glyph)
                room -= glyph.width
    return (*line, *[Glyph(" ", chance.choice(("", "", "", "7", "44")))] * room)


def _edges(line: Line) -> set[int]:
    """The columns at which a character begins, and the end."""
    return set(accumulate((glyph.width for glyph in line), initial=0))


def _between(line: Line, start: int, stop: int) -> Line:
    places = accumulate((glyph.width for glyph in line), initial=0)
    return tuple(glyph for glyph, x in zip(line, places, strict=False) if start <= x < stop)


def _row(chance: Random, world: World, new: Line) -> str:
    """Another row."""
    y = chance.randrange(len(world.lines))
    world.lines[y] = new
    return layout([new], world.cursor, y=y)


def _part(chance: Random, world: World, new: Line) -> str:
    """A part of another row; Textual never cuts a character in two."""
    y = chance.randrange(len(world.lines))
    old = world.lines[y]
    edges = sorted(_edges(old) & _edges(new))
    start = chance.choice(edges[:-1])
    stop = chance.choice([edge for edge in edges if edge > start])
    part = _between(new, start, stop)
    world.lines[y] = (*_between(old, 0, start), *part, *_between(old, stop, world.columns))
    return chops([(start, y, part)], world.cursor)


def _scroll(chance: Random, world: World, new: Line) -> str:
    """Rows that move up or down, and as many new ones, which may be the same."""
    top = chance.randrange(len(world.lines) - 1)
    bottom = chance.randint(top + 1, len(world.lines) - 1)
    count = chance.randint(1, bottom - top)
    moving = world.lines[top : bottom + 1]
    up = chance.random() < 0.5
    world.lines[top : bottom + 1] = (
        moving[count:] + [new] * count if up else [new] * count + moving[:-count]
    )
    return layout(world.lines[top : bottom + 1], world.cursor, y=top)


def _all(_chance: Random, world: World, _new: Line) -> str:
    return layout(world.lines, world.cursor)


_DRAWN: Final = (_row, _part, _scroll, _scroll, _scroll, _all)


def _step(chance: Random, world: World, glyphs: Sequence[str]) -> None:
    """Let Textual or somebody else do something."""
    match chance.randrange(9):
        case 0:
            world.interfere(chance.choice(_GARBAGE))
        case 1:
            columns, rows = _size(chance)
            world.resize(columns, [_line(chance, columns, glyphs) for _ in range(rows)])
        case 2:
            world.ours.feed(world.painter.mark().encode())
        case _:
            world.cursor = (chance.randrange(world.columns), chance.randrange(len(world.lines)))
            new = _line(chance, world.columns, glyphs)
            frame = chance.choice(_DRAWN)(chance, world, new)
            world.take(frame, paint=chance.random() < 0.8)


def _size(chance: Random) -> tuple[int, int]:
    return chance.randint(3, 16), chance.randint(2, 7)


@pytest.mark.parametrize("term", TERMS)
@given(seed=st.integers(0, 2**64))
@settings(max_examples=CASES, deadline=None)
def test_any_frames(term: str, seed: int) -> None:
    _play(term, seed)


def _play_all(term: str) -> None:
    for seed in range(CASES):
        _play(term, seed)


def _play(term: str, seed: int) -> None:
    """See that a sequence of frames, one for each seed, is shown as Textual would have it."""
    chance = Random(seed)  # noqa: S311 - hypothesis itself takes four times as long
    columns, rows = _size(chance)
    settled = chance.random() < 0.5
    glyphs = _SETTLED if settled else _SETTLED + _DOUBTFUL
    world = World(
        term, columns, [_line(chance, columns, glyphs) for _ in range(rows)], settled=settled
    )
    for _ in range(chance.randint(1, 8)):
        _step(chance, world, glyphs)
    world.paint()
    world.check()
    assert world.painter.paint() == ""


def _leave_a_cell_out(monkeypatch: pytest.MonkeyPatch) -> None:
    put = Pen.put

    def lossy(pen: Pen, cells: Sequence[Cell]) -> None:
        put(pen, [*cells[:-1], BLANK] if len(cells) > 2 else cells)

    monkeypatch.setattr(Pen, "put", lossy)


def _scroll_one_less(monkeypatch: pytest.MonkeyPatch) -> None:
    scroll = Pen.scroll

    def short(pen: Pen, top: int, bottom: int, lines: int) -> None:
        scroll(pen, top, bottom - (bottom - top > 1), lines)

    monkeypatch.setattr(Pen, "scroll", short)


def _lose_an_attribute(monkeypatch: pytest.MonkeyPatch) -> None:
    def careless(old: Style | None, new: Style, *, undoes: bool = True) -> str:
        return change(old, new, undoes=undoes).replace("1;31", "31")

    monkeypatch.setattr("aztui.terminal.pen.change", careless)


@pytest.mark.parametrize("fault", [_leave_a_cell_out, _scroll_one_less, _lose_an_attribute])
@pytest.mark.parametrize("term", TERMS[:3])
def test_a_planted_fault_is_seen(
    fault: Callable[[pytest.MonkeyPatch], None], term: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault(monkeypatch)
    with pytest.raises(AssertionError):
        _play_all(term)


def _text(text: str, columns: int) -> Line:
    return tuple(Glyph(character, "") for character in text.ljust(columns))


@pytest.mark.parametrize("glyph", [*_SETTLED, *_DOUBTFUL])
@pytest.mark.parametrize("over", ["x", "漢", "e\u0301"])
@pytest.mark.parametrize("term", TERMS)
def test_a_character_at_every_column(term: str, glyph: str, over: str) -> None:
    columns = 9
    wide, wide_over = Glyph(glyph, "31"), Glyph(over, "4")
    settled = glyph in _SETTLED and over in {"x", "漢"}
    for x in range(columns - 1):
        rest = columns - x - wide_over.width
        world = World(term, columns, [_text("-" * columns, columns)] * 3, settled=settled)
        world.lines[1] = (*_text("-" * x, x), wide_over, *_text("=" * rest, rest))
        world.take(layout(world.lines, world.cursor))
        rest = columns - x - wide.width
        world.lines[1] = (*_text("-" * x, x), wide, *_text("-" * rest, rest))
        world.take(layout(world.lines, world.cursor))
        world.check()


def test_little_is_written_for_a_line_that_scrolls_in() -> None:
    rows, columns = 20, 80
    lines = [_text(f"line {n} of an answer, with some words in it", columns) for n in range(rows)]
    limits = {"xterm-256color": 45, "screen-256color": 50, "vt100": 120, "no-such-terminal": 1600}
    for term, limit in limits.items():
        world = World(term, columns, [*lines, _text("status", columns)], settled=True)
        world.written = 0
        world.lines = [*lines[1:], _text("a new one", columns), world.lines[-1]]
        world.take(layout(world.lines, world.cursor))
        world.check()
        assert 9 < world.written < limit, (term, world.written)


def test_nothing_is_written_where_nothing_changed() -> None:
    world = World("xterm-256color", 10, [_text("same", 10)] * 3)
    world.written = 0
    world.take(layout(world.lines, world.cursor))
    assert world.written == 0


def test_the_cursor_is_seen_where_it_is_to_be_and_not_on_its_way() -> None:
    world = World("xterm-256color", 10, [_text("same", 10)] * 3)
    assert world.painter.paint((4, 1)).endswith("\x1b[?25h")
    assert world.painter.paint((4, 1)) == ""
    world.lines[1] = _text("sameX", 10)
    assert world.painter.take(layout(world.lines, (0, 0)))
    assert world.painter.paint((5, 1)) == "X"
    world.lines[2] = _text("other", 10)
    assert world.painter.take(layout(world.lines, (0, 0)))
    away = world.painter.paint((5, 1))
    assert away.startswith("\x1b[?25l")
    assert away.endswith("\x1b[?25h")
    assert world.painter.paint(None).endswith("\x1b[?25l")


def test_a_mark_leaves_the_cursor_where_it_was_and_is_no_key() -> None:
    world = World("xterm-256color", 10, [_text("same", 10)] * 3, cursor=(4, 2))
    to, asking, back = world.painter.mark().partition("\x1b[6n")
    assert asking
    world.ours.feed(to.encode())
    assert world.ours.cursor == (1, 0)
    world.ours.feed(back.encode())
    assert world.ours.cursor == (2, 4)
    assert world.painter.paint() == ""


def test_a_terminal_of_one_row_is_sent_no_mark() -> None:
    assert World("xterm-256color", 10, [_text("same", 10)]).painter.mark() == ""


def test_only_long_paintings_are_synchronised() -> None:
    world = World("xterm-256color", 40, [_text("old", 40)] * 6)
    world.painter.synchronises = True
    world.lines[2] = _text("new", 40)
    assert world.painter.take(layout(world.lines, world.cursor))
    assert SYNC_START not in world.painter.paint()
    assert world.painter.take(layout([_text("x" * 40, 40)] * 6, (0, 0)))
    assert world.painter.paint().startswith(SYNC_START)


@pytest.mark.parametrize("invisible", ["\x07", "\x1b[?2026$p", "\x1b]52;c;eA==\x1b\\", "\x1b[?25h"])
def test_what_draws_nothing_changes_nothing(invisible: str) -> None:
    world = World("xterm-256color", 10, [_text("same", 10)] * 3)
    assert not world.painter.take(invisible)
    assert world.painter.paint() == ""


def test_what_is_not_understood_has_all_drawn_again() -> None:
    world = World("xterm-256color", 10, [_text("same", 10)] * 3)
    odd = "\x1b[1;1H\x1b[44modd\x1b[3X"
    assert not world.painter.take(odd)
    world.ours.feed(odd.encode())
    world.paint()
    world.check()


def test_control_characters_show_nothing() -> None:
    world = World("xterm-256color", 10, [_text("same", 10)] * 3)
    assert world.painter.take("\x1b[2;1Ho\x01t\x7fh\x85er")
    assert "other" in world.painter.paint()


def test_a_screen_that_became_narrower_has_no_half_characters_and_a_cursor_within() -> None:
    world = World("xterm-256color", 10, [tuple(Glyph("漢", "") for _ in range(5))] * 3)
    assert world.painter.take(layout(world.lines, (9, 2)))
    world.painter.paint()
    world.painter.forget(9, 2)
    world.ours.cells.resize(2, 9)
    world.paint()
    world.painter.take("\x1b[1;9HZ\x1b[1;1H")
    world.paint()
    assert world.ours.lines == ["漢漢漢漢Z", "漢漢漢漢"]
