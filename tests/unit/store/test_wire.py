from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aztui.core.events import Answering, Event, Received, Sent, StreamProblem, TextDelta
from aztui.core.problem import Kind, Problem
from aztui.store.record import Folded, Folding, unfold
from aztui.store.wire import Entry, decode, encode
from tests.support.runs import happenings, histories


def fold(entries: Sequence[Entry], parts: int = 1) -> Folded:
    """Fold events in so many parts."""
    folding = Folding()
    size = max(1, -(-len(entries) // parts))
    for at in range(0, len(entries), size):
        folding.add(entries[at : at + size])
    return folding.folded()


@given(histories())
def test_what_was_written_is_read_as_it_was(entries: list[Entry]) -> None:
    assert decode(encode(entries)) == entries


@given(histories(), st.integers(1, 5))
def test_what_was_folded_is_unfolded_as_it_was(entries: list[Entry], parts: int) -> None:
    folded = fold(entries, parts)
    texts = {choice: text.decode() for choice, text in folded.texts.items()}
    assert unfold(folded.record, texts) == entries


@given(histories())
def test_the_texts_are_what_came(entries: list[Entry]) -> None:
    for choice, text in fold(entries).texts.items():
        came = (event for _, event in entries if isinstance(event, TextDelta))
        assert text.decode() == "".join(event.text for event in came if event.choice == choice)


def test_every_event_was_among_them() -> None:
    seen: set[type] = set()

    @given(st.lists(happenings, min_size=20, max_size=40))
    def look(events: list[Event]) -> None:
        seen.update(map(type, events))

    look()
    assert {event.__name__ for event in get_args(Event)} - {one.__name__ for one in seen} == {
        "Ended"
    }


def test_half_a_character_holds_nothing_else_up() -> None:
    problem = StreamProblem(Problem(Kind.SERVER, "caf\udce9", ids=(("a", "\u00e9"),)))
    entries: list[Entry] = [(0.5, problem), (0.6, TextDelta(0, "caf\udce9 \U0001f600"))]
    read, text = (event for _, event in decode(encode(entries)))
    assert read == StreamProblem(Problem(Kind.SERVER, "caf?", ids=(("a", "\u00e9"),)))
    assert text == TextDelta(0, "caf? \U0001f600")


def test_what_was_written_before_events_told_so_much_is_read_still() -> None:
    assert decode(b'[[0.2,"Answering",{"model":"gpt-4o"}]]') == [(0.2, Answering("gpt-4o"))]
    assert decode(b'[[0.2,"Sent",{"url":"u","members":{"n":1}}]]') == [(0.2, Sent("u", {"n": 1}))]
    assert decode(b'[[0.2,"Received",{"status":200}]]') == [(0.2, Received(200))]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b'[[0.1,"TextDelt',
        b'[[0.1,"Nobody",{}]]',
        b'[[0.1,"Usage",{"prompt_tokens":"many"}]]',
        b'[["soon","Resent",{}]]',
    ],
)
def test_what_makes_no_sense_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError):
        decode(data)


@pytest.mark.parametrize("record", [b"", b"zlib it is not", fold([]).record[:-3]])
def test_a_damaged_record_is_refused(record: bytes) -> None:
    with pytest.raises(ValueError):
        unfold(record, {})


def test_a_long_answer_takes_little_more_than_its_text() -> None:
    entries: list[Entry] = [(at / 200, TextDelta(0, "word ")) for at in range(10_000)]
    folded = fold(entries)
    assert len(folded.record) < len(folded.texts[0])
