"""Findings on milled parts that follow from a family's own numbers, each with its nearest cure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from configurator.dfm.base import Finding
from configurator.dfm.cures import recured, set_to
from configurator.materials import Board
from configurator.products.base import Family, Quality
from configurator.products.fields import field_of

if TYPE_CHECKING:
    from configurator.geometry.milled import Slab

SEARCHED = frozenset({"drills", "reach", "slots", "ribs", "floor"})
"""The checks whose cure is looked for by drawing the design anew."""
FLOOR_MM = 1.0
"""What families leave under a pocket whatever is asked for."""


def narrow_slot(
    family: Family,
    part: str,
    name: str,
    width_mm: float,
    depth_mm: float,
    board: Board,
    field: str,
) -> tuple[Finding, ...]:
    """A declared width that no tool enters which reaches its floor; the button widens it."""
    tool = board.tool_mm(depth_mm)
    if tool is None or width_mm >= tool - 1e-9:
        return ()
    return (
        Finding(
            check="slots",
            level="impossible",
            part=part,
            state=f"{name} {width_mm:g} mm wide and {depth_mm:g} mm deep; the smallest tool that "
            f"reaches so deep is {tool:g} mm.",
            cause=f"A tool goes {board.REACH:g} times its own width deep, and enters nothing "
            "narrower than itself.",
            cure=set_to(family, field, tool),
            field=field,
            value=tool,
            measured=width_mm,
            needed=tool,
        ),
    )


def deep_floor(
    family: Family,
    part: str,
    name: str,
    depth_mm: float,
    thickness_mm: float,
    board: Board,
    field: str,
    now_mm: float,
) -> tuple[Finding, ...]:
    """What stays under the deepest pocket against what the board needs.

    ``name`` says what makes the depth ("The recess is"); ``field``, now at ``now_mm``, is what of
    it the button takes back. What would go deeper than ``FLOOR_MM`` above the bed is drawn
    shallower.
    """
    left = thickness_mm - depth_mm
    need = board.min_floor_mm
    if left >= need - 1e-9:
        return ()
    form, most = field_of(family, field), now_mm - (need - left)
    assert form.min is not None
    able, value = most >= form.min - 1e-9, form.at_most(most)
    mended = left < FLOOR_MM - 1e-9
    deep = thickness_mm - FLOOR_MM if mended else depth_mm
    instead = f" instead of {depth_mm:g} mm" if mended else ""
    return (
        Finding(
            check="floor",
            level="mended" if mended else "weak",
            part=part,
            state=f"{name} {deep:g} mm{instead}, in a board of {thickness_mm:g} mm.",
            cause=f"{board.name} needs {need:g} mm under a pocket.",
            cure=set_to(family, field, value) if able else "Take a thicker board.",
            field=field if able else None,
            value=value if able else None,
            measured=round(max(left, FLOOR_MM), 3),
            needed=need,
        ),
    )


def cured(
    family: Family,
    params: Any,
    finding: Finding,
    board: Board,
    slab: Callable[[Any, Quality], Slab],
    ways: Mapping[str, float],
) -> Finding:
    """The finding with the first value, of fields tried in turn, that cures it and breaks nothing.

    ``ways`` is by field: towards which value it is tried. What is milled is drawn anew at each
    (``slab``), but not meshed.
    """
    from configurator.dfm.milled import faults

    if finding.check not in SEARCHED or finding.level == "mended":
        return finding

    def found(one: Any, quality: Quality) -> frozenset[str]:
        drawn = slab(one, quality)
        return faults(drawn.outline, drawn.cuts, board)

    return recured(family, params, finding, found, ways, alone=False)
