"""Answers with the likelihoods of their tokens, and scenes of the lens."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any, Final

from textual.pilot import Pilot

from aztui.core.events import Chosen, Token, Tokens
from tests.support.pictures import Scene, Stage

KEEPER: Final = (
    (" Eli", {" Eli": 0.62, " Tom": 0.2, " Marit": 0.06}),
    ("as", {"as": 0.97, "ot": 0.01}),
    (" Thorne", {" Thorne": 0.31, " Reed": 0.33, " Vance": 0.12, " Blackwood": 0.08}),
    (",", {",": 0.41, ".": 0.38, "\n": 0.12}),
    (" who", {" who": 0.55, " keeper": 0.2, " a": 0.11}),
    (" had", {" had": 0.72, " has": 0.15}),
    (" not", {" not": 0.04, " tended": 0.41, " kept": 0.3, " been": 0.1}),
    (" spoken", {" spoken": 0.83, " seen": 0.08}),
    (" to", {" to": 0.88, " a": 0.05}),
    (" anyone", {" anyone": 0.86, " a": 0.07}),
    (" for", {" for": 0.63, " in": 0.3}),
    (" eleven", {" eleven": 0.02, " years": 0.5, " days": 0.2, " three": 0.1}),
    (" days", {" days": 0.64, " years": 0.21}),
    (".", {".": 0.55, " when": 0.3}),
    ("\n", {"\n": 0.24, "\n\n": 0.4}),
    ("He", {"He": 0.5, "The": 0.3}),
    (" was", {" was": 0.36, " had": 0.2, " did": 0.1}),
    (" fine", {" fine": 0.01, " not": 0.3, " a": 0.2, " the": 0.1}),
    (".", {".": 0.7, " with": 0.2}),
)
"""An answer, each of its tokens with how likely that and others were."""


def chosen(text: str, shares: Mapping[str, float]) -> Chosen:
    """A token that was chosen, and how likely some were."""
    named = {name: Token(name, math.log(share)) for name, share in shares.items()}
    ranked = sorted(named.values(), key=lambda token: token.logprob or 0.0, reverse=True)
    return Chosen(named[text], tuple(ranked))


async def answered(
    stage: Stage,
    pilot: Pilot[Any],
    prompt: str = "A name for a lighthouse keeper:",
    tokens: Iterable[tuple[str, Mapping[str, float]]] = KEEPER,
    *,
    over: bool = True,
) -> None:
    """Ask, and let an answer come whose tokens are told."""
    await stage.ask(pilot, prompt)
    for text, shares in tokens:
        stage.clock.move(0.02)
        stage.source.last.text(text)
        stage.source.last.send(Tokens(0, (chosen(text, shares),)))
    if over:
        stage.source.last.done(tokens=len(KEEPER))
        await stage.until(pilot, "19 tokens")
    else:
        await stage.until(pilot, "fine")


async def lens(stage: Stage, pilot: Pilot[Any]) -> None:
    """The lens at a token that is not the likeliest."""
    await answered(stage, pilot)
    await pilot.press("f3", "n", "n")
    await stage.until(pilot, "bits")


async def scaled(stage: Stage, pilot: Pilot[Any]) -> None:
    """The lens with a scale below each row, at another token than the chosen one."""
    await lens(stage, pilot)
    await pilot.press("s", "n", "j", "3")
    await stage.until(pilot, "3 continuations")


async def unknown(stage: Stage, pilot: Pilot[Any]) -> None:
    """The lens on an answer of which nothing is known."""
    await stage.ask(pilot, "A name for a lighthouse keeper:")
    await stage.say(pilot, " Elias Thorne")
    stage.source.last.done(tokens=4)
    await stage.until(pilot, "4 tokens")
    await pilot.press("f3")
    await stage.until(pilot, "lens", "was asked how")


LENS_SCENES: Final[Mapping[str, Scene]] = {"lens": lens, "scaled": scaled, "unknown": unknown}
