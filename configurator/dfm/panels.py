"""Findings on face plates that follow from their own parameters."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from configurator.dfm.base import Finding
from configurator.dfm.cures import recured, set_to
from configurator.dfm.milling import narrow_slot
from configurator.dfm.sheets import stocked
from configurator.materials import Board
from configurator.products.base import Family, Quality

if TYPE_CHECKING:
    from configurator.geometry.face_plate import FacePlate, Layout, Row
    from configurator.products.face_plate import FacePlateParams

PART = "plate"
NAMES = {
    "mount": "screw holes",
    "window": "The window",
    "first": "holes of the first row",
    "second": "holes of the second row",
}


def panels(
    family: Family, params: FacePlateParams, plate: FacePlate, board: Board
) -> tuple[Finding, ...]:
    """Everything known of a face plate before it is meshed."""
    from configurator.geometry.face_plate import laid_out

    layout = laid_out(plate, "draft")
    rows = [finding for row in plate.rows for finding in _row(family, row, plate, board)]
    return (
        *stocked(family, PART, params.sheet_mm, board, "sheet_mm"),
        *_lost(family, params, layout),
        *_corner(family, params, board),
        *_window(family, params, board),
        *rows,
    )


def _kept(family: Family, name: str, holes: int | None) -> str:
    """How to have only what there is room for."""
    if holes is None:
        return "Move it, or make the plate larger."
    return set_to(family, name, holes, "bring them closer together or elsewhere")


def _lost(family: Family, params: FacePlateParams, layout: Layout) -> tuple[Finding, ...]:
    """Openings that meet others or the edge; fewer of them is the nearest cure of a row."""
    found = []
    for name, count in layout.lost.items():
        row = name in ("first", "second")
        value = getattr(params, f"{name}_count") - count if row else None
        what = NAMES[name] if name == "window" else f"{count} {NAMES[name]}"
        found.append(
            Finding(
                check="room",
                level="impossible",
                part=PART,
                state=f"{what} {'is' if name == 'window' or count == 1 else 'are'} left out.",
                cause="There is no room: the edge or another opening is in the way.",
                cure=_kept(family, f"{name}_count", value),
                field=f"{name}_count" if row else None,
                value=value,
                measured=float(count),
                needed=0.0,
            )
        )
    return tuple(found[:1])


WAYS: Mapping[str, Mapping[str, float]] = {
    "mount": {"inset_mm": 4, "screw_mm": 2.2, "corner_mm": 0},
    "window": {"window_y_mm": 0, "window_x_mm": 0, "window_high_mm": 4, "window_mm": 1},
    "first": {"first_count": 1, "first_pitch_mm": 4, "first_y_mm": 0, "first_x_mm": 0,
              "first_mm": 1},
    "second": {"second_count": 1, "second_pitch_mm": 4, "second_y_mm": 0, "second_x_mm": 0,
               "second_mm": 1},
}  # fmt: skip
"""Of what is left out: the fields that may make room for it, each towards a value."""


def roomy(
    family: Family,
    params: FacePlateParams,
    finding: Finding,
    layout_of: Callable[[FacePlateParams], FacePlate],
) -> Finding:
    """The finding on what is left out, with a value at which it is not and nothing else is."""
    from configurator.geometry.face_plate import laid_out

    name = next(name for name, words in NAMES.items() if words in finding.state)
    ways = dict(WAYS[name])
    if name in ("first", "second"):
        # Away from the window, as far as the plate goes.
        plate = layout_of(params)
        row = next(one for one in plate.rows if one.name == name)
        far = plate.box_mm[1] / 2 - row.size_mm * (1.25 if row.kind == "slots" else 0.5) - 2.0
        ways[f"{name}_y_mm"] = far if row.y_mm >= params.window_y_mm else -far

    def found(one: FacePlateParams, quality: Quality) -> frozenset[str]:
        lost = laid_out(layout_of(one), quality).lost
        return frozenset("room" if lost_name == name else lost_name for lost_name in lost)

    return recured(family, params, finding, found, ways)


def _corner(family: Family, params: FacePlateParams, board: Board) -> tuple[Finding, ...]:
    """A window's corners are never sharper than the tool."""
    tool = board.tool_mm(params.sheet_mm)
    if not params.window_mm or tool is None or params.window_corner_mm >= tool / 2 - 1e-9:
        return ()
    return (
        Finding(
            check="corners",
            level="mended",
            part=PART,
            state=f"The window's corners come out with a radius of {tool / 2:g} mm instead of "
            f"{params.window_corner_mm:g} mm.",
            cause=f"The tool is round, and the smallest that reaches {params.sheet_mm:g} mm deep "
            f"is {tool:g} mm.",
            cure=set_to(family, "window_corner_mm", tool / 2),
            field="window_corner_mm",
            value=tool / 2,
            measured=params.window_corner_mm,
            needed=tool / 2,
        ),
    )


def _window(family: Family, params: FacePlateParams, board: Board) -> tuple[Finding, ...]:
    if not params.window_mm:
        return ()
    return narrow_slot(
        family, PART, "The window is", params.window_mm, params.sheet_mm, board, "window_mm"
    )


def _row(family: Family, row: Row, plate: FacePlate, board: Board) -> tuple[Finding, ...]:
    """Slots and squares are milled; round holes are drilled and may be finer. And their webs."""
    if not row.count:
        return ()
    deep, field = plate.sheet_mm, f"{row.name}_mm"
    narrow: tuple[Finding, ...] = ()
    if row.kind != "round":
        narrow = narrow_slot(
            family, PART, "The slots are" if row.kind == "slots" else "The squares are",
            row.size_mm, deep, board, field,
        )  # fmt: skip
    return (*narrow, *_webs(family, row, deep, board))


def _webs(family: Family, row: Row, deep_mm: float, board: Board) -> tuple[Finding, ...]:
    """What stays between two holes of a row."""
    left, need = row.pitch_mm - row.size_mm, board.least_wall_mm(deep_mm)
    if row.count < 2 or left >= need - 1e-9:
        return ()
    value = math.ceil((row.size_mm + need) * 10 - 1e-6) / 10
    return (
        Finding(
            check="ribs",
            level="weak",
            part=PART,
            state=f"Between two holes {max(left, 0):.1f} mm stay; {board.noun} needs "
            f"{need:.1f} mm.",
            cause="So thin a web bends away from the tool.",
            cure=set_to(family, f"{row.name}_pitch_mm", value),
            field=f"{row.name}_pitch_mm",
            value=value,
            measured=round(left, 3),
            needed=round(need, 3),
        ),
    )
