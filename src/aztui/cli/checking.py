"""A profile's checkup, put together from the checks of every room."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING, Final

from aztui.cli.opening import open_source, working_folder
from aztui.cli.shared import Shared
from aztui.config import inspection
from aztui.config.command_line import CommandLine
from aztui.config.errors import SettingsError
from aztui.config.settings import NoSettings, resolve
from aztui.core.checkup import PAID, Check, Look, State, examine
from aztui.core.events import SignIn
from aztui.core.profile import Profile
from aztui.core.request import Api
from aztui.terminal import surroundings

if TYPE_CHECKING:
    from aztui.azure.probe import Probe
    from aztui.azure.trial import Trial

_ON_THE_WAY: Final = (
    *("proxy", "dns", "tcp", "tls", "clock"),
    *("credential", "api-version", "deployment", "api"),
)


class Checking:
    """A `core.checkup.Checkup` of what the options and the settings name.

    Args:
        said: the options.
        tell: shows the user a sentence that cannot wait, such as where to sign in.
        profile: checked instead of the one that the settings name.
    """

    def __init__(
        self, said: Shared, tell: Callable[[str], None], profile: Profile | None = None
    ) -> None:
        self._said = said
        self._tell = tell
        self._profile = profile
        self._source = ""
        self._made: list[Check] = []
        self._stack = ExitStack()
        self._network: tuple[Probe, Trial] | None = None
        self._stopped = False

    @property
    def profile(self) -> Profile | None:
        """Whom it is about; None where the settings do not say."""
        return self._profile

    @property
    def _command_line(self) -> CommandLine:
        return self._said.command_line

    def free(self) -> Iterator[Check]:
        """Look at all that costs nothing, one check after the other."""
        environ = os.environ
        looks: dict[str, Look] = {
            "settings": self._settings,
            ".env": lambda: inspection.env_file(self._command_line, working_folder()),
            "folders": partial(inspection.folders, environ),
            "terminal": partial(surroundings.terminal, environ),
            "locale": partial(surroundings.locale, environ),
            "tmux": partial(surroundings.tmux, environ),
            "endpoint": lambda: inspection.endpoint(self._asked.endpoint),
            **{name: partial(self._on_the_way, name) for name in _ON_THE_WAY},
        }
        yield from self._examined(looks)

    @property
    def question(self) -> str:
        """What the other half would send, to be agreed to; empty where that is not needed."""
        deployment = next((check for check in self._made if check.name == "deployment"), None)
        lost = deployment is None or deployment.stopped_by or deployment.state is State.FAIL
        if lost or self._said.demo or self._said.local:
            return ""
        return (
            f"This sends {len(PAID)} requests of one token each (Responses: 16 at most) to "
            f"{self._asked.deployment}."
        )

    def paid(self) -> Iterator[Check]:
        """Look at what costs money. Call it after `free` and when the user has agreed."""
        yield from self._examined({api: partial(self._answers, api) for api in PAID})

    def unpaid(self, why: str) -> Iterator[Check]:
        """Pass over what costs money; `why` is a sentence without a full stop."""
        for api in PAID:
            yield Check(api, State.SKIP, why)

    def stop(self) -> None:
        """Send nothing more; from any thread."""
        self._stopped = True
        if self._network is not None:
            self._network[1].stop()

    def close(self) -> None:
        """End what was started for the checkup."""
        self.stop()
        self._stack.close()

    def _examined(self, looks: Mapping[str, Look]) -> Iterator[Check]:
        for check in examine(looks, self._made):
            if self._stopped:
                return
            self._made.append(check)
            yield check

    @property
    def _asked(self) -> Profile:
        if self._profile is None:
            raise RuntimeError("the check of the settings comes first")
        return self._profile

    def _settings(self) -> Check:
        try:
            return self._resolved()
        except SettingsError as error:
            return inspection.unusable_settings(error)

    def _resolved(self) -> Check:
        if self._profile is not None:
            return inspection.settings(self._profile, {})
        if self._said.demo or self._said.local:
            opened = open_source(self._said)
            if not isinstance(opened, NoSettings):
                self._stack.callback(opened.close)
                self._profile = opened.profile
                return inspection.settings(opened.profile, {})
        found = resolve(self._command_line, os.environ, working_folder())
        if isinstance(found, NoSettings):
            return inspection.no_settings(found)
        self._profile, self._source = found.profile, found.sources.get("key", "")
        return inspection.settings(found.profile, found.sources)

    def _on_the_way(self, name: str) -> Check:
        return self._network_checks()[0].looks()[name]()

    def _answers(self, api: Api) -> Check:
        return self._network_checks()[1].look(api)

    def _network_checks(self) -> tuple[Probe, Trial]:
        if self._network is None:
            from aztui.azure.adapting import Forgetful  # noqa: PLC0415 - brings the SDK
            from aztui.azure.probe import Probe  # noqa: PLC0415 - likewise
            from aztui.azure.trial import Trial  # noqa: PLC0415 - likewise

            probe = Probe(self._asked, self._source, self._sign_in)
            self._network = probe, Trial(self._asked, Forgetful(), self._sign_in)
        return self._network

    def _sign_in(self, asked: SignIn) -> None:
        self._tell(f"Sign in: open {asked.url} and type the code {asked.code}.")
