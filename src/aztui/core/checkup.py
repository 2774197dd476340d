"""A checkup: what is looked at, in which order, and which failure makes which look senseless."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum
from itertools import groupby
from types import MappingProxyType
from typing import Final, Protocol, TypeAlias

from aztui.core.data import dataclass
from aztui.core.problem import Problem, crash
from aztui.core.request import Api


class State(StrEnum):
    """What became of a check."""

    PASS = "pass"  # noqa: S105 - no password
    """All is well."""
    WARN = "warn"
    """It works, but something about it may not be what the user wants."""
    FAIL = "fail"
    """It does not work."""
    SKIP = "skip"
    """Not looked at, or of no matter here."""


@dataclass(frozen=True, slots=True)
class Check:
    """One line of a checkup.

    Attributes:
        name: what was looked at, a key of `NEEDS`.
        state: what became of it.
        says: what was found, one sentence without a full stop.
        fix: what to do next; may be empty.
        detail: more about it, a few lines; may be empty.
        stopped_by: the check whose failure made this one senseless; empty where it was looked at.
    """

    name: str
    state: State
    says: str
    fix: str = ""
    detail: str = ""
    stopped_by: str = ""


Look: TypeAlias = Callable[[], Check]
"""Looks at one thing; may block for a few seconds."""

PAID: Final = tuple(Api)
"""The checks that cost money: whether the deployment answers through each API."""

NEEDS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "settings": (),
        "trust": (),
        "forget": ("settings",),
        ".env": (),
        "folders": (),
        "terminal": (),
        "locale": (),
        "tmux": (),
        "endpoint": ("settings",),
        "proxy": ("endpoint",),
        "dns": ("proxy",),
        "tcp": ("dns",),
        "tls": ("tcp",),
        "clock": ("tls",),
        "credential": ("tls",),
        "api-version": ("credential",),
        "deployment": ("api-version",),
        "api": ("deployment",),
        **dict.fromkeys(PAID, ("deployment",)),
        "learnt": ("settings",),
    }
)
"""Every check in its order, and the checks without which it says nothing."""

THE_REST: Final = "the rest"
"""The name of checks that `folded` has put together."""


class Checkup(Protocol):
    """A profile's checkup. What it sends for money is a half of its own."""

    def free(self) -> Iterator[Check]:
        """Look at all that costs nothing, one check after the other."""

    @property
    def question(self) -> str:
        """What the other half would send, to be agreed to; empty where that is not needed."""

    def paid(self) -> Iterator[Check]:
        """Look at what costs money. Call it after `free` and when the user has agreed."""

    def unpaid(self, why: str) -> Iterator[Check]:
        """Pass over what costs money; `why` is a sentence without a full stop."""

    def stop(self) -> None:
        """Send nothing more; from any thread."""


def examine(looks: Mapping[str, Look], before: Iterable[Check] = ()) -> Iterator[Check]:
    """Look at one thing after another; what a failure makes senseless is passed over.

    Args:
        looks: by name, in their order.
        before: the checks that were made already.
    """
    done = {check.name: check for check in before}
    for name, look in looks.items():
        stopper = _stopper(name, done)
        done[name] = _stopped(name, stopper) if stopper else _looked(name, look)
        yield done[name]


def failure(name: str, problem: Problem) -> Check:
    """Return the check that failed of a problem."""
    status = "" if problem.status is None else f" ({problem.status})"
    said = [f"{problem.speaker}: {problem.detail}"] if problem.detail else []
    said += [f"Asked: {problem.asked}"] if problem.asked else []
    said += [", ".join(f"{key} {value}" for key, value in problem.ids)] if problem.ids else []
    # Problems speak to whoever has sent a prompt.
    fix = problem.fix.replace("Send the prompt", "Try").replace("send the prompt", "try")
    return Check(name, State.FAIL, problem.title + status, fix, "\n".join(said))


def failed(checks: Iterable[Check]) -> bool:
    """Whether a check failed."""
    return any(check.state is State.FAIL for check in checks)


def summary(checks: Iterable[Check]) -> str:
    """Say in a sentence which checks failed."""
    names = [check.name for check in checks if check.state is State.FAIL]
    if not names:
        return "No check failed."
    below = "it" if len(names) == 1 else "them"
    return f"{', '.join(names)} failed: what to do stands below {below}."


def folded(checks: Iterable[Check]) -> Iterator[Check]:
    """Put checks that one failure stopped, and that follow one another, into one; for people."""
    for stopper, same in groupby(checks, key=lambda check: check.stopped_by):
        if not stopper:
            yield from same
            continue
        first, *others = same
        if not others:
            yield first
            continue
        names = ", ".join(check.name for check in (first, *others))
        says = f"not checked, since {stopper} failed: {names}"
        yield Check(THE_REST, State.SKIP, says, stopped_by=stopper)


def _stopper(name: str, done: Mapping[str, Check]) -> str:
    for need in NEEDS[name]:
        check = done.get(need)
        if check is not None and (check.stopped_by or check.state is State.FAIL):
            return check.stopped_by or check.name
    return ""


def _stopped(name: str, stopper: str) -> Check:
    return Check(name, State.SKIP, f"not checked, since {stopper} failed", stopped_by=stopper)


def _looked(name: str, look: Look) -> Check:
    try:
        return look()
    except Exception as error:  # noqa: BLE001 - a fault in one check must not hide the others
        return Check(name, State.FAIL, "could not be checked", detail=crash(error))
