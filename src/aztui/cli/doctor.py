"""`aztui doctor`: checks the way from this machine to the model, step by step."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing

import click

from aztui.cli import checklist, signals, verdict
from aztui.cli.checking import Checking, Wishes
from aztui.cli.question import confirmed
from aztui.cli.said import Shared
from aztui.cli.say import say
from aztui.cli.shared import shared_options
from aztui.cli.terminals import can_ask
from aztui.config.errors import SettingsError
from aztui.core.checkup import Check, failed, folded, summary


@click.command(
    epilog="""\b
Examples:
  aztui doctor                     check the profile that would open
  aztui -p work doctor --yes       another one; do not ask before the paid requests
  aztui doctor --json > report.json
  aztui doctor --trust             let your key go where the folder's .env says

\b
Exit codes:
  0 no check failed   1 a check failed   2 wrong usage   130 SIGINT   143 SIGTERM
""",
)
@click.option("--yes", is_flag=True, help="Send the requests that cost money without asking.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--trust", is_flag=True, help="Approve the endpoint of a .env for this credential.")
@click.option("--forget", is_flag=True, help="Forget what the deployment is known to take.")
@shared_options
@click.pass_context
def doctor(context: click.Context, *, yes: bool, as_json: bool, trust: bool, forget: bool) -> int:
    """Check the settings, the network, the credential and the deployment, and say what to fix.

    At the end it asks whether to send one small request through each API, to see which of them
    the deployment answers.
    """
    if sys.stdout is None:
        raise SettingsError("stdout is closed: there is nowhere to write the report.")
    said = context.ensure_object(Shared)
    said.command_line  # noqa: B018 - reading it checks the options
    with signals.raising(), closing(Checking(said, say, wishes=Wishes(trust, forget))) as checkup:
        style = checklist.Style(os.environ, terminal=sys.stdout.isatty())
        made: list[Check] = []
        checks = _noted(_checks(checkup, agreed=yes), made)
        for check in checks if as_json else folded(checks):
            if not as_json:
                click.echo(style.lines(check), nl=False)
        code = verdict.FAILED if failed(made) else verdict.DONE
        if as_json:
            click.echo(checklist.document(made, checkup.profile, code))
        elif code:
            say(summary(made))
    return code


def _noted(checks: Iterable[Check], made: list[Check]) -> Iterator[Check]:
    """Pass checks on, and keep each in `made`."""
    for check in checks:
        made.append(check)
        yield check


def _checks(checkup: Checking, *, agreed: bool) -> Iterator[Check]:
    yield from checkup.free()
    question = checkup.question
    if not question or agreed:
        yield from checkup.paid()
    elif not can_ask():
        yield from checkup.unpaid("not asked, since that costs money: --yes asks")
    elif confirmed(f"{question} Go on?"):
        yield from checkup.paid()
    else:
        yield from checkup.unpaid("not asked")
