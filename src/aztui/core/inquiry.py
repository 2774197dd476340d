"""What is typed to find something in the history: words, and filters such as `outcome:failed`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from itertools import takewhile
from typing import Final

from aztui.core.data import dataclass
from aztui.core.dates import ago, day
from aztui.core.history import ALL, Wanted
from aztui.core.run import Phase

OUTCOMES: Final = tuple(phase.value for phase in Phase if phase.over)
"""How a run can have ended."""

_SINCE: Final = "2026-11-12, today, 12h, 7d, 2w"
FILTERS: Final[Mapping[str, str]] = {
    "outcome": ", ".join(OUTCOMES),
    "deployment": "a deployment's name",
    "profile": "a profile's name",
    "since": _SINCE,
    "until": _SINCE,
    "on": "2026-11-12, today, yesterday",
}
"""The filters, and what each takes."""

_VALUES: Final[Mapping[str, Collection[str]]] = {
    "outcome": OUTCOMES,
    **dict.fromkeys(("since", "until", "on"), ("today", "yesterday")),
}
"""The values of filters that are always known."""
_MOST: Final = 20
"""Characters of a value that are told."""


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What was typed, as it is understood.

    Attributes:
        words: all of them have to be found.
        wanted: what the filters say.
        faults: what is wrong with filters that make no sense, in sentences; they are left out.
    """

    words: tuple[str, ...] = ()
    wanted: Wanted = ALL
    faults: tuple[str, ...] = ()


def read(text: str, now: float) -> Inquiry:
    """Understand what was typed; of a filter that is there twice, the last one counts.

    Args:
        text: it.
        now: in seconds since 1970.
    """
    words: list[str] = []
    faults: list[str] = []
    wanted = ALL
    for part in text.split():
        name, value = _filter(part)
        narrowed = _narrowed(wanted, name, value, now)
        if not name:
            words.append(part)
        elif narrowed is None:
            faults.append(f"{name}:{_short(value)} is left out: it takes {FILTERS[name]}")
        else:
            wanted = narrowed
    return Inquiry(tuple(words), wanted, tuple(faults))


def takes(name: str) -> str:
    """Say what a filter takes."""
    return f"{name}: takes {FILTERS[name]}"


def filter_of(word: str) -> str:
    """Return the name of the filter that a word is; nothing for any other word."""
    return _filter(word)[0]


def offers(word: str, known: Mapping[str, Collection[str]]) -> list[str]:
    """Return what a word may become: filters with their values, or names of filters.

    Args:
        word: how it begins.
        known: values of filters, besides those that are always known.
    """
    begun = word.lower()
    name, value = _filter(word)
    if not name:
        return [f"{each}:" for each in FILTERS if each.startswith(begun)]
    values = {**_VALUES, **known}.get(name, ())
    # One with a blank in it could not be typed.
    whole = [each for each in values if len(each.split()) == 1]
    return [f"{name}:{each}" for each in whole if each.lower().startswith(value.lower())]


def unfinished(word: str, offered: Sequence[str]) -> bool:
    """Whether a word is a filter whose value is only begun, going by what it may become."""
    begun = word.lower()
    return bool(filter_of(word)) and bool(offered) and begun not in map(str.lower, offered)


def completed(word: str, offered: Sequence[str]) -> str:
    """Return a word with what all that it may become have in common, and a blank behind a value."""
    if len(offered) == 1:
        return offered[0] if offered[0].endswith(":") else f"{offered[0]} "
    return max(word, _common(offered), key=len)


def _common(texts: Sequence[str]) -> str:
    """What all texts begin with: what the first and the last in their order do."""
    pairs = zip(min(texts, default=""), max(texts, default=""), strict=False)
    return "".join(one for one, _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _short(value: str) -> str:
    return value if len(value) <= _MOST else f"{value[:_MOST]}…"


def _filter(word: str) -> tuple[str, str]:
    """The name and the value of a filter; two times nothing for any other word."""
    name, colon, value = word.partition(":")
    return (name.lower(), value) if colon and name.lower() in FILTERS else ("", "")


def _narrowed(wanted: Wanted, name: str, value: str, now: float) -> Wanted | None:
    """What is wanted with one more filter; None where its value makes no sense."""
    match name:
        case "profile":
            return replace(wanted, profile=value) if value else None
        case "deployment":
            return replace(wanted, deployment=value) if value else None
        case "outcome":
            outcome = value.lower()
            return replace(wanted, outcome=outcome) if outcome in OUTCOMES else None
    meant, moment = day(value, now), ago(value, now)
    if meant is None and (moment is None or name == "on"):
        return None
    first, end = meant or (moment, moment)
    match name:
        case "since":
            return replace(wanted, since=first)
        case "until":
            return replace(wanted, until=end)
        case _:
            return replace(wanted, since=first, until=end)
