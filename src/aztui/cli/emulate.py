"""`aztui emulate`: a server on this machine that answers as Azure OpenAI does."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING

import click

from aztui.cli import signals
from aztui.cli.opening import local_model
from aztui.cli.said import Shared
from aztui.cli.say import say
from aztui.cli.shared import local_option
from aztui.config.errors import SettingsError

if TYPE_CHECKING:
    from aztui.emulator.backend import Backend

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(
    epilog="""\b
Examples:
  aztui emulate --port 8080 --rate 50
  aztui emulate --fault stall:after=20
  aztui ask -m demo--429 "Hello"      a fault by the deployment's name
""",
)
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="0 takes any free one.")
@click.option(
    "--rate",
    type=click.FloatRange(0),
    default=0.0,
    metavar="TOKENS",
    help="Tokens a second; 0, the default, is as fast as possible.",
)
@click.option(
    "--latency",
    type=click.FloatRange(0),
    default=0.0,
    metavar="SECONDS",
    help="Time before the first byte of an answer.",
)
@click.option("--fault", metavar="FAULT", help="Show this fault: NAME[:key=value,…].")
@click.option("--cert", type=_FILE, metavar="PEM", help="A certificate, to serve https.")
@click.option("--key", type=_FILE, metavar="PEM", help="The certificate's private key.")
@local_option("Answer with the small model on this machine, not with scripted replies.")
@click.pass_context
def emulate(
    context: click.Context,
    *,
    port: int,
    rate: float,
    latency: float,
    fault: str | None,
    cert: Path | None,
    key: Path | None,
) -> int:
    """Answer as Azure OpenAI does, on 127.0.0.1, until ctrl+c.

    Any key is accepted. Each request is logged to stderr as one line of JSON.
    """
    from aztui.emulator.scripted import ScriptedReplies  # noqa: PLC0415 - only where asked for
    from aztui.emulator.server import Emulator, EmulatorError  # noqa: PLC0415 - as above

    if key is not None and cert is None:
        raise click.UsageError("--key goes with --cert: name the certificate too.")
    stop: SimpleQueue[int] = SimpleQueue()
    with ExitStack() as stack, signals.told(stop.put):
        backend: Backend = ScriptedReplies()
        if context.ensure_object(Shared).local:
            backend = model = local_model()
            stack.callback(model.close)
            model.start()
        try:
            emulator = Emulator(
                backend,
                port=port,
                rate=rate,
                latency=latency,
                fault=fault,
                cert=cert,
                key_file=key,
                log=say,
            )
            stack.enter_context(emulator)
        except EmulatorError as error:
            raise SettingsError(str(error)) from None
        _announce(emulator.url)
        return stop.get()


def _announce(url: str) -> None:
    click.echo(
        f"Answering on {url}; ctrl+c ends it. For .env:\n"
        f"AZURE_OPENAI_ENDPOINT={url}\n"
        "AZURE_OPENAI_API_KEY=emulator\n"
        "AZURE_OPENAI_DEPLOYMENT=demo"
    )
    if sys.stdout is not None:
        sys.stdout.flush()
