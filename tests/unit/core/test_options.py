from __future__ import annotations

import pytest

from aztui.core.options import (
    brief,
    carried,
    check_background,
    checked,
    default_of,
    differing,
    fitting,
    lacks,
    told,
    value_of,
    with_option,
    with_value,
)
from aztui.core.parameters import find
from aztui.core.profile import Endpoint, Profile
from aztui.core.request import RESERVED, Api, Json, Params, RequestError

AZURE = Profile("a", Endpoint("https://a.openai.azure.com", "2024-10-21"), None, "gpt", Api.CHAT)


def test_what_goes_on_in_the_background_must_be_stored() -> None:
    with pytest.raises(RequestError, match="leave one of them out"):
        check_background(Api.RESPONSES, {"background": True, "store": False})
    for params in ({"background": True}, {"store": False}, {"background": True, "store": True}):
        check_background(Api.RESPONSES, params)
    store = find(Api.RESPONSES, "store")
    assert store is not None
    assert default_of({}, store) is False
    assert default_of({"background": True}, store) is True


def options(api: Api, *texts: str) -> Params:
    params: Params = {}
    for text in texts:
        params = with_option(api, params, text)
    return params


def refusal(api: Api, *texts: str) -> str:
    with pytest.raises(RequestError) as refused:
        options(api, *texts)
    return str(refused.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("temperature=0.2", {"temperature": 0.2}),
        (" seed =7", {"seed": 7}),
        ('stop=["a","b"]', {"stop": ["a", "b"]}),
        ("stop=END", {"stop": "END"}),
        ("user=a=b", {"user": "a=b"}),
        ("user=12", {"user": "12"}),
        ("logprobs=true", {"logprobs": True}),
        ("response_format=json_object", {"response_format": {"type": "json_object"}}),
        ("top_k=5", {"top_k": 5}),
        ("guided_regex=[a-z]", {"guided_regex": "[a-z]"}),
        ("grammar=", {"grammar": ""}),
        ("chat_template.x=1", {"chat_template.x": 1}),
    ],
)
def test_options_are_what_the_parameter_takes(text: str, expected: Params) -> None:
    assert options(Api.CHAT, text) == expected


@pytest.mark.parametrize("text", ["temperature", "=1", "", " =1"])
def test_an_option_without_key_or_value_is_refused(text: str) -> None:
    assert "KEY=VALUE" in refusal(Api.CHAT, text)


@pytest.mark.parametrize("key", sorted(RESERVED))
def test_what_aztui_fills_in_is_no_option(key: str) -> None:
    for text in (f"{key}=1", f'"{key}"=1', f"{key}.x=1"):
        assert f"aztui sets {key} itself" in refusal(Api.CHAT, text)


def test_a_wrong_value_is_told_with_the_range() -> None:
    told = refusal(Api.CHAT, "temperature=3")
    assert told == ("Option 'temperature=3': temperature takes a number from 0 to 2, not 3.")
    assert 'not "hot"' in refusal(Api.CHAT, "temperature=hot")
    assert "0 to 5" in refusal(Api.COMPLETIONS, "logprobs=6")
    assert len(refusal(Api.CHAT, f"temperature={'9' * 9000}")) < 200
    assert "nested" in refusal(Api.CHAT, "top_k=" + "[" * 99_999)
    assert "nested" in refusal(Api.CHAT, "stop=" + "[" * 99_999)


@pytest.mark.parametrize(
    ("api", "slip", "meant"),
    [
        (Api.CHAT, "temprature", "temperature"),
        (Api.CHAT, "temperatuer", "temperature"),
        (Api.CHAT, "temperaature", "temperature"),
        (Api.CHAT, "tempetature", "temperature"),
        (Api.CHAT, "Temperature", "temperature"),
        (Api.CHAT, "temp", "temperature"),
        (Api.CHAT, "maxTokens", "max_tokens"),
        (Api.CHAT, "max_token", "max_tokens"),
        (Api.CHAT, "top-p", "top_p"),
        (Api.COMPLETIONS, "presense_penalty", "presence_penalty"),
        (Api.RESPONSES, "effort", "reasoning.effort"),
        (Api.RESPONSES, "reasoning.efort", "reasoning.effort"),
        (Api.RESPONSES, "reasoning_effort", "reasoning.effort"),
        (Api.RESPONSES, "max_tokens", "max_output_tokens"),
        (Api.CHAT, "max_output_tokens", "max_tokens"),
    ],
)
def test_a_slip_is_an_error_that_names_what_was_meant(api: Api, slip: str, meant: str) -> None:
    told = refusal(api, f"{slip}=1")
    assert f"did you mean {meant}?" in told or f"calls {slip} {meant}:" in told


