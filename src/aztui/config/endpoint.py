"""What an endpoint's text says, in whatever form the portal showed it."""

from __future__ import annotations

import ipaddress
import re
from typing import Final
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlsplit

from aztui.config.errors import SettingsError
from aztui.core.data import dataclass
from aztui.core.profile import Endpoint, is_loopback
from aztui.core.request import TRAITS, Api

V1: Final = "v1"
"""Stands where an api-version would for the endpoints that take none."""

_LONGEST: Final = 2_000
_V1_PATH: Final = "/openai/v1"
_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_LABEL: Final = r"[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_HOST: Final = re.compile(rf"{_LABEL}(\.{_LABEL})*")
_DATED: Final = re.compile(r"\d{4}-\d{2}-\d{2}(-[a-z0-9]+)*")
_QUOTES: Final = ("''", '""', "``", "\u201c\u201d", "\u2018\u2019", "<>")
_PORTALS: Final = frozenset({"portal.azure.com", "ai.azure.com", "oai.azure.com"})
_DEFAULT_PORTS: Final = {"https": 443, "http": 80}
_OPERATIONS: Final = {
    ("chat", "completions"): Api.CHAT,
    ("completions",): Api.COMPLETIONS,
    ("responses",): Api.RESPONSES,
}
_EXAMPLE: Final = "https://contoso.openai.azure.com"


@dataclass(frozen=True, slots=True)
class Address:
    """What an endpoint's text says. All but the root is a hint: other settings may say it too.

    Attributes:
        root: the resource's root, without a trailing slash.
        api_version: the dated api-version of a target URI, or `V1`; None if it says neither.
        deployment: the deployment of a target URI.
        api: the API of a target URI.
    """

    root: str
    api_version: str | None = None
    deployment: str | None = None
    api: Api | None = None

    def endpoint(self, api_version: str) -> Endpoint:
        """The endpoint for a checked api-version: a dated one, or `V1`."""
        if api_version == V1:
            return Endpoint(self.root + _V1_PATH, None)
        return Endpoint(self.root, api_version)


def normalise(text: str, api_version: str, subject: str = "The endpoint") -> Endpoint:
    """Make an endpoint of what a user wrote.

    Args:
        text: the endpoint: a resource's root, with `/openai` or `/openai/v1`, or a target URI.
        api_version: `v1`, or a dated one.
        subject: what a sentence about it begins with.

    Raises:
        SettingsError: it is no endpoint; or plain http to another machine.
    """
    return parse(text, subject).endpoint(check_version(api_version))


def parse(text: str, subject: str = "The endpoint") -> Address:
    """Read the endpoint of an Azure resource; `subject` begins a sentence about it.

    Raises:
        SettingsError: as `normalise`.
    """
    parts = _split(text, subject)
    version = _query_version(parts.query, subject)
    segments = _segments(parts.path, subject)
    rest: list[str] = []
    while (cut := _ours(segments)) is not None:
        rest = rest or segments[cut:]
        segments = segments[:cut]
    root = _origin(parts, subject) + "".join(f"/{segment}" for segment in segments)
    return _with_hints(root, [segment.lower() for segment in rest], rest, version)


def base_url(text: str, subject: str = "The base URL") -> Endpoint:
    """Read the base URL of an OpenAI-compatible server, which keeps its path.

    Raises:
        SettingsError: as `normalise`, or it has a query.
    """
    parts = _split(text, subject)
    if parts.query:
        raise SettingsError(f"{subject} has a query (?…), which a base URL cannot have.")
    segments = _segments(parts.path, subject)
    return Endpoint(_origin(parts, subject) + "".join(f"/{s}" for s in segments), None)


def check_version(text: str, subject: str = "The api-version") -> str:
    """Return the api-version in its usual form: `v1`, or a date that may end in `-preview`.

    Raises:
        SettingsError: it is neither.
    """
    version = text.strip().lower()
    if version != V1 and not _DATED.fullmatch(version):
        raise SettingsError(f"{subject} is neither v1 nor a date such as 2024-10-21.")
    return version


def check_api(api: Api, version: str, subject: str = "The api-version") -> None:
    """Make sure that a checked api-version has an API.

    Raises:
        SettingsError: it is older than the API.
    """
    traits = TRAITS[api]
    if version != V1 and not traits.in_version(version):
        raise SettingsError(
            f"{subject} is {version}, which does not have the {api} API yet: use v1 "
            f"(--api-version v1), or one of {traits.since} or later."
        )


def _split(text: str, subject: str) -> SplitResult:
    """Take the text apart, after refusing what no URL of ours can hold.

    No sentence quotes the text: it may be a key that got into the wrong variable.
    """
    text = _unquoted(text)
    if not text:
        raise SettingsError(f"{subject} is empty: write for instance {_EXAMPLE}.")
    if len(text) > _LONGEST:
        raise SettingsError(f"{subject} is longer than {_LONGEST} characters: no URL of ours is.")
    if any(ord(char) < 0x20 or 0x7F <= ord(char) < 0xA0 for char in text):
        raise SettingsError(f"{subject} has a line end or another control character in it.")
    if any(char.isspace() for char in text) or "\\" in text:
        raise SettingsError(f"{subject} has a space or a backslash in it: a URL has neither.")
    if not text.isascii():
        raise SettingsError(
            f"{subject} has letters outside ASCII in it: write the host's xn-- form, and escape "
            "others with %."
        )
    if not _SCHEME.match(text):
        text = _with_scheme(text, subject)
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018 - reading it checks it
    except ValueError:
        raise SettingsError(
            f"{subject} is no URL: its host or port cannot be read. Write for instance {_EXAMPLE}."
        ) from None
    return _checked(parts, subject)


