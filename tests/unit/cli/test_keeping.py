from __future__ import annotations

from aztui.cli.keeping import Kept
from aztui.core.events import RunId, Stamped, TextDelta
from aztui.core.ports import Begun, Unwritten
from aztui.core.profile import Endpoint, Profile
from aztui.core.request import Api, Message, Request
from aztui.core.resuming import Held
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


def test_an_answer_that_is_taken_up_again_goes_on_in_the_journal() -> None:
    source, journal, got, held = ScriptedSource(Clock()), Noted(), Recorder(), Held("resp_1", 7)
    kept = Kept(source, journal, PROFILE)
    kept.start(REQUEST, RunId("1"), Recorder())
    assert kept.resume(REQUEST, RunId("1"), got, held) is source.last
    assert source.last.held == held
    source.last.send(TextDelta(0, "Hi"))
    assert journal.begun == ["1"]
    assert journal.came == got.stamped
    assert len(journal.came) == 1
