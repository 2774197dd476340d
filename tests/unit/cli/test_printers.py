from __future__ import annotations

from aztui.cli.printers import TextPrinter
from aztui.core.events import RunId, Stamped, TextDelta
from aztui.core.request import Api, Message, Request
from aztui.core.run import Run, reduce

RUN = RunId("run")


def printed(*texts: tuple[int, str], answers: int = 1) -> bytes:
    """What a terminal receives, stderr included."""
    written: list[bytes] = []
    printer = TextPrinter(written.append, written.append, answers=answers, terminal=True)
    run = Run(RUN, Request(Api.CHAT, "demo", (Message("user", "hello"),)), 0.0)
    for choice, text in texts:
        stamped = Stamped(RUN, 0.0, TextDelta(choice, text))
        run = reduce(run, stamped)
        printer.event(stamped)
    printer.end(run, 0)
    return b"".join(written)


def test_a_terminal_gets_one_last_newline() -> None:
    assert printed((0, "a"), (0, "b")) == b"ab\n"
    assert printed((0, "a\n")) == b"a\n"
    assert printed() == b""


def test_control_characters_are_made_visible_on_a_terminal() -> None:
    shown = printed((0, "a\x1b"), (0, "[2J\x07"), (0, "\u202eb\r"), (0, "c\r"), (0, "\nd"))
    assert b"\x1b" not in shown
    assert b"\x07" not in shown
    assert "\u202e".encode() not in shown
    assert b"\r" not in shown
    assert "␛[2J␇" in shown.decode()
    assert shown.endswith(b"c\nd\n")


def test_an_emoji_cut_in_two_stays_whole() -> None:
    assert printed((0, "👩"), (0, "\u200d"), (0, "💻")).decode() == "👩\u200d💻\n"


def test_headings_begin_lines_of_their_own() -> None:
    shown = printed((0, "a"), (1, "x\n"), (0, "b"), (2, "y"), answers=3)
    assert shown == b"answer 1 of 3\nab\nanswer 2 of 3\nx\nanswer 3 of 3\ny\n"


def test_an_answer_nobody_asked_for_is_shown_too() -> None:
    assert printed((0, "a"), (1, "b")) == b"a\nanswer 2 of 2\nb\n"
