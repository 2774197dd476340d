from __future__ import annotations

import pytest

from aztui.core.parameters import TABLE, Parameter, counterpart, find, limits, parameters
from aztui.core.request import RESERVED, Api

EVERY = [(api, parameter) for api in Api for parameter in parameters(api)]
NAMES = [f"{api}-{parameter.name}" for api, parameter in EVERY]


@pytest.mark.parametrize("api", Api)
def test_every_name_is_there_once(api: Api) -> None:
    names = [parameter.name for parameter in parameters(api)]
    assert len(names) == len(set(names))
    assert not RESERVED & {name.partition(".")[0] for name in names}


SHARED = """
max_tokens temperature top_p n stop presence_penalty frequency_penalty logit_bias seed logprobs user
"""
LEGACY = "suffix echo"
CHAT = "max_completion_tokens top_logprobs response_format reasoning_effort verbosity service_tier"
RESPONSES = """
max_output_tokens temperature top_p top_logprobs reasoning.effort reasoning.summary text.verbosity
text.format service_tier background store truncation metadata user
"""


@pytest.mark.parametrize(
    ("api", "names"),
    [
        (Api.COMPLETIONS, SHARED + LEGACY),
        (Api.CHAT, SHARED + CHAT),
        (Api.RESPONSES, RESPONSES),
    ],
)
def test_what_each_api_takes(api: Api, names: str) -> None:
    assert set(names.split()) <= {parameter.name for parameter in parameters(api)}


@pytest.mark.parametrize(("api", "parameter"), EVERY, ids=NAMES)
def test_a_default_is_a_value_and_its_text_means_it(api: Api, parameter: Parameter) -> None:
    if parameter.default is None:
        assert parameter.unset
        return
    assert parameter.kind.holds(parameter.default)
    assert parameter.kind.read(parameter.kind.write(parameter.default)) == parameter.default


@pytest.mark.parametrize("parameter", TABLE, ids=lambda parameter: parameter.name)
def test_what_it_does_fits_into_a_line(parameter: Parameter) -> None:
    assert 10 <= len(parameter.words) <= 36
    assert parameter.kind.words
    assert len(parameter.short) <= len("top_logprobs")


def test_what_is_the_same_has_one_short_name() -> None:
    limit = find(Api.RESPONSES, "max_output_tokens")
    effort = find(Api.CHAT, "reasoning_effort")
    legacy = find(Api.COMPLETIONS, "max_tokens")
    assert limit is not None
    assert effort is not None
    assert legacy is not None
    assert counterpart(Api.COMPLETIONS, limit) == legacy
    assert counterpart(Api.CHAT, legacy) == find(Api.CHAT, "max_tokens")
    assert counterpart(Api.RESPONSES, effort) == find(Api.RESPONSES, "reasoning.effort")
    assert counterpart(Api.COMPLETIONS, effort) is None


def test_the_limit_to_recommend_comes_first() -> None:
    assert limits(Api.COMPLETIONS) == ("max_tokens",)
    assert limits(Api.CHAT) == ("max_tokens", "max_completion_tokens")
    assert limits(Api.RESPONSES) == ("max_output_tokens",)
