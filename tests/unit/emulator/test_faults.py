from __future__ import annotations

import pytest

from aztui.emulator.faults import FAULTS, FaultError, parse, split


def test_a_name_without_a_fault_is_left_alone() -> None:
    assert split("gpt-4o-mini") == ("gpt-4o-mini", None)


@pytest.mark.parametrize(
    ("deployment", "name", "fault"),
    [
        ("demo--401", "demo", "401"),
        ("demo--stall", "demo", "stall:after=5"),
        ("demo--stall:after=0", "demo", "stall:after=0"),
        ("demo--429:retry-after=60", "demo", "429:retry-after=60"),
        ("a--b--no-finish", "a--b", "no-finish"),
        ("--hang", "", "hang"),
        ("demo--cut: after = 7 ,", "demo", "cut:after=7"),
    ],
)
def test_a_fault_is_read_off_the_name(deployment: str, name: str, fault: str) -> None:
    kept, asked = split(deployment)
    assert (kept, str(asked)) == (name, fault)


@pytest.mark.parametrize("text", ["", "teapot", "Stall", "4O1"])
def test_an_unknown_fault_names_all_that_exist(text: str) -> None:
    with pytest.raises(FaultError) as caught:
        parse(text)
    assert repr(text) in str(caught.value)
    assert all(name in str(caught.value) for name in FAULTS)


def test_an_unknown_option_names_those_there_are() -> None:
    with pytest.raises(FaultError, match=r"'stall' has no option 'until'. Its options: after\."):
        parse("stall:until=3")
    with pytest.raises(FaultError, match="Its options: none"):
        parse("hang:after=3")


@pytest.mark.parametrize("value", ["", "x", "-1", "1.5", "²", "9" * 40])
def test_a_value_that_is_no_whole_number_is_refused(value: str) -> None:
    with pytest.raises(FaultError, match="not a whole number"):
        parse(f"cut:after={value}")
