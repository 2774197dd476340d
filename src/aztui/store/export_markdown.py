"""A session as Markdown, for a person to read."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from typing import Final

from aztui.core.continuing import said, whole
from aztui.core.events import RunId
from aztui.core.history import SHORT
from aztui.core.outcome import describe
from aztui.core.request import Api
from aztui.core.run import Run
from aztui.core.tree import Session
from aztui.store.copies import RunCopy, SessionCopy
from aztui.store.plain import to_json

_TITLE: Final = 80
"""Characters of a prompt that make a session's title."""
_FENCE: Final = re.compile(r" {0,3}(`{3,}|~{3,})(.*)")
_FENCES: Final = re.compile(r"`{3,}")


def to_markdown(known: SessionCopy, session: Session) -> str:
    """Return a session: each prompt, who was asked when, and the answers.

    The runs stand in the order in which they were sent; one that does not follow the one above it
    says which one it follows.

    Args:
        known: all that is known of it.
        session: the same, replayed.
    """
    parts = [f"# {_title(known)}", _about(known)]
    above, system = None, ""
    places = {run.id: place for place, run in enumerate(known.runs, start=1)}
    for run in known.runs:
        replayed = session.nodes[run.id].run
        parts.append(f"## {places[run.id]}. {_heading(run, above, places)}")
        asked = _system(replayed)
        if asked != system:
            parts.append(f"System prompt:\n\n{_quoted(asked)}" if asked else "No system prompt.")
        parts += [_quoted(said(replayed)), *_answers(replayed), _facts(run, replayed)]
        above, system = run.id, asked
    return "\n\n".join(parts) + "\n"


def _title(known: SessionCopy) -> str:
    prompt = known.runs[0].prompt if known.runs else "Nothing was asked yet"
    title = " ".join((known.name or prompt).split())
    return title if len(title) <= _TITLE else f"{title[: _TITLE - 1]}…"


def _about(known: SessionCopy) -> str:
    runs = "1 run" if len(known.runs) == 1 else f"{len(known.runs)} runs"
    return f"Session {known.id}, begun {_date(known.begun)}, {runs}."


def _heading(run: RunCopy, above: RunId | None, places: Mapping[RunId, int]) -> str:
    follows = "" if run.parent == above else " (from the beginning)"
    if run.parent is not None and run.parent != above:
        follows = f" (after {places[run.parent]})"
    return f"{run.deployment or 'Run'}, {_date(run.started)}{follows}"


def _system(run: Run) -> str:
    first = run.request.messages[0]
    return first.content if first.role == "system" else ""


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.strip("\n").split("\n"))


def _answers(run: Run) -> Iterator[str]:
    for choice in run.choices:
        if len(run.choices) > 1:
            yield f"Answer {choice.index + 1}:"
        if choice.text:
            yield _answer(run.request.api, whole(run, choice))


def _answer(api: Api, text: str) -> str:
    """An answer as Markdown that ends where it ends; one of legacy completions as it came."""
    if api is not Api.COMPLETIONS:
        return _closed(text.strip("\n"))
    longest = max(map(len, _FENCES.findall(text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{text}\n{fence}"


def _closed(text: str) -> str:
    """Close a code block that an answer left open, or all that follows would be in it."""
    opened = ""
    for line in text.split("\n"):
        found = _FENCE.match(line)
        if found is None:
            continue
        fence, rest = found.groups()
        if not opened:
            opened = fence
        elif fence.startswith(opened) and not rest.strip():
            opened = ""
    return f"{text}\n{opened}" if opened else text


def _facts(run: RunCopy, replayed: Run) -> str:
    facts = [describe(replayed), f"{run.profile}, {run.api}"]
    if replayed.model:
        facts.append(replayed.model)
    if replayed.usage is not None:
        usage = replayed.usage
        facts.append(f"{usage.prompt_tokens} tokens sent, {usage.completion_tokens} answered")
    if replayed.request.params:
        facts.append(to_json(replayed.request.params))
    if run.bookmarked:
        facts.append("bookmarked")
    if replayed.problem is not None:
        facts.append(replayed.problem.title)
    return f"*{_plain(' · '.join(facts))}* `{run.id[:SHORT]}`"


def _plain(text: str) -> str:
    """A text in a line, in which nothing is marked up."""
    return re.sub(r"([\\`*_<>\[\]])", r"\\\1", " ".join(text.split()))


def _date(seconds: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(seconds))
