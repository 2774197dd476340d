"""Keeps credentials out of what is shown, also where a server repeats it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Final
from urllib.parse import quote

from aztui.core.events import (
    Answering,
    Event,
    Filtered,
    FinishReason,
    Ignored,
    Opened,
    Received,
    Retrying,
    Sent,
    Stored,
    StreamProblem,
    TextDelta,
)
from aztui.core.problem import Problem
from aztui.core.profile import Secret

_LEAST: Final = 4
"""Shorter keys are no secrets, and would blot out half of every sentence."""


class Redactor:
    """Puts a secret's last characters in place of the secret.

    Args:
        secret: what must not be seen; None where there is nothing to hide yet.
    """

    def __init__(self, secret: Secret | None = None) -> None:
        self._forms: tuple[str, ...] = ()
        self._patterns: tuple[tuple[re.Pattern[str], str], ...] = ()
        if secret is not None:
            self.learn(secret)

    def learn(self, secret: Secret) -> None:
        """Hide this one too from now on, also from threads that are at work."""
        key = secret.reveal()
        if len(key) < _LEAST:
            return
        learnt = {*self._patterns, (_pattern(key), str(secret))}
        forms = {key, quote(key, safe=""), quote(key), json.dumps(key)[1:-1], repr(key)[1:-1]}
        # The longest first: one may hold another.
        self._patterns = tuple(sorted(learnt, key=lambda one: len(one[0].pattern), reverse=True))
        self._forms = tuple(sorted({*self._forms, *forms}, key=len, reverse=True))

    def text(self, text: str) -> str:
        """Return `text` without the secrets in any of the forms that errors write them in."""
        for pattern, shown in self._patterns:
            text = pattern.sub(shown.replace("\\", r"\\"), text)
        for form in self._forms:
            text = self._without_end(text, form)
        return text

    def _without_end(self, text: str, form: str) -> str:
        # Long texts are cut, and the cut may go through the secret.
        for length in range(len(form) - 1, _LEAST - 1, -1):
            if text.endswith(form[:length]):
                return text[:-length] + "…"
        return text

    def problem(self, problem: Problem) -> Problem:
        """Return a problem whose texts do not hold the secret."""
        return replace(
            problem,
            title=self.text(problem.title),
            detail=self.text(problem.detail),
            fix=self.text(problem.fix),
            asked=self.text(problem.asked),
            ids=self._ids(problem.ids),
        )

    def event(self, event: Event) -> Event:
        """Return an event without the secret; an answer's text is left as it came."""
        match event:
            case TextDelta():
                return event
            case Answering(model, fingerprint):
                return Answering(self.text(model), self.text(fingerprint))
            case Stored(response):
                return Stored(self.text(response))
            case FinishReason(reason=reason):
                return replace(event, reason=self.text(reason))
            case Filtered():
                return self._filtered(event)
            case Ignored(counts):
                return Ignored(tuple((self.text(name), count) for name, count in counts))
            case StreamProblem(problem) | Retrying(problem):
                return replace(event, problem=self.problem(problem))
            case Opened() | Sent() | Received():
                return self._transport(event)
            case _:
                return event

    def _transport(self, event: Opened | Sent | Received) -> Event:
        match event:
            case Opened(ids):
                return replace(event, ids=self._ids(ids))
            case Sent(url, headers=headers):
                return replace(event, url=self.text(url), headers=self._ids(headers))
            case Received(headers=headers):
                return replace(event, headers=self._ids(headers))

    def _filtered(self, event: Filtered) -> Filtered:
        verdicts = tuple(
            replace(one, category=self.text(one.category), severity=self.text(one.severity))
            for one in event.verdicts
        )
        return replace(event, verdicts=verdicts, failed=self.text(event.failed))

    def _ids(self, ids: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
        return tuple((name, self.text(value)) for name, value in ids)


def _pattern(key: str) -> re.Pattern[str]:
    """Match a key of which each character is written as itself or escaped in some way.

    URLs, JSON and HTML each escape other characters than the next one.
    """
    return re.compile("".join(map(_written, key)))


def _written(character: str) -> str:
    if character.isascii() and character.isalnum():
        return character
    quoted = "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "surrogatepass"))
    ways = {character, json.dumps(character)[1:-1], repr(character)[1:-1], *_html(character)}
    return f"(?:{'|'.join(map(re.escape, sorted(ways)))}|(?i:{quoted}))"


def _html(character: str) -> set[str]:
    if character not in "&<>\"'":
        return set()
    import html  # noqa: PLC0415 - few keys have such characters

    return {html.escape(character)}
