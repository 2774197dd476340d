"""What stands between a prompt and its answer: what the run waits for, what was thought."""

from __future__ import annotations

from rich.cells import cell_len

from aztui.core.events import Retrying, SignIn
from aztui.core.run import Phase, Run
from aztui.terminal.sanitise import sanitise, sanitise_line
from aztui.ui.remarks import asks_to_wait, headline, thought
from aztui.ui.widgets.prose import prose
from aztui.ui.widgets.rows import BLANK, Columns, Role, Row, cut
from aztui.ui.words import again, thinking


def opening(run: Run, now: float, columns: Columns) -> list[Row]:
    """Return the rows above a run's answers, a blank one first; none where nothing is to be said.

    Args:
        run: it, under way or over.
        now: seconds on the monotonic clock.
        columns: where text stands.
    """
    rows = _said(run, now, columns)
    return [BLANK, *rows] if rows else []


def _said(run: Run, now: float, columns: Columns) -> list[Row]:
    match run.phase:
        # Above text that has come nothing moves: the status line says so.
        case Phase.RETRYING if run.first_text is None:
            return _retrying(run, now, columns)
        case Phase.WAITING | Phase.THINKING if run.sign_in is not None:
            return _sign_in(run.sign_in, columns)
        case Phase.THINKING:
            return _thinking(run, now, columns)
        case _:
            return prose(thought(run), columns, Role.DIM)


def _thinking(run: Run, now: float, columns: Columns) -> list[Row]:
    rows = prose(thinking(run, now), columns, Role.DIM)
    heading = cut(headline(run.thoughts), columns.width)
    return [*rows, *prose(heading, columns, Role.DIM)]


def _retrying(run: Run, now: float, columns: Columns) -> list[Row]:
    told = run.retries[-1].told
    if told.asks:
        return [*prose(asks_to_wait(told), columns, Role.STRONG), *_why(told, columns)]
    return [*prose(again(run, now), columns, Role.TEXT), *_why(told, columns, "esc stops")]


def _why(told: Retrying, columns: Columns, then: str = "") -> list[Row]:
    said = [sanitise(told.problem.title), *[then] * bool(then)]
    return prose(" · ".join(said), columns, Role.DIM)


def _sign_in(sign_in: SignIn, columns: Columns) -> list[Row]:
    """Say where to sign in and with which code; both are typed on another machine, so whole."""
    return [
        *prose("Sign in to go on. Open this page on any machine:", columns, Role.TEXT),
        *prose(sanitise(sign_in.url), columns, Role.ACCENT),
        *_labelled("and type the code ", sanitise_line(sign_in.code), columns),
    ]


def _labelled(label: str, text: str, columns: Columns) -> list[Row]:
    if cell_len(label) + cell_len(text) > columns.width:
        return [*prose(label, columns, Role.TEXT), *prose(text, columns, Role.STRONG)]
    return [((" " * columns.indent, Role.TEXT), (label, Role.TEXT), (text, Role.STRONG))]
