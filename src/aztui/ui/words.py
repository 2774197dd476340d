"""What the screen says about a run, in words and figures."""

from __future__ import annotations

import math

from aztui.core.metrics import (
    characters,
    characters_a_second,
    completion_tokens,
    elapsed,
    time_thinking,
    time_to_first_text,
)
from aztui.core.options import brief, told
from aztui.core.outcome import describe
from aztui.core.parameters import limits
from aztui.core.profile import Profile
from aztui.core.request import TRAITS, Params
from aztui.core.run import Phase, Run
from aztui.core.spans import span
from aztui.terminal.sanitise import sanitise, sanitise_line

_MINUTE = 60
_TENTH = 0.1
_MOST_PLACES = 9
"""Of dollars: a billionth part of one is nothing to anybody."""


def seconds(took: float) -> str:
    """Return a time span with its unit: `0.4 s`, `12.3 s`, `2 min 5 s`."""
    if round(took, 1) < _MINUTE:
        return f"{took:.1f} s"
    minutes, rest = divmod(round(took), _MINUTE)
    return f"{minutes} min {rest} s"


def measured(took: float) -> str:
    """Return a time span that is over: as `seconds`, and a very short one as `40 ms`."""
    return f"{took * 1000:.0f} ms" if 0 < took < _TENTH else seconds(took)


def duration(took: float) -> str:
    """Return a time span in whole seconds, of which nobody needs the tenths: `12 s`, `10 min`."""
    if round(took) < 1:
        return f"{took:.1f} s"
    minutes, rest = divmod(round(took), _MINUTE)
    return " ".join([f"{minutes} min"] * bool(minutes) + [f"{rest} s"] * bool(rest))


def progress(run: Run, now: float, *, brief: bool = False) -> str:
    """Say how a run under way is going; safe to show.

    Args:
        run: it, not over yet.
        now: seconds on the monotonic clock.
        brief: leave the rate out.
    """
    match run.phase:
        case Phase.RETRYING:
            return again(run, now)
        case Phase.WAITING | Phase.THINKING if run.sign_in is not None:
            return f"waiting for you to sign in · {duration(elapsed(run, now))}"
        case Phase.THINKING:
            return thinking(run, now)
    parts = [describe(run), seconds(elapsed(run, now))]
    if run.phase is Phase.STREAMING and not brief:
        rate = characters_a_second(run, now, characters(run))
        if rate is not None:
            parts[0] += f" {rate:.0f} chars/s"
    return " · ".join(parts)


def thinking(run: Run, now: float) -> str:
    """Say for how long a model has been thinking, and how hard; safe to show."""
    return f"{sanitise_line(describe(run))} · {duration(time_thinking(run, now) or 0.0)}"


def again(run: Run, now: float) -> str:
    """Count down to when a request is sent again."""
    retry = run.retries[-1]
    if retry.told.asks:
        return "waiting for you"
    left = math.ceil(retry.left(now))
    when = f"in {span(left)}" if left else "now"
    if retry.told.resumes:
        return f"the link dropped: taking the answer up again {when}"
    which = "" if retry.told.choice is None else f"answer {retry.told.choice + 1}: "
    return f"{which}trying again {when} (attempt {retry.told.attempt + 1})"


def settings(params: Params, profile: Profile, system: str | None) -> str:
    """Say what goes with the next prompt, as far as it differs from the API's defaults."""
    said = [sanitise(setting) for setting in brief(profile.api, told(profile, params))]
    if system and TRAITS[profile.api].system:
        said.append("system")
    return " · ".join(said)


def cost(dollars: float) -> str:
    """Return what something costs, which is an estimate always: `~$0.0012`, `~$3.40`."""
    if dollars >= 1 or dollars <= 0:
        return f"~${dollars:,.2f}"
    # Two digits that tell something, however small it is.
    places = min(_MOST_PLACES, max(2, 1 - math.floor(math.log10(dollars))))
    whole, _, cents = f"{dollars:.{places}f}".partition(".")
    return f"~${whole}.{cents.rstrip('0'):0<2}"


def figures(run: Run, cost: str = "") -> tuple[str, ...]:
    """Return the figures of a run that is over: tokens (`~` where estimated), cost, and times.

    Args:
        run: it.
        cost: what it cost, in words; empty where nobody knows.
    """
    parts: list[str] = []
    first = time_to_first_text(run)
    tokens, counted = completion_tokens(run)
    if counted or tokens or first is not None:
        unit = "token" if tokens == 1 else "tokens"
        hidden = _reasoning_tokens(run)
        mind = f", {hidden} of them thought" if hidden else ""
        parts.append(f"{'' if counted else '~'}{tokens} {unit}{mind}")
    if cost:
        parts.append(cost)
    if first is not None:
        parts.append(f"first text {measured(first)}")
    parts.append(measured(elapsed(run, run.started)))
    return tuple(parts)


def _reasoning_tokens(run: Run) -> int:
    return 0 if run.usage is None else run.usage.reasoning_tokens


def limit(run: Run) -> str:
    """Say which limit on tokens an answer hit, and how to ask for more."""
    spent = "Thinking took all of it. " if _reasoning_tokens(run) and run.first_text is None else ""
    return spent + _more(run)


def _more(run: Run) -> str:
    names = limits(run.request.api)
    for name in names:
        value = run.request.params.get(name)
        if isinstance(value, int):
            return f"{name} is {value}: f2 allows more, f5 asks again."
    return f"It is the deployment's own limit: {names[0]} may allow more (f2)."
