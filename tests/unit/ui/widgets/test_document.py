"""Runs below one another: what stands where, and what changing it costs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from aztui.core.chunks import Chunks
from aztui.core.events import RunId
from aztui.core.profile import View
from aztui.core.request import Api, Message, Request
from aztui.core.run import Choice, Phase, Run
from aztui.ui.markdown.leaves import Links
from aztui.ui.markdown.views import READERS, Part
from aztui.ui.widgets.block import CARET
from aztui.ui.widgets.document import Document
from aztui.ui.widgets.rows import Columns, Line, Role, length

COLUMNS = Columns.of(40)


def sent(name: str, prompt: str = "Why?", n: int = 1) -> Run:
    request = Request(Api.COMPLETIONS, "d", (Message("user", prompt),), {"n": n})
    return Run(RunId(name), request, 0.0)


def texts(document: Document) -> list[str]:
    rows = (document.line(index).row for index in range(document.height))
    return ["".join(text for text, _ in row).rstrip() for row in rows]


def fit(document: Document, columns: Columns) -> None:
    document.columns = columns
    document.settle_end(document.height)


def over(run: Run, phase: Phase = Phase.STOPPED) -> Run:
    return replace(run, phase=phase, ended=1.0)


def test_a_run_from_its_prompt_to_its_end() -> None:
    document = Document(COLUMNS)
    run = sent("a", "Why is\nthat so?")
    document.begin(run, View.RENDERED)
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
    document.begin(run, View.RENDERED)
    document.append(run.id, 0, "Because.\n\n \n")
    document.finish(run.id, over(run))
    assert texts(document)[3].startswith("   ■")


def test_answers_side_by_side_keep_their_places() -> None:
    document = Document(COLUMNS)
    run = sent("a", n=2)
    document.begin(run, View.RENDERED)
    document.append(run.id, 1, "two")
    document.append(run.id, 0, "one\n\none more")
    assert texts(document) == [
        " \u203a Why?",
        "",
        "   answer 1 of 2",
        "   one",
        "",
        f"   one more{CARET}",
        "",
        "   answer 2 of 2",
        "   two",
    ]


def test_an_answer_is_shown_raw_and_rendered_again() -> None:
    document = Document(COLUMNS)
    run = sent("a")
    document.begin(run, View.RAW)
    document.append(run.id, 0, "# One\n\n**two**")
    assert texts(document)[2:] == ["   # One↵", "   ↵", f"   **two**{CARET}"]
    document.show(run.id, View.RENDERED)
    assert texts(document)[2:] == ["   One", "", f"   two{CARET}"]


def test_what_was_held_back_as_unsure_is_shown_at_the_end() -> None:
    document = Document(COLUMNS)
    run = sent("a")
    document.begin(run, View.RENDERED)
    document.append(run.id, 0, "end\r")
    document.finish(run.id, over(run))
    assert "   end␍" in texts(document)


def test_hostile_text_is_shown_and_does_nothing() -> None:
    document = Document(COLUMNS)
    run = sent("a", "\x1b[2Jprompt")
    document.begin(run, View.RENDERED)
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
    document.begin(run, View.RENDERED)
    document.append(run.id, 0, "word " * 40)
    document.finish(run.id, over(run, phase))
    assert max(length(document.line(index).row) for index in range(document.height)) <= width


def test_a_place_is_found_again_after_the_width_has_changed() -> None:
    document = Document(COLUMNS)
    for name in "abc":
        run = sent(name)
        document.begin(run, View.RENDERED)
        document.append(run.id, 0, "".join(f"{name} line {n} of some words\n\n" for n in range(9)))
        document.finish(run.id, over(run))
    row = texts(document).index("   b line 5 of some words")
    place = document.place(row)
    assert place is not None
    fit(document, Columns.of(20))
    assert texts(document)[document.rows(place)[0]] == "  b line 5 of some"


def test_adding_costs_the_same_after_ten_thousand_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    laid = 0
    rendered = READERS[View.RENDERED]
    lay = rendered.lay

    def counting(reader: object, part: Part, width: int, links: Links) -> list[Line]:
        nonlocal laid
        laid += 1
        return lay(part, width, links)

    monkeypatch.setattr(type(rendered), "lay", counting)

    def cost(lines: int) -> tuple[int, int]:
        nonlocal laid
        document = Document(COLUMNS)
        for name in ("old", "older"):
            run = sent(name)
            document.begin(run, View.RENDERED)
            document.append(run.id, 0, "an earlier line\n\n" * lines)
            while document.behind:
                document.advance()
            document.finish(run.id, over(run))
        run = sent("new")
        document.begin(run, View.RENDERED)
        laid, changed = 0, 0
        for _ in range(50):
            first = document.append(run.id, 0, "word ")
            assert first is not None
            changed += document.height - first
        return laid, changed

    assert cost(10_000) == cost(10)


JUDGED = "Whatever the filter leaves alone. What it takes back."


def condemned(run: Run, text: str = JUDGED, at: int = 34, choice: int = 0) -> Run:
    told = Choice(choice, Chunks(text), condemned=at)
    others = tuple(Choice(index) for index in range(choice))
    return replace(run, phase=Phase.STREAMING, first_text=1.0, choices=(*others, told))


MARK = "   ▸ withdrawn by the content filter"


def withdrawn(width: int = 40) -> tuple[Document, Run]:
    document = Document(Columns.of(width))
    run = sent("a")
    document.begin(run, View.RENDERED)
    document.append(run.id, 0, JUDGED)
    return document, run


def test_condemned_text_is_marked_and_stays() -> None:
    document, run = withdrawn(80)
    changed = document.update(run.id, condemned(run), 2.0)
    assert changed is not None
    assert changed <= 2
    assert texts(document)[2:] == [
        "   Whatever the filter leaves alone.",
        "   ▸ withdrawn by the content filter from here on",
        f" │ What it takes back.{CARET}",
    ]
    assert document.line(4).row[1][1] is Role.DIM
    assert document.line(2).row[1][1] is Role.TEXT


def test_text_that_follows_is_withdrawn_too() -> None:
    document, run = withdrawn(80)
    document.update(run.id, condemned(run), 2.0)
    changed = document.append(run.id, 0, " And\n\nmore.")
    assert changed == 4
    assert texts(document)[4:] == [" │ What it takes back. And", " │", f" │ more.{CARET}"]


def test_the_mark_survives_another_width_and_the_end() -> None:
    document, run = withdrawn(80)
    document.update(run.id, condemned(run), 2.0)
    fit(document, Columns.of(24))
    narrow = texts(document)
    assert narrow[-1] == f"│ What it takes back.{CARET}"
    fit(document, Columns.of(80))
    fit(document, Columns.of(24))
    assert texts(document) == narrow
    document.finish(run.id, replace(condemned(run), phase=Phase.FILTERED, ended=3.0))
    assert "".join(texts(document)).count("▸") == 1
    assert CARET not in "".join(texts(document))


def test_text_condemned_only_at_the_end_is_marked() -> None:
    document, run = withdrawn(80)
    document.finish(run.id, replace(condemned(run), phase=Phase.FILTERED, ended=3.0))
    assert texts(document)[3].startswith(MARK)
    assert texts(document)[4] == " │ What it takes back."


def test_a_whole_answer_may_be_condemned() -> None:
    document, run = withdrawn(80)
    document.update(run.id, condemned(run, at=0), 2.0)
    assert texts(document)[2].startswith(MARK)
    assert texts(document)[3].startswith(" │ Whatever")


@pytest.mark.parametrize("at", [len(JUDGED), len(JUDGED) + 1000])
def test_where_no_condemned_text_has_come_nothing_is_marked(at: int) -> None:
    document, run = withdrawn(80)
    before = texts(document)
    assert document.update(run.id, condemned(run, at=at), 2.0) is None
    assert texts(document) == before


def test_a_line_end_at_the_mark_leaves_no_blank_row() -> None:
    document = Document(Columns.of(80))
    run = sent("a")
    document.begin(run, View.RENDERED)
    document.append(run.id, 0, "One.\n\nTwo.")
    document.update(run.id, condemned(run, "One.\n\nTwo.", at=4), 2.0)
    assert texts(document)[2:] == [
        "   One.",
        "   ▸ withdrawn by the content filter from here on",
        f" │ Two.{CARET}",
    ]


def test_one_answer_of_several_is_withdrawn() -> None:
    document = Document(Columns.of(80))
    run = sent("a", n=2)
    document.begin(run, View.RENDERED)
    document.append(run.id, 0, "one")
    document.append(run.id, 1, JUDGED)
    document.update(run.id, condemned(run, choice=1), 2.0)
    assert texts(document)[3] == "   one"
    assert texts(document)[-1] == f" │ What it takes back.{CARET}"


def test_condemned_text_is_safe_to_show() -> None:
    document = Document(Columns.of(80))
    run = sent("a")
    document.begin(run, View.RENDERED)
    document.append(run.id, 0, "a\x1b[2Jb\x1b[2J")
    document.update(run.id, condemned(run, "a\x1b[2Jb\x1b[2J", at=2), 2.0)
    document.append(run.id, 0, "\x1b[2J")
    assert "\x1b" not in "".join(texts(document))
    assert texts(document)[-1] == f" │ [2Jb␛[2J␛[2J{CARET}"


def thinking(run: Run) -> Run:
    return replace(run, phase=Phase.THINKING, effort="high")


def test_what_a_run_waits_for_stands_in_place_of_its_answer() -> None:
    document = Document(Columns.of(80))
    run = sent("a", n=2)
    document.begin(run, View.RENDERED)
    assert document.update(run.id, thinking(run), 4.0) == 1
    assert texts(document) == [" \u203a Why?", "", "   thinking (effort high) · 4 s"]
    assert document.update(run.id, thinking(run), 4.2) is None
    assert document.update(run.id, thinking(run), 5.0) == 1
    assert document.append(run.id, 0, "Because.") == 1
    streaming = replace(thinking(run), phase=Phase.STREAMING, first_text=5.0)
    document.update(run.id, streaming, 5.0)
    assert texts(document)[1:6] == [
        "",
        "   thought for 5 s",
        "",
        "   answer 1 of 2",
        f"   Because.{CARET}",
    ]


def test_a_run_that_ends_while_it_waits_shows_its_end_alone() -> None:
    document = Document(Columns.of(80))
    run = sent("a")
    document.begin(run, View.RENDERED)
    document.update(run.id, thinking(run), 4.0)
    document.finish(run.id, over(replace(run, effort="high")))
    assert texts(document)[:2] == [" \u203a Why?", ""]
    assert texts(document)[2].startswith("   ■ stopped by you")


def test_a_row_tells_its_run() -> None:
    document = Document(COLUMNS)
    assert document.run_at(0) is None
    for name in "ab":
        document.begin(sent(name), View.RENDERED)
    assert [document.run_at(row) for row in (0, 3, 5, 99)] == ["a", "a", "b", "b"]


def test_more_runs_than_are_kept_ready_can_be_looked_at_together() -> None:
    document = Document(COLUMNS)
    for name in range(200):
        run = sent(str(name))
        document.begin(run, View.RENDERED)
        document.finish(run.id, over(run))
    height = document.height
    assert document.settle(height // 2, height, height) == height // 2
    document.columns = Columns.of(20)
    document.settle(0, 0, height * 2)
    assert document.height > height
