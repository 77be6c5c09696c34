"""Findings on engraved signs that follow from their own parameters."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from configurator.dfm.base import Finding
from configurator.dfm.milling import deep_floor, narrow_slot
from configurator.dfm.sheets import stocked
from configurator.dfm.unwritten import unknown
from configurator.materials import Board
from configurator.products import family
from configurator.products.fields import field_of

if TYPE_CHECKING:
    from configurator.geometry.sign import Layout
    from configurator.products.sign import SignParams

PART = "sign"
LEAST_STROKE_MM = 0.4
"""A V so fine is 0.2 mm deep: the grain of the wood is as rough."""
LEAST_KEPT = 0.9
"""The share of the letters' area that must be left for them to read as they were drawn."""


def carved(params: SignParams, board: Board) -> tuple[Finding, ...]:
    """Everything known of a sign before it is meshed."""
    from configurator.geometry.sign import laid_out
    from configurator.products.sign import layout_of

    layout = laid_out(layout_of(params), "draft")
    return (
        *stocked(PART, params.board_mm, board, "board_mm"),
        *_blank(params),
        *unknown(PART, "words", params.words, params.face),
        *unknown(PART, "second_line", params.second_line, params.face),
        *_fine(params, layout, board),
        *_shallower(params, board),
        *_no_holes(params, layout),
        *_no_border(params),
        *_groove(params, board),
    )


def _blank(params: SignParams) -> tuple[Finding, ...]:
    if params.words.strip() or params.second_line.strip():
        return ()
    return (
        Finding(
            check="blank",
            level="weak",
            part=PART,
            state="Nothing is written on it.",
            cause="It would be made blank, as you see it.",
            cure="Type a word, if that is not what you mean.",
        ),
    )


def _fine(params: SignParams, layout: Layout, board: Board) -> tuple[Finding, ...]:
    """Strokes finer than the tool, or than a V that can be seen; a larger sign is the cure."""
    from configurator.geometry.sign import BIT_MM

    if math.isinf(layout.stroke_mm):
        return ()
    flat = params.lettering == "pocketed"
    need = BIT_MM if flat else LEAST_STROKE_MM
    if layout.stroke_mm >= need and layout.kept >= (LEAST_KEPT if flat else 0):
        return ()
    lost = not layout.stroke_mm or (flat and layout.kept < LEAST_KEPT)
    measured = f"The finest stroke of the letters is {layout.stroke_mm:.2f} mm"
    value = _least_width(params)
    return (
        Finding(
            check="strokes",
            level="impossible" if lost else "weak",
            part=PART,
            state=f"{measured}; {'the tool' if flat else 'a V that shows'} needs {need:g} mm."
            if layout.stroke_mm
            else "There is no room for the letters.",
            cause="A round tool leaves out what is narrower than itself."
            if flat
            else f"It would be shallower than the grain of {board.name.lower()}.",
            cure=f"Set width to {value:g} mm." if value else "Use fewer letters, or a larger sign.",
            field="width_mm" if value else None,
            value=value,
            measured=round(layout.stroke_mm, 3),
            needed=need,
        ),
    )


def _least_width(params: SignParams) -> float | None:
    """The least width (10 mm steps, then the mm) at which the letters come out; None without."""
    form = field_of(family("engraved-sign"), "width_mm")
    assert form.max is not None
    fails, passes = int(params.width_mm), int(form.max)
    if fails >= passes or not _enough(params, passes):
        return None
    while passes - fails > 1:
        middle = (fails + passes) // 2
        fails, passes = (fails, middle) if _enough(params, middle) else (middle, passes)
    return float(passes)


def _enough(params: SignParams, width_mm: float) -> bool:
    from configurator.geometry.sign import BIT_MM, laid_out
    from configurator.products.sign import layout_of

    layout = laid_out(layout_of(params.model_copy(update={"width_mm": float(width_mm)})), "draft")
    if params.lettering == "pocketed":
        return layout.stroke_mm >= BIT_MM and layout.kept >= LEAST_KEPT
    return layout.stroke_mm >= LEAST_STROKE_MM


def _shallower(params: SignParams, board: Board) -> tuple[Finding, ...]:
    """Flat letters are as deep as is asked for; a V is so only where its stroke is wide."""
    if params.lettering == "carved":
        return ()
    cure = ("depth_mm", "depth", params.depth_mm, 0.1, 0.5)
    return deep_floor(PART, params.depth_mm, params.board_mm, board, cure)


def _no_holes(params: SignParams, layout: Layout) -> tuple[Finding, ...]:
    if params.holes == "none" or layout.slab.openings:
        return ()
    return (
        Finding(
            check="hole",
            level="mended",
            part=PART,
            state="The holes are left out.",
            cause="So small a sign has no room for them beside its border.",
            cure="Make the sign larger, or the border narrower.",
        ),
    )


def _no_border(params: SignParams) -> tuple[Finding, ...]:
    from configurator.geometry.sign import border_fits

    wide = params.border_mm
    if not wide or border_fits(wide, params.width_mm, params.height_mm):
        return ()
    return (
        Finding(
            check="border",
            level="mended",
            part=PART,
            state="The border is left out.",
            cause="So small a sign has no room for one this wide.",
            cure="Make the border narrower.",
        ),
    )


def _groove(params: SignParams, board: Board) -> tuple[Finding, ...]:
    """A border milled flat is a slot: its tool must be no wider, and reach its floor."""
    if not params.border_mm or params.lettering == "carved":
        return ()
    wide, deep = params.border_mm, min(params.depth_mm, params.board_mm)
    return narrow_slot(PART, "The border is", wide, deep, board, "border_mm", "border")