OTHERS = """
top_k min_p typical_p tfs_z min_tokens repeat_penalty repetition_penalty length_penalty
stop_token_ids ignore_eos prompt_logprobs n_predict n_probs mirostat cache_prompt grammar
json_schema samplers best_of tools tool_choice stream_options modalities prediction
safety_identifier prompt_cache_key reasoning include_reasoning extra_body id_slot tags
"""


@pytest.mark.parametrize("name", OTHERS.split())
def test_what_other_servers_have_goes_through(name: str) -> None:
    assert options(Api.CHAT, f"{name}=1") == {name: 1}


def test_a_parameter_of_another_api_is_refused_with_its_owner() -> None:
    told = refusal(Api.RESPONSES, "seed=3")
    assert "no parameter seed" in told
    assert "--api chat" in told
    assert "--api completions" in refusal(Api.CHAT, "suffix=x")


def test_one_answer_is_nothing_to_ask_for() -> None:
    assert with_value(Api.RESPONSES, {"top_p": 0.5}, "echo", False) == {"top_p": 0.5}
    assert with_value(Api.CHAT, {"n": 5}, "n", 1) == {"n": 1}


def test_a_key_in_quotes_is_sent_as_it_is() -> None:
    assert options(Api.CHAT, '"temprature"=1') == {"temprature": 1}
    assert options(Api.CHAT, '"temperature"=3') == {"temperature": 3}
    assert options(Api.RESPONSES, '"reasoning.effort"=x') == {"reasoning.effort": "x"}


def test_an_empty_value_takes_a_parameter_back_to_its_default() -> None:
    assert options(Api.COMPLETIONS, "max_tokens=5", "echo=true", "max_tokens=") == {"echo": True}
    assert options(Api.COMPLETIONS, "max_tokens=5", "max_tokens=null") == {}
    assert options(Api.RESPONSES, "reasoning.effort=low", "reasoning.effort=") == {}


def test_members_of_members_are_nested_and_join() -> None:
    assert options(
        Api.RESPONSES,
        'reasoning={"effort":"low","generate_summary":"auto"}',
        "reasoning.summary=auto",
        "reasoning.effort=high",
        "text.verbosity=low",
        "text.other=1",
    ) == {
        "reasoning": {"effort": "high", "generate_summary": "auto", "summary": "auto"},
        "text": {"verbosity": "low", "other": 1},
    }


def test_members_that_are_given_at_once_are_checked_too() -> None:
    assert "reasoning.effort takes" in refusal(Api.RESPONSES, 'reasoning={"effort":"lots"}')
    assert "as reasoning.effort" in refusal(Api.RESPONSES, "reasoning=low")
    assert options(Api.RESPONSES, 'text={"format":"json_object"}') == {
        "text": {"format": {"type": "json_object"}}
    }


def test_settings_are_checked_like_options() -> None:
    given: Params = {"temperature": 0.5, "response_format": "json_object", "top_k": 4}
    assert checked(Api.CHAT, given) == {**given, "response_format": {"type": "json_object"}}
    assert checked(Api.RESPONSES, {"reasoning": {"effort": "low"}}) == {
        "reasoning": {"effort": "low"}
    }
    with pytest.raises(RequestError, match="from 0 to 2"):
        checked(Api.CHAT, {"temperature": "0.5"})
    with pytest.raises(RequestError, match="did you mean temperature"):
        checked(Api.CHAT, {"temprature": 0.5})


@pytest.mark.parametrize(
    ("api", "params", "left"),
    [
        (Api.CHAT, {"temperature": 1.0, "top_p": 0.5, "n": 1}, {"top_p": 0.5}),
        (Api.CHAT, {"logprobs": False, "seed": 0, "top_k": 1}, {"seed": 0, "top_k": 1}),
        (Api.CHAT, {"temperature": True, "presence_penalty": False}, None),
        (Api.CHAT, {"response_format": {"type": "text"}}, {}),
        (Api.CHAT, {"max_tokens": 16}, None),
        (Api.COMPLETIONS, {"max_tokens": 16}, {}),
        (Api.RESPONSES, {"store": False, "text": {"verbosity": "medium"}}, {}),
        (Api.RESPONSES, {"text": {"verbosity": "medium", "x": 1}}, {"text": {"x": 1}}),
        (Api.RESPONSES, {"store": True}, None),
    ],
)
def test_only_what_differs_from_the_default(api: Api, params: Params, left: Params | None) -> None:
    assert differing(api, params) == (params if left is None else left)


