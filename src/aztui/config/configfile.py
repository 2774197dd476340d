"""The file `config.toml`: what the user sets up once, a table for each profile."""

from __future__ import annotations

import stat
from collections.abc import Mapping, Sequence
from dataclasses import field
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from aztui.config.errors import SettingsError
from aztui.config.layers import ENVIRONMENT, Layer, Origin, Part, Sourced
from aztui.core.cost import OwnPrices, Price
from aztui.core.data import dataclass
from aztui.core.profile import Auth, View
from aztui.core.request import Api, Json

if TYPE_CHECKING:
    from aztui.config.schema import Reader

LIMIT: Final = 1_000_000
"""Bytes. Far more than settings need; a file this long is something else."""

_KEYS: Final = {
    "endpoint": ("base_url", "endpoint"),
    "key": ("key",),
    "token": ("token",),
    "deployment": ("deployment",),
    "api": ("api",),
    "api_version": ("api_version",),
}  # fmt: skip
"""What a profile's parts are called in a table; the first that is set counts."""


@dataclass(frozen=True, slots=True)
class Offered:
    """A deployment that a profile offers.

    Attributes:
        name: the deployment's.
        api: the API that it is asked through unless another is said; None for the profile's.
    """

    name: str
    api: Api | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """What the file says about one profile. A `layers.Place`.

    Attributes:
        name: the profile's.
        origin: where it is said.
        texts: its keys that hold a text, but the empty ones.
        environ: the process's environment, for the keys that name a variable.
        deployments: those it offers, the one to ask first.
        params: members of every request's body.
        exposed: whether other users of this machine can read the file.
        history: whether what is sent and what comes is kept, if it says so.
        logprobs: whether it is asked how likely tokens are, if it says so.
        context: how many tokens its deployments take, if it says so.
        price: what their tokens cost, if it says so.
    """

    name: str
    origin: Origin
    texts: Mapping[str, str] = field(repr=False)
    environ: Mapping[str, str] = field(repr=False)
    deployments: tuple[Offered, ...] = ()
    params: Mapping[str, Sourced[Json]] = field(default_factory=lambda: MappingProxyType({}))
    exposed: bool = False
    history: Sourced[bool] | None = None
    logprobs: Sourced[bool] | None = None
    context: Sourced[int] | None = None
    price: Price | None = None

    @property
    def compatible(self) -> bool | None:
        """Whether it is a server of the OpenAI kind; None where it gives no address."""
        if "base_url" in self.texts:
            return True
        return False if "endpoint" in self.texts else None

    @property
    def auth(self) -> Sourced[Auth] | None:
        """The kind of credential, if it says one."""
        said = self.texts.get("auth")
        return Sourced(Auth(said), "auth", self.origin) if said else None

    @property
    def view(self) -> Sourced[View] | None:
        """How answers are shown, if it says so."""
        said = self.texts.get("view")
        return Sourced(View(said), "view", self.origin) if said else None

    @property
    def system(self) -> Sourced[str] | None:
        """The system prompt, if it has one."""
        return self._text("system")

    @property
    def unset(self) -> tuple[str, str] | None:
        """A key that names a variable which is not set, and the variable; None where all are."""
        for key in ("key_env", "token_env"):
            variable = self.texts.get(key, "")
            if variable and not self.environ.get(variable, "").strip():
                return key, variable
        return None

    def find(self, part: Part) -> Sourced[str] | None:
        """What it says about a part; None where it says nothing.

        A key or token that a variable of the environment holds is the environment's.
        """
        for key in _KEYS[part]:
            if found := self._text(key):
                return found
        if part == "deployment" and self.deployments:
            return Sourced(self.deployments[0].name, "deployments", self.origin)
        if variable := self.texts.get(f"{part}_env"):
            value = self.environ.get(variable, "").strip()
            return Sourced(value, variable, ENVIRONMENT) if value else None
        return None

    def mentions(self) -> tuple[Sourced[str], ...]:
        """Everything it says that a profile cannot do without."""
        keys = ("endpoint", "base_url", "key", "key_env", "token", "token_env", "deployment")
        return tuple(found for key in keys if (found := self._text(key)))

    def _text(self, key: str) -> Sourced[str] | None:
        value = self.texts.get(key)
        return Sourced(value, key, self.origin) if value else None


@dataclass(frozen=True, slots=True)
class ConfigFile:
    """What `config.toml` says.

    Attributes:
        path: where it is.
        default_profile: the profile that opens unless said.
        tables: what it says about each profile, by name.
        prices: what tokens cost.
    """

    path: Path
    default_profile: Sourced[str] | None = None
    tables: Mapping[str, Table] = field(default_factory=lambda: MappingProxyType({}))
    prices: OwnPrices = field(default_factory=OwnPrices)


