"""What the screen says about a run, in words and figures."""

from __future__ import annotations

from aztui.core.metrics import (
    characters_a_second,
    completion_tokens,
    elapsed,
    time_to_first_text,
)
from aztui.core.options import brief, told
from aztui.core.outcome import describe
from aztui.core.parameters import limits
from aztui.core.profile import Profile
from aztui.core.request import TRAITS, Params
from aztui.core.run import Phase, Run
from aztui.terminal.sanitise import sanitise

_MINUTE = 60


def seconds(span: float) -> str:
    """Return a time span with its unit: `0.4 s`, `12.3 s`, `2 min 5 s`."""
    if round(span, 1) < _MINUTE:
        return f"{span:.1f} s"
    minutes, rest = divmod(round(span), _MINUTE)
    return f"{minutes} min {rest} s"


def progress(run: Run, now: float, characters: int, *, brief: bool = False) -> str:
    """Say how a run under way is going.

    Args:
        run: it, not over yet.
        now: seconds on the monotonic clock.
        characters: how many have come.
        brief: leave the rate out.
    """
    parts = [describe(run), seconds(elapsed(run, now))]
    if run.phase is Phase.STREAMING and not brief:
        rate = characters_a_second(run, now, characters)
        if rate is not None:
            parts[0] += f" {rate:.0f} chars/s"
    return " · ".join(parts)


def settings(params: Params, profile: Profile, system: str | None) -> str:
    """Say what goes with the next prompt, as far as it differs from the API's defaults."""
    said = [sanitise(setting) for setting in brief(profile.api, told(profile, params))]
    if system and TRAITS[profile.api].system:
        said.append("system")
    return " · ".join(said)


def figures(run: Run) -> tuple[str, ...]:
    """Return the figures of a run that is over: tokens (`~` where estimated) and times."""
    parts: list[str] = []
    first = time_to_first_text(run)
    tokens, counted = completion_tokens(run)
    if counted or tokens or first is not None:
        unit = "token" if tokens == 1 else "tokens"
        parts.append(f"{'' if counted else '~'}{tokens} {unit}")
    if first is not None:
        parts.append(f"first text {seconds(first)}")
    parts.append(seconds(elapsed(run, run.started)))
    return tuple(parts)


def limit(run: Run) -> str:
    """Say which limit on tokens an answer hit, and how to ask for more."""
    names = limits(run.request.api)
    for name in names:
        value = run.request.params.get(name)
        if isinstance(value, int):
            return f"{name} is {value}: start with -o {name}={value * 2} to allow more."
    return f"It is the deployment's own limit: -o {names[0]}=N may allow more."
