"""What a deployment takes, as far as its own answers have taught it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from aztui.core.request import Api, Json, Params, Request, effort


@dataclass(frozen=True, slots=True)
class Subject:
    """What lessons are about: they hold for one of these and no other.

    Attributes:
        endpoint: the endpoint's URL.
        deployment: the deployment's name.
        api: the API it was asked through.
        effort: the reasoning effort that was asked for; empty where none was. Some models take
            `temperature` and `logprobs` at the effort `none` only.
    """

    endpoint: str
    deployment: str
    api: Api
    effort: str = ""

    @classmethod
    def of(cls, endpoint: str, request: Request) -> Subject:
        """What a request to an endpoint is about."""
        return cls(endpoint, request.deployment, request.api, effort(request.api, request.params))


@dataclass(frozen=True, slots=True)
class Refused:
    """A member of the request's body that the deployment does not take.

    Attributes:
        param: its name.
        value: the value that is refused; None where any is.
        instead: the member that takes its value; empty where there is none.
        words: the service's own words.
    """

    param: str
    value: Json = None
    instead: str = ""
    words: str = ""

    def holds(self, body: Mapping[str, Json]) -> bool:
        """Whether a request's body would be refused for it."""
        return self.param in body and (self.value is None or body[self.param] == self.value)


@dataclass(frozen=True, slots=True)
class Learnt:
    """What is known about a subject; None where nothing is.

    Attributes:
        model: the model that answered last, in the service's words; empty where none did.
        answers: whether the deployment answers through this API at all.
        refused: members that it does not take.
        usage: whether it tells what an answer cost.
        logprobs: whether logprobs come where they are asked for.
        reasons: whether its model thinks before it answers.
    """

    model: str = ""
    answers: bool | None = None
    refused: tuple[Refused, ...] = ()
    usage: bool | None = None
    logprobs: bool | None = None
    reasons: bool | None = None

    def refusing(self, lesson: Refused) -> Learnt:
        """Return this with one more refusal; a later one about the same replaces an earlier."""
        others = [r for r in self.refused if (r.param, r.value) != (lesson.param, lesson.value)]
        return replace(self, refused=(*others, lesson))

    def answered_by(self, model: str) -> Learnt:
        """Return what is still true when `model` answers: nothing else of another model's."""
        if model == self.model or not model:
            return self
        return Learnt(model, answers=True) if self.model else replace(self, model=model)


UNKNOWN: Final = Learnt()


def adapted(
    body: Mapping[str, Json], own: Params, learnt: Learnt
) -> tuple[Mapping[str, Json], tuple[Refused, ...]]:
    """Change a request's body into one that the deployment is known to take.

    A member that has another name is renamed. One that has none is left out where aztui itself
    put it there; what the user asks for is sent all the same, since without it the answer would
    be to another question.

    Args:
        body: the members of the request's body.
        own: those among them that the user asked for.
        learnt: what is known.

    Returns:
        The body to send, and the lessons that changed it.
    """
    changed = dict(body)
    applied: list[Refused] = []
    for lesson in learnt.refused:
        if not lesson.holds(changed):
            continue
        if lesson.instead and lesson.instead not in changed:
            changed[lesson.instead] = changed.pop(lesson.param)
        elif lesson.param not in own:
            del changed[lesson.param]
        else:
            continue
        applied.append(lesson)
    return changed, tuple(applied)
