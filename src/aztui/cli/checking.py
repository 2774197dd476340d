"""A profile's checkup, put together from the checks of every room."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from aztui.cli.opening import memory_of, open_source, places_of_user, working_folder
from aztui.cli.said import Shared
from aztui.config import approvals, inspection
from aztui.config.draft import Settings
from aztui.config.errors import SettingsError, UnapprovedError
from aztui.config.learnt import Entry, LearntFile
from aztui.config.settings import NoSettings, resolve
from aztui.core.checkup import PAID, Check, Look, State, examine
from aztui.core.data import dataclass
from aztui.core.events import SignIn
from aztui.core.ports import Forgetful
from aztui.core.profile import Endpoint, Profile
from aztui.core.request import Api
from aztui.terminal import surroundings

if TYPE_CHECKING:
    from aztui.azure.probe import Probe
    from aztui.azure.trial import Trial

_ON_THE_WAY: Final = (
    *("proxy", "dns", "tcp", "tls", "clock"),
    *("credential", "api-version", "deployment", "api"),
)


_FIRM: Final = frozenset({"endpoint", "key", "auth", "deployment", "api", "api-version"})
"""Parts of a profile that do not change while a session goes on."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is to be done besides looking.

    Attributes:
        trust: approve the endpoint for this credential.
        forget: forget what the deployment has taught.
    """

    trust: bool = False
    forget: bool = False


class Checking:
    """A `core.checkup.Checkup` of what the options and the settings name.

    Args:
        said: the options.
        tell: shows the user a sentence that cannot wait, such as where to sign in.
        profile: checked instead of the one that the settings name.
        wishes: what is to be done besides looking.
    """

    def __init__(
        self,
        said: Shared,
        tell: Callable[[str], None],
        *,
        profile: Profile | None = None,
        wishes: Wishes | None = None,
    ) -> None:
        self.profile = profile
        self._said = said
        self._tell = tell
        self._wishes = wishes or Wishes()
        self._settings: Settings | None = None
        self._trusted = Check("trust", State.SKIP, "nothing here needs to be approved")
        self._made: list[Check] = []
        self._stack = ExitStack()
        self._network: tuple[Probe, Trial] | None = None
        self._stopped = False

    def free(self) -> Iterator[Check]:
        """Look at all that costs nothing, one check after the other."""
        environ = os.environ
        wished: dict[str, Look] = {}
        if self._wishes.trust:
            wished["trust"] = lambda: self._trusted
        if self._wishes.forget:
            wished["forget"] = self._forgotten
        yield from self._examined(
            {
                "settings": self._looked_up,
                **wished,
                ".env": lambda: inspection.env_file(self._said.command_line, working_folder()),
                "folders": partial(inspection.folders, environ),
                "terminal": partial(surroundings.terminal, environ),
                "locale": partial(surroundings.locale, environ),
                "tmux": partial(surroundings.tmux, environ),
                "endpoint": self._endpoint,
                **{name: partial(self._on_the_way, name) for name in _ON_THE_WAY},
            }
        )

    @property
    def question(self) -> str:
        """What the other half would send, to be agreed to; empty where that is not needed."""
        deployment = next((check for check in self._made if check.name == "deployment"), None)
        lost = deployment is None or deployment.stopped_by or deployment.state is State.FAIL
        if lost or self._own:
            return ""
        return (
            f"This sends {len(PAID)} requests of one token each (Responses: 16 at most) to "
            f"{self._asked.deployment}."
        )

    def paid(self) -> Iterator[Check]:
        """Look at what costs money. Call it after `free` and when the user has agreed."""
        looks: dict[str, Look] = {api: partial(self._answers, api) for api in PAID}
        yield from self._examined({**looks, "learnt": self._learnt})

    def unpaid(self, why: str) -> Iterator[Check]:
        """Pass over what costs money; `why` is a sentence without a full stop."""
        looks: dict[str, Look] = {api: partial(Check, api, State.SKIP, why) for api in PAID}
        yield from self._examined({**looks, "learnt": self._learnt})

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
        checks = examine(looks, self._made)
        while not self._stopped:
            check = next(checks, None)
            if check is None or self._stopped:
                return
            self._made.append(check)
            yield check

    @property
    def _asked(self) -> Profile:
        if self.profile is None:
            raise RuntimeError("the check of the settings comes first")
        return self.profile

    @property
    def _own(self) -> bool:
        """Whether the server is aztui's own, which costs nothing and whose address is random."""
        return bool(self._asked.notice)

    def _looked_up(self) -> Check:
        try:
            said, profile = self._said, self.profile
            brought = said.demo or said.local if profile is None else profile.notice
            return self._brought() if brought else self._resolved()
        except SettingsError as error:
            return inspection.unusable_settings(error)

    def _brought(self) -> Check:
        """The settings of a profile that aztui brings itself."""
        if self.profile is None:
            opened = open_source(self._said)
            if isinstance(opened, NoSettings):
                return inspection.no_settings(opened)
            self._stack.callback(opened.close)
            self.profile = opened.profile
        return inspection.settings(self.profile, {})

    def _resolved(self) -> Check:
        found = self._resolve()
        if self.profile is None:
            if isinstance(found, NoSettings):
                return inspection.no_settings(found)
            self.profile, self._settings = found.profile, found
        elif isinstance(found, Settings) and _same_but_tuned(found.profile, self.profile):
            # What was changed on the screen is no setting's any more.
            kept = {what: said for what, said in found.sources.items() if what in _FIRM}
            self._settings = replace(found, sources=kept)
        sources = self._settings.sources if self._settings else {}
        return inspection.settings(self.profile, sources)

    def _resolve(self) -> Settings | NoSettings:
        line, places = self._said.command_line, places_of_user()
        if self.profile is not None:
            line = replace(line, profile=self.profile.name)
        try:
            return resolve(line, os.environ, working_folder(), places)
        except UnapprovedError as refused:
            if not self._wishes.trust or places is None:
                raise
            approvals.approve(places, refused)
            self._trusted = Check(
                "trust",
                State.PASS,
                f"{refused.credential} may go to {refused.endpoint} from now on",
                detail=f"kept in {places.approvals_file}: delete it there to take it back",
            )
        return resolve(line, os.environ, working_folder(), places)

    def _endpoint(self) -> Check:
        given = self._settings.given if self._settings else ""
        return inspection.endpoint(self._asked.endpoint, given)

    def _on_the_way(self, name: str) -> Check:
        return self._network_checks()[0].looks()[name]()

    def _answers(self, api: Api) -> Check:
        return self._network_checks()[1].look(api)

    def _network_checks(self) -> tuple[Probe, Trial]:
        if self._network is None:
            from aztui.azure.probe import Probe  # noqa: PLC0415 - brings the SDK
            from aztui.azure.trial import Trial  # noqa: PLC0415 - likewise

            source = self._settings.sources.get("key", "") if self._settings else ""
            probe = Probe(self._asked, source, self._sign_in)
            trial = Trial(self._asked, self._memory or Forgetful(), self._sign_in)
            self._network = probe, trial
        return self._network

    @property
    def _memory(self) -> LearntFile | None:
        return None if self._own else memory_of(places_of_user())

    def _learnt(self) -> Check:
        return inspection.learnt(self._entries, self._asked.deployment)

    def _forgotten(self) -> Check:
        deployment, entries = self._asked.deployment, self._entries
        try:
            for url in {entry.subject.endpoint for entry in entries}:
                if (memory := self._memory) is not None:
                    memory.forget(url, deployment)
        except SettingsError as error:
            return Check("forget", State.FAIL, str(error).removesuffix("."))
        if not entries:
            return Check("forget", State.SKIP, f"nothing was known of {deployment}")
        return Check("forget", State.PASS, f"what {deployment} takes is forgotten")

    @property
    def _entries(self) -> list[Entry]:
        """What is known of the deployment, on all paths of its endpoint."""
        memory, asked = self._memory, self._asked
        return [
            entry
            for entry in (memory.entries() if memory else ())
            if entry.subject.deployment == asked.deployment
            and Endpoint(entry.subject.endpoint, None).origin == asked.endpoint.origin
        ]

    def _sign_in(self, asked: SignIn) -> None:
        self._tell(f"Sign in: open {asked.url} and type the code {asked.code}.")


def _same_but_tuned(one: Profile, other: Profile) -> bool:
    """Whether two profiles differ in system prompt and parameters at most."""
    return replace(one, system=other.system, params=other.params) == other
