"""The last table, in a page of the docs."""

from __future__ import annotations

import re
from typing import Final

from benchmarks.table import Table

BEGIN: Final = "<!-- The latest figures: `python -m benchmarks --write` puts them here. -->"
END: Final = "<!-- The end of the latest figures. -->"


def put_into(page: str, table: Table) -> str:
    """Return a page with `table` between its two marks, in place of what was there.

    Raises:
        ValueError: the page lacks the marks.
    """
    between = re.compile(f"{re.escape(BEGIN)}.*{re.escape(END)}", re.DOTALL)
    written, marks = between.subn(lambda _: f"{BEGIN}\n\n{table.markdown()}\n\n{END}", page)
    if not marks:
        raise ValueError(f"The page has no place for the figures: {BEGIN} … {END}")
    return written