def test_a_server_with_defaults_of_its_own_is_told_them_all() -> None:
    other = Profile("o", Endpoint("http://a", None), None, "m", Api.CHAT, own_defaults=True)
    assert told(AZURE, {"temperature": 1}) == {}
    assert told(other, {"temperature": 1}) == {"temperature": 1}


@pytest.mark.parametrize(
    ("was", "api", "params", "expected", "lacking"),
    [
        (Api.COMPLETIONS, Api.RESPONSES, {"max_tokens": 9}, {"max_output_tokens": 9}, ()),
        (Api.COMPLETIONS, Api.CHAT, {"max_tokens": 9, "seed": 1}, {"max_tokens": 9, "seed": 1}, ()),
        (Api.COMPLETIONS, Api.CHAT, {"max_tokens": 0, "echo": True}, {}, ("max_tokens", "echo")),
        (Api.COMPLETIONS, Api.CHAT, {"logprobs": 3}, {}, ("logprobs",)),
        (Api.COMPLETIONS, Api.CHAT, {"echo": False, "top_k": 1}, {"top_k": 1}, ()),
        (
            Api.CHAT,
            Api.RESPONSES,
            {"reasoning_effort": "low", "verbosity": "low", "n": 2, "seed": 3},
            {"n": 2, "reasoning": {"effort": "low"}, "text": {"verbosity": "low"}},
            ("seed",),
        ),
        (Api.CHAT, Api.CHAT, {"temperature": 3}, {"temperature": 3}, ()),
    ],
)
def test_parameters_move_to_another_api(
    was: Api, api: Api, params: Params, expected: Params, lacking: tuple[str, ...]
) -> None:
    assert fitting(api, params, was) == (expected, lacking)


def test_what_the_user_changed_goes_along_to_another_profile() -> None:
    own: Params = {"max_tokens": 1000, "top_p": 0.9, "seed": 1}
    chosen: Params = {"max_tokens": 500, "seed": 1, "echo": True, "temperature": 0.1}
    theirs: Params = {"top_p": 0.5, "text": {"verbosity": "low"}}
    now = (Api.RESPONSES, theirs)
    assert carried(chosen, (Api.COMPLETIONS, own), now) == (
        {"text": {"verbosity": "low"}, "temperature": 0.1, "max_output_tokens": 500},
        ("echo",),
    )
    assert carried(own, (Api.COMPLETIONS, own), now) == (theirs, ())


def test_what_the_user_took_away_is_not_brought_back_by_another_profile() -> None:
    was: Params = {"reasoning": {"effort": "low"}, "x_free": 1}
    now: Params = {"reasoning": {"effort": "high"}, "x_free": 2, "temperature": 0.1}
    kept = carried({}, (Api.RESPONSES, was), (Api.RESPONSES, now))
    assert kept == ({"temperature": 0.1}, ())


def test_what_belongs_to_other_apis_only() -> None:
    assert lacks(Api.CHAT, "suffix")
    assert lacks(Api.CHAT, "reasoning")
    assert not lacks(Api.CHAT, "seed")
    assert not lacks(Api.CHAT, "top_k")


def test_what_is_set_in_few_letters() -> None:
    params: Params = {"top_k": 4, "n": 1, "max_tokens": 1000, "temperature": 0.7, "stop": "x" * 99}
    assert brief(Api.CHAT, params) == (
        "temp 0.7",
        "n 1",
        "max 1000",
        f"stop {'x' * 23}…",
        "top_k 4",
    )
    nested: Json = {"effort": "low", "context": "all"}
    assert brief(Api.RESPONSES, {"reasoning": nested}) == (
        "effort low",
        'reasoning {"context": "all"}',
    )


def test_the_value_of_a_member_that_is_none() -> None:
    effort = find(Api.RESPONSES, "reasoning.effort")
    assert effort is not None
    assert value_of({"reasoning": "odd"}, effort) is None
    assert value_of({"reasoning": {"effort": "low"}}, effort) == "low"
