from __future__ import annotations

import contextlib
import ssl
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aztui.azure.certificate import Certificate, UnreadableError, read
from tests.support.emulator import CERTIFICATE, EXPIRED

JULY = datetime(2026, 7, 1, tzinfo=UTC)


def der(path: Path) -> bytes:
    return ssl.PEM_cert_to_DER_cert(path.read_text(encoding="ascii"))


def test_a_certificate_says_who_vouches_for_whom_and_until_when() -> None:
    shown = read(der(EXPIRED))
    assert (shown.subject, shown.issuer) == ("127.0.0.1", "127.0.0.1, Contoso Inspection")
    assert (shown.since.year, shown.until) == (2020, datetime(2021, 1, 1, tzinfo=UTC))
    assert shown.days_left(JULY) == -2007


def test_a_year_far_away_is_read() -> None:
    assert read(der(CERTIFICATE)).until.year == 2120


@pytest.mark.parametrize(
    ("issuer", "own"),
    [
        ("Microsoft Azure RSA TLS Issuing CA 04, Microsoft Corporation", True),
        ("DigiCert Global G2 TLS RSA SHA256 2020 CA1, DigiCert Inc", True),
        ("Zscaler Intermediate Root CA (zscaler.net), Zscaler Inc.", False),
    ],
)
def test_azures_issuers_are_known(issuer: str, own: bool) -> None:
    assert Certificate("*.openai.azure.com", issuer, JULY, JULY).of_azures_own is own


@given(st.binary(max_size=200))
def test_anything_else_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableError):
        read(data)


@given(st.integers(0, 900), st.binary(max_size=4))
def test_a_damaged_one_is_read_or_refused(at: int, patch: bytes) -> None:
    whole = der(CERTIFICATE)
    with contextlib.suppress(UnreadableError):
        read(whole[:at] + patch + whole[at + len(patch) :])
