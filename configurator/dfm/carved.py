"""Findings on engraved signs that follow from their own parameters."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from configurator.dfm.base import Finding
from configurator.dfm.cures import larger, set_to
from configurator.dfm.milling import deep_floor, narrow_slot
from configurator.dfm.sheets import stocked
from configurator.dfm.unwritten import unknown
from configurator.materials import Board
from configurator.products import family

if TYPE_CHECKING:
    from configurator.geometry.sign import Layout
    from configurator.products.sign import SignParams

PART = "sign"
LEAST_STROKE_MM = 0.4
"""A V so fine is 0.2 mm deep: the grain of the wood is as rough."""
BROAD = ("rounded", "modern", "condensed")
"""Typefaces with broad strokes, in the order in which they are offered as a cure."""
LEAST_KEPT = 0.9
"""The share of the letters' area that must be left for them to read as they were drawn."""


def carved(params: SignParams, board: Board) -> tuple[Finding, ...]:
    """Everything known of a sign before it is meshed."""
    from configurator.geometry.sign import laid_out
    from configurator.products.sign import layout_of

    layout = laid_out(layout_of(params), "draft")
    return (
        *stocked(family("engraved-sign"), PART, params.board_mm, board, "board_mm"),
        *_blank(params),
        *unknown(PART, "words", params.words, params.face),
        *unknown(PART, "second_line", params.second_line, params.face),
        *_fine(params, layout, board),
        *_shallower(params, board),
        *_no_holes(params, layout),
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
    if _reads(params, layout):
        return ()
    broad = layout.stroke_mm >= need
    lost = not layout.stroke_mm or (flat and layout.kept < LEAST_KEPT)
    measured = f"The finest stroke of the letters is {layout.stroke_mm:.2f} mm"
    state, cause = "There is no room for the letters.", "They would be smaller than the tool."
    if broad:
        state = f"{1 - layout.kept:.0%} of the letters are not as they were drawn."
        cause = "Fine ends and the thin ridges between strokes do not stand up to the tool."
    elif layout.stroke_mm:
        state = f"{measured}; {'the tool' if flat else 'a V that shows'} needs {need:g} mm."
        cause = (
            "A round tool leaves out what is narrower than itself."
            if flat
            else f"It would be shallower than the grain of {board.noun}."
        )
    return (
        Finding(
            check="strokes",
            level="impossible" if lost else "weak",
            part=PART,
            state=state,
            cause=cause,
            cure="Use fewer letters, or a larger sign.",
            measured=round(layout.stroke_mm, 3),
            needed=need,
        ),
    )


def _reads(params: SignParams, layout: Layout) -> bool:
    from configurator.geometry.sign import BIT_MM

    need = BIT_MM if params.lettering == "pocketed" else LEAST_STROKE_MM
    return layout.stroke_mm >= need and layout.kept >= LEAST_KEPT


def legible(params: SignParams, finding: Finding) -> Finding:
    """The finding on letters that do not come out, with a width, a height or a typeface at which
    they do."""
    kind = family("engraved-sign")
    for name in ("width_mm", "height_mm"):
        value = larger(kind, params, name, _legible)
        if value is not None:
            return replace(finding, cure=set_to(kind, name, value), field=name, value=value)
    for face in BROAD:
        if face != params.face and _legible(params.model_copy(update={"face": face})):
            return replace(finding, cure=set_to(kind, "face", face), field="face", value=face)
    return finding


def _legible(params: SignParams) -> bool:
    from configurator.geometry.sign import laid_out
    from configurator.products.sign import layout_of

    return _reads(params, laid_out(layout_of(params), "draft"))


def _shallower(params: SignParams, board: Board) -> tuple[Finding, ...]:
    """Flat letters are as deep as is asked for; a V is so only where its stroke is wide."""
    if params.lettering == "carved":
        return ()
    kind, deep = family("engraved-sign"), params.depth_mm
    return deep_floor(kind, PART, "The depth is", deep, params.board_mm, board, "depth_mm", deep)


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


def _groove(params: SignParams, board: Board) -> tuple[Finding, ...]:
    """A border milled flat is a slot: its tool must be no wider, and reach its floor."""
    if not params.border_mm or params.lettering == "carved":
        return ()
    wide, deep = params.border_mm, min(params.depth_mm, params.board_mm)
    kind = family("engraved-sign")
    return narrow_slot(kind, PART, "The border is", wide, deep, board, "border_mm")
