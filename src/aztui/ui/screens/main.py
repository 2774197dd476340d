"""The main screen: header, log, status, prompt, hints."""

from __future__ import annotations

import asyncio
import gc
import os
import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final

from textual import on
from textual.app import ComposeResult
from textual.screen import Screen
from textual.widgets import TextArea

from aztui.core.events import RunId, Stamped, TextDelta
from aztui.core.manuscript import NO_PAGE
from aztui.core.ports import Memory, Meter, Source
from aztui.core.profile import Profile
from aztui.core.run import Run
from aztui.terminal.link import Link
from aztui.terminal.sanitise import sanitise
from aztui.ui import editor
from aztui.ui.comparing import Comparing
from aztui.ui.conversation import Branch, Conversation, new_run_id
from aztui.ui.desk import WritingDesk
from aztui.ui.directory import Directory
from aztui.ui.drafts import Drafts
from aztui.ui.figuring import Figuring
from aztui.ui.keymap import HINTS, Place, bindings
from aztui.ui.mailbox import Mailbox, joined
from aztui.ui.messages import (
    AgainAsked,
    BeginCopy,
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
    Weighed,
)
from aztui.ui.pages import connection, home
from aztui.ui.remarks import why_no_logprobs
from aztui.ui.reopening import Keeping, Reopening
from aztui.ui.screens.editing import edited
from aztui.ui.sender import Sender
from aztui.ui.setup import Setup
from aztui.ui.status import Status
from aztui.ui.styles import HEIGHTS, stylesheet
from aztui.ui.travel import Travel
from aztui.ui.trimming import give_back
from aztui.ui.trips import Logbook
from aztui.ui.widgets.bar import Bar, Rule
from aztui.ui.widgets.prompt import Prompt
from aztui.ui.widgets.rows import Role
from aztui.ui.widgets.transcript import Transcript

if TYPE_CHECKING:
    from aztui.ui.widgets.field import Field
    from aztui.ui.widgets.query import QueryBar

