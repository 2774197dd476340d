"""Scenes of what Azure does besides answering: silence, waits, filters, refusals, sign-in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from textual.pilot import Pilot

from aztui.core.events import (
    Adapted,
    Answering,
    Filtered,
    Ignored,
    Opened,
    ReasoningDelta,
    Resent,
    Retrying,
    SignIn,
    Thinking,
    Usage,
)
from aztui.core.filters import Offsets, Verdict
from aztui.core.lessons import Refused
from aztui.core.problem import Kind, Problem
from aztui.core.profile import Endpoint, Profile
from aztui.core.quota import Quota
from aztui.core.request import Api
from tests.support.pictures import ANSWER, INSTRUCT, NOT_THERE, Scene, Stage

REASONING: Final[Profile] = replace(
    INSTRUCT,
    name="work",
    endpoint=Endpoint("https://contoso.openai.azure.com/openai/v1", None),
    deployment="gpt-5-mini",
    api=Api.RESPONSES,
    params={"max_output_tokens": 2000, "reasoning": {"effort": "high", "summary": "auto"}},
)
RIDDLE: Final = "Three switches, one lamp in another room, one look. Which switch?"
WEIGHED: Final = """\
**Reading the riddle**

The lamp can be seen only once, so its light alone tells two states apart and not three."""
WARMTH: Final = """\
**Using warmth**

