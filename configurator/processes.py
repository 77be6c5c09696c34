"""The processes that a part may be made by, each with its words and its checks: one table.

What a process needs of a machine (time, programs, limits) stands in ``manufacturing.processes``,
what it costs in ``orders.pricing.RATES``; the three tables have the same keys. Nothing here
imports a geometry library before a part is really checked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from configurator.dfm.base import Finding
    from configurator.products.base import Family, Part

Check = Callable[["Part", Any], "tuple[Finding, ...]"]


@dataclass(frozen=True)
class Way:
    """One process.

    Attributes:
        name: as the catalogue says it; ``done`` follows a part's name ("laser cut").
        machine, bed: what makes it, and what it lies on there.
        quick: the checks of a draft, beyond closedness.
        thorough: the checks of record, beyond closedness.
        overhang_mm2: what hangs in the air and wants support.
        files: what its parts can be had as, beyond the solids.
    """

    name: str
    done: str
    machine: str
    bed: str
    quick: Check
    thorough: Check
    overhang_mm2: Callable[[Part, Any], float]
    files: tuple[str, ...] = ()


def _leaning(part: Part, filament: Any) -> tuple[Finding, ...]:
    from configurator.dfm.overhangs import overhangs

    return overhangs(part, filament)


def _printed(part: Part, filament: Any) -> tuple[Finding, ...]:
    from configurator.dfm.crossing import crossing
    from configurator.dfm.gaps import gaps
    from configurator.dfm.overhangs import overhangs
    from configurator.dfm.standing import stands
    from configurator.dfm.walls import walls

    checks = (walls, gaps, overhangs, stands, crossing)
    return tuple(finding for check in checks for finding in check(part, filament))


def _supported_mm2(part: Part, filament: Any) -> float:
    from configurator.dfm.overhangs import overhang_mm2

    return overhang_mm2(part.mesh, filament)


def _cut(part: Part, sheet: Any) -> tuple[Finding, ...]:
    from configurator.dfm.cut import cut

    return cut(part, sheet)


def _milled(part: Part, board: Any) -> tuple[Finding, ...]:
    from configurator.dfm.milled import milled

    return milled(part, board)


def _nothing(part: Part, material: Any) -> tuple[Finding, ...]:
    return ()


def _none_mm2(part: Part, material: Any) -> float:
    return 0.0


PROCESSES: Mapping[str, Way] = MappingProxyType(
    {
        "fdm": Way("3D printing", "3D printed", "printer", "plate", _leaning, _printed,
                   _supported_mm2),
        "laser": Way("Laser cutting", "laser cut", "laser cutter", "sheet", _nothing, _cut,
                     _none_mm2, files=("dxf", "svg")),
        "cnc": Way("CNC milling", "milled", "CNC router", "board", _nothing, _milled,
                   _none_mm2, files=("dxf", "svg")),
    }
)  # fmt: skip

SOLIDS = ("3mf", "stl", "glb")


def files_of(family: Family, params: Any = None) -> tuple[str, ...]:
    """What a family's designs can be taken away as, by extension: solids, and for its machines.

    With ``params`` of one design only for the machines that make it.
    """
    needed = family.processes if params is None else family.processes_of(params)
    ways = (PROCESSES[process] for process in sorted(needed))
    drawings = dict.fromkeys(extension for way in ways for extension in way.files)
    return (*SOLIDS, *(("step",) if family.prismatic else ()), *drawings)
