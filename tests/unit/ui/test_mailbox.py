from __future__ import annotations

import threading

from aztui.core.events import FinishReason, Opened, RunId, Stamped, TextDelta
from aztui.ui.mailbox import Mailbox, joined

RUN = RunId("run-1")


def text(number: int) -> Stamped:
    return Stamped(RUN, 0.0, TextDelta(0, str(number)))


def test_one_wake_until_a_look_finds_nothing() -> None:
    wakes: list[int] = []

    def wake() -> bool:
        wakes.append(1)
        return True

    mailbox = Mailbox(wake)
    for number in range(1_000):
        mailbox.put(text(number))
    assert len(wakes) == 1
    assert mailbox.take() == [text(number) for number in range(1_000)]
    mailbox.put(text(7))
    assert mailbox.take() == [text(7)]
    assert len(wakes) == 1
    assert mailbox.take() == []
    mailbox.put(text(8))
    assert len(wakes) == 2
    assert mailbox.take() == [text(8)]


def test_nothing_is_kept_for_a_screen_that_is_gone() -> None:
    wakes: list[int] = []

    def wake() -> bool:
        wakes.append(1)
        return False

    mailbox = Mailbox(wake)
    mailbox.put(text(1))
    mailbox.put(text(2))
    assert mailbox.take() == []
    mailbox.put(text(3))
    assert mailbox.take() == []
    assert len(wakes) == 1


def test_nothing_is_lost_or_reordered_between_threads() -> None:
    awake = threading.Event()

    def wake() -> bool:
        awake.set()
        return True

    mailbox = Mailbox(wake)
    count = 20_000
    taken: list[Stamped] = []

    def put_all() -> None:
        for number in range(count):
            mailbox.put(text(number))

    writer = threading.Thread(target=put_all)
    writer.start()
    while len(taken) < count:
        assert awake.wait(10), f"no wake after {len(taken)} events"
        awake.clear()
        while unread := mailbox.take():
            taken += unread
    writer.join()
    assert taken == [text(number) for number in range(count)]


def test_texts_are_joined_and_nothing_else_moves() -> None:
    other = RunId("run-2")
    events = [
        Stamped(RUN, 1.0, Opened()),
        Stamped(RUN, 2.0, TextDelta(0, "a")),
        Stamped(RUN, 3.0, TextDelta(0, "b")),
        Stamped(RUN, 4.0, TextDelta(0, "c")),
        Stamped(RUN, 5.0, TextDelta(1, "d")),
        Stamped(other, 6.0, TextDelta(1, "e")),
        Stamped(RUN, 7.0, FinishReason(0, "stop")),
        Stamped(RUN, 8.0, FinishReason(1, "stop")),
    ]
    assert list(joined(events)) == [
        events[0],
        events[1],
        Stamped(RUN, 4.0, TextDelta(0, "bc"), (3.0, 4.0)),
        *events[4:],
    ]
