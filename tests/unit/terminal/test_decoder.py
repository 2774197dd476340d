from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events
from textual.message import Message
from textual.messages import TerminalSupportsSynchronizedOutput

from aztui.terminal.decoder import PASTE_DELAY, Decoder

SOON = 0.001
LATER = 60.0


def told(messages: Sequence[Message]) -> list[str]:
    """Name the events: a key by its name, anything else by its class and text."""
    return [
        message.key
        if isinstance(message, events.Key)
        else f"paste {message.text!r}"
        if isinstance(message, events.Paste)
        else type(message).__name__
        for message in messages
    ]


def decode(*reads: bytes, gap: float = SOON) -> list[str]:
    """What reads that come `gap` seconds after one another mean, once all is quiet."""
    decoder = Decoder()
    now = 0.0
    found: list[Message] = []
    for data in reads:
        if decoder.deadline is not None and decoder.deadline <= now:
            found += decoder.expire(now)
        found += decoder.feed(data, now)
        now += gap
    while decoder.deadline is not None:
        now = decoder.deadline
        found += decoder.expire(now)
    return told(found)


@pytest.mark.parametrize(
    ("data", "keys"),
    [
        (b"a", ["a"]),
        (b"A", ["A"]),
        (b" ", ["space"]),
        ("é€😀".encode(), ["é", "euro_sign", "grinning_face"]),
        (b"\r", ["enter"]),
        (b"\n", ["ctrl+j"]),
        (b"\t", ["tab"]),
        (b"\x03", ["ctrl+c"]),
        (b"\x1a", ["ctrl+z"]),
        (b"\x1f", ["ctrl+underscore"]),
        (b"\x7f", ["backspace"]),
        (b"\x1b", ["escape"]),
        (b"\x1b\x1b", ["escape", "escape"]),
        (b"\x1b[A", ["up"]),
        (b"\x1bOA", ["up"]),
        (b"\x1b[5~", ["pageup"]),
        (b"\x1b[1;5H", ["ctrl+home"]),
        (b"\x1b[Z", ["shift+tab"]),
        (b"\x1bOP", ["f1"]),
        (b"\x1b[[A", ["f1"]),
        (b"\x1b[17~", ["f6"]),
        (b"\x1b[7$", ["shift+home"]),
        (b"\x1b\x1b[A", ["escape", "up"]),
        (b"\x1b\r", ["alt+enter"]),
        (b"\x1b\n", ["alt+enter"]),
        (b"\x1bx", ["alt+x"]),
        (b"\x1b[", ["left_square_bracket"]),
        (b"\x1b]", ["right_square_bracket"]),
        (b"\x1bO", ["alt+shift+o"]),
        (b"\x1b\x03", ["ctrl+c"]),
        (b"\x1b[27;2;13~", ["shift+enter"]),
        (b"\x1b[27;3;13~", ["alt+enter"]),
        (b"\x1b[27;5;106~", ["ctrl+j"]),
        (b"\x1b[13;2u", ["shift+enter"]),
        (b"\x1b[13;3u", ["alt+enter"]),
        (b"\x1b[13u", ["enter"]),
        (b"\x1b[27u", ["escape"]),
        (b"\x1b[106;5u", ["ctrl+j"]),
        (b"\x1b[97;;97u", ["a"]),
        (b"\x1b[I", ["AppFocus"]),
        (b"\x1b[O", ["AppBlur"]),
        (b"\x1b[?2026;2$y", ["TerminalSupportsSynchronizedOutput"]),
        (b"\x1b[?2026;0$y", []),
        (b"\x1b[0n", ["TerminalAnswered"]),
        (b"\x1b[2;1R", ["TerminalAnswered"]),
        (b"\x1b[1;2R", ["shift+f3"]),
    ],
)
def test_one_key(data: bytes, keys: list[str]) -> None:
    assert decode(data) == keys


def test_the_esc_key_counts_after_25_ms_and_not_before() -> None:
    decoder = Decoder()
    assert decoder.feed(b"\x1b", 100.0) == []
    assert decoder.deadline == pytest.approx(100.025)
    assert told(decoder.expire(100.025)) == ["escape"]
    assert decoder.deadline is None


@pytest.mark.parametrize("cut", [1, 2, 3, 4])
def test_a_sequence_that_comes_in_two_reads_is_one_key(cut: int) -> None:
    assert decode(b"\x1b[15~"[:cut], b"\x1b[15~"[cut:]) == ["f5"]


def test_a_key_pressed_well_after_esc_is_no_alt() -> None:
    assert decode(b"\x1b", b"x", gap=LATER) == ["escape", "x"]


def test_keys_without_doubt_do_not_wait() -> None:
    decoder = Decoder()
    for data in (b"a", b"\x03", b"\x1b[A", b"hello"):
        assert decoder.feed(data, 0.0)
        assert decoder.deadline is None
    assert told(decoder.feed(b"\r", 1.0)) == ["enter"]


@pytest.mark.parametrize(
    "reply",
    [
        b"\x1b[?64;1;9c",
        b"\x1b[>41;390;0c",
        b"\x1b]11;rgb:1c1c/1c1c/1c1c\x1b\\",
        b"\x1b]11;rgb:1c1c/1c1c/1c1c\x07",
        b"\x1bP>|tmux 3.3a\x1b\\",
        b"\x1b[?1u",
        b"\x1b[12;40R",
    ],
)
def test_what_a_terminal_tells_about_itself_is_not_typed(reply: bytes) -> None:
    assert decode(b"a" + reply + b"b") == ["a", "b"]
    assert decode(*(bytes([byte]) for byte in reply)) == []


