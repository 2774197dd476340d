"""What the first answer would have to wait for, done before it comes."""

from __future__ import annotations

from importlib import import_module
from typing import Final

_LANGUAGES: Final = ("python", "javascript", "typescript", "bash", "json", "yaml", "html")
"""Languages that answers are full of; to compile one's rules takes 2 to 60 ms."""


def warm_up() -> None:
    """Load what lays answers out, the parser and the lexers; for a thread that nobody waits for."""
    import_module("aztui.ui.widgets.block")
    from aztui.ui.markdown.highlight import highlight, lexing  # noqa: PLC0415 - as said above
    from aztui.ui.markdown.parser import parser  # noqa: PLC0415 - likewise

    parser()
    for language in _LANGUAGES:
        highlight("", lexing(language))
