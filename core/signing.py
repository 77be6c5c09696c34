"""Keys and signed links.

Programs for machines are signed with the hub's Ed25519 key; links for customers are signed
with Django's signer, so that a tracking page needs no login and cannot be guessed.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.core import signing as django_signing

from core.errors import NotFound


def seal(value: Any, *, purpose: str) -> str:
    """A signed, URL-safe text that holds ``value`` (JSON) for one purpose."""
    return django_signing.dumps(value, salt=f"nearmade.{purpose}", compress=True)


def unseal(text: str, *, purpose: str, max_age_s: int | None = None) -> Any:
    """The value of a sealed text.

    Raises:
        NotFound: it was changed, made for another purpose, or is too old.
    """
    try:
        return django_signing.loads(text, salt=f"nearmade.{purpose}", max_age=max_age_s)
    except django_signing.BadSignature as error:
        raise NotFound(
            "This link is not valid (any more). Please use the newest one you were given.",
            detail=str(error),
        ) from error


def hub_private_key() -> bytes:
    """The hub's raw Ed25519 private key (32 bytes), made on first use where none is set."""
    path = Path(settings.HUB_KEY_FILE)
    if not path.exists():
        _write_new_key(path)
    return path.read_bytes()


def hub_public_key() -> bytes:
    """The raw Ed25519 public key (32 bytes) that nodes pin when they pair."""
    key = Ed25519PrivateKey.from_private_bytes(hub_private_key()).public_key()
    return key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)


def _write_new_key(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    raw = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.Raw,
        serialization.PrivateFormat.Raw,
        serialization.NoEncryption(),
    )
    temporary = path.with_suffix(f".{os.getpid()}")
    temporary.touch(mode=0o600)
    temporary.write_bytes(raw)
    try:
        os.link(temporary, path)  # fails if another process was first: its key stands
    except FileExistsError:
        pass
    finally:
        temporary.unlink()
