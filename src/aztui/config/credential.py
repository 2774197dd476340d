"""Which credential may go where: never where a stranger's file sends it.

A `.env` comes with a folder, and a folder may come from anybody. Whatever in it decides where
requests go gets a credential from that same file or none.
"""

from __future__ import annotations

from collections.abc import Sequence

from aztui.config.errors import SettingsError
from aztui.config.layers import Layer, Sourced, Variables
from aztui.core.profile import Secret


def choose(
    key: Sourced[str],
    endpoint: Sourced[str],
    version: Sourced[str] | None,
    names: Sequence[str],
    layers: Sequence[Variables],
) -> Sourced[Secret]:
    """Decide which credential goes to an endpoint.

    Args:
        key: the strongest layer's credential.
        endpoint: the endpoint and who said it.
        version: the api-version and who said it; it chooses the path and the header in which
            the credential travels.
        names: what the credential may be called.
        layers: the places where it may be found.

    Raises:
        SettingsError: a file decides where requests go and has no credential of its own, or
            the credential can be none.
    """
    if endpoint.origin.layer is Layer.ENV_FILE:
        key = _of_the_same_file(endpoint, names, layers) or key
    for part in (endpoint, version):
        if part and part.origin.layer is Layer.ENV_FILE and part.origin != key.origin:
            raise SettingsError(_refusal(part, key))
    return _checked(key)


def _of_the_same_file(
    endpoint: Sourced[str], names: Sequence[str], layers: Sequence[Variables]
) -> Sourced[str] | None:
    for layer in layers:
        if layer.origin == endpoint.origin:
            return layer.find(names)
    return None


def _refusal(part: Sourced[str], key: Sourced[str]) -> str:
    if part.name.endswith("VERSION"):
        ways = f"Say it yourself: with --api-version, or {part.name} in the environment."
    else:
        ways = (
            f"Put the key into {part.origin.where} too, or say it yourself: with --endpoint, or "
            f"{part.name} in the environment."
        )
    return (
        f"Refused: {part.source} decides where requests go, but the key is {key.source}. A file "
        f"may be someone else's, so your key does not go where it says.\n{ways}"
    )


def _checked(key: Sourced[str]) -> Sourced[Secret]:
    """Refuse what would break the request's header; no sentence shows the key."""
    value = key.value
    if not value.isascii():
        wrong = "has letters outside ASCII in it"
    elif any(char.isspace() or not char.isprintable() for char in value):
        wrong = "has a space, a line end or another control character in it"
    elif value[0] in "'\"" or value[-1] in "'\"":
        wrong = "has quotes around it that are part of it"
    else:
        return Sourced(Secret(value), key.name, key.origin)
    raise SettingsError(f"The key ({key.source}) {wrong}: copy it again from the portal.")
