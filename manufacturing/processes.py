"""What each process asks of a machine: one row a process, and no other place that tells them apart.

``configurator.processes`` says how parts are checked, ``orders.pricing.RATES`` what they cost; the
three tables have the same keys. A process is added by a row in each.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from configurator.engine import PartMeasure
from configurator.materials import Material
from configurator.materials import Sheet as SheetStuff
from configurator.materials import material as material_of
from configurator.products.base import Part
from edge.protocol import LaserProfile, MachineProfile, MillProfile, PrinterProfile
from manufacturing.needs import JobNeed
from manufacturing.planning import laser, mills
from manufacturing.planning.estimate import estimate
from manufacturing.planning.failures import SliceFailed
from manufacturing.planning.filaments import FILAMENTS
from manufacturing.planning.kinds import KINDS
from manufacturing.planning.laser import CutPlan, SheetPart
from manufacturing.planning.lasers import speed_mm_s
from manufacturing.planning.plate import PLATE_MARGIN_MM, PlatePart, fits_plate
from manufacturing.planning.profiles import CHANGES_SPOOL
from manufacturing.planning.slicing import CHANGE_S, Sliced, slice_plate

if TYPE_CHECKING:
    from configurator.geometry.sheet import Outline


@dataclass(frozen=True)
class Taken:
    """What one piece takes of a machine: ``start_s`` comes once, however many pieces there are."""

    grams: float
    seconds: float
    start_s: float
    sheet_mm2: float = 0.0


@dataclass(frozen=True)
class Work:
    """One process, as machines do it.

    Attributes:
        priced_on: the kind of machine that prices are for, whoever makes the part.
        tolerance_mm: the loosest machine that will do, where a family asks for no better.
        margin_mm: what stays free round the bed.
        steps: what a program is made of, in words ("layers").
        taken: machine time and material of one piece, from its measures.
        holds: whether so many pieces of these boxes lie on a machine's bed at once.
        cannot: why this kind of machine cannot work the material of a need, or "".
        caps_c: what a signed order lets the nozzle and the bed reach, °C.
        plan: the proven-to-be program of parts; raises SliceFailed.
        by_hand: no program is written here yet: a workshop makes it with one of its own.
    """

    priced_on: str
    tolerance_mm: float
    margin_mm: float
    steps: str
    taken: Callable[[Sequence[PartMeasure], Material, Any], Taken]
    holds: Callable[[Sequence[Sequence[float]], int, MachineProfile], bool]
    cannot: Callable[[JobNeed, Any], str]
    caps_c: Callable[[str], tuple[float, float]]
    plan: Callable[[Sequence[Part], JobNeed, Any], Sliced | CutPlan]
    by_hand: bool = False

    def profiles(self) -> dict[str, MachineProfile]:
        """Every kind of machine that does this."""
        process = KINDS[self.priced_on].process
        return {slug: kind for slug, kind in KINDS.items() if kind.process == process}


def layer_of(profile: PrinterProfile) -> float:
    """The usual layer height (mm) of a printer: the one nearest 0.2."""
    return min(profile.layers_mm, key=lambda layer: abs(layer - 0.2))


def _printing(parts: Sequence[PartMeasure], material: Material, profile: PrinterProfile) -> Taken:
    """All the parts of a design, printed together without supports."""
    layer, density = layer_of(profile), material.density_g_cm3
    found = [
        estimate(one.volume_mm3, one.area_mm2, one.size_mm, 0.0, profile, layer, density)
        for one in parts
    ]
    start = profile.motion.start_s
    # Once for all pieces on the plate; a machine that cannot stop would never be done.
    stops = len(changes_mm(parts))
    able = not stops or profile.slug in CHANGES_SPOOL
    seconds = sum(one.seconds - start for one in found) if able else math.inf
    return Taken(sum(one.grams for one in found), seconds, start + CHANGE_S * stops)


def _prints(boxes: Sequence[Sequence[float]], copies: int, profile: MachineProfile) -> bool:
    return fits_plate(boxes, copies, profile.bed)


def _unable(need: JobNeed, profile: PrinterProfile) -> str:
    if need.second_colour and profile.slug not in CHANGES_SPOOL:
        return "does not stop for another spool, and this is printed in two colours"
    needed, reached = FILAMENTS[need.material].hotend_c, profile.envelope.max_hotend_c
    if reached >= needed:
        return ""
    return f"reaches {reached:g} °C, {need.material.upper()} needs {needed:g} °C"


def _filament_caps(material: str) -> tuple[float, float]:
    filament = FILAMENTS[material]
    return filament.hotend_cap_c, filament.bed_cap_c


def _slice(parts: Sequence[Part], need: JobNeed, profile: PrinterProfile) -> Sliced:
    plate = tuple(
        PlatePart(part.name, part.mesh.vertices, part.mesh.faces, need.quantity) for part in parts
    )
    stops = changes_mm(parts)
    if stops and profile.slug not in CHANGES_SPOOL:
        raise SliceFailed("no_stop", "This machine does not stop for another spool.")
    layer = layer_of(profile)
    return slice_plate(plate, profile, FILAMENTS[need.material], layer_mm=layer, changes_mm=stops)


def changes_mm(parts: Iterable[PartMeasure | Part]) -> tuple[float, ...]:
    """Where a plate of these parts stops for another spool, the lowest height first."""
    return tuple(sorted({z for part in parts for z in part.changes_mm}))


def _on_bed(material: Material, thickness_mm: float) -> laser.Sheet:
    assert isinstance(material, SheetStuff), "only sheets are cut"
    kerf = material.gauge(thickness_mm).kerf_mm
    return laser.Sheet(material.slug, thickness_mm, kerf, material.density_g_cm3)


def _cutting(parts: Sequence[PartMeasure], material: Material, profile: LaserProfile) -> Taken:
    """All the parts of one thickness, cut from one sheet; waste is part of what it takes."""
    sheet = _on_bed(material, parts[0].thickness_mm)
    area = laser.sheet_area_mm2([one.size_mm for one in parts])
    seconds = laser.seconds_of(
        sum(one.cut_mm for one in parts),
        sum(one.engraved_mm for one in parts),
        sum(one.contours for one in parts),
        sheet,
        profile,
    )
    grams = area * sheet.thickness_mm * sheet.density_g_cm3 / 1000
    return Taken(grams, seconds, profile.start_s, area)


def _nests(boxes: Sequence[Sequence[float]], copies: int, profile: MachineProfile) -> bool:
    return laser.fits_sheet(boxes, copies, profile.bed)


def _too_weak(need: JobNeed, profile: LaserProfile) -> str:
    if speed_mm_s(need.material, need.thickness_mm, profile):
        return ""
    name = material_of(need.material).noun
    return f"cuts no {name} of {need.thickness_mm:g} mm with its {profile.beam_w:g} W"


def _cold(material: str) -> tuple[float, float]:
    return 0.0, 0.0


def _sheet_part(name: str, outline: Outline, copies: int) -> SheetPart:
    return SheetPart(name, outline.rings, outline.engraved, outline.seams, copies)


def _cut(parts: Sequence[Part], need: JobNeed, profile: LaserProfile) -> CutPlan:
    pieces = [
        _sheet_part(part.name, part.outline, need.quantity)
        for part in parts
        if part.outline is not None
    ]
    return laser.plan_sheet(pieces, _on_bed(material_of(need.material), need.thickness_mm), profile)


def _milling(parts: Sequence[PartMeasure], material: Material, profile: MillProfile) -> Taken:
    """All the parts of one thickness, milled from one board; waste is part of what it takes."""
    recipe = mills.recipe_for(material.slug, profile)
    start = profile.start_s + mills.TOOLS * profile.tool_change_s
    thickness = parts[0].thickness_mm
    room = 2 * mills.TOOL_MM - laser.SHEET_GAP_MM
    area = laser.sheet_area_mm2([(x + room, y + room) for x, y, _ in (p.size_mm for p in parts)])
    grams = area * thickness * material.density_g_cm3 / 1000
    if recipe is None:
        return Taken(grams, math.inf, start, area)
    pockets = [(one.pocket_mm3, one.pocket_mm, one.pocket_deep_mm) for one in parts]
    seconds = mills.seconds_of(
        pockets,
        sum(one.cut_mm for one in parts),
        thickness,
        sum(one.contours for one in parts),
        recipe,
    )
    return Taken(grams, seconds, start, area)


def _lies(boxes: Sequence[Sequence[float]], copies: int, profile: MachineProfile) -> bool:
    """Whether so many lie on one board with a tool's width round each, clamps outside."""
    room = 2 * mills.TOOL_MM - laser.SHEET_GAP_MM
    wider = [(box[0] + room, box[1] + room) for box in boxes]
    tall = all(box[2] <= profile.bed.height_mm for box in boxes)
    return tall and laser.fits_sheet(wider, copies, profile.bed)


