"""A profile's SDK client: the credential it was given, and nothing of the environment's."""

from __future__ import annotations

import functools
import logging
import ssl
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

import httpx2
from openai import AzureOpenAI, OpenAI

from aztui.azure.lookup import time_lookups
from aztui.core.profile import Auth, Profile, is_loopback

TIMEOUT: Final = httpx2.Timeout(connect=5, read=600, write=60, pool=5)
"""In seconds. A reasoning model may be silent for minutes; a deployment that is there answers
the connection at once."""

KEEPALIVE: Final = 120.0
"""Seconds that an idle connection is thought to live."""

_NO_KEY: Final = "none"
"""Sent where a server asks for no credential; the SDK insists on one."""

_LIMITS: Final = httpx2.Limits(
    max_connections=1, max_keepalive_connections=1, keepalive_expiry=KEEPALIVE
)

for _name in ("openai", "httpx2", "httpcore2"):
    # OPENAI_LOG makes the SDK write to stderr, which is the screen.
    logging.getLogger(_name).propagate = False
    logging.getLogger(_name).addHandler(logging.NullHandler())


class UnusableKeyError(ValueError):
    """The credential holds characters that no HTTP header can carry."""


class UnusableProxyError(ValueError):
    """The environment names a proxy that cannot be used; the text says which and why."""


class UnusableTrustError(ValueError):
    """The certificates that servers are judged by cannot be read; the text says why."""


def http_client(
    url: str,
    on_request: Callable[[httpx2.Request], None],
    trust: ssl.SSLContext | None = None,
    on_lookup: Callable[[float], object] | None = None,
) -> httpx2.Client:
    """Make an HTTP client for one server, with one connection, opened when it is first used.

    Args:
        url: the server; decides about TLS and proxies.
        on_request: called with each request before it is sent.
        trust: judges the server's certificate; None for what judges it in earnest.
        on_lookup: called with the seconds that it took to look a name up.

    Raises:
        UnusableProxyError: the environment names a proxy that cannot be used.
        UnusableTrustError: SSL_CERT_FILE or SSL_CERT_DIR names what cannot be read.
    """
    server = urlsplit(url)
    if trust is None:
        trust = _trust() if server.scheme == "https" else _no_trust()
    try:
        client = httpx2.Client(
            timeout=TIMEOUT,
            limits=_LIMITS,
            verify=trust,
            # Proxies come from the environment; none leads to this machine.
            trust_env=not is_loopback(server.hostname or ""),
            # A proxy may hold a compressed stream back until a block is full.
            headers={"Accept-Encoding": "identity"},
            event_hooks={"request": [on_request]},
        )
    except (ImportError, ValueError, httpx2.InvalidURL) as error:
        # A SOCKS proxy needs a package of its own; other schemes are unknown.
        raise UnusableProxyError(str(error)) from error
    if on_lookup is not None:
        time_lookups(client, on_lookup)
    return client


def build(
    profile: Profile, http: httpx2.Client, signed_in: Callable[[], str] | None = None
) -> OpenAI:
    """Make the SDK's client for a profile.

    Args:
        profile: where requests go, and the credential.
        http: what sends them.
        signed_in: gives the token for each request; for profiles whose credential comes from a
            sign-in.

    Raises:
        UnusableKeyError: the credential cannot be sent.
    """
    endpoint = profile.endpoint
    credential = signed_in or _sendable(profile.key.reveal() if profile.key else _NO_KEY)
    if endpoint.api_version is None:
        client = OpenAI(base_url=endpoint.url, api_key=credential, http_client=http, max_retries=0)
    else:
        # Exactly one of these, or the SDK looks into the environment (openai/lib/azure.py).
        token = credential if profile.auth is not Auth.KEY else None
        client = AzureOpenAI(
            azure_endpoint=endpoint.url,
            api_version=endpoint.api_version,
            api_key=credential if token is None else None,
            azure_ad_token=token if isinstance(token, str) else None,
            azure_ad_token_provider=None if isinstance(token, str) else token,
            http_client=http,
            max_retries=0,
        )
    _forget_environment(client)
    return client


def _sendable(credential: str) -> str:
    if not (credential.isascii() and credential.isprintable() and credential == credential.strip()):
        raise UnusableKeyError
    return credential


def _forget_environment(client: OpenAI) -> None:
    # The SDK fills these in from OPENAI_ORG_ID, OPENAI_PROJECT_ID, OPENAI_ADMIN_KEY,
    # OPENAI_WEBHOOK_SECRET and OPENAI_CUSTOM_HEADERS (openai/lib/_client_auth.py) where it is
    # given nothing, and cannot be told to leave them empty.
    client.organization = None
    client.project = None
    client.admin_api_key = None
    client.webhook_secret = None
    client._custom_headers = {}  # noqa: SLF001 - no public way; a test watches every variable


@functools.cache
def _trust() -> ssl.SSLContext:
    # Reading the certificates takes longer than all else of a client.
    try:
        return httpx2.create_ssl_context()
    except OSError as error:
        raise UnusableTrustError(str(error)) from error


@functools.cache
def _no_trust() -> ssl.SSLContext:
    """A context that trusts nobody, for plain http, which never uses it."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
