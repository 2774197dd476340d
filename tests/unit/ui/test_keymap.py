from __future__ import annotations

from collections import Counter
from typing import Any

from textual.screen import Screen

from aztui.ui.app import AztuiApp
from aztui.ui.keymap import LOG_ONLY, TABLE, Place
from aztui.ui.screens.main import MainScreen
from aztui.ui.widgets.prompt import Prompt
from aztui.ui.widgets.transcript import Transcript

OWNERS: dict[Place, tuple[type[Any], ...]] = {
    Place.PROMPT: (Prompt,),
    Place.SCREEN: (MainScreen, Screen),
    Place.LOG: (Transcript,),
    Place.APP: (AztuiApp,),
}


def test_no_key_means_two_things() -> None:
    keys = Counter(name for key in TABLE for name in key.keys)
    letters = Counter(name for key in TABLE for name in key.letters)
    letters.update(name for name, _ in LOG_ONLY)
    # In an empty prompt up and down recall; in the log they scroll.
    assert [name for name, count in (keys + letters).items() if count > 1] == ["up", "down"]
    assert max(letters.values()) == 1


def test_every_action_is_there() -> None:
    for key in TABLE:
        if key.action:
            name = "action_" + key.action.partition("(")[0]
            assert any(hasattr(owner, name) for owner in OWNERS[key.place]), key


def test_no_key_that_plain_terminals_cannot_send_or_take_for_another() -> None:
    aliased = {"ctrl+i", "ctrl+m", "ctrl+h", "ctrl+tab"}
    assert not aliased & {name for key in TABLE for name in key.keys}


def test_every_function_key_has_a_second_way() -> None:
    for key in TABLE:
        if any(name[0] == "f" and name[1:].isdigit() for name in key.keys):
            assert len(key.keys) > 1 or key.letters
