"""What can be told of a customer's own solid: is it one, what was mended, is it the right size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from configurator.dfm.base import Finding

if TYPE_CHECKING:
    from configurator.geometry.own_solids import Solid
    from configurator.products.own_file import OwnFileParams

PART = "solid"
SMALL_MM, LARGE_MM = 4.0, 1000.0
"""Outside of these a unit was most likely taken for another."""


def brought(params: OwnFileParams, found: Solid, scale: float) -> tuple[Finding, ...]:
    """Everything known of the solid before it is measured."""
    return (*_surface(found), *_pieces(found), *_size(params, found, scale))


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
    """A size that tells of another unit."""
    from configurator.products.own_file import MM

    longest = max(found.size) * scale
    names = {"mm": "millimetres", "cm": "centimetres", "inch": "inches", "m": "metres"}
    if SMALL_MM <= longest <= LARGE_MM or found.facts.get("unit") == "mm":
        return ()
    apart = {unit: max(found.size) * mm * params.scale_pct / 100 for unit, mm in MM.items()}
    likely = [unit for unit, size in apart.items() if 20 <= size <= 400]
    small = longest < SMALL_MM
    return (
        Finding(
            check="size",
            level="weak",
            part=PART,
            state=f"It is {float(f'{longest:.3g}'):,.12g} mm at its longest.",
            cause="That is smaller than anything we can hold."
            if small
            else "That is larger than any machine near you.",
            cure=f"Take the file for {names[likely[0]]}." if likely else "Set the scale.",
            field="unit" if likely else None,
            value=likely[0] if likely else None,
            measured=round(longest, 4),
            needed=SMALL_MM if small else LARGE_MM,
        ),
    )
