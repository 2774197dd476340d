"""What a deployment takes, as far as its own answers have taught it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from aztui.core.data import dataclass
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
        value: the value that is refused, or one that must not be in its list; None where any is.
        instead: the member that takes its value; empty where there is none.
        words: the service's own words.
    """

    param: str
    value: Json = None
    instead: str = ""
    words: str = ""

    @property
    def what(self) -> str:
        """What is refused, in a word: `temperature`, or `temperature=0.5`."""
        return self.param if self.value is None else f"{self.param}={self.value}"

    def holds(self, body: Mapping[str, Json]) -> bool:
        """Whether a request's body would be refused for it."""
        if self.param not in body:
            return False
        anyhow = self.value is None or body[self.param] == self.value
        return anyhow or self.others(body) is not None

    def others(self, body: Mapping[str, Json]) -> list[Json] | None:
        """What a body's member lists beside the value; None where it does not list the value."""
        listed = body.get(self.param)
        if self.value is None or isinstance(listed, str) or not isinstance(listed, Sequence):
            return None
        return [one for one in listed if one != self.value] if self.value in listed else None


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
        context: how many tokens it takes, prompt and answer together.
        input: how many it takes of a prompt with the turns before it, whatever the answer.
    """

    model: str = ""
    answers: bool | None = None
    refused: tuple[Refused, ...] = ()
    usage: bool | None = None
    logprobs: bool | None = None
    reasons: bool | None = None
    context: int | None = None
    input: int | None = None

    def refusing(self, lesson: Refused) -> Learnt:
        """Return this with one more refusal.

        It replaces an earlier one about the same, and any that would have the member that is now
        refused sent in place of another.
        """
        others = [
            known
            for known in self.refused
            if (known.param, known.value) != (lesson.param, lesson.value)
            and (lesson.value is not None or known.instead != lesson.param)
        ]
        return replace(self, refused=(*others, lesson))

    def answered_by(self, model: str) -> Learnt:
        """Return what is still true when `model` answers: nothing else of another model's."""
        if model == self.model or not model:
            return self
        return Learnt(model, answers=True) if self.model else replace(self, model=model)


UNKNOWN: Final = Learnt()


def one_each(request: Request, learnt: Learnt) -> bool:
    """Whether a request's answers are to be asked for one by one.

    Responses have no `n`, and some deployments refuse more than one, or than a few.

    Args:
        request: what is asked.
        learnt: what is known about its deployment.
    """
    if request.answers < 2:
        return False
    return request.api is Api.RESPONSES or any(
        lesson.param == "n"
        and (not isinstance(lesson.value, int) or lesson.value <= request.answers)
        for lesson in learnt.refused
    )


def for_one(request: Request) -> Request:
    """Return the request that asks for one of a request's answers."""
    params = {name: value for name, value in request.params.items() if name != "n"}
    return replace(request, params=params)


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
    changed, asked = dict(body), dict(own)
    applied: list[Refused] = []
    for lesson in learnt.refused:
        if not lesson.holds(changed):
            continue
        if lesson.instead and lesson.instead not in changed:
            for members in (changed, asked):
                if lesson.param in members:
                    members[lesson.instead] = members.pop(lesson.param)
        elif _asked_for(lesson, asked, changed):
            continue
        else:
            rest = lesson.others(changed)
            del changed[lesson.param]
            if rest:
                changed[lesson.param] = rest
        applied.append(lesson)
    return changed, tuple(applied)


def _asked_for(lesson: Refused, asked: Params, body: Mapping[str, Json]) -> bool:
    """Whether it is the user who asks for what is refused."""
    if lesson.others(body) is not None:
        # To what the user lists aztui may have added.
        return lesson.others(asked) is not None
    return lesson.param in asked
