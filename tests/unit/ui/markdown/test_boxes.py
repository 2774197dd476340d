"""What opens the boxes around a leaf in one line."""

from __future__ import annotations

import pytest

from aztui.ui.markdown.blocks import Found, parse
from aztui.ui.markdown.boxes import prefix, sibling
from aztui.ui.markdown.leaves import Links


def last(lines: list[str]) -> Found:
    return parse(lines, Links())[0][-1]


def boxes(found: Found) -> list[tuple[str, str]]:
    return [(box.kind, box.mark[-1:]) for box in found.boxes]


@pytest.mark.parametrize(
    "text",
    [
        *("- a", "* a", "1. a", "12) a", "> a", "> - a", "- > a", "- - a", "1. - > 2. a"),
        *("   - a", "-    a", "-     a", "-\ta", ">\t- a", "-\n  a", "- a\n  - b\n    > c"),
        *("> - a\n>   - b", "10. a\n    - b", "- a\n\n      code"),
    ],
)
def test_a_text_after_it_is_in_the_same_boxes(text: str) -> None:
    lines = text.split("\n")
    found = last(lines)
    opening = prefix(lines, found.boxes)
    assert opening is not None
    again = last([f"{opening}x"])
    assert boxes(again) == boxes(found)
    indent = " " * len(opening) if ">" not in opening else None
    if indent is not None:
        assert boxes(last([f"{opening}x", "", f"{indent}y"])) == boxes(found)


@pytest.mark.parametrize("indent", range(4))
def test_an_item_that_stands_further_in_is_no_part_of_its_sibling(indent: int) -> None:
    item = last(["- a"]).boxes[-1]
    found = parse([f"{sibling(item)}___", " " * indent + "- b"], Links())[0]
    assert [len(each.boxes) for each in found] == [2, 2]
    assert found[0].boxes[0] is found[1].boxes[0]
