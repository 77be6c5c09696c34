"""The value that cures a fault of a printed part, found by drawing and checking the part anew."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from configurator.dfm.base import Finding
from configurator.dfm.cures import recured
from configurator.materials import Filament
from configurator.processes import PROCESSES
from configurator.products.base import Family, Quality

MOST_FACES = 60_000
"""A larger part is not checked a dozen times over: that would take longer than one waits."""


def cured(
    family: Family,
    params: Any,
    finding: Finding,
    filament: Filament,
    ways: Mapping[str, float | None],
) -> Finding:
    """The finding with the first value that cures it and brings no other fault of its part.

    ``ways`` is by field: towards which value it is tried, None for each of a field's choices.
    """
    if finding.level == "mended" or finding.field is not None or not ways:
        return finding

    def found(one: Any, quality: Quality) -> frozenset[str]:
        parts = family.build(one, quality)
        measured = (
            fault
            for part in parts
            if part.name == finding.part and len(part.mesh.faces) <= MOST_FACES
            for fault in PROCESSES["fdm"].thorough(part, filament)
        )
        said = (fault for fault in family.rules(one, filament) if fault.part == finding.part)
        return frozenset(f.check for f in (*measured, *said) if f.level != "mended")

    if finding.check not in found(params, "full"):
        return finding  # too large to be looked at again, or no matter of the part itself
    return recured(family, params, finding, found, ways)
