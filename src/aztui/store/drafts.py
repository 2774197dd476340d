"""A prompt that was not sent, as it is kept."""

from __future__ import annotations

import json
from types import MappingProxyType
from typing import Any

from aztui.core.events import RunId
from aztui.core.history import Asked, Draft
from aztui.core.manuscript import NO_PAGE, Stretch, Written
from aztui.core.request import Api, Params
from aztui.store.plain import clean, to_json


def write_draft(draft: Draft) -> str:
    """Return a draft as JSON."""
    asked = draft.asked
    return to_json(
        {
            "text": clean(draft.text),
            "cursor": draft.cursor,
            "profile": clean(asked.profile),
            "deployment": clean(asked.deployment),
            "api": asked.api,
            "params": draft.params,
            "system": draft.system and clean(draft.system),
            **({"page": _page(draft.page)} if draft.page.text else {}),
        }
    )


def read_draft(data: str) -> Draft:
    """Return the draft that was written.

    Raises:
        ValueError: it makes no sense.
    """
    try:
        known = json.loads(data)
        row, column = known["cursor"]
        return Draft(
            str(known["text"]),
            (int(row), int(column)),
            Asked(str(known["profile"]), str(known["deployment"]), Api(known["api"])),
            MappingProxyType(dict(known["params"])),
            known["system"],
            _written(known.get("page")),
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"a draft that cannot be read: {error}") from None


def _page(page: Written) -> Params:
    """A page as JSON; the lengths of what the user and the model wrote take turns."""
    first = bool(page.stretches) and page.stretches[0].model
    return {
        "text": clean(page.text),
        "lengths": [0] * first + [stretch.length for stretch in page.stretches],
        "cursor": page.cursor,
        "run": page.run,
    }


def _written(known: Any) -> Written:
    if known is None:
        return NO_PAGE
    lengths = enumerate(known["lengths"])
    stretches = tuple(Stretch(int(length), bool(at % 2)) for at, length in lengths if length)
    run = known["run"]
    return Written(
        str(known["text"]),
        stretches,
        int(known["cursor"]),
        None if run is None else RunId(str(run)),
    )
