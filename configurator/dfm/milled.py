"""Can it be milled: tools that reach, corners they can round, walls and floors that stand.

A round tool leaves its own radius in every inner corner and enters nothing narrower than itself;
how deep a cut is decides how thin the tool may be (``Board.tool_mm``). Widths are measured as
for the laser: what a disc of that width cannot reach is too narrow (``dfm.cut``).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import manifold3d as m3
import numpy as np
import shapely

from configurator.dfm.base import Finding, Place
from configurator.dfm.cut import LEAST_SHARE, SLACK_MM, beside, narrower, narrowest_mm
from configurator.geometry.flat import Polygons, polygons, section
from configurator.geometry.kernel import Ring
from configurator.geometry.milled import Pocket, every
from configurator.geometry.sheet import Outline
from configurator.materials import Board
from configurator.products.base import Part

ROUND = 48
"""Segments of the tool."""
CORNER_SHARE = 0.02
"""Of the tool's diameter squared. A square corner keeps (1 − π/4)/4 = 0.054 of it from the tool."""
WALL_SHARE = 2.5
"""A wall is at least so many of its widths long; what is shorter is the tip of a corner."""
DRILL_REACH = 8.0
"""A twist drill goes so many of its diameters deep; a common rule, beyond it a hole wanders."""
LARGEST_DRILL_MM = 13.0
"""Wider holes are milled. The usual chuck's limit."""
ROUND_MM = 0.05
FRAME_MM = 20.0
"""How far round a part its edge's notches are looked for."""
RIDGE_SHARE = 0.5
"""A wall below this share of what it needs breaks off while it is milled."""


@dataclass(frozen=True)
class Cut:
    """A region and how deep it is milled; ``upright`` unless a bit with a tip carves it.

    ``drill_mm`` is the diameter of an opening that is drilled.
    """

    section: m3.CrossSection
    depth_mm: float
    upright: bool
    through: bool = False
    drill_mm: float = 0.0

    def tool_mm(self, board: Board) -> float | None:
        """The smallest end mill that reaches its floor; None where none does, or is needed."""
        return board.tool_mm(self.depth_mm) if self.upright and not self.drill_mm else None

    @property
    def wall_mm(self) -> float:
        """How high its walls stand; what a tip carves leans away from it."""
        return self.depth_mm if self.upright else 0.0


def milled(part: Part, board: Board) -> tuple[Finding, ...]:
    """Everything that milling asks of a part."""
    assert part.outline is not None, "a milled part keeps its outline"
    cuts = _cuts(part.outline, part.pockets)
    return (
        *_reach(part, cuts, board),
        *_drills(part, cuts, board),
        *_slots(part, cuts, board),
        *_corners(part, cuts, board),
        *_walls(part, part.outline, board),
        *_floor(part, cuts, board),
    )


def faults(outline: Outline, pockets: Sequence[Pocket], board: Board) -> frozenset[str]:
    """The names of the checks that something milled fails, in search of a value that passes all."""
    cuts = _cuts(outline, pockets)
    return frozenset(
        check
        for check, failed in (
            ("drills", any(_too_deep(cut) for cut in cuts)),
            ("reach", board.tool_mm(_deepest_mm(cuts)) is None),
            ("slots", next(_unentered(cuts, board), None) is not None),
            ("ribs", next(_thin_walls(outline, pockets, board), None) is not None),
            ("floor", _floor_mm(outline, cuts) < board.min_floor_mm - 1e-9),
        )
        if failed
    )


def _cuts(outline: Outline, pockets: Sequence[Pocket]) -> list[Cut]:
    """Pockets, openings, and the notches of the edge."""
    cuts = [Cut(one.section, deep, not one.slope) for one, deep in every(pockets)]
    deep = outline.thickness_mm
    cuts += [
        Cut(m3.CrossSection([ring[::-1]]), deep, True, through=True, drill_mm=drilled_mm(ring))
        for ring in outline.rings[1:]
    ]
    edge = outline.rings[0]
    low, high = edge.min(axis=0) - FRAME_MM, edge.max(axis=0) + FRAME_MM
    around = m3.CrossSection.square(tuple(high - low)).translate(tuple(low))
    around -= m3.CrossSection([edge])
    return [*cuts, Cut(around, deep, True, through=True)]


def drilled_mm(ring: Ring) -> float:
    """The diameter of an opening that a drill makes; 0 where it is milled."""
    across = float(np.ptp(ring, axis=0).max())
    far = np.hypot(*(ring - ring.mean(axis=0)).T)
    round_enough = float(np.ptp(far)) < ROUND_MM
    return across if round_enough and across <= LARGEST_DRILL_MM and len(ring) > 6 else 0.0


