"""Writes the table of faults in docs/azure.md: each is shown by the emulator and asked for."""

from __future__ import annotations

import re
import sys
import threading
from pathlib import Path
from typing import Final, TypeAlias

from aztui.azure.engine import Engine
from aztui.azure.retry import Policy
from aztui.cli.verdict import exit_code
from aztui.core.events import Ended, RunId, Stamped, TextDelta
from aztui.core.outcome import describe
from aztui.core.parameters import limits
from aztui.core.profile import Endpoint, Profile, Secret
from aztui.core.request import Api, Request, compose
from aztui.core.run import Run, reduce
from aztui.emulator.faults import FAULTS
from aztui.emulator.scripted import ScriptedReplies
from aztui.emulator.server import Emulator
from aztui.ui.remarks import (
    changed,
    findings,
    passed_over,
    quota_low,
    unfiltered,
    withdrawn,
)

_Place: TypeAlias = tuple[Api, str | None]
"""An API, and the dated api-version it is asked with; None at v1."""

PAGE: Final = Path(__file__).resolve().parent.parent / "docs" / "azure.md"
MARKS: Final = ("<!-- faults: written by make faults -->\n", "<!-- end of faults -->\n")
HEADINGS: Final = (
    "fault",
    "API",
    "ends as",
    "`ask`",
    "sent again",
    "text kept",
    "told beside the answer",
    "what is wrong",
    "what to do",
)

OPTIONS: Final = {"slow": "ms=50", "think": "ms=50", "drip": "ms=1", "big": "kb=100"}
"""Of faults that would take long."""
VARIANTS: Final = ("cut:after=0", "sse-error:after=0", "filter-async:block=20")
PLACES: Final = (
    (Api.COMPLETIONS, "2024-02-01"),
    (Api.COMPLETIONS, None),
    (Api.CHAT, "2024-10-21"),
    (Api.CHAT, None),
    (Api.RESPONSES, "2025-03-01-preview"),
    (Api.RESPONSES, None),
)
"""Every API at both families of endpoints: with a dated api-version, and v1, which has none."""
MODEL: Final = "demo"
PROMPT: Final = "lorem 40"
MOST_TOKENS: Final = 200
EXACTLY: Final = Policy(jitter=lambda: 1.0, pace=0.001)
"""As patient as ever, with waits that are the same each time, and nobody kept waiting."""
DEADLINE: Final = 30.0
SILENCE: Final = 0.2
"""Seconds after which to give up what never comes."""


def table() -> str:
    """Ask for every fault in every API; return the table in Markdown."""
    asked = [*FAULTS, *VARIANTS]
    asked.sort(key=lambda fault: list(FAULTS).index(fault.partition(":")[0]))
    with Emulator(ScriptedReplies()) as emulator:
        whole = _ask(emulator, PLACES[0], MODEL).text.lstrip()
        rows = [row for fault in asked for row in _rows(emulator, fault, whole)]
    lines = [HEADINGS, ["---"] * len(HEADINGS), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def written(page: str) -> str:
    """Return the page with its table made anew."""
    begin, end = MARKS
    before, _, rest = page.partition(begin)
    _, _, after = rest.partition(end)
    return f"{before}{begin}\n{table()}\n{end}{after}"


def _rows(emulator: Emulator, fault: str, whole: str) -> list[list[str]]:
    """The fault's row, or several where it is not the same everywhere."""
    name, _, given = fault.partition(":")
    options = given or OPTIONS.get(name, "")
    deployment = f"{MODEL}--{name}" + (f":{options}" if options else "")
    same: dict[tuple[str, ...], list[_Place]] = {}
    for place in PLACES:
        cells = _shown(_ask(emulator, place, deployment), whole)
        same.setdefault(tuple(cells), []).append(place)
    return [[f"`{fault}`", _where(places), *cells] for cells, places in same.items()]


def _where(places: list[_Place]) -> str:
    """Name places in as few words as they take."""
    if len(places) == len(PLACES):
        return "all"
    words = []
    for api in Api:
        versions = [version for each, version in places if each is api]
        if len(versions) == 1:
            words.append(f"{api} ({versions[0] or 'v1'})")
        elif versions:
            words.append(api)
    return ", ".join(words)


def _ask(emulator: Emulator, place: _Place, deployment: str) -> Run:
    """Run a request to its end, or until nothing more will come."""
    api, version = place
    endpoint = Endpoint(emulator.url if version else f"{emulator.url}/openai/v1", version)
    limit = "max_tokens" if "max_tokens" in limits(api) else limits(api)[0]
    request: Request = compose(api, deployment, PROMPT, params={limit: MOST_TOKENS})
    profile = Profile("table", endpoint, Secret("made-up-key-1234"), deployment, api)
    run = Run(RunId("1"), request, 0.0)
    changed = threading.Condition()

    def take(stamped: Stamped) -> None:
        nonlocal run
        with changed:
            run = reduce(run, stamped)
            if isinstance(stamped.event, Ended | TextDelta):
                changed.notify_all()

    engine = Engine(profile, retries=EXACTLY)
    try:
        handle = engine.start(request, run.id, take)
        fault = deployment.partition("--")[2]
        with changed:
            changed.wait_for(
                lambda: run.phase.over or (fault == "stall" and run.text != ""),
                SILENCE if fault == "hang" else DEADLINE,
            )
        handle.cancel()
        return run
    finally:
        engine.close()


def _shown(run: Run, whole: str) -> list[str]:
    stopped = run.phase == "stopped"
    problem = run.problem
    ends = "goes on until you stop it" if stopped else describe(run)
    code = "130" if stopped else str(exit_code(run, None, strict=False))
    wrong = f"{problem.title}." if problem else ""
    fix = problem.fix if problem else ""
    cells = [ends, code, _again(run), _kept(run, whole), _beside(run), wrong, fix]
    return [_plain(cell) for cell in cells]


def _again(run: Run) -> str:
    """How often the request was sent once more, and when or how."""
    if run.adapted:
        changes = (
            f"with {lesson.instead}" if lesson.instead else f"without {lesson.param}"
            for lesson in run.adapted
        )
        return f"once, {', '.join(changes)}"
    waits = [f"{retry.told.wait:g} s" for retry in run.retries]
    return f"{len(waits)} times, after {', '.join(waits)}" if waits else "no"


def _kept(run: Run, whole: str) -> str:
    text = run.text.lstrip()
    if not text:
        return "none came"
    if run.damaged:
        return "all but the lost part"
    return "all" if len(text) >= len(whole) else "what came"


def _beside(run: Run) -> str:
    """What is said about the answer: in it and under it, on the status line, among its details."""
    remarks = [findings(run), *unfiltered(run), *map(changed, run.adapted)]
    remarks += [f"withdrawn {part}" for part in map(withdrawn, run.choices) if part]
    unknown = ", ".join(f"{name} {times}" for name, times in passed_over(run))
    remarks += [f"passed over: {unknown}"] if unknown else []
    return "; ".join(filter(None, [*remarks, quota_low(run)]))


def _plain(words: str) -> str:
    """Without what is this run's own."""
    words = re.sub(r"127\.0\.0\.1:\d+", "HOST", words)
    return re.sub(rf"{MODEL}--[\w:=,-]+", MODEL, words)


def main() -> None:
    """Write the page anew."""
    page = written(PAGE.read_text(encoding="utf-8"))
    PAGE.write_text(page, encoding="utf-8")
    print(f"{PAGE.name}: {page.count(chr(10) + '| `')} rows", file=sys.stderr)


if __name__ == "__main__":
    main()
