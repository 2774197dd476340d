"""What a refusal means: an HTTP status and the service's words, to a cause and a next step."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from aztui.azure import advice
from aztui.azure.auth import scope
from aztui.azure.decode.wire_error import FILTER_FIX, WireError, for_what
from aztui.core.problem import Kind, Problem
from aztui.core.profile import Auth, Profile
from aztui.core.request import Api, Request


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer that is an error.

    Attributes:
        status: the HTTP status.
        error: the service's words.
        profile: whom we asked.
        request: what we asked.
        wait: seconds after which to come back, where the server says so.
    """

    status: int
    error: WireError
    profile: Profile
    request: Request
    wait: float | None = None

    @property
    def azure(self) -> bool:
        """Whether it is Azure that speaks, and not some compatible server."""
        return self.profile.endpoint.azure


_Test: TypeAlias = Callable[[Refusal], bool]


@dataclass(frozen=True, slots=True)
class _Rule:
    """When it holds, what it means and what to do; `{…}` are the names that `_names` gives."""

    test: _Test
    kind: Kind
    title: str
    fix: str


def problem(refusal: Refusal) -> Problem:
    """Say what a refusal means; `asked` and `ids` are left to the caller."""
    rule = next(rule for rule in _RULES if rule.test(refusal))
    names = _names(refusal)
    return Problem(
        rule.kind,
        rule.title.format_map(names),
        refusal.error.message,
        rule.fix.format_map(names),
        refusal.status,
    )


def _names(refusal: Refusal) -> dict[str, str]:
    endpoint = refusal.profile.endpoint
    error, params = refusal.error, refusal.request.params
    wait = refusal.wait if refusal.wait is not None else _said_wait(error.message)
    return {
        "who": "Azure" if refusal.azure else endpoint.host,
        "resource": endpoint.resource,
        "key": str(refusal.profile.key),
        "audience": scope(endpoint).removesuffix("/.default"),
        "api_version": endpoint.api_version or "",
        "deployment": refusal.request.deployment,
        "api": refusal.request.api,
        "other": " or ".join(f"--api {api}" for api in Api if api is not refusal.request.api),
        "param": f"the parameter {error.param}" if error.param else "a parameter",
        "found": for_what(error.filtered),
        "fit": advice.fit(error.message, params),
        "replacement": advice.replacement(error.message, error.param, params),
        "wait": "a minute" if wait is None else f"{wait:.0f} s",
    }


def _said_wait(message: str) -> float | None:
    said = re.search(r"retry after (\d{1,6}) seconds?", message, re.IGNORECASE)
    return float(said[1]) if said else None


def _code(*codes: str) -> _Test:
    return lambda refusal: refusal.error.code in codes


def _status(*statuses: int) -> _Test:
    return lambda refusal: refusal.status in statuses


def _words(*words: str) -> _Test:
    return lambda refusal: any(word in refusal.error.message.lower() for word in words)


def _all(*tests: _Test) -> _Test:
    return lambda refusal: all(test(refusal) for test in tests)


def _any(*tests: _Test) -> _Test:
    return lambda refusal: any(test(refusal) for test in tests)


def _azure(refusal: Refusal) -> bool:
    return refusal.azure


def _token(refusal: Refusal) -> bool:
    return refusal.profile.auth is Auth.TOKEN


def _signed_in(refusal: Refusal) -> bool:
    return refusal.profile.auth.signs_in


def _keyless(refusal: Refusal) -> bool:
    return refusal.profile.key is None


def _broken(refusal: Refusal) -> bool:
    return refusal.status >= 500


def _dated(refusal: Refusal) -> bool:
    return refusal.profile.endpoint.api_version is not None


