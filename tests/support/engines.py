"""Engines on servers of the tests' own, and what to ask them."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from typing import Any, Final

from aztui.azure.engine import Engine
from aztui.azure.retry import NEVER, Policy
from aztui.core.events import RunId
from aztui.core.ports import Memory
from aztui.core.problem import Problem
from aztui.core.profile import Endpoint, Profile, Secret
from aztui.core.request import Api, Message, Request
from tests.support.hostile import DEADLINE, Hostile
from tests.support.recorder import Recorder

KEY: Final = "0123456789abcdef0123456789abcdef"


def profile(
    server: Hostile, api: Api = Api.COMPLETIONS, version: str | None = "2024-02-01"
) -> Profile:
    return Profile("test", Endpoint(server.url, version), Secret(KEY), "instruct", api)


def prompt(text: str = "Hi", **params: Any) -> Request:
    return Request(Api.COMPLETIONS, "instruct", (Message("user", text),), params)


@contextlib.contextmanager
def running(
    profile: Profile, retries: Policy = NEVER, memory: Memory | None = None
) -> Iterator[Engine]:
    """An engine that tries once unless told otherwise, closed at the end, its threads gone."""
    made = Engine(profile, retries=retries, memory=memory)
    try:
        yield made
    finally:
        made.close()
        join("run ")
        join("warm")


def ask(server: Hostile, request: Request | None = None) -> Recorder:
    """Ask a server once, and wait for the end."""
    got = Recorder()
    with running(profile(server)) as engine:
        engine.start(request or prompt(), RunId("1"), got)
        got.end()
    return got


def problem(server: Hostile, request: Request | None = None) -> Problem:
    """Ask a server once; what was it that failed?"""
    ended = ask(server, request).end()
    assert ended.problem is not None, ended
    return ended.problem


def join(name: str) -> None:
    """Wait for the engines' threads whose names begin like this."""
    for thread in threading.enumerate():
        if thread.name.startswith(name):
            thread.join(DEADLINE)
            assert not thread.is_alive(), thread
