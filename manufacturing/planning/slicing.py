"""From solids to G-code for one machine, believing nothing the slicer does not prove.

PrusaSlicer 2.5 ends with 0 although moves leave the bed, and with a crash although only the
part was too big; so exit code, file, estimate and bounds are all checked, every time.
"""

from __future__ import annotations

import hashlib
import math
import re
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from edge.protocol import Bed, PrinterProfile
from manufacturing.planning.failures import SliceFailed
from manufacturing.planning.filaments import Filament
from manufacturing.planning.gcode import Box, ProgramFacts, read_program
from manufacturing.planning.plate import PlatePart, place, stl_bytes
from manufacturing.planning.prusa import Ran, run_slicer, write_settings

__all__ = ["PlatePart", "SliceFailed", "Sliced", "slice_plate"]

_TIME = re.compile(rb"^; estimated printing time \(normal mode\) = (.+)$", re.M)
_GRAMS = re.compile(rb"^; total filament used \[g\] = ([\d.]+)", re.M)
_LENGTH = re.compile(rb"^; filament used \[mm\] = ([\d.]+)", re.M)
_CONFIG = b"; prusaslicer_config = begin"
_END_BYTES = 20_000
"""The slicer writes its totals behind the last move; the end code before them is short."""
CHANGE_S = 180.0
"""Until somebody has come to the machine and changed its spool."""
_UNIT_S = {b"d": 86_400, b"h": 3_600, b"m": 60, b"s": 1}


@dataclass(frozen=True)
class Sliced:
    """A program for one plate.

    Attributes:
        seconds: the slicer's estimate, and what it leaves out: the profile's start-up, and the
            time until somebody has changed the spool.
        bounds: the box of all extruding moves after the purge.
        facts: the program as it was read back, for whoever checks it further.
    """

    gcode: bytes = field(repr=False)
    sha256: str
    seconds: float
    grams: float
    filament_mm: float
    layers: int
    bounds: Box
    facts: ProgramFacts = field(repr=False)


def slice_plate(
    parts: tuple[PlatePart, ...],
    profile: PrinterProfile,
    material: Filament,
    *,
    layer_mm: float,
    supports: bool = False,
    changes_mm: tuple[float, ...] = (),
    timeout_s: float = 120.0,
) -> Sliced:
    """Slice all copies of ``parts`` together.

    One part gives the same program every time. Several parts on several cores may not: the
    slicer's threads then choose where loops begin. So a program is named by its own sha256,
    and whatever was made is what is checked, stored and signed.

    Args:
        parts: solids in mm; each lies flat as it is, turned by nobody.
        layer_mm: height of every layer, 0.05 to 0.8 of the nozzle.
        supports: let the slicer add supports under overhangs.
        changes_mm: heights above which the machine stops for another spool (M600).
        timeout_s: wall-clock limit of the slicer.

    Raises:
        SliceFailed: with a code, a sentence and what the slicer said.
    """
    placed = place(parts, profile.bed)
    settings = profile.slicer | material.slicer_settings() | _layer_settings(layer_mm, supports)
    settings["before_layer_gcode"] += _stops(changes_mm, layer_mm)
    flow = min(profile.motion.max_volumetric_mm3_s, material.max_volumetric_mm3_s)
    settings["filament_max_volumetric_speed"] = f"{flow:g}"
    with tempfile.TemporaryDirectory(prefix="slice-") as name:
        folder = Path(name)
        files = [f"part{p.part}-{p.copy}.stl" for p in placed]
        for file, item in zip(files, placed, strict=True):
            (folder / file).write_bytes(stl_bytes(item.vertices, item.faces))
        write_settings(folder / "profile.ini", settings)
        ran = run_slicer(_arguments(files), folder, timeout_s)
        out = folder / "plate.gcode"
        raw = out.read_bytes() if out.is_file() else b""
    _check_ran(ran, raw)
    return _read_back(raw, ran, profile, len(changes_mm))


def _stops(changes_mm: tuple[float, ...], layer_mm: float) -> str:
    """What is said before each layer: to stop before the first one that lies above a height.

    >>> _stops((2.6,), 0.2)  # 13 layers up to 2.6 mm, counted from 0
    '\\\\n{if layer_num==13}M600{endif}'
    """
    first = _first_layer_mm(layer_mm)
    # A layer is what the solid is in its middle.
    numbers = [math.floor((z - first) / layer_mm + 0.5 + 1e-6) + 1 for z in changes_mm]
    return "".join(f"\\n{{if layer_num=={number}}}M600{{endif}}" for number in numbers)


