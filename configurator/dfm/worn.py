"""What can be told of a brace from its measures: does it go on, chafe, and hold its straps."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from configurator.dfm.base import Finding, Level
from configurator.dfm.cures import set_to
from configurator.dfm.declared import thin_wall
from configurator.geometry.wrist_brace import Brace
from configurator.materials import Filament
from configurator.products import family
from configurator.products.fields import field_of

if TYPE_CHECKING:
    from configurator.products.wrist_brace import BraceParams

PART = "brace"
GOES_ON = 0.9
"""Of the wrist's depth must pass the opening: flesh gives way by about a tenth."""
KIND_EDGE_MM = 0.8
"""Edges sharper than this press into the skin."""

ONE_ARM = (1.1, 1.9)
"""Girth of the forearm over that of the wrist. At its fullest it is about 1.6 times, on the mean of
247 men and 260 women, and nearer to the wrist less; the limits are ours, wide of it on both sides.
Source: girths in Heinz, Peterson, Johnson and Kerk, Exploring Relationships in Body Dimensions,
Journal of Statistics Education 11(2), 2003."""


def worn(params: BraceParams, brace: Brace, material: Filament) -> tuple[Finding, ...]:
    """Everything known of a brace before it is meshed."""
    return (
        *thin_wall(
            family("wrist-brace"),
            PART,
            params.thickness_mm,
            material,
            "thickness_mm",
            name="Thickness",
        ),
        *_one_arm(params),
        *_opening(params, brace),
        *_edges(params, brace),
        *_straps(params, brace),
    )


def _finding(check: str, level: Level, state: str, cause: str, cure: str) -> Finding:
    return Finding(check=check, level=level, part=PART, state=state, cause=cause, cure=cure)


def _one_arm(params: BraceParams) -> tuple[Finding, ...]:
    """Two girths that hardly belong to one arm: one was misread, or measured elsewhere."""
    wrist, forearm = params.wrist_mm, params.forearm_mm
    least, most = (wrist * share for share in ONE_ARM)
    if least <= forearm <= most:
        return ()
    found = _finding(
        "arm",
        "weak",
        f"A forearm of {forearm:g} mm hardly goes with a wrist of {wrist:g} mm.",
        f"A forearm is {ONE_ARM[0]:g} to {ONE_ARM[1]:g} times as large round as its wrist, so one "
        "of the two was likely misread.",
        f"Measure both once more: with that wrist a forearm has {least:.0f} to {most:.0f} mm.",
    )
    return (replace(found, measured=forearm, needed=least if forearm < least else most),)


def _opening(params: BraceParams, brace: Brace) -> tuple[Finding, ...]:
    """An opening the wrist does not pass edgewise, or one wider than the brace."""
    depth = 2 * brace.wrist_half[1]
    need, form = GOES_ON * depth, field_of(family("wrist-brace"), "opening_mm")
    made = brace.fitting_opening_mm
    if made < need:
        value = form.at_least(need)
        found = _finding(
            "opening",
            "weak",
            f"The opening is {made:.0f} mm; your wrist is about {depth:.0f} mm deep.",
            "It would have to be forced over the wrist, and may crack.",
            set_to(family("wrist-brace"), "opening_mm", value),
        )
        return (replace(found, field=form.name, value=value, measured=made, needed=need),)
    if made < params.opening_mm - 1e-6:
        value = form.at_most(made)
        found = _finding(
            "opening",
            "mended",
            f"There is room for an opening of {form.shown(value)} instead of "
            f"{form.shown(params.opening_mm)}.",
            "The brace is no wider than that at the wrist.",
            set_to(family("wrist-brace"), "opening_mm", value),
        )
        return (replace(found, field=form.name, value=value),)
    return ()


def _edges(params: BraceParams, brace: Brace) -> tuple[Finding, ...]:
    made, form = brace.rounding_mm, field_of(family("wrist-brace"), "edge_mm")
    if made < KIND_EDGE_MM - 1e-9:
        value = form.at_least(KIND_EDGE_MM)
        found = _finding(
            "edges",
            "weak",
            f"The edges are rounded by {made:.1f} mm.",
            "Edges this sharp press into the skin.",
            set_to(family("wrist-brace"), "edge_mm", value),
        )
        return (replace(found, field=form.name, value=value, measured=made, needed=KIND_EDGE_MM),)
    if made < params.edge_mm - 1e-6:
        value = form.at_most(made)
        found = _finding(
            "edges",
            "mended",
            f"There is room for an edge radius of {form.shown(value)} instead of "
            f"{form.shown(params.edge_mm)}.",
            "A radius can be no larger than half the thickness.",
            set_to(family("wrist-brace"), "edge_mm", value),
        )
        return (replace(found, field=form.name, value=value),)
    return ()


def _straps(params: BraceParams, brace: Brace) -> tuple[Finding, ...]:
    made = brace.fitting_straps
    if made >= params.straps:
        return ()
    form = field_of(family("wrist-brace"), "straps")
    state = (
        f"There are {made} straps instead of {params.straps}."
        if made > 1
        else f"There is one strap instead of {params.straps}."
        if made
        else "There is no room for a strap."
    )
    cause = "So many would not find room between the wrist and the end."
    if not made:
        return (_finding("straps", "weak", state, cause, "Make the brace longer."),)
    found = _finding(
        "straps",
        "mended",
        state,
        cause,
        set_to(
            family("wrist-brace"), "straps", made, "make the brace longer or the straps narrower"
        ),
    )
    return (replace(found, field=form.name, value=made),)
