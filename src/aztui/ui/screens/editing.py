"""The user's editor in the program's place, for a while."""

from __future__ import annotations

from collections.abc import Mapping

from textual.app import App

from aztui.ui import editor


def edited(app: App[object], text: str, environ: Mapping[str, str]) -> str | editor.EditorError:
    """Return a text as the user's editor leaves it, or why it cannot be edited.

    An error is returned, not raised: one that left `App.suspend` would leave the program so.
    """
    from textual.app import SuspendNotSupported  # noqa: PLC0415 - rarely needed

    try:
        command = editor.command(environ)
        with app.suspend():
            return _edited(text, command)
    except editor.EditorError as error:
        return error
    except SuspendNotSupported:
        return editor.EditorError("An editor cannot be opened in this terminal.")


def _edited(text: str, command: list[str]) -> str | editor.EditorError:
    try:
        return editor.edit(text, command)
    except editor.EditorError as error:
        return error
