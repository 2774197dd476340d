"""What a run's card says of its way: where it went, how long each step took, what was sent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, TypeAlias

from aztui.core.arrivals import longest_of_each, median
from aztui.core.body import sent_body
from aztui.core.events import Headers, Sent
from aztui.core.run import Choice, Run
from aztui.explore.elided import elided
from aztui.explore.target import indented, split
from aztui.terminal.link import Trips
from aztui.ui.words import seconds

Entries: TypeAlias = list[tuple[str, str]]

_BARS: Final = "▁▂▃▄▅▆▇█"
_WIDEST: Final = 60
"""Cells of a sparkline."""
_BRIEF: Final = 0.01
"""Seconds below which tenths of a millisecond count."""
_FAST: Final = 100_000
"""Bytes a second from which on nobody minds how many they are."""


def brief(took: float) -> str:
    """Return how long a step took: `0.4 ms`, `40 ms`, `1.2 s`."""
    if took < _BRIEF:
        return f"{took * 1000:.1f} ms"
    return f"{took * 1000:.0f} ms" if took < 1 else seconds(took)


def steps(run: Run) -> Entries:
    """Return how long each step of a request took."""
    if run.received is None:
        return []
    took = run.received.steps
    opening: Entries = [
        (name, brief(span))
        for name, span in (("DNS", took.lookup), ("connect", took.connect), ("TLS", took.tls))
        if span is not None
    ]
    if took.reused:
        opening = [("connection", "reused: it was open already")]
    sending = (("request written", took.write), ("waited for headers", took.wait))
    return [*opening, *((name, brief(span)) for name, span in sending if span is not None)]


def gaps(run: Run, room: int) -> Entries:
    """Return how evenly text came: a line of bars for each answer, the longest gap the highest.

    Args:
        run: whose answers.
        room: cells that a line may fill.
    """
    several = len(run.choices) > 1
    return [
        (f"gaps of answer {choice.index + 1}" if several else "gaps", words)
        for choice in run.choices
        if (words := _gaps(choice, room))
    ]


def _gaps(choice: Choice, room: int) -> str:
    known = choice.arrivals.gaps
    if not known:
        return ""
    longest = max(known)
    bars = "".join(
        _BARS[round(gap / longest * (len(_BARS) - 1)) if longest else 0]
        for gap in longest_of_each(known, max(1, min(room, _WIDEST)))
    )
    figures = f"median {brief(median(known))}, longest {brief(longest)}"
    return f"{bars}\n{figures}, in {len(known) + 1:,} pieces"


def travelled(trips: Trips | None) -> Entries:
    """Return what the way to the terminal was like; nothing where it never answered."""
    if trips is None or not trips.answers:
        return []
    mean = brief(trips.total / trips.answers)
    span = f"{brief(trips.quickest)} to {brief(trips.slowest)}"
    carries = f", some {trips.rate / 1000:.1f} kB a second" if trips.rate < _FAST else ""
    entries: Entries = [("terminal", f"answers after {mean}, {span}{carries}")]
    if trips.held:
        entries.append(("", f"frames waited {brief(trips.held)} for it"))
    return entries


def address(run: Run) -> Entries:
    """Return where a run was sent."""
    sent = run.sent
    if sent is None:
        return []
    _, version = split(sent.url, run.request.api)
    entries = [("url", sent.url)]
    return [*entries, ("api-version", version)] if version else entries


def body(run: Run, sent: Sent) -> str:
    """Return the body that went out as JSON, without the middle of what is very long."""
    whole = sent_body(run.request, sent.members, thoughts=sent.thoughts)
    return indented(elided(whole))


def headers(run: Run) -> Iterator[tuple[str, Entries]]:
    """Yield the headers of the request and of the response, each after a heading."""
    if run.sent is not None:
        yield "Request headers", _listed(run.sent.headers)
    if run.received is not None:
        yield f"Response headers: {run.received.status}", _listed(run.received.headers)


def _listed(known: Headers) -> Entries:
    return [(name.lower(), value) for name, value in known]
