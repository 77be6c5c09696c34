"""Five unlike FDM machines as data: their limits, their settings and how they move.

Figures are the makers' published volumes and speeds, with accelerations and flows as their
stock profiles use them. A workshop's own machine is a copy of one of these with its changes.
"""

from __future__ import annotations

from dataclasses import dataclass

from edge.protocol import Bed, Envelope, KeepOut, Motion, PrinterProfile

_START_GCODE = "\\n".join(
    (
        "G21",
        "G90",
        "M83",
        "M140 S[first_layer_bed_temperature]",
        "M104 S[first_layer_temperature]",
        "G28",
        "M190 S[first_layer_bed_temperature]",
        "M109 S[first_layer_temperature]",
        "G1 Z0.3 F600",
        "G1 X{purge_x0} Y{purge_y} F3000",
        "G92 E0",
        "G1 X{purge_x1} E8 F900",
        "G92 E0",
        "G1 Z2 F600",
    )
)
"""Modes, heat, home, heat fully, then a purge line along the front edge."""
_END_GCODE = "\\n".join(
    (
        "G1 E-2 F1800",
        "G1 Z{park_z} F600",
        "G1 X{park_x} Y{park_y} F6000",
        "M104 S0",
        "M140 S0",
        "M107",
        "M84",
    )
)
"""Lift, present the part, and leave everything cold."""
_COMMON = {
    "printer_technology": "FFF",
    "gcode_flavor": "marlin2",
    "use_relative_e_distances": "1",
    "before_layer_gcode": "G92 E0",
    "gcode_label_objects": "1",
    "machine_limits_usage": "time_estimate_only",
    "remaining_times": "1",
    "silent_mode": "0",
    "travel_speed_z": "10",
    "fill_pattern": "cubic",
    "fill_density": "15%",
    "perimeters": "2",
    "top_solid_layers": "4",
    "bottom_solid_layers": "3",
    "skirts": "1",
    "skirt_distance": "3",
    "brim_type": "no_brim",
    "elefant_foot_compensation": "0.2",
    "seam_position": "aligned",
    "retract_lift": "0.2",
    "min_skirt_length": "4",
    "first_layer_extrusion_width": "0.5",
    "extrusion_width": "0.45",
    "gap_fill_speed": "40",
    "min_print_speed": "15",
    "slowdown_below_layer_time": "8",
}


@dataclass(frozen=True)
class _Kind:
    """What differs between the machines below. Sizes in mm, speeds in mm/s, mm/s²."""

    slug: str
    name: str
    size_mm: tuple[float, float, float]
    perimeter: float
    external: float
    infill: float
    solid: float
    travel: float
    first_layer: float
    accel: float
    flow_mm3_s: float
    start_s: float
    retract_mm: float
    max_feed: float
    max_accel: float
    max_hotend_c: float = 290.0
    max_bed_c: float = 110.0
    keep_outs: tuple[KeepOut, ...] = ()
    changes_spool: bool = False


def _settings(kind: _Kind) -> dict[str, str]:
    """The PrusaSlicer settings of one machine, as text."""
    width, depth, height = kind.size_mm
    purge = {"purge_x0": "5", "purge_x1": f"{min(width - 10, 100):g}", "purge_y": "4"}
    park = {
        "park_x": "5",
        "park_y": f"{depth - 10:g}",
        "park_z": "{min(max_layer_z+10, max_print_height)}",
    }
    start, end = _START_GCODE, _END_GCODE
    for key, value in (purge | park).items():
        start, end = start.replace(f"{{{key}}}", value), end.replace(f"{{{key}}}", value)
    return _COMMON | {
        "bed_shape": f"0x0,{width:g}x0,{width:g}x{depth:g},0x{depth:g}",
        "max_print_height": f"{height:g}",
        "nozzle_diameter": "0.4",
        "perimeter_speed": f"{kind.perimeter:g}",
        "external_perimeter_speed": f"{kind.external:g}",
        "small_perimeter_speed": f"{kind.external / 2:g}",
        "infill_speed": f"{kind.infill:g}",
        "solid_infill_speed": f"{kind.solid:g}",
        "top_solid_infill_speed": f"{kind.solid / 2:g}",
        "bridge_speed": "40",
        "travel_speed": f"{kind.travel:g}",
        "first_layer_speed": f"{kind.first_layer:g}",
        "default_acceleration": f"{kind.accel:g}",
        "retract_length": f"{kind.retract_mm:g}",
        "retract_speed": "35",
        "machine_max_acceleration_x": f"{kind.max_accel:g}",
        "machine_max_acceleration_y": f"{kind.max_accel:g}",
        "machine_max_acceleration_extruding": f"{kind.max_accel:g}",
        "machine_max_acceleration_travel": f"{kind.max_accel:g}",
        "machine_max_feedrate_x": f"{kind.max_feed:g}",
        "machine_max_feedrate_y": f"{kind.max_feed:g}",
        "start_gcode": start,
        "end_gcode": end,
    }


