"""Writes the table of faults in docs/azure.md: each is shown by the emulator and asked for."""

from __future__ import annotations

import re
import sys
import threading
from pathlib import Path
from typing import Final

from aztui.azure.engine import Engine
from aztui.azure.retry import Policy
from aztui.cli.verdict import exit_code
from aztui.core.events import Ended, RunId, Stamped, TextDelta
from aztui.core.outcome import describe
from aztui.core.profile import Endpoint, Profile, Secret
from aztui.core.request import Api, Request, compose
from aztui.core.run import Run, reduce
from aztui.emulator.faults import FAULTS
from aztui.emulator.scripted import ScriptedReplies
from aztui.emulator.server import Emulator

PAGE: Final = Path(__file__).resolve().parent.parent / "docs" / "azure.md"
MARKS: Final = ("<!-- faults: written by make faults -->\n", "<!-- end of faults -->\n")
HEADINGS: Final = (
    "fault",
    "API",
    "sent again",
    "ends as",
    "`ask`",
    "text kept",
    "what is wrong",
    "what to do",
)

OPTIONS: Final = {"slow": "ms=50", "drip": "ms=1", "big": "kb=100"}
"""Of faults that would take long."""
VARIANTS: Final = ("cut:after=0", "sse-error:after=0", "filter-async:block=20")
APIS: Final = (Api.COMPLETIONS, Api.CHAT)
PROMPT: Final = "lorem 40"
PARAMS: Final = {"max_tokens": 200}
DEADLINE: Final = 30.0
SILENCE: Final = 0.2
"""Seconds after which to give up what never comes."""


def table() -> str:
    """Ask for every fault in every API; return the table in Markdown."""
    asked = [*FAULTS, *VARIANTS]
    asked.sort(key=lambda fault: list(FAULTS).index(fault.partition(":")[0]))
    with Emulator(ScriptedReplies()) as emulator:
        whole = _ask(emulator, APIS[0], "demo").text.lstrip()
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
    """The fault's row, or one for each API where they differ."""
    name, _, given = fault.partition(":")
    options = given or OPTIONS.get(name, "")
    deployment = f"demo--{name}" + (f":{options}" if options else "")
    shown = {api: _shown(_ask(emulator, api, deployment), whole) for api in APIS}
    if len({tuple(cells) for cells in shown.values()}) == 1:
        return [[f"`{fault}`", "all", *shown[APIS[0]]]]
    return [[f"`{fault}`", api, *cells] for api, cells in shown.items()]


def _ask(emulator: Emulator, api: Api, deployment: str) -> Run:
    """Run a request to its end, or until nothing more will come."""
    endpoint = Endpoint(emulator.url, "2024-10-21")
    request: Request = compose(api, deployment, PROMPT, params=PARAMS)
    profile = Profile("table", endpoint, Secret("made-up-key-1234"), deployment, api)
    run = Run(RunId("1"), request, 0.0)
    changed = threading.Condition()

    def take(stamped: Stamped) -> None:
        nonlocal run
        with changed:
            run = reduce(run, stamped)
            if isinstance(stamped.event, Ended | TextDelta):
                changed.notify_all()

    engine = Engine(profile, retries=Policy(pace=0.0))
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
    return [_again(run), ends, code, _kept(run, whole), _plain(wrong), _plain(fix)]


def _again(run: Run) -> str:
    """How often the request was sent again, all waits agreed to or not needing it."""
    if run.adapted:
        return "once, as it is taken"
    return {0: "no", 1: "once", 2: "twice"}.get(len(run.retries), f"{len(run.retries)} times")


def _kept(run: Run, whole: str) -> str:
    text = run.text.lstrip()
    if not text:
        return "none came"
    if run.damaged:
        return "all but the lost part"
    return "all" if len(text) >= len(whole) else "what came"


def _plain(words: str) -> str:
    """Without what is this run's own."""
    words = re.sub(r"127\.0\.0\.1:\d+", "HOST", words)
    return re.sub(r"demo--[\w:=,-]+", "demo", words)


def main() -> None:
    """Write the page anew."""
    page = written(PAGE.read_text(encoding="utf-8"))
    PAGE.write_text(page, encoding="utf-8")
    print(f"{PAGE.name}: {page.count(chr(10) + '| `')} rows", file=sys.stderr)


if __name__ == "__main__":
    main()
