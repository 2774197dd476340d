from __future__ import annotations

import threading
from queue import SimpleQueue

from textual.message import Message

from aztui.core.events import RunId
from aztui.core.history import ALL, Hit, Wanted
from aztui.core.tree import SessionId
from aztui.ui.archivist import Answered, ArchiveFailed, Archivist, LookedUp, Question
from tests.support.archive import DEADLINE, KEPT, NOW, FakeArchive

LIST = Question((), ALL, 10)


def threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "history"]


def test_of_what_waits_only_the_newest_is_asked() -> None:
    archive, told = FakeArchive(KEPT), SimpleQueue[Message]()
    archivist = Archivist(archive, told.put)
    for word in ("a", "b", "haiku"):
        archivist.ask(Question((word,), ALL, 10))
    archivist.ask(Hit(SessionId("sky"), RunId("sky-1"), NOW - 7_200, ""))
    archivist.begin()
    answer, found = told.get(timeout=DEADLINE), told.get(timeout=DEADLINE)
    assert isinstance(answer, Answered)
    assert answer.question == Question(("haiku",), ALL, 10)
    assert [entry.started for entry in answer.entries if isinstance(entry, Hit)] == [
        run.started for run in KEPT if run.session == "old"
    ]
    assert isinstance(found, LookedUp)
    assert found.summary is not None
    assert (found.session, found.summary.id, found.summary.runs) == ("sky", "sky", 2)
    assert [asked[0] for asked in archive.asked] == ["search", "sessions"]
    archivist.stop()


def test_what_cannot_be_read_is_told_and_the_next_is_asked() -> None:
    archive, told = FakeArchive(KEPT, failing="The disk is gone"), SimpleQueue[Message]()
    archivist = Archivist(archive, told.put)
    archivist.begin()
    archivist.ask(LIST)
    failure = told.get(timeout=DEADLINE)
    assert isinstance(failure, ArchiveFailed)
    assert (failure.asked, failure.why) == (LIST, "The disk is gone")
    archive.failing = ""
    archivist.ask(LIST)
    assert isinstance(told.get(timeout=DEADLINE), Answered)
    archivist.stop()


def test_a_session_is_found_by_the_moment_of_its_run() -> None:
    archive, told = FakeArchive(KEPT), SimpleQueue[Message]()
    archivist = Archivist(archive, told.put)
    archivist.begin()
    archivist.ask(Hit(SessionId("gone"), RunId("sky-1"), NOW - 7_200, ""))
    found = told.get(timeout=DEADLINE)
    assert isinstance(found, LookedUp)
    assert found.summary is None
    (asked,) = archive.asked
    wanted = asked[1]
    assert isinstance(wanted, Wanted)
    assert [run.run for run in KEPT if run.wanted(wanted)] == ["sky-1"]
    archivist.stop()


def test_it_ends_while_it_waits_and_asks_nothing_more() -> None:
    archive, told = FakeArchive(KEPT), SimpleQueue[Message]()
    before = threads()
    archivist = Archivist(archive, told.put)
    archivist.begin()
    (thread,) = (thread for thread in threads() if thread not in before)
    archivist.stop()
    thread.join(DEADLINE)
    assert not thread.is_alive()
    archivist.ask(LIST)
    assert archive.asked == []
