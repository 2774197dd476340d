"""Every parameter that each API takes besides what aztui fills in itself, in one table.

Ranges and defaults are those of Azure's published specifications up to 2025-03-01-preview and v1;
the efforts, the verbosity and the service tiers are of its guides to the models and of the SDK's
types, which are ahead of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from aztui.core.data import dataclass
from aztui.core.request import Api, Json
from aztui.core.values import (
    Biases,
    Flag,
    Format,
    Kind,
    Labels,
    Number,
    OneOf,
    Seed,
    Text,
    Texts,
    Whole,
)

_STOPS: Final = 4
MOST_ANSWERS: Final = 128
"""Of a prompt, in one request (Azure's published schema); the service refuses more."""
_EFFORTS: Final = ("none", "minimal", "low", "medium", "high", "xhigh")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A member of the request's body that the user may set.

    Attributes:
        name: the API's name; a member of a member is named with a dot between.
        apis: which APIs have it.
        kind: the values that it takes.
        words: what it does, one line.
        short: its name where there is little room; the same for what is the same in other APIs.
        note: what else is to be known by who sets it, a sentence; empty for nothing.
        default: the API's default; None where it has none that can be written.
        unset: what happens where it is not said, in a word or two, where it has no default.
    """

    name: str
    apis: frozenset[Api]
    kind: Kind
    words: str
    short: str
    default: Json = None
    unset: str = "none"
    note: str = ""

    @property
    def path(self) -> tuple[str, ...]:
        """Where it stands in the body."""
        return tuple(self.name.split("."))


_ALL: Final = frozenset(Api)
_OLD: Final = frozenset({Api.COMPLETIONS})
_CHAT: Final = frozenset({Api.CHAT})
_BOTH: Final = _OLD | _CHAT
_NEW: Final = frozenset({Api.RESPONSES})

TABLE: Final[Sequence[Parameter]] = (
    Parameter(
        "temperature",
        _ALL,
        Number(0, 2),
        "0 picks the likeliest, above 1 wild",
        "temp",
        default=1,
    ),
    Parameter("n", _BOTH, Whole(1, MOST_ANSWERS), "how many answers", "n", default=1),
    Parameter(
        "n",
        _NEW,
        Whole(1, MOST_ANSWERS),
        "how many answers, a request each",
        "n",
        default=1,
        note="This API gives one answer a request: aztui makes as many requests, and sends no n.",
    ),
    Parameter(
        "top_p",
        _ALL,
        Number(0, 1),
        "only the likeliest, up to this share",
        "top_p",
        default=1,
    ),
    Parameter(
        "max_tokens",
        _OLD,
        Whole(0),
        "the most tokens of an answer",
        "max",
        default=16,
    ),
    Parameter(
        "max_tokens",
        _CHAT,
        Whole(1),
        "the most tokens, for older models",
        "max",
        unset="the model's",
    ),
    Parameter(
        "max_completion_tokens",
        _CHAT,
        Whole(1),
        "the most tokens, with its reasoning",
        "max",
        unset="the model's",
    ),
    Parameter(
        "max_output_tokens",
        _NEW,
        Whole(1),
        "the most tokens, with its reasoning",
        "max",
        unset="the model's",
    ),
    Parameter(
        "reasoning_effort",
        _CHAT,
        OneOf(_EFFORTS),
        "how long a reasoning model thinks",
        "effort",
        unset="the model's",
    ),
    Parameter(
        "reasoning.effort",
        _NEW,
        OneOf(_EFFORTS),
        "how long a reasoning model thinks",
        "effort",
        unset="the model's",
    ),
    Parameter(
        "reasoning.summary",
        _NEW,
        OneOf(("auto", "concise", "detailed")),
        "tell what the model thought",
        "summary",
    ),
    Parameter(
        "verbosity",
        _CHAT,
        OneOf(("low", "medium", "high")),
        "how much a gpt-5 model says",
        "verbosity",
        default="medium",
    ),
    Parameter(
        "text.verbosity",
        _NEW,
        OneOf(("low", "medium", "high")),
        "how much a gpt-5 model says",
        "verbosity",
        default="medium",
    ),
    Parameter("stop", _BOTH, Texts(_STOPS), "texts before which an answer ends", "stop"),
    Parameter(
        "presence_penalty",
        _BOTH,
        Number(-2, 2),
        "above 0: less of what was said",
        "presence",
        default=0,
    ),
    Parameter(
        "frequency_penalty",
        _BOTH,
        Number(-2, 2),
        "above 0: less, the more it was said",
        "frequency",
        default=0,
    ),
    Parameter(
        "seed",
        _BOTH,
        Seed(),
        "same seed, same answer, mostly",
        "seed",
        unset="random",
    ),
    Parameter(
        "response_format",
        _CHAT,
        Format(wrapped=True),
        "text, any JSON, or JSON by a schema",
        "format",
        default={"type": "text"},
    ),
    Parameter(
        "text.format",
        _NEW,
        Format(wrapped=False),
        "text, any JSON, or JSON by a schema",
        "format",
        default={"type": "text"},
    ),
    Parameter("suffix", _OLD, Text(), "what comes after the answer", "suffix"),
    Parameter("echo", _OLD, Flag(), "give the prompt back first", "echo", default=False),
    Parameter(
        "logprobs",
        _OLD,
        Whole(0, 5),
        "how likely tokens were, and others",
        "logprobs",
    ),
    Parameter(
        "logprobs",
        _CHAT,
        Flag(),
        "tell how likely each token was",
        "logprobs",
        default=False,
    ),
    Parameter(
        "top_logprobs",
        _CHAT,
        Whole(0, 20),
        "so many rivals too; needs logprobs",
        "top_logprobs",
    ),
    Parameter(
        "top_logprobs",
        _NEW,
        Whole(0, 20),
        "how likely so many tokens were",
        "top_logprobs",
    ),
    Parameter(
        "logit_bias",
        _BOTH,
        Biases(),
        "make tokens likelier or rarer",
        "bias",
    ),
    Parameter(
        "truncation",
        _NEW,
        OneOf(("disabled", "auto")),
        "auto: drop the middle if too long",
        "truncation",
        default="disabled",
    ),
    Parameter(
        "service_tier",
        _CHAT | _NEW,
        OneOf(("auto", "default", "flex", "scale", "priority", "fast")),
        "how quickly, and at what price",
        "tier",
        default="auto",
    ),
    Parameter(
        "background",
        _NEW,
        Flag(),
        "goes on if the link drops; is stored",
        "background",
        default=False,
        note="It needs store, which is sent too: Azure keeps prompt and answer for 30 days. "
        "The first text comes later.",
    ),
    Parameter(
        "store",
        _CHAT | _NEW,
        Flag(),
        "let Azure keep prompt and answer",
        "store",
        default=False,
    ),
    Parameter(
        "metadata",
        _CHAT | _NEW,
        Labels(),
        "labels for what is stored",
        "metadata",
    ),
    Parameter("user", _ALL, Text(), "an id of your end user", "user"),
)
"""In the order in which they are shown; of two that are the same, the better first."""


def parameters(api: Api) -> tuple[Parameter, ...]:
    """Return what an API takes."""
    return tuple(parameter for parameter in TABLE if api in parameter.apis)


def find(api: Api, name: str) -> Parameter | None:
    """Return an API's parameter; None where it has none of that name."""
    return next((known for known in parameters(api) if known.name == name), None)


def counterpart(api: Api, parameter: Parameter) -> Parameter | None:
    """Return what does in an API what `parameter` does in another; None where nothing does."""
    alike = [known for known in parameters(api) if known.short == parameter.short]
    same = [known for known in alike if known.name == parameter.name]
    return next(iter(same or alike), None)


def limits(api: Api) -> tuple[str, ...]:
    """Return what limits an answer's tokens in an API, the name to recommend first."""
    return tuple(known.name for known in parameters(api) if known.short == "max")
