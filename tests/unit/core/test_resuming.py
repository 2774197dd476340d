"""However often the link or the program dies, and wherever: the whole text comes, and once."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from functools import reduce as folded

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aztui.core.events import (
    Chosen,
    Event,
    FinishReason,
    Reached,
    ReasoningDelta,
    RunId,
    Stamped,
    Stored,
    TextDelta,
    Token,
    Tokens,
    Usage,
)
from aztui.core.request import Api, Message, Request
from aztui.core.resuming import Held, Joint, held
from aztui.core.run import Mark, Run, reduce

RUN = Run(RunId("1"), Request(Api.RESPONSES, "demo", (Message("user", "Hi"),)), 0.0)
STORED = Stored("resp_1")


def after(run: Run, events: Sequence[Event]) -> Run:
    return folded(reduce, (Stamped(run.id, 1.0, event) for event in events), run)


def text(run: Run) -> list[tuple[int, str]]:
    return [(choice.index, choice.text) for choice in run.choices]


def thoughts(run: Run) -> list[str]:
    return [part.text for part in run.thoughts]


pieces = st.text(min_size=1, max_size=6)
deltas = st.builds(TextDelta, st.integers(0, 2), pieces)


@st.composite
def streams(draw: st.DrawFn) -> list[Event]:
    """Thoughts, part by part, and then text; the number of each event is its place."""
    parts = draw(st.lists(st.lists(pieces, min_size=1, max_size=3), max_size=3))
    thought = [ReasoningDelta(n, piece) for n, part in enumerate(parts) for piece in part]
    return [*thought, *draw(st.lists(deltas, max_size=12))]


def told(stream: Sequence[Event], begin: int, batches: Sequence[int]) -> list[Event]:
    """The stream from an event on, with a word on how far it was read after each batch."""
    numbered = list(enumerate(stream))[begin:]
    events: list[Event] = []
    sizes = itertools.cycle(batches)
    while numbered:
        size = next(sizes)
        batch, numbered = numbered[:size], numbered[size:]
        events += [*(event for _, event in batch), Reached(batch[-1][0])]
    return events


@given(streams(), st.lists(st.integers(1, 4), min_size=1, max_size=3), st.data())
def test_the_whole_text_comes_once(
    stream: list[Event], batches: list[int], data: st.DataObject
) -> None:
    """A journal may end anywhere, also between a text and the word on how far it was read."""
    run = after(RUN, [STORED])
    for life in range(data.draw(st.integers(0, 4), "deaths") + 1):
        kept = held(run)
        assert kept is not None
        begin = 0 if kept.sequence is None else kept.sequence + 1
        coming = told(stream, begin, batches)
        joint = Joint(kept)
        new = [event for event in map(joint, coming) if event is not None]
        assert life or new == coming
        died = data.draw(st.integers(0, len(new)), "died after")
        run = after(run, new[:died])
    kept = held(run)
    assert kept is not None
    begin = 0 if kept.sequence is None else kept.sequence + 1
    joint = Joint(kept)
    rest = [event for event in map(joint, told(stream, begin, batches)) if event is not None]
    whole = after(RUN, stream)
    assert text(after(run, rest)) == text(whole)
    assert thoughts(after(run, rest)) == thoughts(whole)


@given(streams(), st.data())
def test_pieces_may_be_cut_otherwise_when_they_come_again(
    stream: list[Event], data: st.DataObject
) -> None:
    run = after(RUN, [STORED, *stream[: data.draw(st.integers(0, len(stream)))]])
    kept = held(run)
    assert kept is not None
    finer: list[Event] = []
    for event in stream:
        match event:
            case TextDelta(choice, piece):
                finer += [TextDelta(choice, letter) for letter in piece]
            case ReasoningDelta(part, piece):
                finer += [ReasoningDelta(part, letter) for letter in piece]
    joint = Joint(kept)
    rest = [event for event in map(joint, finer) if event is not None]
    assert text(after(run, rest)) == text(after(RUN, stream))


def test_what_was_read_for_certain_is_remembered_with_how_much_had_come() -> None:
    run = after(
        RUN,
        [STORED, ReasoningDelta(0, "Hm"), TextDelta(0, "ab"), Reached(7), TextDelta(0, "cde")],
    )
    assert run.response == "resp_1"
    assert run.reached == Mark(7, ((0, 2),), (2,))
    assert held(run) == Held("resp_1", 7, 1, ((0, 3),))


def test_before_the_first_word_on_it_all_of_it_comes_again() -> None:
    run = after(RUN, [STORED, ReasoningDelta(1, "Hm"), TextDelta(0, "ab")])
    assert held(run) == Held("resp_1", None, 0, ((0, 2),), ((1, 2),))


def test_what_nobody_keeps_is_not_taken_up() -> None:
    assert held(after(RUN, [TextDelta(0, "ab")])) is None


def test_tokens_come_with_the_text_that_they_belong_to() -> None:
    def tokens(word: str) -> Tokens:
        return Tokens(0, (Chosen(Token(word, -0.5)),))

    joint = Joint(Held("resp_1", 3, texts=((0, 4),)))
    came: list[Event] = [TextDelta(0, "ab"), tokens("ab"), TextDelta(0, "cd"), tokens("cd")]
    assert [joint(event) for event in came] == [None] * 4
    more: list[Event] = [TextDelta(0, "ef"), tokens("ef"), FinishReason(0, "stop"), Usage(1, 3)]
    assert [joint(event) for event in more] == more


@pytest.mark.parametrize("left", [1, 3])
def test_how_far_it_was_read_is_not_told_while_text_comes_again(left: int) -> None:
    joint = Joint(Held("resp_1", 3, texts=((0, left),)))
    assert joint(TextDelta(0, "abc"[:left])) is None
    assert joint(Reached(4)) == Reached(4)
    joint = Joint(Held("resp_1", 3, texts=((0, left + 1),)))
    assert joint(TextDelta(0, "abc"[:left])) is None
    assert joint(Reached(4)) is None