def _unquoted(text: str) -> str:
    text = text.strip()
    while len(text) > 1 and text[0] + text[-1] in _QUOTES:
        text = text[1:-1].strip()
    return text


def _with_scheme(text: str, subject: str) -> str:
    host = re.split(r"[/?#]", text, maxsplit=1)[0].rpartition("@")[2].lower()
    if host.partition(":")[0] == "localhost" or "." in host.strip(".") or host.startswith("["):
        return f"https://{text}"
    raise SettingsError(
        f"{subject} is no URL: it has neither a scheme nor a host with a dot. "
        f"Write for instance {_EXAMPLE}."
    )


def _checked(parts: SplitResult, subject: str) -> SplitResult:
    if parts.username is not None or parts.password is not None:
        raise SettingsError(
            f"{subject} has a user name or password in it (before the @): leave it out, the key "
            "has its own setting."
        )
    if parts.scheme not in _DEFAULT_PORTS:
        raise SettingsError(f"{subject} begins with {parts.scheme}://, but it must be https://.")
    host = _host(parts, subject)
    if host in _PORTALS:
        raise SettingsError(
            f"{subject} is the address of the portal itself ({host}): open the resource there and "
            "copy the endpoint from Keys and Endpoint."
        )
    if parts.fragment:
        raise SettingsError(f"{subject} has a # in it: copy the endpoint, not a page's address.")
    if parts.port == 0:
        raise SettingsError(f"{subject} has port 0, which no server listens on.")
    if parts.scheme == "http" and not is_loopback(host):
        raise SettingsError(
            f"{subject} is plain http to {host}, which would send the key and the prompts "
            "unencrypted: write https://. Plain http is for this machine only (127.0.0.1, ::1, "
            "localhost)."
        )
    return parts


def _host(parts: SplitResult, subject: str) -> str:
    """The host in lower case: a name, or an IP address in its shortest form."""
    host = (parts.hostname or "").removesuffix(".")
    if not host:
        raise SettingsError(f"{subject} names no host: write for instance {_EXAMPLE}.")
    numeric = host.rpartition(".")[2].isdecimal()
    if ":" in host or numeric:
        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            address = None
        if address is None or "%" in host:
            raise SettingsError(f"{subject} has a host that is no valid IP address.")
        return address.compressed
    if not _HOST.fullmatch(host) or len(host) > 253:
        raise SettingsError(f"{subject} has a host that is no valid name.")
    return host


def _origin(parts: SplitResult, subject: str) -> str:
    host = _host(parts, subject)
    shown = f"[{host}]" if ":" in host else host
    port = parts.port
    if port is None or port == _DEFAULT_PORTS[parts.scheme]:
        return f"{parts.scheme}://{shown}"
    return f"{parts.scheme}://{shown}:{port}"


def _query_version(query: str, subject: str) -> str | None:
    """The api-version of a query; `preview` and `latest`, which v1 may have, say nothing."""
    version = None
    for name, value in parse_qsl(query, keep_blank_values=True):
        if name.lower() != "api-version":
            raise SettingsError(
                f"{subject} has a query (?…) with more than an api-version in it: leave it out."
            )
        version = value.strip().lower()
    if not version or version in {V1, "preview", "latest"}:
        return None
    return check_version(version, f"{subject}'s api-version")


def _segments(path: str, subject: str) -> list[str]:
    segments = [segment for segment in path.split("/") if segment]
    if any(unquote(segment) in {".", ".."} for segment in segments):
        raise SettingsError(f"{subject} has . or .. in its path: write the path itself.")
    return [quote(segment, safe="%:@!$&'()*+,;=~-._") for segment in segments]


def _ours(segments: list[str]) -> int | None:
    """Where the part of a path begins that every resource has; None if there is none."""
    lower = [segment.lower() for segment in segments]
    if lower[-3:-1] == ["api", "projects"]:
        return len(lower) - 3
    for at, segment in enumerate(lower):
        rest = tuple(lower[at + 1 :])
        if segment == "openai" and _known(rest):
            return at
    return None


def _known(rest: tuple[str, ...]) -> bool:
    match rest:
        case () | ("deployments" | "responses" | "models" | "v1",):
            return True
        case ("v1", *operation):
            return tuple(operation) in _OPERATIONS or len(operation) == 1
        case ("deployments", _, *operation):
            return tuple(operation) in _OPERATIONS or len(operation) <= 1
    return False


def _with_hints(root: str, lower: list[str], given: list[str], version: str | None) -> Address:
    match lower:
        case ["openai", "v1", *operation]:
            return Address(root, V1, None, _OPERATIONS.get(tuple(operation)))
        case ["openai", "deployments", _, *operation]:
            api = _OPERATIONS.get(tuple(operation))
            return Address(root, version, unquote(given[2]), api)
        case ["openai", "responses"]:
            return Address(root, version, None, Api.RESPONSES)
    return Address(root, version)
