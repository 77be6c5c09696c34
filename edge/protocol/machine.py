"""What a machine is, and what it may never be asked to do."""

from __future__ import annotations

import hashlib
from typing import Literal, Self

from pydantic import Field, model_validator

from edge.protocol.base import Digest, Finite, Message, Name, NotNegative, Positive


class KeepOut(Message):
    """A box the tool may not enter: a clip, a camera, a purge bucket (mm, machine axes)."""

    name: str = Field(max_length=64)
    x_min_mm: Finite
    x_max_mm: Finite
    y_min_mm: Finite
    y_max_mm: Finite
    z_min_mm: Finite = 0.0
    z_max_mm: Finite = 10_000.0


class Envelope(Message):
    """The hard limits of one machine. Every move of a program must stay inside all of them.

    The volume is what the tool may reach, in machine axes after homing; it may be a little
    larger than what may be printed on (a purge line in front of the bed).
    """

    x_min_mm: Finite
    x_max_mm: Finite
    y_min_mm: Finite
    y_max_mm: Finite
    z_min_mm: Finite = 0.0
    z_max_mm: Finite
    max_feed_mm_s: Positive
    max_accel_mm_s2: Positive
    max_hotend_c: Positive
    max_bed_c: NotNegative
    max_extrude_per_mm: Positive = Field(
        default=0.35, description="mm of filament per mm of travel; a blob is more than that"
    )
    max_extrude_only_mm: Positive = Field(
        default=25.0, description="mm of filament pushed in one move that travels nowhere"
    )
    min_extrude_c: Positive = Field(default=170.0, description="colder than this is cold extrusion")
    keep_outs: tuple[KeepOut, ...] = ()

    @model_validator(mode="after")
    def _has_volume(self) -> Self:
        spans = (
            (self.x_min_mm, self.x_max_mm),
            (self.y_min_mm, self.y_max_mm),
            (self.z_min_mm, self.z_max_mm),
        )
        if any(low >= high for low, high in spans):
            raise ValueError("an envelope needs a positive size on every axis")
        return self


class Bed(Message):
    """Where parts may lie (mm, machine axes) and how high they may be."""

    x_min_mm: Finite = 0.0
    y_min_mm: Finite = 0.0
    width_mm: Positive
    depth_mm: Positive
    height_mm: Positive


class Motion(Message):
    """How the machine really moves: what an estimate without slicing is made from."""

    perimeter_mm_s: Positive
    external_perimeter_mm_s: Positive
    infill_mm_s: Positive
    solid_infill_mm_s: Positive
    travel_mm_s: Positive
    first_layer_mm_s: Positive
    accel_mm_s2: Positive
    max_volumetric_mm3_s: Positive
    start_s: NotNegative = Field(description="homing and probing before the first move")


class MachineProfile(Message):
    """One kind of machine as it is set up: its limits, its nozzle and its slicer settings.

    A program is made for a profile and carries its digest; a machine whose profile has since
    changed refuses the program.
    """

    slug: Name
    name: str = Field(min_length=1, max_length=80)
    process: Literal["fdm"] = "fdm"
    bed: Bed
    envelope: Envelope
    nozzle_mm: Positive
    layers_mm: tuple[Positive, ...] = Field(min_length=1, description="heights it is tuned for")
    slicer: dict[str, str] = Field(description="PrusaSlicer settings, as in its .ini")
    motion: Motion

    def digest(self) -> Digest:
        """sha256 of the canonical form: any change of any setting gives another digest."""
        return hashlib.sha256(self.canonical()).hexdigest()
