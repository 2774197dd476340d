"""Checks of what is on this machine: the settings, their files and aztui's folders."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from aztui.config import envfile
from aztui.config.command_line import CommandLine
from aztui.config.errors import SettingsError
from aztui.config.learnt import Entry
from aztui.config.names import ENV_LINES
from aztui.config.paths import paths
from aztui.config.settings import NoSettings
from aztui.core.checkup import Check, State
from aztui.core.lessons import Refused
from aztui.core.profile import Endpoint, Profile

_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
_LONGEST: Final = 60
"""Characters of a value; longer ones, such as system prompts, are cut."""
_LEAST: Final = 12
"""Cells of names, so that tables of several checks line up."""


def settings(profile: Profile, sources: Mapping[str, str]) -> Check:
    """What the profile says, value by value, and where each comes from.

    Args:
        profile: it.
        sources: who said each part, in words; empty for a profile that aztui brings itself.
    """
    endpoint = profile.endpoint
    says = f"profile {profile.name}: {profile.deployment} on {endpoint.resource}, {profile.api}"
    lines = [
        (what, _shown(what, value) + (f"  ({sources[what]})" if what in sources else ""))
        for what, value in _values(profile).items()
        if value or (what == "key" and what in sources)
    ]
    return Check("settings", State.PASS, says, detail=_table(lines))


def no_settings(found: NoSettings) -> Check:
    """That nobody said anything about any model."""
    file = found.env_file
    where = f"in the environment or {file}" if file else "in the environment, and there is no .env"
    lines = "\n".join(ENV_LINES)
    return Check(
        "settings",
        State.FAIL,
        f"no Azure settings were found {where}",
        f"Put these lines into {file or '.env'}, or try --demo, which needs none:\n{lines}",
    )


def unusable_settings(error: SettingsError) -> Check:
    """That the settings cannot be used, and why."""
    says, _, fix = str(error).partition("\n")
    return Check("settings", State.FAIL, says.removesuffix("."), fix)


def env_file(said: CommandLine, folder: Path) -> Check:
    """Which `.env` file is read, and which of its lines say nothing."""
    given = said.env_file
    path = envfile.nearest(folder) if given is None else folder / given
    if path is None:
        return Check(".env", State.SKIP, f"there is none in {folder} or above it")
    try:
        file = envfile.read(path)
    except SettingsError as error:
        return Check(".env", State.FAIL, str(error).removesuffix("."))
    if file.broken:
        lines = ", ".join(map(str, file.broken))
        return Check(
            ".env",
            State.WARN,
            f"{path} is read, but this is not NAME=value: line {lines}",
            "Write each as NAME=value, or begin it with # to leave it out.",
        )
    return Check(".env", State.PASS, str(path))


def folders(environ: Mapping[str, str]) -> Check:
    """Whether aztui's folders are its user's alone, and can be written to."""
    try:
        found = paths(environ)
    except SettingsError as error:
        return Check("folders", State.FAIL, str(error).removesuffix("."))
    places = {"config": found.config, "data": found.data, "state": found.state}
    detail = _table([(what, _known(path)) for what, path in places.items()])
    for path in places.values():
        for state, says, fix in _wrong(path):
            return Check("folders", state, says, fix, detail)
    return Check("folders", State.PASS, "all can be written to, and by you alone", detail=detail)


def endpoint(endpoint: Endpoint, given: str = "") -> Check:
    """What was made of the endpoint as it was given."""
    whose = "an Azure resource" if endpoint.azure else "not an Azure address"
    if endpoint.api_version is not None:
        how = "asked on Azure's dated paths"
    elif endpoint.url.endswith("/openai/v1"):
        how = "asked on Azure's v1 paths"
    else:
        how = "asked as an OpenAI-compatible server"
    detail = f"given as {given}" if given and given != endpoint.url else ""
    return Check("endpoint", State.PASS, f"{endpoint.url}: {whose}, {how}", detail=detail)


def learnt(entries: Sequence[Entry], deployment: str) -> Check:
    """What a deployment has taught about itself.

    Args:
        entries: about this deployment only.
        deployment: its name.
    """
    if not entries:
        return Check("learnt", State.SKIP, f"nothing is known of {deployment} yet")
    lines = [_lesson(entry) for entry in sorted(entries, key=lambda entry: entry.subject.api)]
    says = f"what {deployment} takes (--forget forgets it)"
    return Check("learnt", State.PASS, says, detail=_table(lines))


def _lesson(entry: Entry) -> tuple[str, str]:
    subject, known = entry.subject, entry.learnt
    how = f"{subject.api} at effort {subject.effort}" if subject.effort else str(subject.api)
    said = [] if known.answers is None else ["answers" if known.answers else "does not answer"]
    said += [f"model {known.model}"] if known.model else []
    said += ["thinks first"] if known.reasons else []
    said += [f"takes {known.context:,} tokens"] if known.context else []
    said += [f"takes prompts of {known.input:,} tokens"] if known.input else []
    said += [_refusal(refused) for refused in known.refused]
    said += ["does not tell what it cost"] if known.usage is False else []
    said += ["gives no logprobs"] if known.logprobs is False else []
    return how, ", ".join(said)


def _table(entries: Sequence[tuple[str, str]]) -> str:
    """Names and what is said of them, one pair a line, in two columns."""
    width = max(_LEAST, *(len(name) for name, _ in entries))
    return "\n".join(f"{name:<{width}}  {said}" for name, said in entries)


def _refusal(refused: Refused) -> str:
    if refused.instead:
        return f"{refused.what} is sent as {refused.instead}"
    return f"refuses {refused.what}"


def _values(profile: Profile) -> dict[str, str]:
    """The parts of a profile by the names that its sources have, secrets by their last letters."""
    return {
        "endpoint": profile.endpoint.url,
        "key": str(profile.key) if profile.key else "",
        "auth": profile.auth,
        "deployment": profile.deployment,
        "api": profile.api,
        "api-version": profile.endpoint.api_version or "none",
        "system": profile.system or "",
        "view": profile.view,
        "history": "kept" if profile.kept else "nothing is kept",
        "logprobs": "asked for" if profile.logprobs else "not asked for",
        "context": f"{profile.context:,} tokens" if profile.context else "",
        **{f"params.{name}": str(value) for name, value in profile.params.items()},
    }


def _shown(what: str, value: str) -> str:
    if what == "endpoint" or len(value) <= _LONGEST:
        return value
    return value[: _LONGEST - 1] + "…"


def _known(path: Path) -> str:
    return str(path) if path.exists() else f"{path}  (not there yet)"


def _wrong(path: Path) -> Iterator[tuple[State, str, str]]:
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        above = next((folder for folder in path.parents if folder.exists()), Path("/"))
        if not os.access(above, os.W_OK | os.X_OK):
            yield (
                State.WARN,
                f"{path} cannot be made, so nothing is remembered",
                f"Make {above} writable, or name other folders (AZTUI_STATE_DIR and its like).",
            )
        return
    except OSError as error:
        yield State.FAIL, f"{path} cannot be looked at: {error.strerror}", f"Correct {path}."
        return
    if not stat.S_ISDIR(mode):
        yield State.FAIL, f"{path} is no folder", "Move it away: aztui needs a folder of that name."
    elif not os.access(path, os.W_OK | os.X_OK):
        yield State.WARN, f"{path} cannot be written to", f"Make it yours: chmod u+rwx {path}"
    elif mode & _OTHERS:
        yield State.WARN, f"{path} is open to others", f"Keep it to yourself: chmod 700 {path}"
