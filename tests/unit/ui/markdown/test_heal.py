"""Half-arrived Markdown: what shows grows at its end, and no marker shows that will be gone."""

from __future__ import annotations

import re

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
    "**问题：**这是**重点**内容，请看`代码`和*强调*。",
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
