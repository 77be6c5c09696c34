"""What can be told of lettering from its layout: missing characters, fine strokes, thin floors."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from configurator.dfm.base import Finding
from configurator.dfm.declared import thin_wall
from configurator.geometry.lettering import missing
from configurator.materials import Material

if TYPE_CHECKING:
    from configurator.geometry.tag_layout import Layout
    from configurator.products.name_tag import TagParams

PART = "tag"


def lettered(tag: TagParams, layout: Layout, material: Material) -> tuple[Finding, ...]:
    """Everything known of a tag before it is meshed."""
    return (
        *_blank(tag),
        *_unknown(tag, "name", tag.name),
        *_unknown(tag, "second_line", tag.second_line),
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


def _unknown(tag: TagParams, field: str, text: str) -> tuple[Finding, ...]:
    """Characters that no typeface here can draw: said, and left out, never printed as a box."""
    unknown = missing(text, tag.face)
    if not unknown:
        return ()
    known = "".join(c for c in text if c not in unknown).strip()
    shown = " ".join(unknown)
    return (
        Finding(
            check="lettering",
            level="impossible",
            part=PART,
            state=f"We have no letter shape for {shown}.",
            cause="Our typefaces cover Latin, Greek, Cyrillic, Chinese and Japanese writing.",
            cure=f"Use “{known}”." if known else "Write it in other characters.",
            field=field,
            value=known,
        ),
    )


def _fine(tag: TagParams, layout: Layout, material: Material) -> tuple[Finding, ...]:
    """Strokes finer than the nozzle lays; a larger tag is the cure where one is enough."""
    need = material.min_feature_mm
    if layout.stroke_mm >= need:
        return ()
    grown = need / max(layout.stroke_mm, 1e-6) * 1.03
    wider = round(tag.width_mm * grown)
    field, value = ("width_mm", float(wider)) if wider <= 120 else (None, None)
    cure = f"Set width to {wider} mm." if field else "Use fewer letters or a larger tag."
    if field and not _enough(tag, need, wider):
        field, value, cure = None, None, "Make the tag larger, or use fewer letters."
    return (
        Finding(
            check="strokes",
            level="weak" if layout.stroke_mm > need / 2 else "impossible",
            part=PART,
            state=f"The finest stroke of the letters is {layout.stroke_mm:.2f} mm; "
            f"{material.name} needs {need:g} mm.",
            cause="The nozzle lays lines of about 0.4 mm; what is finer is left out.",
            cure=cure,
            field=field,
            value=value,
        ),
    )


def _enough(tag: TagParams, need_mm: float, width_mm: int) -> bool:
    """Whether that width alone makes the strokes wide enough."""
    from configurator.geometry.tag_layout import laid_out

    wider = tag.model_copy(update={"width_mm": float(width_mm)})
    return laid_out(wider, "draft").stroke_mm >= need_mm


def _floor(tag: TagParams, material: Material) -> tuple[Finding, ...]:
    """What is left under engraved letters."""
    if tag.lettering != "engraved" or not (tag.name or tag.second_line):
        return ()
    left = round(tag.thickness_mm - tag.relief_mm, 2)
    return tuple(
        replace(
            finding,
            cure=f"Set thickness to {material.min_wall_mm + tag.relief_mm:g} mm.",
            value=round(material.min_wall_mm + tag.relief_mm, 2),
        )
        for finding in thin_wall(
            PART, left, material, "thickness_mm", name="Floor under the letters"
        )
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
