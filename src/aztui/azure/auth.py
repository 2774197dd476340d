"""Entra ID: tokens for a profile's endpoint, got when they are needed and kept while they last.

azure-identity is an extra (`aztui[entra]`) and takes half a second to import, so it is imported
by the thread that needs the first token. Its calls block, some for minutes: while a browser
sign-in is under way, or `az` is asked.
"""

from __future__ import annotations

import contextlib
import importlib
import logging
import os
import re
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, Final, Protocol, TypeAlias
from urllib.parse import urlsplit

from aztui.core.events import SignIn
from aztui.core.profile import Auth, Endpoint, Profile, Secret

EARLY: Final = 300.0
"""Seconds before its end at which a token is replaced; azure-identity does so too."""

Prompt: TypeAlias = Callable[[SignIn], object]
"""Shows the user where to sign in; called in the thread that waits for the token, or another."""

_LONGEST: Final = 300
_LOUD: Final = ("azure", "msal", "urllib3", "requests")
_BROWSER: Final = "interactivebrowsercredential"
"""What in AZURE_TOKEN_CREDENTIALS has DefaultAzureCredential open a browser."""


class MissingIdentityError(Exception):
    """azure-identity is not installed; the text says why it cannot be loaded."""


class SignInError(Exception):
    """No token can be had; the text is the reason in azure-identity's own words.

    Attributes:
        auth: which way of signing in failed.
    """

    def __init__(self, reason: str, auth: Auth) -> None:
        super().__init__(reason)
        self.auth = auth


class _Token(Protocol):
    """azure.core.credentials.AccessToken, as far as it is used here."""

    @property
    def token(self) -> str: ...
    @property
    def expires_on(self) -> int: ...


class _Credential(Protocol):
    """azure.core.credentials.TokenCredential, likewise."""

    def get_token(self, *scopes: str) -> _Token: ...


def scope(endpoint: Endpoint) -> str:
    """What a token is to be good for.

    Azure's v1 guides ask for ai.azure.com, those of dated api-versions for
    cognitiveservices.azure.com; the government and China clouds have the latter under their own
    names.
    """
    host = urlsplit(endpoint.url).hostname or ""
    for cloud in ("us", "cn"):
        if host.endswith(f".azure.{cloud}"):
            return f"https://cognitiveservices.azure.{cloud}/.default"
    if endpoint.api_version is None:
        return "https://ai.azure.com/.default"
    return "https://cognitiveservices.azure.com/.default"


def provider(profile: Profile, learn: Callable[[Secret], None]) -> TokenProvider | None:
    """What gives a profile's tokens; None where the profile has a credential or needs none."""
    if not profile.auth.signs_in:
        return None
    return TokenProvider(profile.auth, scope(profile.endpoint), learn)


class TokenProvider:
    """Gives a token that is good for a request, from any thread.

    Args:
        auth: how to sign in: `ENTRA` or `DEVICE_CODE`.
        scope: what the tokens are to be good for.
        learn: told each new token before anybody else has it, to keep it off the screen.
        clock: seconds since 1970.
    """

    def __init__(
        self,
        auth: Auth,
        scope: str,
        learn: Callable[[Secret], None],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._auth = auth
        self._scope = scope
        self._learn = learn
        self._clock = clock
        self._asking = threading.Lock()
        self._credential: _Credential | None = None
        self._token = ""
        self._expires = 0.0
        self._telling = threading.Lock()
        self._waiting: list[Prompt] = []
        self._sign_in: SignIn | None = None
        self._quiet = False
        self._others: dict[str, TokenProvider] = {}

    @property
    def silent(self) -> bool:
        """Whether a token can be had now for which nobody has to sign in."""
        if self._auth is Auth.DEVICE_CODE:
            return bool(self._token)
        return os.environ.get("AZURE_TOKEN_CREDENTIALS", "").strip().lower() != _BROWSER

    def token(self, prompt: Prompt) -> str:
        """Return a token that lasts for a while; blocks for as long as it takes to get one.

        Whoever waits while a sign-in is under way is told of it, not only who began it.

        Args:
            prompt: shows where to sign in, if that is needed.

        Raises:
            MissingIdentityError: azure-identity is not installed.
            SignInError: there is no token to be had.
        """
        with self._told(prompt), self._asking:
            if self._clock() > self._expires - EARLY:
                self._renew()
            return self._token

    def quietly(self, scope: str) -> str:
        """Return a token of the same sign-in for another scope; nobody is asked to sign in for it.

        Args:
            scope: what it is to be good for.

        Raises:
            MissingIdentityError: azure-identity is not installed.
            SignInError: there is none to be had without another sign-in.
        """
        if self._auth is Auth.DEVICE_CODE:
            return self._of_sign_in(scope)
        # One of its own, so that no request waits for this token.
        other = TokenProvider(self._auth, scope, self._learn, self._clock)
        return self._others.setdefault(scope, other).token(lambda _: None)

    def _of_sign_in(self, scope: str) -> str:
        with self._asking:
            if self._credential is None or not self._token:
                raise SignInError("Nobody has signed in yet.", self._auth)
            self._quiet = True
            try:
                token = self._credential.get_token(scope).token
            except Exception as error:  # as in _renew
                raise SignInError(_first_sentence(str(error)), self._auth) from error
            finally:
                self._quiet = False
        self._learn(Secret(token))
        return token

    def _renew(self) -> None:
        try:
            if self._credential is None:
                self._credential = self._make()
            got = self._credential.get_token(self._scope)
        except MissingIdentityError:
            raise
        except Exception as error:  # azure-identity raises its own, azure-core's and ValueError
            raise SignInError(_first_sentence(str(error)), self._auth) from error
        finally:
            with self._telling:
                self._sign_in = None
        self._learn(Secret(got.token))
        self._token, self._expires = got.token, float(got.expires_on)

    def _make(self) -> _Credential:
        identity = _identity()
        credential: _Credential
        if self._auth is Auth.DEVICE_CODE:
            # Without a tenant it lets any work or school account in, and no guests.
            tenant = {"tenant_id": name} if (name := os.environ.get("AZURE_TENANT_ID")) else {}
            credential = identity.DeviceCodeCredential(prompt_callback=self._tell, **tenant)
        else:
            credential = identity.DefaultAzureCredential()
        return credential

    @contextlib.contextmanager
    def _told(self, prompt: Prompt) -> Iterator[None]:
        with self._telling:
            self._waiting.append(prompt)
            under_way = self._sign_in
        try:
            if under_way is not None:
                prompt(under_way)
            yield
        finally:
            with self._telling:
                self._waiting.remove(prompt)

    def _tell(self, url: str, code: str, _expires: object) -> None:
        if self._quiet:
            # Ends get_token: a code that nobody sees would be waited for in vain.
            raise SignInError("It asks for a sign-in of its own.", self._auth)
        with self._telling:
            self._sign_in = SignIn(url, code)
            waiting = list(self._waiting)
        for prompt in waiting:
            prompt(SignIn(url, code))


def _identity() -> Any:
    for name in _LOUD:
        # They warn of what is told anyway, on stderr, which is the screen.
        logging.getLogger(name).propagate = False
        logging.getLogger(name).addHandler(logging.NullHandler())
    try:
        return importlib.import_module("azure.identity")
    except ImportError as error:
        raise MissingIdentityError(str(error)) from error


def _first_sentence(text: str) -> str:
    line = text.strip().partition("\n")[0]
    return re.split(r"(?<=\.) (?=[A-Z])", line, maxsplit=1)[0][:_LONGEST]
