"""A meter that counts words and knows the prices that a test gives it, and scenes with figures."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from textual.pilot import Pilot

from aztui.core.cost import UNPRICED, Price, Service, Spent, Terms
from aztui.core.events import Answering, Chosen, Token, Tokens, Usage
from aztui.core.profile import Profile
from aztui.ui.screens.figures import FiguresScreen
from tests.support.fakes import Sessions
from tests.support.pictures import ANSWER, CHAT, DEADLINE, Scene, Stage

MODEL: Final = "gpt-5-mini-2025-08-07"
MINI: Final = Terms(Price(0.25, 2.0, 0.025), context=4_096)
URL: Final = CHAT.endpoint.url


@dataclass
class FakeMeter:
    """A meter for which a token is a word.

    Attributes:
        prices: what is known, by the name of the deployment.
        counted: the texts that were counted, in order.
        passes: answers only while it is set.
    """

    prices: Mapping[str, Terms] = field(default_factory=lambda: {"gpt-5-mini": MINI})
    counted: list[str] = field(default_factory=list)
    passes: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.passes.set()

    def __call__(self) -> FakeMeter:
        return self

    def count(self, text: str, model: str) -> int:
        assert self.passes.wait(DEADLINE)
        self.counted.append(text)
        return len(text.split())

    def terms(self, service: Service) -> Terms:
        assert self.passes.wait(DEADLINE)
        return self.prices.get(service.deployment, UNPRICED)

    def source(self) -> str:
        return "a table of prices"


def service(deployment: str = "gpt-5-mini", profile: str = "instruct", model: str = "") -> Service:
    return Service(profile, URL, deployment, model)


TODAY: Final = (
    Spent(service(), 41, 41, Usage(118_204, 21_553, 0, 40_960)),
    Spent(service("o4-mini", "work"), 7, 6, Usage(9_120, 14_002)),
    Spent(service("gpt-5-mini", "lab"), 2, 2, Usage(310, 77)),
)


def certain(*logprobs: float) -> Tokens:
    """Return tokens of such logprobs."""
    return Tokens(0, tuple(Chosen(Token("x", logprob)) for logprob in logprobs))


def metered(meter: FakeMeter | None = None, profile: Profile = CHAT, **options: Any) -> Stage:
    """Return the program with a meter, and with an archive that knows the day."""
    archive = Sessions(spent_today=TODAY)
    options = {"archive": lambda: archive, **options}
    return Stage(profile, meter=meter or FakeMeter(), **options)


async def priced(stage: Stage, pilot: Pilot[Any]) -> None:
    """Have an answer come, of which the service tells how much it took."""
    await stage.ask(pilot)
    stage.clock.move(0.4)
    stage.source.last.send(Answering(MODEL), certain(*[-0.2] * 100, *[-1.9] * 59))
    await stage.say(pilot, ANSWER[:100])
    stage.clock.move(2.5)
    await stage.say(pilot, ANSWER[100:])
    stage.source.last.send(Usage(1_204, 159, 64, 1_024))
    stage.source.last.done()
    await stage.until(pilot, "159 tokens", "~$0.00039")


async def figures(stage: Stage, pilot: Pilot[Any]) -> None:
    await priced(stage, pilot)
    await pilot.press("tab", "dollar_sign")
    await stage.until(pilot, lambda: isinstance(stage.app.screen, FiguresScreen), "This answer")
    page = stage.app.screen
    assert isinstance(page, FiguresScreen)
    await stage.until(pilot, lambda: page._day.spent is not None)
    await pilot.pause()


async def expected(stage: Stage, pilot: Pilot[Any]) -> None:
    """Have a prompt typed, and what it takes told."""
    stage.main._prompt.insert("What is the transformer architecture? Explain self-attention.")
    await stage.until(pilot, "~24 tokens")


async def too_long(stage: Stage, pilot: Pilot[Any]) -> None:
    stage.main._prompt.insert("word " * 3_500)
    await stage.until(pilot, "! ~3,517 of ~4,096 tokens")
    stage.main._prompt.move_cursor((0, 0))
    await pilot.pause()


FIGURES_SCENES: Final[dict[str, Scene]] = {
    "priced": priced,
    "figures": figures,
    "expected": expected,
    "too-long": too_long,
}
