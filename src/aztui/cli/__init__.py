"""The commands, one file each: they parse, call and print."""

from __future__ import annotations

import gc
import signal
import sys
from typing import NoReturn


def main() -> NoReturn:
    """Run the command line of this process and leave with its exit code."""
    try:
        # What is loaded stays: to search it for garbage costs 5 % of a start. Who begins to work,
        # a command or the screen, enables it.
        gc.disable()
        from aztui.cli.program import run  # noqa: PLC0415 - ctrl+c is answered during it too

        code = run(sys.argv[1:])
    except KeyboardInterrupt:
        print("Stopped by SIGINT.", file=sys.stderr)  # noqa: T201 - nothing else may be there yet
        code = 130
    # From here on nothing is left to put in order, and Python would print a traceback.
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    sys.exit(code)
