"""Parameters, one a row, changed in place with the keyboard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from rich.cells import cell_len
from textual import events
from textual.message import Message

from aztui.ui.messages import message
from aztui.ui.sheet import SYSTEM, Entry, Sheet
from aztui.ui.widgets.field import Field, visible
from aztui.ui.widgets.form import Form
from aztui.ui.widgets.rows import BLANK, Columns, Piece, Role, Row, cut

_GAP: Final = 2
_VALUE: Final = 16
_LEAST: Final = 12
"""Cells of a value, with room and without."""
_WORDS: Final = 24
"""Cells that the words about a parameter need at least, or they stand below."""
_LEAVING: Final = frozenset({"up", "down", "tab", "shift+tab"})
"""Keys that end typing and go on to another row."""


@dataclass(frozen=True, slots=True)
class _Layout:
    """How many cells each column has."""

    name: int
    value: int
    words: int

    @classmethod
    def of(cls, columns: Columns, names: int) -> _Layout:
        name = min(names + _GAP, max(columns.width - _LEAST, columns.width // 2))
        words = columns.width - name - _VALUE
        if words < _WORDS:
            return cls(name, columns.width - name, 0)
        return cls(name, _VALUE, words)


class SheetView(Form):
    """Shows a sheet and takes the keys that change it."""

    @message
    class Changed(Message):
        """Something else is shown, or set."""

    def __init__(self, sheet: Sheet, *, id: str | None = None) -> None:  # noqa: A002 - Textual's
        """Make the view.

        Args:
            sheet: what is shown and changed.
            id: for style sheets and queries.
        """
        super().__init__(id=id)
        self._sheet = sheet
        self._entries = sheet.entries
        # The system prompt comes first, and is rarely what one comes for.
        self._at = next(at for at, entry in enumerate(self._entries) if entry.parameter != SYSTEM)
        self._fault = ""

    @property
    def here(self) -> Entry:
        """The row where the user is."""
        return self._entries[self._at]

    @property
    def wrong(self) -> bool:
        """Whether what is being typed will not do."""
        return bool(self._fault)

    @property
    def text(self) -> str:
        """What is being typed, or set, in the row where the user is."""
        return self.here.value if self._field is None else self._field.text

    @property
    def _hides(self) -> bool:
        """Whether a part of the row's value does not fit into the row."""
        return not self.editing and cell_len(visible(self.here.value)) > self._layout.value - _GAP

    @property
    def _tells(self) -> bool:
        """Whether what the row's parameter does can be read in the row itself."""
        room = self._layout.words
        return not self.editing and 0 < cell_len(self.here.parameter.words) <= room

    def notes(self) -> list[Piece]:
        """Return what there is to know about the row where the user is."""
        entry = self.here
        notes: list[Piece] = []
        if self._fault:
            notes.append((self._fault, Role.BAD))
        elif entry.refused:
            notes.append((entry.refused, Role.BAD if entry.fails else Role.TEXT))
        if self._hides:
            notes.append((visible(entry.value), Role.TEXT))
        if not self._tells:
            notes.append((entry.parameter.words, Role.DIM))
        if entry.parameter.note:
            notes.append((entry.parameter.note, Role.DIM))
        if not self._fault:
            kind = f"takes {entry.parameter.kind.words}; {entry.otherwise} unless set"
            notes.append((kind, Role.DIM))
        return notes

    def put(self, text: str) -> None:
        """Take a whole text for the row where the user is, as if it had been typed."""
        self._edit(Field.of(text))

    def leave(self) -> bool:
        """End typing, and keep what was typed if it will do; False where nobody types."""
        if self._field is None:
            return False
        if not self._keep():
            self._edit(None)
        return True

    def on_mount(self) -> None:
        """Say what is shown."""
        self.post_message(self.Changed())

    def row(self, y: int) -> Row:
        """Return one row of the screen."""
        index = self._top + y
        if index >= len(self._entries):
            return BLANK
        here = index == self._at
        columns = Columns.of(self.size.width)
        entry, layout = self._entries[index], self._layout
        name = cut(visible(entry.parameter.name), layout.name - 1)
        head: Row = (
            columns.mark(here=here),
            (f"{name:<{layout.name}}", Role.STRONG if here else Role.TEXT),
        )
        if here and self._field is not None:
            return (*head, *_caret(self._field, layout.value + layout.words))
        return (*head, *_set(entry, layout))

    @property
    def _layout(self) -> _Layout:
        widest = max(cell_len(entry.parameter.name) for entry in self._entries)
        return _Layout.of(Columns.of(self.size.width), widest)

    @property
    def _count(self) -> int:
        return len(self._entries)

    def _chosen(self, event: events.Key) -> bool:
        way = self._way(event.key)
        if way is not None:
            self._move(way)
            return True
        match event.key:
            case "backspace" | "delete":
                self._enter("")
            case "left" | "right" | "space" | "enter":
                return self._step_or_type(event.key)
            case _:
                return self._begin(event)
        return True

    def _step_or_type(self, key: str) -> bool:
        if self._sheet.step(self._at, -1 if key == "left" else 1):
            self._show()
        elif key in {"enter", "space"}:
            self._edit(Field.of(self.here.value))
        return True

    def _begin(self, event: events.Key) -> bool:
        if event.character is None or not event.is_printable:
            return False
        if self.here.parameter.kind.steps:
            if self._sheet.jump(self._at, event.character):
                self._show()
        else:
            self._edit(self._begun().insert(event.character))
        return True

    def _begun(self) -> Field:
        """What typing begins with: nothing, but the system prompt is hard to write again."""
        return Field.of(self.here.value if self.here.parameter is SYSTEM else "")

    def _typed(self, event: events.Key, field: Field) -> bool:
        if event.key == "enter":
            self._keep()
        elif event.key in _LEAVING:
            if self._keep():
                self._move(self._way(event.key) or 0)
        elif event.key in {"ctrl+j", "alt+enter", "shift+enter"}:
            self._edit(field.insert(self._fitting("\n")))
        else:
            return super()._typed(event, field)
        return True

    def _fitting(self, text: str) -> str:
        # Only the system prompt has lines.
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        return text if self.here.parameter is SYSTEM else text.strip("\n").replace("\n", " ")

    def _keep(self) -> bool:
        """End typing; False where what was typed will not do."""
        if self._field is None:
            return True
        if self._sheet.fault(self._at, self._field.text):
            return False
        self._enter(self._field.text)
        return True

    def _enter(self, text: str) -> None:
        self._sheet.enter(self._at, text)
        self._edit(None)

    def _edit(self, field: Field | None) -> None:
        self._fault = "" if field is None else self._sheet.fault(self._at, field.text)
        super()._edit(field)

    def _show(self) -> None:
        self._entries = self._sheet.entries
        self.refresh()
        self.post_message(self.Changed())


def _caret(field: Field, width: int) -> Row:
    before, under, after = field.view(width)
    return (before, Role.TEXT), (under, Role.CARET), (after, Role.TEXT)


def _set(entry: Entry, layout: _Layout) -> Row:
    gap = _GAP if layout.words or entry.refused else 0
    shown = cut(visible(entry.value or entry.otherwise), layout.value - gap)
    blank = " " * (layout.value - cell_len(shown))
    role = Role.STRONG if entry.value else Role.DIM
    about: Piece = (cut(entry.parameter.words, layout.words), Role.DIM)
    if not entry.refused:
        return (shown, role), (blank, Role.DIM), about
    warns = Role.BAD if entry.fails else Role.DIM
    if layout.words:
        return (shown, role), (blank, Role.DIM), (cut(entry.mark, layout.words), warns)
    return (shown, role), (" ✗" if layout.value > _GAP else "", warns)
