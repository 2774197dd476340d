"""What the options said that every command takes which talks to a model."""

from __future__ import annotations

from dataclasses import field
from pathlib import Path

from aztui.config.command_line import CommandLine
from aztui.core.data import dataclass


@dataclass(slots=True)
class Shared:
    """What these options said so far; what comes later on the command line wins."""

    profile: str | None = None
    deployment: str | None = None
    api: str | None = None
    endpoint: str | None = None
    api_version: str | None = None
    system: str | None = None
    options: list[str] = field(default_factory=list)
    env_file: Path | None = None
    local: bool = False
    demo: bool = False
    no_history: bool = False

    @property
    def command_line(self) -> CommandLine:
        """The same for the settings.

        Raises:
            click.UsageError: options exclude each other.
        """
        self._check()
        return CommandLine(
            self.profile,
            self.endpoint,
            self.deployment,
            self.api,
            self.api_version,
            self.system,
            tuple(self.options),
            self.env_file,
        )

    def _check(self) -> None:
        if not (self.local or self.demo):
            return
        import click  # noqa: PLC0415 - a start without arguments has no use for it

        if self.local and self.demo:
            raise click.UsageError("--local and --demo exclude each other: choose one.")
        brought = "--local" if self.local else "--demo"
        for option, value in (("--profile", self.profile), ("--endpoint", self.endpoint)):
            if value is not None:
                raise click.UsageError(
                    f"{brought} brings its own server: leave out {option}, or {brought}."
                )
