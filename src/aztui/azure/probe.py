"""The checks of what lies between this machine and a model: from the proxy to the deployment."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit
from urllib.request import getproxies

from aztui.azure import admission, reach, versions
from aztui.azure.admission import Admission, Stage
from aztui.azure.auth import Prompt
from aztui.azure.certificate import Certificate
from aztui.azure.client import UnusableTrustError
from aztui.azure.reach import Greeting, Hop, Target
from aztui.azure.route import Route
from aztui.core.checkup import Check, Look, State, failure
from aztui.core.data import dataclass
from aztui.core.profile import Auth, Profile

SLOW_CLOCK: Final = 120.0
"""Seconds by which a clock may be wrong before it is worth a word."""
WRONG_CLOCK: Final = 300.0
"""Seconds from which Entra ID's tokens are refused."""
SOON: Final = 14
"""Days before its end in which a certificate should have been replaced."""


@dataclass(slots=True)
class _Found:
    """What the checks so far have found out for those after them."""

    hop: Hop | None = None
    targets: tuple[Target, ...] = ()
    greeting: Greeting | None = None
    admission: Admission | None = None


class Probe:
    """Checks one profile's way.

    Args:
        profile: whom to reach, and with which credential.
        credential: where the credential comes from, in words; may be empty.
        prompt: shows where to sign in, if that is needed.
    """

    def __init__(self, profile: Profile, credential: str, prompt: Prompt) -> None:
        self._profile = profile
        self._credential = credential
        self._prompt = prompt
        self._found = _Found()

    def looks(self) -> Mapping[str, Look]:
        """The checks by name, in their order; each but the first uses what those before found."""
        return {
            "proxy": self._proxy,
            "dns": self._dns,
            "tcp": self._tcp,
            "tls": self._tls,
            "clock": self._clock,
            "credential": self._key,
            "api-version": self._version,
            "deployment": self._deployment,
            "api": self._api,
        }

    def _proxy(self) -> Check:
        try:
            hop = self._found.hop = reach.first_hop(self._profile)
        except UnusableTrustError as error:
            # Told by the check of TLS: it is about certificates.
            self._found.greeting = Greeting(error=error)
            own = urlsplit(self._profile.endpoint.url)
            hop = self._found.hop = Hop(own.hostname or "", own.port or 443, proxy=False)
        except Exception as error:  # noqa: BLE001 - explained, whatever it is
            return self._failed("proxy", error, Route())
        if not hop.proxy:
            return Check("proxy", State.PASS, "none is used")
        says = f"{hop} is used ({_proxy_variable(hop)})"
        return Check("proxy", State.PASS, says)

    def _dns(self) -> Check:
        hop, since = self._hop, time.monotonic()
        try:
            targets = self._found.targets = tuple(reach.addresses(hop))
        except OSError as error:
            return self._failed("dns", error, reach.route_to(self._profile, hop))
        if all(where[0] == hop.host for _, where in targets):
            return Check("dns", State.PASS, f"{hop.host} is an address itself")
        count = f"{len(targets)} address{'' if len(targets) == 1 else 'es'}"
        says = f"{hop.host} has {count} ({_ms(time.monotonic() - since)})"
        return Check("dns", State.PASS, says, detail=", ".join(where[0] for _, where in targets))

    def _tcp(self) -> Check:
        try:
            connected = reach.connect(self._found.targets)
        except OSError as error:
            return self._failed("tcp", error, reach.route_to(self._profile, self._hop))
        says = f"{connected.address} takes connections ({_ms(connected.seconds)})"
        if connected.silent:
            silent = ", ".join(connected.silent)
            return Check(
                "tcp",
                State.WARN,
                f"{says}, but {silent} does not",
                "Every new connection waits for that one first: have this machine's network "
                "(IPv6, VPN) corrected.",
            )
        return Check("tcp", State.PASS, says)

    def _tls(self) -> Check:
        profile = self._profile
        greeting = self._found.greeting or reach.greet(profile)
        self._found.greeting = greeting
        if urlsplit(profile.endpoint.url).scheme == "http":
            # Settings allow it nowhere else.
            return Check("tls", State.SKIP, "plain http to this machine")
        secured, error = greeting.secured, greeting.error
        if secured is None:
            return self._insecure(error or TimeoutError(), greeting.route)
        says = f"{secured.version} ({_ms(secured.seconds)})"
        shown = secured.certificate
        return _judged(profile, says, shown) if shown else Check("tls", State.PASS, says)

    def _insecure(self, error: Exception, route: Route) -> Check:
        check = self._failed("tls", error, route)
        if not reach.is_distrust(error):
            return check
        shown = reach.shown_certificate(self._profile)
        if shown is None:
            return check
        says = check.says
        if _inspected(self._profile, shown):
            says += f": it is issued by {shown.issuer}, so something on the way reads the traffic"
        return replace(check, says=says, detail=f"{_described(shown)}\n{check.detail}")

    def _clock(self) -> Check:
        greeting = self._found.greeting
        if greeting is None or greeting.ahead is None:
            return Check("clock", State.SKIP, "the server does not say what time it has")
        off = abs(greeting.ahead)
        where = "ahead of" if greeting.ahead > 0 else "behind"
        if off <= SLOW_CLOCK:
            return Check("clock", State.PASS, "agrees with the server's")
        tokens = self._profile.auth is not Auth.KEY
        state = State.FAIL if tokens and off > WRONG_CLOCK else State.WARN
        says = f"this machine's is {_minutes(off)} {where} the server's"
        return Check(
            "clock",
            state,
            says + (", which has tokens refused" if state is State.FAIL else ""),
            "Set the clock: sudo timedatectl set-ntp true, or whatever keeps time here.",
        )

    def _key(self) -> Check:
        admitted = self._found.admission = admission.seek(self._profile, self._prompt)
        if admitted.stage is Stage.CREDENTIAL and admitted.problem is not None:
            return failure("credential", admitted.problem)
        verb = "is accepted" if admitted.proven else "is not refused"
        return Check("credential", State.PASS, f"{self._named_credential()} {verb}")

    def _version(self) -> Check:
        version = self._profile.endpoint.api_version
        stopped = self._stopped_at(Stage.VERSION)
        if stopped is not None:
            return replace(stopped, name="api-version")
        if version is None:
            return Check("api-version", State.PASS, "this endpoint takes none")
        if versions.known(version):
            kind = "a stable one" if version in versions.STABLE else "a preview"
            return Check("api-version", State.PASS, f"{version}, {kind}")
        return Check(
            "api-version",
            State.WARN,
            f"{version} is none that aztui knows" + (", but it is taken" if self._proven else ""),
            "If something is refused that should work, try --api-version 2024-10-21, or v1.",
        )

    def _deployment(self) -> Check:
        stopped = self._stopped_at(Stage.DEPLOYMENT)
        if stopped is not None:
            return replace(stopped, name="deployment")
        name, resource = self._profile.deployment, self._profile.endpoint.resource
        if self._proven:
            return Check("deployment", State.PASS, f"{name} is there on {resource}")
        return Check("deployment", State.SKIP, f"{resource} does not say whether it has {name}")

    def _api(self) -> Check:
        admitted, api = self._found.admission, self._profile.api
        stopped = self._stopped_at(Stage.API) or self._stopped_at(Stage.BODY)
        if stopped is not None:
            busy = admitted is not None and admitted.busy
            return replace(stopped, name="api", state=State.WARN if busy else State.FAIL)
        return Check("api", State.PASS, f"requests to {api} are let in")

    def _stopped_at(self, stage: Stage) -> Check | None:
        admitted = self._found.admission
        if admitted is None or admitted.stage is not stage or admitted.problem is None:
            return None
        return failure("", admitted.problem)

    @property
    def _proven(self) -> bool:
        return self._found.admission is not None and self._found.admission.proven

    @property
    def _hop(self) -> Hop:
        if self._found.hop is None:
            raise RuntimeError("the check of the proxy comes first")
        return self._found.hop

    def _failed(self, name: str, error: Exception, route: Route) -> Check:
        return failure(name, reach.explained(error, self._profile, route))

    def _named_credential(self) -> str:
        profile = self._profile
        if profile.key is None:
            return self._credential if profile.auth.signs_in else "no key is sent, and that"
        source = f" ({self._credential})" if self._credential else ""
        return f"the {profile.auth} {profile.key}{source}"


