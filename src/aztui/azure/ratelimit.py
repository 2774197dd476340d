"""What a response says about rate limits: what is left of them, and when to come back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC
from typing import Final

from aztui.core.quota import Quota

_NUMBER: Final = re.compile(r"\d{1,9}(\.\d{1,9})?")
_SPAN: Final = re.compile(
    r"(?:(?P<d>\d{1,4})d)?(?:(?P<h>\d{1,6})h)?(?:(?P<m>\d{1,6})m(?!s))?"
    r"(?:(?P<s>\d{1,9}(?:\.\d{1,9})?)s)?(?:(?P<ms>\d{1,9}(?:\.\d{1,9})?)ms)?"
)
_UNITS: Final = {"d": 86_400.0, "h": 3_600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
_SAID: Final = re.compile(
    r"(?:retry|try again) (?:after|in) (\d{1,9}(?:\.\d{1,9})?) ?(milliseconds?|ms|seconds?|s)\b",
    re.IGNORECASE,
)
_KINDS: Final = ("requests", "tokens")
_TOO_MANY: Final = 429


def quota(headers: Mapping[str, str]) -> Quota | None:
    """Read what is left of the limits; None where the headers say nothing.

    Args:
        headers: the response's, their names in lower case.
    """
    said = Quota(
        *_pair(headers, "tokens"),
        *_pair(headers, "requests"),
    )
    return None if said == Quota() else said


def wait(status: int, headers: Mapping[str, str], message: str, now: float) -> float | None:
    """Read how long to wait before asking again.

    `retry-after-ms` is Azure's own, `retry-after` RFC 9110's (section 10.2.3: seconds, or a
    date). Then comes what the text says, and last the time until a limit is whole again
    (`x-ratelimit-reset-…`; `x-rate-limit-reset-tokens` in Azure's answers of 2023), of those
    limits of which nothing is left, or of which that is not said.

    Args:
        status: of the response.
        headers: the response's, their names in lower case.
        message: the error's text.
        now: seconds since the epoch, for dates in responses that do not say when they were sent.

    Returns:
        Seconds, more than 0; None where there is no guidance.
    """
    asked = (
        _number(headers.get("retry-after-ms", "")) / 1000
        or _number(headers.get("retry-after", ""))
        or _until(headers.get("retry-after", ""), headers.get("date", ""), now)
        or _told(message)
        or (_reset(headers) if status == _TOO_MANY else 0.0)
    )
    return asked or None


def epoch(date: str) -> float | None:
    """Return the seconds since 1970 of a header's date; None where it is none.

    A date without a time zone is UTC's, as all of HTTP's are.
    """
    from email.utils import parsedate_to_datetime  # noqa: PLC0415 - no start should wait for it

    try:
        then = parsedate_to_datetime(date)
        return (then if then.tzinfo else then.replace(tzinfo=UTC)).timestamp()
    except (ValueError, TypeError, OverflowError):
        return None


def _pair(headers: Mapping[str, str], kind: str) -> tuple[int | None, int | None]:
    left = headers.get(f"x-ratelimit-remaining-{kind}", "").strip()
    limit = headers.get(f"x-ratelimit-limit-{kind}", "").strip()
    if limit and not _count(limit):
        # Services that send -1 or 0 for the limit send as little for what is left of it.
        return None, None
    return _count(left), _count(limit)


def _count(value: str) -> int | None:
    return int(value) if value.isascii() and value.isdigit() and len(value) <= 18 else None


def _number(value: str) -> float:
    value = value.strip()
    return float(value) if _NUMBER.fullmatch(value) else 0.0


def _until(date: str, sent: str, now: float) -> float:
    then = epoch(date)
    return 0.0 if then is None else max(0.0, then - (epoch(sent) or now))


def _told(message: str) -> float:
    said = _SAID.search(message)
    if said is None:
        return 0.0
    return float(said[1]) * (0.001 if said[2].lower().startswith("m") else 1.0)


def _reset(headers: Mapping[str, str]) -> float:
    return max(_reset_of(headers, kind) for kind in _KINDS)


def _reset_of(headers: Mapping[str, str], kind: str) -> float:
    if _count(headers.get(f"x-ratelimit-remaining-{kind}", "").strip()):
        return 0.0
    value = headers.get(f"x-ratelimit-reset-{kind}") or headers.get(f"x-rate-limit-reset-{kind}")
    return _span(value or "")


def _span(value: str) -> float:
    """Seconds of `55`, `1s`, `6m0s`, `1h30m`, `250ms`; 0 for anything else."""
    value = value.strip()
    if span := _SPAN.fullmatch(value):
        return sum(float(span[unit] or 0) * seconds for unit, seconds in _UNITS.items())
    return _number(value)
