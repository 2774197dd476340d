from __future__ import annotations

from typing import Any

import pytest

from aztui.azure.advice import fit, replacement
from aztui.core.request import Api

LENGTH = "This model's maximum context length is 4097 tokens. However, "


@pytest.mark.parametrize(
    ("words", "params", "advice"),
    [
        (
            "you requested 4201 tokens (3177 in the messages, 1024 in the completion).",
            {"max_completion_tokens": 1024},
            "at most 920 (-o max_completion_tokens=920), shorten the prompt by 104, or start a new",
        ),
        (
            "you requested 4201 tokens (3177 in your prompt; 1024 for the completion).",
            {},
            "(-o max_tokens=920)",
        ),
        (
            "you requested 5016 tokens (5000 in your prompt; 16 for the completion).",
            {},
            "The context holds 4097 tokens and the prompt has 5000: shorten the prompt, or",
        ),
        (
            "your messages resulted in 5000 tokens.",
            {"max_tokens": 9},
            "has 5000: shorten the prompt, or",
        ),
        ("something is too long.", {}, "Shorten the prompt, start a new session, or ask for fewer"),
    ],
)
def test_what_is_too_long_is_told_by_how_much(
    words: str, params: dict[str, Any], advice: str
) -> None:
    assert advice in fit(LENGTH + words, Api.CHAT, params)


@pytest.mark.parametrize(
    ("api", "params", "limit"),
    [
        (Api.COMPLETIONS, {}, "max_tokens"),
        (Api.CHAT, {"max_tokens": 1024}, "max_tokens"),
        (Api.CHAT, {"max_completion_tokens": 1024}, "max_completion_tokens"),
        (Api.RESPONSES, {}, "max_output_tokens"),
    ],
)
def test_the_limit_is_called_as_the_api_calls_it(
    api: Api, params: dict[str, Any], limit: str
) -> None:
    words = "you requested 4201 tokens (3177 in your prompt; 1024 for the completion)."
    assert f"(-o {limit}=920)" in fit(LENGTH + words, api, params)


@pytest.mark.parametrize(
    ("words", "params", "advice"),
    [
        (
            "Use 'max_completion_tokens' instead.",
            {"max_tokens": 100},
            "Use max_completion_tokens in its place (-o max_completion_tokens=100).",
        ),
        ("Use 'stops' instead.", {"max_tokens": ["x"]}, "Use stops in its place (-o stops=VALUE)."),
        ("It is not supported.", {"max_tokens": 1}, "Leave it out (-o max_tokens=)."),
    ],
)
def test_what_to_send_instead_is_named(words: str, params: dict[str, Any], advice: str) -> None:
    assert replacement(words, "max_tokens", params).startswith(advice)
