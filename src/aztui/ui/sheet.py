"""The parameters of a session, as rows that the user changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from aztui.core.data import dataclass
from aztui.core.lessons import Learnt, Refused, Subject
from aztui.core.options import check_background, default_of, told, value_of, with_value
from aztui.core.parameters import Parameter, parameters
from aztui.core.profile import Profile
from aztui.core.request import TRAITS, Json, Params, RequestError, effort
from aztui.core.values import Anything, Prose

SYSTEM: Final = Parameter(
    "system",
    frozenset(api for api in TRAITS if TRAITS[api].system),
    Prose(),
    "what the model is told first",
    "system",
)
"""The system prompt: no member of the body, but set like one."""

Recall = Callable[[Subject], Learnt]
"""Says what is known about what a deployment takes."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One row.

    Attributes:
        parameter: what it is about.
        value: what it is set to, as text; empty where it is not set.
        otherwise: what holds where it is not set.
        refused: why the deployment does not take it, in a sentence; empty where it does, or
            where nothing is known.
        mark: the same in few words.
        fails: whether a request will be refused for it.
    """

    parameter: Parameter
    value: str
    otherwise: str
    refused: str = ""
    mark: str = ""
    fails: bool = False


class Sheet:
    """What a session sends besides its prompts, for one profile.

    Attributes:
        profile: who is asked.
        params: the parameters that are set.
        system: the system prompt; None for none.
    """

    def __init__(
        self, profile: Profile, params: Params, system: str | None, recall: Recall
    ) -> None:
        """Begin with what is set.

        Args:
            profile: who is asked.
            params: the parameters that are set.
            system: the system prompt.
            recall: says what the deployment is known to refuse.
        """
        self.profile = profile
        self.params = told(profile, params)
        self.system = system
        self._recall = recall
        self._rows = _rows(profile, self.params)
        self._learnt = self._known()

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Every row, from the top."""
        return tuple(self._entry(parameter) for parameter in self._rows)

    @property
    def count(self) -> int:
        """How many of them are set."""
        return sum(bool(entry.value) for entry in self.entries)

    def fault(self, index: int, text: str) -> str:
        """Say what is wrong with a text for a row; nothing where it would do."""
        try:
            self._with(index, text)
        except RequestError as error:
            return str(error)
        return ""

    def enter(self, index: int, text: str) -> None:
        """Set a row to what a text means; a blank one takes it back to its default.

        Raises:
            RequestError: the row does not take it.
        """
        self.params, self.system = self._with(index, text)
        self._learnt = self._known()

    def step(self, index: int, by: int) -> bool:
        """Move a row on among its values; False where they are not few."""
        parameter = self._rows[index]
        steps = self._steps(parameter)
        if not steps:
            return False
        now = self._value(parameter)
        at = steps.index(now) if now in steps else -1
        self._put(index, steps[(at + by) % len(steps)])
        return True

    def jump(self, index: int, letter: str) -> bool:
        """Set a row to the next of its values that begins with a letter; False for none."""
        parameter = self._rows[index]
        steps = self._steps(parameter)
        at = steps.index(self._value(parameter)) if steps else 0
        for step in (*steps[at + 1 :], *steps[: at + 1]):
            if step is not None and parameter.kind.write(step).startswith(letter.lower()):
                self._put(index, step)
                return True
        return False

    def _put(self, index: int, value: Json) -> None:
        parameter = self._rows[index]
        is_default = value is None or value == parameter.default
        self.enter(index, "" if is_default else parameter.kind.write(value))

    def _steps(self, parameter: Parameter) -> tuple[Json, ...]:
        steps = parameter.kind.steps
        return (None, *steps) if steps and parameter.default is None else steps

    def _value(self, parameter: Parameter) -> Json:
        value = self.system if parameter is SYSTEM else value_of(self.params, parameter)
        return parameter.default if value is None else value

    def _with(self, index: int, text: str) -> tuple[Params, str | None]:
        parameter = self._rows[index]
        if parameter is SYSTEM:
            return self.params, text if text.strip() else None
        try:
            value = parameter.kind.read(text) if text.strip() else None
        except RecursionError:
            raise RequestError(f"The value of {parameter.name} is nested too deeply.") from None
        if isinstance(parameter.kind, Anything):
            others = {name: v for name, v in self.params.items() if name != parameter.name}
            return others if value is None else {**others, parameter.name: value}, self.system
        changed = with_value(self.profile.api, self.params, parameter.name, value)
        check_background(self.profile.api, changed)
        return told(self.profile, changed), self.system

    def _entry(self, parameter: Parameter) -> Entry:
        value = self.system if parameter is SYSTEM else value_of(self.params, parameter)
        write = parameter.kind.write
        default = default_of(self.params, parameter)
        lesson = self._refusal(parameter, value)
        entry = Entry(
            parameter,
            "" if value is None else write(value),
            parameter.unset if default is None else write(default),
        )
        if lesson is None:
            return entry
        if lesson.param == "n":
            return replace(entry, refused=_apart(self.profile.deployment), mark="a request each")
        return replace(
            entry,
            refused=_why(self.profile.deployment, lesson),
            mark=f"sent as {lesson.instead}" if lesson.instead else "refused here",
            fails=value is not None and not lesson.instead,
        )

    def _refusal(self, parameter: Parameter, value: Json) -> Refused | None:
        names = {parameter.name, parameter.path[0]}
        for lesson in self._learnt.refused:
            if lesson.param in names and lesson.value in {None, value}:
                return lesson
        return None

    def _known(self) -> Learnt:
        profile = self.profile
        asked = effort(profile.api, self.params)
        return self._recall(Subject(profile.endpoint.url, profile.deployment, profile.api, asked))


def _rows(profile: Profile, params: Params) -> tuple[Parameter, ...]:
    """What the API takes, then what else is set, which the server may know."""
    known = parameters(profile.api)
    first = (SYSTEM,) if profile.api in SYSTEM.apis else ()
    members = {parameter.path[0] for parameter in known}
    other = [
        Parameter(name, frozenset({profile.api}), Anything(), "a parameter of your own", name)
        for name in params
        if name not in members
    ]
    return (*first, *known, *other)


def _apart(deployment: str) -> str:
    return f"{deployment} does not give so many answers a request: aztui makes a request for each."


def _why(deployment: str, lesson: Refused) -> str:
    what = "this" if lesson.value is None else f"the value {lesson.value}"
    said = f": {lesson.words}" if lesson.words else "."
    instead = f" It is sent as {lesson.instead}." if lesson.instead else ""
    return f"{deployment} does not take {what}{said}{instead}"