def _drills(part: Part, cuts: Sequence[Cut], board: Board) -> tuple[Finding, ...]:
    """Holes too thin for their depth."""
    worst = min((c for c in cuts if c.drill_mm), key=lambda c: c.drill_mm, default=None)
    if worst is None or not _too_deep(worst):
        return ()
    need = worst.depth_mm / DRILL_REACH
    return (
        Finding(
            check="drills",
            level="impossible",
            part=part.name,
            state=f"A hole of {worst.drill_mm:.1f} mm is {worst.depth_mm:g} mm deep.",
            cause=f"A drill goes {DRILL_REACH:g} times its own width deep, then it wanders.",
            cure=f"Make it {need:.1f} mm wide.",
            place=_middle(part, polygons(worst.section)),
            measured=round(worst.drill_mm, 3),
            needed=round(need, 3),
        ),
    )


def _too_deep(cut: Cut) -> bool:
    return bool(cut.drill_mm) and cut.depth_mm > DRILL_REACH * cut.drill_mm + 1e-9


def _deepest_mm(cuts: Sequence[Cut]) -> float:
    return max(cut.depth_mm for cut in cuts if not cut.drill_mm)


def _reach(part: Part, cuts: Sequence[Cut], board: Board) -> tuple[Finding, ...]:
    """The deepest cut against the longest tool."""
    deepest = _deepest_mm(cuts)
    if board.tool_mm(deepest) is not None:
        return ()
    return (
        Finding(
            check="reach",
            level="impossible",
            part=part.name,
            state=f"The deepest cut is {deepest:g} mm; our tools for {board.noun} reach "
            f"{board.deepest_mm:g} mm.",
            cause=f"A tool goes {board.REACH:g} times its own width deep; beyond that it bends.",
            cure=f"Stay within {board.deepest_mm:g} mm.",
            measured=round(deepest, 3),
            needed=board.deepest_mm,
        ),
    )


def _slots(part: Part, cuts: Sequence[Cut], board: Board) -> tuple[Finding, ...]:
    """Regions that no tool enters which reaches their floor; the worst one is told."""
    worst: tuple[float, float, float, Polygons] | None = None
    for cut, tool, shape, thin in _unentered(cuts, board):
        width = min(_width_mm(thin), narrowest_mm(shape, thin, tool))
        if worst is None or width / tool < worst[0] / worst[1]:
            worst = (width, tool, cut.depth_mm, thin)
    if worst is None:
        return ()
    width, tool, deep, thin = worst
    return (
        Finding(
            check="slots",
            level="impossible",
            part=part.name,
            state=f"The narrowest cut is {width:.1f} mm wide and {deep:g} mm deep; the smallest "
            f"tool that reaches so deep is {tool:g} mm.",
            cause=f"A tool goes {board.REACH:g} times its own width deep, and enters nothing "
            "narrower than itself.",
            cure=f"Make it {tool:g} mm wide, or less deep.",
            faces=beside(part, thin, tool),
            place=_middle(part, thin),
            measured=round(width, 3),
            needed=tool,
        ),
    )


def _unentered(
    cuts: Sequence[Cut], board: Board
) -> Iterator[tuple[Cut, float, Polygons, Polygons]]:
    """Each cut that has places which its tool does not enter: itself, tool, region and places."""
    for cut in cuts:
        tool = cut.tool_mm(board)
        if tool is not None:
            shape = polygons(cut.section)
            thin = _too_narrow(shape, tool)
            if len(thin):
                yield cut, tool, shape, thin


def _too_narrow(shapes: Polygons, tool_mm: float) -> Polygons:
    """What of a region a tool does not enter: its narrow ends, and pieces that are all narrow."""
    entered = shapely.buffer(shapes, -tool_mm / 2 + SLACK_MM, join_style="mitre", mitre_limit=4.0)
    closed = shapely.is_empty(entered)
    ends = narrower(shapes[~closed], tool_mm - SLACK_MM)
    return np.concatenate([shapes[closed], ends])


def _width_mm(shapes: Polygons) -> float:
    """The shorter side of the smallest piece's box: an upper bound of its width."""
    x0, y0, x1, y1 = shapely.bounds(shapes).T
    return float(np.minimum(x1 - x0, y1 - y0).min())


def _corners(part: Part, cuts: Sequence[Cut], board: Board) -> tuple[Finding, ...]:
    """Inner corners sharper than the tool: they come out round, and that is said."""
    sharpest = (0.0, m3.CrossSection())
    near = m3.CrossSection.hull_points(part.mesh.vertices[:, :2])
    for cut in cuts:
        tool = cut.tool_mm(board)
        if tool is None:
            continue
        entered = cut.section - section(_too_narrow(polygons(cut.section), tool))
        core = entered.offset(-tool / 2, m3.JoinType.Miter, 4.0)
        left = entered - core.offset(tool / 2 + 0.01, m3.JoinType.Round, 2.0, ROUND)
        if cut.through:
            left ^= near
        crumbs = [one for one in left.decompose() if _is_corner(one, tool)]
        if crumbs and tool > sharpest[0]:
            sharpest = (tool, m3.CrossSection.compose(crumbs))
    tool, corners = sharpest
    if not tool:
        return ()
    return (
        Finding(
            check="corners",
            level="mended",
            part=part.name,
            state=f"Sharp inner corners come out with a radius of {tool / 2:g} mm.",
            cause=f"The tool is round, and the smallest that reaches so deep is {tool:g} mm.",
            cure="Nothing has to be done, if nothing square goes in there.",
            faces=beside(part, polygons(corners), tool / 2),
            place=_middle(part, polygons(corners)),
            measured=0.0,
            needed=tool / 2,
        ),
    )


