"""A question that the user answers on the terminal."""

from __future__ import annotations

import select
import sys
from typing import Final

import click

_GLANCE: Final = 0.1
"""Seconds between two looks whether a signal has come."""


def confirmed(question: str) -> bool:
    """Ask a question, to which everything but yes is a no.

    What waits for an answer without looking up, as click does, is not ended by a ctrl+c that comes
    after the question was printed and before the reading began.

    Raises:
        click.Abort: there will be no answer.
    """
    click.echo(f"{question} [y/N]: ", nl=False, err=True)
    while not select.select([sys.stdin], [], [], _GLANCE)[0]:
        pass
    answer = sys.stdin.readline()
    if not answer:
        raise click.Abort
    return answer.strip().lower() in {"y", "yes"}
