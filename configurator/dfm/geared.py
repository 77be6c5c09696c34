"""What a gear pair's numbers tell: undercut, contact, fine tips, and what had to give way."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from configurator.dfm.base import Finding
from configurator.dfm.cures import nearest, other_choice, set_to
from configurator.materials import Filament

if TYPE_CHECKING:
    from configurator.geometry.gear import Wheel
    from configurator.geometry.involute import Pair
    from configurator.products.base import Family
    from configurator.products.spur_gear import GearParams

LEAST_CONTACT = 1.2
"""Contact ratio for quiet running. Source: Dudley, Handbook of Practical Gear Design."""

_CHOICES = {"contact": ("pressure",)}
"""Whose other choices are tried first to cure a fault: they leave the ratio as it is."""
_WAYS = {"contact": ("pinion_teeth", "gear_teeth"), "tips": ("module_mm",)}
"""What is made larger to cure a fault, in turn."""


def geared(
    params: GearParams, pair: Pair, wheels: tuple[Wheel, Wheel], material: Filament
) -> tuple[Finding, ...]:
    """Everything known of a pair before it is meshed."""
    named = tuple(zip(("gear", "pinion"), wheels, strict=True))
    return (
        *(f for name, wheel in named for f in _undercut(name, wheel)),
        *_contact(pair),
        *(f for name, wheel in named for f in _tip(name, wheel, material)),
        *_centre(params, pair),
        *(f for name, wheel in named for f in _bore(name, wheel)),
        *(f for name, wheel in named for f in _keyway(name, wheel)),
        *(f for name, wheel in named for f in _hub(name, wheel)),
        *_lightening(wheels[0]),
    )


def with_value(family: Family, params: GearParams, finding: Finding, material: Filament) -> Finding:
    """A fault of the teeth with another pressure angle, else with the least number of teeth, or
    the least module, that cures it and brings no other: formulas only, so that every step is
    asked. What changes the ratio says so."""

    def faults(of: GearParams) -> set[tuple[str, str]]:
        return {
            (one.check, one.part) for one in family.rules(of, material) if one.level != "mended"
        }

    known = faults(params)
    if finding.field or (finding.check, finding.part) not in known:
        return finding

    def holds(other: GearParams) -> bool:
        return faults(other) < known and (finding.check, finding.part) not in faults(other)

    for name in _CHOICES.get(finding.check, ()):
        choice = other_choice(family, params, name, holds)
        if choice is not None:
            return replace(finding, cure=set_to(family, name, choice), field=name, value=choice)
    for name in _WAYS.get(finding.check, ()):
        value = nearest(family, params, name, holds, down=False)
        if value is not None:
            effect, cure = _other_ratio(params, name, value), set_to(family, name, value)
            return replace(finding, cure=cure, field=name, value=value, effect=effect)
    return finding


def ratio_of(params: GearParams) -> str:
    """How many turns of the pinion make one of the gear: "1:2.1"."""
    return f"1:{params.gear_teeth / params.pinion_teeth:.3g}"


def _other_ratio(params: GearParams, name: str, value: float) -> str:
    """What another number of teeth does to the ratio: nobody asked for that, so it is said."""
    if not name.endswith("_teeth"):
        return ""
    count, wheel = int(value), name.removesuffix("_teeth")
    ratio = ratio_of(params.model_copy(update={name: count}))
    was = ratio_of(params)
    return f"With {count} teeth on the {wheel} the ratio becomes {ratio} instead of {was}."


def _undercut(name: str, wheel: Wheel) -> tuple[Finding, ...]:
    tooth = wheel.tooth
    if not tooth.undercut:
        return ()
    least = math.ceil(2 / math.sin(tooth.pressure) ** 2)
    return (
        Finding(
            check="undercut",
            level="weak",
            part=name,
            state=f"The teeth of the {name} are undercut: {tooth.teeth} teeth at "
            f"{math.degrees(tooth.pressure):g}°; {least} need no shift.",
            cause="Their feet are cut away, which weakens them and shortens their contact.",
            cure="Let the profile be shifted as needed.",
            field="shift",
            value="auto",
            measured=float(tooth.teeth),
            needed=float(least),
        ),
    )


def _contact(pair: Pair) -> tuple[Finding, ...]:
    ratio = pair.contact_ratio
    if ratio >= LEAST_CONTACT:
        return ()
    lost = ratio < 1
    shown = math.floor(100 * ratio) / 100
    return (
        Finding(
            check="contact",
            level="impossible" if lost else "weak",
            part="pinion",
            state=f"The contact ratio is {shown:.2f}; quiet running needs {LEAST_CONTACT:g}.",
            cause="A pair of teeth leaves before the next one bears: the drive is lost between "
            "them."
            if lost
            else "One pair of teeth hardly hands over to the next.",
            cure="Take more teeth, or another pressure angle.",
            measured=round(ratio, 3),
            needed=LEAST_CONTACT,
        ),
    )


def _tip(name: str, wheel: Wheel, material: Filament) -> tuple[Finding, ...]:
    """A tip finer than a line, or a tooth cut short so that it has one."""
    tooth = wheel.tooth
    tip = 2 * tooth.tip_radius * tooth.half_angle(tooth.tip_radius)
    if tip < material.min_feature_mm:
        return (
            Finding(
                check="tips",
                level="weak",
                part=name,
                state=f"The tooth tips of the {name} are {math.floor(100 * tip) / 100:.2f} mm; "
                f"{material.noun} needs {material.min_feature_mm:g} mm.",
                cause="The nozzle lays lines of about 0.4 mm; a finer tip comes out rounded.",
                cure="Take a larger module.",
                measured=round(tip, 3),
                needed=material.min_feature_mm,
            ),
        )
    cut = tooth.full_tip_radius - tooth.tip_radius
    if cut < 0.02:
        return ()
    return (
        Finding(
            check="tips",
            level="mended",
            part=name,
            state=f"The teeth of the {name} are {cut:.2f} mm lower than the standard.",
            cause="They would end in a point.",
            cure="Take more teeth for teeth of full height.",
        ),
    )


def _centre(params: GearParams, pair: Pair) -> tuple[Finding, ...]:
    plain = params.module_mm * (params.gear_teeth + params.pinion_teeth) / 2
    if abs(pair.centre_mm - plain) < 5e-3:
        return ()
    return (
        Finding(
            check="centre",
            level="mended",
            part="pinion",
            state=f"The centre distance is {pair.centre_mm:.2f} mm instead of {plain:g} mm.",
            cause="Both gears have so few teeth that their profiles are shifted.",
            cure="Place the shafts at that distance, or take more teeth.",
        ),
    )


def _bore(name: str, wheel: Wheel) -> tuple[Finding, ...]:
    made, asked = wheel.fitting_bore_mm, wheel.bore_mm
    if made >= asked - 1e-9 or asked < 1:
        return ()
    shown = f"is {made:g} mm instead of {asked:g} mm" if made else "is left out"
    return (
        Finding(
            check="bore",
            level="mended",
            part=name,
            state=f"The bore of the {name} {shown}.",
            cause="A wider one would weaken the rim below the teeth.",
            cure="Take more teeth or a larger module for a wider bore.",
        ),
    )


def _keyway(name: str, wheel: Wheel) -> tuple[Finding, ...]:
    if not wheel.keyway or wheel.keyed or wheel.fitting_bore_mm == 0:
        return ()
    return (
        Finding(
            check="keyway",
            level="mended",
            part=name,
            state=f"The {name} has no keyway.",
            cause="DIN 6885 has keys for shafts over 6 mm only.",
            cure="Take a wider bore for a keyway.",
        ),
    )


def _hub(name: str, wheel: Wheel) -> tuple[Finding, ...]:
    if wheel.hub_mm < 1 or wheel.hub_radius:
        return ()
    return (
        Finding(
            check="hub",
            level="mended",
            part=name,
            state=f"The {name} has no hub.",
            cause="There is no room for one inside the teeth.",
            cure="Take a smaller bore, or more teeth.",
        ),
    )


def _lightening(gear: Wheel) -> tuple[Finding, ...]:
    if gear.holes == 0 or gear.lightening()[1]:
        return ()
    return (
        Finding(
            check="holes",
            level="mended",
            part="gear",
            state="The lightening holes are left out.",
            cause="There is no room for them between hub and teeth.",
            cure="Take fewer holes, a smaller bore, or more teeth.",
        ),
    )
