"""What the status line says: at its left what is to be read first, at its right how things are."""

from __future__ import annotations

from typing import Final

from aztui.ui.conversation import Conversation
from aztui.ui.remarks import asks_to_wait, quota_low
from aztui.ui.widgets.rows import Piece, Role
from aztui.ui.words import progress, settings

_NARROW: Final = 32
"""Cells; with fewer there is no room for a rate."""


def news(conversation: Conversation, notice: str, said: str, below: int, new: int = 0) -> Piece:
    """Return what is to be read first; an empty text where there is nothing.

    Args:
        conversation: as it is now.
        notice: what was just said to the user; safe to show.
        said: what the log says; safe to show.
        below: how many rows of the log lie below the screen's edge.
        new: how many of them came since the user left the log's end.
    """
    if notice:
        return notice, Role.ACCENT
    latest = conversation.latest
    if latest is not None and conversation.asks:
        return asks_to_wait(latest.retries[-1].told), Role.ACCENT
    if said:
        return said, Role.ACCENT
    if below:
        count = new or below
        rows = f"{'new ' if new else ''}{'row' if count == 1 else 'rows'}"
        return f"↓ {count:,} {rows} below: ctrl+end follows", Role.ACCENT
    if latest is not None and latest.phase.over:
        return quota_low(latest), Role.DIM
    return "", Role.DIM


def state(conversation: Conversation, now: float, width: int, forecast: str = "") -> str:
    """Say how the run under way is going, or else what the next prompt takes and what goes with it.

    Args:
        conversation: as it is now.
        now: seconds on the monotonic clock.
        width: of the screen, in cells.
        forecast: what the next prompt is expected to take; safe to show.
    """
    run = conversation.live
    if run is not None:
        return progress(run, now, brief=width < _NARROW)
    kept = settings(conversation.params, conversation.profile, conversation.system)
    return " · ".join(part for part in (forecast, kept) if part)