def _judged(profile: Profile, says: str, shown: Certificate) -> Check:
    left = shown.days_left(reach.now())
    says = f"{says}, {_described(shown)}, {left} days left"
    if _inspected(profile, shown):
        return Check(
            "tls",
            State.WARN,
            f"{says}: Azure's own are not, so something on the way reads the traffic",
            "That is an inspecting proxy, most likely your company's. It sees the key, the prompts "
            "and the answers: if you do not know of it, do not go on.",
        )
    if left < SOON:
        fix = "Tell whoever runs the server: soon nobody can connect to it."
        return Check("tls", State.WARN, says, fix)
    return Check("tls", State.PASS, says)


def _described(shown: Certificate) -> str:
    return f"certificate of {shown.subject or 'nobody'}, issued by {shown.issuer or 'nobody'}"


def _inspected(profile: Profile, shown: Certificate) -> bool:
    """Whether another stands where Azure should: its own certificates are of known issuers."""
    return profile.endpoint.azure and not shown.of_azures_own


def _proxy_variable(hop: Hop) -> str:
    for scheme, url in getproxies().items():
        parts = urlsplit(url if "://" in url else f"http://{url}")
        if parts.hostname == hop.host and scheme in {"http", "https", "all"}:
            return f"{scheme.upper()}_PROXY" + (", with a sign-in" if parts.username else "")
    return "by the system's settings"


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms"


def _minutes(seconds: float) -> str:
    return f"{seconds / 60:.0f} min"
