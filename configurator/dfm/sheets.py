"""Findings on sheet parts that follow from a family's own numbers, each with its nearest cure."""

from __future__ import annotations

from configurator.dfm.base import Finding
from configurator.dfm.cures import set_to
from configurator.materials import Flat, Sheet
from configurator.products.base import Family
from configurator.products.fields import field_of


def stocked(
    family: Family, part: str, thickness_mm: float, sheet: Flat, field: str
) -> tuple[Finding, ...]:
    """A thickness that no workshop has on its shelf; the button takes the nearest one."""
    if sheet.stocks(thickness_mm):
        return ()
    nearest = sheet.nearest(thickness_mm).thickness_mm
    had = [f"{thickness:g}" for thickness in sheet.thicknesses_mm]
    return (
        Finding(
            check="stocked",
            level="impossible",
            part=part,
            state=f"{sheet.name} is not stocked {thickness_mm:g} mm thick.",
            cause=f"It comes in {', '.join(had[:-1])} and {had[-1]} mm.",
            cure=set_to(family, field, nearest),
            field=field,
            value=nearest,
            measured=thickness_mm,
            needed=nearest,
        ),
    )


def narrow_web(
    family: Family, part: str, bridge_mm: float, thickness_mm: float, sheet: Sheet, field: str
) -> tuple[Finding, ...]:
    """A declared web between openings below what the sheet needs."""
    least = sheet.least_bridge_mm(thickness_mm)
    if bridge_mm >= least - 1e-9:
        return ()
    value = field_of(family, field).at_least(least)
    return (
        Finding(
            check="bridges",
            level="weak",
            part=part,
            state=f"Webs between the openings are {bridge_mm:g} mm; {sheet.noun} "
            f"{thickness_mm:g} mm thick needs {least:.1f} mm.",
            cause="The heat of both cuts weakens what is narrower, and it breaks.",
            cure=set_to(family, field, value),
            field=field,
            value=value,
            measured=bridge_mm,
            needed=round(least, 3),
        ),
    )


def joint_fit(
    family: Family, part: str, play_mm: float, thickness_mm: float, sheet: Sheet, field: str
) -> tuple[Finding, ...]:
    """Whether fingers and slots that differ by ``play_mm`` hold, given how far the kerf spreads.

    A slot comes out up to ``kerf_spread_mm`` narrower or wider than drawn. Tighter than the
    sheet's squeeze even on average splits it; looser than 0.15 mm and the spread rattles.
    """
    gauge = sheet.gauge(thickness_mm)
    least, most = -sheet.max_squeeze_mm, 0.15 + gauge.kerf_spread_mm
    if least - 1e-9 <= play_mm <= most + 1e-9:
        return ()
    tight = play_mm < least
    form = field_of(family, field)
    value = form.at_least(least) if tight else form.at_most(most)
    wide = "wider" if tight else "narrower"
    cause = (
        f"{sheet.name} splits where it is squeezed by more than {sheet.max_squeeze_mm:g} mm."
        if tight and sheet.max_squeeze_mm
        else f"{sheet.name} does not give: it cracks where a joint is forced."
        if tight
        else f"The cut spreads by ±{gauge.kerf_spread_mm:g} mm on top of that, so it rattles."
    )
    return (
        Finding(
            check="joints",
            level="weak",
            part=part,
            state=f"Fingers are {abs(play_mm):.2f} mm {wide} than their slots.",
            cause=cause,
            cure=set_to(family, field, value),
            field=field,
            value=value,
            measured=play_mm,
            needed=value,
        ),
    )
