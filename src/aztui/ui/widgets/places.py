"""Profiles and their deployments, one a row, to choose from with the keyboard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rich.cells import cell_len
from textual import events
from textual.message import Message

from aztui.core.request import Api
from aztui.terminal.sanitise import sanitise
from aztui.ui.messages import message
from aztui.ui.switching import Choice, Place
from aztui.ui.widgets.field import Field, visible
from aztui.ui.widgets.form import Form
from aztui.ui.widgets.rows import BLANK, Columns, Piece, Role, Row, cut

_GAP: Final = 2
_API: Final = max(len(api) for api in Api) + _GAP
_LEAST_HOST: Final = 16
"""Cells that a host needs at least, or it is left out."""
_LEAST_PROFILE: Final = len("instruct") + _GAP
_NOW: Final = " now"


@dataclass(frozen=True, slots=True)
class _Layout:
    """How many cells each column has."""

    profile: int
    deployment: int
    host: int

    @classmethod
    def of(cls, width: int, places: Sequence[Place]) -> _Layout:
        room = width - _API
        profiles = max(cell_len(visible(place.profile)) for place in places) + _GAP
        profile = min(profiles, max(_LEAST_PROFILE, room * 2 // 5))
        deployments = max(cell_len(visible(place.deployment)) for place in places) + _GAP
        rest = room - profile - deployments
        if rest < _LEAST_HOST:
            return cls(profile, room - profile, 0)
        return cls(profile, deployments, rest)


class Places(Form):
    """Shows what can be asked, and takes the keys that choose."""

    @message
    class Changed(Message):
        """The user is elsewhere, or chooses otherwise."""

    @message
    class Chosen(Message):
        """The user chose whom to ask."""

        choice: Choice

    def __init__(
        self,
        places: Sequence[Place],
        *,
        api: Api | None = None,
        id: str | None = None,  # noqa: A002 - Textual's
    ) -> None:
        """Make the list.

        Args:
            places: what there is; at least one.
            api: the API to ask the present deployment through, if it is to be another.
            id: for style sheets and queries.
        """
        super().__init__(id=id)
        self._places = places
        self._at = next((index for index, place in enumerate(places) if place.present), 0)
        self._apis: dict[tuple[str, str], Api] = {} if api is None else {self.here.key: api}

    @property
    def here(self) -> Place:
        """Where the user is."""
        return self._places[self._at]

    @property
    def api(self) -> Api | None:
        """The API that is chosen there."""
        return self._apis.get(self.here.key, self.here.api)

    def leave(self) -> bool:
        """End typing; False where nobody types."""
        if self._field is None:
            return False
        self._edit(None)
        return True

    def join(self, places: Sequence[Place]) -> None:
        """Show more places; the user stays at theirs, on the same row of the screen if that can be.

        Args:
            places: those there were, and the others among them.
        """
        here, row = self.here.key, self._at - self._top
        self._places = places
        self._at = next((at for at, place in enumerate(places) if place.key == here), 0)
        self._top = self._at - row
        self._scroll()
        self.refresh()

    def on_mount(self) -> None:
        """Say where the user is."""
        self._move(0)

    def row(self, y: int) -> Row:
        """Return one row of the screen."""
        index = self._top + y
        if index >= len(self._places):
            return BLANK
        columns = Columns.of(self.size.width)
        layout = _Layout.of(columns.width, self._places)
        place, here = self._places[index], index == self._at
        name = place.profile if place.first or index == self._top or here else ""
        role = Role.STRONG if here else Role.DIM if place.why else Role.TEXT
        head: Row = (columns.mark(here=here), (_cell(name, layout.profile), role))
        if here and self._field is not None:
            before, under, after = self._field.view(layout.deployment - 1)
            taken = cell_len(before + under + after)
            gap = " " * (layout.deployment - taken)
            typed: Row = ((before, Role.TEXT), (under, Role.CARET), (after + gap, Role.TEXT))
            return (*head, *typed, self._api_cell(index))
        deployment = (_cell(place.deployment or "-", layout.deployment), role)
        return (*head, deployment, self._api_cell(index), *_end(place, layout))

    def _api_cell(self, index: int) -> Piece:
        place = self._places[index]
        api = self._apis.get(place.key, place.api)
        other = api is not place.api
        role = Role.STRONG if other else Role.ACCENT if place.present else Role.DIM
        return (_cell(api or "", _API), role)

    @property
    def _count(self) -> int:
        return len(self._places)

    def _chosen(self, event: events.Key) -> bool:
        way = self._way(event.key)
        if way is not None:
            self._move(way)
        elif event.key in {"left", "right", "space"}:
            self._step(-1 if event.key == "left" else 1)
        elif event.key == "enter":
            self._choose(self.here.deployment)
        elif event.character is not None and event.is_printable:
            self._edit(Field.of(event.character))
        else:
            return False
        return True

    def _typed(self, event: events.Key, field: Field) -> bool:
        if event.key == "enter":
            self._choose(field.text.strip() or self.here.deployment)
        elif event.key in {"up", "down"}:
            self._move(1 if event.key == "down" else -1)
        else:
            return super()._typed(event, field)
        return True

    def _fitting(self, text: str) -> str:
        return " ".join(text.split())

    def _choose(self, deployment: str) -> None:
        asked = self._apis.get(self.here.key) or (self.here.api if self.here.present else None)
        self.post_message(self.Chosen(Choice(self.here.profile, deployment, asked)))

    def _step(self, by: int) -> None:
        apis = list(Api)
        at = apis.index(self.api) if self.api else -1
        self._apis[self.here.key] = apis[(at + by) % len(apis)]
        self._show()

    def _move(self, rows: int) -> None:
        if rows:
            self._field = None
        super()._move(rows)

    def _show(self) -> None:
        self.refresh()
        self.post_message(self.Changed())


def _cell(text: str, width: int) -> str:
    shown = cut(sanitise(text), width - 1)
    return shown + " " * (width - cell_len(shown))


def _end(place: Place, layout: _Layout) -> Row:
    if not layout.host:
        return ()
    said = sanitise(place.model or place.host)
    if place.present:
        return (cut(said, layout.host - len(_NOW)), Role.DIM), (_NOW, Role.ACCENT)
    if place.why:
        said = "asks you first" if place.asks else "not usable yet"
    return ((cut(said, layout.host), Role.DIM),)
