"""The api-versions that Azure OpenAI has published, as far as aztui knows."""

from __future__ import annotations

from typing import Final

STABLE: Final = frozenset({"2022-12-01", "2023-05-15", "2024-02-01", "2024-06-01", "2024-10-21"})
PREVIEW: Final = frozenset(
    f"{date}-preview"
    for date in (
        *("2022-03-01", "2022-06-01", "2023-03-15", "2023-06-01", "2023-07-01", "2023-08-01"),
        *("2023-09-01", "2023-10-01", "2023-12-01", "2024-02-15", "2024-03-01", "2024-04-01"),
        *("2024-05-01", "2024-07-01", "2024-08-01", "2024-09-01", "2024-10-01", "2024-12-01"),
        *("2025-01-01", "2025-02-01", "2025-03-01", "2025-04-01"),
    )
)
"""Folders of the inference API in github.com/Azure/azure-rest-api-specs."""


def known(version: str) -> bool:
    """Whether Azure has published it."""
    return version in STABLE | PREVIEW
