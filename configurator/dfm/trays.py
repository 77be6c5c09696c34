"""Findings on coasters and trays that follow from their own parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from configurator.dfm.base import Finding
from configurator.dfm.cures import set_to
from configurator.dfm.milling import deep_floor, narrow_slot
from configurator.dfm.sheets import stocked
from configurator.materials import Board
from configurator.products.base import Family

if TYPE_CHECKING:
    from configurator.geometry.tray import Tray
    from configurator.products.tray import TrayParams

PART = "tray"


def trays(family: Family, params: TrayParams, tray: Tray, board: Board) -> tuple[Finding, ...]:
    """Everything known of a tray before it is meshed."""
    grooved, recess = params.pattern != "none", params.recess_mm
    deepest = recess + (params.groove_depth_mm if grooved else 0.0)
    makes = "Recess and groove depth come to" if grooved else "The recess is"
    return (
        *stocked(family, PART, params.board_mm, board, "board_mm"),
        *deep_floor(family, PART, makes, deepest, params.board_mm, board, "recess_mm", recess),
        *(
            narrow_slot(family, PART, "Grooves are", params.groove_mm, deepest, board, "groove_mm")
            if grooved
            else ()
        ),
        *_ridges(family, params, board),
        *_no_notch(family, params, tray),
    )


def _ridges(family: Family, params: TrayParams, board: Board) -> tuple[Finding, ...]:
    """What stays between two grooves."""
    if params.pattern == "none":
        return ()
    need = board.least_wall_mm(params.groove_depth_mm)
    if params.gap_mm >= need - 1e-9:
        return ()
    value = -(-need // 0.5) * 0.5
    return (
        Finding(
            check="ribs",
            level="weak",
            part=PART,
            state=f"Between two grooves {params.gap_mm:g} mm stay; {board.noun} needs "
            f"{need:.1f} mm beside {params.groove_depth_mm:g} mm of depth.",
            cause="So thin a ridge bends away from the tool, and chips.",
            cure=set_to(family, "gap_mm", value),
            field="gap_mm",
            value=value,
            measured=params.gap_mm,
            needed=round(need, 3),
        ),
    )


def _no_notch(family: Family, params: TrayParams, tray: Tray) -> tuple[Finding, ...]:
    if not params.notch or tray.has_notch:
        return ()
    from configurator.geometry.tray import NOTCH_WEB_MM

    value = NOTCH_WEB_MM + 2
    return (
        Finding(
            check="notch",
            level="mended",
            part=PART,
            state="The finger notch is left out.",
            cause=f"Behind it {NOTCH_WEB_MM:g} mm of the rim must stay.",
            cure=set_to(family, "rim_mm", value),
            field="rim_mm",
            value=value,
            measured=params.rim_mm,
            needed=value,
        ),
    )
