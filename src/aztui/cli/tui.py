"""`aztui` without a command: the screen."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial

from aztui.cli import verdict
from aztui.cli.opening import Opened, open_demo, open_local, open_source, weights_folder
from aztui.cli.shared import Shared
from aztui.config.command_line import CommandLine
from aztui.config.errors import SettingsError
from aztui.config.settings import NoSettings
from aztui.core.ports import Source
from aztui.core.profile import Profile
from aztui.ui.offers import Offer


def tui(said: Shared) -> int:
    """Show the screen until the user leaves it.

    Raises:
        SettingsError: there is no terminal, or the settings cannot be used.
    """
    _need_terminal()
    # What is loaded for the first paint stays; to search it for garbage costs 5 % of the start.
    gc.disable()
    with ExitStack() as stack:
        opened = open_source(said)
        from aztui.ui.app import AztuiApp  # noqa: PLC0415 - Textual takes its time

        if isinstance(opened, NoSettings):
            app = AztuiApp(None, None, offers=_offers(stack), on_ready=_collect_again)
        else:
            stack.callback(opened.close)
            app = AztuiApp(opened.profile, opened.source, on_ready=partial(_ready, opened))
        app.run(mouse=False)
        return app.return_code or verdict.DONE


def _ready(opened: Opened) -> None:
    _collect_again()
    opened.warm()


def _collect_again() -> None:
    gc.freeze()
    gc.enable()


def _need_terminal() -> None:
    for name, stream in (("stdin", sys.stdin), ("stdout", sys.stdout)):
        if stream is None or not stream.isatty():
            raise SettingsError(
                f"{name} is not a terminal, so there is nowhere to show the screen: start aztui in "
                'one, or use aztui ask "…" in scripts.'
            )
    if os.environ.get("TERM", "dumb") == "dumb":
        raise SettingsError(
            "This terminal cannot move its cursor (TERM=dumb): start aztui in another one, or use "
            'aztui ask "…".'
        )


def _offers(stack: ExitStack) -> tuple[Offer, ...]:
    """What needs no settings; what is opened is closed with `stack`."""
    from aztui.emulator.local import weights  # noqa: PLC0415 - only for newcomers

    found = weights.status(weights_folder())
    about = "small and on this machine; its answers are unreliable"
    if not found.present:
        about = f"not here yet: aztui local pull downloads it ({found.to_fetch / 1e6:.0f} MB)"
    return (
        Offer("Local model", about, _opener(open_local, stack)),
        Offer("Demo", "scripted replies, no model and no network", _opener(open_demo, stack)),
    )


def _opener(
    open_it: Callable[[CommandLine], Opened], stack: ExitStack
) -> Callable[[], tuple[Profile, Source]]:
    def opener() -> tuple[Profile, Source]:
        opened = open_it(CommandLine())
        stack.callback(opened.close)
        opened.warm()
        return opened.profile, opened.source

    return opener
