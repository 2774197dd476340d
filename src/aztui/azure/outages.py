"""What a connection that fails means, by how far it had got: words only."""

from __future__ import annotations

import ssl
from dataclasses import field
from enum import IntEnum
from typing import Final

from aztui.azure.route import Route
from aztui.core.data import dataclass
from aztui.core.problem import Kind, Problem
from aztui.core.profile import is_loopback

_SIGN_IN: Final = "407"


class _Verify(IntEnum):
    """Why OpenSSL does not take a certificate (`X509_V_ERR_…` in its x509_vfy.h)."""

    NOT_YET_VALID = 9
    EXPIRED = 10
    OTHER_HOST = 62
    OTHER_ADDRESS = 64


@dataclass(frozen=True, slots=True)
class Way:
    """A connection as it was tried.

    Attributes:
        host: the server's host and port as the endpoint says them.
        name: the host alone.
        route: how far the connection got.
    """

    host: str
    name: str
    route: Route = field(default_factory=Route)

    @property
    def proxy(self) -> str:
        """The proxy that the failure is about; empty where it is about the server."""
        return "" if self.route.secured else self.route.proxy

    @property
    def whom(self) -> str:
        """Whom the failure is about."""
        return f"the proxy {self.proxy}" if self.proxy else self.host


def unknown_name(way: Way, detail: str) -> Problem:
    """No name server knows the host."""
    name = f"of {way.whom}" if way.proxy else way.name
    title = f"The name {name} cannot be found"
    fix = "Check the endpoint's spelling, and that this machine is online."
    return _problem(way, title, detail, fix)


def refused(way: Way, detail: str) -> Problem:
    """Nothing listens at the port."""
    here = is_loopback(way.name)
    fix = "Start the server, or check its port." if here else "Check the endpoint's host and port."
    return _problem(way, f"Nothing answers at {way.whom}", detail, fix)


def unreachable(way: Way, detail: str) -> Problem:
    """The system knows no way there."""
    title = f"There is no way from this machine to {way.whom}"
    return _problem(way, title, detail, "Check the network (VPN, Wi-Fi).")


def turned_away(way: Way, said: str) -> Problem:
    """A proxy answered with something else than a connection.

    Args:
        way: the connection.
        said: the proxy's status and reason.
    """
    if not said.startswith(_SIGN_IN):
        return _problem(way, f"{way.whom} did not let the request through", said, "")
    return Problem(
        Kind.CONNECTION,
        f"The proxy {way.proxy} asks for a sign-in",
        said,
        "Put a user name and a password into HTTPS_PROXY (http://USER:PASSWORD@HOST:PORT), "
        + _without_proxy(way),
    )


def distrusted(way: Way, error: ssl.SSLCertVerificationError) -> Problem:
    """The certificate is none to trust."""
    title, fix = _judgement(way.whom, getattr(error, "verify_code", None))
    return _problem(way, title, str(error), fix)


def _judgement(whom: str, code: int | None) -> tuple[str, str]:
    match code:
        case _Verify.EXPIRED:
            title = f"The certificate of {whom} has expired"
            fix = "Check this machine's clock; if it is right, the server needs a new certificate."
        case _Verify.NOT_YET_VALID:
            title = f"The certificate of {whom} is not valid yet"
            fix = "Check this machine's clock."
        case _Verify.OTHER_HOST | _Verify.OTHER_ADDRESS:
            title = f"The certificate that came from {whom} is for another name"
            fix = "Check the endpoint's spelling; if it is right, its name leads to another server."
        case _:
            title = f"The certificate of {whom} is not trusted"
            fix = (
                "Install the package ca-certificates; where a company inspects the traffic, name "
                "the file of its certificate in SSL_CERT_FILE."
            )
    return title, fix


def insecure(way: Way, detail: str) -> Problem:
    """What was to become TLS is something else."""
    title = f"No secure connection to {way.whom} can be made"
    fix = "Check that the endpoint speaks https at this port."
    return _problem(way, title, detail, fix + _plain_hint(way))


def not_taken(way: Way, detail: str, seconds: float) -> Problem:
    """The connection was not made in time."""
    if way.route.secured:
        title = f"{way.host} took the connection, but made it no secure one within {seconds:.0f} s"
        fix = "Check that the endpoint speaks https at this port, and the network (VPN, firewall)."
        return _problem(way, title, detail, fix + _plain_hint(way), Kind.TIMEOUT)
    title = f"{way.whom} did not take the connection within {seconds:.0f} s"
    fix = "Check the network (VPN, firewall) and the endpoint."
    return _problem(way, title, detail, fix, Kind.TIMEOUT)


def silent(way: Way, detail: str, seconds: float) -> Problem:
    """Nothing came, or nothing more."""
    title = f"{way.whom} was silent for {seconds:.0f} s"
    fix = "Send the prompt again, or ask for fewer tokens."
    return _problem(way, title, detail, fix, Kind.TIMEOUT)


def not_read(way: Way, detail: str, seconds: float) -> Problem:
    """The request could not be sent in time."""
    title = f"{way.whom} did not take the request within {seconds:.0f} s"
    fix = "Check the network, and send the prompt again."
    return _problem(way, title, detail, fix, Kind.TIMEOUT)


def hung_up(way: Way, detail: str) -> Problem:
    """The connection was closed before a response began."""
    title = f"{way.whom} closed the connection without an answer"
    return _problem(way, title, detail, "Send the prompt again.")


def not_http(way: Way, detail: str) -> Problem:
    """What came is no response."""
    fix = "Check the endpoint's scheme and port."
    return _problem(way, f"What {way.whom} sends is not HTTP", detail, fix, Kind.PROTOCOL)


def broke_off(way: Way, detail: str) -> Problem:
    """The connection ended when the response had begun; `core.run` says how far it was."""
    title = f"The connection to {way.host} broke off"
    return _problem(way, title, detail, "Send the prompt again.")


def failed(way: Way, detail: str) -> Problem:
    """None of the above."""
    fix = "Check the network and the endpoint, and send the prompt again."
    return _problem(way, f"The connection to {way.whom} failed", detail, fix)


def _problem(way: Way, title: str, detail: str, fix: str, kind: Kind = Kind.CONNECTION) -> Problem:
    if way.proxy:
        fix = f"Check HTTPS_PROXY (or ALL_PROXY), {_without_proxy(way)}"
    elif way.route.proxy:
        fix = f"The request went through the proxy {way.route.proxy} (HTTPS_PROXY). {fix}"
    # A host is written as it is, also at the beginning of a sentence.
    if title.startswith("the proxy "):
        title = f"T{title[1:]}"
    return Problem(kind, title, detail, fix)


def _without_proxy(way: Way) -> str:
    return f"or reach {way.name} without it: NO_PROXY={way.name}."


def _plain_hint(way: Way) -> str:
    """The likeliest reason on this machine; elsewhere plain http is refused anyway."""
    if not is_loopback(way.name):
        return ""
    return " If that server speaks plain http, begin the endpoint with http://."
