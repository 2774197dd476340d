"""Waits in words."""

from __future__ import annotations

import pytest

from aztui.core.spans import span


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (0.04, "0.1 s"),
        (0.5, "0.5 s"),
        (1, "1 s"),
        (1.2, "2 s"),
        (59.5, "1 min"),
        (65, "1 min 5 s"),
        (3600, "1 h"),
        (3605, "1 h"),
        (7260, "2 h 1 min"),
        (86_400, "1 d"),
        (999_999_999, "11574 d 1 h"),
    ],
)
def test_times_in_words(seconds: float, words: str) -> None:
    assert span(seconds) == words
