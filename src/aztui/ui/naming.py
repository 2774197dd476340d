"""What an answer is called where it stands among others; all of it safe to show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from rich.cells import cell_len

from aztui.core.outcome import describe
from aztui.core.run import Phase
from aztui.explore.answers import differences
from aztui.explore.candidates import Candidate
from aztui.terminal.sanitise import sanitise_line
from aztui.ui.titles import title
from aztui.ui.widgets.rows import Piece, Role, cut

_LEAST: Final = 8
"""Cells that are worth something to a text that is cut."""
_AROUND: Final = len("   ·    ")
"""Cells between the parts of a bar, and at its edges."""


def place(candidate: Candidate) -> str:
    """Say which of the answers beside it one is; empty where it is the only one."""
    parts = [f"{candidate.place}/{candidate.runs}"] if candidate.runs > 1 else []
    if not candidate.alone:
        parts.append(f"answer {candidate.choice.index + 1}")
    return " · ".join(parts)


def described(
    candidate: Candidate, among: Sequence[Candidate], *, marked: bool = False
) -> tuple[str, ...]:
    """Say what an answer is, the most important first.

    Args:
        candidate: the answer.
        among: those it is shown with; what all of them were asked, and with which parameters, is
            left out.
        marked: whether the user has marked it.
    """
    run = candidate.run
    deployment = run.request.deployment
    differing = differences([one.run for one in among])[run.id]
    parts = [
        place(candidate),
        "marked" if marked else "",
        "" if shared_prompt(among) else title(run),
        sanitise_line(deployment),
        "" if run.phase in {Phase.DONE, Phase.LIMIT} else sanitise_line(describe(run)),
        *(sanitise_line(setting) for setting in differing if setting != deployment),
    ]
    return tuple(part for part in parts if part)


def shared_prompt(among: Iterable[Candidate]) -> str:
    """Return what all of some answers were asked, in a line; empty where that is not the same."""
    titles = {title(candidate.run) for candidate in among}
    return titles.pop() if len(titles) == 1 else ""


def heading(page: str, about: str, figure: str, width: int) -> list[Piece]:
    """Return what stands at the left of a page's header, cut so that the figure fits beside it.

    Args:
        page: what the page is.
        about: what it is about.
        figure: what is to stand at the right.
        width: of the header, in cells.
    """
    room = width - _AROUND - cell_len(page) - cell_len(figure)
    pieces: list[Piece] = [(page, Role.ACCENT)]
    return [*pieces, (cut(about, room), Role.TEXT)] if about and room >= _LEAST else pieces
