from __future__ import annotations

import json

from aztui.emulator import wire


def test_documents_go_out_as_utf8() -> None:
    assert wire.encode({"a": "é\u2028👋"}) == '{"a":"é\u2028👋"}'.encode()


def test_a_lone_surrogate_is_escaped() -> None:
    encoded = wire.encode({"a": "\ud800"})
    assert encoded == b'{"a":"\\ud800"}'
    assert json.loads(encoded) == {"a": "\ud800"}


def test_each_prompt_has_its_filter_results() -> None:
    results = wire.opening(2)["prompt_filter_results"]
    assert isinstance(results, list)
    assert [result["prompt_index"] for result in results] == [0, 1]