def test_an_unfinished_sequence_is_given_back_as_typed() -> None:
    assert decode(b"\x1b[12", b"x", gap=LATER) == ["left_square_bracket", "1", "2", "x"]
    assert decode(b"\x1b[1\x03") == ["left_square_bracket", "1", "ctrl+c"]


def test_a_sequence_without_end_is_dropped_and_keys_work_again() -> None:
    assert decode(b"\x1b]52;" + b"x" * 100_000, b"\x03", gap=LATER)[-1] == "ctrl+c"


def test_typing_ahead_is_typing() -> None:
    assert decode(b"hello") == ["h", "e", "l", "l", "o"]
    assert decode(b"hi\r") == ["h", "i", "enter"]
    assert decode(b"hi", b"\r") == ["h", "i", "enter"]
    assert decode(b"hi\r\n") == ["h", "i", "enter"]
    assert decode(b"a\tb") == ["a", "tab", "b"]
    assert decode(b"\r\r\r") == ["enter"] * 3
    assert decode(b"hi\r\x1b[A") == ["h", "i", "enter", "up"]
    assert decode(b"hi\r\x03") == ["h", "i", "enter", "ctrl+c"]
    assert decode(b"hi\r", b"ho\r", gap=LATER) == ["h", "i", "enter", "h", "o", "enter"]


def test_a_script_may_type_a_long_line_and_send_it() -> None:
    line = "word " * 150 + "end"
    assert decode(line.encode() + b"\r") == [f"paste {line!r}", "enter"]


@pytest.mark.parametrize(
    ("reads", "text"),
    [
        ([b"one\rtwo"], "one\ntwo"),
        ([b"one\rtwo\r"], "one\ntwo\n"),
        ([b"one\ntwo\n"], "one\ntwo\n"),
        ([b"one\r\ntwo\r\n"], "one\ntwo\n"),
        ([b"\rone"], "\none"),
        ([b"def f():\r\treturn 1\r"], "def f():\n\treturn 1\n"),
        ([b"one\r", b"two\r"], "one\ntwo\n"),
        ([b"one\r", b"\ntwo"], "one\ntwo"),
        ([b"one\rtw", b"o\rthree\r"], "one\ntwo\nthree\n"),
        ([b"x" * 3000 + b"\r"], "x" * 3000 + "\n"),
    ],
)
def test_a_burst_with_line_ends_in_it_is_a_paste(reads: list[bytes], text: str) -> None:
    assert decode(*reads) == [f"paste {text!r}"]


def test_a_paste_whose_first_read_has_no_line_end_sends_nothing() -> None:
    assert decode(b"one", b"\r", b"two\r") == ["o", "n", "e", "paste '\\ntwo\\n'"]


def test_the_last_line_of_a_slow_paste_sends_nothing() -> None:
    assert decode(b"one\rtwo\r", b"three\r", gap=0.1) == [
        "paste 'one\\ntwo\\n'",
        "paste 'three\\n'",
    ]


def test_enter_alone_after_a_paste_sends() -> None:
    assert decode(b"one\rtwo", b"\r", gap=0.1) == ["paste 'one\\ntwo'", "enter"]


def test_a_control_key_ends_a_paste() -> None:
    assert decode(b"one\rtwo\x03") == ["paste 'one\\ntwo'", "ctrl+c"]


@given(st.text(st.characters(codec="utf-8", exclude_characters="\r")), st.integers(1, 8))
def test_a_bracketed_paste_arrives_as_it_was_however_it_is_cut(text: str, size: int) -> None:
    data = b"\x1b[200~" + text.encode() + b"\x1b[201~"
    if "\x1b[201~" not in text:
        reads = [data[at : at + size] for at in range(0, len(data), size)]
        assert decode(*reads) == [f"paste {text!r}"]


def test_line_ends_of_a_bracketed_paste_are_newlines() -> None:
    assert decode(b"\x1b[200~a\rb\r\nc\nd\x1b[201~") == ["paste 'a\\nb\\nc\\nd'"]


def test_keys_around_a_bracketed_paste_are_keys() -> None:
    assert decode(b"a\x1b[200~b\rc\x1b[201~\r") == ["a", "paste 'b\\nc'", "enter"]


def test_a_bracketed_paste_without_end_is_over_after_a_while() -> None:
    decoder = Decoder()
    assert decoder.feed(b"\x1b[200~lost", 0.0) == []
    assert decoder.deadline == pytest.approx(PASTE_DELAY)
    assert told(decoder.expire(PASTE_DELAY)) == ["paste 'lost'"]
    assert told(decoder.feed(b"\x03", 6.0)) == ["ctrl+c"]


@pytest.mark.parametrize("frame", [b"\x1b[200~%s\x1b[201~", b"%s"])
def test_a_paste_of_5_mb_is_one_paste(frame: bytes) -> None:
    line = b"a line of text, not very long\r"
    data = frame % (line * (5_000_000 // len(line)))
    (pasted,) = decode(*(data[at : at + 4095] for at in range(0, len(data), 4095)))
    assert pasted.count("not very long\\n") == 5_000_000 // len(line)


@given(st.lists(st.binary(max_size=40)))
def test_no_bytes_raise_an_error(reads: list[bytes]) -> None:
    decode(*reads)


def test_broken_utf8_is_shown_as_broken() -> None:
    assert decode(b"a\xff", b"\xc3", b"b")[0] == "a"
    assert decode(b"\xc3", b"\xa9") == ["é"]


def test_synchronised_output_is_told_to_textual() -> None:
    (message,) = Decoder().feed(b"\x1b[?2026;1$y", 0.0)
    assert isinstance(message, TerminalSupportsSynchronizedOutput)


def test_an_answer_says_to_what() -> None:
    messages = Decoder().feed(b"\x1b[0n\x1b[2;1R", 0.0)
    assert [getattr(message, "mark", None) for message in messages] == [False, True]
