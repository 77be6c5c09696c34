"""What a machine is, and what it may never be asked to do."""

from __future__ import annotations

import hashlib
from typing import Annotated, Literal, Self

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


class Reach(Message):
    """How far and how fast a machine may go, whatever its tool is.

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


class Envelope(Reach):
    """The hard limits of one printer. Every move of a program must stay inside all of them."""

    max_hotend_c: Positive
    max_bed_c: NotNegative
    max_extrude_per_mm: Positive = Field(
        default=0.35, description="mm of filament per mm of travel; a blob is more than that"
    )
    max_extrude_only_mm: Positive = Field(
        default=25.0, description="mm of filament pushed in one move that travels nowhere"
    )
    min_extrude_c: Positive = Field(default=170.0, description="colder than this is cold extrusion")


class LaserEnvelope(Reach):
    """The hard limits of one laser cutter."""

    max_beam_s: Positive = Field(description="the largest S word; the beam's full power is its $30")


class MillEnvelope(Reach):
    """The hard limits of one CNC router: ``z_min_mm`` is the spoil board, which no tool enters."""

    max_spindle_rpm: Positive = Field(description="the largest S word; GRBL's $30")


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
    """One kind of machine as it is set up, whatever it does.

    A program is made for a profile and carries its digest; a machine whose profile has since
    changed refuses the program.
    """

    slug: Name
    name: str = Field(min_length=1, max_length=80)
    process: str
    bed: Bed
    envelope: Reach

    def digest(self) -> Digest:
        """sha256 of the canonical form: any change of any setting gives another digest."""
        return hashlib.sha256(self.canonical()).hexdigest()


class PrinterProfile(MachineProfile):
    """A printer: its limits, its nozzle and its slicer settings."""

    process: Literal["fdm"] = "fdm"
    envelope: Envelope
    nozzle_mm: Positive
    layers_mm: tuple[Positive, ...] = Field(min_length=1, description="heights it is tuned for")
    slicer: dict[str, str] = Field(description="PrusaSlicer settings, as in its .ini")
    motion: Motion


class LaserProfile(MachineProfile):
    """A laser cutter that speaks GRBL: its limits, its tube and how it moves."""

    process: Literal["laser"] = "laser"
    envelope: LaserEnvelope
    beam_w: Positive = Field(description="optical power of the tube")
    travel_mm_s: Positive
    accel_mm_s2: Positive
    start_s: NotNegative = Field(description="laying the sheet, focus and homing")


class MillProfile(MachineProfile):
    """A CNC router: its limits, its spindle and how it moves."""

    process: Literal["cnc"] = "cnc"
    envelope: MillEnvelope
    spindle_w: Positive
    travel_mm_s: Positive
    accel_mm_s2: Positive
    start_s: NotNegative = Field(description="clamping the board, homing and probing")
    tool_change_s: NotNegative


Profile = Annotated[PrinterProfile | LaserProfile | MillProfile, Field(discriminator="process")]
"""Any kind of machine that we know, told apart by its process."""
