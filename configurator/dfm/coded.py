"""What can be told of a printed QR code from its layout: squares too fine, a weaker correction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from configurator.dfm.base import Finding
from configurator.dfm.cures import set_to
from configurator.dfm.declared import thin_wall
from configurator.geometry.key_fob import LEAST_MODULE_MM, Fob
from configurator.materials import Filament
from configurator.products import family
from configurator.products.fields import field_of

if TYPE_CHECKING:
    from configurator.products.key_fob import FobParams

PART = "fob"


def coded(params: FobParams, fob: Fob, material: Filament) -> tuple[Finding, ...]:
    """Everything known of a fob before it is meshed."""
    if not fob.code:
        return (_blank(),)
    fine = _fine(fob, material)
    return (*fine, *([] if fine else _weaker(fob)), *_floor(params, material))


def _blank() -> Finding:
    """A fob without a code can be made, but is seldom meant."""
    return Finding(
        check="blank",
        level="weak",
        part=PART,
        state="There is no code on it.",
        cause="It would be made blank, as you see it.",
        cure="Type a link or a text, if that is not what you mean.",
    )


def _fine(fob: Fob, material: Filament) -> tuple[Finding, ...]:
    """Squares narrower than two lines: a wider fob is the cure, or a shorter text."""
    need = max(LEAST_MODULE_MM, 2 * material.min_feature_mm)
    if fob.module_mm >= need - 1e-9:
        return ()
    impossible = fob.module_mm < LEAST_MODULE_MM - 1e-9
    width = _least_width(fob, lambda wider: wider.module_mm >= need - 1e-9)
    most = fob.most_characters
    shorter = f"use {most} characters or fewer" if impossible and most else ""
    return (
        Finding(
            check="strokes",
            level="impossible" if impossible else "weak",
            part=PART,
            state=f"The squares of the code are {fob.module_mm:.2f} mm; "
            f"{material.noun} needs {need:g} mm.",
            cause=f"{len(fob.code)} characters take a code too fine for the nozzle at this size."
            if impossible
            else "Squares this small run into each other, and a phone may not read them.",
            cure=_wider(width, shorter),
            field="width_mm" if width else None,
            value=width,
            measured=round(fob.module_mm, 3),
            needed=need,
        ),
    )


def _weaker(fob: Fob) -> tuple[Finding, ...]:
    """There was no room for the error correction asked for."""
    if fob.level == fob.correction:
        return ()
    from configurator.products.key_fob import LEVELS

    width = _least_width(fob, lambda wider: wider.level == fob.correction)
    return (
        Finding(
            check="correction",
            level="mended",
            part=PART,
            state=f"Error correction is “{LEVELS[fob.level]}” instead of "
            f"“{LEVELS[fob.correction]}”.",
            cause="A stronger one takes more squares, too fine for the nozzle at this size.",
            cure=_wider(width, "use a shorter text"),
            field="width_mm" if width else None,
            value=width,
        ),
    )


def _wider(width: float | None, shorter: str) -> str:
    """The cure: a wider fob, or else a shorter text; it alone where no width is enough."""
    if width is not None:
        return set_to(family("key-fob"), "width_mm", width, shorter)
    return f"{shorter.capitalize() or 'Use a shorter text'}."


def _least_width(fob: Fob, enough: Callable[[Fob], bool]) -> float | None:
    """The least width on its field's step at which the code is good enough, if any is."""
    form = field_of(family("key-fob"), "width_mm")
    assert form.step is not None and form.max is not None
    width = form.at_least(fob.width_mm + form.step)
    while width <= form.max:
        if enough(replace(fob, width_mm=width)):
            return width
        width = round(width + form.step, form.decimals)
    return None


def _floor(params: FobParams, material: Filament) -> tuple[Finding, ...]:
    """What is left under sunk squares."""
    if params.modules != "sunk":
        return ()
    left = round(params.thickness_mm - params.relief_mm, 2)
    kind, name = family("key-fob"), "Floor under the code"
    value = field_of(kind, "thickness_mm").at_least(material.min_wall_mm + params.relief_mm)
    return tuple(
        replace(finding, cure=set_to(kind, "thickness_mm", value), value=value)
        for finding in thin_wall(kind, PART, left, material, "thickness_mm", name=name)
    )
