"""What can be told of lettering from its layout: missing characters, fine strokes, thin floors."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from configurator.dfm.base import Finding
from configurator.dfm.cures import set_to
from configurator.dfm.declared import thin_wall
from configurator.dfm.unwritten import unknown
from configurator.materials import Filament
from configurator.products import family
from configurator.products.fields import FormField, field_of, fields

if TYPE_CHECKING:
    from configurator.geometry.tag_layout import Layout
    from configurator.products.name_tag import TagParams

PART = "tag"
BROAD = ("rounded", "modern", "mono", "condensed")
"""Typefaces with broad strokes, in the order in which they are offered as a cure."""


def lettered(tag: TagParams, layout: Layout, material: Filament) -> tuple[Finding, ...]:
    """Everything known of a tag before it is meshed."""
    return (
        *_blank(tag),
        *unknown(PART, "name", tag.name, tag.face),
        *unknown(PART, "second_line", tag.second_line, tag.face),
        *_fine(tag, layout, material),
        *_floor(tag, material),
        *_smaller_hole(tag, layout),
    )


def _blank(tag: TagParams) -> tuple[Finding, ...]:
    """A tag without a word can be made, but is seldom meant."""
    if tag.name.strip() or tag.second_line.strip():
        return ()
    return (
        Finding(
            check="blank",
            level="weak",
            part=PART,
            state="Nothing is written on it.",
            cause="It would be made blank, as you see it.",
            cure="Type a name, if that is not what you mean.",
        ),
    )


def _fine(tag: TagParams, layout: Layout, material: Filament) -> tuple[Finding, ...]:
    """Strokes finer than the nozzle lays.

    The cure is a larger tag where one measure is enough, else a typeface with broader strokes.
    """
    need = material.min_feature_mm
    if layout.stroke_mm >= need:
        return ()
    field, value, cure = _cure(tag, need)
    return (
        Finding(
            check="strokes",
            level="weak" if layout.stroke_mm > need / 2 else "impossible",
            part=PART,
            state=f"The finest stroke of the letters is {layout.stroke_mm:.2f} mm; "
            f"{material.noun} needs {need:g} mm.",
            cause="The nozzle lays lines of about 0.4 mm; what is finer is left out.",
            cure=cure,
            field=field,
            value=value,
        ),
    )


def _cure(tag: TagParams, need_mm: float) -> tuple[str | None, float | str | None, str]:
    """(field, value, words): the width, the height or the typeface that is enough by itself."""
    for form in fields(family("name-tag")):
        if form.name in ("width_mm", "height_mm"):
            value = _least_enough(tag, form, need_mm)
            if value is not None:
                return form.name, value, set_to(family("name-tag"), form.name, value)
    for face in BROAD:
        if face != tag.face and _enough(tag, "face", face, need_mm):
            return "face", face, set_to(family("name-tag"), "face", face)
    return None, None, "Make the tag larger, or use fewer letters."


def _least_enough(tag: TagParams, form: FormField, need_mm: float) -> float | None:
    """The least value on the field's step at which the strokes are wide enough, by bisection."""
    assert form.step is not None and form.max is not None
    low, step = float(getattr(tag, form.name)), form.step
    steps = round((form.max - low) / step)
    if steps < 1 or not _enough(tag, form.name, low + steps * step, need_mm):
        return None
    fails, passes = 0, steps
    while passes - fails > 1:
        middle = (fails + passes) // 2
        if _enough(tag, form.name, low + middle * step, need_mm):
            passes = middle
        else:
            fails = middle
    return round(low + passes * step, form.decimals)


def _enough(tag: TagParams, name: str, value: float | str, need_mm: float) -> bool:
    """Whether that value alone makes the strokes wide enough."""
    from configurator.geometry.tag_layout import laid_out

    return laid_out(tag.model_copy(update={name: value}), "draft").stroke_mm >= need_mm


def _floor(tag: TagParams, material: Filament) -> tuple[Finding, ...]:
    """What is left under engraved letters."""
    if tag.lettering != "engraved" or not (tag.name or tag.second_line):
        return ()
    left = round(tag.thickness_mm - tag.relief_mm, 2)
    kind, name = family("name-tag"), "Floor under the letters"
    value = field_of(kind, "thickness_mm").at_least(material.min_wall_mm + tag.relief_mm)
    return tuple(
        replace(finding, cure=set_to(kind, "thickness_mm", value), value=value)
        for finding in thin_wall(kind, PART, left, material, "thickness_mm", name=name)
    )


def _smaller_hole(tag: TagParams, layout: Layout) -> tuple[Finding, ...]:
    if tag.hole == "none" or layout.hole_mm >= tag.hole_mm - 1e-6:
        return ()
    return (
        Finding(
            check="hole",
            level="mended",
            part=PART,
            state=f"The hole is {layout.hole_mm:.1f} mm instead of {tag.hole_mm:g} mm.",
            cause="A wider one would break through the edge of so small a tag.",
            cure="Make the tag higher for a wider hole.",
        ),
    )
