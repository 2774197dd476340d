from __future__ import annotations

from dataclasses import replace

from aztui.cli.keeping import kept
from aztui.core.events import RunId, Stamped, TextDelta
from aztui.core.ports import Begun, Unwritten
from aztui.core.profile import Endpoint, Profile
from aztui.core.request import Api, Message, Request
from tests.support.fakes import Clock, ScriptedSource
from tests.support.recorder import Recorder

REQUEST = Request(Api.RESPONSES, "gpt", (Message("user", "Hi"),))
PROFILE = Profile("work", Endpoint("https://a.openai.azure.com", None), None, "gpt", Api.RESPONSES)


class Noted(Unwritten):
    """A journal that can be looked at."""

    def __init__(self) -> None:
        self.begun: list[RunId] = []
        self.came: list[Stamped] = []

    def begin(self, begun: Begun) -> None:
        self.begun.append(begun.run.id)

    def note(self, stamped: Stamped) -> None:
        self.came.append(stamped)


def test_what_is_asked_and_what_comes_is_in_the_journal() -> None:
    source, journal, got = ScriptedSource(Clock()), Noted(), Recorder()
    assert kept(source, journal, PROFILE)(REQUEST, RunId("1"), got) is source.last
    source.last.send(TextDelta(0, "Hi"))
    assert journal.begun == ["1"]
    assert journal.came == got.stamped
    assert len(journal.came) == 1


def test_a_profile_that_says_so_has_nothing_kept() -> None:
    source, journal, got = ScriptedSource(Clock()), Noted(), Recorder()
    kept(source, journal, replace(PROFILE, kept=False))(REQUEST, RunId("1"), got)
    source.last.send(TextDelta(0, "Hi"))
    assert len(got.stamped) == 1
    assert (journal.begun, journal.came) == ([], [])