def _too_soft(need: JobNeed, profile: MillProfile) -> str:
    if mills.recipe_for(need.material, profile) is not None:
        return ""
    name = material_of(need.material).noun
    return f"mills no {name} with its spindle of {profile.spindle_w:g} W"


def _no_planner(parts: Sequence[Part], need: JobNeed, profile: MillProfile) -> CutPlan:
    raise SliceFailed(
        "no_planner",
        "Tool paths for milling are not written here yet. Mill it with a program of your own: the "
        "drawing (DXF) and the solid (3MF) are on the design's page. The job keeps its machine and "
        "its board.",
    )


WORKS: Mapping[str, Work] = MappingProxyType(
    {
        "fdm": Work(
            "prusa-mk4", 0.4, PLATE_MARGIN_MM, "layers",
            _printing, _prints, _unable, _filament_caps, _slice,
        ),
        "laser": Work(
            "laser-1000", 0.3, laser.SHEET_MARGIN_MM, "cuts",
            _cutting, _nests, _too_weak, _cold, _cut,
        ),
        "cnc": Work(
            "router-1000", 0.2, laser.SHEET_MARGIN_MM, "cuts",
            _milling, _lies, _too_soft, _cold, _no_planner, by_hand=True,
        ),
    }
)  # fmt: skip


def holder(profile: MachineProfile) -> Callable[[Sequence[Sequence[float]], int], bool]:
    """Whether a machine's bed holds so many pieces of these boxes."""
    work = WORKS[profile.process]
    return lambda boxes, copies: work.holds(boxes, copies, profile)


def judge(profile: MachineProfile) -> Callable[[JobNeed], str]:
    """Why a machine cannot work the material of a need, or ""."""
    work = WORKS[profile.process]
    return lambda need: work.cannot(need, profile)


def slowest(parts: Sequence[PartMeasure], material: Material) -> Taken:
    """What one piece takes on the slowest kind of machine that can make it at all."""
    work = WORKS[material.process]
    every = [work.taken(parts, material, profile) for profile in work.profiles().values()]
    able = [one for one in every if math.isfinite(one.seconds)] or every
    return max(able, key=lambda one: one.seconds + one.start_s)
