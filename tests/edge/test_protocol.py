"""Messages are strict, canonical and signed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from edge.protocol import (
    Envelope,
    Manifest,
    ManifestRefused,
    PollReply,
    PollRequest,
    SignedManifest,
    Start,
    new_keys,
    sign_manifest,
    verify_manifest,
)
from manufacturing.planning.profiles import PROFILES

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
MANIFEST = Manifest(
    job="j1", epoch=1, machine="m1", profile_digest="0" * 64, sha256="1" * 64, size_bytes=10,
    seconds=60, grams=1.5, hotend_c=235, bed_c=70, issued_at=NOW,
    expires_at=NOW + timedelta(minutes=10),
)  # fmt: skip


def test_a_signed_manifest_is_believed_until_it_expires() -> None:
    private, public = new_keys()
    signed = SignedManifest.model_validate_json(sign_manifest(private, MANIFEST).model_dump_json())
    assert verify_manifest(public, signed, NOW) == MANIFEST
    assert verify_manifest(public, signed, NOW + timedelta(minutes=9, seconds=59)) == MANIFEST
    with pytest.raises(ManifestRefused, match="ran out") as refusal:
        verify_manifest(public, signed, NOW + timedelta(minutes=10))
    assert refusal.value.reason == "expired"


@pytest.mark.parametrize(
    "change", [{"job": "j2"}, {"epoch": 2}, {"grams": 1.6}, {"expires_at": NOW + timedelta(days=9)}]
)
def test_any_change_breaks_the_signature(change: dict[str, object]) -> None:
    private, public = new_keys()
    signed = sign_manifest(private, MANIFEST)
    changed = signed.model_copy(update={"manifest": MANIFEST.model_copy(update=change)})
    with pytest.raises(ManifestRefused) as refusal:
        verify_manifest(public, changed, NOW)
    assert refusal.value.reason == "bad_signature"


@pytest.mark.parametrize("signature", ["", "not base64 at all!", "AAAA"])
def test_nonsense_for_a_signature_is_refused_not_a_crash(signature: str) -> None:
    _, public = new_keys()
    with pytest.raises(ManifestRefused):
        verify_manifest(public, SignedManifest(manifest=MANIFEST, signature=signature), NOW)


def test_another_key_is_refused() -> None:
    private, _ = new_keys()
    with pytest.raises(ManifestRefused):
        verify_manifest(new_keys()[1], sign_manifest(private, MANIFEST), NOW)


@pytest.mark.parametrize("name", ["", "a/b", "../x", "a b", "x" * 65, "é", "j1\n"])
def test_ids_are_safe_as_file_names(name: str) -> None:
    with pytest.raises(ValidationError):
        Manifest.model_validate(MANIFEST.model_dump() | {"job": name})


def test_unknown_fields_and_other_versions_are_errors() -> None:
    with pytest.raises(ValidationError):
        PollRequest.model_validate({"protocol": 2})
    with pytest.raises(ValidationError):
        PollRequest.model_validate({"surprise": 1})


def test_commands_are_told_apart_by_their_kind() -> None:
    private, _ = new_keys()
    start = Start(machine="m1", signed=sign_manifest(private, MANIFEST))
    reply = PollReply(acks=3, commands=(start,))
    assert PollReply.model_validate_json(reply.model_dump_json()) == reply


def test_an_envelope_without_volume_is_an_error() -> None:
    with pytest.raises(ValidationError, match="positive size"):
        Envelope(
            x_min_mm=5, x_max_mm=5, y_min_mm=0, y_max_mm=1, z_max_mm=1, max_feed_mm_s=1,
            max_accel_mm_s2=1, max_hotend_c=1, max_bed_c=1,
        )  # fmt: skip


def test_a_profile_s_digest_is_the_same_after_a_journey_and_another_after_any_change() -> None:
    profile = PROFILES["prusa-mk4"]
    again = type(profile).model_validate_json(profile.model_dump_json())
    assert again.digest() == profile.digest()
    changed = profile.model_copy(update={"slicer": profile.slicer | {"perimeters": "3"}})
    assert changed.digest() != profile.digest()
    assert len({p.digest() for p in PROFILES.values()}) == len(PROFILES) >= 4
