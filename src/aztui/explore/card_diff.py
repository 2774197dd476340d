"""In what two runs differ that was sent, and in who answered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from aztui.core.data import dataclass
from aztui.core.request import Json, Message
from aztui.core.run import Run
from aztui.explore.target import split

_MOST: Final = 4
"""Names in a sentence; of more only the number is told."""
_THINGS: Final = frozenset(
    {"endpoint", "api-version", "API", "deployment", "prompt", "system prompt", "earlier turns"}
)
"""What is no member of a request's body by this name, and is spoken of as in a sentence."""
_TECHNICAL: Final = frozenset({"model", "stream", "stream_options", "store", "include"})
"""Members that follow from the rest of the request, unless they alone differ."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing in which two runs differ.

    Attributes:
        name: what it is.
        here: what this run has; None for nothing.
        there: what the other one has.
        answer: whether it is about who answered, and not about what was sent.
    """

    name: str
    here: Json
    there: Json
    answer: bool = False


def differences(here: Run, there: Run) -> tuple[Difference, ...]:
    """Return in what two runs differ; what is not known of one of them is not compared."""
    sent = (*_addressed(here, there), *_said(here, there), *_members(here, there))
    return (*sent, *_answered(here, there))


def sentence(found: tuple[Difference, ...]) -> str:
    """Say in a sentence in what two runs differ."""
    sent = [_called(one.name) for one in found if not one.answer]
    answer = [one.name for one in found if one.answer]
    if not sent and not answer:
        return "Nothing differs: the same was sent."
    if not sent:
        return f"The same was sent; the {_listed(answer)} {_verb(answer)}."
    also = f"; the {_listed(answer)} too" if answer else ""
    verb = "differ" if "the earlier turns" in sent else _verb(sent)
    return f"Only {_listed(sent)} {verb}{also}."


def _called(name: str) -> str:
    return f"the {name}" if name in _THINGS else name


def _answered(here: Run, there: Run) -> Iterator[Difference]:
    for name, mine, others in (
        ("answering model", here.model, there.model),
        ("fingerprint", here.fingerprint, there.fingerprint),
    ):
        if mine and others and mine != others:
            yield Difference(name, mine, others, answer=True)


def _addressed(here: Run, there: Run) -> Iterator[Difference]:
    if here.sent is not None and there.sent is not None:
        mine, others = (
            split(run.sent.url, run.request.api) if run.sent else ("", None)
            for run in (here, there)
        )
        yield from _differing("endpoint", mine[0], others[0])
        yield from _differing("api-version", mine[1], others[1])
    yield from _differing("API", str(here.request.api), str(there.request.api))
    yield from _differing("deployment", here.request.deployment, there.request.deployment)


def _said(here: Run, there: Run) -> Iterator[Difference]:
    (mine, my_system, my_turns), (others, their_system, their_turns) = map(_spoken, (here, there))
    yield from _differing("prompt", mine, others)
    yield from _differing("system prompt", my_system, their_system)
    if my_turns != their_turns:
        yield Difference("earlier turns", _count(my_turns), _count(their_turns))


def _spoken(run: Run) -> tuple[str, str | None, list[tuple[str, str]]]:
    """The prompt, the system prompt, and the turns between them."""
    *earlier, prompt = run.request.messages
    system = [turn.content for turn in earlier if turn.role == "system"]
    return prompt.content, "\n\n".join(system) or None, list(_turns(earlier))


def _turns(messages: list[Message]) -> Iterator[tuple[str, str]]:
    return ((turn.role, turn.content) for turn in messages if turn.role != "system")


def _count(turns: list[tuple[str, str]]) -> str:
    return f"{len(turns):,} turn{'' if len(turns) == 1 else 's'}" if turns else "none"


def _members(here: Run, there: Run) -> Iterator[Difference]:
    if here.sent is not None and there.sent is not None:
        mine, others = here.sent.members, there.sent.members
    else:
        mine, others = here.request.params, there.request.params
    same_api = here.request.api is there.request.api
    for name in dict.fromkeys([*mine, *others]):
        if name != "model" and (same_api or name not in _TECHNICAL):
            yield from _differing(name, mine.get(name), others.get(name))


def _differing(name: str, here: Json, there: Json) -> Iterator[Difference]:
    if here != there:
        yield Difference(name, here, there)


def _listed(names: list[str]) -> str:
    if len(names) > _MOST:
        return f"{len(names)} things"
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last


def _verb(names: list[str]) -> str:
    return "differs" if len(names) == 1 else "differ"
