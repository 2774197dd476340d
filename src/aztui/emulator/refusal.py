"""Answers that are no answers: the errors of Azure's gateway and of the model behind it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from aztui.core.request import Api, Json, Params
from aztui.emulator import wire
from aztui.emulator.backend import BackendError
from aztui.emulator.steps import Reply

_OPERATIONS: Final = {
    Api.COMPLETIONS: "Completions_Create",
    Api.CHAT: "ChatCompletions_Create",
    Api.RESPONSES: "Responses_Create",
}
_VERBS: Final = {
    Api.COMPLETIONS: "completion",
    Api.CHAT: "chatCompletion",
    Api.RESPONSES: "responses",
}


class Refused(Exception):  # noqa: N818 - the request is refused, the emulator works
    """The request gets this reply instead of an answer."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.status)
        self.reply = reply


def denied() -> Reply:
    """401: the credential is missing or wrong."""
    message = (
        "Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide "
        "a valid key for an active subscription and use a correct regional API endpoint for your "
        "resource."
    )
    return Reply(401, wire.error("401", message), reason="PermissionDenied")


def forbidden() -> Reply:
    """403: the resource lets only certain networks in."""
    return Reply(403, wire.error("403", "Access denied due to Virtual Network/Firewall rules."))


def blocked() -> Reply:
    """403: the resource is shut for what was asked of it."""
    message = (
        "Your resource has been temporarily blocked because we detected behavior that may violate "
        "our content policy."
    )
    return Reply(403, wire.error("403", message))


def denied_by_gateway() -> Reply:
    """401 of an API Management gateway: the same, in its own shape."""
    message = (
        "Access denied due to invalid subscription key. Make sure to provide a valid key for an "
        "active subscription."
    )
    return Reply(401, {"statusCode": 401, "message": message})


def nothing_here() -> Reply:
    """404: no such path, or its api-version is missing or unknown."""
    return Reply(404, wire.error("404", "Resource not found"))


def no_deployment() -> Reply:
    """404: the path is right, the deployment is not."""
    message = (
        "The API deployment for this resource does not exist. If you created the deployment "
        "within the last 5 minutes, please wait a moment and try again."
    )
    return Reply(404, wire.error("DeploymentNotFound", message))


def no_response(name: str) -> Reply:
    """404: no response of that id is kept."""
    return Reply(404, wire.model_error(f"Response with id '{name}' not found."))


def unstored() -> Reply:
    """400: what runs in the background has to be stored."""
    return bad_request("Background mode requires 'store' to be true.", param="background")


def too_many(
    api: Api, api_version: str, seconds: int | None, headers: tuple[tuple[str, str], ...]
) -> Reply:
    """429: the rate limit is exceeded.

    Args:
        api: the dialect.
        api_version: a date, or `v1`.
        seconds: for how long the message says so; None if it does not.
        headers: how else it is said.
    """
    wait = "" if seconds is None else f"retry after {seconds} second{'' if seconds == 1 else 's'}. "
    message = (
        f"Requests to the {_OPERATIONS[api]} Operation under Azure OpenAI API version "
        f"{api_version} have exceeded token rate limit of your current OpenAI S0 pricing tier. "
        f"Please {wait or 'try again later. '}Please go here: "
        "https://aka.ms/oai/quotaincrease if you would like to further increase the default rate "
        "limit."
    )
    empty = (("x-ratelimit-remaining-requests", "0"), ("x-ratelimit-remaining-tokens", "0"))
    return Reply(429, wire.error("429", message), (*headers, *empty))


def no_quota() -> Reply:
    """429: what was paid for is spent; waiting does not help."""
    message = (
        "You exceeded your current quota, please check your plan and billing details. For more "
        "information on this error, read the docs: "
        "https://platform.openai.com/docs/guides/error-codes/api-errors."
    )
    kind = code = "insufficient_quota"
    return Reply(429, wire.model_error(message, kind=kind, code=code))


def server_error() -> Reply:
    """500: the model's own failure."""
    message = "The server had an error while processing your request. Sorry about that!"
    return Reply(500, wire.model_error(message, kind="server_error"))


def unavailable(seconds: int) -> Reply:
    """503: too much to do; to be tried again after some seconds."""
    message = "The service is temporarily unable to process your request. Please try again later."
    return Reply(503, wire.error("ServiceUnavailable", message), (("retry-after", str(seconds)),))


def filtered_prompt(results: Params) -> Reply:
    """400: the content filter takes the prompt for harmful.

    The wire says `content_filter_result`, whatever the specification says.
    """
    message = (
        "The response was filtered due to the prompt triggering Azure OpenAI's content management "
        "policy. Please modify your prompt and retry. To learn more about our content filtering "
        "policies please read our documentation: https://go.microsoft.com/fwlink/?linkid=2198766"
    )
    error: dict[str, Json] = {
        "message": message,
        "type": None,
        "param": "prompt",
        "code": "content_filter",
        "status": 400,
        "innererror": {
            "code": "ResponsibleAIPolicyViolation",
            "content_filter_result": results,
        },
    }
    return Reply(400, {"error": error})


def too_long(api: Api, most: int, prompt: int, answer: int | None) -> Reply:
    """400: prompt and answer do not fit into the model's context.

    Args:
        api: the dialect it is said in.
        most: how many tokens the context holds.
        prompt: how many the prompt has.
        answer: how many are asked for; None if the request does not say.
    """
    chat = api is Api.CHAT
    where, tail = (
        ("in the messages", "Please reduce the length of the messages or completion.")
        if chat
        else ("in your prompt", "Please reduce your prompt or completion length.")
    )
    asked = (
        f"your messages resulted in {prompt} tokens. Please reduce the length of the messages."
        if answer is None
        else f"you requested {prompt + answer} tokens ({prompt} {where}, {answer} in the "
        f"completion). {tail}"
    )
    message = f"This model's maximum context length is {most} tokens. However, {asked}"
    param = "messages" if chat else None
    return bad_request(message, param=param, code="context_length_exceeded")


def unsupported_limit() -> Reply:
    """400: the model takes another limit of tokens, as reasoning models do."""
    message = (
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use "
        "'max_completion_tokens' instead."
    )
    return bad_request(message, param="max_tokens", code="unsupported_parameter")


def no_operation(api: Api, model: str) -> Reply:
    """400: the model is not one for this API."""
    message = (
        f"The {_VERBS[api]} operation does not work with the specified model, {model}. Please "
        "choose different model and try again. You can learn more about which models can be used "
        "with each operation here: https://go.microsoft.com/fwlink/?linkid=2197993."
    )
    return Reply(400, wire.error("OperationNotSupported", message))


def unknown(api: Api, api_version: str, names: Sequence[str]) -> Reply:
    """400: the API does not know these parameters, or not in this api-version."""
    if api is Api.RESPONSES or not api_version[:1].isdigit():
        message = f"Unknown parameter: '{names[0]}'."
        return bad_request(message, param=names[0], code="unknown_parameter")
    many = "" if len(names) == 1 else "s"
    return bad_request(f"Unrecognized request argument{many} supplied: {', '.join(names)}")


def bad_request(message: str, *, param: str | None = None, code: str | None = None) -> Reply:
    """400: the request's body is not what the API takes."""
    return Reply(400, wire.model_error(message, param=param, code=code))


def failure(error: BackendError) -> Reply:
    """What the backend failed of."""
    kind = "server_error" if error.status >= 500 else "invalid_request_error"
    return Reply(error.status, wire.model_error(error.message, kind=kind, code=error.code))
