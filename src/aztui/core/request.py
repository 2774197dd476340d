"""What is asked of a model, and what each API accepts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

from aztui.core.data import dataclass

Json: TypeAlias = str | int | float | bool | None | Sequence["Json"] | Mapping[str, "Json"]
Params: TypeAlias = Mapping[str, Json]
Role: TypeAlias = Literal["system", "user", "assistant"]

_DAY: Final = len("2025-03-01")
"""Characters of an api-version's date, which `-preview` may follow."""

NO_PARAMS: Final[Params] = MappingProxyType({})


class Api(StrEnum):
    """The request dialects of an Azure OpenAI deployment."""

    COMPLETIONS = "completions"
    CHAT = "chat"
    RESPONSES = "responses"


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation.

    Attributes:
        role: whose it is.
        content: its text.
        reasoning: what the model thought before it, as encrypted items that only the service can
            read and that go back to it with the turn (Responses).
    """

    role: Role
    content: str
    reasoning: tuple[Params, ...] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """One question to one deployment.

    Attributes:
        api: the dialect it is asked in.
        deployment: the deployment's name, as Azure's portal shows it.
        messages: the turns that go along, oldest first; the last one is the prompt.
        params: further members of the request body, as the API names them.
        logprobs: whether it is to be told how likely tokens are, where the user has not said.
    """

    api: Api
    deployment: str
    messages: tuple[Message, ...]
    params: Params = field(default_factory=lambda: NO_PARAMS)
    logprobs: bool = False

    @property
    def prompt(self) -> str:
        """The text of the last message."""
        return self.messages[-1].content

    @property
    def answers(self) -> int:
        """How many choices the request asks for."""
        n = self.params.get("n")
        return n if isinstance(n, int) and n > 0 else 1

    @property
    def background(self) -> bool:
        """Whether the service is to go on with the response though nobody listens (Responses)."""
        return self.api is Api.RESPONSES and self.params.get("background") is True


@dataclass(frozen=True, slots=True)
class Traits:
    """What an API takes besides a prompt.

    Attributes:
        system: whether a system prompt has a place in it.
        turns: whether earlier turns go along; if not, each prompt stands alone.
        since: the first dated api-version of Azure's that has it; empty where every one has it.
    """

    system: bool
    turns: bool
    since: str = ""

    def in_version(self, api_version: str) -> bool:
        """Whether a dated api-version has it, a preview or not."""
        return api_version[:_DAY] >= self.since[:_DAY]


TRAITS: Final[Mapping[Api, Traits]] = MappingProxyType(
    {
        Api.COMPLETIONS: Traits(system=False, turns=False),
        Api.CHAT: Traits(system=True, turns=True),
        Api.RESPONSES: Traits(
            system=True,
            turns=True,
            since="2025-03-01-preview",
        ),
    }
)

RESERVED: Final = frozenset({"model", "prompt", "messages", "input", "instructions", "stream"})
"""Members of the body that aztui fills in itself and no option may replace."""


class RequestError(ValueError):
    """The request cannot be made as asked; the text says why and what to do."""


def compose(
    api: Api,
    deployment: str,
    prompt: str,
    *,
    system: str | None = None,
    turns: Sequence[Message] = (),
    params: Params = NO_PARAMS,
    logprobs: bool = False,
) -> Request:
    """Build the request for `prompt`.

    Args:
        api: the dialect.
        deployment: the deployment to ask.
        prompt: what the user wrote; not blank.
        system: the system prompt, for APIs that take one.
        turns: the earlier turns of the session, oldest first; left out where the API has
            no place for them.
        params: further members of the body.
        logprobs: whether it is to be told how likely tokens are, unless `params` say.

    Raises:
        RequestError: the prompt is blank, the API takes no system prompt, or several answers are
            asked for in the background.
    """
    if not prompt.strip():
        raise RequestError("The prompt is empty: there is nothing to send.")
    check_system(api, system)
    check_answers(api, params)
    opening = (Message("system", system),) if system else ()
    earlier = tuple(turns) if TRAITS[api].turns else ()
    return Request(api, deployment, (*opening, *earlier, Message("user", prompt)), params, logprobs)


def check_system(api: Api, system: str | None) -> None:
    """Make sure that an API has a place for a system prompt, if there is one.

    Raises:
        RequestError: it has none.
    """
    if system and not TRAITS[api].system:
        raise RequestError(
            f"The {api} API takes no system prompt (--system): put the text into the prompt, or "
            "use --api chat with a deployment that answers chat."
        )


def check_answers(api: Api, params: Params) -> None:
    """Make sure that an answer which goes on in the background is the only one.

    Several would be several responses, of which each is taken up and stopped by its own id.

    Raises:
        RequestError: more are asked for.
    """
    asked = Request(api, "", (), params)
    if asked.background and asked.answers > 1:
        raise RequestError(
            f"background=true goes on with one answer, and n asks for {asked.answers}: leave one "
            "of them out."
        )


def effort(api: Api, params: Params) -> str:
    """Return the reasoning effort that parameters ask for; empty where they ask for none."""
    asked = params.get("reasoning_effort")
    if api is Api.RESPONSES:
        reasoning = params.get("reasoning")
        asked = reasoning.get("effort") if isinstance(reasoning, Mapping) else None
    return asked if isinstance(asked, str) else ""
