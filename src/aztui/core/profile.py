"""Where requests go and with whose credential."""

from __future__ import annotations

import ipaddress
from dataclasses import field
from enum import StrEnum
from typing import Final, final
from urllib.parse import urlsplit

from aztui.core.data import dataclass
from aztui.core.request import NO_PARAMS, Api, Params

INSTALL_ENTRA: Final = "pip install 'aztui[entra]'"
"""What brings azure-identity, without which nobody can sign in."""

_SHOWN: Final = 4
_ENOUGH_TO_SHOW: Final = 12


@final
class Secret:
    """A text that no log, error, repr or screen shows whole."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The text itself, for the request header and nothing else."""
        return self._value

    def __str__(self) -> str:
        """Its last four characters, where that leaves enough unsaid."""
        return "…" + (self._value[-_SHOWN:] if len(self._value) >= _ENOUGH_TO_SHOW else "")

    def __repr__(self) -> str:
        return f"Secret({self})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __reduce__(self) -> str | tuple[object, ...]:
        raise TypeError("a Secret is not written anywhere")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A server that answers in Azure OpenAI's or an OpenAI-compatible format.

    Attributes:
        url: without a trailing slash. With an api-version the resource's root
            (`https://contoso.openai.azure.com`); without one the base that `/completions`,
            `/chat/completions` and `/responses` are appended to
            (`https://contoso.openai.azure.com/openai/v1`).
        api_version: a dated api-version (`2024-10-21`), or None for a server that takes none.
    """

    url: str
    api_version: str | None

    @property
    def host(self) -> str:
        """Host and port, as the address bar would show them."""
        return urlsplit(self.url).netloc

    @property
    def origin(self) -> str:
        """Scheme, host and port: whoever answers there gets whatever is sent."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def azure(self) -> bool:
        """Whether its host is one of Azure's own."""
        return self.resource != self.host

    @property
    def resource(self) -> str:
        """The Azure resource's name, or host and port for any other server."""
        host = urlsplit(self.url).hostname or ""
        name, _, domain = host.partition(".")
        return name if domain.endswith((".azure.com", ".azure.us", ".azure.cn")) else self.host


def is_loopback(host: str) -> bool:
    """Whether a host is this machine: 127.0.0.0/8, ::1 or localhost.

    Names below `localhost` are not: RFC 6761 says that they should be, but not every resolver
    keeps them from the name servers.
    """
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Auth(StrEnum):
    """What a server is shown so that it answers."""

    KEY = "key"
    """The resource's key."""
    TOKEN = "token"  # noqa: S105 - the kind's name
    """An Entra ID token that the user brought, good for about an hour."""
    ENTRA = "entra"
    """A token of whatever sign-in this machine has: `az login`, a service principal, …"""
    DEVICE_CODE = "device-code"
    """A token for which the user signs in with a browser, here or on another machine."""

    @property
    def signs_in(self) -> bool:
        """Whether the credential is got by a sign-in, and none is set."""
        return self in {Auth.ENTRA, Auth.DEVICE_CODE}


class View(StrEnum):
    """How answers are shown."""

    RENDERED = "rendered"
    """As Markdown."""
    RAW = "raw"
    """As they came, white space and line ends included."""


@dataclass(frozen=True, slots=True)
class Profile:
    """Everything that is needed to ask a deployment.

    Attributes:
        name: what the user calls it.
        endpoint: where it is.
        key: the key or the token; None for a server that asks for none, and where `auth` signs in.
        deployment: the deployment's name.
        api: the dialect to ask in.
        system: the system prompt of its sessions, if any.
        params: members of every request body unless the user sets them.
        notice: a warning that stays on the screen, such as that answers are unreliable.
        own_defaults: whether its server may have other defaults than the API's, so that a
            parameter is sent to it whatever it is set to.
        auth: the kind of credential.
        shown: how its answers are shown; None where that goes by the API.
        kept: whether what is sent to it and comes from it is kept on disk.
        context: how many tokens its deployments take, prompt and answer together; None where that
            is left to what they say themselves.
        logprobs: whether it is asked how likely tokens are, unless the user asks otherwise.
        variable: the environment variable that holds the credential; empty where none does.
    """

    name: str
    endpoint: Endpoint
    key: Secret | None
    deployment: str
    api: Api
    system: str | None = None
    params: Params = field(default_factory=lambda: NO_PARAMS)
    notice: str = ""
    own_defaults: bool = False
    auth: Auth = Auth.KEY
    shown: View | None = None
    kept: bool = True
    context: int | None = None
    logprobs: bool = True
    variable: str = ""

    @property
    def view(self) -> View:
        """How its answers are shown: legacy completions as they came, all else as Markdown."""
        if self.shown is not None:
            return self.shown
        return View.RAW if self.api is Api.COMPLETIONS else View.RENDERED
