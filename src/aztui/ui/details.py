"""A run's card: everything that is known of it, to be read on a page of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Final, TypeAlias

from aztui.core.continuing import said
from aztui.core.events import Usage
from aztui.core.metrics import elapsed, time_thinking
from aztui.core.outcome import describe
from aztui.core.quota import Quota
from aztui.core.run import Choice, Retry, Run
from aztui.core.spans import span
from aztui.terminal.link import Trips
from aztui.terminal.sanitise import sanitise, sanitise_line
from aztui.ui.against import Against, told
from aztui.ui.remarks import category, changed, finding, judged, passed_over, thought, withdrawn
from aztui.ui.sending import address, body, gaps, headers, steps, travelled
from aztui.ui.widgets.prose import prose, table
from aztui.ui.widgets.rows import BLANK, Columns, Role, Row, cut
from aztui.ui.words import measured

Entries: TypeAlias = list[tuple[str, str]]
_FIRST: Final = 24
"""Cells for names, so that the tables below one another line up where their names are short."""
_WIDE: Final = 60
"""Cells of text from which on there is room for that."""
_NAMES: Final = 20
"""Cells for names where there is less."""


def details(
    run: Run, now: float, width: int, *, against: Against | None = None, trips: Trips | None = None
) -> list[Row]:
    """Return what is known of a run, in rows for a width in cells.

    Args:
        run: it, under way or over.
        now: seconds on the monotonic clock.
        width: of the page.
        against: the run that it is compared with; None where it is with none.
        trips: what the way to the terminal was like while it streamed, if that is known.
    """
    columns = Columns.of(width)
    rows: list[Row] = [_prompt(run, columns)]
    rows += _compared(run, against, columns) if against else []
    rows += _section("Answer", _state(run), columns)
    rows += _section("Times", [*_times(run, now, columns), *travelled(trips)], columns)
    rows += _thoughts(run, columns)
    for heading, entries in _sections(run):
        rows += _section(heading, entries, columns)
    if run.sent is not None:
        title = prose("Request body", columns, Role.STRONG)
        rows += [BLANK, *title, *prose(sanitise(body(run, run.sent)), columns)]
    for heading, entries in headers(run):
        rows += _section(heading, entries, columns)
    return rows


def _compared(run: Run, against: Against, columns: Columns) -> list[Row]:
    said, entries = told(run, against.run)
    which = f"{against.relation}, run {against.place:,} of {against.count:,}"
    other = " ".join(sanitise(against.run.request.prompt).split())
    same = against.run.request.prompt == run.request.prompt
    rows = [
        BLANK,
        *prose(sanitise(said), columns, Role.ACCENT),
        *prose(f"Compared with {which}{'' if same else ':'}", columns, Role.DIM),
    ]
    if not same:
        rows += prose(cut(other, columns.width), columns, Role.DIM)
    return [*rows, *_table(entries, columns)]


def _prompt(run: Run, columns: Columns) -> Row:
    prompt = " ".join(sanitise(said(run)).split())
    return (columns.mark(), (cut(prompt, columns.width), Role.STRONG))


def _section(heading: str, entries: Entries, columns: Columns) -> list[Row]:
    if not entries:
        return []
    return [BLANK, *prose(heading, columns, Role.STRONG), *_table(entries, columns)]


def _table(entries: Sequence[tuple[str, str]], columns: Columns) -> list[Row]:
    safe = [(sanitise_line(name), sanitise(words)) for name, words in entries]
    first = _FIRST if columns.width >= _WIDE else 0
    return table(safe, columns, first=first, role=Role.DIM)


def _sections(run: Run) -> Iterator[tuple[str, Entries]]:
    yield "Sent", _sent(run)
    for whose, verdicts in judged(run):
        found = [
            (category(verdict), _verdict(finding(verdict), filtered=verdict.filtered))
            for verdict in verdicts
        ]
        yield f"Content filter: {whose}", found
    yield "Content filter", _filter(run)
    yield "Tried again", [_retried(retry, run) for retry in run.retries]
    yield "Left of the rate limits", _quota(run.quota)
    yield "For support", list(run.ids or (run.problem.ids if run.problem else ()))
    yield "Not understood and passed over", list(passed_over(run))


def _state(run: Run) -> Entries:
    entries = [("state", describe(run))]
    if run.problem is not None:
        entries.append(("problem", run.problem.title))
        if run.problem.detail:
            entries.append((f"{run.problem.speaker} said", run.problem.detail))
    entries.append(("asked", f"{run.request.deployment} · {run.request.api}"))
    if run.model:
        entries.append(("model", run.model))
    if run.fingerprint:
        entries.append(("fingerprint", run.fingerprint))
    if run.usage is not None:
        entries += _usage(run.usage)
    if run.response:
        entries.append(("stored as", run.response))
    return entries


def _usage(usage: Usage) -> Entries:
    thought = f", {usage.reasoning_tokens:,} of them thought" if usage.reasoning_tokens else ""
    cached = f", {usage.cached_tokens:,} of them cached" if usage.cached_tokens else ""
    return [
        ("prompt", f"{usage.prompt_tokens:,} tokens{cached}"),
        ("answer", f"{usage.completion_tokens:,} tokens{thought}"),
    ]


def _times(run: Run, now: float, columns: Columns) -> Entries:
    """How long the steps of the request took, and times since the prompt was sent."""
    room = columns.width - (_FIRST if columns.width >= _WIDE else _NAMES)
    entries = steps(run) + [
        (name, f"after {measured(at - run.started)}")
        for name, at in (
            ("headers", run.opened),
            ("first text", run.first_text),
            ("last text", run.last_text),
        )
        if at is not None
    ]
    entries += gaps(run, room)
    span = measured(elapsed(run, now))
    entries.append(("over", f"after {span}") if run.phase.over else ("so far", span))
    thinking = time_thinking(run, now)
    if thinking is not None and (thought(run) or not run.phase.over):
        effort = f" at effort {run.effort}" if run.effort else ""
        entries.append(("thought", f"for {measured(thinking)}{effort}"))
    return entries


def _sent(run: Run) -> Entries:
    entries = address(run) or _asked(run)
    for lesson in run.adapted:
        entries.append(("changed", changed(lesson)))
        if lesson.words:
            entries.append(("the service said", lesson.words))
    return entries


def _asked(run: Run) -> Entries:
    """What was asked, of a run of which nobody noted what was sent."""
    request = run.request
    system = [("system", said.content) for said in request.messages if said.role == "system"]
    return system + [
        (name, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
        for name, value in request.params.items()
    ]


def _verdict(found: str, *, filtered: bool) -> str:
    return ", ".join([found] * bool(found) + ["filtered"] * filtered) or "nothing found"


def _filter(run: Run) -> Entries:
    entries = [(_withdrawn_of(run, choice), withdrawn(choice)) for choice in run.choices]
    entries = [(name, words) for name, words in entries if words]
    return [*entries, *(("did not run", why) for why in run.unfiltered)]


def _withdrawn_of(run: Run, choice: Choice) -> str:
    return f"withdrawn of answer {choice.index + 1}" if len(run.choices) > 1 else "withdrawn"


def _retried(retry: Retry, run: Run) -> tuple[str, str]:
    told = retry.told
    when = f"after {measured(retry.at - run.started)}"
    if told.resumes:
        return when, f"{told.problem.title} · taken up again after {span(told.wait)}"
    waited = "asked to wait" if told.asks else "waited"
    which = "" if told.choice is None else f"answer {told.choice + 1}, "
    return when, f"{which}attempt {told.attempt}: {told.problem.title} · {waited} {span(told.wait)}"


def _quota(quota: Quota | None) -> Entries:
    if quota is None:
        return []
    return [
        (name, f"{left:,}" if limit is None else f"{left:,} of {limit:,}")
        for name, left, limit in (
            ("tokens", quota.tokens, quota.tokens_limit),
            ("requests", quota.requests, quota.requests_limit),
        )
        if left is not None
    ]


def _thoughts(run: Run, columns: Columns) -> list[Row]:
    rows: list[Row] = []
    for part in run.thoughts:
        text = sanitise(part.text).strip("\n")
        rows += [*[BLANK] * bool(rows), *prose(text, columns)] if text else []
    title = prose("What it thought, in its own summary", columns, Role.STRONG)
    return [BLANK, *title, *rows] if rows else []
