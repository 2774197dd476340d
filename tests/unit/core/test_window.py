"""What a request takes of a model's context."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aztui.core.chunks import Chunks
from aztui.core.continuing import begun_turns
from aztui.core.events import RunId, Usage
from aztui.core.lessons import Learnt
from aztui.core.problem import Kind, Problem
from aztui.core.profile import Endpoint, Profile
from aztui.core.request import Api, Params, Request, compose
from aztui.core.run import Choice, Run
from aztui.core.tree import turns
from aztui.core.window import (
    RESERVE,
    Load,
    Turn,
    Window,
    estimate,
    room,
    too_long,
    weigh,
    without,
)

TOO_LONG = Problem(Kind.TOO_LONG, "Too long")
SYSTEM = "Be brief."


def ask(
    path: tuple[Run, ...],
    prompt: str = "And now?",
    *,
    api: Api = Api.CHAT,
    system: str | None = SYSTEM,
    params: Params | None = None,
) -> Request:
    return compose(api, "gpt", prompt, system=system, turns=turns(path), params=params or {})


def answered(
    path: tuple[Run, ...],
    text: str = "Yes. " * 80,
    usage: Usage | None = None,
    prompt: str = "",
) -> tuple[Run, ...]:
    """A path with one more run."""
    prompt = prompt or f"So, {len(path)}?"
    run = Run(RunId(f"run-{len(path)}"), ask(path, prompt), 0.0, usage=usage)
    return (*path, replace(run, choices=(Choice(0, Chunks(text), "stop"),) if text else ()))


def conversation(*told: Usage | None) -> tuple[Run, ...]:
    path: tuple[Run, ...] = ()
    for usage in told:
        path = answered(path, usage=usage)
    return path


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", 0),
        ("Hello, how are you?", 5),
        ("Привет", 4),
        ("日本語", 3),
        ("naïve", 2),
        ("📖", 2),
        ("\ud800", 1),
    ],
)
def test_other_scripts_take_more_tokens_a_character_than_english(text: str, tokens: int) -> None:
    assert estimate(text) == tokens


@given(st.text(), st.text())
def test_a_longer_text_never_takes_fewer_tokens(one: str, other: str) -> None:
    assert max(estimate(one), estimate(other)) <= estimate(one + other)
    assert estimate(one + other) <= estimate(one) + estimate(other)


@pytest.mark.parametrize(
    ("api", "params", "tokens"),
    [
        (Api.CHAT, {}, RESERVE),
        (Api.CHAT, {"max_tokens": 100}, 100),
        (Api.CHAT, {"max_completion_tokens": 200}, 200),
        (Api.CHAT, {"max_tokens": "many"}, RESERVE),
        (Api.RESPONSES, {"max_output_tokens": 300}, 300),
        (Api.RESPONSES, {"max_tokens": 300}, RESERVE),
    ],
)
def test_the_answer_has_the_room_that_was_asked_for_it(
    api: Api, params: Params, tokens: int
) -> None:
    assert room(ask((), api=api, params=params)) == tokens


def test_what_the_service_has_counted_is_exact() -> None:
    path = conversation(Usage(1_000, 300), Usage(1_500, 400))
    load = weigh(path, ask(path, "x" * 40), Window(8_192))
    # Prompt and answer of the last run, and ten tokens that are new, in a message.
    assert load.total() == 1_500 + 400 + 14 + RESERVE
    # The second prompt took what is more than the first request and its answer.
    assert load.turns[1] == Turn(RunId("run-1"), 1_500 - 1_000 - 300 + 400)


def test_thoughts_are_no_part_of_later_requests() -> None:
    path = conversation(Usage(1_000, 900, 600))
    load = weigh(path, ask(path, "x" * 40), Window(8_192))
    assert load.total() == 1_000 + 300 + 14 + RESERVE


def test_of_several_answers_one_goes_along() -> None:
    path = conversation(Usage(1_000, 900))
    three = replace(path[0], request=replace(path[0].request, params={"n": 3}))
    assert weigh((three,), ask(path), Window(1)).turns[0].tokens < 200


def test_what_several_requests_took_is_not_what_one_takes() -> None:
    path = conversation(Usage(1_000, 300))
    alone = weigh(path, ask(path), Window(1)).total()
    apart = (replace(path[0], requests=5, usage=Usage(5_000, 1_500)),)
    assert weigh(apart, ask(path), Window(1)).total() < alone


def test_a_beginning_that_was_given_counts_with_its_answer() -> None:
    path = answered((), text="So.")
    start = "Once " * 2_000
    begun, prompt = begun_turns(Api.CHAT, "Why? " * 2_000, start)
    request = compose(Api.CHAT, "gpt", prompt, turns=begun)
    given = (replace(path[0], request=request, given=len(start)),)
    assert weigh(given, ask(given), Window(1)).turns[0].tokens > 4_000


def test_without_the_services_word_the_text_is_counted() -> None:
    path = conversation(None, None)
    load = weigh(path, ask(path, "x" * 40), Window(8_192))
    turn = estimate("So, 0?") + 4 + 100
    assert [one.tokens for one in load.turns] == [turn, turn]
    assert load.rest == estimate(SYSTEM) + 4 + 14


@pytest.mark.parametrize(
    "otherwise",
    [
        {"system": "Be very, very long."},
        {"system": None},
        {"api": Api.RESPONSES},
    ],
)
def test_what_was_counted_of_another_request_says_nothing(otherwise: dict[str, object]) -> None:
    path = conversation(Usage(50_000, 100))
    assert weigh(path, ask(path, **otherwise), Window(1)).total() < 1_000  # type: ignore[arg-type]


def test_a_server_that_counts_nothing_says_nothing() -> None:
    path = conversation(Usage(0, 0))
    assert weigh(path, ask(path), Window(1)).turns[0].tokens > 100


def test_runs_without_text_take_nothing() -> None:
    path = answered(answered((), ""), prompt="Again?")
    load = weigh(path, ask(path), Window(8_192))
    assert [turn.run for turn in load.turns] == ["run-1"]


def test_what_fits_is_not_asked_about() -> None:
    path = conversation(Usage(1_000, 300))
    load = weigh(path, ask(path), Window())
    assert too_long(path, ask(path), Window(load.total())) is None
    assert too_long(path, ask(path), Window(load.total() - 1)) is not None


def test_where_nobody_says_how_much_fits_nothing_is_asked() -> None:
    path = conversation(Usage(10**8, 300))
    assert too_long(path, ask(path), Window()) is None


def test_without_turns_there_is_nothing_to_leave_out() -> None:
    long = "Why? " * 10_000
    assert too_long((), ask((), long), Window(100)) is None
    path = conversation(None)
    completion = compose(Api.COMPLETIONS, "gpt", long)
    assert too_long(path, completion, Window(100)) is None


def test_a_limit_of_the_input_has_no_room_for_the_answer() -> None:
    path = conversation(Usage(1_000, 300))
    request = ask(path, params={"max_tokens": 5_000})
    assert too_long(path, request, Window(input=2_000)) is None
    over = too_long(path, request, Window(input=1_200))
    assert over is not None
    assert (over.answer, over.most) == (0, 1_200)


def test_what_was_refused_is_too_long_whatever_is_estimated() -> None:
    path = conversation(None, None)
    request = ask(path)
    refused = Run(RunId("again"), request, 0.0, problem=TOO_LONG)
    load = too_long(path, request, Window(10_000), refused)
    assert load is not None
    assert load.over()
    assert load.oldest
    unknown = too_long(path, request, Window(), refused)
    assert unknown is not None
    assert not unknown.over()
    assert unknown.oldest == {"run-0"}


def test_what_was_refused_with_fewer_turns_has_more_left_out_the_next_time() -> None:
    path = conversation(None, None, None)
    shorter = ask(without(path, {RunId("run-0")}))
    refused = Run(RunId("again"), shorter, 0.0, problem=TOO_LONG)
    load = too_long(path, ask(path), Window(weigh(path, shorter, Window()).total()), refused)
    assert load is not None
    assert load.over({RunId("run-0")})
    assert load.oldest == {"run-0", "run-1"}
    # What was refused with more turns says nothing about fewer.
    long = replace(refused, request=ask(path))
    assert too_long(path[1:], shorter, Window(10_000), long) is None


def test_another_request_than_the_refused_one_is_weighed_anew() -> None:
    path = conversation(None, None)
    refused = Run(RunId("again"), ask(path, params={"max_tokens": 9_000}), 0.0, problem=TOO_LONG)
    assert too_long(path, ask(path), Window(10_000), refused) is None
    failed = replace(refused, request=ask(path), problem=replace(TOO_LONG, kind=Kind.SERVER))
    assert too_long(path, ask(path), Window(10_000), failed) is None


def load_of(*tokens: int, rest: int = 100, answer: int = 50, most: int | None = 500) -> Load:
    turns = tuple(Turn(RunId(str(at)), count) for at, count in enumerate(tokens))
    return Load(turns, rest, answer, most)


def test_the_oldest_are_left_out_as_many_as_it_takes() -> None:
    load = load_of(200, 100, 300, 50)
    assert load.total() == 800
    assert load.oldest == {"0", "1"}
    assert not load.over(load.oldest)
    assert load.over({RunId("0"), RunId("3")})


def test_nothing_is_left_out_of_what_fits_and_all_of_what_never_does() -> None:
    assert load_of(200).oldest == frozenset()
    assert load_of(200, 300, rest=1_000).oldest == {"0", "1"}


@given(st.lists(st.integers(0, 300), max_size=8), st.integers(0, 900))
def test_no_more_are_left_out_than_must_be(tokens: list[int], most: int) -> None:
    load = load_of(*tokens, most=most)
    out = [turn.run for turn in load.turns if turn.run in load.oldest]
    assert out == [turn.run for turn in load.turns[: len(out)]]
    assert not load.over(out) or len(out) == len(tokens)
    assert all(load.over(out[:fewer]) for fewer in range(len(out)))


def test_a_path_without_some_of_its_runs_keeps_the_order_of_the_others() -> None:
    path = conversation(None, None, None)
    assert without(path, {RunId("run-1")}) == (path[0], path[2])
    assert without(path, frozenset()) == path


usages = st.none() | st.builds(Usage, st.integers(0, 9_000), st.integers(0, 900), st.just(0))


@given(st.lists(st.tuples(usages, st.text(max_size=40)), max_size=8), st.text(min_size=1))
def test_any_conversation_is_weighed(told: list[tuple[Usage | None, str]], prompt: str) -> None:
    path: tuple[Run, ...] = ()
    for usage, text in told:
        path = answered(path, text, usage)
    load = weigh(path, ask(path, prompt if prompt.strip() else "?"), Window(100))
    assert [turn.run for turn in load.turns] == [run.id for run in path if run.text]
    assert min([load.rest, *(turn.tokens for turn in load.turns)]) >= 0
    totals = [load.total([turn.run for turn in load.turns[:out]]) for out in range(len(load.turns))]
    assert all(less <= more for more, less in pairwise(totals))


def test_the_users_own_word_on_the_window_counts_first() -> None:
    profile = Profile("p", Endpoint("https://x.openai.azure.com", None), None, "gpt", Api.CHAT)
    said = replace(profile, context=1_000)
    assert Window.of(profile, Learnt()) == Window()
    assert Window.of(profile, Learnt(context=8_192)) == Window(8_192)
    assert Window.of(profile, Learnt(input=272_000)) == Window(input=272_000)
    assert Window.of(said, Learnt(input=272_000)) == Window(1_000)
