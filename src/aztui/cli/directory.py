"""Whom the screen can ask: the settings' profiles, and the server that the program brought."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

from aztui.cli.opening import Opened, known_profiles, open_source, places_of_user, reopened
from aztui.cli.said import Shared
from aztui.config import approvals
from aztui.config.errors import SettingsError, UnapprovedError
from aztui.config.settings import NoSettings
from aztui.core.options import check_background, fitting
from aztui.core.ports import Source
from aztui.core.profile import Profile
from aztui.core.request import NO_PARAMS, TRAITS, Api, Params, RequestError
from aztui.ui.switching import Choice

if TYPE_CHECKING:
    from aztui.config.overview import Known
    from aztui.core.listing import Lister


class SettingsDirectory:
    """A `ui.switching.Directory`.

    Args:
        said: the options of the command line.
        stack: whatever is opened is closed with it.
    """

    def __init__(self, said: Shared, stack: ExitStack) -> None:
        self._said = said
        self._stack = stack
        self._first: Opened | None = None
        self._now: Opened | None = None
        self._asked: tuple[Api, Params] = Api.CHAT, NO_PARAMS

    @property
    def opened(self) -> bool:
        """Whether anything has been opened."""
        return self._now is not None

    def begin(self, opened: Opened) -> tuple[Profile, Source]:
        """Take what the program begins with."""
        api = opened.profile.api
        self._asked = api, self._said.command_line.params(api, NO_PARAMS)
        self._first = opened
        return self._took(opened)

    def list(self) -> Sequence[Known]:
        """The profiles there are, by name."""
        known = known_profiles(self._said)
        own = self._first
        if own is None or not own.brought:
            return known
        from aztui.config.overview import Known  # noqa: PLC0415 - only where asked for

        profile = own.profile
        mine = Known(
            profile.name,
            (profile.deployment,),
            profile.api,
            profile.endpoint.host,
            whole=True,
            why="",
            sources={},
        )
        return (mine, *(other for other in known if other.name != profile.name))

    def lister(self) -> Lister | None:
        """What lists the deployments of whom is asked now; None where nothing does."""
        return None if self._now is None else self._now.lister()

    def open(self, choice: Choice | None = None) -> tuple[Profile, Source]:
        """Open what was chosen, or what the settings say; what was open before is closed.

        Raises:
            UnapprovedError: a file says where requests go, and the user has not approved that.
            SettingsError: it cannot be opened; the text says why.
        """
        if choice is None:
            opened = _found(open_source(self._said, remember=True))
            taken = self.begin(opened)
        else:
            opened = self._opened(choice)
            taken = self._took(opened)
        opened.warm()
        return taken

    def said_of(self, profile: str) -> Shared:
        """The options that are about a profile: those about one are for the one they opened."""
        first = self._first
        if first is not None and profile == first.profile.name:
            return self._said
        return Shared(env_file=self._said.env_file)

    def approve(self, refused: UnapprovedError) -> None:
        """Let the credential go where the file says, now and later.

        Raises:
            SettingsError: that cannot be remembered.
        """
        places = places_of_user()
        if places is None:
            raise SettingsError("There is no folder to remember it in: set AZTUI_STATE_DIR.")
        approvals.approve(places, refused)

    def _opened(self, choice: Choice) -> Opened:
        first = self._first
        if first is not None and first.brought and choice.profile == first.profile.name:
            return reopened(first, choice.deployment, choice.api)
        found = _found(open_source(self._narrowed(choice), remember=True))
        return self._with_options(found)

    def _narrowed(self, choice: Choice) -> Shared:
        """The options that open a choice; what goes with every request is added afterwards."""
        return replace(
            self.said_of(choice.profile),
            options=[],
            system=None,
            profile=choice.profile,
            deployment=choice.deployment or None,
            api=choice.api,
        )

    def _with_options(self, opened: Opened) -> Opened:
        """Put what the command line says of every request over what the profile says."""
        api, asked = self._asked
        profile = opened.profile
        ours, _ = fitting(profile.api, asked, api)
        system = self._said.system if TRAITS[profile.api].system else None
        params = {**profile.params, **ours}
        try:
            check_background(profile.api, params)
        except RequestError as error:
            raise SettingsError(str(error)) from None
        profile = replace(profile, params=params, system=system or profile.system)
        return replace(opened, profile=profile)

    def _took(self, opened: Opened) -> tuple[Profile, Source]:
        self._stack.callback(opened.close)
        before, self._now = self._now, opened
        if before is not None and not before.brought:
            before.close()
        return opened.profile, opened.source


def _found(opened: Opened | NoSettings) -> Opened:
    if isinstance(opened, NoSettings):
        raise SettingsError("There are no settings any more: write them again, or quit (ctrl+q).")
    return opened