def _first_layer_mm(layer_mm: float) -> float:
    return max(layer_mm, 0.2)


def _layer_settings(layer_mm: float, supports: bool) -> dict[str, str]:
    first = _first_layer_mm(layer_mm)
    settings = {"layer_height": f"{layer_mm:g}", "first_layer_height": f"{first:g}"}
    if supports:
        settings |= {"support_material": "1", "support_material_threshold": "45"}
    return settings


def _arguments(files: list[str]) -> list[str]:
    """We place the parts ourselves. Arachne, the default generator, is never repeatable."""
    fixed = ["--loglevel", "1", "-g", "--load", "profile.ini", "--dont-arrange", "--merge"]
    return [*fixed, "--perimeter-generator", "classic", "-o", "plate.gcode", *files]


def _check_ran(ran: Ran, raw: bytes) -> None:
    if ran.code == 0 and raw:
        return
    said = ran.said.strip().replace("\n", " | ")[-600:]
    detail = f"exit {ran.code}: {said}"
    if re.search(r"outside of the print volume|out of .*bed|exceeds the maximum", ran.said, re.I):
        raise SliceFailed("too_big", "The part is too big for this machine.", detail)
    if re.search(r"no extrusions|empty (first )?layer|no layers|is empty", ran.said, re.I):
        raise SliceFailed(
            "empty", "The part is too thin: the printer would have nothing to draw.", detail
        )
    raise SliceFailed("crashed", "We could not prepare this design for a printer.", detail)


def _read_back(raw: bytes, ran: Ran, profile: PrinterProfile, stops: int) -> Sliced:
    """Check and measure the program, less the timestamp and the settings at its end."""
    gcode = raw.split(b"\n", 1)[1]
    gcode = gcode[: gcode.index(_CONFIG)] if _CONFIG in gcode else gcode
    said = gcode[-_END_BYTES:]
    grams, length, seconds = _number(_GRAMS, said), _number(_LENGTH, said), _seconds(said)
    if not (seconds > 0 and grams > 0 and length > 0):
        raise SliceFailed(
            "empty",
            "The part is too thin: the printer would have nothing to draw.",
            f"{seconds} s, {grams} g, {length} mm; {ran.said[-300:]}",
        )
    if gcode.count(b"\nM600\n") != stops:
        raise SliceFailed(
            "no_stop", "The colours of this design cannot be told apart in its layers.",
            f"{gcode.count(b'M600')} stops for {stops} changes of colour",
        )  # fmt: skip
    facts = read_program(gcode)
    if facts.extruding_bounds_mm is None or not _on_bed(facts.extruding_bounds_mm, profile.bed):
        raise SliceFailed(
            "off_bed", "The part does not fit on this machine.", f"{facts.extruding_bounds_mm}"
        )
    return Sliced(
        gcode=gcode,
        sha256=hashlib.sha256(gcode).hexdigest(),
        seconds=seconds + profile.motion.start_s + CHANGE_S * stops,
        grams=grams,
        filament_mm=length,
        layers=gcode.count(b";LAYER_CHANGE"),
        bounds=facts.extruding_bounds_mm,
        facts=facts,
    )


def _number(pattern: re.Pattern[bytes], gcode: bytes) -> float:
    found = pattern.search(gcode)
    return float(found[1]) if found else 0.0


def _seconds(gcode: bytes) -> float:
    """``1d 2h 3m 4s`` in seconds; 0 when the slicer gave no estimate."""
    found = _TIME.search(gcode)
    if not found:
        return 0.0
    pairs = re.findall(rb"(\d+)([dhms])", found[1])
    return float(sum(int(count) * _UNIT_S[unit] for count, unit in pairs))


def _on_bed(box: Box, bed: Bed) -> bool:
    low = (bed.x_min_mm, bed.y_min_mm, 0.0)
    room = (bed.width_mm, bed.depth_mm, bed.height_mm)
    return all(
        box.low[i] >= low[i] - 1e-6 and box.high[i] <= low[i] + room[i] + 1e-6 for i in range(3)
    )
