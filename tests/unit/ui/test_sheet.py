from __future__ import annotations

from dataclasses import replace

import pytest

from aztui.core.lessons import UNKNOWN, Learnt, Refused, Subject
from aztui.core.profile import Endpoint, Profile
from aztui.core.request import Api, Params, RequestError
from aztui.ui.sheet import Entry, Sheet

CHAT = Profile(
    "default", Endpoint("https://a.openai.azure.com", "2024-10-21"), None, "gpt-5-mini", Api.CHAT
)
RESPONSES = replace(CHAT, api=Api.RESPONSES)


def sheet(
    profile: Profile = CHAT,
    params: Params | None = None,
    learnt: Learnt = UNKNOWN,
    system: str | None = None,
) -> Sheet:
    return Sheet(profile, params or {}, system, lambda _subject: learnt)


def index(of: Sheet, name: str) -> int:
    return [entry.parameter.name for entry in of.entries].index(name)


def entry(of: Sheet, name: str) -> Entry:
    return of.entries[index(of, name)]


def test_rows_show_what_is_set_and_else_the_default() -> None:
    of = sheet(params={"temperature": 0.7, "stop": ["\n"]})
    assert (entry(of, "temperature").value, entry(of, "top_p").value) == ("0.7", "")
    assert entry(of, "top_p").otherwise == "1"
    assert entry(of, "stop").value == '["\\n"]'
    assert of.count == 2


def test_a_default_that_is_set_counts_as_none_where_the_server_has_it() -> None:
    assert entry(sheet(params={"temperature": 1}), "temperature").value == ""
    other = replace(CHAT, own_defaults=True)
    assert entry(sheet(other, {"temperature": 1}), "temperature").value == "1"


def test_a_text_sets_a_row_and_a_blank_one_takes_it_back() -> None:
    of = sheet(RESPONSES)
    of.enter(index(of, "reasoning.effort"), "low")
    of.enter(index(of, "temperature"), "0.5")
    assert of.params == {"reasoning": {"effort": "low"}, "temperature": 0.5}
    of.enter(index(of, "reasoning.effort"), " ")
    assert of.params == {"temperature": 0.5}


def test_what_goes_on_in_the_background_is_stored_whatever_the_row_says() -> None:
    of = sheet(RESPONSES)
    assert entry(of, "store").otherwise == "false"
    of.enter(index(of, "background"), "true")
    assert entry(of, "store").otherwise == "true"
    assert "30 days" in entry(of, "background").parameter.note
    assert "leave one of them out" in of.fault(index(of, "store"), "false")


def test_a_text_that_will_not_do_changes_nothing_and_says_why() -> None:
    of = sheet(params={"temperature": 0.7})
    row = index(of, "temperature")
    assert of.fault(row, "3") == "temperature takes a number from 0 to 2, not 3."
    assert of.fault(row, "2.") == of.fault(row, "") == ""
    with pytest.raises(RequestError):
        of.enter(row, "3")
    assert of.params == {"temperature": 0.7}
    assert "nested" in of.fault(row, "[" * 99_999)


def test_the_system_prompt_is_a_row_where_there_is_a_place_for_it() -> None:
    of = sheet(system="Be brief.")
    assert of.entries[0].value == "Be brief."
    of.enter(0, '"Quoted"\nand more')
    assert of.system == '"Quoted"\nand more'
    of.enter(0, " ")
    assert of.entries[0].value == ""
    completions = sheet(replace(CHAT, api=Api.COMPLETIONS), system="Be brief.")
    assert "system" not in [row.parameter.name for row in completions.entries]
    assert completions.system == "Be brief."


def test_few_values_are_stepped_through_and_around() -> None:
    of = sheet()
    row = index(of, "verbosity")
    seen = []
    for _ in range(3):
        assert of.step(row, 1)
        seen.append(entry(of, "verbosity").value)
    assert seen == ["high", "low", ""]
    effort = index(of, "reasoning_effort")
    of.step(effort, -1)
    assert of.params == {"reasoning_effort": "xhigh"}
    of.step(effort, 1)
    assert of.params == {}
    assert not of.step(index(of, "temperature"), 1)


def test_a_letter_jumps_to_the_value_that_begins_with_it() -> None:
    of = sheet()
    row = index(of, "reasoning_effort")
    assert of.jump(row, "m")
    assert of.params == {"reasoning_effort": "minimal"}
    assert of.jump(row, "M")
    assert of.params == {"reasoning_effort": "medium"}
    assert of.jump(row, "m")
    assert of.params == {"reasoning_effort": "minimal"}
    assert not of.jump(row, "z")
    assert of.jump(index(of, "store"), "t")
    assert of.params == {"reasoning_effort": "minimal", "store": True}


def test_a_parameter_of_the_servers_own_has_a_row() -> None:
    of = sheet(params={"top_k": 4})
    row = index(of, "top_k")
    assert entry(of, "top_k").value == "4"
    of.enter(row, '{"a": 1}')
    assert of.params == {"top_k": {"a": 1}}
    of.enter(row, "")
    assert of.params == {}
    of.enter(row, "x")
    assert of.params == {"top_k": "x"}


def test_what_the_deployment_refuses_is_told_with_its_words() -> None:
    learnt = Learnt(
        refused=(
            Refused("top_p", words="'top_p' is not supported with this model."),
            Refused("temperature", 0.5, words="Only the default (1) value is supported."),
            Refused("max_tokens", instead="max_completion_tokens"),
            Refused("reasoning_effort", "none"),
        )
    )
    of = sheet(params={"temperature": 0.5, "max_tokens": 9}, learnt=learnt)
    refused = {row.parameter.name: row for row in of.entries if row.refused}
    assert set(refused) == {"top_p", "temperature", "max_tokens"}
    assert refused["top_p"].refused == (
        "gpt-5-mini does not take this: 'top_p' is not supported with this model."
    )
    assert "the value 0.5: Only the default" in refused["temperature"].refused
    assert "sent as max_completion_tokens" in refused["max_tokens"].refused
    assert {name for name, row in refused.items() if row.fails} == {"temperature"}
    of.enter(index(of, "temperature"), "0.6")
    assert entry(of, "temperature").refused == ""


def test_what_is_known_depends_on_the_effort() -> None:
    asked: list[Subject] = []

    def recall(subject: Subject) -> Learnt:
        asked.append(subject)
        return Learnt(refused=(Refused("temperature"),)) if subject.effort != "none" else UNKNOWN

    of = Sheet(CHAT, {}, None, recall)
    assert asked == [Subject("https://a.openai.azure.com", "gpt-5-mini", Api.CHAT)]
    assert entry(of, "temperature").refused
    of.enter(index(of, "reasoning_effort"), "none")
    assert entry(of, "temperature").refused == ""
