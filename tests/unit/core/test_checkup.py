from __future__ import annotations

from aztui.core.checkup import (
    NEEDS,
    PAID,
    Check,
    Look,
    State,
    examine,
    failed,
    failure,
    folded,
    summary,
)
from aztui.core.problem import Kind, Problem
from aztui.core.request import Api


def saying(name: str, state: State) -> Check:
    return Check(name, state, f"{name} is looked at")


def checked(**states: State) -> dict[str, Check]:
    names = {name.replace("_", "-"): state for name, state in states.items()}
    looks = {name: (lambda n=name, s=state: saying(n, s)) for name, state in names.items()}
    return {check.name: check for check in examine(looks)}


def test_a_failure_stops_what_depends_on_it_and_nothing_else() -> None:
    made = checked(
        settings=State.PASS, dns=State.FAIL, tcp=State.PASS, tls=State.PASS, tmux=State.PASS
    )
    assert [check.state for check in made.values()] == ["pass", "fail", "skip", "skip", "pass"]
    assert made["tcp"].stopped_by == "dns"
    # The root of it is named, not the check between.
    assert made["tls"].stopped_by == "dns"
    assert made["tls"].says == "not checked, since dns failed"


def test_what_one_failure_stopped_is_told_in_one_line() -> None:
    made = checked(
        dns=State.FAIL, tcp=State.PASS, tls=State.PASS, tmux=State.PASS, clock=State.PASS
    )
    assert [check.says for check in folded(made.values())] == [
        "dns is looked at",
        "not checked, since dns failed: tcp, tls",
        "tmux is looked at",
        "not checked, since dns failed",
    ]


def test_what_has_been_checked_is_told_at_once() -> None:
    lines = folded(saying(name, State.PASS) for name in ("dns", "tcp"))
    assert next(lines).name == "dns"


def test_which_checks_failed_is_said_at_the_end() -> None:
    assert summary([saying("dns", State.WARN)]) == "No check failed."
    failures = [saying("tmux", State.FAIL), saying("dns", State.FAIL)]
    assert summary(failures[:1]) == "tmux failed: what to do stands below it."
    assert summary(failures) == "tmux, dns failed: what to do stands below them."


def test_warnings_and_what_was_passed_over_stop_nothing() -> None:
    made = checked(tcp=State.WARN, tls=State.SKIP, credential=State.PASS)
    assert made["credential"].state is State.PASS


def test_a_failure_of_the_first_half_stops_the_second() -> None:
    before = [saying("deployment", State.FAIL)]
    looks: dict[str, Look] = {api: (lambda: saying("chat", State.PASS)) for api in PAID}
    assert {check.stopped_by for check in examine(looks, before)} == {"deployment"}


def test_a_fault_of_ours_in_one_check_does_not_hide_the_others() -> None:
    def broken() -> Check:
        raise KeyError("secret")

    first, second = examine({"dns": broken, "tmux": lambda: saying("tmux", State.PASS)})
    assert first.state is State.FAIL
    assert "KeyError" in first.detail
    assert "secret" not in first.detail
    assert second.state is State.PASS


def test_every_need_comes_before_what_needs_it() -> None:
    order = list(NEEDS)
    for name, needs in NEEDS.items():
        assert all(order.index(need) < order.index(name) for need in needs)
    assert set(PAID) == set(Api)


def test_a_problem_is_told_whole() -> None:
    problem = Problem(
        Kind.NOT_FOUND,
        "There is none",
        "Not found.",
        "Check it, and send the prompt again.",
        404,
        "https://contoso.openai.azure.com/x",
        (("x-request-id", "r1"),),
    )
    check = failure("deployment", problem)
    assert check.says == "There is none (404)"
    assert check.fix == "Check it, and try again."
    assert check.detail.split("\n") == [
        "Azure: Not found.",
        "Asked: https://contoso.openai.azure.com/x",
        "x-request-id r1",
    ]
    assert failed([check])
    assert not failed([saying("dns", State.WARN)])
