"""azure.identity as a test wants it: in its place among the modules, and no network behind it."""

from __future__ import annotations

import sys
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, NamedTuple

import pytest

URL = "https://microsoft.com/devicelogin"
CODE = "ABCD-1234"


class AccessToken(NamedTuple):
    token: str
    expires_on: int


@dataclass
class Identity:
    """What stands behind the credentials.

    Attributes:
        tokens: given one after another; the last one again and again. An exception is raised.
        expires_on: of every token, in seconds since 1970.
        made: each credential made, as its class's name and what it was given.
        scopes: what tokens were asked for.
        browser: a device code's token comes when it is set.
        threads: the names of the threads that asked.
        forgets: whether a device code is needed for the next token too.
    """

    tokens: list[str | Exception]
    expires_on: int = 4_000_000_000
    made: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    scopes: list[tuple[str, ...]] = field(default_factory=list)
    browser: threading.Event = field(default_factory=threading.Event)
    threads: list[str] = field(default_factory=list)
    forgets: bool = False

    def give(self, scopes: tuple[str, ...]) -> AccessToken:
        self.scopes.append(scopes)
        self.threads.append(threading.current_thread().name)
        token = self.tokens[0] if len(self.tokens) == 1 else self.tokens.pop(0)
        if isinstance(token, Exception):
            raise token
        return AccessToken(token, self.expires_on)


def install(monkeypatch: pytest.MonkeyPatch, *tokens: str | Exception) -> Identity:
    """Put a fake azure.identity in place."""
    behind = Identity(list(tokens))

    class DefaultAzureCredential:
        def __init__(self, **given: Any) -> None:
            behind.made.append(("DefaultAzureCredential", given))

        def get_token(self, *scopes: str) -> AccessToken:
            return behind.give(scopes)

    class DeviceCodeCredential:
        def __init__(self, *, prompt_callback: Any, **given: Any) -> None:
            behind.made.append(("DeviceCodeCredential", given))
            self._prompt = prompt_callback
            self._signed_in = False

        def get_token(self, *scopes: str) -> AccessToken:
            if behind.forgets or not self._signed_in:
                self._prompt(URL, CODE, datetime.now(UTC))
                assert behind.browser.wait(10.0)
                self._signed_in = True
            return behind.give(scopes)

    module = ModuleType("azure.identity")
    module.__spec__ = ModuleSpec("azure.identity", None)
    module.__dict__.update(
        DefaultAzureCredential=DefaultAzureCredential, DeviceCodeCredential=DeviceCodeCredential
    )
    monkeypatch.setitem(sys.modules, "azure", ModuleType("azure"))
    monkeypatch.setitem(sys.modules, "azure.identity", module)
    return behind


def uninstall(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have azure.identity be missing, whatever this machine has."""
    monkeypatch.setitem(sys.modules, "azure", None)
    monkeypatch.setitem(sys.modules, "azure.identity", None)
