from __future__ import annotations

from dataclasses import replace
from typing import Any

from aztui.core.events import RunId, Sent
from aztui.core.request import Api, Json, Message, compose
from aztui.core.run import Run
from aztui.explore.card_diff import Difference, differences, sentence

BASE = "https://contoso.openai.azure.com/openai/deployments/gpt-4o/chat/completions?api-version="
TURNS = (Message("user", "One?"), Message("assistant", "Two."))


def run(
    prompt: str = "Hi",
    *,
    version: str = "2024-10-21",
    system: str | None = None,
    turns: tuple[Message, ...] = (),
    noted: bool = True,
    **params: Json,
) -> Run:
    request = compose(Api.CHAT, "gpt-4o", prompt, system=system, turns=turns, params=params)
    members: dict[str, Json] = {"model": "gpt-4o", "stream": True, **params}
    sent = Sent(BASE + version, members) if noted else None
    return Run(RunId("1"), request, 0.0, sent=sent)


def said(here: Run, there: Run) -> str:
    return sentence(differences(here, there))


def test_parameters_that_differ_are_named_with_both_values() -> None:
    here, there = run(temperature=0.2, seed=7, top_p=1), run(temperature=0.7, top_p=1)
    assert differences(here, there) == (
        Difference("temperature", 0.2, 0.7),
        Difference("seed", 7, None),
    )
    assert said(here, there) == "Only temperature and seed differ."
    assert said(run(seed=1), run(seed=2)) == "Only seed differs."


def test_the_same_is_said_to_be_the_same() -> None:
    assert said(run(), run()) == "Nothing differs: the same was sent."


def test_texts_and_addresses_are_spoken_of_by_their_names() -> None:
    assert said(run("Hi"), run("Ho")) == "Only the prompt differs."
    assert said(run(system="Be brief."), run()) == "Only the system prompt differs."
    assert said(run(turns=TURNS), run()) == "Only the earlier turns differ."
    assert said(run(version="2024-06-01"), run()) == "Only the api-version differs."
    moved = run()
    assert moved.sent is not None
    url = moved.sent.url.replace("contoso", "fabrikam")
    elsewhere = replace(moved, sent=replace(moved.sent, url=url))
    (found,) = differences(run(), elsewhere)
    assert (found.name, found.there) == ("endpoint", "https://fabrikam.openai.azure.com")


def test_who_answered_is_told_apart_from_what_was_sent() -> None:
    here = replace(run(), model="gpt-4o-2024-08-06", fingerprint="fp_1")
    there = replace(run(), model="gpt-4o-2024-08-06", fingerprint="fp_2")
    assert said(here, there) == "The same was sent; the fingerprint differs."
    warmer = replace(there, request=run(temperature=1).request, sent=run(temperature=1).sent)
    assert said(here, warmer) == "Only temperature differs; the fingerprint too."
    assert said(here, replace(there, fingerprint="")) == "Nothing differs: the same was sent."


def test_another_deployment_does_not_differ_in_its_models_member_as_well() -> None:
    there = run()
    assert there.sent is not None
    other = replace(
        there,
        request=replace(there.request, deployment="gpt-5"),
        sent=replace(there.sent, members={**there.sent.members, "model": "gpt-5"}),
    )
    assert [one.name for one in differences(run(), other)] == ["deployment"]


def test_many_things_are_counted() -> None:
    members: dict[str, Any] = {"temperature": 1, "top_p": 1, "seed": 1, "user": "me", "n": 2}
    assert said(run(**members), run()) == "Only 5 things differ."


def test_an_old_run_is_compared_by_what_was_asked() -> None:
    assert said(run(temperature=1), run(noted=False)) == "Only temperature differs."
    assert said(run(), run(noted=False)) == "Nothing differs: the same was sent."
