"""A text that grows: the same lines however it comes, at a cost that does not grow with it."""

from __future__ import annotations

import tracemalloc
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings

from aztui.core.profile import View
from aztui.ui.markdown import code, reading
from aztui.ui.markdown.blocks import parse
from aztui.ui.markdown.highlight import Lexed, highlight
from aztui.ui.markdown.leaves import Links
from aztui.ui.markdown.views import READERS, Part
from aztui.ui.widgets import passage as passages
from aztui.ui.widgets.cuts import LONGEST_LINE, pieces
from aztui.ui.widgets.passage import Passage
from aztui.ui.widgets.rows import Line, Row
from aztui.ui.widgets.shelf import Shelf
from tests.support.answers import Limits, at_once, cut, leaves, limits, sizes, texts, widths

WIDTH = 60
EVERYTHING = 10**9

thorough = settings(max_examples=2_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def catch_up(passage: Passage) -> Passage:
    while passage.behind:
        passage.advance()
    return passage


def shown(text: str, width: int = WIDTH, view: View = View.RENDERED) -> Passage:
    passage = Passage(width, view, Shelf(), text)
    passage.end()
    return catch_up(passage)


def streaming(text: str, shelf: Shelf | None = None) -> Passage:
    return catch_up(Passage(WIDTH, View.RENDERED, shelf or Shelf(), text))


def lines(passage: Passage) -> list[Line]:
    return [passage.line(index) for index in range(passage.height)]


def rows(passage: Passage) -> list[str]:
    return ["".join(text for text, _ in line.row) for line in lines(passage)]


def settled(passage: Passage) -> list[Line]:
    passage.settle(0, EVERYTHING)
    return lines(passage)


@pytest.mark.timeout(300)
@thorough
@given(text=texts, each=sizes, width=widths, limit=limits)
def test_however_a_text_comes_its_lines_are_the_same(
    text: str, each: list[int], width: int, limit: Limits
) -> None:
    with limit.in_force():
        shelf = Shelf()
        passage = Passage(width, View.RENDERED, shelf)
        for piece in cut(text, each):
            passage.feed(piece)
            catch_up(passage)
        passage.end()
        catch_up(passage)
        assert settled(passage) == at_once(text, width)
        made_again = Passage(width + 1, View.RENDERED, shelf, text)
        made_again.end()
        catch_up(made_again).fit(width)
        assert settled(made_again) == settled(passage)


@pytest.mark.parametrize(
    "text",
    [
        "[foo]:\n/url\n      'the\ntitle'\n\n[foo]\n",
        "[foo]:\n/url\n      'the\nwhole\n      title'\n\n[foo]\n",
        "> [foo]:\n> /url\n>       (the\n> title)\n\n[foo]\n",
        "[foo]: /url\n      'no\n- title'\n\n[foo]\n",
        "[foo]: /url\n      'no\n\ntitle'\n\n[foo]\n",
        "[foo]: /url\n      code\nand text\n\n[foo]\n",
    ],
)
@pytest.mark.parametrize("each", [1, 3, 7])
def test_an_indented_line_below_a_link_reference_is_its_title_where_it_turns_out_so(
    text: str, each: int
) -> None:
    passage = Passage(WIDTH, View.RENDERED, Shelf())
    for piece in cut(text, [each]):
        passage.feed(piece)
        catch_up(passage)
    passage.end()
    assert settled(catch_up(passage)) == at_once(text, WIDTH)


@settings(thorough, max_examples=400)
@given(text=texts, each=sizes, width=widths, limit=limits)
def test_what_is_finished_does_not_move(
    text: str, each: list[int], width: int, limit: Limits
) -> None:
    with limit.in_force():
        passage = Passage(width, View.RENDERED, Shelf())
        before: list[Line] = []
        finished: list[Line] = []
        for piece in cut(text, each):
            passage.feed(piece)
            while passage.behind:
                changed = passage.advance()
                now = lines(passage)
                assert changed is not None
                assert now[:changed] == before[:changed]
                assert now[: len(finished)] == finished
                before, finished = now, now[: len(now) - len(passage._tail.lines)]
        assert passage.text == text
        passage.end()
        catch_up(passage)
        if not leaves(text)[1].known:
            assert lines(passage)[: len(finished)] == finished


@given(text=texts, each=sizes, width=widths)
def test_a_raw_text_is_the_same_however_it_comes(text: str, each: list[int], width: int) -> None:
    passage = Passage(width, View.RAW, Shelf())
    for piece in cut(text, each):
        passage.feed(piece)
        catch_up(passage)
    passage.end()
    assert lines(catch_up(passage)) == lines(shown(text, width, View.RAW))
    assert passage.text == text


def test_a_link_whose_address_comes_last_is_settled_at_the_end() -> None:
    text = "See [a].\n\n" + "more\n\n" * 3_000
    passage = streaming(text)
    assert rows(passage)[0] == "See [a]."
    passage.feed("[a]: https://b.example\n")
    passage.end()
    catch_up(passage)
    passage.settle(0, 1)
    assert rows(passage)[0] == "See a (https://b.example)."


def test_a_text_that_ends_within_a_line_is_whole() -> None:
    assert rows(shown("one\r\n\r\ntw\no")) == ["one", "", "tw", "o"]
    assert rows(shown("end\r")) == ["end␍"]
    assert rows(shown("")) == []


def test_a_line_of_any_length_is_read() -> None:
    words = "".join(f"word{number:05} " for number in range(6_000))
    passage = shown(words)
    again = shown(words)
    again._shelf.drop((again._key, 0))
    assert " ".join(rows(passage)).split() == words.split()
    assert rows(again) == rows(passage)


def test_pieces_depend_on_the_line_alone() -> None:
    line = "some words " * 2_000
    whole, rest = pieces(line)
    assert "".join([*whole, rest]) == line
    assert max(map(len, whole)) <= LONGEST_LINE
    assert pieces(line + "\n")[0] == [*whole, rest + "\n"]
    assert pieces(line + "and on")[0][: len(whole)] == whole


def test_lone_surrogates_are_kept() -> None:
    text = "a\ud800b\n\n" * 3_000
    assert shown(text).text == text


def test_what_there_is_is_told_in_its_order() -> None:
    text = "# One\n\n" + "two\n\n" * 4_000 + "three"
    passage = streaming(text)
    assert passage.text == text
    assert [passage.start(at) for at in range(passage.segments)] == passage._starts


def test_a_place_outlives_a_new_width() -> None:
    passage = shown("".join(f"Paragraph {number} of some words\n\n" for number in range(2_000)))
    for index in (0, 1_000, passage.height - 1):
        spot, wanted = passage.place(index), rows(passage)[index]
        passage.fit(12)
        passage.settle(0, EVERYTHING)
        assert wanted.startswith(rows(passage)[passage.find(spot)].strip())
        passage.fit(WIDTH)
        passage.settle(0, EVERYTHING)
        assert passage.find(spot) == index


def test_an_open_end_is_found_again_too() -> None:
    passage = streaming("one\n\n" * 10 + "an open paragraph of which more may come")
    spot = passage.place(passage.height - 1)
    passage.fit(12)
    assert rows(passage)[passage.find(spot)] == "an open "


# What a new word costs.


class Costs:
    """Counts what is read and laid out."""

    def __init__(self) -> None:
        self.parsed = self.laid = self.lexed = 0

    @property
    def all(self) -> tuple[int, int, int]:
        return self.parsed, self.laid, self.lexed


@pytest.fixture
def costs(monkeypatch: pytest.MonkeyPatch) -> Costs:
    counted = Costs()
    lay = READERS[View.RENDERED].lay

    def parsing(lines: Sequence[str], *args: object, **known: object) -> object:
        counted.parsed += sum(map(len, lines)) + len(lines)
        return parse(lines, *args, **known)  # type: ignore[arg-type]

    def laying(self: object, part: Part, width: int, links: Links) -> list[Line]:
        lines = lay(part, width, links)
        counted.laid += len(lines)
        return lines

    def lexing(line: str, state: Lexed) -> tuple[Row, Lexed]:
        counted.lexed += 1
        return highlight(line, state)

    monkeypatch.setattr(reading, "parse", parsing)
    monkeypatch.setattr(type(READERS[View.RENDERED]), "lay", laying)
    monkeypatch.setattr(code, "highlight", lexing)
    return counted


GROWING = {
    "prose": ("A paragraph of *some* words.\n\n", "a new "),
    "a list": ("- an item of some words\n", "- another "),
    "a list of lists": ("- an item\n  - an item of it\n    - and of that\n", "- another "),
    "a deep list": ("    - an item of some words\n", "    - another "),
    "a quote": ("> some words\n>\n", "> and "),
    "a fence": ("    let x = 1;\n", "    let y "),
    "indented code": ("    let x = 1;\n", "    let y "),
    "HTML": ("some text\n", "and more "),
    "a table": ("| some words | 1 |\n", "| more "),
}
OPENING = {
    "a deep list": "- one\n  - two\n",
    "a fence": "```rust\n",
    "HTML": "<pre>\n",
    "a table": "| a | b |\n| --- | --- |\n",
}


@pytest.mark.parametrize("kind", GROWING)
def test_a_new_word_costs_the_same_whatever_is_above(kind: str, costs: Costs) -> None:
    line, word = GROWING[kind]

    def cost(count: int) -> tuple[int, int, int]:
        passage = streaming(OPENING.get(kind, "") + line * count)
        costs.parsed = costs.laid = costs.lexed = 0
        for piece in (word, "word ", "by word\n"):
            passage.feed(piece)
            catch_up(passage)
        return costs.all

    assert cost(2_000) == pytest.approx(cost(100), abs=30)


def test_an_open_paragraph_costs_no_more_than_it_may_be_long(costs: Costs) -> None:
    passage = streaming("some words of a line\n" * 20_000)
    costs.parsed = 0
    passage.feed("word")
    passage.advance()
    assert costs.parsed < 3 * reading.LONGEST_PARAGRAPH


def test_a_new_width_costs_what_is_looked_at(costs: Costs) -> None:
    passage = shown("A paragraph of some words.\n\n" * 10_000)
    costs.laid = 0
    passage.fit(20)
    passage.settle(passage.height - 30, passage.height)
    assert costs.laid < 3 * passages.SEGMENT // len("A paragraph of some words.\n\n") * 3


def test_what_is_kept_laid_out_is_bounded() -> None:
    shelf = Shelf(100)
    passage = Passage(WIDTH, View.RENDERED, shelf, "word\n\n" * 10_000)
    passage.end()
    catch_up(passage)
    lines(passage)
    assert len(shelf._laid) == 1
    assert shelf._count == sum(len(laid.lines) for laid in shelf._laid.values())


@pytest.mark.parametrize("kind", ["prose", "a list", "a fence"])
def test_a_text_takes_little_more_memory_than_itself(kind: str) -> None:
    line, _ = GROWING[kind]

    def kept(size: int) -> int:
        text = OPENING.get(kind, "") + line * (size // len(line))
        tracemalloc.start()
        try:
            passage = streaming(text, Shelf(100))
            assert passage.height
            return tracemalloc.get_traced_memory()[0]
        finally:
            tracemalloc.stop()

    kept(10_000)
    assert kept(80_000) - kept(40_000) < 4 * 40_000
