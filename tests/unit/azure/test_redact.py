"""The credential is in no text that is shown."""

from __future__ import annotations

import html
import json
from urllib.parse import quote

import httpx2
import pytest

from aztui.azure.redact import Redactor
from aztui.core.events import (
    Answering,
    Filtered,
    FinishReason,
    Ignored,
    Opened,
    Retrying,
    StreamProblem,
    TextDelta,
)
from aztui.core.filters import Verdict
from aztui.core.problem import Kind, Problem
from aztui.core.profile import Secret
from aztui.core.quota import Quota

KEY = 'ab+/c"d\\e=0123456789'


@pytest.mark.parametrize(
    "form",
    [
        KEY,
        quote(KEY, safe=""),
        quote(KEY, safe="+=").lower(),
        json.dumps(KEY),
        repr(KEY),
        html.escape(KEY),
        str(httpx2.URL("https://h.test").join(f"/{KEY}")),
    ],
)
def test_every_form_of_the_key_is_taken_out(form: str) -> None:
    shown = Redactor(Secret(KEY)).text(f"before {form} after {form}")
    assert "0123456" not in shown
    assert shown.startswith("before ")
    assert shown.count("…6789") == 2


@pytest.mark.parametrize("length", [4, 10, len(KEY) - 1])
def test_a_text_that_was_cut_within_the_key_does_not_show_its_beginning(length: int) -> None:
    assert Redactor(Secret(KEY)).text("the key " + KEY[:length]) == "the key …"


def test_every_text_of_a_problem_is_cleaned() -> None:
    problem = Problem(Kind.SERVER, KEY, KEY, KEY, 500, KEY, (("x-request-id", KEY),))
    redactor = Redactor(Secret(KEY))
    assert "0123456" not in repr(redactor.problem(problem))
    assert "0123456" not in repr(redactor.event(StreamProblem(problem)))
    assert "0123456" not in repr(redactor.event(Retrying(problem, 2.0, 1)))
    assert "0123456" not in repr(redactor.event(Opened((("x-request-id", KEY),))))


def test_what_is_no_secret_of_an_event_stays() -> None:
    opened = Opened((), Quota(tokens=1))
    assert Redactor(Secret(KEY)).event(opened) == opened


def test_a_token_that_comes_later_is_hidden_too() -> None:
    redactor = Redactor()
    assert redactor.text(KEY) == KEY
    redactor.learn(Secret(KEY))
    redactor.learn(Secret("another-secret-abcd"))
    assert redactor.text(f"{KEY} another-secret-abcd") == "…6789 …abcd"
    assert redactor.text("cut: another-sec") == "cut: …"


def test_what_is_told_of_the_stream_is_cleaned() -> None:
    redactor = Redactor(Secret(KEY))
    assert "0123456" not in repr(redactor.event(Filtered(0, failed=f"No tenant for {KEY}.")))
    assert "0123456" not in repr(redactor.event(Ignored(((KEY, 2),))))
    assert "0123456" not in repr(redactor.event(Answering(KEY, KEY)))
    assert "0123456" not in repr(redactor.event(FinishReason(0, KEY)))
    verdict = Verdict(KEY, filtered=True, severity=KEY)
    assert "0123456" not in repr(redactor.event(Filtered(0, (verdict,))))


def test_an_answers_text_is_left_as_it_came() -> None:
    assert Redactor(Secret(KEY)).event(TextDelta(0, KEY)) == TextDelta(0, KEY)


@pytest.mark.parametrize("secret", [None, Secret(""), Secret("no")])
def test_without_a_real_key_nothing_changes(secret: Secret | None) -> None:
    assert Redactor(secret).text("nothing to hide") == "nothing to hide"
