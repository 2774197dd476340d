"""An answer's code blocks, to be copied."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from aztui.ui.markdown import reading
from aztui.ui.markdown.leaves import Code, Leaf
from aztui.ui.markdown.views import bare
from aztui.ui.widgets.cuts import cost, pieces

_STEP: Final = 8_000
"""What is read at once may cost so much."""


def code_blocks(text: str, wanted: Callable[[], bool] = lambda: True) -> list[str]:
    r"""Return what stands in a text's code blocks, in the order of the numbers in their headings.

    Args:
        text: Markdown, as it came.
        wanted: asked now and then whether anybody still wants to know; may end it early.

    Returns:
        Their lines as they came, each with a "\n"; not safe to show. A block that is still open
        ends where the text does.
    """
    lines, rest = pieces(text)
    lines += [rest] if rest else []
    mark = _mark(lines)
    blocks: dict[int, list[str]] = {}
    for leaf in _leaves(lines, mark, wanted):
        if isinstance(leaf, Code) and leaf.number:
            blocks.setdefault(leaf.number, []).extend(leaf.lines)
    codes = ["".join([f"{line}\n" for line in blocks[number]]) for number in sorted(blocks)]
    return [code.replace(f"{mark}\n", "") for code in codes]


def _mark(lines: Sequence[str]) -> str:
    """Return what is put behind a piece of a line: more spaces than any line ends with.

    Spaces there mean nothing to Markdown, so that it is read as the screen reads it.
    """
    texts = [line.rstrip("\r\n") for line in lines]
    return " " * (1 + max((len(text) - len(text.rstrip(" ")) for text in texts), default=0))


def _leaves(lines: Sequence[str], mark: str, wanted: Callable[[], bool]) -> Iterator[Leaf]:
    seam = reading.Seam()
    batch: list[str] = []
    size = 0
    for number, line in enumerate(lines, 1):
        is_cut = not line.endswith("\n") and number < len(lines)
        batch.append(line + mark if is_cut else bare(line))
        size += cost(line)
        if size >= _STEP:
            leaves, seam = reading.read(seam, batch)
            yield from leaves
            batch, size = [], 0
            if not wanted():
                return
    leaves, seam = reading.read(seam, batch)
    yield from leaves
    yield from reading.finish(seam)
