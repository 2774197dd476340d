"""What is said about a run beside its answer: the filter's findings, thoughts, changes, quota.

All texts that are returned here are safe to show.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from aztui.core.chunks import Chunks
from aztui.core.continuing import beginning, exactly, said
from aztui.core.events import Retrying
from aztui.core.filters import Verdict
from aztui.core.lessons import Refused
from aztui.core.logprobs import LOGPROBS, unasked
from aztui.core.metrics import time_thinking
from aztui.core.outcome import apart as told_apart
from aztui.core.outcome import kept
from aztui.core.problem import Kind, Problem
from aztui.core.profile import Profile
from aztui.core.run import Choice, Phase, Run
from aztui.core.spans import span
from aztui.terminal.sanitise import sanitise, sanitise_line
from aztui.ui.words import duration

WITHDRAWN: Final = "▸ withdrawn by the content filter from here on"

_END: Final = 30
"""Characters of a text that are enough to find its end again."""
_HEADING: Final = re.compile(
    r"^[ \t]*(?:\*\*(?P<bold>.+?)\*\*|#+[ \t]+(?P<hash>.+?))[ \t]*$", re.MULTILINE
)
_OPTION: Final = re.compile(r" \((-o|--system|--api)(?![-\w])[^()]*\)")
_KEYS: Final = {
    "-o": "f2 parameters",
    "--system": "f2 parameters",
    "--api": "f6 ask through another API",
}
"""What the screen has in the place of an option."""
_ENDED_BY_SERVICE: Final = frozenset({Phase.DONE, Phase.LIMIT, Phase.FILTERED})


def asked(run: Run) -> str:
    """Return what a run was asked; not once more what it continues."""
    if run.continues and exactly(run):
        return "goes on with the answer above, sent as one text with its prompt"
    return sanitise(said(run).strip("\n"))


def given(run: Run) -> list[str]:
    """Say what beginning an answer was given to go on with."""
    start = beginning(run)
    if not start:
        return []
    end = sanitise_line(start[-_END:])
    return [f"goes on from “{'…' if len(start) > _END else ''}{end}”"]


def why_no_logprobs(profile: Profile, run: Run) -> str:
    """Say why nothing is known of an answer's tokens, and what would tell it."""
    refused = next((lesson for lesson in run.adapted if lesson.param in LOGPROBS), None)
    deployment = run.request.deployment
    if run.effort is not None or (refused and run.usage and run.usage.reasoning_tokens):
        return (
            f"{deployment} thinks before it answers, and then tells no logprobs: where it takes "
            "the effort none (f2), it may; another deployment does (f6)."
        )
    if refused is not None:
        return (
            f"{deployment} does not tell how likely its tokens are: another deployment or API (f6) "
            "may."
        )
    sent = run.request.params if run.sent is None else run.sent.members
    if not (run.request.logprobs or sent.keys() & LOGPROBS):
        why = (
            f"{deployment} told none before, or nobody asked"
            if profile.logprobs
            else "logprobs = false in config.toml"
        )
        return f"This was sent without logprobs ({why}): f2 sets them, then f5 asks again."
    return (
        f"{deployment} was asked how likely the tokens were, and told nothing: another deployment "
        "or API (f6) may."
    )


def thought(run: Run) -> str:
    """Say above an answer that the model thought, and where to read what; empty if it did not."""
    took = time_thinking(run, run.started)
    told = run.first_text is not None or run.thoughts or run.phase in _ENDED_BY_SERVICE
    if took is None or not told:
        return ""
    count = len(run.thoughts)
    parts = f" · {count} {'part' if count == 1 else 'parts'} · d in the log shows" if count else ""
    return f"thought for {duration(took)}{parts}"


def headline(thoughts: tuple[Chunks, ...]) -> str:
    """Return the newest heading of what the model thinks; empty where there is none."""
    for part in reversed(thoughts):
        headings = list(_HEADING.finditer(part.text))
        if headings:
            return sanitise_line(headings[-1]["bold"] or headings[-1]["hash"])
    return ""


def asks_to_wait(told: Retrying) -> str:
    """Say who asks for a long wait, and what the user can do."""
    speaker = told.problem.speaker
    who = speaker if speaker == "Azure" else "The server"
    return f"{who} asks to wait {span(told.wait)}: f5 waits, esc gives up"


def findings(run: Run) -> str:
    """Say what the content filter found; empty where all is well.

    What stopped the answer is left out where the run's problem says it already.
    """
    told = run.problem is not None and run.problem.kind is Kind.CONTENT_FILTER
    found = [
        f"{_named(verdict)} ({whose})"
        for whose, verdicts in judged(run)
        for verdict in verdicts
        if not (verdict.harmless or (verdict.filtered and told))
    ]
    return f"filter: {' · '.join(found)}" if found else ""


