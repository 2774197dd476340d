"""What a request to each API must look like: rules of our own, after Azure's published schemas.

The schemas allow unknown members everywhere; here nothing may be sent that they do not name.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias
from urllib.parse import parse_qsl, quote

from aztui.core.request import Api
from tests.support.hostile import Asked

Test: TypeAlias = Callable[[Any], bool]


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _flag(value: Any) -> bool:
    return isinstance(value, bool)


def _object(value: Any) -> bool:
    return isinstance(value, dict)


def _whole(least: int | None = None, most: int | None = None) -> Test:
    return lambda value: type(value) is int and _between(value, least, most)


def _number(least: float, most: float) -> Test:
    return lambda value: type(value) in {int, float} and _between(value, least, most)


def _between(value: float, least: float | None, most: float | None) -> bool:
    return (least is None or value >= least) and (most is None or value <= most)


def _one_of(*words: str) -> Test:
    return lambda value: value in words


def _stops(value: Any) -> bool:
    return _text(value) or (isinstance(value, list) and len(value) <= 4 and all(map(_text, value)))


def _messages(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(map(_message, value))


def _message(value: Any) -> bool:
    return (
        _object(value)
        and set(value) == {"role", "content"}
        and value["role"] in {"system", "user", "assistant"}
        and _text(value["content"])
    )


def _items(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(map(_item, value))


def _item(value: Any) -> bool:
    if not _object(value):
        return False
    if value.get("type") == "reasoning":
        return _text(value.get("id")) and isinstance(value.get("summary"), list)
    said = value.get("role") == "assistant"
    part = {"type": "output_text", "annotations": []} if said else {"type": "input_text"}
    parts = value.get("content")
    return (
        set(value) == {"type", "role", "content"}
        and value["type"] == "message"
        and value["role"] in {"user", "assistant"}
        and isinstance(parts, list)
        and bool(parts)
        and all(_part(one, part) for one in parts)
    )


def _includes(value: Any) -> bool:
    return isinstance(value, list) and set(value) <= _INCLUDABLE


def _part(value: Any, wanted: Mapping[str, Any]) -> bool:
    return (
        _object(value)
        and _text(value.get("text"))
        and {name: own for name, own in value.items() if name != "text"} == wanted
    )


_INCLUDABLE: Final = {"message.output_text.logprobs", "reasoning.encrypted_content"}


@dataclass(frozen=True)
class Member:
    """A member that a body may have.

    Attributes:
        test: whether a value is one that it takes.
        since: the first dated api-version that has it.
        needed: whether it must be there.
    """

    test: Test
    since: str = ""
    needed: bool = False


_SHARED: Final = {
    "model": Member(_text, needed=True),
    "stream": Member(lambda value: value is True, needed=True),
    "temperature": Member(_number(0, 2)),
    "top_p": Member(_number(0, 1)),
    "user": Member(_text),
}
_CHOICES: Final = {
    "frequency_penalty": Member(_number(-2, 2)),
    "presence_penalty": Member(_number(-2, 2)),
    "logit_bias": Member(_object),
    "max_tokens": Member(_whole(0)),
    "n": Member(_whole(1, 128)),
    "stop": Member(_stops),
}
_EFFORTS: Final = ("none", "minimal", "low", "medium", "high", "xhigh")

MEMBERS: Final[Mapping[Api, Mapping[str, Member]]] = {
    Api.COMPLETIONS: {
        **_SHARED,
        **_CHOICES,
        "prompt": Member(_text, needed=True),
        "best_of": Member(_whole(0, 20)),
        "echo": Member(_flag),
        "logprobs": Member(_whole(0, 5)),
        "seed": Member(_whole(), since="2024-10-21"),
        "suffix": Member(_text),
    },
    Api.CHAT: {
        **_SHARED,
        **_CHOICES,
        "messages": Member(_messages, needed=True),
        "logprobs": Member(_flag, since="2024-10-21"),
        "max_completion_tokens": Member(_whole(0), since="2024-10-21"),
        "reasoning_effort": Member(_one_of(*_EFFORTS), since="2025-03-01-preview"),
        "response_format": Member(_object),
        "seed": Member(_whole()),
        "stream_options": Member(
            lambda value: value == {"include_usage": True}, since="2024-09-01-preview"
        ),
        "top_logprobs": Member(_whole(0, 20), since="2024-10-21"),
    },
    Api.RESPONSES: {
        **_SHARED,
        "input": Member(_items, needed=True),
        "background": Member(_flag, since="2025-04-01-preview"),
        "include": Member(_includes, since="2025-04-01-preview"),
        "instructions": Member(_text),
        "max_output_tokens": Member(_whole(0)),
        "metadata": Member(_object),
        "reasoning": Member(_object),
        "store": Member(_flag, needed=True),
        "text": Member(_object),
        "truncation": Member(_one_of("auto", "disabled")),
    },
}

_PATHS: Final = {
    Api.COMPLETIONS: "/completions",
    Api.CHAT: "/chat/completions",
    Api.RESPONSES: "/responses",
}
_ONCE: Final = ("host", "content-type", "content-length", "accept-encoding", "user-agent")


@dataclass(frozen=True)
class Target:
    """Where a request goes.

    Attributes:
        api: the API that is asked.
        version: the dated api-version; None for an endpoint that takes none.
        base: the path below which the endpoint without one answers.
        deployment: that is asked.
        key: the credential.
    """

    api: Api
    version: str | None
    base: str
    deployment: str
    key: str

    @property
    def path(self) -> str:
        if self.version is None:
            return self.base + _PATHS[self.api]
        if self.api is Api.RESPONSES:
            return "/openai/responses"
        return f"/openai/deployments/{quote(self.deployment, safe='')}{_PATHS[self.api]}"


def broken(asked: Asked, target: Target) -> list[str]:
    """Return the rules that a request breaks, each as a sentence."""
    return [*_line(asked, target), *_headers(asked, target), *_body(asked, target)]


def _line(asked: Asked, target: Target) -> Iterator[str]:
    if asked.method != "POST":
        yield f"The method is {asked.method}."
    if asked.url.path != target.path:
        yield f"The path is {asked.url.path} and not {target.path}."
    query = [("api-version", target.version)] if target.version else []
    if parse_qsl(asked.url.query, keep_blank_values=True) != query:
        yield f"The query is {asked.url.query!r} and not {query}."


def _headers(asked: Asked, target: Target) -> Iterator[str]:
    names = [name for name, _ in asked.fields]
    yield from (
        f"{name} comes {names.count(name)} times." for name in _ONCE if names.count(name) != 1
    )
    headers = asked.headers
    if headers.get("content-type") != "application/json":
        yield f"The content-type is {headers.get('content-type')}."
    if headers.get("accept-encoding") != "identity":
        yield "A proxy may compress the answer."
    credentials = [field for field in asked.fields if field[0] in {"api-key", "authorization"}]
    wanted = (
        ("api-key", target.key) if target.version else ("authorization", f"Bearer {target.key}")
    )
    if credentials != [wanted]:
        yield f"The credentials go as {[name for name, _ in credentials]}."
    if target.key in asked.line or target.key.encode() in asked.body:
        yield "The credential is not only in its header."


def _body(asked: Asked, target: Target) -> Iterator[str]:
    # Strict: Python would read NaN and lone surrogates, which are no JSON.
    body = json.loads(asked.body.decode("utf-8"), parse_constant=lambda name: f"<{name}>")
    members = MEMBERS[target.api]
    yield from (
        f"{name} is missing." for name in members if members[name].needed and name not in body
    )
    for name, value in body.items():
        member = members.get(name)
        if member is None:
            yield f"{target.api} has no member {name}."
        elif not member.test(value):
            yield f"{name} cannot be {value!r}."
        elif target.version is not None and target.version < member.since:
            yield f"The api-version {target.version} has no {name}."
    if body.get("model") != target.deployment:
        yield f"The model is {body.get('model')!r}."
    kept = body.get("store") is not False
    if target.api is Api.RESPONSES and kept is not bool(body.get("background")):
        yield "The response would be kept, or could not run in the background."
