from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from aztui.core.chunks import Chunks
from aztui.core.events import RunId
from aztui.core.manuscript import Stretch, Stretches
from aztui.core.request import Api, compose
from aztui.core.run import Choice, Run
from aztui.explore.authorship import between, replaced, rewritten, written

YOURS, MODELS = False, True


def spelt(stretches: Stretches) -> str:
    """A letter a character: whose it is."""
    return "".join(("m" if stretch.model else "y") * stretch.length for stretch in stretches)


def of(letters: str) -> Stretches:
    stretches: Stretches = ()
    for at, letter in enumerate(letters):
        stretches = replaced(stretches, at, at, 1, model=letter == "m")
    return stretches


@given(st.text("ym", max_size=12), st.data(), st.integers(0, 4), st.booleans())
def test_what_is_replaced_is_whose_who_did_it(
    letters: str, data: st.DataObject, length: int, model: bool
) -> None:
    start = data.draw(st.integers(0, len(letters)))
    end = data.draw(st.integers(start, len(letters)))
    after = replaced(of(letters), start, end, length, model=model)
    assert spelt(after) == letters[:start] + "ym"[model] * length + letters[end:]
    assert all(one.model is not other.model for one, other in pairwise(after))


@given(st.text("ab", max_size=10), st.text("ab", max_size=10))
def test_a_text_that_became_another_is_covered(before: str, after: str) -> None:
    whose = rewritten((Stretch(len(before), YOURS),) if before else (), before, after, model=True)
    assert len(spelt(whose)) == len(after)
    if before == after:
        assert "m" not in spelt(whose)


def test_only_what_differs_changes_hands() -> None:
    whose = rewritten(of("yyymmm"), "onetwo", "one two", model=False)
    assert spelt(whose) == "yyyymmm"


def test_parts_of_a_line() -> None:
    assert list(between(of("yymmyy"), 1, 5)) == [(1, 2, False), (2, 4, True), (4, 5, False)]


def completion(prompt: str, answer: str, api: Api = Api.COMPLETIONS) -> Run:
    return Run(
        RunId(prompt), compose(api, "gpt", prompt), 0.0, choices=(Choice(0, Chunks(answer)),)
    )


def test_a_chain_of_completions_is_one_text() -> None:
    runs = [
        completion("Once", " upon"),
        completion("Once upon a", " time"),
        completion("Once upon no time", " at all"),
    ]
    text, whose = written(runs)
    assert text == "Once upon no time at all"
    assert spelt(whose) == "yyyy" + "mmmmm" + "yyy" + "mmmmm" + "mmmmmmm"


def test_a_beginning_that_was_given_is_the_models() -> None:
    branch = replace(completion("Once upon", " a time"), given=len(" upon"))
    _, whose = written([branch])
    assert spelt(whose) == "yyyy" + "mmmmm" + "mmmmmmm"


def test_what_a_conversation_says_is_no_part_of_it() -> None:
    assert written([completion("Hi", "Hello", Api.CHAT)]) == ("", ())
