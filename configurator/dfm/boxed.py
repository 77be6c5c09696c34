"""What a finger-jointed box's numbers tell: fine fingers, thin bridges, and what had no room."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from configurator.dfm.base import Finding
from configurator.dfm.cures import larger, nearest, set_to
from configurator.dfm.sheets import narrow_web
from configurator.materials import Sheet
from configurator.products.base import Family

if TYPE_CHECKING:
    from configurator.geometry.finger_box import FingerBox
    from configurator.products.finger_box import FingerBoxParams


def boxed(
    family: Family,
    params: FingerBoxParams,
    layout: Callable[[FingerBoxParams], FingerBox],
    sheet: Sheet,
) -> tuple[Finding, ...]:
    """Everything known of a box before it is cut, but its joints, its sheet and its letters."""
    box = layout(params)
    return (
        *_narrow_fingers(family, params, layout, sheet),
        *_fewer_rooms(params, box),
        *_no_grips(params, box),
        *_no_lid(params),
        *_bridges(family, params, box, sheet),
    )


def _narrow_fingers(
    family: Family,
    params: FingerBoxParams,
    layout: Callable[[FingerBoxParams], FingerBox],
    sheet: Sheet,
) -> tuple[Finding, ...]:
    """Fingers that come out narrower than they are long are weak across the grain."""
    least = sheet.least_finger_mm(params.sheet_mm)
    width = min(layout(params).finger_widths_mm)
    if width >= least - 1e-9:
        return ()
    name = "finger_mm"

    def holds(other: FingerBoxParams) -> bool:
        return min(layout(other).finger_widths_mm) >= least - 1e-9

    value = nearest(family, params, name, holds)
    if value is None:
        name, value = "height_mm", larger(family, params, "height_mm", holds)
    return (
        Finding(
            check="fingers",
            level="weak",
            part="front",
            state=f"The narrowest fingers are {width:.1f} mm wide; {sheet.noun} "
            f"{params.sheet_mm:g} mm thick needs {least:g} mm.",
            cause="Narrower ones break off when the box is put together.",
            cure=set_to(family, name, value) if value is not None else "Make the box higher.",
            field=name if value is not None else None,
            value=value,
            measured=round(width, 3),
            needed=least,
        ),
    )


def _fewer_rooms(params: FingerBoxParams, box: FingerBox) -> tuple[Finding, ...]:
    """Compartments that there is no room for."""
    from configurator.geometry.finger_box import LEAST_ROOM_MM

    made, wanted = (box.made_columns, box.made_rows), (params.columns, params.rows)
    if made == wanted:
        return ()
    return (
        Finding(
            check="rooms",
            level="mended",
            part="bottom",
            state=f"There are {made[0]} × {made[1]} compartments instead of "
            f"{wanted[0]} × {wanted[1]}.",
            cause=f"None may be narrower than {max(LEAST_ROOM_MM, 2 * params.sheet_mm):g} mm.",
            cure="Make the box larger for more.",
        ),
    )


def _no_grips(params: FingerBoxParams, box: FingerBox) -> tuple[Finding, ...]:
    if not params.grips or box.grip_z_mm is not None:
        return ()
    return (
        Finding(
            check="grips",
            level="mended",
            part="left",
            state="The hand holes are left out.",
            cause="There is no room for four fingers above what is in the walls already.",
            cure="Make the box higher or deeper for them.",
        ),
    )


def _no_lid(params: FingerBoxParams) -> tuple[Finding, ...]:
    if not params.words or params.place == "front" or params.lid != "open":
        return ()
    return (
        Finding(
            check="letters",
            level="mended",
            part="front",
            state="The text is left out.",
            cause="It was to stand on the lid, and the box has none.",
            cure="Put it on the front.",
            field="place",
            value="front",
        ),
    )


def _bridges(
    family: Family, params: FingerBoxParams, box: FingerBox, sheet: Sheet
) -> tuple[Finding, ...]:
    """What is to stay between two openings of the letters."""
    from configurator.geometry.finger_box import letter_holes

    if not letter_holes(box, "draft"):
        return ()
    return narrow_web(family, params.place, params.bridge_mm, params.sheet_mm, sheet, "bridge_mm")
