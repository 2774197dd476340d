from __future__ import annotations

import pytest

from aztui.core.problem import Kind, Problem, crash

AZURE = "https://contoso.openai.azure.com/openai/deployments/gpt"


@pytest.mark.parametrize(
    ("status", "asked", "speaker"),
    [
        (404, AZURE, "Azure"),
        (404, "http://127.0.0.1:8000/v1/completions", "Server"),
        (None, AZURE, "Reason"),
        (None, "", "Reason"),
    ],
)
def test_words_are_azures_only_where_azure_answered(
    status: int | None, asked: str, speaker: str
) -> None:
    assert Problem(Kind.SERVER, "It failed", status=status, asked=asked).speaker == speaker


def test_a_crash_names_its_type_and_its_place_but_not_its_text() -> None:
    try:
        raise RuntimeError("key abc")
    except RuntimeError as error:
        said = crash(error)
    assert "RuntimeError in test_problem.py, line" in said
    assert "abc" not in said
    assert "AZTUI_DEBUG=1" in said
