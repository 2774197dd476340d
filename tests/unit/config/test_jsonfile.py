"""Small files of aztui's own."""

from __future__ import annotations

import os
import time
from pathlib import Path

from aztui.config import jsonfile


def test_what_a_killed_writer_left_is_swept_up_and_what_another_writes_is_not(
    tmp_path: Path,
) -> None:
    file = tmp_path / "state.json"
    left, fresh = tmp_path / ".state.json.0123", tmp_path / ".state.json.4567"
    for half in (left, fresh):
        half.write_text("{")
    hour_ago = time.time() - 3600
    os.utime(left, (hour_ago, hour_ago))
    jsonfile.write(file, {"a": 1})
    assert jsonfile.read(file) == {"a": 1}
    assert sorted(tmp_path.iterdir()) == [fresh, file]
