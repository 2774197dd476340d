"""A request as its deployment takes it, as far as earlier answers and this run's have taught."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from aztui.azure.decode.wire_error import WireError
from aztui.azure.dialects import DIALECTS
from aztui.azure.lessons import Watch, taught
from aztui.core.events import Adapted, Event, Thinking
from aztui.core.lessons import Learnt, Refused, Subject, adapted
from aztui.core.ports import Memory
from aztui.core.profile import Endpoint
from aztui.core.request import Json, Request

_NO_THOUGHT: Final = frozenset({"", "none"})
"""Efforts at which nobody knows of, or wants, a model that thinks."""

_MOST_CHANGES: Final = 4
"""Of a run's body: a service that refuses one thing after the other would never end."""


class Adapting:
    """One run's request, sent otherwise than asked where the deployment is known to refuse it.

    Attributes:
        request: what was asked.
        body: what to send.

    Args:
        endpoint: whom we ask.
        request: what we ask.
        memory: what is known, and where to keep what is learnt.

    Raises:
        aztui.core.request.RequestError: the request cannot be put into JSON.
    """

    def __init__(self, endpoint: Endpoint, request: Request, memory: Memory) -> None:
        self.request = request
        self._memory = memory
        self._subject = Subject.of(endpoint.url, request)
        self._known = memory.recall(self._subject)
        dialect = DIALECTS[request.api]
        self._asked: Mapping[str, Json] = dialect.body(
            request, endpoint.api_version, reasons=self._known.reasons
        )
        self.body, self._applied = adapted(self._asked, request.params, self._known)
        self._new: tuple[Refused, ...] = ()
        self._changes = 0

    def beforehand(self) -> Iterator[Event]:
        """What is to be told before the request is sent."""
        if self._applied:
            yield Adapted(self._applied, again=False)
        if self._known.reasons or self._subject.effort not in _NO_THOUGHT:
            yield Thinking(self._subject.effort)

    def refused(self, error: WireError) -> Adapted | None:
        """Learn from a refusal; None unless that changes what is sent, as it may a few times."""
        before = self._known
        self._note(taught(before, error, self.body))
        self._new += tuple(one for one in self._known.refused if one not in before.refused)
        if self._changes == _MOST_CHANGES:
            return None
        body, applied = adapted(self._asked, self.request.params, self._known)
        if body == self.body:
            return None
        self._changes += 1
        news = tuple(lesson for lesson in applied if lesson not in self._applied)
        self.body, self._applied = body, applied
        return Adapted(news, again=True)

    def watch(self) -> Watch:
        """Something that sees the answer pass; to be given to `answered`."""
        return Watch(self.request.api, self.body)

    def answered(self, watch: Watch) -> None:
        """Learn from an answer, or as much of it as came."""
        self._note(watch.learnt(self._known, self._new))

    def _note(self, learnt: Learnt) -> None:
        if learnt != self._known:
            self._known = learnt
            self._memory.note(self._subject, learnt)
