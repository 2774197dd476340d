"""An answer's code blocks, to be copied."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from aztui.ui.markdown import reading
from aztui.ui.markdown.leaves import Code, Leaf

_STEP: Final = 8_000
"""Characters that are read at once."""


def code_blocks(text: str, wanted: Callable[[], bool] = lambda: True) -> list[str]:
    r"""Return what stands in a text's code blocks, in the order of the numbers in their headings.

    Args:
        text: Markdown, as it came.
        wanted: asked now and then whether anybody still wants to know; may end it early.

    Returns:
        Their lines as they came, each with a "\n"; not safe to show. A block that is still open
        ends where the text does.
    """
    blocks: dict[int, list[str]] = {}
    for leaf in _leaves(text, wanted):
        if isinstance(leaf, Code) and leaf.number:
            blocks.setdefault(leaf.number, []).extend(leaf.lines)
    return ["".join(f"{line}\n" for line in lines) for _, lines in sorted(blocks.items())]


def _leaves(text: str, wanted: Callable[[], bool]) -> Iterator[Leaf]:
    seam = reading.Seam()
    batch: list[str] = []
    size = 0
    for line in text.removesuffix("\n").split("\n"):
        batch.append(line.removesuffix("\r"))
        size += len(line)
        if size >= _STEP:
            leaves, seam = reading.read(seam, batch)
            yield from leaves
            batch, size = [], 0
            if not wanted():
                return
    leaves, seam = reading.read(seam, batch)
    yield from leaves
    yield from reading.finish(seam)
