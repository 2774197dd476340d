"""How likely tokens are, asked for unless the user wants it otherwise: the token lens needs it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from aztui.core.lessons import Learnt, Refused
from aztui.core.profile import Profile
from aztui.core.request import Api, Params, Request

RIVALS: Final = 5
"""Tokens that are told of in each place: the most that completions tell."""
WANTED: Final[Mapping[Api, Params]] = MappingProxyType(
    {
        Api.COMPLETIONS: MappingProxyType({"logprobs": RIVALS}),
        Api.CHAT: MappingProxyType({"logprobs": True, "top_logprobs": RIVALS}),
        Api.RESPONSES: MappingProxyType({"top_logprobs": RIVALS}),
    }
)
"""The members of a request's body that ask for them."""
LOGPROBS: Final = frozenset(name for wanted in WANTED.values() for name in wanted)
"""The names of these."""


def wanted(profile: Profile, learnt: Learnt) -> bool:
    """Whether logprobs are to be asked for, as far as a deployment is known to give them."""
    return profile.logprobs and learnt.logprobs is not False


def with_logprobs(api: Api, params: Params) -> Params:
    """Return a request's parameters with logprobs asked for, unless the user says how many."""
    return params if params.keys() & WANTED[api].keys() else {**params, **WANTED[api]}


def unasked(request: Request, lesson: Refused) -> bool:
    """Whether what a deployment refused was asked for by aztui itself, so that nobody misses it."""
    return lesson.param in LOGPROBS and lesson.param not in request.params
