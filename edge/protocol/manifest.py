"""The signed order to make one job on one machine from one file."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pydantic import Field

from edge.protocol.base import (
    PROTOCOL,
    Digest,
    Message,
    Moment,
    Name,
    NotNegative,
    Positive,
    Version,
)

_CONTEXT = b"nearmade manifest\n"
"""Signed in front of the manifest, so that no other signed bytes can pass for one."""


class ManifestRefused(Exception):
    """A manifest may not be used: ``reason`` is ``bad_signature`` or ``expired``."""

    def __init__(self, reason: str, sentence: str) -> None:
        super().__init__(sentence)
        self.reason = reason


class Manifest(Message):
    """What is to be made, exactly. ``epoch`` is the hub's lease number for the job."""

    protocol: Version = PROTOCOL
    job: Name
    epoch: int = Field(ge=0)
    machine: Name
    profile_digest: Digest
    sha256: Digest
    size_bytes: int = Field(gt=0)
    seconds: Positive
    grams: NotNegative
    material: str = Field(default="", max_length=32)
    hotend_c: NotNegative = Field(description="the material's own cap for the nozzle")
    bed_c: NotNegative = Field(description="the material's own cap for the bed")
    issued_at: Moment
    expires_at: Moment


class SignedManifest(Message):
    """A manifest with the hub's Ed25519 signature (base64) over its canonical bytes."""

    manifest: Manifest
    signature: str = Field(max_length=128)


def new_keys() -> tuple[bytes, bytes]:
    """A fresh Ed25519 pair: (private, public), 32 raw bytes each."""
    private = Ed25519PrivateKey.generate()
    return private.private_bytes_raw(), private.public_key().public_bytes_raw()


def public_key_of(private_key: bytes) -> bytes:
    """The 32 raw bytes of the public half."""
    return Ed25519PrivateKey.from_private_bytes(private_key).public_key().public_bytes_raw()


def sign_manifest(private_key: bytes, manifest: Manifest) -> SignedManifest:
    """Sign with a raw 32-byte Ed25519 key."""
    key = Ed25519PrivateKey.from_private_bytes(private_key)
    signature = key.sign(_CONTEXT + manifest.canonical())
    return SignedManifest(manifest=manifest, signature=base64.b64encode(signature).decode())


def verify_manifest(public_key: bytes, signed: SignedManifest, now: datetime) -> Manifest:
    """The manifest, if the hub signed it and its time has not run out.

    Raises:
        ManifestRefused: not signed by this key, or expired at ``now``.
    """
    key = Ed25519PublicKey.from_public_bytes(public_key)
    try:
        signature = base64.b64decode(signed.signature, validate=True)
        key.verify(signature, _CONTEXT + signed.manifest.canonical())
    except (InvalidSignature, binascii.Error, ValueError) as error:
        raise ManifestRefused("bad_signature", "the manifest is not signed by the hub") from error
    if now >= signed.manifest.expires_at:
        raise ManifestRefused("expired", f"the manifest ran out at {signed.manifest.expires_at}")
    return signed.manifest
