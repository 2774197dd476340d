"""A run as code that asks the same: Python with OpenAI's SDK, and curl.

The credential is always a variable of the environment, or what a sign-in gives, never the value.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from typing import Final

from aztui.core.profile import Auth
from aztui.core.request import Api, Json
from aztui.explore.literals import argument, string
from aztui.explore.target import Target

_SCOPE: Final = "https://cognitiveservices.azure.com"
"""What an Entra ID token is asked for (Azure's page on managed identities)."""

_SHARED: Final = (
    *("model", "metadata", "safety_identifier", "service_tier", "store", "stream"),
    *("prompt_cache_key", "prompt_cache_retention", "stream_options"),
    *(
        "parallel_tool_calls",
        "temperature",
        "tool_choice",
        "tools",
        "top_logprobs",
        "top_p",
        "user",
    ),
)
ARGUMENTS: Final[Mapping[Api, frozenset[str]]] = {
    Api.COMPLETIONS: frozenset(
        (
            *("model", "prompt", "best_of", "echo", "frequency_penalty", "logit_bias", "logprobs"),
            *("max_tokens", "n", "presence_penalty", "seed", "stop", "stream", "stream_options"),
            *("suffix", "temperature", "top_p", "user"),
        )
    ),
    Api.CHAT: frozenset(
        (
            *_SHARED,
            *("messages", "audio", "frequency_penalty", "function_call", "functions"),
            *("logit_bias", "logprobs", "max_completion_tokens", "max_tokens", "modalities", "n"),
            *("prediction", "presence_penalty", "reasoning_effort", "response_format", "seed"),
            *("stop", "verbosity", "web_search_options"),
        )
    ),
    Api.RESPONSES: frozenset(
        (
            *_SHARED,
            *("input", "instructions", "background", "conversation"),
            *("include", "max_output_tokens", "max_tool_calls", "previous_response_id", "prompt"),
            *("reasoning", "text", "truncation"),
        )
    ),
}
"""What the SDK's methods take by name, but for what only its latest versions do: all else goes
along in `extra_body`."""

_METHODS: Final[Mapping[Api, str]] = {
    Api.COMPLETIONS: "completions",
    Api.CHAT: "chat.completions",
    Api.RESPONSES: "responses",
}
_TEXTS: Final[Mapping[Api, tuple[str, str]]] = {
    Api.COMPLETIONS: ("choice.text", "choice.text"),
    Api.CHAT: ("choice.delta and choice.delta.content", "choice.delta.content"),
}
"""Of a choice in a chunk: whether there is text in it, and the text."""

_NO_KEY: Final = "none"
"""Sent where a server asks for no credential, since the SDK insists on one."""
_SHELL: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def python(target: Target) -> str:
    """Return a script that asks the same and prints the answer as it comes."""
    return "\n".join([*_imports(target), "", *_client(target), *_call(target), *_loop(target), ""])


def curl(target: Target) -> str:
    """Return a command that asks the same and prints the events as they come.

    The body is no argument, which could be too long and would be read by the shell.
    """
    lines = [
        f"curl --silent --show-error --no-buffer {shlex.quote(target.url)}",
        f"  --header {_header(target)}",
        "  --header 'Content-Type: application/json'",
        "  --data-binary @- <<'EOF'",
    ]
    # No line of JSON is the same as the last one: each begins with a blank or a brace.
    return " \\\n".join(lines) + f"\n{target.as_json}\nEOF\n"


def _imports(target: Target) -> Iterator[str]:
    if target.auth in {Auth.KEY, Auth.TOKEN}:
        yield "import os"
        yield ""
    if _signs_in(target):
        yield "from azure.identity import DefaultAzureCredential, get_bearer_token_provider"
    yield f"from openai import {_class(target)}"


def _client(target: Target) -> Iterator[str]:
    yield f"client = {_class(target)}("
    yield f"    {_credential(target)},"
    if target.api_version is None:
        yield f"    base_url={string(target.base)},"
    else:
        yield f"    api_version={string(target.api_version)},"
        yield f"    azure_endpoint={string(target.base)},"
    yield ")"


def _credential(target: Target) -> str:
    azure = target.api_version is not None
    if _signs_in(target):
        scope = f'get_bearer_token_provider(DefaultAzureCredential(), "{_SCOPE}/.default")'
        name = "azure_ad_token_provider" if azure else "api_key"
        return f"{name}={scope}"
    if target.auth is None:
        return f"api_key={string(_NO_KEY)}"
    name = "azure_ad_token" if azure and target.auth is Auth.TOKEN else "api_key"
    return f"{name}=os.environ[{string(target.variable)}]"


def _call(target: Target) -> Iterator[str]:
    known = ARGUMENTS[target.api]
    body = {name: value for name, value in target.body.items() if name != "stream"}
    yield f"chunks = client.{_METHODS[target.api]}.create("
    for name, value in body.items():
        if name in known:
            yield f"    {argument(name, value, 1)}"
    extra: dict[str, Json] = {name: value for name, value in body.items() if name not in known}
    if extra:
        yield f"    {argument('extra_body', extra, 1)}"
    yield "    stream=True,"
    yield ")"


def _loop(target: Target) -> Iterator[str]:
    if target.api is Api.RESPONSES:
        yield "for event in chunks:"
        yield '    if event.type in {"response.output_text.delta", "response.refusal.delta"}:'
        yield '        print(event.delta, end="", flush=True)'
        return
    there, text = _TEXTS[target.api]
    n = target.body.get("n")
    several = isinstance(n, int) and n > 1
    if several:
        yield "answers = {}"
    yield "for chunk in chunks:"
    yield "    for choice in chunk.choices or []:"
    yield f"        if {there}:"
    if not several:
        yield f'            print({text}, end="", flush=True)'
        return
    yield f'            answers[choice.index] = answers.get(choice.index, "") + {text}'
    yield "for number, answer in sorted(answers.items()):"
    yield '    print(f"--- answer {number + 1}\\n{answer}")'


def _header(target: Target) -> str:
    if _signs_in(target):
        token = f"az account get-access-token --resource {_SCOPE} --query accessToken -o tsv"
        return f'"Authorization: Bearer $({token})"'
    named = bool(_SHELL.fullmatch(target.variable))
    variable = target.variable if named else "AZURE_OPENAI_API_KEY"
    shown = _NO_KEY if target.auth is None else f"${variable}"
    if target.auth is not Auth.TOKEN and target.api_version is not None:
        return f'"api-key: {shown}"'
    return f'"Authorization: Bearer {shown}"'


def _signs_in(target: Target) -> bool:
    return target.auth is not None and target.auth.signs_in


def _class(target: Target) -> str:
    return "OpenAI" if target.api_version is None else "AzureOpenAI"
