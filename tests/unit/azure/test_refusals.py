"""Every refusal that Azure and others are known for, in the bodies that users have seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from aztui.core.problem import Kind
from aztui.core.profile import Auth, Endpoint
from aztui.core.request import Api
from tests.support.refused import AZURE, AZURE_V1, OTHER, error, refused

COMPLETIONS, CHAT, RESPONSES = Api

INVALID = "invalid_request_error"
DENIED = (
    "Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a "
    "valid key for an active subscription and use a correct regional API endpoint for your "
    "resource."
)
NO_TOKEN = (
    "Unauthorized. Access token is missing, invalid, audience is incorrect "
    "(https://cognitiveservices.azure.com), or have expired."
)
NOT_DEPLOYED = (
    "The API deployment for this resource does not exist. If you created the deployment within "
    "the last 5 minutes, please wait a moment and try again."
)
NO_OPERATION = (
    "The {} operation does not work with the specified model, {}. Please choose different model "
    "and try again. You can learn more about which models can be used with each operation here: "
    "https://go.microsoft.com/fwlink/?linkid=2197993."
)
FILTERED = (
    "The response was filtered due to the prompt triggering Azure OpenAI's content management "
    "policy. Please modify your prompt and retry."
)
FOUND = {
    "hate": {"filtered": True, "severity": "high"},
    "violence": {"filtered": False, "severity": "safe"},
    "jailbreak": {"filtered": True, "detected": True},
}
TOO_LONG = (
    "This model's maximum context length is 4097 tokens. However, you requested 4201 tokens (3177 "
    "in the messages, 1024 in the completion). Please reduce the length of the messages or "
    "completion."
)
LIMITED = (
    "Requests to the ChatCompletions_Create Operation under Azure OpenAI API version 2024-02-01 "
    "have exceeded token rate limit of your current OpenAI S0 pricing tier. Please retry after {} "
    "seconds. Please go here: https://aka.ms/oai/quotaincrease if you would like to further "
    "increase the default rate limit."
)
SORRY = "The server had an error while processing your request. Sorry about that!"


def filtered(**more: Any) -> dict[str, Any]:
    return error("content_filter", FILTERED, type=None, param="prompt", status=400, **more)


def unsupported(param: str, message: str, code: str | None = "unsupported_parameter") -> Any:
    return error(code, message, type=INVALID, param=param)


@dataclass(frozen=True)
class Known:
    """A refusal and what is made of it.

    Attributes:
        status: of HTTP.
        body: as it was seen.
        kind: the problem's.
        title: of the problem.
        fix: words in what to do.
        api: that was asked.
        endpoint: that was asked.
        try_api: the API that is offered instead.
    """

    status: int
    body: Any
    kind: Kind
    title: str
    fix: str
    api: Api = COMPLETIONS
    endpoint: Endpoint = AZURE
    try_api: Api | None = None


KNOWN = {
    "wrong key": Known(
        401,
        error("401", DENIED),
        Kind.AUTHENTICATION,
        "contoso does not accept the key …cdef",
        "Keys and Endpoint",
    ),
    "wrong key, said by a gateway": Known(
        401,
        {"statusCode": 401, "message": "Access denied due to missing subscription key."},
        Kind.AUTHENTICATION,
        "contoso does not accept the key …cdef",
        "Keys and Endpoint",
    ),
    "wrong key, said by FastAPI": Known(
        401,
        {"detail": "Missing or incorrect API Key"},
        Kind.AUTHENTICATION,
        "127.0.0.1:8080 does not accept the key …cdef",
        "meant for this server",
        endpoint=OTHER,
    ),
    "expired token": Known(
        401,
        {"statusCode": 401, "message": NO_TOKEN},
        Kind.AUTHENTICATION,
        "contoso does not accept the credential …cdef",
        "lives for about an hour",
    ),
    "another tenant's token": Known(
        400,
        error(
            "Tenant provided in token does not match resource tenant",
            "Tenant provided in token does not match resource tenant",
        ),
        Kind.AUTHENTICATION,
        "contoso belongs to another tenant than the access token",
        "AZURE_TENANT_ID",
    ),
    "no role": Known(
        401,
        error("PermissionDenied", "Principal does not have access to API/Operation."),
        Kind.PERMISSION,
        "Who is signed in may not use gpt-4o-mni on contoso",
        "Cognitive Services OpenAI User",
    ),
    "no role, in newer words": Known(
        401,
        error(
            "PermissionDenied",
            "The principal `1` lacks the required data action "
            "`Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action`.",
        ),
        Kind.PERMISSION,
        "Who is signed in may not use gpt-4o-mni on contoso",
        "Cognitive Services OpenAI User",
    ),
    "keys turned off": Known(
        403,
        error(
            "AuthenticationTypeDisabled", "Key based authentication is disabled for this resource."
        ),
        Kind.AUTHENTICATION,
        "contoso takes no keys: its owner has turned them off",
        "pip install 'aztui[entra]', and auth = \"entra\"",
    ),
    "firewall": Known(
        403,
        error("403", "Access denied due to Virtual Network/Firewall rules."),
        Kind.PERMISSION,
        "contoso lets only certain networks in, and not this one",
        "Networking",
    ),
    "network's own endpoint": Known(
        403,
        error(
            "403",
            "A Virtual Network is configured for this resource. Please use the correct endpoint "
            "for making requests.",
        ),
        Kind.PERMISSION,
        "contoso is not to be asked at this address",
        "Keys and Endpoint",
    ),
    "blocked": Known(
        403,
        error(
            "403",
            "Your resource has been temporarily blocked because we detected behavior that may "
            "violate our content policy.",
        ),
        Kind.PERMISSION,
        "Azure has blocked contoso for now",
        "support",
    ),
    "no streaming": Known(
        403,
        error(None, "Streaming requests are not yet allowed."),
        Kind.PERMISSION,
        "gpt-4o-mni does not stream its answers",
        "choose another deployment",
    ),
    "no streaming without verification": Known(
        400,
        unsupported(
            "stream",
            "Your organization must be verified to stream this model.",
            "unsupported_value",
        ),
        Kind.PERMISSION,
        "gpt-4o-mni does not stream its answers",
        "choose another deployment",
    ),
    "forbidden": Known(
        403,
        error("403", "No."),
        Kind.PERMISSION,
        "contoso does not allow this request",
        "Cognitive Services OpenAI User",
    ),
    "no such deployment": Known(
        404,
        error("DeploymentNotFound", NOT_DEPLOYED),
        Kind.NOT_FOUND,
        "The deployment gpt-4o-mni does not exist on contoso",
        "Most likely it is the name",
    ),
    "no such deployment, without a code": Known(
        404,
        error("404", NOT_DEPLOYED),
        Kind.NOT_FOUND,
        "The deployment gpt-4o-mni does not exist on contoso",
        "Deployments",
        CHAT,
    ),
    "no such model": Known(
        404,
        {
            "object": "error",
            "message": "The model `gpt-4o-mni` does not exist.",
            "type": "NotFoundError",
            "param": None,
            "code": 404,
        },
        Kind.NOT_FOUND,
        "There is no gpt-4o-mni on 127.0.0.1:8080",
        "models that this server offers",
        endpoint=OTHER,
    ),
    "no such deployment, said by a simulator": Known(
        404,
        {"error": "Deployment gpt-4o-mni not found"},
        Kind.NOT_FOUND,
        "There is no gpt-4o-mni on 127.0.0.1:8080",
        "models that this server offers",
        endpoint=OTHER,
    ),
    "no such path": Known(
        404,
        error("404", "Resource not found"),
        Kind.NOT_FOUND,
        "contoso has nothing at this address: the path or the api-version is wrong",
        "its api-version is 2024-02-01",
    ),
    "no completions on v1": Known(
        404,
        error("404", "Resource not found"),
        Kind.NOT_FOUND,
        "contoso has nothing at this address: /openai/v1 has no completions",
        "--api-version 2024-10-21",
        endpoint=AZURE_V1,
    ),
    "no such path on v1": Known(
        404,
        error("404", "Resource not found"),
        Kind.NOT_FOUND,
        "contoso has nothing at this address",
        "the path of the URL that was asked",
        CHAT,
        AZURE_V1,
    ),
    "unknown api-version": Known(
        400,
        error("BadRequest", "API version not supported"),
        Kind.NOT_FOUND,
        "contoso does not know the api-version 2024-02-01",
        "2024-10-21, or v1",
    ),
    "old api-version": Known(
        400,
        error(
            "BadRequest",
            "Model o3-mini is enabled only for api versions 2024-12-01-preview and later",
        ),
        Kind.BAD_REQUEST,
        "The api-version 2024-02-01 is too old for this request",
        "--api-version 2024-12-01-preview",
        CHAT,
    ),
    "chat model asked for completions": Known(
        400,
        error("OperationNotSupported", NO_OPERATION.format("completion", "gpt-4o")),
        Kind.BAD_REQUEST,
        "gpt-4o-mni does not answer the completions API",
        "Ask it through the chat API (--api chat)",
        try_api=CHAT,
    ),
    "completions model asked for chat": Known(
        400,
        error(
            "OperationNotSupported", NO_OPERATION.format("chatCompletion", "gpt-35-turbo-instruct")
        ),
        Kind.BAD_REQUEST,
        "gpt-4o-mni does not answer the chat API",
        "--api completions or --api responses",
        CHAT,
    ),
    "responses model asked for chat": Known(
        404,
        error(
            None,
            "This model is only supported in v1/responses and not in v1/chat/completions.",
            type=INVALID,
            param="model",
        ),
        Kind.BAD_REQUEST,
        "gpt-4o-mni does not answer the chat API",
        "Ask it through the responses API (--api responses)",
        CHAT,
        AZURE_V1,
        RESPONSES,
    ),
    "completions model of others asked for chat": Known(
        404,
        error(
            None,
            "This is not a chat model and thus not supported in the v1/chat/completions endpoint."
            " Did you mean to use v1/completions?",
            type=INVALID,
            param="model",
        ),
        Kind.BAD_REQUEST,
        "gpt-4o-mni does not answer the chat API",
        "(--api completions)",
        CHAT,
        OTHER,
        COMPLETIONS,
    ),
    "chat model of others asked for completions": Known(
        404,
        error(
            None,
            "This is a chat model and not supported in the v1/completions endpoint. Did you mean "
            "to use v1/chat/completions?",
            type=INVALID,
            param="model",
        ),
        Kind.BAD_REQUEST,
        "gpt-4o-mni does not answer the completions API",
        "(--api chat)",
        COMPLETIONS,
        OTHER,
        CHAT,
    ),
    "filtered prompt": Known(
        400,
        filtered(
            innererror={"code": "ResponsibleAIPolicyViolation", "content_filter_result": FOUND}
        ),
        Kind.CONTENT_FILTER,
        "The content filter refused the prompt for hate (high), jailbreak",
        "Reword",
    ),
    "filtered prompt, as the schemas say": Known(
        400,
        filtered(
            inner_error={"code": "ResponsibleAIPolicyViolation", "content_filter_results": FOUND}
        ),
        Kind.CONTENT_FILTER,
        "The content filter refused the prompt for hate (high), jailbreak",
        "Reword",
        CHAT,
        AZURE_V1,
    ),
    "filtered prompt of a response": Known(
        400,
        filtered(
            content_filters=[
                {"blocked": True, "source_type": "prompt", "content_filter_results": FOUND}
            ]
        ),
        Kind.CONTENT_FILTER,
        "The content filter refused the prompt for hate (high), jailbreak",
        "Reword",
        RESPONSES,
        AZURE_V1,
    ),
    "filtered prompt without a reason": Known(
        400, filtered(), Kind.CONTENT_FILTER, "The content filter refused the prompt", "Reword"
    ),
    "too long": Known(
        400,
        unsupported("messages", TOO_LONG, "context_length_exceeded"),
        Kind.TOO_LONG,
        "Prompt and answer together are longer than the model's context",
        "ask for at most 920",
        CHAT,
    ),
    "too long, without numbers": Known(
        400,
        unsupported(
            "input",
            "Your input exceeds the context window of this model. Please adjust your input and "
            "try again.",
            "context_length_exceeded",
        ),
        Kind.TOO_LONG,
        "Prompt and answer together are longer than the model's context",
        "start a new session",
        RESPONSES,
        AZURE_V1,
    ),
    "too long, for another server": Known(
        400,
        {"code": 400, "message": TOO_LONG, "type": "BadRequestError", "param": None},
        Kind.TOO_LONG,
        "Prompt and answer together are longer than the model's context",
        "ask for at most 920",
        CHAT,
    ),
    "unsupported parameter": Known(
        400,
        unsupported(
            "max_tokens",
            "Unsupported parameter: 'max_tokens' is not supported with this model. Use "
            "'max_completion_tokens' instead.",
        ),
        Kind.BAD_REQUEST,
        "gpt-4o-mni does not take the parameter max_tokens",
        "-o max_completion_tokens=VALUE",
        CHAT,
    ),
    "unrecognized argument": Known(
        400,
        error(
            None, "Unrecognized request argument supplied: stream_options", type=INVALID, param=None
        ),
        Kind.BAD_REQUEST,
        "gpt-4o-mni does not take the parameter stream_options",
        "Leave it out",
        CHAT,
    ),
    "unknown parameter": Known(
        400,
        unsupported("", "Unknown parameter: 'stream_options'.", "unknown_parameter"),
        Kind.BAD_REQUEST,
        "gpt-4o-mni does not take the parameter stream_options",
        "Leave it out",
        CHAT,
    ),
    "unavailable parameters": Known(
        400,
        error(
            None,
            "logprobs, best_of and echo parameters are not available on gpt-35-turbo model. "
            "Please remove the parameter and try again.",
            type=INVALID,
        ),
        Kind.BAD_REQUEST,
        "gpt-4o-mni does not take a parameter of this request",
        "Leave out what the message names",
    ),
    "unsupported value": Known(
        400,
        unsupported(
            "temperature",
            "Unsupported value: 'temperature' does not support 0.5 with this model. Only the "
            "default (1) value is supported.",
            "unsupported_value",
        ),
        Kind.BAD_REQUEST,
        "gpt-4o-mni does not take this value for the parameter temperature",
        "a value that the message allows",
        CHAT,
    ),
    "no system prompt": Known(
        400,
        unsupported(
            "messages[0].role",
            "Unsupported value: 'messages[0].role' does not support 'system' with this model.",
            "unsupported_value",
        ),
        Kind.BAD_REQUEST,
        "gpt-4o-mni takes no system prompt",
        "--system",
        CHAT,
    ),
    "no flex tier": Known(
        400,
        unsupported(
            "service_tier",
            "Invalid service_tier argument: flex is not available for this model.",
            "invalid_value",
        ),
        Kind.BAD_REQUEST,
        "gpt-4o-mni does not have this service tier",
        "Leave service_tier out",
        CHAT,
    ),
    "foreign reasoning": Known(
        400,
        error(
            "invalid_encrypted_content",
            "The encrypted content for item rs_1 could not be verified.",
            type=INVALID,
            param=None,
        ),
        Kind.BAD_REQUEST,
        "The service can no longer read what the model thought in an earlier turn",
        "new session",
        RESPONSES,
        AZURE_V1,
    ),
    "rate limit": Known(
        429,
        error("429", LIMITED.format(60)),
        Kind.RATE_LIMIT,
        "The rate limit of gpt-4o-mni is used up for now",
        "Wait 1 min and",
    ),
    "rate limit for a day": Known(
        429,
        error("429", LIMITED.format(86400)),
        Kind.RATE_LIMIT,
        "The rate limit of gpt-4o-mni is used up for now",
        "Wait 1 d and",
    ),
    "quota": Known(
        429,
        error("insufficient_quota", "You exceeded your current quota."),
        Kind.RATE_LIMIT,
        "The quota for this credential on contoso is used up",
        "raised",
    ),
    "quota by its words": Known(
        429,
        error("429", "You exceeded your current quota, please check your plan."),
        Kind.RATE_LIMIT,
        "The quota for this credential on contoso is used up",
        "raised",
    ),
    "billing limit": Known(
        429,
        error("billing_hard_limit_reached", "Billing hard limit has been reached."),
        Kind.RATE_LIMIT,
        "The quota for this credential on contoso is used up",
        "raised",
    ),
    "model's failure": Known(
        500,
        error(None, SORRY, type="server_error", param=None),
        Kind.SERVER,
        "Azure had an error of its own",
        "in a moment",
    ),
    "overload": Known(
        503,
        error("ServiceUnavailable", "The service is temporarily unable to process your request."),
        Kind.SERVER,
        "Azure has too much to do, or the service is down",
        "another region",
    ),
    "gateway's patience": Known(
        504, error(None, "Gateway timeout."), Kind.TIMEOUT, "Azure took too long to answer", "fewer"
    ),
    "too large": Known(
        413,
        error("413", "Too large."),
        Kind.BAD_REQUEST,
        "The prompt is too large for contoso",
        "Shorten",
    ),
    "proxy's sign-in": Known(
        407,
        error("407", "Sign in."),
        Kind.CONNECTION,
        "A proxy on the way to contoso asks for a sign-in",
        "HTTPS_PROXY",
    ),
    "wrong request, said by FastAPI": Known(
        422,
        {"detail": [{"loc": ["body", "messages", 0], "msg": "field required", "type": "missing"}]},
        Kind.BAD_REQUEST,
        "127.0.0.1:8080 refused the request",
        "Change what the message names",
        endpoint=OTHER,
    ),
    "anything else": Known(
        400,
        error("BadRequest", "Something else."),
        Kind.BAD_REQUEST,
        "Azure refused the request",
        "Change what the message names",
    ),
}


@pytest.mark.parametrize("known", KNOWN.values(), ids=KNOWN)
def test_what_a_refusal_means(known: Known) -> None:
    problem = refused(known.status, known.body, endpoint=known.endpoint, api=known.api)
    assert (problem.kind, problem.title, problem.status) == (
        known.kind,
        known.title,
        known.status,
    )
    assert known.fix in problem.fix
    assert problem.try_api is known.try_api
    assert "{" not in problem.title + problem.fix


@pytest.mark.parametrize("known", KNOWN.values(), ids=KNOWN)
def test_a_refusal_keeps_the_services_own_words(known: Known) -> None:
    said = known.body.get("error", known.body)
    words = said if isinstance(said, str) else said.get("message") or said["detail"]
    problem = refused(known.status, known.body, endpoint=known.endpoint, api=known.api)
    assert problem.detail == (
        "body.messages.0: field required" if isinstance(words, list) else words
    )


def test_a_missing_deployment_has_its_causes_in_order_of_likelihood() -> None:
    fix = refused(404, error("DeploymentNotFound", NOT_DEPLOYED)).fix
    causes = ["the name", "another resource's", "less than five minutes ago"]
    assert [fix.index(cause) for cause in causes] == sorted(map(fix.index, causes))


def test_a_refusal_says_what_was_asked_and_which_ids_support_wants() -> None:
    ids = {"x-request-id": "1", "apim-request-id": "2", "x-ms-region": "Sweden Central"}
    problem = refused(500, "", headers={**ids, "x-other": "3"})
    assert problem.asked == (
        "https://contoso.openai.azure.com/openai/deployments/gpt-4o-mni/completions"
        "?api-version=2024-02-01"
    )
    assert dict(problem.ids) == ids


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"retry-after": "9"}, "9 s"),
        ({"retry-after-ms": "1500", "retry-after": "9"}, "2 s"),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT"}, "a minute"),
        ({}, "a minute"),
    ],
)
def test_a_rate_limit_says_how_long_to_wait(headers: dict[str, str], wait: str) -> None:
    assert f"Wait {wait} and" in refused(429, error("429", "Slow down."), headers=headers).fix


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ("", "502 Bad Gateway"),
        ("<html>\n<h1>Bad gateway</h1>", "<html> <h1>Bad gateway</h1>"),
        ("[1]", "[1]"),
        ({"detail": "No."}, "No."),
        ({"error": "No."}, "No."),
    ],
)
def test_bodies_of_other_shapes_are_shown(body: Any, detail: str) -> None:
    assert refused(502, body).detail == detail


def test_other_servers_are_named_by_their_host() -> None:
    missing = refused(404, error("404", "Not found"), endpoint=OTHER)
    assert missing.title == "127.0.0.1:8080 has nothing at this address"
    assert "--api chat" in missing.fix
    keyless = refused(401, error("401", "No key."), endpoint=OTHER, key=None)
    assert keyless.title == "127.0.0.1:8080 asks for a key, and this profile has none"
    unknown = refused(404, error("model_not_found", "No."), endpoint=OTHER)
    assert "Azure" not in unknown.title + unknown.fix
    assert "log" in refused(500, "", endpoint=OTHER).fix
    assert refused(500, "", endpoint=OTHER).title == "127.0.0.1:8080 had an error of its own"


@pytest.mark.parametrize(
    ("auth", "endpoint", "title", "fix"),
    [
        (Auth.TOKEN, AZURE, "the token …cdef", "--resource https://cognitiveservices."),
        (Auth.TOKEN, AZURE_V1, "the token …cdef", "--resource https://ai.azure.com)"),
        (Auth.ENTRA, AZURE_V1, "your Entra ID sign-in", "Cognitive Services OpenAI User"),
        (Auth.DEVICE_CODE, AZURE, "your Entra ID sign-in", "tenant"),
    ],
)
def test_a_refused_credential_is_named_for_what_it_is(
    auth: Auth, endpoint: Endpoint, title: str, fix: str
) -> None:
    problem = refused(401, error("401", "No."), endpoint=endpoint, auth=auth)
    assert title in problem.title
    assert fix in problem.fix