FRAME: Final = 1 / 27
"""Seconds between two paints while text streams in: each costs as much as seven tokens do."""
_REST: Final = 1.0
"""Seconds after an answer in which it is kept, and the next one asked for."""


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
        meter: Callable[[], Meter] | None = None,
        link: Callable[[], Link | None] = lambda: None,
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
            meter: returns what counts tokens and knows prices, on a thread of its own; no figure
                is estimated where it is None.
            link: returns the way to the terminal, None where there is none.
            clock: seconds on the monotonic clock.
            new_id: names runs.
        """
        super().__init__()
        self._clock = clock
        self._logbook = Logbook(link)
        self._copy = copy
        keeping = keeping or Keeping()
        self._mailbox = Mailbox(lambda: self.post_message(StreamEvents()))
        self.conversation = Conversation(
            profile,
            source,
            self._mailbox.put,
            journal=keeping.journal,
            memory=memory,
            count=self._count,
            clock=clock,
            new_id=new_id,
        )
        self._setup = Setup(self.conversation, self._set_up, memory=memory, directory=directory)
        self._header = Bar(id="header")
        self._log = Transcript(lambda *size: home(self.conversation.profile, *size), id="log")
        self._status = Status(
            self.conversation, lambda: self._log.said or self._travel.said, clock, id="status"
        )
        self._query: QueryBar | None = None
        self._prompt = Prompt(placeholder="Ask anything", id="prompt")
        self._hints = Bar(id="hints")
        self._travel = Travel(
            self.conversation,
            self._log,
            self._prompt,
            self.say,
            self._cost,
        )
        self._figuring = Figuring(
            self,
            self.conversation,
            self._log,
            meter,
            forecast=self._status.foresee,
            sending=lambda: self._travel.sending(self._prompt.text),
        )
        self._archive = keeping.archive
        self._comparing = Comparing(self, self.conversation, self._log, self._travel, self.say)
        self._sender = Sender(
            self,
            self.conversation,
            self._travel,
            self._prompt,
            begin=self._begin,
            say=self.say,
        )
        self._drafts = Drafts(self, self.conversation, self._prompt, lambda: self._travel.put_aside)
        self._desk = WritingDesk(
            self.conversation,
            self._drafts,
            begin=self._begin,
            stop=self.stop,
            lens=partial(self._look_through, several=False),
            parameters=lambda: self._setup.parameters(self.app, None),
            clock=clock,
        )
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
        self._status.tell()
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
        self._figuring.stop()
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
        self._figuring.changed(typed=bool(self._prompt.text))

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

    def on_again_asked(self, message: AgainAsked) -> None:
        """Ask the last prompt again, for several answers at once."""
        self._sender.rerun(message.answers)

    def action_answers(self) -> None:
        """Show the answers to the prompt in view side by side, and go to one of them."""
        from aztui.ui.screens.answers import AnswersScreen  # noqa: PLC0415 - likewise
        from aztui.ui.side_by_side import Beside  # noqa: PLC0415 - rarely needed

        run = self._log.current
        if run is None:
            self.say("There is no answer yet.")
            return
        # Who follows the log's end has chosen none of them yet.
        beside = Beside(self.conversation, run, 0 if self._log.follows else self._log.choice)
        self.app.push_screen(AnswersScreen(beside, self._copy), self._to_answer)

    def _to_answer(self, found: tuple[RunId, int] | None) -> None:
        if found is not None:
            self._travel.follow(*found)

    def action_move(self, way: str) -> None:
        """Go elsewhere in the session's tree."""
        self._travel.move(way)
        self._status.tell()

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

    def action_compare(self) -> None:
        """Compare the answer in view with another."""
        self._comparing.compare()

    def action_compared(self) -> None:
        """Mark the answer in view, to be compared with another, or do so no more."""
        self._comparing.mark()

    def action_tally(self) -> None:
        """Show which of the answers to the prompt in view are the same."""
        self._comparing.tally()

    def action_resend(self) -> None:
        """Edit the prompt in view, to be sent beside the old one."""
        self._travel.edit()
        self._status.tell()

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
        self._drafts.page = NO_PAGE
        self._drafts.changed()
        self._log.clear()
        gc.unfreeze()
        self._prompt.focus()
        self._status.tell()
        if self.conversation.changed:
            self.say("A new session; the parameters stay as you set them (f2).")

    def action_parameters(self) -> None:
        """Show and change what is sent besides the prompts."""
        asked = self._log.current is not None
        self._setup.parameters(self.app, self._ask_so if asked else None)

    def _ask_so(self) -> None:
        """Ask the last prompt again with other parameters, and go where the answers are."""
        self._sender.rerun(sent=self._log.focus)

    def action_places(self) -> None:
        """Choose whom to ask."""
        self._setup.places(self.app)

    def _set_up(self, notice: str) -> None:
        self._drafts.changed()
        self._figuring.changed(typed=bool(self._prompt.text))
        if not self.conversation.session.nodes:
            self._log.clear()
        self._show_header()
        if notice:
            self.say(notice)
        else:
            self._status.tell()

    def action_leave(self) -> None:
        """Leave what is open in the log; else stop the stream, or do not wait for it at all."""
        if self.focused is self._log and self._log.leave():
            return
        if self.conversation.live is None and self._travel.leave():
            self._status.tell()
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

    def action_lens(self) -> None:
        """Show how likely the tokens of the answer in view were; go on from one of them."""
        run = self._log.current
        if run is None:
            self.say("There is no answer yet.")
        else:
            self._look_through(run, self._log.choice, self._sender.branch)

    def _look_through(
        self,
        run: RunId,
        number: int,
        chosen: Callable[[Branch | None], None],
        *,
        several: bool = True,
    ) -> None:
        from aztui.ui.screens.lens import LensScreen  # noqa: PLC0415 - rarely needed

        find = partial(self.conversation.find, run)
        why = partial(why_no_logprobs, self.conversation.profile)
        self.app.push_screen(LensScreen(find, number, why, several=several), chosen)

    def action_page(self) -> None:
        """Write on in one text with the model."""
        from aztui.ui.screens.page import PageScreen  # noqa: PLC0415 - rarely needed

        desk, profile = self._desk, self.conversation.profile
        if self.conversation.live is not None:
            self.say("Still streaming: esc stops it, then f7 opens the page.")
        elif not desk.fits:
            self.say(
                f"The page needs the completions API, and {profile.deployment} is asked through "
                f"{profile.api}: f6 chooses another."
            )
        else:
            page = desk.page(self._log.current, self._log.choice, self._prompt.text)
            if page.text == self._prompt.text:
                self._prompt.put("")
            self.app.push_screen(PageScreen(desk, page, profile.deployment))

    def action_details(self) -> None:
        """Show everything that is known of the answer in view."""
        from aztui.ui.screens.details import DetailsScreen  # noqa: PLC0415 - rarely needed

        run = self._log.current
        if run is None:
            self.say("There is no answer yet.")
        else:
            talk = self.conversation
            card = DetailsScreen(
                run,
                talk.find,
                talk.session,
                profile=talk.profile,
                trips=self._logbook.of,
                copy=self._copy,
                clock=self._clock,
            )
            self.app.push_screen(card)

    def action_copy_run(self, form: str) -> None:
        """Copy the run in view as code that asks the same."""
        from aztui.ui.code import copy_of  # noqa: PLC0415 - rarely needed

        run = self._log.current
        if run is None:
            self.say("There is no answer yet.")
        else:
            talk = self.conversation
            self.post_message(copy_of(talk.find(run), talk.profile, form))

    def action_figures(self) -> None:
        """Show what the answer in view, the session and the day have taken."""
        self._figuring.show(self.app, self._log.current, self._archive)

    def action_help(self) -> None:
        """Show every key."""
        from aztui.ui.screens.help import HelpScreen  # noqa: PLC0415 - rarely needed

        self.app.push_screen(HelpScreen())

    def action_palette(self) -> None:
        """Show every command by name."""
        from aztui.ui.screens.palette import Palette  # noqa: PLC0415 - rarely needed

        self.app.push_screen(Palette())

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

    def _count(self, text: str) -> int:
        return self._figuring.count(text)

    def _cost(self, run: Run) -> str:
        return self._figuring.cost(run)

    def on_weighed(self, message: Weighed) -> None:
        """Say what the next prompt is expected to take."""
        self._figuring.weighed(message)

    def on_terms_known(self) -> None:
        """Say what answers cost."""
        self._figuring.priced()

    # What the log says

    def on_log_says(self) -> None:
        """Show it, and the keys that the log takes now."""
        if self._log.choosing:
            self._status.hush()
        self._show_query(self._log.typed)
        self._show_hints()
        self._status.tell()

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

    def say(self, notice: str) -> None:
        """Say something on the status line for a while."""
        self._status.say(notice)

    def on_scrolled(self, message: Scrolled) -> None:
        """Say how much lies below."""
        self._status.scrolled(message.below, message.new)

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
        self._status.hush()
        self._logbook.begun(run.id)
        self._figuring.begun(run)
        self._travel.begun(run)
        self._turn(run)

    def _turn(self, run: Run) -> None:
        """Show a run that is in another phase than before."""
        self._log.update(run.id, run, self._clock())
        self._status.follow(run.phase, self._look)

    def _look(self) -> None:
        """Show what changes with the time or besides the text."""
        run = self.conversation.live
        if run is not None:
            self._log.update(run.id, run, self._clock())
        self._status.tell()

    def _finish(self, run: Run) -> None:
        self._logbook.over(run.id)
        self._log.price(run.id, self._cost(run))
        self._log.finish(run.id, run)
        self._figuring.changed(typed=bool(self._prompt.text))
        self._status.hush()
        self._status.follow(run.phase, self._look)
        # A session only grows, and to look through all of it for garbage would hang a key. At
        # once: what the next answer holds for a while would be kept for ever.
        gc.collect()
        gc.freeze()
        self.set_timer(_REST, self._give_back)

    def _give_back(self) -> None:
        """Give back what the answer took for a while, once it is kept and nothing else streams."""
        if self.conversation.live is None:
            asyncio.get_running_loop().run_in_executor(None, give_back)
