"""Rows of profiles and deployments: from the settings, from earlier use, from the resource."""

from __future__ import annotations

from dataclasses import replace

from aztui.config.overview import Known
from aztui.core.listing import Listed
from aztui.core.request import Api
from aztui.ui.directory import places
from tests.support.pictures import CHAT, known

WORK = replace(CHAT, name="work")
KNOWN = (known("home", "gpt-4o", why="Its key is missing."), known("work", "gpt-5-mini", "o4-mini"))


def names(*listed: Listed, among: tuple[Known, ...] = KNOWN) -> list[tuple[str, str]]:
    return [place.key for place in places(among, WORK, listed)]


def test_what_is_listed_follows_what_was_known() -> None:
    listed = (Listed("a"), Listed("O4-Mini", "o4-mini 2025-04-16"), Listed("b"), Listed("a"))
    assert names(*listed)[1:] == [
        ("work", "gpt-5-mini"),
        ("work", "o4-mini"),
        ("work", "a"),
        ("work", "b"),
    ]


def test_models_are_told_of_the_present_profile_only() -> None:
    rows = places(KNOWN, WORK, (Listed("gpt-4o", "gpt-4o 1"), Listed("gpt-5-mini", "gpt-5-mini 1")))
    models = {place.key: place.model for place in rows}
    assert models == {
        ("home", "gpt-4o"): "",
        ("work", "gpt-5-mini"): "gpt-5-mini 1",
        ("work", "o4-mini"): "",
        ("work", "gpt-4o"): "gpt-4o 1",
    }
    assert [place.first for place in rows] == [True, True, False, False]
    assert [place.present for place in rows] == [False, True, False, False]
    assert rows[1].about.startswith("model: gpt-5-mini 1; endpoint: ")


def test_a_listed_deployment_is_asked_through_its_profiles_api() -> None:
    rows = places(KNOWN, replace(WORK, api=Api.RESPONSES), (Listed("new"),))
    assert [place.api for place in rows[1:]] == [Api.RESPONSES, Api.CHAT, Api.CHAT]


def test_a_profile_that_no_settings_speak_of_has_its_list_too() -> None:
    assert names(Listed("new"), among=KNOWN[:1]) == [
        ("work", "gpt-5-mini"),
        ("work", "new"),
        ("home", "gpt-4o"),
    ]


def test_a_deployment_that_was_typed_comes_first() -> None:
    typed = replace(WORK, deployment="mine")
    rows = [place.deployment for place in places(KNOWN, typed, (Listed("MINE", "m"),))]
    assert rows == ["gpt-4o", "mine", "gpt-5-mini", "o4-mini"]