def _profile(kind: _Kind) -> PrinterProfile:
    width, depth, height = kind.size_mm
    return PrinterProfile(
        slug=kind.slug,
        name=kind.name,
        bed=Bed(width_mm=width, depth_mm=depth, height_mm=height),
        envelope=Envelope(
            x_min_mm=0,
            x_max_mm=width,
            y_min_mm=0,
            y_max_mm=depth,
            z_max_mm=height,
            max_feed_mm_s=kind.max_feed,
            max_accel_mm_s2=kind.max_accel,
            max_hotend_c=kind.max_hotend_c,
            max_bed_c=kind.max_bed_c,
            keep_outs=kind.keep_outs,
        ),
        nozzle_mm=0.4,
        layers_mm=(0.12, 0.2, 0.28),
        slicer=_settings(kind),
        motion=Motion(
            perimeter_mm_s=kind.perimeter,
            external_perimeter_mm_s=kind.external,
            infill_mm_s=kind.infill,
            solid_infill_mm_s=kind.solid,
            travel_mm_s=kind.travel,
            first_layer_mm_s=kind.first_layer,
            accel_mm_s2=kind.accel,
            max_volumetric_mm3_s=kind.flow_mm3_s,
            start_s=kind.start_s,
        ),
    )


_KINDS = (
    _Kind(
        slug="prusa-mk4",
        name="Original Prusa MK4",
        size_mm=(250, 210, 220),
        perimeter=140,
        external=90,
        infill=180,
        solid=140,
        travel=250,
        first_layer=30,
        accel=2500,
        flow_mm3_s=15,
        start_s=150,
        retract_mm=0.7,
        max_feed=300,
        max_accel=4000,
        max_bed_c=120,
        changes_spool=True,
    ),
    _Kind(
        slug="prusa-mini",
        name="Original Prusa MINI+",
        size_mm=(180, 180, 180),
        perimeter=60,
        external=40,
        infill=80,
        solid=70,
        travel=150,
        first_layer=20,
        accel=1000,
        flow_mm3_s=11,
        start_s=120,
        retract_mm=3.2,
        max_feed=180,
        max_accel=1250,
        max_hotend_c=280,
        max_bed_c=100,
        changes_spool=True,
    ),
    _Kind(
        slug="corexy-256",
        name="Enclosed CoreXY 256",
        size_mm=(256, 256, 256),
        perimeter=250,
        external=150,
        infill=250,
        solid=220,
        travel=450,
        first_layer=50,
        accel=8000,
        flow_mm3_s=22,
        start_s=240,
        retract_mm=0.8,
        max_feed=500,
        max_accel=20000,
        max_hotend_c=300,
        keep_outs=(
            KeepOut(name="nozzle wiper", x_min_mm=226, x_max_mm=256, y_min_mm=251, y_max_mm=256),
        ),
    ),
    _Kind(
        slug="ender-3",
        name="Creality Ender-3 V2",
        size_mm=(220, 220, 250),
        perimeter=50,
        external=30,
        infill=60,
        solid=45,
        travel=130,
        first_layer=20,
        accel=500,
        flow_mm3_s=9,
        start_s=90,
        retract_mm=5,
        max_feed=200,
        max_accel=1000,
        max_hotend_c=255,
        max_bed_c=100,
    ),
    _Kind(
        slug="voron-350",
        name="Voron 2.4 350",
        size_mm=(350, 350, 330),
        perimeter=180,
        external=120,
        infill=220,
        solid=180,
        travel=400,
        first_layer=50,
        accel=5000,
        flow_mm3_s=20,
        start_s=300,
        retract_mm=0.6,
        max_feed=450,
        max_accel=10000,
        max_hotend_c=300,
        max_bed_c=120,
    ),
)

PROFILES: dict[str, PrinterProfile] = {kind.slug: _profile(kind) for kind in _KINDS}
"""Slug → profile."""
CHANGES_SPOOL = frozenset(kind.slug for kind in _KINDS if kind.changes_spool)
"""Those whose own firmware stops at M600, warms up again and waits for another spool. An Ender-3 V2
as it is sold passes over that line, a Voron has it only where somebody wrote the macro."""
