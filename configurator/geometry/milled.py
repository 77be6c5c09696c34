"""What a mill takes from a board from above: pockets, carved letters, openings; and the solid.

Every level is triangulated between the rings that bound it and walls join the same vertices, so
the solid is closed by construction. Lengths in mm; depths go down from the board's upper face.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import manifold3d as m3
import numpy as np

from configurator.geometry.kernel import Ring
from configurator.geometry.mesh import Mesh
from configurator.geometry.outlines import area_mm2, length_mm, shifted
from configurator.geometry.sheet import Outline
from configurator.geometry.shell import Loop, Shell, turned
from configurator.products.base import Part, Quality, Vector

STEP_MM: dict[Quality, float] = {"draft": 1.6, "full": 0.6}
"""Between two rings of a carved surface. Where strokes end between two, the ridge is flat."""
ARC: dict[Quality, int] = {"draft": 8, "full": 24}
"""Segments of a full turn with which a carved surface goes round an inner corner."""
FINE_MM: dict[Quality, float] = {"draft": 0.06, "full": 0.02}
"""How far the chords of letters may be from their curves: a fiftieth of a millimetre is below what
a mill keeps."""
TINY_MM2 = 1e-3
"""What is smaller is dust of the offsets."""


@dataclass(frozen=True, eq=False)
class Pocket:
    """A region milled from above.

    ``rings`` (n, 2) bound it: outlines counter-clockwise, what stays standing inside clockwise.
    ``slope`` is depth per mm from its edge: 0 means upright walls, 1 is a 90° bit. ``depth_mm``
    counts from where it begins, which is the floor of the pocket that it is ``inner`` to.
    """

    rings: tuple[Ring, ...]
    depth_mm: float
    slope: float = 0.0
    inner: tuple[Pocket, ...] = ()

    def __post_init__(self) -> None:
        for ring in self.rings:
            ring.setflags(write=False)

    @cached_property
    def section(self) -> m3.CrossSection:
        return m3.CrossSection(list(self.rings))

    @cached_property
    def area_mm2(self) -> float:
        return sum(area_mm2(ring) for ring in self.rings)


@dataclass(frozen=True, eq=False)
class Opening:
    """An opening right through, counter-clockwise; a screw's head sinks ``sink_mm`` in, at 45°.

    ``head`` is the opening's ring at the face, as many points as ``ring``; itself if None.
    """

    ring: Ring
    head: Ring | None = None
    sink_mm: float = 0.0


@dataclass(frozen=True, eq=False)
class Slab:
    """A board with its edge (counter-clockwise), its openings and its pockets.

    Openings and pockets lie apart from one another and inside the edge; ``chamfer_mm`` breaks the
    upper edge, where it is wanted.
    """

    edge: Ring
    thickness_mm: float
    openings: tuple[Opening, ...] = ()
    pockets: tuple[Pocket, ...] = field(default=())
    chamfer_mm: float = 0.0

    @property
    def outline(self) -> Outline:
        """What is cut right through."""
        holes = (one.ring[::-1].copy() for one in self.openings)
        return Outline((self.edge, *holes), self.thickness_mm)

    @property
    def cuts(self) -> tuple[Pocket, ...]:
        """The pockets, and the countersinks as pockets with a slope."""
        sinks = (
            Pocket((one.head.copy(),), one.sink_mm, 1.0)
            for one in self.openings
            if one.head is not None
        )
        return (*self.pockets, *sinks)


def every(pockets: Sequence[Pocket], from_mm: float = 0.0) -> Iterator[tuple[Pocket, float]]:
    """Each pocket with how deep it reaches below the board's face, outer ones first."""
    for pocket in pockets:
        deep = from_mm + pocket.depth_mm
        yield pocket, deep
        yield from every(pocket.inner, deep)


def milled_part(name: str, slab: Slab, quality: Quality, at: Vector = (0.0, 0.0, 0.0)) -> Part:
    """The part that is milled of a slab."""
    return Part(
        name,
        solid(slab, quality),
        at=at,
        process="cnc",
        outline=slab.outline,
        pockets=slab.cuts,
        walls_declared=True,
    )


def solid(slab: Slab, quality: Quality) -> Mesh:
    """The slab as a closed mesh, standing on z = 0."""
    build = Shell()
    top = slab.thickness_mm
    under = build.loop(slab.edge, 0.0)
    sides = [under, build.loop(slab.edge, top - slab.chamfer_mm)]
    if slab.chamfer_mm:
        sides.append(build.loop(shifted(slab.edge, slab.chamfer_mm), top))
    build.wall(sides)
    tops, bottoms = [], []
    for opening in slab.openings:
        above, below = _through(build, opening, top)
        tops.append(turned(above))
        bottoms.append(turned(below))
    build.face([under, *bottoms], up=False)
    sunk = [loop for pocket in slab.pockets for loop in _sunk(build, pocket, top, quality)]
    build.face([sides[-1], *tops, *map(turned, sunk)], up=True)
    return build.mesh()


