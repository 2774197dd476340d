from __future__ import annotations

from aztui.core.request import Json, Params
from aztui.explore.elided import elided


def test_what_is_short_stays_as_it_is() -> None:
    body: Params = {
        "prompt": "a" * 600,
        "stop": ["a", None],
        "logit_bias": {"1": -100},
        "stream": True,
    }
    assert elided(body) == body


def test_of_what_is_long_the_end_of_a_list_and_the_beginning_of_a_text_are_shown() -> None:
    turns: list[Json] = [{"role": "user", "content": str(at)} for at in range(1_000)]
    shown = elided({"messages": turns, "prompt": "a" * 2_000})
    assert isinstance(shown, dict)
    assert shown["messages"] == ["\u2026 992 before", *turns[-8:]]
    assert shown["prompt"] == "a" * 600 + "\u2026 and 1,400 characters more"
