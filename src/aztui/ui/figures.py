"""Figures in words and rows: of the next prompt, of an answer, of the session and of the day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, TypeAlias

from rich.cells import cell_len

from aztui.core.cost import Price, Service, Spent, Terms
from aztui.core.data import dataclass
from aztui.core.events import Usage
from aztui.core.metrics import completion_tokens, elapsed, time_to_first_text
from aztui.core.run import Run
from aztui.core.window import Load, Window
from aztui.explore.figures import Known, Total, by_deployment, tokens_a_second, total
from aztui.explore.likelihood import mean
from aztui.terminal.sanitise import sanitise, sanitise_line
from aztui.ui.lens import mean_in_words
from aztui.ui.status import Forecast
from aztui.ui.widgets.prose import prose, table
from aztui.ui.widgets.rows import BLANK, Columns, Role, Row, cut
from aztui.ui.words import cost, measured

_NEAR: Final = 0.8
"""The part of a context from which on it is told how large that is."""
_FIRST: Final = 16
"""Cells for the names of an answer's figures."""
_WIDE: Final = 60
"""Cells of text from which on totals stand in columns."""
_NO_ROOM: Final = "too little left for the answer"
_COLUMNS: Final = ("runs", "in", "out", "cost")
_WIDTHS: Final = (7, 12, 12, 13)
_LEFT_OUT: Final = "*"
"""Beside a cost in which not all runs are."""

