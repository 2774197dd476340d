"""A prompt that was not sent, as it is kept."""

from __future__ import annotations

import json
from types import MappingProxyType

from aztui.core.history import Asked, Draft
from aztui.core.request import Api
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
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"a draft that cannot be read: {error}") from None