def judged(run: Run) -> Iterator[tuple[str, tuple[Verdict, ...]]]:
    """Yield what was judged, the answers first, with the verdicts on it."""
    for choice in run.choices:
        name = f"answer {choice.index + 1}" if len(run.choices) > 1 else "answer"
        yield name, choice.verdicts
    yield "prompt", run.prompt_verdicts


def category(verdict: Verdict) -> str:
    """Return the name of what a filter looks for."""
    return sanitise(verdict.category.replace("_", " "))


def finding(verdict: Verdict) -> str:
    """Say what a filter found of it: `medium`, `not detected`; empty where it does not say."""
    if verdict.severity:
        return sanitise(verdict.severity)
    if verdict.detected is None:
        return ""
    return "detected" if verdict.detected else "not detected"


def _named(verdict: Verdict) -> str:
    if verdict.filtered:
        return f"stopped by {category(verdict)} {sanitise(verdict.severity)}".rstrip()
    return f"{category(verdict)} {finding(verdict)}".rstrip()


def unfiltered(run: Run) -> list[str]:
    """Say which filters did not run, and why."""
    return [f"the content filter did not run: {sanitise(why)}" for why in run.unfiltered]


def stored(run: Run) -> list[str]:
    """Say what the service keeps, and for how long."""
    return [sentence] if (sentence := kept(run)) else []


def withdrawn(choice: Choice) -> str:
    """Say which part of an answer the filter condemned after it was sent; empty for none."""
    if choice.condemned is None:
        return ""
    return f"from character {choice.condemned + 1:,} on, of {len(choice.text):,}"


def passed_over(run: Run) -> Iterator[tuple[str, str]]:
    """Yield what of a stream aztui does not know, with how often it came."""
    for name, count in run.ignored:
        yield sanitise_line(name), "once" if count == 1 else f"{count:,} times"


def split_otherwise(run: Run) -> list[str]:
    """Say that the service read the beginning as other tokens than a model wrote, where it did."""
    # What several requests read is told for all of them together.
    if run.requests or not (run.counted and run.usage and exactly(run)):
        return []
    read = run.usage.prompt_tokens
    if read == run.counted:
        return []
    said = (
        f"Prompt and beginning were {run.counted:,} tokens as they were written, and are {read:,} "
        "as the service reads them: it splits the text otherwise."
    )
    return [said]


def continued(run: Run) -> str:
    """Say that an answer could only be asked to go on; empty where it does so exactly."""
    if exactly(run):
        return ""
    if run.given:
        return (
            "This API cannot go on within an answer: the beginning went along as a turn, and "
            "another one asked to go on, which comes near it."
        )
    if not run.continues:
        return ""
    return "This API cannot go on within an answer: a turn of its own asked for it."


def apart(run: Run) -> str:
    """Say that more requests were made than one; empty where a single one was enough."""
    return sanitise(told_apart(run)) if run.first_text is not None else ""


def adapted(run: Run) -> Iterator[str]:
    """Say what was sent otherwise than the user asked."""
    return (changed(lesson) for lesson in run.adapted if not unasked(run.request, lesson))


def changed(lesson: Refused) -> str:
    """Say what was sent otherwise than asked."""
    how = f"with {lesson.instead} in place of" if lesson.instead else "without"
    return sanitise(f"sent {how} {lesson.what}, which this deployment does not take")


def next_step(problem: Problem) -> str:
    """Say what to do about a problem, without the options that have a key here."""
    return sanitise(_OPTION.sub("", problem.fix))


def ways(problem: Problem, *, turns: bool = False) -> tuple[str, ...]:
    """Name the keys to go on with after a problem, the likeliest first.

    Args:
        problem: what failed.
        turns: whether earlier turns went along.
    """
    found = [_KEYS[option] for option in _OPTION.findall(problem.fix)]
    if problem.try_api is not None:
        found = [f"f6 ask through {problem.try_api}"]
    elif problem.kind is Kind.NOT_FOUND:
        found.insert(0, "f6 choose a deployment")
    shorter = turns and problem.kind is Kind.TOO_LONG
    return tuple(dict.fromkeys([*found, "f5 leave out turns" if shorter else "f5 try again"]))


def quota_low(run: Run) -> str:
    """Say what is running out of the deployment's rate limits; empty where there is enough."""
    low = () if run.quota is None else run.quota.low
    return f"quota low: {' and '.join(low)} left" if low else ""
