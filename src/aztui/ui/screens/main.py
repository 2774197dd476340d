"""The main screen: header, log, status, prompt, hints."""

from __future__ import annotations

import asyncio
import gc
import os
import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final, TypeAlias

from textual import on
from textual.app import ComposeResult
from textual.screen import Screen
from textual.timer import Timer
from textual.widgets import TextArea

from aztui.core.events import RunId, Stamped, TextDelta
from aztui.core.ports import Memory, Source
from aztui.core.profile import Profile
from aztui.core.run import Phase, Run
from aztui.terminal.sanitise import sanitise
from aztui.ui import editor
from aztui.ui.conversation import Conversation, new_run_id
from aztui.ui.directory import Directory
from aztui.ui.drafts import Drafts
from aztui.ui.keymap import HINTS, Place, bindings
from aztui.ui.mailbox import Mailbox, joined
from aztui.ui.messages import (
    Copied,
    CopyAsked,
    LeftBehind,
    PromptRefused,
    PromptSubmitted,
    Recalled,
    Remark,
    Scrolled,
    SessionRead,
    StreamEvents,
)
from aztui.ui.news import news, state
from aztui.ui.pages import connection, home
from aztui.ui.reopening import Keeping, Reopening
from aztui.ui.screens.editing import edited
from aztui.ui.sender import Sender
from aztui.ui.setup import Setup
from aztui.ui.styles import HEIGHTS, stylesheet
from aztui.ui.travel import Travel
from aztui.ui.widgets.bar import Bar, Rule
from aztui.ui.widgets.prompt import Prompt
from aztui.ui.widgets.rows import Role
from aztui.ui.widgets.transcript import Transcript

if TYPE_CHECKING:
    from aztui.ui.widgets.field import Field
    from aztui.ui.widgets.query import QueryBar

FRAME: Final = 1 / 30
"""Seconds between two paints while text streams in."""
TICKS: Final = {
    Phase.WAITING: 0.1,
    Phase.RETRYING: 0.25,
    Phase.THINKING: 0.25,
    Phase.STREAMING: 0.5,
}
"""Seconds between two looks at the clock; figures that change faster are hard to read."""
NOTICE: Final = 6.0
"""Seconds that a notice stays on the status line."""
READING: Final = 0.06
"""Seconds more for each of its characters: a path takes some to be read."""


BeginCopy: TypeAlias = Callable[[str, str, Callable[[str], object]], None]


