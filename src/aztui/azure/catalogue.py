"""Every refusal that is known: what it means and what to do, in one table."""

from __future__ import annotations

from typing import Final

from aztui.azure.decode.wire_error import FILTER_FIX, SPENT_FIX, TOO_LONG
from aztui.azure.rules import (
    Rule,
    all_of,
    answers_another_api,
    any_of,
    azure,
    broken,
    by_token,
    code,
    completions,
    dated,
    keyless,
    no_deployment,
    no_operation,
    param,
    signed_in,
    spent,
    status,
    too_long,
    version_too_old,
    words,
)
from aztui.core.problem import Kind

# Codes and messages as users of Azure have reported them; the first rule that holds decides.
RULES: Final = (
    Rule(
        lambda refusal: refusal.error.from_filter,
        Kind.CONTENT_FILTER,
        "The content filter refused the prompt{found}",
        FILTER_FIX,
    ),
    Rule(
        answers_another_api,
        Kind.BAD_REQUEST,
        "{deployment} does not answer the {api} API",
        "Ask it through the {answering} API (--api {answering}), or choose a deployment whose "
        "model answers {api}.",
    ),
    Rule(
        no_operation,
        Kind.BAD_REQUEST,
        "{deployment} does not answer the {api} API",
        "Ask it through another API ({other}), or choose a deployment whose model answers {api}.",
    ),
    Rule(
        version_too_old,
        Kind.BAD_REQUEST,
        "The api-version {version} is too old for this request",
        "Use {since} or a later one (--api-version {since}), or leave out what the message names.",
    ),
    Rule(
        words("api version not supported"),
        Kind.NOT_FOUND,
        "{resource} does not know the api-version {version}",
        "Use one that Azure lists, such as 2024-10-21, or v1 (--api-version).",
    ),
    Rule(
        all_of(any_of(no_deployment, words("api deployment")), azure),
        Kind.NOT_FOUND,
        "The deployment {deployment} does not exist on {resource}",
        "Most likely it is the name: compare it with those under Deployments in the Azure AI "
        "Foundry portal. Else the endpoint is another resource's, or the deployment was made less "
        "than five minutes ago.",
    ),
    Rule(
        any_of(
            no_deployment,
            all_of(status(404), words("deployment", "the model", "model '", 'model "')),
        ),
        Kind.NOT_FOUND,
        "There is no {deployment} on {resource}",
        "Check the name among the models that this server offers.",
    ),
    Rule(
        too_long,
        Kind.TOO_LONG,
        TOO_LONG,
        "{fit}",
    ),
    Rule(
        code("invalid_encrypted_content"),
        Kind.BAD_REQUEST,
        "The service can no longer read what the model thought in an earlier turn",
        "Begin a new session: another resource or another model has taken part in this one.",
    ),
    Rule(
        any_of(
            words("streaming requests are not", "verified to stream"),
            all_of(code("unsupported_value"), param("stream")),
        ),
        Kind.PERMISSION,
        "{deployment} does not stream its answers",
        "aztui only streams: choose another deployment, or have streaming allowed for this one.",
    ),
    Rule(
        all_of(status(400), any_of(param("service_tier"), words("service_tier", "flex"))),
        Kind.BAD_REQUEST,
        "{deployment} does not have this service tier",
        "Leave service_tier out, or use the deployment's own (-o service_tier=default).",
    ),
    Rule(
        any_of(
            code("unsupported_parameter", "unknown_parameter"),
            words("unrecognized request argument", "parameters are not available"),
        ),
        Kind.BAD_REQUEST,
        "{deployment} does not take {param}",
        "{replacement}",
    ),
    Rule(
        words("role' does not support 'system'"),
        Kind.BAD_REQUEST,
        "{deployment} takes no system prompt",
        "Leave the system prompt out (--system), or put its text into the prompt.",
    ),
    Rule(
        code("unsupported_value", "invalid_value"),
        Kind.BAD_REQUEST,
        "{deployment} does not take this value for {param}",
        "Use a value that the message allows (-o {name}=VALUE).",
    ),
    Rule(
        spent,
        Kind.RATE_LIMIT,
        "The quota for this credential on {resource} is used up",
        SPENT_FIX,
    ),
    Rule(
        any_of(code("AuthenticationTypeDisabled"), words("key based authentication is disabled")),
        Kind.AUTHENTICATION,
        "{resource} takes no keys: its owner has turned them off",
        'Sign in with Entra ID instead: {install}, and auth = "entra" in the '
        "profile's table of config.toml.",
    ),
    Rule(
        words("does not have access to api/operation", "lacks the required data action"),
        Kind.PERMISSION,
        "Who is signed in may not use {deployment} on {resource}",
        "Have the role Cognitive Services OpenAI User assigned under Access control in the Azure "
        "portal; it takes some minutes until that counts.",
    ),
    Rule(
        words("does not match resource tenant"),
        Kind.AUTHENTICATION,
        "{resource} belongs to another tenant than the access token",
        "Sign in to the resource's tenant (AZURE_TENANT_ID, or az login --tenant).",
    ),
    Rule(
        all_of(status(401), by_token),
        Kind.AUTHENTICATION,
        "{resource} does not accept the token {key}",
        "It may have expired: they last about an hour. Get a new one (az account "
        "get-access-token --resource {audience}), and start aztui with it.",
    ),
    Rule(
        all_of(status(401), signed_in),
        Kind.AUTHENTICATION,
        "{resource} does not accept your Entra ID sign-in",
        "Check that you are signed in to the resource's tenant, and that your account has the "
        "role Cognitive Services OpenAI User on it.",
    ),
    Rule(
        words("access token is missing, invalid"),
        Kind.AUTHENTICATION,
        "{resource} does not accept the credential {key}",
        "An access token lives for about an hour and must be meant for {audience}: get a new one. "
        "A key is copied from the Azure portal (the resource's page Keys and Endpoint).",
    ),
    Rule(
        all_of(status(401), keyless),
        Kind.AUTHENTICATION,
        "{resource} asks for a key, and this profile has none",
        "Set the profile's key beside its endpoint.",
    ),
    Rule(
        all_of(status(401), azure),
        Kind.AUTHENTICATION,
        "{resource} does not accept the key {key}",
        "Copy the key again from the Azure portal (the resource's page Keys and Endpoint), and "
        "check that the endpoint is the same resource's.",
    ),
    Rule(
        status(401),
        Kind.AUTHENTICATION,
        "{resource} does not accept the key {key}",
        "Check the key, and that it is meant for this server.",
    ),
    Rule(
        all_of(status(403), words("use the correct endpoint")),
        Kind.PERMISSION,
        "{resource} is not to be asked at this address",
        "Use the endpoint that the Azure portal shows under Keys and Endpoint, from a network that "
        "the resource lets in.",
    ),
    Rule(
        all_of(status(403), words("virtual network", "firewall")),
        Kind.PERMISSION,
        "{resource} lets only certain networks in, and not this one",
        "Connect from an allowed network (a VPN, perhaps), or have this one added under "
        "Networking in the Azure portal.",
    ),
    Rule(
        all_of(status(403), words("temporarily blocked")),
        Kind.PERMISSION,
        "Azure has blocked {resource} for now",
        "Only Azure's support can lift that: give it the ids below. Its mails to the owner of the "
        "subscription say why.",
    ),
    Rule(
        all_of(status(403), azure),
        Kind.PERMISSION,
        "{resource} does not allow this request",
        "Check in the Azure portal that the credential may use the deployment (role Cognitive "
        "Services OpenAI User).",
    ),
    Rule(
        status(403),
        Kind.PERMISSION,
        "{resource} does not allow this request",
        "Check what the key is allowed to do on this server.",
    ),
    Rule(
        all_of(status(404), dated),
        Kind.NOT_FOUND,
        "{resource} has nothing at this address: the path or the api-version is wrong",
        "Compare the URL that was asked with the target URI that the portal shows. Its path comes "
        "from the endpoint; its api-version is {version}.",
    ),
    Rule(
        all_of(status(404), azure, completions),
        Kind.NOT_FOUND,
        "{resource} has nothing at this address: /openai/v1 has no completions",
        "Use a dated api-version (--api-version 2024-10-21), or the chat API (--api chat).",
    ),
    Rule(
        status(404),
        Kind.NOT_FOUND,
        "{resource} has nothing at this address",
        "Check the path of the URL that was asked: it comes from the endpoint. The server may not "
        "answer the {api} API: try another ({other}).",
    ),
    Rule(
        status(407),
        Kind.CONNECTION,
        "A proxy on the way to {resource} asks for a sign-in",
        "Put its user name and password into HTTPS_PROXY (http://user:password@host:port), or "
        "leave the proxy out with NO_PROXY.",
    ),
    Rule(
        status(408, 504),
        Kind.TIMEOUT,
        "{who} took too long to answer",
        "Send the prompt again; if it happens again, ask for fewer tokens.",
    ),
    Rule(
        status(413),
        Kind.BAD_REQUEST,
        "The prompt is too large for {resource}",
        "Shorten the prompt.",
    ),
    Rule(
        status(429),
        Kind.RATE_LIMIT,
        "The rate limit of {deployment} is used up for now",
        "Wait {wait} and send the prompt again; the limit is the deployment's tokens and "
        "requests a minute.",
    ),
    Rule(
        status(503),
        Kind.SERVER,
        "{who} has too much to do, or the service is down",
        "Wait {wait} and send the prompt again; if it goes on, use a deployment in another region.",
    ),
    Rule(
        all_of(broken, azure),
        Kind.SERVER,
        "{who} had an error of its own",
        "Send the prompt again in a moment; if it goes on, give support the ids below.",
    ),
    Rule(
        broken,
        Kind.SERVER,
        "{who} had an error of its own",
        "Send the prompt again in a moment; if it goes on, its log may say why.",
    ),
    Rule(
        lambda refusal: 300 <= refusal.status < 400,
        Kind.PROTOCOL,
        "{resource} points to another address instead of answering",
        "If you trust that address, set it as the endpoint.",
    ),
    Rule(
        lambda _: True,
        Kind.BAD_REQUEST,
        "{who} refused the request",
        "Change what the message names, and send the prompt again.",
    ),
)
