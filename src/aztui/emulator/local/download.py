"""Fetching a big file over HTTP, going on where an earlier try was cut off."""

from __future__ import annotations

import http.client
import re
import ssl
import urllib.error
import urllib.request
from pathlib import Path
from typing import Final, cast
from urllib.parse import urlsplit

from aztui.emulator.local.disk import complaints, size_of
from aztui.emulator.local.errors import WeightsError
from aztui.emulator.local.parcel import Progress

_SILENCE: Final = 30.0
"""Seconds without a byte after which a connection counts as lost."""
_BLOCK: Final = 1 << 18


def download(url: str, part: Path, size: int, progress: Progress) -> None:
    """Fetch `url` until `part` has `size` bytes.

    What `part` already has is kept and only the rest is asked for (RFC 9110, section 14); a
    server that does not know ranges is read from the start. A connection that is cut is taken
    up again for as long as each one brings the file further. Proxies and certificates are the
    system's, as urllib finds them.

    Raises:
        WeightsError: the rest cannot be had now; `part` keeps what came.
    """
    furthest = -1
    while (have := size_of(part)) < size:
        if have <= furthest:
            raise WeightsError(_cut(url, have, size))
        furthest = have
        try:
            _fetch_rest(url, part, size, progress)
        except urllib.error.HTTPError as refusal:
            with refusal:
                if not (refusal.code == http.client.REQUESTED_RANGE_NOT_SATISFIABLE and have):
                    raise WeightsError(_refused(url, refusal)) from refusal
            part.unlink()
            furthest = -1
        except (OSError, http.client.HTTPException) as error:
            if size_of(part) <= have:
                raise WeightsError(_unreachable(url, error)) from error
    progress(size, size)


def _fetch_rest(url: str, part: Path, size: int, progress: Progress) -> None:
    have = size_of(part)
    headers = {"Accept-Encoding": "identity", "User-Agent": "aztui"}
    if have:
        headers["Range"] = f"bytes={have}-"
    request = urllib.request.Request(url, headers=headers)
    answer = cast("http.client.HTTPResponse", urllib.request.urlopen(request, timeout=_SILENCE))
    with answer:
        if not _goes_on_at(answer, have):
            have = 0
        with complaints(part.parent):
            file = part.open("ab" if have else "wb")
        with file:
            progress(have, size)
            while have < size and (block := answer.read1(min(_BLOCK, size - have))):
                with complaints(part.parent):
                    file.write(block)
                have += len(block)
                progress(have, size)
            with complaints(part.parent):
                file.flush()


def _goes_on_at(answer: http.client.HTTPResponse, position: int) -> bool:
    """Whether the body begins at `position`; a 206 that begins elsewhere is a broken server."""
    if answer.status != http.client.PARTIAL_CONTENT:
        return False
    given = re.match(r"bytes (\d+)-", answer.headers.get("Content-Range", ""))
    if given is None or int(given[1]) != position:
        raise http.client.HTTPException("the server sent another part of the file than asked for")
    return True


def _host(url: str) -> str:
    return urlsplit(url).hostname or url


def _refused(url: str, refusal: urllib.error.HTTPError) -> str:
    return (
        f"{_host(url)} refused the local model's weights: HTTP {refusal.code} {refusal.reason}. "
        "Check pip's settings (`pip config list`), or try again later."
    )


def _cut(url: str, have: int, size: int) -> str:
    return (
        f"The connection to {_host(url)} was cut at {have / size:.0%} of the local model's "
        "weights. What came is kept: run it again to go on from there."
    )


def _unreachable(url: str, error: Exception) -> str:
    reason = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(reason, ssl.SSLCertVerificationError):
        return (
            f"The certificate of {_host(url)} cannot be checked ({reason.verify_message}): "
            "install the system's certificates (`apt install ca-certificates`), or let "
            "SSL_CERT_FILE name the file of your network's own."
        )
    return (
        f"The local model's weights cannot be fetched from {_host(url)}: {reason}. Check the "
        "network and run it again; what came already is kept."
    )
