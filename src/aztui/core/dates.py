"""Days and times as people say them: told to a reader, and read where one types them.

All of it is in the machine's own time zone; moments are in seconds since 1970.
"""

from __future__ import annotations

import re
import time
from datetime import date, timedelta
from typing import Final, TypeAlias

Span: TypeAlias = tuple[float, float]
"""The first moment, and the one after the last."""

_MONTHS: Final = (
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
    *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)
_AGO: Final = re.compile(r"([0-9]{1,5})([hdw])")
_SECONDS: Final = {"h": 3_600, "d": 86_400, "w": 604_800}
_EARLIER: Final = {"today": 0, "yesterday": 1}
"""Days that are called by how long ago they are."""


def brief(at: float, now: float) -> str:
    """Tell a moment as shortly as it can be understood.

    `today 14:02`, `yesterday`, `12 Nov`, and `2025-11-12` in another year or the future.
    """
    then = time.localtime(at)
    days = (_day(now) - _day(at)).days
    match days:
        case 0:
            return time.strftime("today %H:%M", then)
        case 1:
            return "yesterday"
    if days > 0 and _day(now).year == then.tm_year:
        return f"{then.tm_mday} {_MONTHS[then.tm_mon - 1]}"
    return time.strftime("%Y-%m-%d", then)


def full(at: float) -> str:
    """Tell a moment with its day and its minute: `2026-11-12 14:02`."""
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(at))


def day(text: str, now: float) -> Span | None:
    """Read a day: `2026-11-12`, `today` or `yesterday`; None where it is none of these."""
    text = text.lower()
    try:
        if text in _EARLIER:
            meant = _day(now) - timedelta(_EARLIER[text])
        else:
            meant = date.fromisoformat(text)
        return _midnight(meant), _midnight(meant + timedelta(1))
    except (ValueError, OverflowError):
        return None


def ago(text: str, now: float) -> float | None:
    """Read how long ago something was: `12h`, `7d` or `2w`; None where it is none of these."""
    read = _AGO.fullmatch(text.lower())
    return now - int(read[1]) * _SECONDS[read[2]] if read else None


def midnight(now: float) -> float:
    """Return the moment at which the day of another moment began."""
    return _midnight(_day(now))


def _day(at: float) -> date:
    return date(*time.localtime(at)[:3])


def _midnight(of: date) -> float:
    # Whether that is in summer time is not for us to know.
    return time.mktime((of.year, of.month, of.day, 0, 0, 0, 0, 0, -1))
