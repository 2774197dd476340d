"""Rows of which the user is in one, and may type there."""

from __future__ import annotations

from textual import events

from aztui.ui.widgets.field import Field
from aztui.ui.widgets.walk import Walk


class Form(Walk):
    """Takes what is typed in the row where the user is."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's
        """Begin at the top.

        Args:
            id: for style sheets and queries.
        """
        super().__init__(id=id)
        self._field: Field | None = None

    @property
    def editing(self) -> bool:
        """Whether something is being typed."""
        return self._field is not None

    def on_key(self, event: events.Key) -> None:
        """Move, change, or type."""
        if self._chosen(event) if self._field is None else self._typed(event, self._field):
            event.stop()
            event.prevent_default()

    def on_paste(self, event: events.Paste) -> None:
        """Take a text that was pasted."""
        event.stop()
        self._edit((self._field or self._begun()).insert(self._fitting(event.text)))

    def _begun(self) -> Field:
        """What typing begins with."""
        return Field.of("")

    def _chosen(self, event: events.Key) -> bool:
        """Take a key while nobody types; False where it means nothing here."""
        raise NotImplementedError

    def _typed(self, event: events.Key, field: Field) -> bool:
        """Take a key while something is being typed; False where it means nothing here."""
        if event.character is not None and event.is_printable:
            self._edit(field.insert(event.character))
            return True
        changed = field.press(event.key)
        if changed is not None:
            self._edit(changed)
        return changed is not None

    def _fitting(self, text: str) -> str:
        """Return a text as the row can hold it."""
        raise NotImplementedError

    def _edit(self, field: Field | None) -> None:
        """Go on with what is typed; None ends it."""
        self._field = field
        self._show()

    def _way(self, key: str) -> int | None:
        """How many rows a key goes, down or up; None for any other."""
        page, last = self._page, self._count
        ways = {"up": -1, "down": 1, "shift+tab": -1, "tab": 1, "pageup": -page, "pagedown": page}
        return (ways | {"home": -last, "end": last}).get(key)
