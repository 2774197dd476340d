"""What refusals are told apart by: tests of one, and rules made of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from aztui.azure import advice
from aztui.azure.decode.wire_error import WireError
from aztui.core.data import dataclass
from aztui.core.problem import Kind
from aztui.core.profile import Auth, Profile
from aztui.core.request import Api, Request


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer that is an error.

    Attributes:
        status: the HTTP status.
        error: the service's words.
        profile: whom we asked.
        request: what we asked.
        wait: seconds after which to come back, where the server says so.
    """

    status: int
    error: WireError
    profile: Profile
    request: Request
    wait: float | None = None

    @property
    def azure(self) -> bool:
        """Whether it is Azure that speaks, and not some compatible server."""
        return self.profile.endpoint.azure

    @property
    def answering(self) -> Api | None:
        """The API that the deployment would answer, where the service says so."""
        asked = self.request.api
        if self.error.no_operation and asked is Api.COMPLETIONS:
            return Api.CHAT
        said = advice.other_api(self.error.message)
        return None if said is asked else said


Test: TypeAlias = Callable[[Refusal], bool]


@dataclass(frozen=True, slots=True)
class Rule:
    """When it holds, what it means and what to do.

    Attributes:
        test: whether a refusal is this one.
        kind: the problem's family.
        title: what is wrong; `{…}` stand for what `refusals` fills in.
        fix: what to do, likewise.
    """

    test: Test
    kind: Kind
    title: str
    fix: str


def code(*codes: str) -> Test:
    """Whether the code is one of these."""
    return lambda refusal: refusal.error.code in codes


def no_deployment(refusal: Refusal) -> bool:
    """Whether the deployment is not there."""
    return refusal.error.no_deployment


def no_operation(refusal: Refusal) -> bool:
    """Whether the deployment does not answer the API."""
    return refusal.error.no_operation


def spent(refusal: Refusal) -> bool:
    """Whether a quota is used up that no waiting brings back."""
    return refusal.error.spent


def too_long(refusal: Refusal) -> bool:
    """Whether the request is longer than the model's context."""
    return refusal.error.too_long


def status(*statuses: int) -> Test:
    """Whether the status is one of these."""
    return lambda refusal: refusal.status in statuses


def words(*words: str) -> Test:
    """Whether the message has one of these, in lower case."""
    return lambda refusal: any(word in refusal.error.message.lower() for word in words)


def param(name: str) -> Test:
    """Whether it is about this parameter."""
    return lambda refusal: refusal.error.param == name


def all_of(*tests: Test) -> Test:
    """Whether all of them hold."""
    return lambda refusal: all(test(refusal) for test in tests)


def any_of(*tests: Test) -> Test:
    """Whether one of them holds."""
    return lambda refusal: any(test(refusal) for test in tests)


def azure(refusal: Refusal) -> bool:
    """Whether Azure refused."""
    return refusal.azure


def by_token(refusal: Refusal) -> bool:
    """Whether a token of the user's own was sent."""
    return refusal.profile.auth is Auth.TOKEN


def signed_in(refusal: Refusal) -> bool:
    """Whether aztui got the credential by a sign-in."""
    return refusal.profile.auth.signs_in


def keyless(refusal: Refusal) -> bool:
    """Whether no credential was sent."""
    return refusal.profile.key is None


def broken(refusal: Refusal) -> bool:
    """Whether the server says that it failed itself."""
    return refusal.status >= 500


def dated(refusal: Refusal) -> bool:
    """Whether the request had a dated api-version."""
    return refusal.profile.endpoint.api_version is not None


def answers_another_api(refusal: Refusal) -> bool:
    """Whether the service says which other API answers."""
    return refusal.answering is not None


def version_too_old(refusal: Refusal) -> bool:
    """Whether the service says which api-version is the first to do."""
    return bool(advice.since(refusal.error.message))


def completions(refusal: Refusal) -> bool:
    """Whether legacy completions were asked."""
    return refusal.request.api is Api.COMPLETIONS
