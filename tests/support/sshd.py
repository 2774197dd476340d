"""A real SSH server on loopback, for the user who runs the tests and nobody else."""

from __future__ import annotations

import getpass
import os
import shlex
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

SSHD: Final = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
_MISSING: Final = SSHD is None or shutil.which("ssh") is None
if _MISSING and os.environ.get("CI") == "true":
    pytest.fail("CI runs the tests over SSH too: install openssh-server.", pytrace=False)

needs_sshd: Final = pytest.mark.skipif(
    _MISSING, reason="sshd is not installed: apt install openssh-server"
)
_PATIENCE: Final = 10.0
_PRIVILEGE_SEPARATION: Final = Path("/run/sshd")
"""sshd insists on this folder where it is started by root."""


@dataclass(frozen=True, slots=True)
class Sshd:
    """The server.

    Attributes:
        port: where it listens on loopback.
        folder: holds its keys and its user's.
    """

    port: int
    folder: Path

    def command(self, port: int, env: Mapping[str, str], program: Sequence[str]) -> tuple[str, ...]:
        """How to run `program` with exactly the environment `env`, in a terminal of its own.

        Args:
            port: of the server, or of what leads to it.
            env: the program's whole environment.
            program: it, and its arguments.
        """
        setting = [f"{name}={value}" for name, value in env.items()]
        remote = shlex.join(["env", "-i", *setting, *program])
        options = {
            "StrictHostKeyChecking": "no",
            "UserKnownHostsFile": "/dev/null",
            "IdentityFile": str(self.folder / "user"),
            "IdentitiesOnly": "yes",
            "LogLevel": "ERROR",
        }
        said = [part for name, value in options.items() for part in ("-o", f"{name}={value}")]
        who = f"{getpass.getuser()}@127.0.0.1"
        return ("ssh", "-F", "none", "-tt", *said, "-p", str(port), who, remote)


@contextmanager
def sshd(folder: Path) -> Iterator[Sshd]:
    """An SSH server that lets in who has the key in `folder`, which must be empty."""
    folder.chmod(0o700)
    for name in ("host", "user"):
        key = ("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name))
        subprocess.run(key, check=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    settings = {
        "ListenAddress": f"127.0.0.1:{port}",
        "HostKey": folder / "host",
        "AuthorizedKeysFile": folder / "user.pub",
        "PidFile": "none",
        "StrictModes": "no",
        "UsePAM": "no",
        "PermitRootLogin": "yes",
        "PasswordAuthentication": "no",
        "PrintMotd": "no",
        "PrintLastLog": "no",
    }
    config = folder / "sshd_config"
    config.write_text("".join(f"{name} {value}\n" for name, value in settings.items()))
    if os.geteuid() == 0:
        _PRIVILEGE_SEPARATION.mkdir(mode=0o755, exist_ok=True)
    assert SSHD is not None
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen([SSHD, "-D", "-e", "-f", str(config)], stderr=log)
    try:
        _wait_for(port, folder / "log")
        yield Sshd(port, folder)
    finally:
        server.terminate()
        server.wait()


def _wait_for(port: int, log: Path) -> None:
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.02)
        else:
            return
