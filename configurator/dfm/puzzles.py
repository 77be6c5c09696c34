"""Findings on jigsaw puzzles that follow from their layout."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from configurator.dfm.base import Finding
from configurator.dfm.sheets import stocked
from configurator.materials import Sheet

if TYPE_CHECKING:
    from configurator.geometry.jigsaw import Plan
    from configurator.products.jigsaw import JigsawParams

PART = "puzzle"


def pieced(params: JigsawParams, made: Plan, sheet: Sheet) -> tuple[Finding, ...]:
    """Everything known of a puzzle before it is meshed."""
    return (
        *_no_picture(params),
        *_left_out(made),
        *stocked(PART, params.sheet_mm, sheet, "sheet_mm"),
        *_necks(params, made, sheet),
    )


def _no_picture(params: JigsawParams) -> tuple[Finding, ...]:
    if params.shape != "drawing" or params.drawing:
        return ()
    return (
        Finding(
            check="blank",
            level="weak",
            part=PART,
            state="No picture is chosen, so it is a heart.",
            cause="It would be made as you see it.",
            cure="Bring a picture, or choose a shape.",
        ),
    )


def _left_out(made: Plan) -> tuple[Finding, ...]:
    """Islands of a drawing: a puzzle is one whole."""
    if not made.left_out:
        return ()
    many = made.left_out > 1
    return (
        Finding(
            check="left_out",
            level="mended",
            part=PART,
            state=f"{made.left_out} part{'s' if many else ''} of the picture "
            f"{'are' if many else 'is'} left out.",
            cause=f"{'They do' if many else 'It does'} not touch the largest part, "
            "and a puzzle is one whole.",
            cure="Join them in the drawing if you want them.",
        ),
    )


def _necks(params: JigsawParams, made: Plan, sheet: Sheet) -> tuple[Finding, ...]:
    """Knobs whose necks break off. A neck grows as the root of a piece's area does."""
    least = sheet.least_bridge_mm(params.sheet_mm)
    if made.neck_mm >= least - 1e-9:
        return ()
    fewer = math.floor(params.pieces * (made.neck_mm / least) ** 2)
    return (
        Finding(
            check="bridges",
            level="weak",
            part=PART,
            state=f"The necks of the knobs are {made.neck_mm:.1f} mm; {sheet.name} "
            f"{params.sheet_mm:g} mm thick needs {least:.1f} mm.",
            cause="Narrower ones break when the puzzle is taken apart.",
            cure=f"Make it of {max(4, fewer)} pieces, or larger.",
            field="pieces",
            value=max(4, fewer),
            measured=round(made.neck_mm, 3),
            needed=round(least, 3),
        ),
    )
