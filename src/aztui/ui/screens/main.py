"""The main screen: header, log, status, prompt, hints."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from typing import Final

from textual.app import ComposeResult
from textual.screen import Screen
from textual.timer import Timer

from aztui.core.events import RunId, Stamped, TextDelta
from aztui.core.ports import Forgetful, Memory, Source
from aztui.core.profile import Profile
from aztui.core.request import RequestError
from aztui.core.run import Run
from aztui.terminal.sanitise import sanitise
from aztui.ui import editor
from aztui.ui.conversation import Conversation, new_run_id
from aztui.ui.keymap import Place, bindings
from aztui.ui.mailbox import Mailbox, joined
from aztui.ui.messages import PromptRefused, PromptSubmitted, Scrolled, StreamEvents
from aztui.ui.pages import connection, home
from aztui.ui.screens.editing import edited
from aztui.ui.sheet import Sheet
from aztui.ui.styles import stylesheet
from aztui.ui.widgets.bar import Bar, Rule
from aztui.ui.widgets.prompt import Prompt
from aztui.ui.widgets.rows import Piece, Role
from aztui.ui.widgets.transcript import Transcript
from aztui.ui.words import progress, settings

FRAME: Final = 1 / 30
"""Seconds between two paints while text streams in."""
WAITING_TICK: Final = 0.1
STREAMING_TICK: Final = 0.5
"""Seconds between two looks at the clock; figures that change faster are hard to read."""
NOTICE: Final = 6.0
"""Seconds that a notice stays on the status line."""
_NARROW: Final = 32

_HINTS: Final = (("enter", "send"), ("esc", "stop"), ("f1", "keys"), ("ctrl+p", "commands"))
_LOG_HINTS: Final = (("tab", "prompt"), ("space b", "page"), ("G", "end"), ("?", "keys"))


class MainScreen(Screen[None]):
    """Where prompts are typed and answers read."""

    CSS_PATH = stylesheet("main.tcss")
    AUTO_FOCUS = "#prompt"
    BINDINGS = bindings(Place.SCREEN)
    VERTICAL_BREAKPOINTS = [  # noqa: RUF012 - declared by Textual as an attribute of instances
        (0, "-tiny"),
        (8, "-low"),
        (14, "-tall"),
    ]

    def __init__(
        self,
        profile: Profile,
        source: Source,
        *,
        memory: Memory | None = None,
        clock: Callable[[], float] = time.monotonic,
        new_id: Callable[[], RunId] = new_run_id,
    ) -> None:
        """Make the screen of a new session.

        Args:
            profile: who is asked.
            source: answers.
            memory: knows what the deployment does not take.
            clock: seconds on the monotonic clock.
            new_id: names runs.
        """
        super().__init__()
        self._clock = clock
        self._memory = memory or Forgetful()
        self._mailbox = Mailbox(lambda: self.post_message(StreamEvents()))
        self.conversation = Conversation(
            profile, source, self._mailbox.put, clock=clock, new_id=new_id
        )
        self._header = Bar(id="header")
        self._log = Transcript(lambda *size: home(profile, *size), id="log")
        self._status = Bar(id="status", wraps=True)
        self._prompt = Prompt(placeholder="Ask anything", id="prompt")
        self._hints = Bar(id="hints")
        self._ticker: Timer | None = None
        self._notice = ""
        self._notice_timer: Timer | None = None
        self._below = 0

    def compose(self) -> ComposeResult:
        """Lay the widgets out from top to bottom."""
        yield self._header
        yield Rule(id="under-header")
        yield self._log
        yield self._status
        yield Rule(id="over-prompt")
        yield self._prompt
        yield self._hints

    def on_mount(self) -> None:
        """Say who is asked and what can be done."""
        profile = self.conversation.profile
        first, *others = connection(profile)
        self._header.show(
            [
                (sanitise(profile.name), Role.ACCENT),
                (first, Role.TEXT),
                *[(part, Role.DIM) for part in others],
            ],
            (sanitise(profile.notice), Role.DIM),
        )
        self._show_status()
        self.on_descendant_focus()

    def on_descendant_focus(self) -> None:
        """Show the keys that work where the focus is."""
        hints = _LOG_HINTS if self.focused is self._log else _HINTS
        self._hints.show([(f"{key} {words}", Role.DIM) for key, words in hints])

    def on_unmount(self) -> None:
        """Leave nothing running behind."""
        self.conversation.cancel()

    # What the user does

    def on_prompt_submitted(self, message: PromptSubmitted) -> None:
        """Send what was typed."""
        if self.conversation.live is not None:
            self.say("Still streaming: esc stops it; your prompt is kept.")
            return
        try:
            run = self.conversation.submit(message.text)
        except RequestError as error:
            self.say(str(error))
            return
        self._prompt.take()
        self._begin(run)

    def on_prompt_refused(self, message: PromptRefused) -> None:
        """Say why something is not in the prompt."""
        self.say(message.reason)

    def action_rerun(self) -> None:
        """Ask the last prompt again, beside its answer."""
        if self.conversation.live is not None:
            self.say("Still streaming: esc stops it, then f5 asks again.")
            return
        run = self.conversation.rerun()
        if run is None:
            self.say("There is no prompt to run again yet.")
        else:
            self._begin(run, "again")

    def action_new(self) -> None:
        """Begin a new session."""
        if self.conversation.live is not None:
            self.say("Still streaming: esc stops it, then ctrl+n begins anew.")
            return
        self.conversation.clear()
        self._log.clear()
        self._show_status()
        if self.conversation.changed:
            self.say("A new session; the parameters stay as you set them (f2).")

    def action_parameters(self) -> None:
        """Show and change what is sent besides the prompts."""
        from aztui.ui.screens.parameters import ParametersScreen  # noqa: PLC0415 - rarely needed

        talk = self.conversation
        sheet = Sheet(talk.profile, talk.params, talk.system, self._memory.recall)
        self.app.push_screen(ParametersScreen(sheet), self._take_sheet)

    def _take_sheet(self, sheet: Sheet | None) -> None:
        if sheet is not None:
            self.conversation.params, self.conversation.system = sheet.params, sheet.system
            self._show_status()

    def action_leave(self) -> None:
        """Nothing is open on this screen: stop the stream."""
        self.stop()

    def stop(self) -> bool:
        """End the run under way and show it at once; False where there is none.

        What had come before the key is shown, what comes later is not.
        """
        if self.conversation.live is None:
            return False
        self.conversation.cancel()
        self._take_events()
        run = self.conversation.end()
        if run is not None:
            self._finish(run)
        return True

    def action_log(self, move: str, amount: int | None = None) -> None:
        """Scroll the log, wherever the focus is."""
        match move:
            case "page":
                self._log.action_page(amount or 1)
            case "top":
                self._log.action_top()
            case _:
                self._log.action_bottom()

    def action_switch(self) -> None:
        """Move the focus between prompt and log."""
        self.set_focus(self._prompt if self.focused is self._log else self._log)

    def action_edit(self) -> None:
        """Edit the prompt in the user's editor."""
        outcome = edited(self.app, self._prompt.text, os.environ)
        if isinstance(outcome, editor.EditorError):
            self.say(str(outcome))
        else:
            self._prompt.put(outcome)
            self.set_focus(self._prompt)

    def action_help(self) -> None:
        """Show every key."""
        from aztui.ui.screens.help import HelpScreen  # noqa: PLC0415 - rarely needed

        self.app.push_screen(HelpScreen())

    def action_palette(self) -> None:
        """Show every command by name."""
        from aztui.ui.screens.palette import Palette  # noqa: PLC0415 - rarely needed

        self.app.push_screen(Palette())

    def action_redraw(self) -> None:
        """Draw everything again."""
        self.refresh(layout=True)

    # What the stream does

    def on_stream_events(self) -> None:
        """Show what has come, and look again a frame later; with nothing there, wait."""
        if self._take_events():
            asyncio.get_running_loop().call_later(FRAME, self.post_message, StreamEvents())

    def _take_events(self) -> bool:
        stamped = self._mailbox.take()
        for event in joined(stamped):
            self._take(event)
        return bool(stamped)

    def _take(self, stamped: Stamped) -> None:
        before = self.conversation.live
        run = self.conversation.apply(stamped)
        if run is None:
            return
        if isinstance(stamped.event, TextDelta):
            self._log.append(run.id, stamped.event.choice, stamped.event.text)
            if before is not None and before.phase is not run.phase:
                self._tick_every(STREAMING_TICK)
        if run.phase.over:
            self._finish(run)

    def _begin(self, run: Run, note: str = "") -> None:
        self._notice = ""
        self._log.begin(run, note)
        self._tick_every(WAITING_TICK)

    def _finish(self, run: Run) -> None:
        self._log.finish(run.id, run)
        self._notice = ""
        self._tick_every(None)

    # What the status line says

    def say(self, notice: str) -> None:
        """Say something on the status line for a while."""
        self._notice = sanitise(notice)
        if self._notice_timer is not None:
            self._notice_timer.stop()
        self._notice_timer = self.set_timer(NOTICE, self._forget_notice)
        self._show_status()

    def on_scrolled(self, message: Scrolled) -> None:
        """Say how much lies below."""
        self._below = message.below
        self._show_status()

    def _forget_notice(self) -> None:
        self._notice = ""
        self._show_status()

    def _tick_every(self, period: float | None) -> None:
        if self._ticker is not None:
            self._ticker.stop()
        self._ticker = None if period is None else self.set_interval(period, self._show_status)
        self._show_status()

    def _show_status(self) -> None:
        left: list[Piece] = []
        if self._notice:
            left.append((self._notice, Role.ACCENT))
        elif self._below:
            rows = "row" if self._below == 1 else "rows"
            left.append((f"↓ {self._below:,} {rows} below: ctrl+end follows", Role.ACCENT))
        self._status.show(left, (self._state(), Role.DIM))

    def _state(self) -> str:
        run = self.conversation.live
        if run is not None:
            brief = self.size.width < _NARROW
            return progress(run, self._clock(), self.conversation.characters, brief=brief)
        talk = self.conversation
        return settings(talk.params, talk.profile, talk.system)
