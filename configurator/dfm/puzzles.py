"""Findings on jigsaw puzzles that follow from their layout."""

from __future__ import annotations

from typing import TYPE_CHECKING

from configurator.dfm.base import Finding
from configurator.dfm.cures import set_to
from configurator.dfm.sheets import stocked
from configurator.geometry.jigsaw import Jigsaw, neck_mm, plan
from configurator.materials import Sheet
from configurator.products.base import Family

if TYPE_CHECKING:
    from configurator.products.jigsaw import JigsawParams

PART = "puzzle"
FEWEST = 4
"""Pieces of a puzzle, as its form allows."""


def pieced(
    family: Family, params: JigsawParams, puzzle: Jigsaw, sheet: Sheet
) -> tuple[Finding, ...]:
    """Everything known of a puzzle before it is meshed."""
    return (
        *_no_picture(params),
        *_left_out(plan(puzzle).left_out),
        *stocked(family, PART, params.sheet_mm, sheet, "sheet_mm"),
        *_necks(family, params, puzzle, sheet),
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


def _left_out(parts: int) -> tuple[Finding, ...]:
    """Islands of a drawing: a puzzle is one whole."""
    if not parts:
        return ()
    many = parts > 1
    return (
        Finding(
            check="left_out",
            level="mended",
            part=PART,
            state=f"{parts} part{'s' if many else ''} of the picture "
            f"{'are' if many else 'is'} left out.",
            cause=f"{'They do' if many else 'It does'} not touch the largest part, "
            "and a puzzle is one whole.",
            cure="Join them in the drawing if you want them.",
        ),
    )


def _necks(
    family: Family, params: JigsawParams, puzzle: Jigsaw, sheet: Sheet
) -> tuple[Finding, ...]:
    """Knobs whose necks break off; the button takes as many pieces as may be."""
    least = sheet.least_bridge_mm(params.sheet_mm)
    made = plan(puzzle)
    neck = made.neck_mm
    if neck >= least - 1e-9:
        return ()
    counts = range(params.pieces - 1, FEWEST - 1, -1)
    fewer = next((n for n in counts if neck_mm(made.whole, n, puzzle.tab) >= least), None)
    return (
        Finding(
            check="bridges",
            level="weak",
            part=PART,
            state=f"The necks of the knobs are {neck:.1f} mm; {sheet.noun} "
            f"{params.sheet_mm:g} mm thick needs {least:.1f} mm.",
            cause="Narrower ones break when the puzzle is taken apart.",
            cure=set_to(family, "pieces", fewer, "make it larger")
            if fewer
            else "Make it larger, its knobs larger, or its sheet thinner.",
            field="pieces" if fewer else None,
            value=fewer,
            measured=round(neck, 3),
            needed=round(least, 3),
        ),
    )
