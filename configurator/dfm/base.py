"""What a check says about a part: state, cause, cure, and the value behind the button."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from configurator.geometry.mesh import Ints

Level = Literal["mended", "weak", "impossible"]
LEVELS: tuple[Level, ...] = ("mended", "weak", "impossible")
TINY_MM = 1.0
"""A part no longer than that has one fault, its size: what its walls, its foot and its slopes
measure only follows from it. Two lines of a nozzle are 0.84 mm."""
Place = tuple[float, float, float]


@dataclass(frozen=True, eq=False)
class Finding:
    """One thing a customer should know before ordering.

    ``state`` says what is so ("Wall is 0.8 mm; PETG needs 1.2 mm."), ``cause`` why it matters,
    ``cure`` what to do. ``field`` and ``value`` are the nearest value that cures it, for a button;
    None where no single parameter does. ``measured`` and ``needed`` are the two numbers of the
    state, in mm or degrees, where it has them. ``effect`` says what else the cure changes, where
    nobody would expect it. ``faces`` (k,) are indices into the part's faces to be painted,
    ``place`` (x, y, z) mm a spot to point at; None where the fault has no place.
    """

    check: str
    level: Level
    part: str
    state: str
    cause: str = ""
    cure: str = ""
    field: str | None = None
    value: float | str | bool | None = None
    faces: Ints | None = None
    place: Place | None = None
    measured: float | None = None
    needed: float | None = None
    effect: str = ""

    def as_json(self) -> dict[str, object]:
        """Everything but the painted faces, as JSON types."""
        names = (
            "check",
            "level",
            "part",
            "state",
            "cause",
            "cure",
            "field",
            "value",
            "measured",
            "needed",
            "effect",
        )
        shown: dict[str, object] = {name: getattr(self, name) for name in names}
        shown["place"] = list(self.place) if self.place else None
        return shown


def merged(said: tuple[Finding, ...], measured: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """What the family says about its own parameters, joined with what was measured on the mesh.

    Both may speak of one fault: the family's words know the cure, the measurement knows the
    faces. They become one finding per check and part, at the worse of the two levels. The worst
    findings come first.
    """
    by_fault = {(f.check, f.part): f for f in measured}
    joined: list[Finding] = []
    for finding in said:
        twin = by_fault.pop((finding.check, finding.part), None)
        if twin is not None:
            worst = max(finding.level, twin.level, key=LEVELS.index)
            faces = finding.faces if twin.faces is None else twin.faces
            finding = replace(finding, level=worst, faces=faces, place=twin.place or finding.place)
        joined.append(finding)
    joined.extend(by_fault.values())
    return tuple(sorted(joined, key=lambda f: -LEVELS.index(f.level)))
