"""The folders that aztui uses. None is made before something is to be put into it."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal, TypeAlias

from aztui.config.errors import SettingsError
from aztui.core.data import dataclass

Kind: TypeAlias = Literal["config", "data", "state"]
_NAME: Final = "aztui"
_XDG: Final[Mapping[Kind, tuple[str, str]]] = {
    "config": ("XDG_CONFIG_HOME", ".config"),
    "data": ("XDG_DATA_HOME", ".local/share"),
    "state": ("XDG_STATE_HOME", ".local/state"),
}


class HomelessError(SettingsError):
    """There is nowhere to keep anything."""


@dataclass(frozen=True, slots=True)
class Paths:
    """Where aztui's files are.

    Attributes:
        config: what the user writes.
        data: what is kept, such as a model's weights.
        state: what may be lost, such as logs.
    """

    config: Path
    data: Path
    state: Path

    @property
    def config_file(self) -> Path:
        """What the user sets up."""
        return self.config / "config.toml"

    @property
    def state_file(self) -> Path:
        """What was used last."""
        return self.state / "state.json"

    @property
    def approvals_file(self) -> Path:
        """Which endpoints the user approved for which credential."""
        return self.state / "approvals.json"

    @property
    def history_file(self) -> Path:
        """Every session: what was sent, and what came."""
        return self.data / "history.db"

    @property
    def models(self) -> Path:
        """Where models' weights are."""
        return self.data / "models"

    @property
    def learnt_file(self) -> Path:
        """What deployments have taught."""
        return self.state / "learnt.json"

    @property
    def copies(self) -> Path:
        """What was copied where no clipboard takes it."""
        return self.state / "copies"


def paths(environ: Mapping[str, str]) -> Paths:
    """Find the folders, without making any.

    `AZTUI_CONFIG_DIR`, `AZTUI_DATA_DIR` and `AZTUI_STATE_DIR` name one themselves. Else they
    are the XDG Base Directory Specification's on Linux and platformdirs' elsewhere.

    Raises:
        HomelessError: there is no home folder.
        SettingsError: a name is no path.
    """
    return Paths(_folder("config", environ), _folder("data", environ), _folder("state", environ))


def _folder(kind: Kind, environ: Mapping[str, str]) -> Path:
    variable = f"AZTUI_{kind.upper()}_DIR"
    own = environ.get(variable, "")
    if not own:
        return _xdg(kind, environ) if sys.platform.startswith("linux") else _platform(kind)
    folder = Path(own)
    if not folder.is_absolute():
        raise SettingsError(f"{variable} is {own!r}, but must be a whole path, from / on.")
    return folder


def _xdg(kind: Kind, environ: Mapping[str, str]) -> Path:
    """The specification has relative paths ignored."""
    variable, below_home = _XDG[kind]
    base = Path(environ.get(variable, ""))
    return (base if base.is_absolute() else _home(environ) / below_home) / _NAME


def _home(environ: Mapping[str, str]) -> Path:
    home = Path(environ.get("HOME", ""))
    if home.is_absolute():
        return home
    import pwd  # noqa: PLC0415 - rarely needed

    try:
        return Path(pwd.getpwuid(os.getuid()).pw_dir)
    except KeyError:
        raise HomelessError(
            "There is no home folder: set HOME, or AZTUI_CONFIG_DIR, AZTUI_DATA_DIR and "
            "AZTUI_STATE_DIR."
        ) from None


def _platform(kind: Kind) -> Path:
    import platformdirs  # noqa: PLC0415 - not needed on Linux

    folders = platformdirs.PlatformDirs(_NAME, appauthor=False)
    return {
        "config": folders.user_config_path,
        "data": folders.user_data_path,
        "state": folders.user_state_path,
    }[kind]
