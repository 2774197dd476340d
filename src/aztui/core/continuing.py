"""Going on with an answer: where it ended too early, or from a beginning that the user gives."""

from __future__ import annotations

from typing import Final

from aztui.core.request import TRAITS, Api, Message, RequestError
from aztui.core.run import Choice, Phase, Run

GO_ON: Final = "Continue exactly where you stopped."
"""What a conversation is asked, whose API cannot go on within an answer."""

_OPEN: Final = frozenset(
    {Phase.STOPPED, Phase.LIMIT, Phase.CUT, Phase.INTERRUPTED, Phase.FAILED, Phase.FILTERED}
)


def exactly(run: Run) -> bool:
    """Whether what continues a run is given all before it as one text, and so goes on exactly."""
    return not TRAITS[run.request.api].turns


def beginning(run: Run) -> str:
    """Return the beginning of a run's answers that was given to go on with; empty for none."""
    return _asked(run)[1]


def said(run: Run) -> str:
    """Return what a run was asked, without the beginning of an answer that went along."""
    return _asked(run)[0]


def earlier(run: Run) -> tuple[Message, ...]:
    """Return the turns that a run sent before what it was asked."""
    turns = run.request.messages
    return turns[:-3] if _begun(run) else turns[:-1]


def whole(run: Run, choice: Choice) -> str:
    """Return an answer with the beginning that was given for it."""
    return beginning(run) + choice.text


def begun_turns(api: Api, prompt: str, start: str) -> tuple[tuple[Message, ...], str]:
    """Return the turns before a prompt, and the prompt, that have an answer begin with a text.

    Completions go on with any text. In a conversation the beginning is a turn, after which the
    model is asked to go on: that comes near it, and no nearer.

    Args:
        api: the API that is asked.
        prompt: what the answer is to.
        start: how it begins.
    """
    if not TRAITS[api].turns:
        return (), prompt + start
    return (Message("user", prompt), Message("assistant", start)), GO_ON


def prompt_to_continue(run: Run, api: Api, number: int = 0) -> str:
    """Return the prompt that has an answer continued, after the turns that led to it if any.

    Completions go on with any text: they get the prompt and what has come. In a conversation the
    answer so far is a turn, and the next one asks to go on.

    Args:
        run: what is continued, over.
        api: the API that is asked now.
        number: which of its answers; in a conversation the first is all that goes along.

    Raises:
        RequestError: there is nothing to continue; the text says what to do instead.
    """
    choice = next((choice for choice in run.choices if choice.index == number), None)
    if choice is None or not choice.text:
        raise RequestError("Nothing has come of this answer: f5 asks again.")
    if not TRAITS[api].turns:
        return _so_far(run, choice)
    if choice is not run.choices[0]:
        raise RequestError("Only the first answer goes along in a conversation.")
    if run.phase not in _OPEN:
        raise RequestError("This answer came to its end: ask for more in a prompt of your own.")
    return GO_ON


def _begun(run: Run) -> bool:
    """Whether a beginning went along as a turn: after the prompt, and before what asks to go on."""
    return bool(run.given) and TRAITS[run.request.api].turns and len(run.request.messages) > 2


def _asked(run: Run) -> tuple[str, str]:
    """What a run was asked, and the beginning of an answer that went along."""
    turns, prompt = run.request.messages, run.request.prompt
    if not run.given:
        return prompt, ""
    if not TRAITS[run.request.api].turns:
        return prompt[: -run.given], prompt[-run.given :]
    if not _begun(run):
        return prompt, ""  # nobody sends that, but a file may say so
    return turns[-3].content, turns[-2].content[-run.given :]


def _so_far(run: Run, choice: Choice) -> str:
    echoed = run.request.params.get("echo") is True
    return choice.text if echoed else run.request.prompt + choice.text
