"""`aztui ask`: one answer on stdout."""

from __future__ import annotations

import sys
from contextlib import ExitStack

import click

from aztui.cli import asking, signals, stdin, verdict
from aztui.cli.keeping import kept, open_journal
from aztui.cli.opening import open_source
from aztui.cli.said import Shared
from aztui.cli.say import say
from aztui.cli.shared import shared_options
from aztui.config.errors import SettingsError
from aztui.config.names import ENV_LINES
from aztui.config.settings import NoSettings
from aztui.core.logprobs import with_logprobs
from aztui.core.options import told, with_value
from aztui.core.parameters import MOST_ANSWERS
from aztui.core.profile import Profile
from aztui.core.request import Request, compose


@click.command(
    epilog="""\b
Examples:
  aztui ask "Why is the sky blue?"
  aztui ask -s "Answer in French." -o temperature=0 "Why is the sky blue?"
  git diff | aztui ask "Write a commit message for this:"
  aztui ask --json -n 3 "A name for a cat" > answers.jsonl
  aztui ask --json --logprobs "The sky is" | grep '"tokens"'

\b
Exit codes:
  0 done   1 failed   2 wrong usage or settings   3 content filter
  4 cut short   130 SIGINT   143 SIGTERM
""",
)
@click.argument("prompt", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON event a line.")
@click.option(
    "-n",
    "answers",
    type=click.IntRange(1, MOST_ANSWERS),
    metavar="N",
    help="Ask for N answers; the first streams, the others follow whole.",
)
@click.option(
    "--logprobs",
    is_flag=True,
    help="Ask how likely each token was, and its rivals; --json prints them.",
)
@click.option("--strict", is_flag=True, help="Exit with 4 where the token limit ended the answer.")
@shared_options
@click.pass_context
def ask(
    context: click.Context,
    prompt: str | None,
    *,
    as_json: bool,
    answers: int | None,
    logprobs: bool,
    strict: bool,
) -> int:
    """Stream one answer to stdout, and nothing else there.

    A pipe or file on stdin follows the prompt after a blank line.
    """
    if sys.stdout is None:
        raise SettingsError("stdout is closed: there is nowhere to write the answer.")
    with signals.raising(), ExitStack() as stack:
        shared = context.ensure_object(Shared)
        journal = open_journal(shared, stack, say)
        opened = open_source(shared)
        if isinstance(opened, NoSettings):
            say(*_no_settings(opened))
            return verdict.USAGE
        stack.callback(opened.close)
        if opened.profile.kept:
            # The first of what comes must not wait until the database is open.
            journal.warm()
        if stdin.is_piped():
            opened.warm()
        request = _request(opened.profile, prompt, answers, logprobs=logprobs)
        start = kept(opened.source, journal, opened.profile)
        return asking.ask(start, request, asking.Style(as_json, strict, opened.remembers))


def _request(
    profile: Profile, argument: str | None, answers: int | None, *, logprobs: bool
) -> Request:
    params = profile.params
    if answers is not None:
        params = with_value(profile.api, params, "n", answers)
    params = told(profile, params)
    if logprobs:
        params = with_logprobs(profile.api, params)
    return compose(
        profile.api,
        profile.deployment,
        stdin.gather(argument, say),
        system=profile.system,
        params=params,
    )


def _no_settings(found: NoSettings) -> list[str]:
    file = found.env_file
    return [
        f"No Azure settings were found in the environment or {file or 'a .env file'}.",
        *filter(None, [found.unread]),
        f"Put these lines into {file or '.env'}:",
        *(f"  {line}" for line in ENV_LINES),
        "Or try it without any: --local asks a small model on this machine, --demo is scripted.",
    ]
