from __future__ import annotations

import pytest

from aztui.core.request import Json
from aztui.core.values import (
    Biases,
    Flag,
    Format,
    Kind,
    Labels,
    Number,
    OneOf,
    Seed,
    Text,
    Texts,
    Whole,
)

SCHEMA: Json = {"type": "object", "properties": {"name": {"type": "string"}}}

GOOD: list[tuple[Kind, str, Json]] = [
    (Whole(0), "0", 0),
    (Whole(1, 5), " 5 ", 5),
    (Seed(), str(2**63 - 1), 2**63 - 1),
    (Number(0, 2), "0.7", 0.7),
    (Number(0, 2), "2", 2),
    (Number(0, 2), "2.", 2.0),
    (Number(-2, 2), "-.5", -0.5),
    (Flag(), "true", True),
    (Flag(), "False", False),
    (OneOf(("none", "low")), "low", "low"),
    (OneOf(("none", "low")), '"None"', "none"),
    (Text(), "a=b", "a=b"),
    (Text(), "12", "12"),
    (Text(), "true", "true"),
    (Text(), '" \\n"', " \n"),
    (Texts(4), "END", "END"),
    (Texts(4), "12", "12"),
    (Texts(4), '["a", "\\n"]', ["a", "\n"]),
    (Biases(), '{"50256": -100}', {"50256": -100}),
    (Biases(), "{}", {}),
    (Labels(), '{"team": "docs"}', {"team": "docs"}),
    (Format(wrapped=True), "text", {"type": "text"}),
    (Format(wrapped=True), "json_object", {"type": "json_object"}),
    (
        Format(wrapped=True),
        '{"type": "json_schema", "json_schema": {"name": "x"}}',
        {"type": "json_schema", "json_schema": {"name": "x"}},
    ),
]

BAD: list[tuple[Kind, str]] = [
    (Whole(0), "-1"),
    (Whole(0), "1.5"),
    (Whole(0), "true"),
    (Whole(0), "9" * 5000),
    (Whole(1, 5), "6"),
    (Whole(1, 5), "many"),
    (Seed(), str(2**63)),
    (Seed(), "x"),
    (Number(0, 2), "2.01"),
    (Number(0, 2), "NaN"),
    (Number(0, 2), "1e999"),
    (Number(0, 2), "hot"),
    (Number(0, 2), "true"),
    (Number(0, 2), "[1]"),
    (Flag(), "1"),
    (Flag(), "yes"),
    (OneOf(("none", "low")), "lo"),
    (Texts(4), '["a", "b", "c", "d", "e"]'),
    (Texts(4), "[]"),
    (Texts(4), '["a", 1]'),
    (Biases(), '{"the": 1}'),
    (Biases(), '{"5": 101}'),
    (Biases(), '{"5": true}'),
    (Biases(), "5"),
    (Labels(), '{"a": 1}'),
    (Labels(), "{" + ",".join(f'"{n}": ""' for n in range(17)) + "}"),
    (Format(wrapped=True), "xml"),
    (Format(wrapped=True), "[]"),
    (Format(wrapped=True), '{"type": "json_schema"}'),
    (Format(wrapped=False), '{"type": "json_schema", "json_schema": {}}'),
]


def _name(given: object) -> str:
    """Return what a case is called, the same in every process."""
    return type(given).__name__ if isinstance(given, Flag | Seed | Text) else str(given)[:40]


@pytest.mark.parametrize(("kind", "text", "value"), GOOD, ids=_name)
def test_a_text_means_a_value_and_a_value_is_written_as_such(
    kind: Kind, text: str, value: Json
) -> None:
    read = kind.read(text)
    assert (type(read), read) == (type(value), value)
    assert kind.holds(value)
    assert kind.read(kind.write(value)) == value


@pytest.mark.parametrize(("kind", "text"), BAD, ids=_name)
def test_what_is_not_a_value(kind: Kind, text: str) -> None:
    assert not kind.holds(kind.read(text))


@pytest.mark.parametrize("kind", [Flag(), OneOf(("low", "high")), Whole(1), Text()], ids=_name)
def test_steps_are_values(kind: Kind) -> None:
    assert all(kind.holds(value) for value in kind.steps)
    assert bool(kind.steps) is isinstance(kind, Flag | OneOf)


@pytest.mark.parametrize("text", ["a", " a", "a\nb", '"', '"a"', "[", '["a"]', "5", "null", "é"])
def test_any_text_can_be_written_and_read(text: str) -> None:
    assert Text().read(Text().write(text)) == text
    assert Texts(4).read(Texts(4).write(text)) == text


def test_a_bare_schema_is_given_what_the_api_puts_around_it() -> None:
    assert Format(wrapped=True).normal(SCHEMA) == {
        "type": "json_schema",
        "json_schema": {"name": "answer", "schema": SCHEMA},
    }
    assert Format(wrapped=False).normal(SCHEMA) == {
        "type": "json_schema",
        "name": "answer",
        "schema": SCHEMA,
    }
