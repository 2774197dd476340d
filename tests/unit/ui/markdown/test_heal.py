"""Half-arrived Markdown: what shows grows at its end, and no marker shows that will be gone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aztui.ui.markdown.heal import heal, hold, table_ahead
from aztui.ui.markdown.inline import LONGEST, spans
from aztui.ui.markdown.leaves import Links
from aztui.ui.markdown.parser import parser

LINKS = Links()

ANSWERS = (
    "**Note:** the cache is per process, so *two workers* never share it.",
    "**Self-attention:** each token looks at **every** other token.",
    "Use `git rebase -i HEAD~3` and then `git push --force-with-lease`.",
    "Call `foo_bar()` from **`module.py`**, not from *`__main__`*.",
    "See [the documentation](https://docs.example.org/a_b/c?x=1&y=2#top) for more.",
    "**[Azure portal](https://portal.azure.com)** has it under *Keys and Endpoint*.",
    "Read [https://example.org/a](https://example.org/a), or <https://example.org/b?c=%20d>.",
    "Write to <someone@example.org> or [me@example.org](mailto:me@example.org).",
    "![A diagram](images/diagram.png) shows the flow of *all* the data.",
    "The formula is $a_i * b_i$ where $a_i$ and $b_i$ are the weights.",
    r"Inline math such as \(x_1 + x_2\) or \[y^2\] comes from some models.",
    "It is 2 * 3 * 4 = 24, and 5*3 is 15, and 2**10 is 1024.",
    "Set my_long_variable_name and other_snake_case_name in __init__.py first.",
    "As was shown before[^1], and again later[^2], this is **not** so.",
    "Elements like arr[0] and arr[i][j] are zero-based; so is `arr[k]`.",
    "~~This was wrong.~~ **This is right**, and ~~*that*~~ is not.",
    "A ***very* strong** word, and _another one_ within **bold _and italic_ text**.",
    "Is a < b && b > c? Then AT&T &amp; others agree that x<y holds.",
    "First line<br>second line<br/>third **line**<br />and the last.",
    "Escaped \\*stars\\* and \\`ticks\\` stay as they are, so does C:\\Users\\me.",
    "Use `` `ticks` `` within code, or ``a ` b``, or even ``` ``x`` ```.",
    "**问题**、这是**重点**内容。请看`代码`和*强调*。",
    'She said **"hello"** and (*perhaps*) left — **really!**',
    "Wikipedia: [Foo (bar)](https://en.wikipedia.org/wiki/Foo_(bar)) is **good**.",
    '[Titled](https://example.org "A title (of sorts)") links, and [angled](<a b.html>) ones.',
    "A line that breaks  \nhard, and one \nthat *breaks\nsoftly* within emphasis\\\nand again.",
    "1) one, 2) two; item #3 costs $4.50 & 10% off ~ roughly 90% ^ up = done | end.",
    "Nested [link with **bold** and `code`](https://example.org/x) in *[emphasis](y)*.",
)


def shown(text: str) -> str:
    return "".join(piece for piece, _ in spans(text, LINKS))


def steps(text: str) -> list[str]:
    return [text[:size] for size in range(len(text) + 1)]


def turns_to_link(text: str) -> bool:
    """Whether the brackets before it have just become a link's."""
    return text.endswith("](")


@pytest.mark.parametrize("text", ANSWERS)
def test_whole_text_stays_as_it_is(text: str) -> None:
    assert heal(text) == text


@pytest.mark.parametrize("text", ANSWERS)
def test_what_shows_of_an_answer_grows_at_its_end(text: str) -> None:
    before = ""
    for step in steps(text):
        now = shown(heal(step))
        if not turns_to_link(step):
            # What closes an address moves on, and spaces at a line's end are not seen.
            assert now.startswith(before.rstrip(") ")), step
        before = now


@pytest.mark.parametrize("text", ANSWERS)
def test_no_marker_shows_that_will_be_gone(text: str) -> None:
    end = shown(text)
    for step in steps(text):
        now = shown(heal(step))
        for marker in ("**", "*", "`", "~~", "_", "](", "<", "&"):
            assert now.count(marker) <= end.count(marker), step


@pytest.mark.parametrize("text", ANSWERS)
def test_healing_twice_changes_nothing(text: str) -> None:
    for step in steps(text):
        assert heal(heal(step)) == heal(step)


words = st.sampled_from(
    ["one", "two words", "a_b", "4.5", "2 * 3", "x[1]", "(so)", "é", "世界", "end."]
)
spans_of_text = st.recursive(
    words,
    lambda inner: st.one_of(
        st.builds("{0} {1}".format, inner, inner),
        st.builds("`{0}`".format, words),
        st.builds("[{0}](https://example.org/a)".format, words),
        inner.filter(lambda text: not {"*", "`"} & {*text}).map("**{0}**".format),
        inner.filter(lambda text: "_" not in text and "*" not in text).map("*{0}*".format),
        inner.filter(lambda text: "~" not in text).map("~~{0}~~".format),
    ),
    max_leaves=8,
)


@given(spans_of_text)
def test_any_whole_text_stays_as_it_is_and_grows_at_its_end(text: str) -> None:
    assert heal(text) == text
    before = ""
    for step in steps(text):
        now = shown(heal(step))
        if not turns_to_link(step):
            assert now.startswith(before.rstrip(") ")), step
        before = now


@given(st.text(st.sampled_from("ab *_~`<>&\\:/.@[]世"), max_size=40))
def test_whatever_comes_healing_twice_changes_nothing(text: str) -> None:
    assert heal(heal(text)) == heal(text)