class MainScreen(Screen[None]):
    """Where prompts are typed and answers read."""

    CSS_PATH = stylesheet("main.tcss")
    AUTO_FOCUS = "#prompt"
    BINDINGS = bindings(Place.SCREEN)
    VERTICAL_BREAKPOINTS = HEIGHTS

    def __init__(
        self,
        profile: Profile,
        source: Source,
        *,
        copy: BeginCopy,
        memory: Memory | None = None,
        keeping: Keeping | None = None,
        directory: Directory | None = None,
        clock: Callable[[], float] = time.monotonic,
        new_id: Callable[[], RunId] = new_run_id,
    ) -> None:
        """Make the screen of a new session.

        Args:
            profile: who is asked.
            source: answers.
            copy: begins to copy a text, named by the next one, and calls the last argument, from
                any thread, with a sentence on what came of it.
            memory: knows what the deployment does not take.
            keeping: keeps all that is sent and comes; nothing does where it is None.
            directory: knows whom else to ask; None where there is nobody.
            clock: seconds on the monotonic clock.
            new_id: names runs.
        """
        super().__init__()
        self._clock = clock
        self._copy = copy
        keeping = keeping or Keeping()
        self._mailbox = Mailbox(lambda: self.post_message(StreamEvents()))
        self.conversation = Conversation(
            profile,
            source,
            self._mailbox.put,
            journal=keeping.journal,
            memory=memory,
            clock=clock,
            new_id=new_id,
        )
        self._setup = Setup(self.conversation, self._set_up, memory=memory, directory=directory)
        self._header = Bar(id="header")
        self._log = Transcript(lambda *size: home(self.conversation.profile, *size), id="log")
        self._status = Bar(id="status", wraps=True)
        self._query: QueryBar | None = None
        self._prompt = Prompt(placeholder="Ask anything", id="prompt")
        self._hints = Bar(id="hints")
        self._travel = Travel(self.conversation, self._log, self._prompt, self.say)
        self._sender = Sender(
            self,
            self.conversation,
            self._travel,
            self._prompt,
            begin=self._begin,
            say=self.say,
        )
        self._drafts = Drafts(self, self.conversation, self._prompt, lambda: self._travel.put_aside)
        self._reopening = Reopening(
            self.conversation,
            keeping,
            self._travel,
            self._drafts,
            setup=self._setup,
            begin=self._begin,
            say=self.say,
        )
        self._waiting: SessionRead | LeftBehind | None = None
        self._ticker: Timer | None = None
        self._notice = ""
        self._notice_timer: Timer | None = None
        self._below = self._new = 0

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
        self._show_header()
        self._show_status()
        self._show_hints()

    def _show_header(self) -> None:
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

    def on_descendant_focus(self) -> None:
        """Leave what is chosen in the log with it, and show the keys that work here."""
        if self.focused is not self._log:
            self._log.stay()
        self._show_hints()

    def _show_hints(self) -> None:
        hints = self._log.hints if self.focused is self._log else HINTS
        self._hints.show([(f"{key} {words}", Role.DIM) for key, words in hints])

    def on_unmount(self) -> None:
        """Leave nothing running behind.

        Where the program did not end as the user wished (a signal, no terminal any more, a fault),
        what streams is left as it is: it counts as interrupted at the next start.
        """
        self._drafts.keep()
        if not self.app.return_code:
            self.conversation.cancel()

    # What the user does

    def on_prompt_submitted(self, message: PromptSubmitted) -> None:
        """Send what was typed."""
        self._sender.submit(message.text)

    @on(TextArea.Changed)
    @on(TextArea.SelectionChanged)
    def _typed(self) -> None:
        self._drafts.changed()

    def on_prompt_refused(self, message: PromptRefused) -> None:
        """Say why something is not in the prompt."""
        self.say(message.reason)

    def action_rerun(self) -> None:
        """Ask the last prompt again, beside its answer; or wait for it, where that is asked."""
        waiting = self.conversation.agree()
        if waiting is not None:
            self._turn(waiting)
            return
        self._sender.rerun()

    def action_move(self, way: str) -> None:
        """Go elsewhere in the session's tree."""
        self._travel.move(way)
        self._show_status()

    def action_tree(self) -> None:
        """Show the session's tree, and go to a run of it."""
        from aztui.ui.screens.tree import TreeScreen  # noqa: PLC0415 - rarely needed

        if self.conversation.live is not None:
            self.say("Still streaming: esc stops it, then f8 shows the tree.")
            return
        tree = TreeScreen(self.conversation.session, self._travel.mark)
        self.app.push_screen(tree, self._go)

    def _go(self, run: RunId | None) -> None:
        if run is not None:
            self._travel.go(run)
            self._log.bring(run)

    def action_history(self) -> None:
        """Look through the sessions that are kept, and open one."""
        self._reopening.browse(self)

    def action_bookmark(self) -> None:
        """Bookmark the answer in view, or do so no more."""
        self._travel.bookmark()

    def action_resend(self) -> None:
        """Edit the prompt in view, to be sent beside the old one."""
        self._travel.edit()
        self._show_status()

    def action_proceed(self) -> None:
        """Have the answer in view continued."""
        self._sender.proceed()

    def action_new(self) -> None:
        """Begin a new session."""
        if self.conversation.live is not None:
            self.say("Still streaming: esc stops it, then ctrl+n begins anew.")
            return
        self._travel.leave()
        self.conversation.clear()
        self._drafts.changed()
        self._log.clear()
        gc.unfreeze()
        self._prompt.focus()
        self._show_status()
        if self.conversation.changed:
            self.say("A new session; the parameters stay as you set them (f2).")

    def action_parameters(self) -> None:
        """Show and change what is sent besides the prompts."""
        self._setup.parameters(self.app)

    def action_places(self) -> None:
        """Choose whom to ask."""
        self._setup.places(self.app)

    def _set_up(self, notice: str) -> None:
        self._drafts.changed()
        if not self.conversation.session.nodes:
            self._log.clear()
        self._show_header()
        if notice:
            self.say(notice)
        else:
            self._show_status()

    def action_leave(self) -> None:
        """Leave what is open in the log; else stop the stream, or do not wait for it at all."""
        if self.focused is self._log and self._log.leave():
            return
        if self.conversation.live is None and self._travel.leave():
            self._show_status()
        elif self.conversation.asks:
            self.conversation.decline()
        else:
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

    def give_way(self) -> None:
        """Do what can wait a little slower: a key was pressed."""
        self._log.give_way()

    def action_log(self, move: str, amount: int | None = None) -> None:
        """Scroll the log, wherever the focus is."""
        match move:
            case "page":
                self._log.action_page(amount or 1)
            case "top":
                self._log.action_top()
            case _:
                self._log.action_bottom()

    async def action_on_log(self, action: str) -> None:
        """Do what the log does at one of its own keys."""
        self.set_focus(self._log)
        await self._log.run_action(action)

    def action_switch(self) -> None:
        """Move the focus between prompt and log."""
        self.set_focus(self._prompt if self.focused is self._log else self._log)

    def action_edit(self) -> None:
        """Edit the prompt in the user's editor, with all that was typed before the key."""
        self._prompt.call_later(self._edit)

    def _edit(self) -> None:
        outcome = edited(self.app, self._prompt.text, os.environ)
        if isinstance(outcome, editor.EditorError):
            self.say(str(outcome))
        else:
            self._prompt.put(outcome)
            self.set_focus(self._prompt)

    def action_details(self) -> None:
        """Show everything that is known of the answer in view."""
        from aztui.ui.screens.details import DetailsScreen  # noqa: PLC0415 - rarely needed

        run = self._log.current
        if run is None:
            self.say("There is no answer yet.")
        else:
            find = partial(self.conversation.find, run)
            self.app.push_screen(DetailsScreen(find, self._clock))

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

    def on_session_read(self, message: SessionRead) -> None:
        """Go on with a session of another day; not under a page that shows this one."""
        if self.app.screen is not self:
            self._waiting = message
            return
        if self.conversation.live is not None:
            self.say("Still streaming: esc stops it, then ctrl+r opens another session.")
            return
        self._reopening.open(message.found, message.run)
        self._prompt.focus()

    def on_screen_resume(self) -> None:
        """Go on with what had to wait for a page."""
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            self.post_message(waiting)

    def on_recalled(self, message: Recalled) -> None:
        """Have earlier prompts at hand."""
        self._prompt.remember(message.prompts)

    def on_left_behind(self, message: LeftBehind) -> None:
        """Show what was left in the middle of something; not under a page either."""
        if self.app.screen is not self:
            self._waiting = message
            return
        self._reopening.offer(message.found, message.others)

    # What the log says

    def on_log_says(self) -> None:
        """Show it, and the keys that the log takes now."""
        if self._log.choosing:
            self._notice = ""
        self._show_query(self._log.typed)
        self._show_hints()
        self._show_status()

    def _show_query(self, field: Field | None) -> None:
        """Show what is looked for while it is typed, in place of the status line."""
        if field is not None and self._query is None:
            from aztui.ui.widgets.query import QueryBar  # noqa: PLC0415 - not needed before

            self._query = QueryBar(id="query")
            self.mount(self._query, after=self._status)
        if self._query is not None:
            self._query.display, self._status.display = field is not None, field is None
            if field is not None:
                self._query.show(field, self._log.said)

    def on_copy_asked(self, message: CopyAsked) -> None:
        """Copy something."""
        self.say(f"Copying {message.what} …")
        self._copy(message.text, message.what, lambda said: self.post_message(Copied(said)))

    def on_copied(self, message: Copied) -> None:
        """Say what came of it."""
        self.say(message.said)

    def on_remark(self, message: Remark) -> None:
        """Say it."""
        self.say(message.said)

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
        if run.phase.over:
            self._finish(run)
        elif before is None or before.phase is not run.phase:
            self._turn(run)

    def _begin(self, run: Run) -> None:
        self._notice = ""
        self._travel.begun(run)
        self._turn(run)

    def _turn(self, run: Run) -> None:
        """Show a run that is in another phase than before."""
        self._log.update(run.id, run, self._clock())
        self._tick_every(TICKS[run.phase])

    def _look(self) -> None:
        """Show what changes with the time or besides the text."""
        run = self.conversation.live
        if run is not None:
            self._log.update(run.id, run, self._clock())
        self._show_status()

    def _finish(self, run: Run) -> None:
        self._log.finish(run.id, run)
        self._notice = ""
        self._tick_every(None)
        # A session only grows, and to look through all of it for garbage would hang a key. At
        # once: what the next answer holds for a while would be kept for ever.
        gc.collect()
        gc.freeze()

    # What the status line says

    def say(self, notice: str) -> None:
        """Say something on the status line for a while."""
        self._notice = sanitise(notice)
        if self._notice_timer is not None:
            self._notice_timer.stop()
        self._notice_timer = self.set_timer(NOTICE + READING * len(notice), self._forget_notice)
        self._show_status()

    def on_scrolled(self, message: Scrolled) -> None:
        """Say how much lies below."""
        self._below, self._new = message.below, message.new
        self._show_status()

    def _forget_notice(self) -> None:
        self._notice = ""
        self._show_status()

    def _tick_every(self, period: float | None) -> None:
        if self._ticker is not None:
            self._ticker.stop()
        self._ticker = None if period is None else self.set_interval(period, self._look)
        self._show_status()

    def _show_status(self) -> None:
        said = self._log.said or self._travel.said
        text, role = news(self.conversation, self._notice, said, self._below, self._new)
        right = state(self.conversation, self._clock(), self.size.width)
        self._status.show([(text, role)] if text else [], (right, Role.DIM))
