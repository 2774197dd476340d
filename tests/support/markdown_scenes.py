"""Scenes of an answer in Markdown: as it streams, and what can be done with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from textual.pilot import Pilot

from tests.support.pictures import CHAT, Scene, Stage

EXPLAIN: Final = replace(
    CHAT, name="work", deployment="gpt-4.1", system="", params={"temperature": 0.7}
)
"""A profile whose answers are rendered."""

QUESTION: Final = "How does self-attention work? With a table and some numpy."
ABOVE: Final = """\
## Self-attention

Each token looks at **every other token** and weighs how much it matters to its own meaning:

1. It becomes a *query*, a *key* and a *value*.
2. `query · key` says how much attention one token pays to another.
   - Several heads do this side by side.
3. The values are mixed by these weights.

| vector | shape | what it asks |
| --- | ---: | --- |
| query | n, d | What am I looking for? |
| key | m, d | What do I have to offer? |
| value | m, d | What do I tell those who look? |

"""
CODE: Final = """\
```python
def attention(query, key, value):
    \"\"\"Mix values by how well their keys answer a query.\"\"\"
    scores = query @ key.T / np.sqrt(key.shape[-1])
    return softmax(scores) @ value
```
"""
BELOW: Final = """
> From [Attention Is All You Need](https://arxiv.org/abs/1706.03762), 2017.
"""
INDENTED: Final = "if ready:\n\treturn  1 \r\n\nThe end\u00a0of it.\n"


async def showcase(stage: Stage, pilot: Pilot[Any]) -> None:
    """Half of the code has come."""
    await stage.ask(pilot, QUESTION)
    stage.clock.move(0.4)
    await stage.say(pilot, ABOVE)
    stage.clock.move(1.2)
    await stage.say(pilot, CODE[: CODE.index("softmax") + 4])
    stage.clock.move(0.2)
    await stage.look(pilot)


async def rendered(stage: Stage, pilot: Pilot[Any]) -> None:
    """All of it has come."""
    await stage.ask(pilot, QUESTION)
    stage.clock.move(0.4)
    await stage.say(pilot, ABOVE + CODE + BELOW)
    stage.source.last.done(tokens=246)
    await stage.until(pilot, "246 tokens")
    await pilot.press("ctrl+end")
    await stage.until(pilot, "1706.03762")


async def finding(stage: Stage, pilot: Pilot[Any]) -> None:
    """A word is looked for."""
    await rendered(stage, pilot)
    await pilot.press("tab", "slash", *"query")
    await stage.until(pilot, "of 6")


async def selecting(stage: Stage, pilot: Pilot[Any]) -> None:
    """Some lines are selected."""
    await rendered(stage, pilot)
    await pilot.press("tab", "V", *["down"] * 4)
    await stage.until(pilot, "5 rows")


async def raw(stage: Stage, pilot: Pilot[Any]) -> None:
    """What hides in an answer is shown."""
    await stage.ask(pilot, "Some code, please.")
    await stage.say(pilot, INDENTED)
    stage.source.last.done(tokens=12)
    await stage.until(pilot, "12 tokens")
    await pilot.press("tab", "v")
    await stage.until(pilot, "→")


MARKDOWN_SCENES: Final[Mapping[str, Scene]] = {
    "rendering": showcase,
    "rendered": rendered,
    "finding": finding,
    "selecting": selecting,
    "raw": raw,
}
"""Every state that an answer in Markdown can be looked at in."""
