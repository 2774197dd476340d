"""What a content filter says about a prompt or an answer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from aztui.core.data import dataclass

_SEVERITIES: Final = ("safe", "low", "medium", "high")
"""Azure's names, from harmless on."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a filter says about one category.

    Attributes:
        category: the service's name of it, such as `violence`, `jailbreak` or
            `protected_material_text`.
        filtered: whether the text was refused or withheld for it.
        severity: `safe`, `low`, `medium` or `high`; empty where the category has none.
        detected: whether something was found; None where the category has severities instead.
    """

    category: str
    filtered: bool
    severity: str = ""
    detected: bool | None = None

    @property
    def harmless(self) -> bool:
        """Whether there is nothing to tell."""
        return not self.filtered and not self.detected and self.severity in {"", "safe"}

    @property
    def _weight(self) -> tuple[bool, bool, int]:
        known = self.severity in _SEVERITIES
        return self.filtered, bool(self.detected), _SEVERITIES.index(self.severity) if known else 0


@dataclass(frozen=True, slots=True)
class Offsets:
    """The characters that a verdict of the asynchronous filter is about.

    Attributes:
        start: the first, counted from the beginning of the prompt.
        end: the first behind them, counted likewise.
    """

    start: int
    end: int


def merge(known: tuple[Verdict, ...], news: Iterable[Verdict]) -> tuple[Verdict, ...]:
    """Return the gravest verdict on each category, in the order in which they first came."""
    gravest = {verdict.category: verdict for verdict in known}
    for verdict in news:
        before = gravest.get(verdict.category)
        if before is None or verdict._weight > before._weight:  # noqa: SLF001 - it is one of us
            gravest[verdict.category] = verdict
    return tuple(gravest.values())
