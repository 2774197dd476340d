"""Whose CPU it is that a program uses."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from benchmarks.costs import in_the_middle, rows
from benchmarks.counted import Answers, Stepwise
from benchmarks.ledger import Ledger, Part, Spent


class Cpu:
    """A processor that everything takes as long on as it says."""

    def __init__(self) -> None:
        self._threads: dict[int, float] = {}

    def use(self, seconds: float) -> None:
        self._threads[threading.get_ident()] = self.of_thread() + seconds

    def of_thread(self) -> float:
        return self._threads.get(threading.get_ident(), 0.0)

    def of_process(self) -> float:
        return sum(self._threads.values())


@pytest.fixture
def cpu() -> Cpu:
    return Cpu()


@pytest.fixture
def ledger(cpu: Cpu) -> Ledger:
    return Ledger(cpu.of_thread, cpu.of_process)


def test_what_is_done_within_a_paint_is_not_the_paints(cpu: Cpu, ledger: Ledger) -> None:
    cpu.use(32)
    with ledger.on(Part.PAINT, 1):
        cpu.use(1)
        with ledger.on(Part.DRIVER, 1):
            cpu.use(2)
            with ledger.on(Part.DRIVER):
                cpu.use(4)
        with ledger.on(None):
            cpu.use(8)
        cpu.use(16)
    spent = ledger.spent()
    assert spent.seconds == {Part.MESSAGE: 0, Part.PAINT: 17, Part.DRIVER: 6}
    assert spent.counts == {Part.MESSAGE: 0, Part.PAINT: 1, Part.DRIVER: 1}
    assert (spent.whole, spent.rest, spent.turns) == (63, 40, 8)


def test_threads_do_not_interrupt_each_other(cpu: Cpu, ledger: Ledger) -> None:
    def post() -> None:
        cpu.use(100)
        with ledger.on(Part.MESSAGE):
            cpu.use(2)

    with ledger.on(Part.PAINT, 1):
        cpu.use(1)
        thread = threading.Thread(target=post)
        thread.start()
        thread.join()
        cpu.use(4)
    spent = ledger.spent()
    assert (spent.seconds[Part.PAINT], spent.seconds[Part.MESSAGE], spent.rest) == (5, 2, 100)


def test_work_that_fails_is_over_too(cpu: Cpu, ledger: Ledger) -> None:
    def paint() -> None:
        with ledger.on(Part.PAINT):
            cpu.use(1)
            raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        paint()
    cpu.use(2)
    with ledger.on(Part.DRIVER):
        cpu.use(4)
    assert (ledger.spent().seconds[Part.PAINT], ledger.spent().rest) == (1, 2)


def wait_and_work(cpu: Cpu) -> Callable[[], Awaitable[str]]:
    async def work() -> str:
        cpu.use(1)
        try:
            await asyncio.sleep(0)
        finally:
            cpu.use(2)
        return "done"

    return work


def test_what_others_do_while_work_waits_is_not_its(cpu: Cpu, ledger: Ledger) -> None:
    async def both() -> str:
        asyncio.get_running_loop().call_soon(cpu.use, 4)
        return str(await Stepwise(ledger, Part.MESSAGE, wait_and_work(cpu)()))

    assert asyncio.run(both()) == "done"
    spent = ledger.spent()
    assert (spent.seconds[Part.MESSAGE], spent.counts[Part.MESSAGE], spent.rest) == (3, 1, 4)


def test_work_that_waits_can_be_cancelled(cpu: Cpu, ledger: Ledger) -> None:
    async def cancelled() -> None:
        task = asyncio.ensure_future(Stepwise(ledger, Part.MESSAGE, wait_and_work(cpu)()))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancelled())
    assert ledger.spent().seconds[Part.MESSAGE] == 3


def test_an_answer_is_told_of_once_its_last_word_is_painted(
    cpu: Cpu, ledger: Ledger, tmp_path: Path
) -> None:
    path = tmp_path / "costs"
    answers = Answers(ledger, path)
    for seconds in (1, 2):
        cpu.use(64)
        answers.begin()
        cpu.use(seconds)
        answers.painted()
        with ledger.on(Part.MESSAGE, 1):
            answers.end()
        with ledger.on(Part.PAINT, 1):
            cpu.use(4)
        answers.painted()
        answers.painted()
    told = [Spent.parse(line) for line in path.read_text().splitlines()]
    assert told[1] == ledger.spent()
    assert [(one.whole, one.seconds[Part.PAINT], one.counts[Part.MESSAGE]) for one in told] == [
        (5, 4, 1),
        (6, 4, 1),
    ]


def spent(whole: float, message: float, counts: tuple[int, int, int] = (4, 5, 5)) -> Spent:
    seconds = dict(zip(Part, (message, 0.2, 0.1), strict=True))
    return Spent(whole, seconds, dict(zip(Part, counts, strict=True)), 40)


def test_the_parts_and_the_rest_are_the_whole() -> None:
    assert rows(spent(1.0, 0.4), 1000) == [
        ("posted message", "4", "100000", "400", "40.0"),
        ("paint", "5", "40000", "200", "20.0"),
        ("driver", "5", "20000", "100", "10.0"),
        ("rest", "-", "-", "300", "30.0"),
        ("whole", "-", "-", "1000", "100.0"),
    ]


def test_what_never_happened_costs_nothing_each() -> None:
    assert rows(spent(1.0, 0.0, (0, 5, 5)), 1000)[0] == ("posted message", "-", "-", "0", "0.0")


@pytest.mark.parametrize(
    ("wholes", "middle"), [([3.0, 1.0, 2.0], 2.0), ([5.0], 5.0), ([4.0, 1.0], 1.0)]
)
def test_the_round_in_the_middle_is_the_median_by_the_whole(
    wholes: list[float], middle: float
) -> None:
    assert in_the_middle([spent(whole, 0.1) for whole in wholes]).whole == middle
