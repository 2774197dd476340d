"""What an answer is made of: steps that a fault may change before they are taken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from aztui.core.request import Params
from aztui.emulator.protocol import HeaderPairs


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole JSON response.

    Attributes:
        status: HTTP's.
        body: the JSON document.
        headers: beside those every response has.
        reason: the status line's phrase where it is not the usual one.
        damaged: whether only half of the document's text is sent.
    """

    status: int
    body: Params
    headers: HeaderPairs = ()
    reason: str = ""
    damaged: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """A whole response that is a web page: what something between client and service sends.

    Attributes:
        status: HTTP's.
        html: the page.
    """

    status: int
    html: str


@dataclass(frozen=True, slots=True)
class Open:
    """The head of a streamed response.

    Attributes:
        headers: beside those every stream has.
    """

    headers: HeaderPairs = ()


@dataclass(frozen=True, slots=True)
class Record:
    """One record of the stream.

    Attributes:
        payload: its JSON document.
        tokens: how many tokens of the answer's text it carries: 0 or 1.
        event: its name; the records of chat and completions have none.
    """

    payload: Params
    tokens: int = 0
    event: str = ""


@dataclass(frozen=True, slots=True)
class Raw:
    """Bytes of the stream that are no record of the API's.

    Attributes:
        data: the bytes, line ends included.
        whole: whether all of them are sent; else half of the HTTP chunk that holds them.
    """

    data: bytes
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Done:
    """The closing `[DONE]` and the end of the stream."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A token is written but not sent: it takes its time all the same."""


@dataclass(frozen=True, slots=True)
class Silence:
    """Nothing more, until the client leaves."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Nothing for so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Cut:
    """The connection is closed here.

    Attributes:
        reset: whether by a TCP reset, as when a machine on the way forgets the connection.
    """

    reset: bool = False


Step: TypeAlias = Reply | Page | Open | Record | Raw | Done | Tick | Pause | Silence | Cut