# Codes and messages as users of Azure have reported them; the first rule that holds decides.
_RULES: Final = (
    _Rule(
        lambda refusal: refusal.error.from_filter,
        Kind.CONTENT_FILTER,
        "The content filter refused the prompt{found}",
        FILTER_FIX,
    ),
    _Rule(
        _code("OperationNotSupported"),
        Kind.BAD_REQUEST,
        "{deployment} does not answer the {api} API",
        "Use {other}, or choose a deployment whose model answers {api}.",
    ),
    _Rule(
        _all(_code("DeploymentNotFound", "model_not_found"), _azure),
        Kind.NOT_FOUND,
        "The deployment {deployment} does not exist on {resource}",
        "Check its name under Deployments in the Azure AI Foundry portal; one that was made in "
        "the last five minutes may not be there yet.",
    ),
    _Rule(
        _code("DeploymentNotFound", "model_not_found"),
        Kind.NOT_FOUND,
        "There is no {deployment} on {resource}",
        "Check the name among the models that this server offers.",
    ),
    _Rule(
        _code("context_length_exceeded"),
        Kind.BAD_REQUEST,
        "Prompt and answer together are longer than the model's context",
        "{fit}",
    ),
    _Rule(
        _any(
            _code("unsupported_parameter", "unknown_parameter"),
            _words("unrecognized request argument"),
        ),
        Kind.BAD_REQUEST,
        "{deployment} does not take {param} of this request",
        "{replacement}",
    ),
    _Rule(
        _code("unsupported_value", "invalid_value"),
        Kind.BAD_REQUEST,
        "{deployment} does not take this value for {param}",
        "Use a value that the message allows (-o KEY=VALUE).",
    ),
    _Rule(
        _code("insufficient_quota"),
        Kind.RATE_LIMIT,
        "The quota for this credential on {resource} is used up",
        "Have it raised by whoever pays for it, or use another profile.",
    ),
    _Rule(
        _all(_status(401), _token),
        Kind.AUTHENTICATION,
        "{resource} does not accept the token {key}",
        "It may have expired: they last about an hour. Get a new one (az account "
        "get-access-token --resource {audience}), and start aztui with it.",
    ),
    _Rule(
        _all(_status(401), _signed_in),
        Kind.AUTHENTICATION,
        "{resource} does not accept your Entra ID sign-in",
        "Check that you are signed in to the resource's tenant, and that your account has the "
        "role Cognitive Services OpenAI User on it.",
    ),
    _Rule(
        _all(_status(401), _keyless),
        Kind.AUTHENTICATION,
        "{resource} asks for a key, and this profile has none",
        "Set the profile's key beside its endpoint.",
    ),
    _Rule(
        _all(_status(401), _azure),
        Kind.AUTHENTICATION,
        "{resource} does not accept the key {key}",
        "Copy the key again from the Azure portal (the resource's page Keys and Endpoint), and "
        "check that the endpoint is the same resource's.",
    ),
    _Rule(
        _status(401),
        Kind.AUTHENTICATION,
        "{resource} does not accept the key {key}",
        "Check the key, and that it is meant for this server.",
    ),
    _Rule(
        _all(_status(403), _words("virtual network", "firewall")),
        Kind.PERMISSION,
        "{resource} lets only certain networks in, and not this one",
        "Connect from an allowed network (a VPN, perhaps), or have this one added under "
        "Networking in the Azure portal.",
    ),
    _Rule(
        _all(_status(403), _azure),
        Kind.PERMISSION,
        "{resource} does not allow this request",
        "Check in the Azure portal that the credential may use the deployment (role Cognitive "
        "Services OpenAI User) and that the resource is not blocked.",
    ),
    _Rule(
        _status(403),
        Kind.PERMISSION,
        "{resource} does not allow this request",
        "Check what the key is allowed to do on this server.",
    ),
    _Rule(
        _all(_status(404), _dated),
        Kind.NOT_FOUND,
        "{resource} has nothing at this address",
        "Check the endpoint and the api-version ({api_version}): a wrong one of either leads here.",
    ),
    _Rule(
        _status(404),
        Kind.NOT_FOUND,
        "{resource} has nothing at this address",
        "Check the endpoint. The server may not answer the {api} API: try {other}.",
    ),
    _Rule(
        _status(407),
        Kind.CONNECTION,
        "A proxy on the way to {resource} asks for a sign-in",
        "Put its user name and password into HTTPS_PROXY (http://user:password@host:port), or "
        "leave the proxy out with NO_PROXY.",
    ),
    _Rule(
        _status(408, 504),
        Kind.TIMEOUT,
        "{who} took too long to answer",
        "Send the prompt again; if it happens again, ask for fewer tokens.",
    ),
    _Rule(
        _status(413),
        Kind.BAD_REQUEST,
        "The prompt is too large for {resource}",
        "Shorten the prompt.",
    ),
    _Rule(
        _status(429),
        Kind.RATE_LIMIT,
        "The rate limit of {deployment} is used up for now",
        "Wait {wait} and send the prompt again; the limit is the deployment's tokens and "
        "requests a minute.",
    ),
    _Rule(
        _status(503),
        Kind.SERVER,
        "{who} has too much to do, or the service is down",
        "Wait {wait} and send the prompt again; if it goes on, use a deployment in another region.",
    ),
    _Rule(
        _all(_broken, _azure),
        Kind.SERVER,
        "{who} had an error of its own",
        "Send the prompt again in a moment; if it goes on, give support the ids below.",
    ),
    _Rule(
        _broken,
        Kind.SERVER,
        "{who} had an error of its own",
        "Send the prompt again in a moment; if it goes on, its log may say why.",
    ),
    _Rule(
        lambda refusal: 300 <= refusal.status < 400,
        Kind.PROTOCOL,
        "{resource} points to another address instead of answering",
        "If you trust that address, set it as the endpoint.",
    ),
    _Rule(
        lambda _: True,
        Kind.BAD_REQUEST,
        "{who} refused the request",
        "Change what the message names, and send the prompt again.",
    ),
)
