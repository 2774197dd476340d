"""Which deployments a resource has, for a profile that signs in with Entra ID.

The inference API has no list of them any more: api-version 2023-05-15 dropped
`GET /openai/deployments`. Azure Resource Manager has one, for which the sign-in needs a second
token: the subscriptions that it sees, their accounts of Cognitive Services, and the deployments of
the one that has the profile's host among its endpoints. `decode.management` says where that is
documented.

Importing this loads neither the SDK nor httpx2: a screen asks whether there is a list.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from aztui.azure.auth import SignInError, TokenProvider
from aztui.azure.decode import management
from aztui.azure.redact import Redactor
from aztui.core.data import dataclass
from aztui.core.listing import Listed, ListingError
from aztui.core.problem import unloadable
from aztui.core.profile import Auth, Endpoint, Profile

if TYPE_CHECKING:
    from aztui.azure.manager import Manager, RefusedError

LIMIT: Final = 10.0
"""Seconds for all of it."""

SUBSCRIPTIONS: Final = "2022-12-01"
ACCOUNTS: Final = "2023-05-01"
"""The api-versions."""


@dataclass(frozen=True, slots=True)
class Plane:
    """A cloud's control plane.

    Attributes:
        url: where its Resource Manager is.
        scope: what a token for it is to be good for.
    """

    url: str
    scope: str


PLANES: Final[Mapping[str, Plane]] = MappingProxyType(
    # As azure-mgmt-core has them (tools.py, get_arm_endpoints).
    {
        "com": Plane("https://management.azure.com", "https://management.azure.com/.default"),
        "us": Plane(
            "https://management.usgovcloudapi.net",
            "https://management.core.usgovcloudapi.net/.default",
        ),
        "cn": Plane(
            "https://management.chinacloudapi.cn", "https://management.chinacloudapi.cn/.default"
        ),
    }
)
"""By the end of the hosts of its resources. No setting leads elsewhere: a token goes there."""


def plane(endpoint: Endpoint) -> Plane | None:
    """Return the control plane of an endpoint's cloud; None for a host that is not Azure's own."""
    if not endpoint.azure:
        return None
    return PLANES.get(_host(endpoint).rpartition(".")[2])


def lister(profile: Profile, tokens: TokenProvider, redactor: Redactor) -> Listing | None:
    """Return what lists the deployments of a profile's resource.

    None where nothing does: for a gateway, and where somebody would have to sign in for it.

    Args:
        profile: whose resource.
        tokens: its tokens.
        redactor: keeps them out of what is told.
    """
    where = plane(profile.endpoint)
    if where is None or not tokens.silent:
        return None
    return Listing(profile, tokens, redactor, where)


class Listing:
    """A `core.listing.Lister` that asks Azure Resource Manager.

    Args:
        profile: whose resource.
        tokens: its tokens.
        redactor: keeps them out of what is told.
        plane: whom to ask.
        limit: seconds for all of it.
    """

    def __init__(
        self,
        profile: Profile,
        tokens: TokenProvider,
        redactor: Redactor,
        plane: Plane,
        limit: float = LIMIT,
    ) -> None:
        self._profile = profile
        self._tokens = tokens
        self._redactor = redactor
        self._plane = plane
        self._limit = limit
        self._over = threading.Event()

    def fetch(self) -> tuple[Listed, ...]:
        """Return the deployments that answer; blocks no longer than the limit.

        Raises:
            ListingError: they cannot be listed.
        """
        try:
            from aztui.azure.manager import why  # noqa: PLC0415 - imports the SDK
            from aztui.azure.reach import within  # noqa: PLC0415 - likewise
        except ImportError as missing:
            problem = unloadable(missing)
            raise ListingError(f"{problem.title}. {problem.fix}") from missing
        try:
            return within(self._fetch, self._limit)
        except TimeoutError:
            late = f"{urlsplit(self._plane.url).hostname} has not told them in {self._limit:.0f} s."
            raise ListingError(late) from None
        except Exception as error:  # noqa: BLE001 - told, whatever it is
            raise ListingError(self._redactor.text(why(error, self._profile))) from None
        finally:
            self.stop()

    def stop(self) -> None:
        """Begin no further request. May be called from any thread."""
        self._over.set()

    def _fetch(self) -> tuple[Listed, ...]:
        from aztui.azure.manager import Manager  # noqa: PLC0415 - imports the SDK

        with Manager(self._plane.url, self._token(), self._over.is_set) as manager:
            items = manager.items(f"{self._account(manager)}/deployments", ACCOUNTS)
            found = [management.deployment(item) for item in items]
        return tuple(one for one in found if one is not None)

    def _token(self) -> str:
        try:
            return self._tokens.quietly(self._plane.scope)
        except SignInError as error:
            if error.auth is not Auth.DEVICE_CODE:
                raise
            host = urlsplit(self._plane.url).hostname
            raise ListingError(f"Your sign-in is not good for {host}: {error}") from error

    def _account(self, manager: Manager) -> str:
        """Find the resource in the subscriptions that the sign-in sees."""
        from aztui.azure.manager import RefusedError  # noqa: PLC0415 - imports the SDK

        host, seen = _host(self._profile.endpoint), 0
        refused: RefusedError | None = None
        for item in manager.items("/subscriptions", SUBSCRIPTIONS):
            if not (name := management.subscription(item)):
                continue
            seen += 1
            path = f"/subscriptions/{name}/providers/Microsoft.CognitiveServices/accounts"
            try:
                for one in manager.items(path, ACCOUNTS):
                    if found := management.account(one, host):
                        return found
            except RefusedError as error:
                # Another subscription may be the right one.
                refused = refused or error
        raise refused or self._unseen(seen)

    def _unseen(self, subscriptions: int) -> ListingError:
        name = self._profile.endpoint.resource
        count = f"{subscriptions} subscription{'' if subscriptions == 1 else 's'}"
        sees = f"no {name} in {count}" if subscriptions else "no subscription"
        return ListingError(
            f"Your sign-in sees {sees}. The role Cognitive Services OpenAI User on {name} lets it "
            "be seen."
        )


def _host(endpoint: Endpoint) -> str:
    return urlsplit(endpoint.url).hostname or ""
