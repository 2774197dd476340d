"""One connection's requests, answered step by step at the asked pace."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass
from typing import Final

from aztui.emulator import protocol, wire
from aztui.emulator.connection import Connection, Gone
from aztui.emulator.log import End, Entry, Log
from aztui.emulator.pace import Turns
from aztui.emulator.service import Plan, Service
from aztui.emulator.steps import (
    Cut,
    Done,
    Open,
    Page,
    Pause,
    Raw,
    Record,
    Reply,
    Silence,
    Step,
    Tick,
)

_EVERY_RESPONSE: Final = (
    ("x-ms-region", "Emulated"),
    ("x-content-type-options", "nosniff"),
    ("strict-transport-security", "max-age=31536000; includeSubDomains; preload"),
)
_A_RESPONSE_OF_THE_MODEL: Final = (("azureml-model-session", "emulator"),)
_HTML: Final = (("content-type", "text/html; charset=utf-8"),)
_DONE: Final = b"data: [DONE]\n\n"


@dataclass(frozen=True, slots=True)
class Tempo:
    """How fast answers are given.

    Attributes:
        rate: tokens a second; 0 for as fast as possible.
        latency: seconds before an answer's first byte.
    """

    rate: float = 0.0
    latency: float = 0.0


def converse(connection: Connection, number: int, service: Service, tempo: Tempo, log: Log) -> None:
    """Answer a connection's requests, one after the other, until either side ends it."""
    keep = True
    while keep:
        try:
            head = protocol.read_head(connection)
        except Gone:
            return
        except protocol.Malformed as malformed:
            head = protocol.Head("", "", {"connection": "close"})
            exchange = _Exchange(connection, head, number, tempo)
            keep = exchange.run(Plan(iter((_reply(malformed),))))
        else:
            exchange = _Exchange(connection, head, number, tempo)
            keep = exchange.answer(service)
        log(exchange.entry.line())


class _Exchange:
    """A request and its answer."""

    def __init__(
        self, connection: Connection, head: protocol.Head, number: int, tempo: Tempo
    ) -> None:
        path = head.target.partition("?")[0]
        self.entry = Entry(number, head.method, path, started=time.monotonic())
        self._connection = connection
        self._head = head
        self._tempo = tempo
        self._keep = head.keep_alive
        self._turns = Turns(tempo.rate)

    def answer(self, service: Service) -> bool:
        """Receive the rest of the request and answer it; say whether the connection stays."""
        try:
            body = protocol.read_body(self._connection, self._head)
        except protocol.Malformed as malformed:
            self._keep = False
            return self.run(Plan(iter((_reply(malformed),))))
        except Gone:
            return self._end(End.CLIENT_LEFT)
        self.entry.received = time.monotonic()
        return self.run(service.plan(self._head, body))

    def run(self, plan: Plan) -> bool:
        """Take the plan's steps; say whether the connection stays."""
        self._describe(plan)
        if not plan.paced:
            self._turns = Turns(0)
        stop = plan.writing.close if plan.writing else lambda: None
        try:
            with self._connection.alarm(stop):
                if plan.route is not None:
                    self._connection.wait(self.entry.started + self._tempo.latency)
                return self._end(self._take_all(plan))
        except Gone:
            return self._end(End.CLIENT_LEFT)
        finally:
            stop()

    def _take_all(self, plan: Plan) -> End:
        step: Step | None = None
        for step in plan.steps:
            if isinstance(step, Cut):
                if step.reset:
                    self._connection.reset()
                return End.CUT
            self._take(step)
        if isinstance(step, Open | Record | Raw) and not self._head.http10:
            self._send(protocol.LAST_CHUNK)
        return End.COMPLETE

    def _take(self, step: Step) -> None:
        match step:
            case Record():
                self._record(step)
            case Raw(data, whole):
                framed = self._framed(data)
                self._send(framed if whole else framed[: len(framed) // 2])
            case Tick():
                self._await_token()
            case Pause(seconds):
                self._connection.wait(time.monotonic() + seconds)
            case Open(headers):
                self._open(headers)
            case Done():
                last = b"" if self._head.http10 else protocol.LAST_CHUNK
                self._send(self._framed(_DONE) + last)
            case Reply():
                self._reply(step)
            case Page(status, html):
                self._whole(status, _HTML, html.encode())
            case Silence():
                self._connection.wait(None)

    def _record(self, record: Record) -> None:
        if record.tokens:
            self._await_token()
        self._send(self._framed(wire.record(record.payload, record.event)))
        self.entry.tokens += record.tokens

    def _await_token(self) -> None:
        """Wait for the next token's turn."""
        due = self._turns.next()
        if due is not None:
            self._connection.wait(due)

    def _open(self, limits: protocol.HeaderPairs) -> None:
        framing = () if self._head.http10 else (("transfer-encoding", "chunked"),)
        headers = (
            ("content-type", "text/event-stream; charset=utf-8"),
            ("cache-control", "no-cache, must-revalidate"),
            ("x-accel-buffering", "no"),
            *_A_RESPONSE_OF_THE_MODEL,
            *limits,
            *framing,
        )
        self._start(200, headers)

    def _reply(self, reply: Reply) -> None:
        body = wire.encode(reply.body)
        body = body[: len(body) // 2] if reply.damaged else body
        headers = (
            ("content-type", "application/json"),
            *(_A_RESPONSE_OF_THE_MODEL if reply.status == 200 else ()),
            *reply.headers,
        )
        self._whole(reply.status, headers, body, reply.reason)

    def _whole(
        self, status: int, headers: protocol.HeaderPairs, body: bytes, reason: str = ""
    ) -> None:
        headers = (("content-length", str(len(body))), *headers)
        self._start(status, headers, reason, b"" if self._head.method == "HEAD" else body)

    def _start(
        self, status: int, headers: protocol.Headers, reason: str = "", body: bytes = b""
    ) -> None:
        ids = [("x-request-id", str(uuid.uuid4())), ("apim-request-id", str(uuid.uuid4()))]
        if client_id := self._head.headers.get("x-ms-client-request-id"):
            ids.append(("x-ms-client-request-id", client_id))
        closing = () if self._keep else (("connection", "close"),)
        head = protocol.response_head(status, (*headers, *ids, *_EVERY_RESPONSE, *closing), reason)
        self.entry.status = status
        self._send(head + body)

    def _framed(self, data: bytes) -> bytes:
        return data if self._head.http10 else protocol.chunk(data)

    def _send(self, data: bytes) -> None:
        self._connection.send(data)
        self.entry.wrote(time.monotonic(), len(data))

    def _describe(self, plan: Plan) -> None:
        if plan.route is not None:
            self.entry.api = plan.route.api
            self.entry.deployment = plan.route.deployment
            self.entry.api_version = plan.route.api_version
        if plan.asked is not None:
            self.entry.describe(plan.asked)
        if plan.query is not None:
            self.entry.params = dict(plan.query)
        self.entry.fault = str(plan.fault) if plan.fault else None

    def _end(self, end: End) -> bool:
        self.entry.ended = time.monotonic()
        self.entry.end = end
        if end is End.CLIENT_LEFT:
            if self._connection.aborted:
                self.entry.end = End.SHUTDOWN
            else:
                self.entry.client_left = self._connection.left_at
        return end is End.COMPLETE and self._keep


def _reply(malformed: protocol.Malformed) -> Reply:
    return Reply(malformed.status, wire.error("BadRequest", malformed.why))
