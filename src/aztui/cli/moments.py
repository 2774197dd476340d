"""A moment as it is typed: a date, a date and a time, or how long ago."""

from __future__ import annotations

import re
import time
from datetime import datetime
from typing import Final

import click

MOMENTS: Final = (
    "A moment is a date (2026-11-26), a date and a time (2026-11-26T21:04), here where you are, or "
    "how long ago: 90m, 12h, 7d, 2w."
)

_AGO: Final = re.compile(r"(\d{1,6})([mhdw])")
_SECONDS: Final = {"m": 60.0, "h": 3600.0, "d": 86_400.0, "w": 604_800.0}


def moment(context: click.Context, parameter: click.Parameter, value: str | None) -> float | None:
    """Turn an option's value into seconds since 1970; None where it was not given.

    Raises:
        click.BadParameter: it is no moment.
    """
    if value is None:
        return None
    if ago := _AGO.fullmatch(value):
        return time.time() - int(ago[1]) * _SECONDS[ago[2]]
    try:
        return datetime.fromisoformat(value).timestamp()
    except (ValueError, OverflowError):
        raise click.BadParameter(f"{value!r} is no moment. {MOMENTS}", context, parameter) from None
