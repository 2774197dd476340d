"""The pages on which a session is set up: its parameters, and whom it asks."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.app import App

from aztui.config.errors import SettingsError
from aztui.core.history import Asked
from aztui.core.ports import Forgetful, Memory, Source
from aztui.core.profile import Profile
from aztui.ui.conversation import Conversation
from aztui.ui.directory import Directory
from aztui.ui.switching import Choice

if TYPE_CHECKING:
    from aztui.ui.sheet import Sheet


class Setup:
    """Opens these pages, and gives the conversation what was chosen there."""

    def __init__(
        self,
        conversation: Conversation,
        changed: Callable[[str], None],
        *,
        memory: Memory | None,
        directory: Directory | None,
    ) -> None:
        """Set up nothing yet.

        Args:
            conversation: what is set up.
            changed: called when it has been, or could not be, with a sentence to show, which
                may be empty.
            memory: knows what deployments do not take; None where nothing does.
            directory: knows whom else to ask; None where there is nobody.
        """
        self._talk = conversation
        self._changed = changed
        self._memory = memory or Forgetful()
        self._directory = directory

    def parameters(self, app: App[None], again: Callable[[], None] | None) -> None:
        """Show and change what is sent besides the prompts.

        Args:
            app: shows it.
            again: asks the last prompt again with what was set; None where none was asked.
        """
        from aztui.ui.screens.parameters import ParametersScreen  # noqa: PLC0415 - rarely needed
        from aztui.ui.sheet import Sheet  # noqa: PLC0415 - likewise

        talk = self._talk
        sheet = Sheet(talk.profile, talk.params, talk.system, self._memory.recall)
        screen = ParametersScreen(sheet, asked=again is not None)

        def left(sheet: Sheet | None) -> None:
            self._take_sheet(sheet)
            if screen.again and again is not None:
                again()

        app.push_screen(screen, left)

    def places(self, app: App[None]) -> None:
        """Show and choose whom to ask."""
        from aztui.ui.screens.places import PlacesScreen  # noqa: PLC0415 - rarely needed

        talk = self._talk
        if self._directory is None:
            self._changed("There is nothing to choose from here.")
        elif talk.live is not None:
            self._changed("Still streaming: esc stops it, then f6 chooses whom to ask.")
        else:
            try:
                screen = PlacesScreen(talk.profile, self._directory, api=talk.advised)
            except SettingsError as error:
                self._changed(str(error))
            else:
                app.push_screen(screen, self._take_place)

    def ask(self, asked: Asked) -> str:
        """Have somebody asked from now on; return why that cannot be, empty where it is so."""
        talk = self._talk
        if asked == talk.asked:
            return ""
        if self._directory is None:
            return f"{talk.profile.deployment} is asked now: there is nobody else here."
        try:
            taken = self._directory.open(Choice(asked.profile, asked.deployment, asked.api))
        except SettingsError as error:
            return f"{talk.profile.deployment} is asked now. {error}"
        talk.switch(*taken)
        self._changed("")
        return ""

    def _take_sheet(self, sheet: Sheet | None) -> None:
        if sheet is not None:
            self._talk.params, self._talk.system = sheet.params, sheet.system
            self._changed("")

    def _take_place(self, taken: tuple[Profile, Source] | None) -> None:
        if taken is None:
            return
        lacking = self._talk.switch(*taken)
        profile = self._talk.profile
        left_out = f" Left out, since {profile.api} lacks it: {', '.join(lacking)}."
        self._changed(f"Asking {profile.deployment} from now on.{left_out if lacking else ''}")
