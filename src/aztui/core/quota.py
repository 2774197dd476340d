"""What is left of a deployment's rate limits."""

from __future__ import annotations

from typing import Final

from aztui.core.data import dataclass

_LOW_SHARE: Final = 0.1
_LOW_TOKENS: Final = 2_000
_LOW_REQUESTS: Final = 3
"""What counts as little where the limit itself is not said."""


@dataclass(frozen=True, slots=True)
class Quota:
    """What the `x-ratelimit-*` headers of an answer say; None where they say nothing.

    Azure's page on quota lists the headers. Some services send -1, which says nothing either.

    Attributes:
        tokens: how many are left until the limit is reset.
        tokens_limit: how many there are in all.
        requests: how many are left.
        requests_limit: how many there are in all.
    """

    tokens: int | None = None
    tokens_limit: int | None = None
    requests: int | None = None
    requests_limit: int | None = None

    @property
    def low(self) -> tuple[str, ...]:
        """What is running out, in words such as `1,200 tokens`; nothing where there is enough."""
        return tuple(
            f"{left:,} {unit if left != 1 else unit.removesuffix('s')}"
            for left, limit, least, unit in (
                (self.tokens, self.tokens_limit, _LOW_TOKENS, "tokens"),
                (self.requests, self.requests_limit, _LOW_REQUESTS, "requests"),
            )
            if left is not None and left <= (limit * _LOW_SHARE if limit else least)
        )
