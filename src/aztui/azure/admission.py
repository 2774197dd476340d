"""How far a request is let in that no model can answer: a test of the way that costs nothing.

Azure looks at a request in this order: the credential, the path with its api-version, the
deployment, and only then the body. A body that is refused has passed all of them, and a refused
body costs no tokens.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from enum import IntEnum
from types import MappingProxyType
from typing import Final

from openai import APIStatusError

from aztui.azure import auth
from aztui.azure.auth import Prompt, SignInError, TokenProvider
from aztui.azure.decode.body import NotAnAnswerError
from aztui.azure.decode.wire_error import WireError, read_error
from aztui.azure.dialects import DIALECTS
from aztui.azure.lane import Lane
from aztui.azure.reach import LIMIT, explained, within
from aztui.azure.redact import Redactor
from aztui.azure.route import Route
from aztui.core.data import dataclass
from aztui.core.problem import Kind, Problem
from aztui.core.profile import Auth, Profile
from aztui.core.request import Api, Message, Params, Request

_UNREADABLE: Final[Mapping[Api, Params]] = MappingProxyType(
    {
        # No API gives less than one answer, and Responses none of less than 16 tokens. A server
        # that does not look at these says no more than a token.
        Api.COMPLETIONS: {"n": 0, "max_tokens": 1},
        Api.CHAT: {"n": 0, "max_tokens": 1},
        Api.RESPONSES: {"max_output_tokens": 1},
    }
)
_SIGN_IN: Final[Mapping[Auth, float]] = MappingProxyType(
    # `az` is slow, and who signs in with a browser has as long as the code is good.
    {Auth.ENTRA: 60.0, Auth.DEVICE_CODE: 900.0}
)


class Stage(IntEnum):
    """What a server looks at, in this order."""

    CREDENTIAL = 0
    VERSION = 1
    DEPLOYMENT = 2
    API = 3
    BODY = 4


@dataclass(frozen=True, slots=True)
class Admission:
    """How far the request came.

    Attributes:
        stage: where it was stopped; `BODY` where it passed everything.
        problem: why; None where it passed everything.
        proven: whether what comes before the stage has let it in, and not only said nothing.
        busy: whether it was stopped only because too much is asked just now.
    """

    stage: Stage = Stage.BODY
    problem: Problem | None = None
    proven: bool = True
    busy: bool = False


def seek(profile: Profile, prompt: Prompt) -> Admission:
    """Send the request and see how far it comes. Never raises.

    Args:
        profile: whom to ask.
        prompt: shows where to sign in, if that is needed first.
    """
    redactor = Redactor(profile.key)
    try:
        _ask(profile, redactor, prompt)
    except APIStatusError as error:
        status, said = error.status_code, read_error(error.body)
        stage = _stage(status, said, profile)
        problem = redactor.problem(explained(error, profile, Route()))
        passed = stage is Stage.BODY and status != 429
        proven = stage is Stage.BODY or said.no_deployment or said.no_operation
        return Admission(stage, None if passed else problem, proven, busy=status == 429)
    except TimeoutError:
        return Admission(Stage.CREDENTIAL, _silent(profile), proven=False)
    except Exception as error:  # noqa: BLE001 - explained, whatever it is
        problem = redactor.problem(explained(error, profile, Route()))
        stage = Stage.DEPLOYMENT if isinstance(error, NotAnAnswerError) else Stage.CREDENTIAL
        return Admission(stage, problem, proven=False)
    return Admission()


def _ask(profile: Profile, redactor: Redactor, prompt: Prompt) -> None:
    lane = Lane(profile, _signed_in(profile, redactor, prompt))
    said = (Message("user", ""),) if profile.api is Api.COMPLETIONS else ()
    request = Request(profile.api, profile.deployment, said, _UNREADABLE[profile.api])
    body = DIALECTS[profile.api].body(request, profile.endpoint.api_version)

    def send() -> None:
        with (
            contextlib.closing(lane),
            lane.ask(profile.api, profile.deployment, body, prompt) as answer,
        ):
            if "html" in answer.content_type:
                raise NotAnAnswerError(answer.content_type, b"")

    try:
        within(send)
    except TimeoutError:
        lane.shutdown()
        raise


def _signed_in(profile: Profile, redactor: Redactor, prompt: Prompt) -> TokenProvider | None:
    tokens = auth.provider(profile, redactor.learn)
    if tokens is not None:
        patience = _SIGN_IN[profile.auth]
        try:
            within(lambda: tokens.token(prompt), patience)
        except TimeoutError:
            raise SignInError(f"No token came within {patience:.0f} s.", profile.auth) from None
    return tokens


def _silent(profile: Profile) -> Problem:
    host = profile.endpoint.host
    return Problem(
        Kind.TIMEOUT,
        f"{host} took the request and did not answer within {LIMIT:.0f} s",
        fix="Try again in a moment; if it goes on, the service or a proxy on the way is stuck.",
    )


def _stage(status: int, error: WireError, profile: Profile) -> Stage:
    message = error.message.lower()
    match status:
        case 401 | 403:
            return Stage.CREDENTIAL
        case 404 if error.no_deployment:
            return Stage.DEPLOYMENT
        case 404:
            return Stage.API if profile.endpoint.api_version is None else Stage.VERSION
        case 400 if "api version" in message or "api-version" in message:
            return Stage.VERSION
        case 400 if error.no_operation:
            return Stage.API
        case 400 | 422 | 429:
            return Stage.BODY
        case _:
            return Stage.DEPLOYMENT
