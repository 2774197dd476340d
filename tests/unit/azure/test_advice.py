from __future__ import annotations

from typing import Any

import pytest

from aztui.azure.advice import fit, replacement, window
from aztui.core.request import Api
from aztui.core.window import Window

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


def test_a_prompt_that_is_too_long_by_itself_is_told_so() -> None:
    words = (
        "Input tokens exceed the configured limit of 272000 tokens. Your messages resulted in "
        "300000 tokens. Please reduce the length of the messages."
    )
    assert fit(words, Api.RESPONSES, {}) == (
        "A prompt may have 272000 tokens and this one has 300000: shorten it, or start a new "
        "session."
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            (
                "This model's maximum context length is 8192 tokens. However, you requested 8218 "
                "tokens (8138 in the messages, 80 in the completion). Please reduce the length of "
                "the messages or completion."
            ),
            Window(8_192),
        ),
        (
            (
                "This model's maximum context length is 128000 tokens. However, your messages "
                "resulted in 130383 tokens. Please reduce the length of the messages."
            ),
            Window(128_000),
        ),
        (
            (
                "This model's maximum context length is 4097 tokens, however you requested 4201 "
                "tokens (3177 in your prompt; 1024 for the completion). Please reduce your prompt; "
                "or completion length."
            ),
            Window(4_097),
        ),
        ("This endpoint's maximum context length is 32,768 tokens.", Window(32_768)),
        (
            (
                "Input tokens exceed the configured limit of 272000 tokens. Your messages resulted "
                "in 300000 tokens. Please reduce the length of the messages."
            ),
            Window(input=272_000),
        ),
        (
            (
                "This model's maximum prompt length is 131072 but the request contains 200000 "
                "tokens."
            ),
            Window(input=131_072),
        ),
        (
            (
                "'max_tokens' or 'max_completion_tokens' is too large: 5000. This model's maximum "
                "context length is 4096 tokens and your request has 100 input tokens (5000 > 4096 "
                "- 100)."
            ),
            Window(4_096),
        ),
        (
            (
                "The decoder prompt (length 5000) is longer than the maximum model length of 4096. "
                "Make sure that `max_model_len` is no smaller than the number of text tokens."
            ),
            Window(4_096),
        ),
        (
            "the request exceeds the available context size (2048 tokens), try increasing it",
            Window(2_048),
        ),
        (
            (
                "Trying to keep the first 111490 tokens when context the overflows. However, the "
                "model is loaded with context length of only 32768 tokens, which is not enough."
            ),
            Window(32_768),
        ),
        # These name other numbers, or none.
        (
            "Your input exceeds the context window of this model. Please adjust your input.",
            None,
        ),
        (
            (
                "max_tokens is too large: 20000. This model supports at most 16384 completion "
                "tokens, whereas you provided 20000."
            ),
            None,
        ),
        ("This model's maximum context length is 0 tokens.", None),
        ("This model's maximum context length is 99999999999999 tokens.", None),
        ("Requests have exceeded the token rate limit of 1000 tokens.", None),
        ("", None),
    ],
)
def test_how_much_fits_is_read_from_a_refusal(words: str, said: Window | None) -> None:
    assert window(words) == said
    assert window(words.upper()) == said


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
