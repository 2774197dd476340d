"""Events, runs and sessions of every shape, for properties that must hold for all of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from aztui.core.events import (
    Adapted,
    Answering,
    Apart,
    Cause,
    Chosen,
    Ended,
    Event,
    Filtered,
    FinishReason,
    Ignored,
    Opened,
    Reached,
    ReasoningDelta,
    ReasoningItem,
    Received,
    Resent,
    Retrying,
    Sent,
    SignIn,
    Steps,
    Stored,
    StreamProblem,
    TextDelta,
    Thinking,
    Token,
    Tokens,
    Usage,
)
from aztui.core.filters import Offsets, Verdict
from aztui.core.lessons import Refused
from aztui.core.problem import Kind, Problem
from aztui.core.profile import Auth
from aztui.core.quota import Quota
from aztui.core.request import Api, Message, Request

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
some_text = texts.filter(bool)
_counts = st.integers(0, 10_000)
_pairs = st.lists(st.tuples(texts, texts), max_size=3).map(tuple)
json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
params: st.SearchStrategy[Mapping[str, Any]] = st.dictionaries(texts, json_values, max_size=3)

problems = st.builds(
    Problem,
    st.sampled_from(Kind),
    texts,
    texts,
    texts,
    st.none() | _counts,
    texts,
    _pairs,
    st.none() | st.sampled_from(Api),
)
_verdicts = st.lists(
    st.builds(Verdict, texts, st.booleans(), texts, st.none() | st.booleans()), max_size=3
).map(tuple)
_tokens = st.builds(Token, texts, st.none() | st.floats(-50, 0), st.none() | st.binary(max_size=4))
_chosen = st.builds(Chosen, _tokens, st.lists(_tokens, max_size=3).map(tuple))
_refused = st.builds(Refused, some_text, json_values, texts, texts)
_maybe = st.none() | _counts

ends = st.builds(
    Ended, st.sampled_from([Cause.CLOSED, Cause.CANCELLED, Cause.BROKEN]), st.none() | problems
)
deltas = st.builds(TextDelta, st.integers(0, 2), some_text)
happenings: st.SearchStrategy[Event] = st.one_of(
    deltas,
    deltas,
    st.builds(SignIn, texts, texts),
    st.builds(Adapted, st.lists(_refused, max_size=2).map(tuple), st.booleans()),
    st.builds(
        Retrying,
        problems,
        st.floats(0, 600),
        st.integers(1, 9),
        st.booleans(),
        st.booleans(),
        st.none() | st.integers(0, 2),
    ),
    st.builds(Apart, st.integers(2, 3)),
    st.just(Resent()),
    st.builds(Sent, texts, params, _pairs, st.booleans(), st.none() | st.sampled_from(Auth), texts),
    st.builds(Received, _counts, _pairs, st.builds(Steps, *[st.none() | st.floats(0, 600)] * 5)),
    st.builds(Opened, _pairs, st.none() | st.builds(Quota, _maybe, _maybe, _maybe, _maybe)),
    st.builds(Answering, texts, texts),
    st.builds(Stored, texts),
    st.builds(Reached, _counts),
    st.builds(Thinking, texts),
    st.builds(ReasoningDelta, st.integers(0, 3), some_text),
    st.builds(ReasoningItem, params),
    st.builds(Tokens, st.integers(0, 2), st.lists(_chosen, min_size=1, max_size=3).map(tuple)),
    st.builds(
        Filtered,
        st.none() | st.integers(0, 2),
        _verdicts,
        st.none() | st.builds(Offsets, _counts, _counts),
        st.booleans(),
        texts,
    ),
    st.builds(FinishReason, st.integers(0, 2), texts),
    st.builds(Usage, _counts, _counts, _counts),
    st.builds(Ignored, st.lists(st.tuples(texts, _counts), max_size=3).map(tuple)),
    st.builds(StreamProblem, problems, st.booleans()),
)
"""Everything that may come before a run's end."""

_times = st.integers(0, 10_000_000).map(lambda ticks: ticks / 10_000)


@st.composite
def histories(draw: st.DrawFn, *, over: bool = True) -> list[tuple[float, Event]]:
    """What came of a run, and when; in the end that it is over, where that is wanted."""
    events = [*draw(st.lists(happenings, max_size=12)), *([draw(ends)] if over else [])]
    times = sorted(draw(st.lists(_times, min_size=len(events), max_size=len(events))))
    return list(zip(times, events, strict=True))


_turns = st.builds(
    Message,
    st.sampled_from(["system", "user", "assistant"]),
    texts,
    st.lists(params, max_size=2).map(tuple),
)
requests = st.builds(
    lambda api, deployment, turns, prompt, more: Request(
        api, deployment, (*turns, Message("user", prompt)), more
    ),
    st.sampled_from(Api),
    texts,
    st.lists(_turns, max_size=4),
    texts,
    params,
)