def _through(build: Shell, opening: Opening, top_mm: float) -> tuple[Loop, Loop]:
    below = build.loop(opening.ring, 0.0)
    if opening.head is None:
        above = build.loop(opening.ring, top_mm)
        build.wall([above, below])
        return above, below
    above = build.loop(opening.head, top_mm)
    build.wall([above, build.loop(opening.ring, top_mm - opening.sink_mm), below])
    return above, below


def _sunk(build: Shell, pocket: Pocket, top_mm: float, quality: Quality) -> list[Loop]:
    """Walls and floor of a pocket; gives its rim, to be cut out of the face above."""
    rim = [build.loop(ring, top_mm) for ring in pocket.rings]
    if pocket.slope:
        _carved(build, pocket, rim, top_mm, quality)
        return rim
    low_mm = top_mm - pocket.depth_mm
    foot = [build.loop(ring, low_mm) for ring in pocket.rings]
    for high, low in zip(rim, foot, strict=True):
        build.wall([high, low])
    inner = [loop for one in pocket.inner for loop in _sunk(build, one, low_mm, quality)]
    build.face([*foot, *map(turned, inner)], up=True)
    return rim


def _carved(build: Shell, pocket: Pocket, rim: list[Loop], top_mm: float, quality: Quality) -> None:
    """A surface that falls from the edge at the bit's slope, in bands between offset rings."""
    loops = rim
    for deep in _depths(pocket, quality):
        rings = inset(pocket, deep / pocket.slope, quality)
        inner = [build.loop(ring, top_mm - deep) for ring in rings]
        build.face([*loops, *map(turned, inner)], up=True)
        loops = inner
        if not loops:
            return
    build.face(loops, up=True)


def _depths(pocket: Pocket, quality: Quality) -> list[float]:
    """How deep the rings of a carved surface lie, from above.

    The bit reaches half a stroke's width down, at its slope: a fine stroke has two rings as well,
    or it would stay flat altogether.
    """
    wide_mm = 2 * pocket.area_mm2 / sum(length_mm(ring) for ring in pocket.rings)
    reach = min(pocket.depth_mm, 1.4 * pocket.slope * wide_mm / 2)
    count = max(2, round(reach / STEP_MM[quality]))
    step = reach / count
    more = max(0, round((pocket.depth_mm - reach) / STEP_MM[quality]))
    further = np.linspace(reach, pocket.depth_mm, more + 1)[1:]
    return [*(step * np.arange(1, count + 1)).tolist(), *further.tolist()]


def inset(pocket: Pocket, by_mm: float, quality: Quality) -> list[Ring]:
    """The rings of what lies further than ``by_mm`` from the pocket's edge.

    Where strokes part, offset rings may meet in a point; a hair further in they do not.
    """
    for attempt in range(6):
        by = by_mm * (1 + 0.004 * attempt)
        section = pocket.section.offset(-by, m3.JoinType.Round, 2.0, ARC[quality])
        rings = rings_of(section, FINE_MM[quality] / 2)
        if not rings or not touching(rings):
            return rings
    return []


def rings_of(section: m3.CrossSection, fine_mm: float) -> list[Ring]:
    """The rings of a flat shape without dust, their chords within ``fine_mm``."""
    rings = (np.asarray(ring) for ring in section.simplify(fine_mm).to_polygons())
    return [ring for ring in rings if len(ring) > 2 and _box_mm2(ring) > TINY_MM2]


def _box_mm2(ring: Ring) -> float:
    wide, deep = (ring.max(axis=0) - ring.min(axis=0)).tolist()
    return float(wide * deep)


def apart(section: m3.CrossSection, depth_mm: float, slope: float = 0.0) -> tuple[Pocket, ...]:
    """A pocket for each piece of a flat shape: small ones are triangulated sooner."""
    return tuple(
        Pocket(tuple(rings), depth_mm, slope)
        for piece in section.decompose()
        if (rings := rings_of(piece, 0.0))
    )


def touching(rings: Sequence[Ring]) -> bool:
    """Whether two corners lie on one spot, which a welded STL would read as a leak."""
    points = np.round(np.concatenate(rings) * 1e4).astype(np.int64)
    keys = np.sort(points[:, 0] * (1 << 32) + points[:, 1])
    return bool((keys[1:] == keys[:-1]).any())


def reached(section: m3.CrossSection, tool_mm: float, quality: Quality) -> m3.CrossSection:
    """What a round tool reaches of a region: its inner corners get the tool's radius.

    Source: opening by a disc (Serra, Image Analysis and Mathematical Morphology, 1982).
    """
    radius, count = tool_mm / 2, 12 if quality == "draft" else 24
    core = section.offset(-radius, m3.JoinType.Miter, 4.0)
    return distinct(core.offset(radius, m3.JoinType.Round, 2.0, count), quality)


def distinct(section: m3.CrossSection, quality: Quality) -> m3.CrossSection:
    """The same with no more points than it needs, its pieces a hair apart where they touch."""
    for less in (0.0, 2e-3, 6e-3, 0.015):
        shrunk = section.offset(-less, m3.JoinType.Miter, 4.0) if less else section
        rings = rings_of(shrunk, FINE_MM[quality])
        if not rings or not touching(rings):
            return m3.CrossSection(rings) if rings else m3.CrossSection()
    return m3.CrossSection()
