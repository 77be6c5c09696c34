"""What can be told of an angle bracket from its numbers: holes near an edge, and what gave way."""

from __future__ import annotations

from configurator.dfm.base import Finding, Level
from configurator.dfm.cures import set_to
from configurator.geometry.angle import Angle
from configurator.geometry.screws import EDGE_DIAMETERS
from configurator.products import family
from configurator.products.fields import field_of

PART = "bracket"


def screwed(angle: Angle) -> tuple[Finding, ...]:
    """Everything known of a bracket before it is meshed."""
    return (
        *_near_edge(angle),
        *_fewer_holes(angle, 0),
        *_fewer_holes(angle, 1),
        *_not_sunk(angle),
        *_smaller_gussets(angle),
        *_smaller_fillet(angle),
    )


def _finding(
    check: str,
    level: Level,
    state: str,
    cause: str,
    cure: str,
    button: tuple[str, float | bool | str] | None = None,
) -> Finding:
    field, value = button or (None, None)
    return Finding(check, level, PART, state, cause, cure, field=field, value=value)


def _set(name: str, least: float, otherwise: str) -> tuple[str, tuple[str, float] | None]:
    """Cure and button: the least value of a field that is enough, if it has one so large."""
    form = field_of(family("bracket"), name)
    value = form.at_least(least)
    if form.max is not None and value > form.max:
        return otherwise, None
    return set_to(family("bracket"), name, value), (name, value)


def _near_edge(angle: Angle) -> tuple[Finding, ...]:
    """Holes nearer to the sides than the rule of bolted joints allows."""
    have, need = angle.width_mm / 2, angle.hole.edge_mm
    if have >= need - 1e-9 or not any(angle.places(leg) for leg in (0, 1)):
        return ()
    cure, button = _set("width_mm", 2 * need, "Take smaller screws.")
    state = f"The holes are {have:g} mm from the sides; {angle.screw.upper()} needs {need:g} mm."
    cause = (
        f"From its middle to an edge a hole wants {EDGE_DIAMETERS:g} of its diameter "
        "(EN 1999-1-1), or the screw tears out."
    )
    return (_finding("edge", "weak", state, cause, cure, button),)


def _fewer_holes(angle: Angle, leg: int) -> tuple[Finding, ...]:
    """A leg too short for its holes."""
    length, holes = angle.legs[leg]
    fits = angle.fitting_holes(length, holes)
    if fits == holes:
        return ()
    name, which = (("leg_a_mm", "first"), ("leg_b_mm", "second"))[leg]
    had = f"{fits} hole{'s' if fits > 1 else ''}" if fits else "no hole"
    cure, button = _set(name, angle.leg_for_mm(leg, holes), "Take fewer holes or smaller screws.")
    return (
        _finding(
            f"holes-{'ab'[leg]}",
            "mended",
            f"The {which} leg has {had} instead of {holes}.",
            "Holes keep clear of the bend, of the end and of each other’s heads.",
            cure,
            button,
        ),
    )


def _not_sunk(angle: Angle) -> tuple[Finding, ...]:
    """No room for countersinks."""
    if not angle.countersunk or angle.sink_mm or not (angle.holes_a or angle.holes_b):
        return ()
    width, thickness = angle.least_sunk_mm
    if angle.thick_enough:
        cure, button = _set("width_mm", width, "Take smaller screws.")
        cause = "The heads would break through the sides."
    else:
        cure, button = _set("thickness_mm", thickness, "Take smaller screws.")
        cause = "Too little would be left under the heads."
    state = "The holes are plain, not countersunk."
    return (_finding("countersink", "mended", state, cause, cure, button),)


def _smaller_gussets(angle: Angle) -> tuple[Finding, ...]:
    """Gussets that would stand in the way of screw heads, or out of the legs."""
    made = angle.fitting_gusset_mm
    if angle.gussets == "none" or made >= angle.gusset_mm - 1e-9:
        return ()
    form = field_of(family("bracket"), "gusset_mm")
    assert form.min is not None
    fits, value = made >= form.min, form.at_most(made)
    if fits:
        state = (
            f"There is room for gussets of {form.shown(value)} instead of "
            f"{form.shown(angle.gusset_mm)}."
        )
    elif made:
        state = f"The gussets are shorter than {form.shown(angle.gusset_mm)}."
    else:
        state = "The gussets are left out."
    button: tuple[str, float | str] = ("gusset_mm", value) if fits else ("gussets", "none")
    return (
        _finding(
            "gussets",
            "mended",
            state,
            "Longer ones would be in the way of the screw heads, or reach past the legs."
            if made
            else "There is no room for them beside the screw heads and the fillet.",
            set_to(family("bracket"), *button, "make the bracket wider or its legs longer"),
            button,
        ),
    )


def _smaller_fillet(angle: Angle) -> tuple[Finding, ...]:
    if angle.bend_mm >= angle.fillet_mm - 1e-9:
        return ()
    return (
        _finding(
            "fillet",
            "mended",
            f"The fillet is {angle.bend_mm:g} mm instead of {angle.fillet_mm:g} mm.",
            "A larger one would take up the whole leg.",
            "Make the legs longer or thinner for a larger fillet.",
        ),
    )
