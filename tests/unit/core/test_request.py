import pytest

from aztui.core.request import (
    RESERVED,
    TRAITS,
    Api,
    Message,
    Request,
    RequestError,
    compose,
    parse_option,
    with_answers,
)

EARLIER = (Message("user", "Hi"), Message("assistant", "Hello"))


def test_chat_sends_the_system_prompt_and_the_earlier_turns() -> None:
    request = compose(Api.CHAT, "gpt", "And now?", system="Be brief.", turns=EARLIER)
    assert request.messages == (
        Message("system", "Be brief."),
        *EARLIER,
        Message("user", "And now?"),
    )
    assert request.prompt == "And now?"


def test_a_completions_prompt_stands_alone() -> None:
    request = compose(Api.COMPLETIONS, "instruct", "Once", turns=EARLIER)
    assert request.messages == (Message("user", "Once"),)


def test_completions_refuse_a_system_prompt_and_say_what_to_do() -> None:
    with pytest.raises(RequestError, match="--api chat"):
        compose(Api.COMPLETIONS, "instruct", "Once", system="Be brief.")


@pytest.mark.parametrize("blank", ["", " ", "\n\t"])
def test_a_blank_prompt_is_not_sent(blank: str) -> None:
    with pytest.raises(RequestError, match="empty"):
        compose(Api.CHAT, "gpt", blank)


def test_a_prompt_keeps_its_white_space() -> None:
    assert compose(Api.COMPLETIONS, "instruct", " Once \n").prompt == " Once \n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("temperature=0.2", ("temperature", 0.2)),
        ("n=3", ("n", 3)),
        ('stop=["a","b"]', ("stop", ["a", "b"])),
        ("stop=END", ("stop", "END")),
        ("user=a=b", ("user", "a=b")),
        ("echo=true", ("echo", True)),
        (" seed =7", ("seed", 7)),
        ("stop=", ("stop", "")),
    ],
)
def test_options_are_json_or_text(text: str, expected: object) -> None:
    assert parse_option(text) == expected


@pytest.mark.parametrize("text", ["temperature", "=1", ""])
def test_an_option_without_key_or_value_is_refused(text: str) -> None:
    with pytest.raises(RequestError, match="KEY=VALUE"):
        parse_option(text)


@pytest.mark.parametrize("key", sorted(RESERVED))
def test_what_aztui_fills_in_is_no_option(key: str) -> None:
    with pytest.raises(RequestError, match=key):
        parse_option(f"{key}=1")


@pytest.mark.parametrize(("n", "answers"), [(3, 3), (None, 1), (0, 1), ("many", 1)])
def test_how_many_answers_are_asked_for(n: int | str | None, answers: int) -> None:
    assert Request(Api.CHAT, "gpt", (Message("user", "?"),), {"n": n}).answers == answers


def test_responses_send_the_system_prompt_and_the_earlier_turns() -> None:
    request = compose(Api.RESPONSES, "gpt", "And now?", system="Be brief.", turns=EARLIER)
    assert request.messages == (
        Message("system", "Be brief."),
        *EARLIER,
        Message("user", "And now?"),
    )


def test_a_response_is_one_answer() -> None:
    with pytest.raises(RequestError, match=r"one answer a request.*n=3.*--api chat"):
        compose(Api.RESPONSES, "gpt", "Hi", params={"n": 3})
    with pytest.raises(RequestError, match="n=2"):
        with_answers(Api.RESPONSES, {}, 2)
    assert with_answers(Api.RESPONSES, {"top_p": 1}, 1) == {"top_p": 1}
    assert with_answers(Api.CHAT, {"n": 5}, 1) == {"n": 1}


@pytest.mark.parametrize(
    ("api", "version", "there"),
    [
        (Api.RESPONSES, "2024-10-21", False),
        (Api.RESPONSES, "2025-02-01-preview", False),
        (Api.RESPONSES, "2025-03-01-preview", True),
        (Api.RESPONSES, "2025-04-01-preview", True),
        (Api.CHAT, "2023-05-15", True),
    ],
)
def test_which_api_versions_have_an_api(api: Api, version: str, there: bool) -> None:
    assert TRAITS[api].in_version(version) is there


def test_every_api_has_its_traits() -> None:
    assert set(TRAITS) == set(Api)
