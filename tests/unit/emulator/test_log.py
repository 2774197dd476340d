from __future__ import annotations

import json

from aztui.core.request import Api, Params
from aztui.emulator.asks import Asked
from aztui.emulator.backend import Ask
from aztui.emulator.log import Entry


def test_what_goes_out_in_the_same_moment_is_one_entry() -> None:
    entry = Entry(1, "POST", "/", started=9.0)
    for at, count in ((10.0, 5), (10.0001, 5), (10.0004, 5), (10.0006, 1), (11.0, 2)):
        entry.wrote(at, count)
    assert entry.sent == [(10.0, 15), (10.0006, 16), (11.0, 18)]


def test_a_line_is_one_line_of_ascii_without_the_whole_prompt() -> None:
    prompt = "Grüße\n\u2028" + "x" * 1000
    body: Params = {"model": "demo", "stream": True, "prompt": prompt, "max_tokens": 5}
    entry = Entry(1, "POST", "/", started=9.0)
    entry.describe(Asked(Ask(Api.COMPLETIONS, "demo", body), "2024-02-01", None, True, False, 1, 1))
    line = entry.line()
    assert line.isascii()
    assert "\n" not in line
    logged = json.loads(line)
    assert logged["prompt"] == prompt[:80]
    assert logged["params"] == {"max_tokens": 5}
