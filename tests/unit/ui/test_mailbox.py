from __future__ import annotations

import threading

from aztui.core.events import RunId, Stamped, TextDelta
from aztui.ui.mailbox import Mailbox

RUN = RunId("run-1")


def text(number: int) -> Stamped:
    return Stamped(RUN, 0.0, TextDelta(0, str(number)))


def test_one_wake_for_all_that_is_unread() -> None:
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
    assert len(wakes) == 2
    assert mailbox.take() == [text(7)]


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
        taken += mailbox.take()
    writer.join()
    assert taken == [text(number) for number in range(count)]
