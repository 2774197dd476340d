"""A small app on the driver, to be run in a pty: it shows what it gets, and obeys some letters.

q quits, x crashes, z stops the process, e gives the terminal to a child for a moment, w draws
without end, b blocks the app's loop.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
import zlib
from typing import Final

from textual import events
from textual.app import App, ComposeResult
from textual.widgets import Static

from aztui.terminal.driver import driver_for

SHOWN: Final = 12


class DriverApp(App[None], inherit_bindings=False):
    """Shows the names of the last keys and the sizes of pastes."""

    ENABLE_COMMAND_PALETTE = False

    def __init__(self) -> None:
        super().__init__(driver_class=driver_for(os.environ))
        self.seen: list[str] = []
        self.drawn = 0

    def compose(self) -> ComposeResult:
        yield Static("ready", id="seen", markup=False)
        yield Static("", id="flood", markup=False)

    async def on_event(self, event: events.Event) -> None:
        match event:
            case events.Key(key=key):
                self.note(key)
                self.obey(key)
            case events.Paste(text=text):
                self.note(f"paste({len(text)},{zlib.crc32(text.encode()):08x})")
            case _:
                await super().on_event(event)

    def note(self, what: str) -> None:
        self.seen.append(what)
        self.query_one("#seen", Static).update(" ".join(["got", *self.seen[-SHOWN:], "."]))

    def obey(self, key: str) -> None:
        match key:
            case "q":
                self.exit()
            case "x":
                raise RuntimeError("crashed as asked")
            case "z":
                self.action_suspend_process()
            case "e":
                with self.suspend():
                    subprocess.run(["sh", "-c", "stty; echo child; read answer"], check=False)
            case "w":
                self.set_interval(1 / 60, self.flood)
            case "b":
                time.sleep(60)

    def flood(self) -> None:
        self.drawn += 1
        self.query_one("#flood", Static).update(f"{self.drawn:06d} " * 300)


if __name__ == "__main__":
    app = DriverApp()
    app.run(mouse=False)
    sys.exit(app.return_code)
