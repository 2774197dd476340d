"""Scenes of a run's card."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from textual.pilot import Pilot

from aztui.core.events import Answering, Opened, Received, Sent, Steps
from aztui.core.profile import Profile
from aztui.core.request import Params
from tests.support.pictures import ANSWER, INSTRUCT, Scene, Stage

PROFILE: Final[Profile] = replace(
    INSTRUCT, params={"max_tokens": 400, "temperature": 0.7, "seed": 7}, logprobs=False
)
URL: Final = (
    "https://contoso.openai.azure.com/openai/deployments/gpt-35-turbo-instruct/completions"
    "?api-version=2024-02-01"
)
SENT_HEADERS: Final = (
    ("Host", "contoso.openai.azure.com"),
    ("Accept-Encoding", "identity"),
    ("Content-Type", "application/json"),
    ("User-Agent", "AzureOpenAI/Python 3.54.0"),
    ("api-key", "\u2026"),
    ("Content-Length", "165"),
)
CAME_HEADERS: Final = (
    ("Content-Type", "text/event-stream"),
    ("x-ms-region", "Sweden Central"),
    ("apim-request-id", "1c0b1e6f-3c55-4f0e-9a52-0d8f4b1c7e11"),
    ("x-ratelimit-remaining-tokens", "29600"),
)
NEW: Final = Steps(0.0123, 0.0184, 0.0411, 0.0004, 0.312)
AGAIN: Final = Steps(write=0.0004, wait=0.221)
GAPS: Final = (0.02, 0.03, 0.02, 0.05, 0.31, 0.02, 0.02, 0.08, 0.02, 0.02, 0.14, 0.02)


def sent(stage: Stage, params: Params) -> Sent:
    """What is told of a request with these parameters."""
    members = {"model": stage.source.last.request.deployment, "stream": True, **params}
    return Sent(URL, members, SENT_HEADERS, variable="AZURE_OPENAI_API_KEY_FOR_INSTRUCT")


async def answered(
    stage: Stage, pilot: Pilot[Any], steps: Steps, model: str, fingerprint: str
) -> None:
    """Let the run asked last be answered."""
    run = stage.source.last
    run.send(sent(stage, run.request.params))
    stage.clock.move(0.39)
    run.send(Received(200, CAME_HEADERS, steps), Opened((CAME_HEADERS[2],)))
    run.send(Answering(model, fingerprint))
    length = len(ANSWER) // len(GAPS)
    for at, gap in enumerate(GAPS):
        stage.clock.move(gap)
        run.text(ANSWER[at * length : (at + 1) * length])
    run.done(tokens=141)
    await stage.until(pilot, "done (stop)")


async def card(stage: Stage, pilot: Pilot[Any]) -> None:
    await stage.ask(pilot, "What is the transformer architecture?")
    await answered(stage, pilot, NEW, "gpt-35-turbo-instruct", "fp_44709d6fcb")
    stage.main.conversation.params = {"max_tokens": 400, "temperature": 0.2, "seed": 8}
    await pilot.press("f5")
    await answered(stage, pilot, AGAIN, "gpt-35-turbo-instruct", "fp_44709d6fcb")
    await pilot.press("tab", "d")
    await stage.until(pilot, "esc back")


async def first_card(stage: Stage, pilot: Pilot[Any]) -> None:
    await stage.ask(pilot, "What is the transformer architecture?")
    await answered(stage, pilot, NEW, "gpt-35-turbo-instruct", "fp_44709d6fcb")
    await pilot.press("tab", "d")
    await stage.until(pilot, "esc back")


async def body(stage: Stage, pilot: Pilot[Any]) -> None:
    await first_card(stage, pilot)
    await pilot.press("end")
    await pilot.pause()


async def compared(stage: Stage, pilot: Pilot[Any]) -> None:
    await card(stage, pilot)
    await pilot.press("=")
    await stage.until(pilot, "Compared with")


CARD_SCENES: Final[Mapping[str, Scene]] = {
    "card": first_card,
    "card-body": body,
    "card-compared": compared,
}
"""Each is played with the profile `PROFILE`."""
