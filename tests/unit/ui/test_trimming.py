import ctypes
import os

import pytest

from aztui.ui.trimming import give_back
from tests.support.processes import memory

MANY = 2000


def resident() -> int:
    return memory(os.getpid()).now


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="not glibc")
def test_what_was_freed_is_the_systems_again() -> None:
    blocks = [bytearray(60_000) for _ in range(MANY)]
    kept = blocks[::100]  # among what is freed, so that the library does not return it by itself
    del blocks
    before = resident()
    give_back()
    assert resident() < before - MANY * 60_000 // 2
    assert kept
