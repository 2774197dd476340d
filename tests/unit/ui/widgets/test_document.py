"""Runs below one another: what stands where, and what changing it costs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from aztui.core.events import RunId
from aztui.core.request import Api, Message, Request
from aztui.core.run import Phase, Run
from aztui.ui.widgets.document import CARET, Document
from aztui.ui.widgets.flow import Flow
from aztui.ui.widgets.rows import Columns, length

COLUMNS = Columns.of(40)


def sent(name: str, prompt: str = "Why?", n: int = 1) -> Run:
    request = Request(Api.COMPLETIONS, "d", (Message("user", prompt),), {"n": n})
    return Run(RunId(name), request, 0.0)


def texts(document: Document) -> list[str]:
    rows = (document.row(index) for index in range(document.height))
    return ["".join(text for text, _ in row).rstrip() for row in rows]


def over(run: Run, phase: Phase = Phase.STOPPED) -> Run:
    return replace(run, phase=phase, ended=1.0)


def test_a_run_from_its_prompt_to_its_end() -> None:
    document = Document(COLUMNS)
    run = sent("a", "Why is\nthat so?")
    document.begin(run)
    assert texts(document) == [" \u203a Why is", "   that so?", "", f"   {CARET}"]
    document.append(run.id, 0, "Because.")
    assert texts(document)[-1] == f"   Because.{CARET}"
    document.finish(run.id, over(run))
    assert texts(document)[:4] == [" \u203a Why is", "   that so?", "", "   Because."]
    assert texts(document)[4].startswith("   ■ stopped by you")
    assert CARET not in "".join(texts(document))


def test_blank_lines_at_an_answers_end_go_when_it_is_over() -> None:
    document = Document(COLUMNS)
    run = sent("a")
    document.begin(run)
    document.append(run.id, 0, "Because.\n\n \n")
    document.finish(run.id, over(run))
    assert texts(document)[3].startswith("   ■")


def test_answers_side_by_side_keep_their_places() -> None:
    document = Document(COLUMNS)
    run = sent("a", n=2)
    document.begin(run)
    document.append(run.id, 1, "two")
    document.append(run.id, 0, "one\none more")
    assert texts(document) == [
        " \u203a Why?",
        "",
        "   answer 1 of 2",
        "   one",
        f"   one more{CARET}",
        "",
        "   answer 2 of 2",
        "   two",
    ]


def test_what_was_held_back_as_unsure_is_shown_at_the_end() -> None:
    document = Document(COLUMNS)
    run = sent("a")
    document.begin(run)
    document.append(run.id, 0, "end\r")
    document.finish(run.id, over(run))
    assert "   end␍" in texts(document)


def test_hostile_text_is_shown_and_does_nothing() -> None:
    document = Document(COLUMNS)
    run = sent("a", "\x1b[2Jprompt")
    document.begin(run, "")
    document.append(run.id, 0, "\x1b]0;title\x07")
    shown = "".join(texts(document))
    assert "\x1b" not in shown
    assert "\x07" not in shown
    assert "␛[2Jprompt" in shown


@pytest.mark.parametrize("width", [20, 40, 80, 200])
@pytest.mark.parametrize("phase", [phase for phase in Phase if phase.over])
def test_no_row_is_wider_than_the_screen(phase: Phase, width: int) -> None:
    document = Document(Columns.of(width))
    run = sent("a", "Why is that so, and what about 世界世界世界世界世界世界世界?")
    document.begin(run)
    document.append(run.id, 0, "word " * 40)
    document.finish(run.id, over(run, phase))
    assert max(length(document.row(index)) for index in range(document.height)) <= width


def test_a_place_is_found_again_after_the_width_has_changed() -> None:
    document = Document(COLUMNS)
    for name in "abc":
        run = sent(name)
        document.begin(run)
        document.append(run.id, 0, "".join(f"{name} line {n} of some words\n" for n in range(9)))
        document.finish(run.id, over(run))
    row = texts(document).index("   b line 5 of some words")
    place = document.place(row)
    assert place is not None
    document.rewrap(Columns.of(20))
    assert texts(document)[document.find(place)] == "  b line 5 of some"


def test_adding_costs_the_same_after_ten_thousand_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    fed = 0
    feed = Flow.feed

    def counting(flow: Flow, text: str) -> int:
        nonlocal fed
        fed += 1
        return feed(flow, text)

    monkeypatch.setattr(Flow, "feed", counting)

    def cost(lines: int) -> tuple[int, int]:
        nonlocal fed
        document = Document(COLUMNS)
        for name in ("old", "older"):
            run = sent(name)
            document.begin(run)
            document.append(run.id, 0, "an earlier line\n" * lines)
            document.finish(run.id, over(run))
        run = sent("new")
        document.begin(run)
        fed, changed = 0, 0
        for _ in range(50):
            first = document.append(run.id, 0, "word ")
            changed += document.height - first
        return fed, changed

    assert cost(10_000) == cost(10)
