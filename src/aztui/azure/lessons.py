"""What refusals and answers teach about a deployment: one table of rules. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Final, TypeAlias

from aztui.azure.advice import instead, other_api, window
from aztui.azure.decode.wire_error import WireError
from aztui.core.body import LOGPROBS, THOUGHTS
from aztui.core.data import dataclass
from aztui.core.events import (
    Answering,
    Event,
    FinishReason,
    ReasoningDelta,
    ReasoningItem,
    TextDelta,
    Thinking,
    Tokens,
    Usage,
)
from aztui.core.lessons import Learnt, Refused
from aztui.core.request import RESERVED, Api, Json

Body: TypeAlias = Mapping[str, Json]
_Members: TypeAlias = Iterator[tuple[str, Json]]
"""Members of a body, each with the value that is refused; None where any is."""

_LONGEST_VALUE: Final = 200
"""Characters of JSON; longer values are not kept."""
_LONGEST_WORDS: Final = 300
_LOGPROBS: Final = ("logprobs", "top_logprobs")
_BEGINNINGS: Final = (TextDelta, ReasoningDelta, ReasoningItem, FinishReason)
_NAME: Final = re.compile(r"[A-Za-z_]\w{0,63}")


@dataclass(frozen=True, slots=True)
class _Rule:
    """A way in which services word a refusal.

    Attributes:
        words: what its message holds; the first group may name members.
        code: its code; empty where the words alone decide.
        members: which members of the body are refused.
    """

    words: re.Pattern[str]
    code: str
    members: Callable[[WireError, str, Body], _Members]


def taught(learnt: Learnt, error: WireError, body: Body) -> Learnt:
    """Return what is known after a refusal; the same where it teaches nothing.

    Args:
        learnt: what was known before.
        error: the refusal.
        body: what was refused.
    """
    if error.from_filter:
        return learnt
    if error.no_operation or other_api(error.message) is not None:
        return replace(learnt, answers=False)
    if (said := window(error.message)) is not None:
        return replace(learnt, context=said.context, input=said.input)
    for lesson in _lessons(error, body):
        learnt = learnt.refusing(lesson)
        if lesson.param in _LOGPROBS and lesson.value is None:
            learnt = replace(learnt, logprobs=False)
    return learnt


def _lessons(error: WireError, body: Body) -> Iterator[Refused]:
    for rule in _RULES:
        found = rule.words.search(error.message)
        if found is None and not (rule.code and rule.code == error.code):
            continue
        said = found[1] if found and found.re.groups and found[1] else ""
        for param, value in rule.members(error, said, body):
            if param in body and param not in RESERVED and _short(value):
                other = "" if value is not None else _other(error, param)
                yield Refused(param, value, other, error.message[:_LONGEST_WORDS])
        return


def _other(error: WireError, param: str) -> str:
    """The member that takes the place of one that is refused whatever its value."""
    named = instead(error.message)
    return "" if named in RESERVED | {param} else named


def _short(value: Json) -> bool:
    return len(json.dumps(value)) <= _LONGEST_VALUE


def _named(error: WireError, said: str, body: Body) -> _Members:
    """Members that are not taken, whatever their values."""
    for name in _NAME.findall(said) or [error.param]:
        yield from _member(name, body)


def _one(error: WireError, said: str, body: Body) -> _Members:
    """The one member that is not taken; of a part of it, not with that part."""
    yield from _member(error.param or said, body)


def _valued(error: WireError, said: str, body: Body) -> _Members:
    """The one member whose value is not taken."""
    param = _root(error.param or said)
    # To leave `store` out would have the service keep what it is asked not to keep.
    if param in body and param != "store":
        yield param, body[param]


def _several(_error: WireError, _said: str, body: Body) -> _Members:
    """More than one answer a request, or more than a few."""
    if "n" in body:
        yield "n", body["n"]


def _thoughts(_error: WireError, _said: str, body: Body) -> _Members:
    lesson = Refused("include", THOUGHTS)
    if lesson.holds(body):
        yield lesson.param, lesson.value


def _of_logprobs(_error: WireError, _said: str, _body: Body) -> _Members:
    yield from ((name, None) for name in _LOGPROBS)


def _member(name: str, body: Body) -> _Members:
    root = _root(name)
    yield root, None if root == name else body.get(root)


def _root(name: str) -> str:
    found = _NAME.match(name)
    return found[0] if found else ""


# As users of Azure have reported them, and of servers that are compatible (Groq, DeepSeek, old
# llama.cpp) where they give one answer a request; the first rule that holds decides.
_RULES: Final = (
    _Rule(re.compile(r"encrypted content is not supported", re.IGNORECASE), "", _thoughts),
    _Rule(re.compile(r"^([\w, ]{1,200}) parameters? (?:is|are) not available on"), "", _named),
    _Rule(
        re.compile(
            r"not allowed to request logprobs|logprobs (?:is|are) not (?:available|supported)"
            r"|does not support logprobs",
            re.IGNORECASE,
        ),
        "",
        _of_logprobs,
    ),
    _Rule(
        re.compile(r"^Unrecognized request arguments?(?: supplied)?: ([\w, ]{1,200})"), "", _named
    ),
    _Rule(re.compile(r"^Unknown parameter: '([\w.\[\]]{1,100})'"), "unknown_parameter", _one),
    _Rule(
        re.compile(r"^Unsupported parameter: '([\w.\[\]]{1,100})'"), "unsupported_parameter", _one
    ),
    _Rule(re.compile(r"^Unsupported value: '([\w.\[\]]{1,100})'"), "unsupported_value", _valued),
    _Rule(
        re.compile(
            r"is greater than the maximum of \d{1,3} - 'n'|'n' ?: number must be at most \d"
            r"|only one completion choice|\bn must be (?:set to |equal to )?1\b"
            r"|only n ?= ?1 is|\bn ?> ?1 is not",
            re.IGNORECASE,
        ),
        "",
        _several,
    ),
)


class Watch:
    """Sees an answer pass, for what it teaches.

    Attributes:
        begun: whether text has come, or something of what the model thinks, or the answer's end.

    Args:
        api: how it was asked for.
        body: what was sent.
    """

    def __init__(self, api: Api, body: Body) -> None:
        self._asked_logprobs = _asks_logprobs(api, body)
        self._model = ""
        self._text = self._finished = self._usage = self._tokens = self._thought = False
        self.begun = False

    def see(self, event: Event) -> None:
        """Take an event of the answer's."""
        self.begun = self.begun or isinstance(event, _BEGINNINGS)
        match event:
            case TextDelta():
                self._text = True
            case Answering(model):
                self._model = model
            case FinishReason():
                self._finished = True
            case Usage():
                self._usage = True
                self._thought |= event.reasoning_tokens > 0
            case Tokens():
                self._tokens = True
            case Thinking() | ReasoningDelta() | ReasoningItem():
                self._thought = True

    def learnt(self, before: Learnt, new: tuple[Refused, ...]) -> Learnt:
        """Return what is known after as much of the answer as has come.

        Args:
            before: what was known when it was asked for.
            new: what its deployment has refused only just; the model that answers has done so.
        """
        if not (self._text or self._finished):
            return before
        learnt = before.answered_by(self._model)
        for lesson in new:
            learnt = learnt.refusing(lesson)
        return replace(
            learnt,
            answers=True,
            usage=self._came(self._usage, learnt.usage),
            logprobs=self._came(self._tokens, learnt.logprobs)
            if self._asked_logprobs and self._text
            else learnt.logprobs,
            # A model that thinks may have had nothing to think about this time.
            reasons=learnt.reasons or self._came(self._thought, learnt.reasons),
        )

    def _came(self, came: bool, known: bool | None) -> bool | None:
        return came if came or self._finished else known


def _asks_logprobs(api: Api, body: Body) -> bool:
    asked = body.get("logprobs")
    match api:
        case Api.COMPLETIONS:
            return type(asked) is int
        case Api.CHAT:
            return asked is True
        case Api.RESPONSES:
            included = body.get("include")
            return isinstance(included, list) and LOGPROBS in included
