from dataclasses import replace

import pytest

from aztui.core.lessons import UNKNOWN, Refused
from aztui.core.logprobs import unasked, wanted, with_logprobs
from aztui.core.profile import Endpoint, Profile
from aztui.core.request import Api, Params, compose

PROFILE = Profile(
    "work", Endpoint("https://a.openai.azure.com", "2024-10-21"), None, "gpt", Api.CHAT
)


@pytest.mark.parametrize(
    ("api", "members"),
    [
        (Api.COMPLETIONS, {"logprobs": 5}),
        (Api.CHAT, {"logprobs": True, "top_logprobs": 5}),
        (Api.RESPONSES, {"top_logprobs": 5}),
    ],
)
def test_each_api_is_asked_in_its_way(api: Api, members: Params) -> None:
    assert with_logprobs(api, {"temperature": 0}) == {"temperature": 0, **members}


@pytest.mark.parametrize("own", [{"logprobs": True, "top_logprobs": 20}, {"logprobs": True}])
def test_what_the_user_asks_for_counts(own: Params) -> None:
    assert with_logprobs(Api.CHAT, own) == own


def test_they_are_not_wanted_where_somebody_says_so_or_none_come() -> None:
    assert wanted(PROFILE, UNKNOWN)
    assert not wanted(replace(PROFILE, logprobs=False), UNKNOWN)
    assert not wanted(PROFILE, replace(UNKNOWN, logprobs=False))


def test_a_refusal_of_what_the_user_asked_for_is_told() -> None:
    own = compose(Api.CHAT, "gpt", "Why?", params={"logprobs": True, "top_logprobs": 20})
    ours = compose(Api.CHAT, "gpt", "Why?", logprobs=True)
    lesson = Refused("logprobs")
    assert unasked(ours, lesson)
    assert not unasked(own, lesson)
    assert not unasked(ours, Refused("temperature"))