def read(path: Path, environ: Mapping[str, str]) -> ConfigFile | None:
    """Read the file; None where there is none.

    Args:
        path: where it is.
        environ: the process's environment, for `key_env` and `token_env`.

    Raises:
        SettingsError: it cannot be read, is no TOML, or says what it cannot say; the text names
            the line where that is known.
    """
    found = _text(path)
    if found is None:
        return None
    from aztui.config.pricing import own_prices  # noqa: PLC0415 - as below
    from aztui.config.schema import Reader  # noqa: PLC0415 - reading TOML takes its time

    text, exposed = found
    reader = Reader(path, text)
    top = reader.table((), {"default_profile": str, "profiles": dict, "prices": dict})
    tables: dict[str, Table] = {}
    for given in top.get("profiles", {}):
        table = _table(reader, given, environ, exposed=exposed)
        if table.name in tables:
            raise reader.error(("profiles", given), f"makes the profile {table.name} twice")
        tables[table.name] = table
    default = top.get("default_profile", "").strip()
    origin = Origin(Layer.CONFIG_FILE, str(path))
    said = Sourced(default, "default_profile", origin) if default else None
    prices = own_prices(reader, top, {name: table.price for name, table in tables.items()})
    return ConfigFile(path, said, MappingProxyType(tables), prices)


def _text(path: Path) -> tuple[str, bool] | None:
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(path.stat().st_mode)
            data = file.read(LIMIT + 1)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise SettingsError(
            f"{path} cannot be read: {error.strerror}. Change its permissions, or remove it."
        ) from None
    if len(data) > LIMIT:
        raise SettingsError(
            f"{path} is larger than {LIMIT // 1_000_000} MB, so it cannot be a file of settings: "
            "remove it."
        )
    try:
        return data.decode("utf-8-sig"), bool(mode & (stat.S_IRGRP | stat.S_IROTH))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SettingsError(f"{path} is not UTF-8 text (line {line}): save it as UTF-8.") from None


def _table(reader: Reader, given: str, environ: Mapping[str, str], *, exposed: bool) -> Table:
    from aztui.config.pricing import price_of  # noqa: PLC0415 - as above

    at = ("profiles", given)
    said = reader.table(at, _SHAPE)
    reader.name(at, given)
    for one, other in _EITHER:
        if one in said and other in said:
            raise reader.error(
                (*at, other), f"stands beside {one}, which says the same: leave one out"
            )
    for key, words in (("auth", Auth), ("api", Api), ("view", View)):
        if said.get(key, "").strip():
            said[key] = reader.choice((*at, key), said[key], [str(word) for word in words])
    origin = Origin(Layer.CONFIG_FILE, f"[profiles.{given}] in {reader.path}")
    texts = {key: value.strip() for key, value in said.items() if isinstance(value, str)}
    if said.get("system", "").strip():
        texts["system"] = said["system"]
    return Table(
        given.lower(),
        origin,
        MappingProxyType({key: value for key, value in texts.items() if value}),
        environ,
        _deployments(reader, at, said),
        _params(reader, given),
        exposed,
        Sourced(said["history"], "history", origin) if "history" in said else None,
        Sourced(said["logprobs"], "logprobs", origin) if "logprobs" in said else None,
        _context(reader, at, said),
        price_of(reader, (*at, "price")) if "price" in said else None,
    )


def _context(reader: Reader, at: tuple[str, ...], said: Mapping[str, Any]) -> Sourced[int] | None:
    if "context" not in said:
        return None
    if said["context"] < 1:
        raise reader.error((*at, "context"), "must be a number of tokens, such as 128000")
    origin = Origin(Layer.CONFIG_FILE, f"[{'.'.join(at)}] in {reader.path}")
    return Sourced(said["context"], "context", origin)


def _params(reader: Reader, profile: str) -> Mapping[str, Sourced[Json]]:
    origin = Origin(Layer.CONFIG_FILE, f"[profiles.{profile}.params] in {reader.path}")
    said = reader.params(("profiles", profile, "params"))
    return MappingProxyType({key: Sourced(value, key, origin) for key, value in said.items()})


def _deployments(
    reader: Reader, at: tuple[str, ...], said: Mapping[str, Any]
) -> tuple[Offered, ...]:
    listed = [
        _offered(reader, (*at, "deployments"), entry) for entry in said.get("deployments", ())
    ]
    first = said.get("deployment", "").strip()
    if first and first not in [offered.name for offered in listed]:
        listed.insert(0, Offered(first))
    return tuple(listed)


def _offered(reader: Reader, at: tuple[str, ...], entry: object) -> Offered:
    match entry:
        case str() if entry.strip():
            return Offered(entry.strip())
        case {"name": str(name), **rest} if name.strip() and set(rest) <= {"api"}:
            api = rest.get("api")
            if api is None:
                return Offered(name.strip())
            if isinstance(api, str):
                return Offered(
                    name.strip(), Api(reader.choice(at, api, [str(word) for word in Api]))
                )
    raise reader.error(at, 'holds names, or tables such as {name = "gpt-4o", api = "responses"}')


_SHAPE: Final[Mapping[str, type]] = {
    **dict.fromkeys(
        (
            "endpoint", "base_url", "key", "key_env", "token", "token_env", "auth", "api",
            "api_version", "deployment", "system", "view",
        ),
        str,
    ),
    "deployments": list,
    "params": dict,
    "history": bool,
    "logprobs": bool,
    "context": int,
    "price": dict,
}  # fmt: skip
_EITHER: Final[Sequence[tuple[str, str]]] = (
    ("endpoint", "base_url"),
    ("key", "key_env"),
    ("token", "token_env"),
)
