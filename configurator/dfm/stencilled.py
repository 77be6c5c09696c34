"""Findings on text that is cut right through: what falls out, is too fine, or has no room."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from configurator.dfm.base import Finding
from configurator.dfm.cures import larger, set_to
from configurator.dfm.unwritten import unknown
from configurator.materials import Sheet
from configurator.products.base import Family

if TYPE_CHECKING:
    from configurator.geometry.stencil import Measures, Stencil

LEAST_KEPT = 0.85
"""The share of the letters' area that must be left for them to read as they were drawn."""
SLACK_MM = 0.05
"""Letters lower by less are no news."""

Text = Callable[[Any], "Stencil | None"]
"""The text of a design and its room, from its parameters; None where it has no place."""


def stencilled(
    part: str, family: Family, params: Any, text: Text, sheet: Sheet
) -> tuple[Finding, ...]:
    """Everything known of ``words``, ``face`` and ``size_mm`` before anything is meshed."""
    from configurator.geometry.stencil import measured

    if not params.words:
        return ()
    now = text(params)
    if now is None:
        return unknown(part, "words", params.words, params.face)
    known = measured(now)
    return (
        *unknown(part, "words", params.words, params.face),
        *_islands(part, family, params, known),
        *_fine(part, family, params, text, sheet),
        *_lower(part, params, known),
    )


def _islands(part: str, family: Family, params: Any, known: Measures) -> tuple[Finding, ...]:
    """Inner parts that hang on nothing; a stencil's letters have bridges to theirs."""
    from configurator.geometry.lettering import islands

    count = known.islands
    if not count:
        return ()
    helps = params.face != "stencil" and not islands(params.words, "stencil")
    many = f"{count} inner parts of the letters fall" if count > 1 else "An inner part falls"
    return (
        Finding(
            check="islands",
            level="weak",
            part=part,
            state=f"{many} out.",
            cause="What is cut all round hangs on nothing: an O becomes a plain hole.",
            cure=set_to(family, "face", "stencil") if helps else "Use letters without inner parts.",
            field="face" if helps else None,
            value="stencil" if helps else None,
            measured=float(count),
            needed=0.0,
        ),
    )


def _fine(part: str, family: Family, params: Any, text: Text, sheet: Sheet) -> tuple[Finding, ...]:
    """Strokes that are too narrow when the bridges have their width; larger letters cure it."""
    from configurator.geometry.stencil import lettered, measured

    now, need = text(params), sheet.least_hole_mm(params.sheet_mm)
    if now is None or _reads(now, need):
        return ()
    field, value = _cure(family, params, text, need)
    stroke, lost = measured(now).stroke_mm, lettered(now, "draft").lost
    pieces = "A piece" if lost == 1 else f"{lost} pieces"
    return (
        Finding(
            check="strokes",
            level="impossible" if lost else "weak",
            part=part,
            state=f"{pieces} of the letters would be too fine to be cut."
            if lost
            else f"The finest strokes come out {stroke:.1f} mm wide; {sheet.noun} "
            f"{params.sheet_mm:g} mm thick needs {need:.1f} mm.",
            cause="What stays between two cuts takes its width from the letters, and the beam "
            "rounds off what is fine.",
            cure=set_to(family, field, value)
            if field is not None and value is not None
            else "Use fewer letters, or a larger panel.",
            field=field,
            value=value,
            measured=round(stroke, 3),
            needed=round(need, 3),
        ),
    )


def _broad(text: Stencil | None, need_mm: float) -> bool:
    """Whether strokes are wide enough, before anything is cut."""
    from configurator.geometry.stencil import measured

    return text is None or measured(text).stroke_mm >= need_mm - 1e-9


def _reads(text: Stencil | None, need_mm: float) -> bool:
    """Whether all of the letters can be cut, too."""
    from configurator.geometry.stencil import lettered

    if text is None or not _broad(text, need_mm):
        return text is None
    letters = lettered(text, "draft")
    return not letters.lost and letters.kept >= LEAST_KEPT


def _cure(
    family: Family, params: Any, text: Text, need_mm: float
) -> tuple[str | None, float | str | None]:
    """The letters' size, the panel's or the typeface that is enough by itself."""

    def reads(other: Any) -> bool:
        return _reads(text(other), need_mm)

    for name in ("size_mm", "width_mm", "height_mm"):
        value = larger(family, params, name, lambda other: _broad(text(other), need_mm))
        if value is not None and not reads(params.model_copy(update={name: value})):
            value = larger(family, params, name, reads)
        if value is not None:
            return name, value
    if params.face != "stencil" and reads(params.model_copy(update={"face": "stencil"})):
        return "face", "stencil"
    return None, None


def _lower(part: str, params: Any, known: Measures) -> tuple[Finding, ...]:
    """Letters that had to be made smaller than was asked for."""
    made = known.size_mm
    if not made or made >= params.size_mm - SLACK_MM:
        return ()
    return (
        Finding(
            check="size",
            level="mended",
            part=part,
            state=f"The letters are {made:.1f} mm high instead of {params.size_mm:g} mm.",
            cause="There is no room for larger ones.",
            cure="Use fewer letters, or a larger panel.",
            measured=round(made, 3),
            needed=params.size_mm,
        ),
    )
