"""Events and problems as the members of a JSON object."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from aztui.core.events import (
    Adapted,
    Answering,
    Apart,
    Chosen,
    Ended,
    Event,
    Filtered,
    FinishReason,
    Ignored,
    Opened,
    Reached,
    ReasoningDelta,
    ReasoningItem,
    Received,
    Resent,
    Retrying,
    Sent,
    SignIn,
    Stored,
    StreamProblem,
    TextDelta,
    Thinking,
    Token,
    Tokens,
    Usage,
)
from aztui.core.problem import Problem
from aztui.core.quota import Quota


def event(happened: Event) -> dict[str, Any]:
    """Return an event's members, its name as `event` among them."""
    match happened:
        case TextDelta(choice, text):
            return {"event": "text", "choice": choice, "text": text}
        case Tokens(choice, tokens):
            return {"event": "tokens", "choice": choice, "tokens": list(map(_chosen, tokens))}
        case FinishReason(choice, reason):
            return {"event": "finish", "choice": choice, "reason": reason}
        case Usage():
            return {"event": "usage", **_usage(happened)}
        case Answering(model, fingerprint):
            return _said(
                {"event": "answering", "model": model, "fingerprint": fingerprint}, keep="model"
            )
        case Filtered():
            return {"event": "filter", **_said(asdict(happened), keep="choice")}
        case StreamProblem(failed):
            return {"event": "problem", "problem": problem(failed)}
        case Ended(cause):
            return {"event": "ended", "cause": cause}
        case Thinking() | ReasoningDelta() | ReasoningItem():
            return _thought(happened)
        case _:
            return _on_the_way(happened)


def _thought(happened: Thinking | ReasoningDelta | ReasoningItem) -> dict[str, Any]:
    match happened:
        case Thinking(effort):
            return _said({"event": "thinking", "effort": effort})
        case ReasoningDelta(part, text):
            return {"event": "reasoning", "part": part, "text": text}
        case ReasoningItem(item):
            return {"event": "reasoning_item", "item": item}


def _transport(happened: Sent | Received) -> dict[str, Any]:
    match happened:
        case Sent(url, members, headers):
            listed = list(map(list, headers))
            return {"event": "sent", "url": url, "body": dict(members), "headers": listed}
        case Received(status, headers, steps):
            listed = list(map(list, headers))
            took = {name: value for name, value in asdict(steps).items() if value is not None}
            return {"event": "received", "status": status, "headers": listed, "steps": took}


def _on_the_way(
    happened: SignIn
    | Adapted
    | Apart
    | Retrying
    | Resent
    | Sent
    | Received
    | Opened
    | Stored
    | Reached
    | Ignored,
) -> dict[str, Any]:
    match happened:
        case Stored(response):
            return {"event": "stored", "response": response}
        case Reached(sequence):
            return {"event": "reached", "sequence": sequence}
        case Ignored(counts):
            return {"event": "ignored", "counts": dict(counts)}
        case SignIn(url, code):
            return {"event": "sign_in", "url": url, "code": code}
        case Adapted() | Apart():
            return _otherwise(happened)
        case Retrying(failed, wait, attempt, asks, resumes, choice):
            return {
                "event": "retrying",
                **({} if choice is None else {"choice": choice}),
                "attempt": attempt,
                "wait": wait,
                "asks": asks,
                "resumes": resumes,
                "problem": problem(failed),
            }
        case Resent():
            return {"event": "resent"}
        case Sent() | Received():
            return _transport(happened)
        case Opened(ids, quota):
            return {"event": "opened", "ids": dict(ids), **_quota(quota)}


def _otherwise(happened: Adapted | Apart) -> dict[str, Any]:
    match happened:
        case Adapted(lessons, again):
            sent = [_said(asdict(lesson)) for lesson in lessons]
            return {"event": "adapted", "again": again, "lessons": sent}
        case Apart(requests):
            return {"event": "apart", "requests": requests}


def _usage(usage: Usage) -> dict[str, Any]:
    members = asdict(usage)
    for name in ("reasoning_tokens", "cached_tokens"):
        if not members[name]:
            del members[name]
    return members


def _quota(quota: Quota | None) -> dict[str, Any]:
    return {} if quota is None else {"quota": _said(asdict(quota))}


def _chosen(chosen: Chosen) -> dict[str, Any]:
    ranked = list(map(_token, chosen.ranked))
    return {**_token(chosen.token), **({"ranked": ranked} if ranked else {})}


def _token(token: Token) -> dict[str, Any]:
    data = {} if token.data is None else {"bytes": list(token.data)}
    return {"text": token.text, "logprob": token.logprob, **data}


def _said(members: dict[str, Any], keep: str = "") -> dict[str, Any]:
    """Return the members that say something, and `keep` whatever it says."""
    return {
        name: value
        for name, value in members.items()
        if name == keep or (value is not None and value not in ("", ()))
    }


def problem(failed: Problem) -> dict[str, Any]:
    """Return a problem's members, of those that say something."""
    members = {
        "kind": failed.kind,
        "title": failed.title,
        "detail": failed.detail,
        "fix": failed.fix,
        "status": failed.status,
        "asked": failed.asked,
        "ids": dict(failed.ids),
        "try_api": failed.try_api,
    }
    return {name: value for name, value in members.items() if value}