def _is_corner(crumb: m3.CrossSection, tool_mm: float) -> bool:
    share = float(crumb.area()) / tool_mm**2
    return CORNER_SHARE < share <= LEAST_SHARE


def _levels(
    outline: Outline, pockets: Sequence[Pocket]
) -> Iterator[tuple[m3.CrossSection, Sequence[Pocket]]]:
    """The board's face and every floor that has pockets of its own, each with those."""
    yield outline.section, pockets
    for pocket, _ in every(pockets):
        if pocket.inner:
            yield pocket.section, pocket.inner


def _wall_mm(pocket: Pocket) -> float:
    """How high its walls stand; what a tip carves leans away from it."""
    return 0.0 if pocket.slope else pocket.depth_mm


def _walls(part: Part, outline: Outline, board: Board) -> tuple[Finding, ...]:
    """What stays between cuts, for every depth of cut: the deeper, the thicker it must be."""
    found = [
        (narrowest_mm(body, thin, need, WALL_SHARE), need, deep, thin)
        for deep, need, body, thin in _thin_walls(outline, part.pockets, board)
    ]
    if not found:
        return ()
    width, need, deep, thin = min(found, key=lambda row: row[0] / row[1])
    lost = width < RIDGE_SHARE * need
    where = f" beside {deep:g} mm of depth" if deep else ""
    return (
        Finding(
            check="ribs",
            level="impossible" if lost else "weak",
            part=part.name,
            state=f"The thinnest wall between two cuts is {width:.1f} mm{where}; "
            f"{board.noun} needs {need:.1f} mm.",
            cause="It breaks away while the tool passes it."
            if lost
            else "It bends away from the tool, and chips when it is handled.",
            cure="Leave more between the cuts, or mill less deep.",
            faces=beside(part, thin, need),
            place=_middle(part, thin),
            measured=round(width, 3),
            needed=round(need, 3),
        ),
    )


def _thin_walls(
    outline: Outline, pockets: Sequence[Pocket], board: Board
) -> Iterator[tuple[float, float, Polygons, Polygons]]:
    """Depth, least wall, what stands and where it is too thin, of each depth that has thin ones."""
    for land, sunk in _levels(outline, pockets):
        for deep in sorted({_wall_mm(one) for one in sunk} | {0.0}):
            need = board.least_wall_mm(deep)
            beside_it = [one.section for one in sunk if _wall_mm(one) >= deep - 1e-9]
            body = polygons(m3.CrossSection.batch_boolean([land, *beside_it], m3.OpType.Subtract))
            thin = narrower(body, need - SLACK_MM, WALL_SHARE)
            if len(thin):
                yield deep, need, body, thin


def _floor_mm(outline: Outline, cuts: Sequence[Cut]) -> float:
    """What stays under the deepest pocket; inf without any."""
    pockets = [cut.depth_mm for cut in cuts if not cut.through]
    return round(outline.thickness_mm - max(pockets), 3) if pockets else math.inf


def _floor(part: Part, cuts: Sequence[Cut], board: Board) -> tuple[Finding, ...]:
    """What stays under the deepest pocket."""
    assert part.outline is not None
    left, need = _floor_mm(part.outline, cuts), board.min_floor_mm
    if left >= need - 1e-9:
        return ()
    lost = left < need / 2
    level = part.outline.thickness_mm - max(cut.depth_mm for cut in cuts if not cut.through)
    lying = (part.mesh.normals[:, 2] > 0.99) & (
        np.abs(part.mesh.corners[:, :, 2] - level) < 1e-6
    ).all(axis=1)
    return (
        Finding(
            check="floor",
            level="impossible" if lost else "weak",
            part=part.name,
            state=f"{left:g} mm stay under the deepest pocket; {board.noun} needs {need:g} mm.",
            cause="The tool breaks through so thin a floor."
            if lost
            else "So thin a floor drums under the tool and gives way.",
            cure="Mill less deep, or take a thicker board.",
            faces=np.flatnonzero(lying).astype(np.int32),
            measured=left,
            needed=need,
        ),
    )


def _middle(part: Part, thin: Polygons) -> Place:
    x0, y0, x1, y1 = shapely.bounds(thin[np.argmax(shapely.area(thin))]).tolist()
    return (x0 + x1) / 2, (y0 + y1) / 2, float(part.mesh.high[2])
