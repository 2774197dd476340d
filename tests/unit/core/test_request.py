import pytest

from aztui.core.request import (
    TRAITS,
    Api,
    Message,
    Request,
    RequestError,
    compose,
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