A lamp that has burned is warm after it was switched off, which gives the third state."""
SOLUTION: Final = (
    "Switch the first on, wait some minutes, switch it off and the second on, then go and look. "
    "Lit: the second. Dark and warm: the first. Dark and cold: the third."
)
LIMITED: Final = Problem(
    Kind.RATE_LIMIT,
    "The rate limit of gpt-5-mini is used up for now",
    detail="Requests to the Responses_Create Operation have exceeded the token rate limit.",
    fix="Wait, or have the limit raised in Azure's portal.",
    status=429,
    asked="https://contoso.openai.azure.com/openai/v1/responses",
)
NOT_CHAT: Final = replace(
    NOT_THERE,
    kind=Kind.BAD_REQUEST,
    title="gpt-4o-mini does not answer the completions API",
    detail="The completion operation does not work with the specified model, gpt-4o-mini.",
    fix="Ask it through chat, or choose a deployment whose model answers completions.",
    status=400,
    try_api=Api.CHAT,
)
IDS: Final = (("x-request-id", "6f1c0b1e-3c55-4f0e"), ("x-ms-region", "Sweden Central"))
SAFE: Final = tuple(Verdict(name, filtered=False, severity="safe") for name in ("hate", "sexual"))
CODE: Final = SignIn("https://login.microsoft.com/device", "GQH4-7XKP")


async def thinking(stage: Stage, pilot: Pilot[Any]) -> None:
    await stage.ask(pilot, RIDDLE)
    stage.source.last.send(Opened(IDS), Thinking("high"))
    stage.source.last.send(ReasoningDelta(0, WEIGHED), ReasoningDelta(1, WARMTH))
    await stage.until(pilot, "thinking")
    stage.clock.move(12.3)
    await stage.look(pilot)


async def thought(stage: Stage, pilot: Pilot[Any]) -> None:
    await thinking(stage, pilot)
    await stage.say(pilot, SOLUTION)
    stage.clock.move(0.9)
    stage.source.last.send(Answering("gpt-5-mini-2025-08-07"), Usage(24, 912, 832))
    stage.source.last.done()
    await stage.until(pilot, "done (stop)")


async def retrying(stage: Stage, pilot: Pilot[Any]) -> None:
    await stage.ask(pilot, RIDDLE)
    stage.clock.move(0.4)
    stage.source.last.send(Retrying(LIMITED, 20.0, 1))
    await stage.until(pilot, "trying again")
    stage.clock.move(8.2)
    await stage.look(pilot)


async def asks(stage: Stage, pilot: Pilot[Any]) -> None:
    await stage.ask(pilot, RIDDLE)
    stage.clock.move(0.4)
    stage.source.last.send(Retrying(LIMITED, 600.0, 1, asks=True))
    await stage.until(pilot, "asks to wait")


async def signing_in(stage: Stage, pilot: Pilot[Any]) -> None:
    await stage.ask(pilot, RIDDLE)
    stage.source.last.send(CODE)
    await stage.until(pilot, "GQH4-7XKP")
    stage.clock.move(41.0)
    await stage.look(pilot)


async def found(stage: Stage, pilot: Pilot[Any]) -> None:
    await stage.ask(pilot)
    stage.clock.move(0.3)
    jailbreak = Verdict("jailbreak", filtered=False, detected=True)
    stage.source.last.send(Filtered(None, (*SAFE, jailbreak)))
    await stage.say(pilot, ANSWER[:240])
    violence = Verdict("violence", filtered=False, severity="medium")
    stage.source.last.send(Filtered(0, (*SAFE, violence)))
    stage.source.last.send(Filtered(0, failed="The contents are not filtered"))
    stage.source.last.send(Adapted((Refused("max_tokens", instead="max_completion_tokens"),), True))
    stage.clock.move(1.0)
    stage.source.last.done(tokens=61)
    await stage.until(pilot, "filter:")


async def condemned(stage: Stage, pilot: Pilot[Any]) -> None:
    await stage.ask(pilot)
    stage.clock.move(0.3)
    await stage.say(pilot, ANSWER[:420])
    base = len(stage.source.last.request.prompt)
    copied = Verdict("protected_material_text", filtered=True, detected=True)
    stage.source.last.send(Filtered(0, (), Offsets(base, base + 165)))
    stage.source.last.send(Filtered(0, (copied,), Offsets(base + 165, base + 420), condemned=True))
    stage.clock.move(1.0)
    stage.source.last.done("content_filter")
    await stage.until(pilot, "stopped by the content filter")


async def quota_low(stage: Stage, pilot: Pilot[Any]) -> None:
    await stage.ask(pilot)
    stage.source.last.send(Opened(IDS, Quota(1200, 30_000, 58, 60)))
    stage.clock.move(0.3)
    await stage.say(pilot, ANSWER[:164])
    stage.source.last.done(tokens=34)
    await stage.until(pilot, "quota low")


async def other_api(stage: Stage, pilot: Pilot[Any]) -> None:
    await stage.ask(pilot)
    stage.clock.move(0.2)
    stage.source.last.fail(NOT_CHAT)
    await stage.until(pilot, "✗")


async def details(stage: Stage, pilot: Pilot[Any]) -> None:
    await stage.ask(pilot, RIDDLE)
    run = stage.source.last
    unknown = Refused("max_tokens", instead="max_output_tokens", words="Use max_output_tokens.")
    run.send(Adapted((unknown,), again=True))
    stage.clock.move(0.4)
    run.send(Retrying(LIMITED, 3.0, 1))
    stage.clock.move(3.0)
    run.send(Resent(), Thinking("high"))
    stage.clock.move(0.3)
    run.send(Opened(IDS, Quota(1200, 30_000, 58, 60)), Answering("gpt-5-mini-2025-08-07"))
    run.send(ReasoningDelta(0, WEIGHED), ReasoningDelta(1, WARMTH))
    stage.clock.move(9.0)
    await stage.say(pilot, SOLUTION)
    run.send(Filtered(None, (*SAFE, Verdict("jailbreak", filtered=False, detected=False))))
    run.send(Filtered(0, (*SAFE, Verdict("violence", filtered=False, severity="medium"))))
    run.send(Ignored((("response.mood.delta", 3), ("obfuscation", 1))))
    run.send(Usage(24, 912, 832))
    stage.clock.move(0.6)
    run.done()
    await stage.until(pilot, "done (stop)")
    await pilot.press("tab", "d")
    await stage.until(pilot, "esc back")


async def details_below(stage: Stage, pilot: Pilot[Any]) -> None:
    await details(stage, pilot)
    await pilot.press("end")
    await pilot.pause()


AZURE_SCENES: Final[Mapping[str, Scene]] = {
    "thinking": thinking,
    "thought": thought,
    "retrying": retrying,
    "asks": asks,
    "signing-in": signing_in,
    "found": found,
    "condemned": condemned,
    "quota-low": quota_low,
    "other-api": other_api,
    "details": details,
    "details-below": details_below,
}
"""Each is played with the profile `REASONING`."""
