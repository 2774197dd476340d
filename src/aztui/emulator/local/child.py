"""The process that runs the engine: `python -m aztui.emulator.local.child`.

It is a process of its own because the engine holds the interpreter while it loads, may abort the
process it is in, and is stopped for certain only with it. The parent speaks through pipes: one
JSON line on stdin is the order, one on stdout the report, and the end of stdin means that the
parent is gone. The key comes that way too, since arguments and environment are open to others.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from xllamacpp import CommonParams

_PR_SET_PDEATHSIG: Final = 1
_BATCH: Final = 64
"""Prompt tokens that are read in one go: half a second, after which the engine notices a cancel.
Measured, 512 at a time are not read faster."""


@dataclass(frozen=True, slots=True)
class Order:
    """What the parent wants served.

    Attributes:
        weights: the GGUF file's path.
        key: what requests must bring as their bearer token.
        threads: how many threads may compute.
        slots: how many answers are written at once.
        context: tokens that a prompt and its answer may have together.
    """

    weights: str
    key: str = field(repr=False)
    threads: int
    slots: int
    context: int


@dataclass(frozen=True, slots=True)
class Report:
    """What became of an order.

    Attributes:
        port: where it is served on 127.0.0.1; 0 where it cannot be.
        error: why not, as a sentence.
    """

    port: int = 0
    error: str = ""


def main() -> int:
    """Serve one order until the parent is gone."""
    _die_with_the_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    report_to = _take_stdout()
    line = sys.stdin.buffer.readline()
    if not line:
        return 0
    watch = threading.Thread(target=_watch, args=(sys.stdin.buffer,), daemon=True)
    watch.start()
    order = Order(**json.loads(line))
    try:
        server, report = _serve(order)
    except ImportError as error:
        server, report = None, Report(error=f"The local model's engine does not run here: {error}.")
    except Exception as error:  # noqa: BLE001 - whatever the engine says, the parent must hear it
        server, report = None, Report(error=_unloadable(order, error))
    report_to.write(json.dumps(asdict(report)).encode() + b"\n")
    report_to.close()
    if server is None:
        return 1
    watch.join()
    return 0


def _die_with_the_parent() -> None:
    """Have the kernel kill this process with the thread that started it, where it can.

    The end of stdin says the same everywhere, but is heard only while the interpreter is free.
    """
    if sys.platform == "linux":
        import ctypes  # noqa: PLC0415 - the parent, which imports Order, does without

        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _watch(stdin: BinaryIO) -> None:
    while stdin.read(1):
        pass
    os._exit(0)


def _take_stdout() -> BinaryIO:
    """Keep the pipe to the parent for the report alone: what the engine prints goes nowhere."""
    pipe = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    return pipe


def _serve(order: Order) -> tuple[Any, Report]:
    import xllamacpp  # noqa: PLC0415 - 100 MB that only this process needs

    server = xllamacpp.Server(_settings(order, xllamacpp.CommonParams()))
    return server, Report(port=urlsplit(server.listening_address).port or 0)


def _settings(order: Order, params: CommonParams) -> CommonParams:
    params.model.path = order.weights
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [order.key]
    params.ui = False
    params.n_parallel = order.slots
    params.n_ctx = order.slots * order.context
    params.n_batch = params.n_ubatch = _BATCH
    params.cpuparams.n_threads = order.threads
    params.cpuparams_batch.n_threads = order.threads
    params.cache_ram_mib = 0  # it would keep up to 8 GiB of earlier prompts
    params.verbosity = -1
    return params


def _unloadable(order: Order, error: Exception) -> str:
    reason = str(error).rstrip(".") or type(error).__name__
    return (
        f"The model {order.weights} cannot be loaded: it may be damaged, or of a kind that this "
        f"engine does not know ({reason}). If it is aztui's own, run `aztui local remove` and "
        "`aztui local pull`."
    )


if __name__ == "__main__":
    sys.exit(main())
