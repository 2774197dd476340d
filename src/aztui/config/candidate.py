"""The profiles that the settings speak of, whole or not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from aztui.config.errors import SettingsError
from aztui.config.layers import Place, Sourced, Variables, find
from aztui.config.names import Named, Names, of_table, profiles
from aztui.core.data import dataclass
from aztui.core.profile import Auth

if TYPE_CHECKING:
    from aztui.config.configfile import ConfigFile, Table


@dataclass(frozen=True, slots=True)
class Candidate:
    """A profile that may be put together.

    Attributes:
        name: the profile's.
        names: what its variables are called, and its defaults.
        table: what `config.toml` says about it.
    """

    name: str
    names: Names
    table: Table | None = None

    def places(self, layers: Sequence[Variables]) -> tuple[Place, ...]:
        """Where it is spoken of, the strongest first."""
        named = (Named(layer, self.names) for layer in layers)
        return (*named, self.table) if self.table else tuple(named)

    @property
    def auth(self) -> Auth | None:
        """The kind of credential, where the user says it."""
        return self.table.auth.value if self.table and self.table.auth else None

    def has_credential(self, layers: Sequence[Variables]) -> bool:
        """Whether any place has a key or a token for it, or it signs in."""
        places = self.places(layers)
        signs_in = self.auth is not None and self.auth.signs_in
        return signs_in or any(find(places, part) for part in ("key", "token"))

    def check_kind(self, layers: Sequence[Variables]) -> None:
        """Make sure that variables and table mean the same kind of server.

        Raises:
            SettingsError: one gives an Azure resource's endpoint, the other a base URL.
        """
        table = self.table
        if table is None or table.compatible in {None, self.names.compatible}:
            return
        variable = find([Named(layer, self.names) for layer in layers], "endpoint")
        said: Sourced[str] | None = table.find("endpoint")
        if variable and said:
            raise SettingsError(
                f"The profile {self.name} has a base URL and an Azure endpoint: {variable.source}, "
                f"and {said.source}. Give the table another name, or leave one of them out."
            )


def candidates(layers: Sequence[Variables], file: ConfigFile | None) -> Mapping[str, Candidate]:
    """Every profile that is spoken of, by name.

    Raises:
        SettingsError: two suffixes make one profile.
    """
    named = profiles(layers)
    found = {name: Candidate(name, names) for name, names in named.items()}
    for name, table in (file.tables if file else {}).items():
        found[name] = Candidate(name, _names(table, named.get(name), layers), table)
    return dict(sorted(found.items()))


def _names(table: Table, named: Names | None, layers: Sequence[Variables]) -> Names:
    """The variables that go with a table: those that say where requests go decide its kind."""
    if named is not None:
        agree = table.compatible in {None, named.compatible}
        if agree or find([Named(layer, named) for layer in layers], "endpoint"):
            return named
    return of_table(table.name, compatible=table.compatible)
