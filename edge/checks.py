"""Everything that must be true of an order before a machine hears of it."""

from __future__ import annotations

import hashlib
from datetime import datetime

from edge.errors import JobRefused
from edge.firewall import Refusal, inspect
from edge.laser_firewall import inspect_laser
from edge.protocol import (
    Envelope,
    LaserEnvelope,
    Manifest,
    ManifestRefused,
    PairedMachine,
    Reach,
    Start,
    verify_manifest,
)

_SHOWN = 5


def check_order(start: Start, machine: PairedMachine, hub_key: bytes, now: datetime) -> None:
    """Signed by our hub, in time, for this machine as it is set up.

    Raises:
        JobRefused: ``bad_signature``, ``expired``, ``wrong_machine`` or ``wrong_profile``.
    """
    try:
        manifest = verify_manifest(hub_key, start.signed, now)
    except ManifestRefused as refusal:
        raise JobRefused(refusal.reason, str(refusal)) from refusal
    if manifest.machine != machine.id:
        raise JobRefused("wrong_machine", f"it is for machine {manifest.machine}")
    if manifest.profile_digest != machine.profile.digest():
        raise JobRefused("wrong_profile", "it was made for another set-up of this machine")


def check_bytes(gcode: bytes, manifest: Manifest) -> None:
    """The very file that was signed.

    Raises:
        JobRefused: ``wrong_size`` or ``wrong_sha256``.
    """
    if len(gcode) != manifest.size_bytes:
        raise JobRefused(
            "wrong_size", f"{len(gcode)} bytes came, {manifest.size_bytes} were signed"
        )
    if hashlib.sha256(gcode).hexdigest() != manifest.sha256:
        raise JobRefused("wrong_sha256", "the file is not the one that was signed")


def inspect_program(gcode: bytes, manifest: Manifest, envelope: Reach) -> None:
    """Nothing in a program that could harm the machine, by what the machine's profile says it is.

    Raises:
        JobRefused: ``unsafe`` with the first reasons.
    """
    refusals = _refusals(gcode, manifest, envelope)
    if refusals:
        shown = "; ".join(f"line {r.line}: {r.sentence}" for r in refusals[:_SHOWN])
        raise JobRefused("unsafe", shown)


def _refusals(gcode: bytes, manifest: Manifest, envelope: Reach) -> list[Refusal]:
    """A machine of a kind that this agent does not know is sent nothing."""
    if isinstance(envelope, Envelope):
        caps = {"hotend_cap_c": manifest.hotend_c, "bed_cap_c": manifest.bed_c}
        return inspect(gcode, envelope, **caps)
    if isinstance(envelope, LaserEnvelope):
        return inspect_laser(gcode, envelope)
    return [Refusal(0, "machine", "this agent does not know such machines")]


class Proven:
    """Checks programs, and remembers which of them one machine's envelope let pass.

    A program is read when it is fetched and must be proven again before it starts: then the
    hash of the bytes says that they are the ones that were read. Nothing is remembered over a
    restart, and other caps or other bytes are read anew.
    """

    def __init__(self, envelope: Reach) -> None:
        self._envelope = envelope
        self._passed: tuple[str, float, float] | None = None

    def check(self, gcode: bytes, manifest: Manifest) -> None:
        """Raises JobRefused: ``wrong_size``, ``wrong_sha256`` or ``unsafe``."""
        check_bytes(gcode, manifest)
        wanted = (manifest.sha256, manifest.hotend_c, manifest.bed_c)
        if self._passed != wanted:
            inspect_program(gcode, manifest, self._envelope)
            self._passed = wanted
