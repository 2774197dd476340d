"""Markdown texts as models write them, and as nobody does, to be read in any number of pieces."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle
from typing import Final
from unittest.mock import patch

from hypothesis import strategies as st

from aztui.terminal.sanitise import sanitise
from aztui.ui.markdown import reading
from aztui.ui.markdown.layout import lay
from aztui.ui.markdown.leaves import Leaf, Links
from aztui.ui.widgets import cuts, passage
from aztui.ui.widgets.cuts import pieces
from aztui.ui.widgets.rows import Line
from tests.support.commonmark import examples

TYPICAL: Final = (
    "# Title\n\nA paragraph with **bold**, *italic*, `code` and a [link](https://a.example).\n",
    "Steps:\n\n1. First\n2. Second\n   - inner\n     - innermost\n   - more\n3. Third\n\nDone.\n",
    "- a\n\n- b, loose\n\n  with a second paragraph\n- c\n",
    "- [ ] to do\n- [x] done\n  1. [ ] within\n",
    "7. seven\n7. eight\n\n   > quoted\n   > on\n\n7. nine\n",
    "```python\ndef f(x):\n\treturn x  # why\n\n\nprint(f(1))\n```\nand on\n",
    "~~~\n" + "a line\n" * 30 + "~~~\n",
    '```python\n"""A long\n\ntext\n' + "more of it\n" * 20,
    "1. Install it:\n\n   ```sh\n   get it\n   ```\n\n2. Run it:\n   ```sh\n   it\n   ```\n",
    "| a | b |\n| --- | ---: |\n" + "".join(f"| {n} | `{n * n}` |\n" for n in range(64)) + "\n\n",
    "> | a | b |\n> |:-:|---|\n> | 1 | two and more words than fit in a narrow screen |\n",
    "See [the docs][1] and [these].\n\n- [1]\n\n> [these]\n\n[1]: https://a.example\n[these]: /x\n",
    "- a\n\n  [a]: /x\n  'its\n  title'\n\n  b [a]\n- c\n",
    "<details>\n<summary>More</summary>\n\nhidden *text*\n\n</details>\n",
    "    indented code\n\n\n    goes on\n\nand ends\n",
    "- item\n\n      code in it\n\n      goes on\n- next\n",
    "A Title\n=======\n\nlower\n-----\ntext\n***\n",
    "世界世界世界, é́ and 👩‍👩‍👧 with \x1b[31m and \x00 and a\ttab\n\n- 世界\n\tby a tab\n",
    "word " * 40 + "\n" + "and another line of it\n" * 5,
    "> quoted\nlazily on\n>\n> - a list\n>   in it\n\n- \n-\n\n\n- \xa0\n",
)
"""What answers are made of."""

_SIGNS: Final = (
    *(
        "- ",
        "* ",
        "+ ",
        "1. ",
        "2) ",
        "10. ",
        "> ",
        ">",
        "  ",
        "    ",
        "\t",
        " ",
        "\n",
        "\n",
        "\n\n",
    ),
    *(
        "```",
        "~~~",
        "|",
        "|-|",
        "|a|b|",
        "|--|:-:|",
        "---",
        "===",
        "***",
        "# ",
        "## ",
        "[ ] ",
        "[x] ",
    ),
    *(
        "[a]: /x",
        "[a]",
        "[b]:",
        "\n/y",
        "'t",
        "'",
        "(",
        ")",
        "<div>",
        "</div>",
        "<pre>",
        "<!--",
        "-->",
    ),
    *(
        "a",
        "b c",
        "\\",
        "*",
        "_",
        "`",
        "&amp;",
        "世界",
        "\r\n",
        "\r",
        "\x1b",
        "\x00",
        "\xa0",
        "\u2028",
    ),
)


def _nested(text: str, marker: str) -> str:
    further = "> " if marker == "> " else " " * len(marker)
    return marker + text.replace("\n", "\n" + further)


_SPEC: Final = st.deferred(lambda: st.sampled_from(examples()))
_PART: Final = st.one_of(_SPEC, _SPEC, st.sampled_from(TYPICAL))
_MARKER: Final = st.sampled_from(["> ", "- ", "* ", "1. ", "10) ", "-   "])
_DEEPER: Final = st.builds(_nested, st.one_of(_PART, st.builds(_nested, _PART, _MARKER)), _MARKER)
_WRITTEN: Final = st.builds(
    lambda between, parts: between.join(parts),
    st.sampled_from(["", "\n", "\n\n"]),
    st.lists(st.one_of(_PART, _PART, _DEEPER), min_size=1, max_size=4),
)
_ODD: Final = st.lists(st.sampled_from(_SIGNS), min_size=1, max_size=40).map("".join)

texts: Final = st.one_of(
    _WRITTEN, _WRITTEN, _WRITTEN, _WRITTEN.map(lambda text: text.replace("\n", "\r\n")), _ODD
)
"""Texts: the specification's examples and ours, within and below each other, and random signs."""

sizes: Final = st.lists(st.sampled_from([1, 2, 3, 5, 10, 50, 1_000]), min_size=1, max_size=6)
"""How many characters come at once, over and over."""

widths: Final = st.sampled_from([60, 30, 12, 2])


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is taken at once; small ones are met in short texts."""

    segment: int
    step: int
    settled_by: int
    longest_line: int

    @contextlib.contextmanager
    def in_force(self) -> Iterator[None]:
        """Set them."""
        with (
            patch.multiple(passage, SEGMENT=self.segment, STEP=self.step),
            patch.multiple(cuts, LONGEST_LINE=self.longest_line),
            patch.multiple(reading, SETTLED_BY=self.settled_by),
        ):
            yield


limits: Final = st.builds(
    Limits,
    segment=st.sampled_from([1, 20, 60, 200, 8_000]),
    step=st.sampled_from([4_000, 50]),
    settled_by=st.sampled_from([50, 2, 1]),
    longest_line=st.sampled_from([4_000, 4_000, 20]),
)


def cut(text: str, each: list[int]) -> Iterator[str]:
    """Cut a text into pieces of some sizes, over and over; a long one into larger ones."""
    at, scale = 0, 1 + len(text) // 60
    for size in cycle(each):
        if at >= len(text):
            return
        yield text[at : at + size * scale]
        at += size * scale


def leaves(text: str) -> tuple[list[Leaf], Links]:
    """What a text is made of, read in one go, and its link references."""
    lines, rest = pieces(text)
    shown = [sanitise(line.removesuffix("\r\n").removesuffix("\n")) for line in lines]
    seam = reading.Seam(tail=tuple([*shown, sanitise(rest)] if rest else shown))
    links = reading.references(seam)
    return reading.finish(seam), links


def at_once(text: str, width: int) -> list[Line]:
    """The lines of a text that is read and laid out in one go, in a width in cells."""
    parts, links = leaves(text)
    return [line for part in parts for line in lay(part, width, links)]
