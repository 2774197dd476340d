"""From the options to something that answers."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from aztui.cli.said import Shared
from aztui.config import state
from aztui.config.command_line import CommandLine
from aztui.config.draft import system_prompt
from aztui.config.endpoint import V1, check_api, check_version, normalise
from aztui.config.errors import SettingsError
from aztui.config.learnt import LearntFile
from aztui.config.names import STANDARD
from aztui.config.paths import HomelessError, Paths, paths
from aztui.config.settings import NoSettings, resolve
from aztui.core.data import dataclass
from aztui.core.options import fitting
from aztui.core.ports import Memory, Source
from aztui.core.profile import Profile, Secret
from aztui.core.request import NO_PARAMS, TRAITS, Api

if TYPE_CHECKING:
    from aztui.config.overview import Known
    from aztui.core.listing import Lister
    from aztui.emulator.backend import Backend
    from aztui.emulator.local.backend import LocalModel

DEMO_RATE: Final = 60.0
"""Tokens a second of the scripted replies: about as fast as a hosted model."""

_KEY_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Opened:
    """A profile and what answers for it.

    Attributes:
        profile: who is asked.
        source: answers.
        warm: begins to make ready what the first request needs; returns at once.
        close: ends what was started for it.
        brought: whether a server was started for it, which ends with it.
        remembers: whether what its deployments teach is kept for the next time.
        lister: returns what lists the deployments of its resource; None where nothing does.
    """

    profile: Profile
    source: Source
    warm: Callable[[], None]
    close: Callable[[], None]
    brought: bool = False
    remembers: bool = False
    lister: Callable[[], Lister | None] = lambda: None


def open_source(said: Shared, *, remember: bool = False) -> Opened | NoSettings:
    """Open what the options and the settings name.

    Args:
        said: the options.
        remember: whether to note for the next time what was opened and which deployments
            answered.

    Raises:
        UnapprovedError: a file says where requests go, and the user has not approved that.
        SettingsError: it cannot be opened; the text says why.
        click.UsageError: options exclude each other.
    """
    command_line = said.command_line
    if said.demo:
        return open_demo(command_line)
    if said.local:
        return open_local(command_line)
    places = places_of_user()
    settings = resolve(command_line, os.environ, working_folder(), places)
    if isinstance(settings, NoSettings):
        return settings
    opened = _opened(settings.profile, ExitStack(), memory_of(places))
    if not remember or places is None:
        return opened
    from aztui.cli.noting import Noting  # noqa: PLC0415 - the command line does without

    state.note_opened(places.state_file, settings.profile.name)
    noting = Noting(opened.source, settings.profile, places.state_file)
    return replace(opened, source=noting)


def known_profiles(said: Shared) -> tuple[Known, ...]:
    """The profiles to choose from; `open_source` opens one when `said` names it.

    What was said about one profile or one API only does not count.

    Raises:
        SettingsError: the settings cannot be read.
    """
    from aztui.config.overview import overview  # noqa: PLC0415 - only where asked for

    general = CommandLine(env_file=said.env_file)
    return overview(general, os.environ, working_folder(), places_of_user())


def places_of_user() -> Paths | None:
    """Where the user's files are; None for a user without a home, who has none.

    Raises:
        SettingsError: a variable names a folder that cannot be one, or not all have a place.
    """
    try:
        return paths(os.environ)
    except HomelessError:
        if any(os.environ.get(f"AZTUI_{kind}_DIR") for kind in ("CONFIG", "DATA", "STATE")):
            raise
        return None


def open_demo(said: CommandLine) -> Opened:
    """Open the scripted replies, on a server in this process."""
    from aztui.emulator.scripted import ScriptedReplies  # noqa: PLC0415 - only where asked for

    profile = _own_profile("demo", said, "scripted replies, no model")
    return _emulated(profile, ScriptedReplies(), DEMO_RATE, ExitStack())


def open_local(said: CommandLine) -> Opened:
    """Open the model on this machine, in a process of its own behind a server in this one.

    Raises:
        SettingsError: its weights or its engine are missing.
    """
    profile = _own_profile("local", said, "small local model: answers are unreliable")
    profile = replace(profile, own_defaults=True)
    model = local_model()
    stack = ExitStack()
    stack.callback(model.close)
    model.start()
    return _emulated(profile, model, 0, stack)


def reopened(brought: Opened, deployment: str, api: Api | None) -> Opened:
    """Ask the server that the program brought for another deployment, or through another API.

    Args:
        brought: it.
        deployment: the deployment; empty for the same.
        api: the API; None for the same.
    """
    was = brought.profile
    api = api or was.api
    dated = was.endpoint.api_version
    version = dated if dated and TRAITS[api].in_version(dated) else V1
    profile = replace(
        was,
        api=api,
        deployment=deployment or was.deployment,
        endpoint=normalise(was.endpoint.origin, version),
        params=fitting(api, was.params, was.api)[0],
        system=was.system if TRAITS[api].system else None,
    )
    return _opened(profile, ExitStack())


def local_model() -> LocalModel:
    """The model on this machine, not loaded yet.

    Raises:
        SettingsError: its weights or its engine are missing.
    """
    from aztui.emulator.local import backend, weights  # noqa: PLC0415 - only where asked for

    try:
        return backend.LocalModel(weights.path(weights_folder()))
    except backend.LocalUnavailable as error:
        raise SettingsError(str(error)) from None


def weights_folder() -> Path:
    """Where the local model's weights are kept."""
    return paths(os.environ).models


