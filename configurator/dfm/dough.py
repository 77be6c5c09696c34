"""What can be told of a cookie cutter from its layout: blades, tall walls, dough that tears."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from configurator.dfm.base import Finding, Level
from configurator.dfm.cures import set_to
from configurator.dfm.declared import thin_wall
from configurator.dfm.unwritten import unknown
from configurator.geometry.cookie_cutter import DOUGH_MM, FLANGE_HIGH_MM
from configurator.geometry.lettering import line
from configurator.materials import Filament
from configurator.products import family
from configurator.products.fields import field_of

if TYPE_CHECKING:
    from configurator.geometry.cookie_cutter import Layout
    from configurator.products.cookie_cutter import CutterParams

PART = "cutter"
SLENDER = 24
"""A wall taller than so many times its thickness gives way sideways in stiff dough."""


def cut_out(params: CutterParams, layout: Layout, material: Filament) -> tuple[Finding, ...]:
    """Everything known of a cutter before it is meshed."""
    letters = _letters(params) if params.shape == "letters" else ()
    return (
        *letters,
        *_no_drawing(params),
        *thin_wall(family("cookie-cutter"), PART, params.wall_mm, material, "wall_mm"),
        *_blade(params, layout, material),
        *_slender(params),
        *_left_out(layout),
        *_corner(params, layout),
        *_narrow(params, layout),
    )


def _finding(check: str, level: Level, state: str, cause: str, cure: str) -> Finding:
    return Finding(check=check, level=level, part=PART, state=state, cause=cause, cure=cure)


def _letters(params: CutterParams) -> tuple[Finding, ...]:
    # Letters that nobody can draw were given; to say that none was would be a second, wrong word.
    return unknown(PART, "letters", params.letters, params.face) or _blank(params)


def _blank(params: CutterParams) -> tuple[Finding, ...]:
    if line(params.letters, params.face, "draft") is not None:
        return ()
    return (
        _finding(
            "blank",
            "weak",
            "No letter is given, so it cuts a circle.",
            "It would be made as you see it.",
            "Type a letter, or choose a shape.",
        ),
    )


def _no_drawing(params: CutterParams) -> tuple[Finding, ...]:
    if params.shape != "drawing" or params.drawing:
        return ()
    return (
        _finding(
            "blank",
            "weak",
            "No drawing is chosen, so it cuts a circle.",
            "It would be made as you see it.",
            "Choose a drawing, or a shape.",
        ),
    )


def _blade(params: CutterParams, layout: Layout, material: Filament) -> tuple[Finding, ...]:
    """A blade finer than the nozzle lays, or thicker than the wall below it."""
    made, least = layout.cutter.fitting_blade_mm, material.min_feature_mm
    if made < least:
        found = _finding(
            "strokes",
            "weak",
            f"The blade is {made:g} mm; {material.noun} needs {least:g} mm.",
            "The nozzle lays lines of about 0.4 mm; a finer edge breaks or is left out.",
            set_to(family("cookie-cutter"), "blade_mm", least),
        )
        return (replace(found, field="blade_mm", value=least, measured=made, needed=least),)
    if made < params.blade_mm:
        found = _finding(
            "blade",
            "mended",
            f"The blade is {made:g} mm instead of {params.blade_mm:g} mm.",
            "It can be no thicker than the wall that carries it.",
            set_to(family("cookie-cutter"), "blade_mm", made),
        )
        return (replace(found, field="blade_mm", value=made),)
    return ()


def _slender(params: CutterParams) -> tuple[Finding, ...]:
    tall = params.height_mm - FLANGE_HIGH_MM
    if tall <= SLENDER * params.wall_mm:
        return ()
    form = field_of(family("cookie-cutter"), "wall_mm")
    value = form.at_least(tall / SLENDER)
    found = _finding(
        "slender",
        "weak",
        f"The wall is {params.wall_mm:g} mm thick and {tall:.1f} mm tall.",
        "So slender a wall bends aside in firm dough.",
        set_to(family("cookie-cutter"), "wall_mm", value),
    )
    return (replace(found, field="wall_mm", value=value, measured=params.wall_mm, needed=value),)


def _left_out(layout: Layout) -> tuple[Finding, ...]:
    """Openings and slits in which two walls would meet."""
    found = []
    slit = layout.cutter.slit_mm
    if layout.openings_lost:
        many = layout.openings_lost > 1
        found.append(
            _finding(
                "openings",
                "mended",
                f"{layout.openings_lost} small openings within the letters are left out."
                if many
                else "A small opening within the shape is left out.",
                f"An opening needs {slit:.1f} mm, for its walls and a gap between them.",
                "Make the cutter larger, or leave less room around the letters.",
            )
        )
    if layout.pieces_joined:
        found.append(
            _finding(
                "joined",
                "mended",
                "Pieces that lie close together are cut as one.",
                f"Between two pieces there must be {slit:.1f} mm, for two walls and a gap.",
                "Make the cutter larger, or leave more room around the letters to join them "
                "on purpose.",
            )
        )
    return tuple(found)


def _corner(params: CutterParams, layout: Layout) -> tuple[Finding, ...]:
    """Rounding that would have worn thin parts away."""
    made = layout.corner_mm
    if made >= params.corner_mm - 1e-6 and made > 0:
        return ()
    if made == 0:
        return (
            _finding(
                "corner",
                "mended",
                "Thin strokes of the shape are made a little thicker.",
                "A knife edge cannot follow both sides of so fine a stroke.",
                "Make the cutter larger, or take bolder letters.",
            ),
        )
    form = field_of(family("cookie-cutter"), "corner_mm")
    value = form.at_most(made)
    found = _finding(
        "corner",
        "mended",
        f"The corners are rounded by {form.shown(value)} instead of "
        f"{form.shown(params.corner_mm)}.",
        "More would wear thin parts of the shape away.",
        set_to(family("cookie-cutter"), "corner_mm", value),
    )
    return (replace(found, field="corner_mm", value=value),)


def _narrow(params: CutterParams, layout: Layout) -> tuple[Finding, ...]:
    """Dough too narrow to be lifted, with the size at which the letters' strokes are enough."""
    if not layout.narrow_mm2:
        return ()
    found = _finding(
        "dough",
        "weak",
        f"Parts of the cookie are narrower than {DOUGH_MM:g} mm.",
        "Dough so narrow tears when it is lifted, and browns before the rest.",
        "Make the cutter larger, or leave more room around the letters.",
    )
    form = field_of(family("cookie-cutter"), "size_mm")
    value = _enough_mm(params) if params.shape == "letters" else None
    if value is None or not params.size_mm < form.at_least(value) <= (form.max or 0):
        return (found,)
    value = form.at_least(value)
    cure = set_to(family("cookie-cutter"), "size_mm", value)
    return (replace(found, cure=cure, field="size_mm", value=value),)


def _enough_mm(params: CutterParams) -> float | None:
    """The cookie's longer side at which its finest stroke, grown by the margin, is broad enough."""
    drawn = line(params.letters, params.face, "draft")
    if drawn is None:
        return None
    longer = max(drawn.high[0] - drawn.low[0], drawn.high[1] - drawn.low[1])
    grown = 2 * params.margin_mm
    return max(0.0, DOUGH_MM - grown) * longer / drawn.stroke + grown
