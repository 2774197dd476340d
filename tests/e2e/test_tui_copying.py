"""Copying out of the whole program in tmux, whose buffer is read back."""

from __future__ import annotations

import shlex

from aztui.emulator.replies import MARKDOWN
from tests.support.launch import READY
from tests.support.program import AZTUI
from tests.support.tmux import Tmux, needs_tmux

pytestmark = needs_tmux


def test_a_code_block_an_answer_and_two_lines_are_copied(tmux: Tmux) -> None:
    tmux.enter(shlex.join(AZTUI))
    tmux.wait_for(READY)
    tmux.enter("markdown")
    tmux.wait_for("done (stop)")

    tmux.type("Tab", "c")
    tmux.wait_for("Copy which code block? 1 to 2; esc leaves")
    tmux.type("2")
    tmux.wait_for("Copied code block 2 to tmux's buffer (paste with prefix ])")
    assert tmux.buffer() == "python attention.py --tokens 4096 | sort -n > weights.txt\n"

    tmux.type("c", "1")
    tmux.wait_for("Copied code block 1 to tmux's buffer (paste with prefix ])")
    assert tmux.buffer() == MARKDOWN.partition("```python\n")[2].partition("```")[0]

    tmux.type("y")
    tmux.wait_for("Copied the answer to tmux's buffer (paste with prefix ])")
    assert tmux.buffer() == MARKDOWN

    tmux.type("-l", "/run it like")
    tmux.wait_for("1 of 1")
    tmux.type("Enter")
    tmux.wait_for("n N next, previous match")
    tmux.type("V", "j", "y")
    tmux.wait_for("Copied 2 lines to tmux's buffer (paste with prefix ])")
    assert tmux.buffer() == "Run it like this:\n\n"
