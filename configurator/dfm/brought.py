"""What can be told of a customer's own solid: is it one, what was mended, is it the right size."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from configurator.dfm.base import TINY_MM, Finding
from configurator.dfm.cures import set_to
from configurator.products import family
from configurator.products.fields import field_of

if TYPE_CHECKING:
    from configurator.geometry.own_solids import Solid
    from configurator.products.own_file import OwnFileParams

PART = "solid"
SMALL_MM, LARGE_MM = 4.0, 1000.0
"""Outside of these a unit was most likely taken for another."""


def brought(params: OwnFileParams, found: Solid, scale: float) -> tuple[Finding, ...]:
    """Everything known of the solid before it is measured."""
    return (*_size(params, found, scale), *_surface(found), *_pieces(found))


def _surface(found: Solid) -> tuple[Finding, ...]:
    facts = found.facts
    if found.mended:
        said = ", ".join(facts["mending"])
        return (
            Finding(
                check="mended",
                level="mended",
                part=PART,
                state=f"We {said}.",
                cause="The surface of the file was no closed solid.",
                cure="Turn the view to see that it is still what you mean.",
            ),
        )
    wrong = _wrong(found)
    if not wrong:
        return ()
    from configurator.geometry.own_solids import beside_faults

    can = bool(facts["mending"])
    return (
        Finding(
            check="watertight",
            level="impossible",
            part=PART,
            state=f"The surface is no solid: {', '.join(wrong)}.",
            cause="A slicer cannot tell inside from outside.",
            cure="Mend it: we would have " + ", ".join(facts["mending"]) + "."
            if can
            else "Too much is missing to be guessed. Close it in the program it was drawn in "
            "(Blender: 3D Print Toolbox, Make Manifold) and export it once more.",
            field="mend" if can else None,
            value=True if can else None,
            faces=beside_faults(found),
        ),
    )


def _wrong(found: Solid) -> list[str]:
    """What is wrong, in words."""
    facts = found.facts
    told = (
        (facts.get("open"), "{:,} edges are open"),
        (facts.get("crowded"), "{:,} edges have more than two faces"),
        (facts.get("turned"), "{:,} edges lie between faces that look opposite ways"),
    )
    wrong = [text.format(count) for count, text in told if count]
    if facts.get("inside_out"):
        wrong.append("it is inside out")
    if facts.get("overlapping"):
        wrong.append("pieces overlap")
    return wrong


def _pieces(found: Solid) -> tuple[Finding, ...]:
    if found.pieces < 2 or (_wrong(found) and not found.mended):
        return ()
    return (
        Finding(
            check="pieces",
            level="weak",
            part=PART,
            state=f"It holds {found.pieces} bodies that do not touch.",
            cause="Each is printed where it is; one in the air falls, a hollow stays closed.",
            cure="Look at it from below, and at the cut, or export the bodies one by one.",
        ),
    )


def _size(params: OwnFileParams, found: Solid, scale: float) -> tuple[Finding, ...]:
    """A size that tells of another unit, or at which nothing can be made."""
    longest = round(max(found.size) * scale, 5)
    told, tiny = found.facts.get("unit") == params.unit, longest < TINY_MM
    if SMALL_MM <= longest <= LARGE_MM or (told and not tiny):
        return ()
    small = longest < SMALL_MM
    doubt = "." if told else ": most likely the file is in another unit."
    cure, field, value = _resized(params, found, longest)
    return (
        Finding(
            check="size",
            level="impossible" if tiny or not small else "weak",
            part=PART,
            state=f"It is {float(f'{longest:.3g}'):,.12g} mm at its longest.",
            cause=f"{'So small a part cannot be held' if small else 'No common printer holds that'}"
            f"{doubt}",
            cure=cure,
            field=field,
            value=value,
            measured=round(longest, 4),
            needed=SMALL_MM if small else LARGE_MM,
        ),
    )


def _resized(
    params: OwnFileParams, found: Solid, longest_mm: float
) -> tuple[str, str | None, str | float | None]:
    """What to do about a size, and the button for it: the unit that the file itself tells, or one
    that makes the size a usual one, else the nearest scale at which it can be held, or fits a
    common printer."""
    from configurator.products.own_file import STILL_FITS_MM

    names = {"mm": "millimetres", "cm": "centimetres", "inch": "inches", "m": "metres"}
    told = found.facts.get("unit", "")
    usual = (SMALL_MM, LARGE_MM) if told else (20.0, 400.0)
    for unit, size_mm in _by_unit(params, found).items():
        if told in ("", unit) and usual[0] <= size_mm <= usual[1]:
            return f"Take the file for {names[unit]}.", "unit", unit
    form = field_of(family("own-file"), "scale_pct")
    assert form.min is not None and form.max is not None
    small = longest_mm < SMALL_MM
    wanted = params.scale_pct * (SMALL_MM if small else STILL_FITS_MM) / longest_mm
    if not form.min <= wanted <= form.max:
        return "Draw it in another size, and bring it again.", None, None
    pct = form.at_least(wanted) if small else form.at_most(wanted)
    return set_to(family("own-file"), "scale_pct", pct), "scale_pct", pct


def _by_unit(params: OwnFileParams, found: Solid) -> dict[str, float]:
    """Longest side (mm) with each unit that the file may be taken for."""
    from configurator.products.own_file import MM

    drawn = max(found.size) * params.scale_pct / 100
    return {unit: drawn * mm for unit, mm in MM.items()}


def in_another_unit(params: OwnFileParams, found: Solid, finding: Finding) -> Finding:
    """A finding on what no machine holds at any scale, with the largest unit in which one does."""
    from configurator.products.own_file import STILL_FITS_MM

    sizes = _by_unit(params, found).items()
    unit = next((one for one, mm in reversed(sizes) if SMALL_MM <= mm <= STILL_FITS_MM), None)
    if unit is None:
        return finding
    cure = set_to(family("own-file"), "unit", unit)
    return replace(finding, cure=cure, field="unit", value=unit)
