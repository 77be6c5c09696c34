"""What can be told of pictures in plastic from their numbers: light, relief, and standing up."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from configurator.dfm.base import Finding
from configurator.dfm.cures import nearest, set_to
from configurator.dfm.declared import thin_wall
from configurator.products import family
from configurator.products.fields import field_of

if TYPE_CHECKING:
    from configurator.geometry.brightness import View
    from configurator.geometry.lithophane import Lithophane
    from configurator.materials import Filament
    from configurator.products.lithophane import LithophaneParams
    from configurator.products.pictured import PicturedParams
    from configurator.products.relief import ReliefParams

LEAST_DEPTH_MM = 1.2
"""Between black and white: less, and the picture is pale against any lamp. An estimate."""

SLENDER = 40
"""A flat plate taller than so many times its foot is deep sways while it is printed. An estimate:
the usual advice is a brim from about 30 on."""

LAYER_MM = 0.2

LEAST_TONES = 0.1
"""Of the way from black to white, between the darkest and the lightest fiftieth of a picture: in
the usual 3.2 mm of relief no more than a layer and a half lie between them. An estimate."""


def lit(params: LithophaneParams, litho: Lithophane, material: Filament) -> tuple[Finding, ...]:
    """Everything known of a lithophane before it is meshed."""
    return (
        *_thinnest(params, material),
        *_pale(params),
        *_even("lithophane", "plate", params, litho.view, litho.width_mm / litho.height_mm),
        *_swaying(litho),
        *_tight(params, litho),
    )


def _thinnest(params: LithophaneParams, material: Filament) -> tuple[Finding, ...]:
    """White parts thinner than the material needs."""
    return tuple(
        replace(found, part="plate", state=found.state.replace("Wall", "The thinnest place"))
        for found in thin_wall(
            family("lithophane"), "plate", params.thin_mm, material, "thin_mm", name="Thinnest"
        )
    )


def _pale(params: LithophaneParams) -> tuple[Finding, ...]:
    depth = round(params.thick_mm - params.thin_mm, 2)
    if depth >= LEAST_DEPTH_MM:
        return ()
    form = field_of(family("lithophane"), "thick_mm")
    value = form.at_least(params.thin_mm + LEAST_DEPTH_MM)
    return (
        Finding(
            check="contrast",
            level="weak",
            part="plate",
            state=f"Black is only {depth:g} mm thicker than white.",
            cause=f"With less than {LEAST_DEPTH_MM:g} mm between them the picture stays pale.",
            cure=set_to(family("lithophane"), "thick_mm", value),
            field="thick_mm",
            value=value,
            measured=depth,
            needed=LEAST_DEPTH_MM,
        ),
    )


def _swaying(litho: Lithophane) -> tuple[Finding, ...]:
    if litho.form != "flat" or litho.height_mm <= SLENDER * litho.thick_mm:
        return ()
    return (
        Finding(
            check="stands",
            level="weak",
            part="plate",
            state=f"It is printed standing, {litho.height_mm:g} mm tall on a foot of "
            f"{litho.thick_mm:g} mm.",
            cause="So slender a plate sways under the nozzle, and its upper lines come out uneven.",
            cure="Choose the arc, which stands by itself.",
            field="form",
            value="arc",
            measured=litho.height_mm,
            needed=SLENDER * litho.thick_mm,
        ),
    )


def _tight(params: LithophaneParams, litho: Lithophane) -> tuple[Finding, ...]:
    """A lamp too narrow for any lamp to go in."""
    if litho.form != "lamp" or litho.radius_mm >= 20:
        return ()
    form = field_of(family("lithophane"), "width_mm")
    value = form.at_least(2 * 3.14160 * 20)
    return (
        Finding(
            check="lamp",
            level="weak",
            part="plate",
            state=f"The shade is {2 * litho.radius_mm:.0f} mm wide inside.",
            cause="Small lamps with a battery need about 40 mm.",
            cure=set_to(family("lithophane"), "width_mm", value),
            field="width_mm",
            value=value,
            measured=round(2 * litho.radius_mm, 1),
            needed=40.0,
        ),
    )


def raised(params: ReliefParams, view: View, material: Filament) -> tuple[Finding, ...]:
    """Everything known of a relief before it is meshed."""
    return (
        *thin_wall(family("relief"), "plaque", params.base_mm, material, "base_mm", name="Base"),
        *_few_layers(params),
        *_even("relief", "plaque", params, view, params.width_mm / params.height_mm),
    )


def _even(
    slug: str, part: str, params: PicturedParams, view: View, aspect: float
) -> tuple[Finding, ...]:
    """A picture that is nearly one grey, as it is cut and toned: nothing would be seen of it."""
    from configurator.geometry.brightness import tones

    found = tones(view, aspect)
    if found >= LEAST_TONES:
        return ()

    def holds(other: PicturedParams) -> bool:
        return tones(replace(view, contrast=other.contrast_pct / 100), aspect) >= LEAST_TONES

    value = nearest(family(slug), params, "contrast_pct", holds)
    said = "one and the same grey" if found < 0.005 else f"{found * 100:.0f} % of black to white"
    return (
        Finding(
            check="tones",
            level="weak",
            part=part,
            state=f"The picture, as it is cut here, has hardly any contrast: {said}.",
            cause=f"With less than {LEAST_TONES * 100:.0f} % its surface comes out all but flat.",
            cure="Choose a picture with light and dark in it, or another part of this one."
            if value is None
            else set_to(family(slug), "contrast_pct", value),
            field=None if value is None else "contrast_pct",
            value=value,
            measured=round(found, 3),
            needed=LEAST_TONES,
        ),
    )


def _few_layers(params: ReliefParams) -> tuple[Finding, ...]:
    layers = int(params.relief_mm / LAYER_MM + 1e-6)
    if layers >= 6:
        return ()
    value = field_of(family("relief"), "relief_mm").at_least(6 * LAYER_MM)
    return (
        Finding(
            check="contrast",
            level="weak",
            part="plaque",
            state=f"The relief is {params.relief_mm:g} mm high: {layers} layers.",
            cause="So few steps show outlines, but no soft shapes.",
            cure=set_to(family("relief"), "relief_mm", value),
            field="relief_mm",
            value=value,
            measured=params.relief_mm,
            needed=value,
        ),
    )