@pytest.mark.parametrize(
    ("text", "healed"),
    [
        ("**bol", "**bol**"),
        ("a *it", "a *it*"),
        ("`cod", "`cod`"),
        ("~~st", "~~st~~"),
        ("_em", "_em_"),
        ("**a *b `c", "**a *b `c`***"),
        ("**bold*", "**bold**"),
        ("***both**", "***both***"),
        ("**bold ", "**bold** "),
        ("a **", "a "),
        ("foo*", "foo"),
        ("foo`", "foo"),
        ("``a`", "``a``"),
        ("a\\", "a"),
        ("a &am", "a "),
        ("a&b c", "a&b c"),
        ("one<br", "one"),
        ("one<", "one"),
        ("a < b", "a < b"),
        ("a<b and c", "a<b and c"),
        ("2 * 3", "2 * 3"),
        ("5*3 is", "5*3 is"),
        ("f(x)*y is", "f(x)*y is"),
        ("snake_case", "snake_case"),
        ("\\*no", "\\*no"),
        ("`**` and", "`**` and"),
        ("un*believ*", "un*believ*"),
        ("[text", "[text"),
        ("[text]", "[text]"),
        ("[text](", "[text]()"),
        ("[text](http://ex", "[text](http://ex)"),
        ("[text](http://ex/%2", "[text](http://ex/)"),
        ("[text](http://ex/a_(b", "[text](http://ex/a_(b))"),
        ('[text](http://ex "tit', "[text](http://ex)"),
        ("[text](not a", "[text](not a"),
        ("[text](a *", "[text](a)"),
        ("é_a", "é_a"),
        ("*foo**bar", "*foo**bar***"),
        ("**a f(x)*y", "**a f(x)*y***"),
        (")%**] **@", ")%**] **@"),
        ("*a * ", "*a*"),
        ("*a * b", "*a * b*"),
        ("~~st~~~", "~~st~~"),
        ("[text](" + "(" * 40, "[text](" + "(" * 40),
        ("*a\\ ", "*a*"),
        ("a <http:x<", "a "),
        ("a <!-- **b --> c", "a <!-- **b --> c"),
        ("a &supercalifragilistic", "a &supercalifragilistic"),
        ("*a [b*](c) d", "*a [b*](c) d*"),
        ("[text](<a b", "[text](<a b>)"),
        ("**[text](http://ex", "**[text](http://ex)**"),
        ("![alt](pic", "![alt](pic)"),
        ("[![alt](pic)](htt", "[![alt](pic)](htt)"),
        ("[https://x.org](htt", "[https://x.org](https://x.org)"),
        ("<https://exam", "<https://exam>"),
        ("<me@example.", "<me@example>"),
    ],
)
def test_what_is_open_becomes_what_it_most_probably_will_be(text: str, healed: str) -> None:
    assert heal(text) == healed
    assert heal(healed) == healed


@pytest.mark.parametrize("text", ["*a_ " * LONGEST, "[a](" * 3_000, "*_" * 4_000])
def test_what_nobody_wrote_to_be_read_is_left_alone(text: str) -> None:
    assert heal(text) == text


@pytest.mark.parametrize(
    "line",
    [
        *("", "  ", "#", "##", "## ", "-", "- ", "*", "**", "* * *", "+", "_", "__", "---", "==="),
        *(">", "> ", "> -", "|", "| --", "|:-", "~~", "~~~", "`", "```", ":", ":--", "1", "12."),
        *("1) ", "  - ", "- -", "- #", "1. *", "- [", "- [x", "- [ ]", "- [ ] ", "<", "<di"),
    ],
)
def test_a_line_that_may_become_many_things_is_held(line: str) -> None:
    assert line == "<" or not hold(line)


@pytest.mark.parametrize(
    "line",
    [
        *("#tag", "# T", "- a", "-a", "*it*", "**b", "+1", "_e", "--- a", "=a", "> a", "| a"),
        *("~5", "`c", "```py", ":a", "1a", "12.5", "2024 was", "1. a", "- [l", "- [ ] t", "<div>"),
        *("[foo]", "[foo]: http://exam", "- " * 200, "prose"),
    ],
)
def test_a_line_that_is_clear_shows(line: str) -> None:
    assert hold(line) == line


@pytest.mark.parametrize("text", ANSWERS)
def test_prose_is_held_for_its_first_few_characters_only(text: str) -> None:
    for line in text.split("\n"):
        assert all(hold(step) == step for step in steps(line)[4:])


def test_a_table_is_one_from_its_first_cell_on() -> None:
    lines = ["| Name | **Size** | `a\\|b` |", "|:-----|---------:|---|"]
    text = "\n".join(lines)
    columns: list[int] = []
    for step in steps(text)[len("| N") :]:
        ahead = table_ahead(step.split("\n"))
        assert ahead is not None, step
        kinds = [token.type for token in parser().parse("\n".join(ahead))]
        assert kinds[0] == "table_open", step
        columns.append(kinds.count("th_open"))
    assert columns == sorted(columns)
    assert columns[-1] == 3


@pytest.mark.parametrize(
    ("lines", "ahead"),
    [
        (["| a"], ["| a |", "|---|"]),
        (["| a | **b"], ["| a | **b** |", "|---|---|"]),
        (["| a | b |", "| :-: | -"], ["| a | b |", "|:-:|-|"]),
        (["| a | b |", "|"], ["| a | b |", "|---|---|"]),
        (["prose", "| a |"], ["prose", "| a |", "|---|"]),
        (["|"], None),
        (["| a |", "| - | - |"], None),
        (["| a |", "| b |"], None),
        (["| a |", "prose"], None),
        (["a | b"], None),
        ([], None),
    ],
)
def test_a_table_is_foreseen_where_a_line_begins_like_one(
    lines: list[str], ahead: list[str] | None
) -> None:
    assert table_ahead(lines) == ahead
