"""Profiles and deployments, on a page of their own."""

from __future__ import annotations

import threading
from functools import partial
from typing import ClassVar, Final, TypeAlias

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen

from aztui.config.errors import SettingsError, UnapprovedError
from aztui.core.listing import Lister, ListingError
from aztui.core.ports import Source
from aztui.core.profile import Profile
from aztui.core.request import Api
from aztui.ui.directory import Directory, places
from aztui.ui.messages import DeploymentsListed, ListingFailed
from aztui.ui.pages import connection
from aztui.ui.screens.approval import ApprovalScreen
from aztui.ui.styles import HEIGHTS, stylesheet
from aztui.ui.switching import Choice
from aztui.ui.widgets.bar import Bar, Rule
from aztui.ui.widgets.notes import Notes
from aztui.ui.widgets.places import Places
from aztui.ui.widgets.rows import Piece, Role

Taken: TypeAlias = tuple[Profile, Source]
"""Who is asked from now on, and what answers."""

_HINTS: Final = ("enter ask it", "esc back", "← → API", "type another deployment")
_LACKING: Final = ("esc back", "↑ ↓ move", "type another deployment")
_TYPING: Final = ("enter ask it", "esc stop typing")
_ASKING: Final[Piece] = ("Asking Azure which deployments there are besides…", Role.DIM)


class PlacesScreen(Screen[Taken | None]):
    """Shows whom else to ask; leaves with what was opened, or with nothing."""

    CSS_PATH = stylesheet("places.tcss")
    VERTICAL_BREAKPOINTS = HEIGHTS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False, priority=True),
        Binding("f6", "close", show=False),
    ]

    def __init__(
        self,
        present: Profile,
        directory: Directory,
        *,
        api: Api | None = None,
    ) -> None:
        """Make the screen.

        Args:
            present: who is asked now.
            directory: says what there is to choose from, and opens it.
            api: the API through which the present deployment would answer, where that is known.

        Raises:
            SettingsError: the settings cannot be read.
        """
        super().__init__()
        self._present = present
        self._directory = directory
        self._known = directory.list()
        self._lister = directory.lister()
        self._list = Places(places(self._known, present), api=api, id="places")
        self._wrong = ""
        self._listing: Piece | None = None
        self._advice = api

    def compose(self) -> ComposeResult:
        """Lay the widgets out from top to bottom."""
        yield Bar(id="header")
        yield Rule(id="under-header")
        yield self._list
        yield Rule(id="over-notes")
        yield Notes(self._notes, id="notes")
        yield Bar(id="hints")

    def on_mount(self) -> None:
        """Say what this is, and let the list take the keys."""
        first, *others = connection(self._present)
        pieces: list[Piece] = [("profiles", Role.ACCENT), (f"now {first}", Role.TEXT)]
        pieces += [(other, Role.DIM) for other in others]
        self.query_one("#header", Bar).show(pieces)
        self.set_focus(self._list)
        if self._lister is not None:
            self._listing = _ASKING
            work = partial(self._fetch, self._lister)
            threading.Thread(target=work, daemon=True, name="listing").start()

    def on_unmount(self) -> None:
        """Wait for no list any more."""
        if self._lister is not None:
            self._lister.stop()

    def on_deployments_listed(self, message: DeploymentsListed) -> None:
        """Show what there is besides."""
        self._listing = None
        self._list.join(places(self._known, self._present, message.deployments))
        self._show()

    def on_listing_failed(self, message: ListingFailed) -> None:
        """Say why there is no list."""
        self._listing = (f"Its deployments could not be listed: {message.why}", Role.TEXT)
        self._show()

    def on_places_changed(self) -> None:
        """Say what can be done where the user is, and what is known of it."""
        self._wrong = ""
        self._show()

    def on_places_chosen(self, message: Places.Chosen) -> None:
        """Open what was chosen."""
        self._open(message.choice)

    def action_leave(self) -> None:
        """Leave what is being typed, else the page."""
        if not self._list.leave():
            self.dismiss(None)

    def action_close(self) -> None:
        """Go back, and ask whom we asked."""
        self.dismiss(None)

    def _fetch(self, lister: Lister) -> None:
        """Ask for the list, in a thread of its own."""
        try:
            self.post_message(DeploymentsListed(lister.fetch()))
        except ListingError as error:
            self.post_message(ListingFailed(str(error)))

    def _open(self, choice: Choice) -> None:
        try:
            self.dismiss(self._directory.open(choice))
        except UnapprovedError as refused:
            self._ask(refused, choice)
        except SettingsError as error:
            self._say(error)

    def _ask(self, refused: UnapprovedError, choice: Choice) -> None:
        def answered(*, approved: bool) -> None:
            self.app.pop_screen()
            if not approved:
                return
            try:
                self._directory.approve(refused)
            except SettingsError as error:
                self._say(error)
            else:
                self._open(choice)

        self.app.push_screen(ApprovalScreen(refused, answered))

    def _say(self, error: SettingsError) -> None:
        self._wrong = str(error)
        self._show()

    def _show(self) -> None:
        here = self._list.here
        hints: tuple[str, ...] = _HINTS
        if self._list.editing:
            hints = _TYPING
        elif here.why and not here.asks:
            hints = _LACKING
        self.query_one("#hints", Bar).show([(hint, Role.DIM) for hint in hints])
        self.query_one(Notes).refresh()

    def _notes(self) -> list[Piece]:
        here, api = self._list.here, self._list.api
        if self._wrong:
            return [(self._wrong, Role.BAD)]
        if here.asks:
            asks = "enter asks you before a credential goes where a file says."
            return [(asks, Role.TEXT), (here.why, Role.DIM)]
        if here.why:
            return [(here.why, Role.TEXT)]
        notes: list[Piece] = []
        if api is not here.api:
            advised = here.present and api is self._advice
            because = ", through which it says it answers" if advised else ""
            notes.append((f"enter asks it through {api}{because}.", Role.TEXT))
        elif here.present:
            notes.append(("This is who is asked now.", Role.TEXT))
        if self._listing is not None and here.profile == self._present.name:
            notes.append(self._listing)
        return [*notes, (here.about, Role.DIM)] if here.about else notes
