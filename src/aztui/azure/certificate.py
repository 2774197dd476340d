"""A server's certificate: as much of X.509 (RFC 5280) as a user needs to judge it.

The standard library decodes only certificates that it has found good, and what is wrong with one
that is not is what a checkup is about.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from aztui.core.data import dataclass

_COMMON_NAME: Final = bytes.fromhex("550403")
_ORGANISATION: Final = bytes.fromhex("55040a")
_SEQUENCE: Final = 0x30
_VERSION: Final = 0xA0
_UTC_TIME: Final = 0x17
_BMP_STRING: Final = 0x1E
_LONG_LENGTH: Final = 0x80

_PUBLIC: Final = ("microsoft", "digicert")
"""In the names of those who issue the certificates of Azure's own addresses."""


class UnreadableError(ValueError):
    """It is no certificate that can be read."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """Whom a server says it is, who vouches for that, and until when.

    Attributes:
        subject: the common name, else the organisation; empty where it has neither.
        issuer: the issuer's common name and organisation, as far as there are any.
        since: when it begins to be valid, UTC.
        until: when it ends.
    """

    subject: str
    issuer: str
    since: datetime
    until: datetime

    def days_left(self, now: datetime) -> int:
        """Whole days until its end; negative once it has expired."""
        return (self.until - now).days

    @property
    def of_azures_own(self) -> bool:
        """Whether its issuer is one that Azure uses."""
        return any(name in self.issuer.lower() for name in _PUBLIC)


def read(der: bytes) -> Certificate:
    """Read a certificate in DER.

    Raises:
        UnreadableError: it is none.
    """
    try:
        return _read(der)
    except (ValueError, IndexError, StopIteration) as error:
        raise UnreadableError(str(error)) from error


def _read(der: bytes) -> Certificate:
    certificate = _only(der)
    signed = next(_items(certificate))[1]
    fields = [item for item in _items(signed) if item[0] != _VERSION]
    _serial, _algorithm, issuer, validity, subject = fields[:5]
    since, until = (_time(tag, value) for tag, value in _items(validity[1]))
    named = _names(subject[1])
    vouching = _names(issuer[1])
    by = [vouching[oid] for oid in (_COMMON_NAME, _ORGANISATION) if oid in vouching]
    return Certificate(
        named.get(_COMMON_NAME) or named.get(_ORGANISATION, ""),
        ", ".join(dict.fromkeys(by)),
        since,
        until,
    )


def _only(data: bytes) -> bytes:
    tag, value = next(_items(data))
    if tag != _SEQUENCE:
        raise ValueError("it is no ASN.1 sequence")
    return value


def _items(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The elements of a DER value one after the other, as tag and content."""
    at = 0
    while at < len(data):
        tag, length = data[at], data[at + 1]
        at += 2
        if length & _LONG_LENGTH:
            size = length & ~_LONG_LENGTH
            length = int.from_bytes(data[at : at + size])
            at += size
        if at + length > len(data):
            raise ValueError("it is cut off")
        yield tag, data[at : at + length]
        at += length


def _names(name: bytes) -> dict[bytes, str]:
    """The parts of a distinguished name by their OIDs."""
    found: dict[bytes, str] = {}
    for _, group in _items(name):
        for _, pair in _items(group):
            (_, oid), (tag, value) = _items(pair)
            encoding = "utf-16-be" if tag == _BMP_STRING else "utf-8"
            found[oid] = value.decode(encoding, "replace")
    return found


def _time(tag: int, value: bytes) -> datetime:
    text = value.decode("ascii")
    if tag == _UTC_TIME:
        # RFC 5280, 4.1.2.5.1: two digits from 50 on are of the last century.
        text = ("19" if int(text[:2]) >= 50 else "20") + text
    return datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)
