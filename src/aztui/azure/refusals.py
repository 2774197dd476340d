"""What a refusal means: an HTTP status and the service's words, to a cause and a next step."""

from __future__ import annotations

from aztui.azure import advice
from aztui.azure.auth import scope
from aztui.azure.catalogue import RULES
from aztui.azure.decode.wire_error import for_what
from aztui.azure.rules import Refusal
from aztui.core.problem import Problem
from aztui.core.profile import INSTALL_ENTRA
from aztui.core.request import Api
from aztui.core.spans import span


def problem(refusal: Refusal) -> Problem:
    """Say what a refusal means; `asked` and `ids` are left to the caller."""
    rule = next(rule for rule in RULES if rule.test(refusal))
    names = _names(refusal)
    return Problem(
        rule.kind,
        rule.title.format_map(names),
        refusal.error.message,
        rule.fix.format_map(names),
        refusal.status,
        try_api=refusal.answering,
    )


def _names(refusal: Refusal) -> dict[str, str]:
    """What the table's `{…}` stand for."""
    endpoint = refusal.profile.endpoint
    error, params = refusal.error, refusal.request.params
    param = error.param or advice.named(error.message)
    return {
        "who": "Azure" if refusal.azure else endpoint.host,
        "resource": endpoint.resource,
        "key": str(refusal.profile.key),
        "install": INSTALL_ENTRA,
        "version": endpoint.api_version or "v1",
        "audience": scope(endpoint).removesuffix("/.default"),
        "since": advice.since(error.message),
        "deployment": refusal.request.deployment,
        "api": refusal.request.api,
        "other": " or ".join(f"--api {api}" for api in Api if api is not refusal.request.api),
        "answering": refusal.answering or "",
        "param": f"the parameter {param}" if param else "a parameter of this request",
        "name": param or "KEY",
        "found": for_what(error.filtered),
        "fit": advice.fit(error.message, refusal.request.api, params),
        "replacement": advice.replacement(error.message, param, params),
        "wait": "a minute" if refusal.wait is None else span(refusal.wait),
    }