def working_folder() -> Path:
    """Where the search for `.env` begins; the root where the working directory is gone."""
    try:
        return Path.cwd()
    except OSError:
        return Path("/")


def _own_profile(name: str, said: CommandLine, notice: str) -> Profile:
    """A profile whose server is still to be started."""
    import secrets  # noqa: PLC0415 - 5 ms that no other start should take

    api = Api((said.api or Api.CHAT).lower())
    version = check_version(said.api_version or STANDARD.version_for(api) or V1)
    check_api(api, version)
    nowhere = normalise("http://127.0.0.1", version)
    return Profile(
        name,
        nowhere,
        Secret(secrets.token_hex(_KEY_BYTES)),
        said.deployment or name,
        api,
        system_prompt(said.system, api),
        said.params(api, NO_PARAMS),
        notice,
    )


def _emulated(profile: Profile, backend: Backend, rate: float, stack: ExitStack) -> Opened:
    from aztui.emulator.server import Emulator, EmulatorError  # noqa: PLC0415 - only where asked for

    key = profile.key.reveal() if profile.key else None
    emulator = Emulator(backend, key=key, rate=rate)
    try:
        stack.enter_context(emulator)
    except EmulatorError as error:
        stack.close()
        raise SettingsError(str(error)) from None
    endpoint = normalise(emulator.url, profile.endpoint.api_version or V1)
    return replace(_opened(replace(profile, endpoint=endpoint), stack), brought=True)


def memory_of(places: Paths | None) -> LearntFile | None:
    """What deployments have taught; None where there is nowhere to keep it."""
    return None if places is None else LearntFile(places.learnt_file)


def _opened(profile: Profile, stack: ExitStack, memory: Memory | None = None) -> Opened:
    """Open a profile; what its own servers teach is not worth keeping, their ports are random."""
    from aztui.azure.engine import Engine  # noqa: PLC0415 - brings the SDK in its own time
    from aztui.azure.several import OneEach, Several  # noqa: PLC0415 - comes with it

    overheard = OneEach(memory)
    engine = Engine(profile, memory=overheard)
    stack.callback(engine.close)
    return Opened(
        profile,
        Several(engine, profile.endpoint.url, overheard),
        engine.warm,
        stack.close,
        remembers=memory is not None,
        lister=engine.lister,
    )
