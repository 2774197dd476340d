"""Going on with an answer that did not come to its end."""

from __future__ import annotations

from typing import Final

from aztui.core.request import TRAITS, Api, RequestError
from aztui.core.run import Choice, Phase, Run

GO_ON: Final = "Continue exactly where you stopped."
"""What a conversation is asked, whose API cannot go on within an answer."""

_OPEN: Final = frozenset(
    {Phase.STOPPED, Phase.LIMIT, Phase.CUT, Phase.INTERRUPTED, Phase.FAILED, Phase.FILTERED}
)


def exactly(run: Run) -> bool:
    """Whether what continues a run is given all before it as one text, and so goes on exactly."""
    return not TRAITS[run.request.api].turns


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


def _so_far(run: Run, choice: Choice) -> str:
    echoed = run.request.params.get("echo") is True
    return choice.text if echoed else run.request.prompt + choice.text
