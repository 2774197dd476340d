"""Which credential may go where: never where a stranger's file sends it.

A `.env` comes with a folder, and a folder may come from anybody. Whatever in it decides where
requests go gets a credential from that same file, or one that the user approved for that
address, or none.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from typing import Final

from aztui.config.approvals import Approvals
from aztui.config.errors import SettingsError, UnapprovedError
from aztui.config.layers import DEFAULT, Layer, Origin, Place, Sourced
from aztui.core.data import dataclass
from aztui.core.profile import Auth, Endpoint, Secret

_VARIABLES: Final = frozenset({Layer.ENVIRONMENT, Layer.ENV_FILE})
"""Where a credential is that a script finds under the same name."""

SIGN_IN: Final = "your Entra ID sign-in"
"""Where the tokens of a profile that signs in come from, in words."""


@dataclass(frozen=True, slots=True)
class Credential:
    """What a server is shown.

    Attributes:
        auth: its kind.
        secret: the key or the token; None for a sign-in.
        source: where it comes from, in words; the user's approvals know it by them.
        origin: the place.
        variable: the environment variable that holds it; empty where none does.
    """

    auth: Auth
    secret: Secret | None
    source: str
    origin: Origin
    variable: str = ""

    @property
    def noun(self) -> str:
        """What it is called in a sentence."""
        return "credential" if self.auth.signs_in else str(self.auth)


def choose(
    wanted: Auth | None, places: Sequence[Place], endpoint: Sourced[str]
) -> Credential | None:
    """Choose the credential of a profile.

    The strongest place that has one wins; in one place the key does. A file that says where
    requests go is asked first, so that its own credential goes there.

    Args:
        wanted: the kind of credential, where the user says it.
        places: what may hold one, the strongest first.
        endpoint: the endpoint and who said it.

    Returns:
        The credential; None where there is none.

    Raises:
        SettingsError: it can be none.
    """
    if endpoint.origin.layer is Layer.ENV_FILE:
        same = [place for place in places if place.origin == endpoint.origin]
        kinds = None if wanted is None or wanted.signs_in else wanted
        if (own := _held(kinds, same)) is not None:
            return own
    if wanted is not None and wanted.signs_in:
        return signed_in(wanted)
    return _held(wanted, places)


def signed_in(auth: Auth = Auth.ENTRA) -> Credential:
    """The credential of a user who signs in; it is no file's."""
    return Credential(auth, None, SIGN_IN, DEFAULT)


def can_sign_in() -> bool:
    """Whether azure-identity is installed; it is not imported."""
    try:
        return importlib.util.find_spec("azure.identity") is not None
    except (ImportError, ValueError):
        return False


def check(
    credential: Credential,
    endpoint: Endpoint,
    deciding: Sequence[Sourced[str] | None],
    approvals: Approvals,
) -> None:
    """Make sure that a credential may go to an endpoint.

    Args:
        credential: it.
        endpoint: where it would go.
        deciding: what decides that, and who said it: the endpoint, and the api-version, which
            chooses the path and the header in which the credential travels.
        approvals: what the user approved.

    Raises:
        UnapprovedError: a file decides it that did not bring the credential.
    """
    if (endpoint.origin, credential.source) in approvals:
        return
    for part in deciding:
        if part and part.origin.layer is Layer.ENV_FILE and part.origin != credential.origin:
            text = _refusal(part, credential)
            raise UnapprovedError(text, endpoint.origin, credential.source)


def _held(kind: Auth | None, places: Sequence[Place]) -> Credential | None:
    for place in places:
        for auth in (Auth.KEY, Auth.TOKEN) if kind is None else (kind,):
            found = place.find("key" if auth is Auth.KEY else "token")
            if found is not None:
                named = found.name if found.origin.layer in _VARIABLES else ""
                secret = _checked(found, auth)
                return Credential(auth, secret, found.source, found.origin, named)
    return None


def _refusal(part: Sourced[str], credential: Credential) -> str:
    ways = [f"{part.name} in the environment"]
    if part.name.endswith("VERSION"):
        ways.insert(0, "with --api-version")
        beginning = "Say it yourself"
    else:
        ways.insert(0, "with --endpoint")
        beginning = f"Put a key for it into {part.origin.where} too, or say it yourself"
    whose = "sign-in" if credential.auth.signs_in else credential.noun
    return (
        f"Refused: {part.source} decides where requests go, but the {credential.noun} is "
        f"{credential.source}. A file may be someone else's, so your {whose} does not go where "
        f"it says.\n{beginning}: {', or '.join(ways)}. If you trust that address, approve it "
        "once: aztui doctor --trust."
    )


def _checked(held: Sourced[str], auth: Auth) -> Secret:
    """Refuse what would break the request's header; no sentence shows it."""
    value = held.value
    if not value.isascii():
        wrong = "has letters outside ASCII in it"
    elif any(char.isspace() or not char.isprintable() for char in value):
        wrong = "has a space, a line end or another control character in it"
    elif value[0] in "'\"" or value[-1] in "'\"":
        wrong = "has quotes around it that are part of it"
    else:
        return Secret(value)
    again = "copy it again from the portal" if auth is Auth.KEY else "write the token and no more"
    raise SettingsError(f"The {auth} ({held.source}) {wrong}: {again}.")
