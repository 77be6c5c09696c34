"""A program is read once; then its hash proves it, and nothing else does."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from edge import checks
from edge.checks import Proven
from edge.errors import JobRefused
from edge.protocol import Manifest
from tests.edge.gcode import program
from tests.edge.test_firewall import ENVELOPE

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def manifest(gcode: bytes, hotend_c: float = 235) -> Manifest:
    return Manifest(
        job="j1", epoch=1, machine="m1", profile_digest="0" * 64,
        sha256=hashlib.sha256(gcode).hexdigest(), size_bytes=len(gcode), seconds=60, grams=1,
        material="pla", hotend_c=hotend_c, bed_c=70, issued_at=NOW,
        expires_at=NOW + timedelta(minutes=10),
    )  # fmt: skip


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Each whole reading of a program by the real firewall."""
    seen: list[bytes] = []
    real = checks.inspect

    def counted(gcode: bytes, *args: Any, **caps: Any) -> Any:
        seen.append(gcode)
        return real(gcode, *args, **caps)

    monkeypatch.setattr(checks, "inspect", counted)
    return seen


def test_the_same_bytes_are_read_once(readings: list[bytes]) -> None:
    proven, good = Proven(ENVELOPE), program()
    for _ in range(3):
        proven.check(good, manifest(good))
    assert len(readings) == 1


def test_other_bytes_than_the_signed_ones_are_refused_though_the_signed_ones_passed() -> None:
    proven, good = Proven(ENVELOPE), program()
    proven.check(good, manifest(good))
    changed = good.replace(b"X80", b"X81")
    with pytest.raises(JobRefused) as refusal:
        proven.check(changed, manifest(good))
    assert refusal.value.reason == "wrong_sha256"


def test_a_lower_cap_is_a_reason_to_read_again(readings: list[bytes]) -> None:
    proven, good = Proven(ENVELOPE), program()
    proven.check(good, manifest(good))
    with pytest.raises(JobRefused) as refusal:
        proven.check(good, manifest(good, hotend_c=200))
    assert refusal.value.reason == "unsafe"
    assert len(readings) == 2


def test_what_did_not_pass_is_not_remembered() -> None:
    proven, bad = Proven(ENVELOPE), program(head=("G21", "G90", "M83"))
    for _ in range(2):
        with pytest.raises(JobRefused):
            proven.check(bad, manifest(bad))