_Entries: TypeAlias = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer whose figures are told.

    Attributes:
        run: its run.
        service: who was asked.
        window: how much that is known to take.
    """

    run: Run
    service: Service
    window: Window


@dataclass(frozen=True, slots=True)
class Sheet:
    """What there is to tell.

    Attributes:
        answered: the answer in view; None where there is none.
        session: what the session has taken, by who was asked.
        known: returns what a service asks for tokens.
        source: where list prices are from; may be empty.
        today: what the day has taken; None where that is not known.
        remark: why it is not, in a sentence; may be empty.
    """

    answered: Answered | None
    session: tuple[Spent, ...]
    known: Known
    source: str = ""
    today: tuple[Spent, ...] | None = None
    remark: str = ""


def forecast(load: Load, terms: Terms, *, listed: bool, requests: int) -> Forecast:
    """Say what a prompt is expected to take, and warn where that is more than there is room for.

    Args:
        load: how much it takes.
        terms: what its tokens cost.
        listed: whether how much the model takes is only known from a list.
        requests: how often it is sent.
    """
    price = "" if terms.price is None else cost(terms.price.of(Usage(load.sent * requests, 0)))
    most = "" if load.most is None else f" of {'~' if listed else ''}{load.most:,}"
    times = f"{requests} requests of " if requests > 1 else ""
    tokens = f"{times}~{load.sent:,}{most} {_unit(load.sent)}"
    if load.over():
        why = "too long" if load.most is not None and load.sent > load.most else _NO_ROOM
        brief = f"! {tokens}"
        return Forecast(" · ".join(filter(None, (f"{brief}: {why}", price))), brief, warns=True)
    if load.most is None or load.total() < _NEAR * load.most:
        tokens = f"{times}~{load.sent:,} {_unit(load.sent)}"
    return Forecast(" · ".join(filter(None, (tokens, price))), tokens)


def figures_page(sheet: Sheet, width: int) -> list[Row]:
    """Return all figures, in rows for a width in cells."""
    columns = Columns.of(width)
    rows = _answer(sheet, columns)
    rows += _totals(sheet, columns)
    for remark in _remarks(sheet):
        rows += [BLANK, *prose(remark, columns, Role.DIM)]
    return rows


def _answer(sheet: Sheet, columns: Columns) -> list[Row]:
    if sheet.answered is None:
        return prose("Nothing has been asked in this session yet.", columns)
    answered = sheet.answered
    prompt = " ".join(sanitise(answered.run.request.prompt).split())
    entries = [
        (name, sanitise(words))
        for name, words in (
            *_taken(answered, sheet.known),
            *_pace(answered.run),
            *_sureness(answered.run),
        )
    ]
    return [
        (columns.mark(), (cut(prompt, columns.width), Role.STRONG)),
        BLANK,
        *prose("This answer", columns, Role.STRONG),
        *table(entries, columns, first=_FIRST if columns.width >= _WIDE else 0, role=Role.DIM),
    ]


def _taken(answered: Answered, known: Known) -> _Entries:
    run, usage = answered.run, answered.run.usage
    if usage is None:
        count, _ = completion_tokens(run)
        about = f"~{count:,} {_unit(count)}, by its length" if count else "nothing has come"
        return [("out", about + ("; the service has not told" if run.phase.over else ""))]
    cached = f", {usage.cached_tokens:,} of them cached" if usage.cached_tokens else ""
    thought = f", {usage.reasoning_tokens:,} of them thought" if usage.reasoning_tokens else ""
    terms = known(answered.service)
    return [
        ("in", f"{usage.prompt_tokens:,} {_unit(usage.prompt_tokens)}{cached}"),
        ("out", f"{usage.completion_tokens:,} {_unit(usage.completion_tokens)}{thought}"),
        *_cost(usage, terms, answered.service),
        *_context(usage, answered.window, terms),
    ]


def _cost(usage: Usage, terms: Terms | None, service: Service) -> _Entries:
    if terms is None:
        return []
    if terms.price is None:
        return [("cost", f"unknown: there is no list price for {service.called}")]
    whose = "your own" if terms.own else "listed"
    return [
        ("cost", cost(terms.price.of(usage))),
        ("price", f"{_rates(terms.price)} a million ({whose})"),
    ]


def _rates(price: Price) -> str:
    cached = "" if price.cached is None else f", {_dollars(price.cached)} cached"
    return f"{_dollars(price.input)} in{cached}, {_dollars(price.output)} out"


def _dollars(amount: float) -> str:
    """Return a price with its cents, and what there is of smaller parts."""
    whole, _, cents = f"{amount:,.4f}".partition(".")
    return f"${whole}.{cents.rstrip('0'):0<2}"


def _context(usage: Usage, window: Window, terms: Terms | None) -> _Entries:
    """Say how full the context was when the answer was there."""
    listed = not window.known and terms is not None
    context = terms.context if listed and terms is not None else window.context
    used = usage.prompt_tokens
    if context is not None:
        used += usage.completion_tokens
    most = context or window.input
    if most is None:
        return []
    part = f"{used / most * 100:.0f}" if used * 100 >= most else "less than 1"
    mark = "~" if listed else ""
    return [("context", f"{used:,} of {mark}{most:,} tokens, {part} %")]


def _pace(run: Run) -> _Entries:
    first, rate = time_to_first_text(run), tokens_a_second(run)
    entries = [] if first is None else [("first text", f"after {measured(first)}")]
    if rate is not None:
        entries.append(("speed", f"{rate:,.0f} tokens a second from then on"))
    if run.phase.over:
        entries.append(("over", f"after {measured(elapsed(run, run.started))}"))
    return entries


def _sureness(run: Run) -> _Entries:
    """Say how surprising the tokens were that the model chose."""
    several = len(run.choices) > 1
    entries: _Entries = []
    for choice in run.choices:
        found = mean(choice.tokens.logprobs())
        if found is not None:
            name = f"answer {choice.index + 1}" if several else "surprisal"
            said = mean_in_words(found)
            over = "" if found.tokens == 1 else f", over {found.tokens:,} tokens"
            entries.append((name, said + over))
    return entries


def _totals(sheet: Sheet, columns: Columns) -> list[Row]:
    lines = list(_lines(sheet))
    if not lines:
        return []
    title = prose("Totals", columns, Role.STRONG)
    if columns.width < _WIDE:
        entries = [(name, _in_a_line(sums)) for name, sums in lines]
        return [BLANK, *title, *table(entries, columns, role=Role.DIM)]
    marked = any(map(_partial, (sums for _, sums in lines)))
    first = columns.width - sum(_WIDTHS) - (len(_LEFT_OUT) + 1 if marked else 0)
    gutter = (" " * columns.indent, Role.TEXT)
    head = "".join(f"{name:>{width}}" for name, width in zip(_COLUMNS, _WIDTHS, strict=True))
    rows: list[Row] = [BLANK, (gutter, (f"{'Totals':<{first}}", Role.STRONG), (head, Role.DIM))]
    for called, sums in lines:
        shown = cut(called, first - 1)
        cells = "".join(
            f"{cell:>{width}}" for cell, width in zip(_cells(sums), _WIDTHS, strict=True)
        )
        name = (shown + " " * (first - cell_len(shown)), Role.DIM)
        rows.append((gutter, name, (cells + _mark(sums), Role.TEXT)))
    return rows


def _lines(sheet: Sheet) -> Iterator[tuple[str, Total]]:
    parts = (("this session", sheet.session), ("today", sheet.today or ()))
    for name, spent in parts:
        if not spent:
            continue
        yield name, total(spent, sheet.known)
        groups = by_deployment(spent)
        if len(groups) > 1:
            for deployment, its in groups:
                yield f"  {sanitise_line(deployment)}", total(its, sheet.known)


def _cells(sums: Total) -> Sequence[str]:
    usage = sums.usage
    return (
        f"{sums.runs:,}",
        f"{usage.prompt_tokens:,}",
        f"{usage.completion_tokens:,}",
        "" if sums.cost is None else cost(sums.cost),
    )


def _in_a_line(sums: Total) -> str:
    runs, taken, given, amount = _cells(sums)
    unit = "run" if sums.runs == 1 else "runs"
    parts = (f"{runs} {unit}", f"{taken} in", f"{given} out", amount + _mark(sums))
    return " · ".join(filter(None, parts))


def _partial(sums: Total) -> bool:
    """Whether a cost is told in which not all runs are."""
    return sums.cost is not None and sums.left_out > 0


def _mark(sums: Total) -> str:
    return f" {_LEFT_OUT}" if _partial(sums) else ""


def _remarks(sheet: Sheet) -> Iterator[str]:
    sums = [one for _, one in _lines(sheet)]
    if any(map(_partial, sums)):
        yield f"{_LEFT_OUT} without runs whose price is unknown, or of which no tokens were told."
    if sheet.remark:
        yield sanitise(sheet.remark)
    if any(one.cost is not None for one in sums):
        prices = f" List prices: {sheet.source}." if sheet.source else ""
        yield (
            "Costs are estimates: regions, kinds of deployment and contracts have other prices."
            f"{prices} Your own go into config.toml."
        )


def _unit(tokens: int) -> str:
    return "token" if tokens == 1 else "tokens"
