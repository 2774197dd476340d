"""What a run that is over leaves behind: an exit code, and lines for stderr."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from aztui.cli import signals
from aztui.cli.say import sentences
from aztui.core.outcome import apart, kept
from aztui.core.parameters import limits
from aztui.core.problem import Kind
from aztui.core.run import Phase, Run

DONE: Final = 0
FAILED: Final = 1
USAGE: Final = 2
FILTERED: Final = 3
CUT: Final = 4

_CODES: Final = {
    Phase.DONE: DONE,
    Phase.LIMIT: DONE,
    Phase.FILTERED: FILTERED,
    Phase.FAILED: FAILED,
    Phase.CUT: CUT,
}


def exit_code(run: Run, stopped: int | None, *, strict: bool) -> int:
    """The exit code of a run that is over.

    Args:
        run: it.
        stopped: the exit code of the signal that stopped it, if one did.
        strict: whether an answer that hit its token limit counts as cut short.
    """
    if stopped is not None:
        return stopped
    if run.problem is not None and run.problem.kind is Kind.CONTENT_FILTER:
        return FILTERED
    if run.damaged or (run.phase is Phase.LIMIT and strict):
        return CUT
    return _CODES.get(run.phase, FAILED)


def epilogue(run: Run, stopped: int | None) -> Iterator[str]:
    """What the user is told about the end; nothing where all went well."""
    if keeps := kept(run):
        yield f"{keeps[0].upper()}{keeps[1:]}."
    if run.first_text is not None and (several := apart(run)):
        yield several
    if stopped is not None:
        what = "the answer is not complete" if run.first_text else "no text had come yet"
        yield f"Stopped by {signals.name(stopped)}: {what}."
        return
    match run.phase:
        case Phase.LIMIT:
            yield (
                "The answer hit its token limit and is not complete: allow more with "
                f"-o {_limit(run)}=N."
            )
        case Phase.FILTERED if run.problem is None:
            yield (
                "The content filter stopped the answer: what had come before it is all there is. "
                "Put the prompt differently."
            )
        case Phase.CUT:
            yield "The answer was cut short."
    yield from _condemned(run)
    yield from (f"The content filter did not run: {why}." for why in run.unfiltered)
    if run.problem is not None:
        yield from sentences(run.problem)


def _condemned(run: Run) -> Iterator[str]:
    for choice in run.choices:
        if choice.condemned is not None:
            which = f"answer {choice.index + 1}" if len(run.choices) > 1 else "the answer"
            yield (
                f"After it had come, the content filter condemned {which} from its character "
                f"{choice.condemned + 1} on."
            )


def _limit(run: Run) -> str:
    names = limits(run.request.api)
    return next((name for name in names if name in run.request.params), names[0])
