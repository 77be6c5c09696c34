"""Wrist braces: an open trough lofted along forearm, wrist and palm, standing on its forearm end.

Lengths in mm. Seen from above the section is an ellipse, open at the back (+y, the back of the
hand), its volar side at the front (−y); fingers point up, and a right thumb is at +x. Each level
is one C-shaped ring with round ends, so the brace is closed by construction. Windows replace
blocks of the grid: a frame on either skin and a tunnel between, without a boolean.

The ratios of the sections and how far a brace reaches are our own estimates, taken from no
survey; a brace ends short of the palm's creases, so that fingers bend.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from configurator.geometry.grid_windows import Indices, block_border, block_cells, framed
from configurator.geometry.mesh import Floats, Ints, Mesh
from configurator.geometry.triangulation import filled
from configurator.products.base import Quality

LINER_MM = 2.0
"""Room all round for a sock or a liner."""
FOREARM_RATIO, WRIST_RATIO, PALM_RATIO = 0.86, 0.72, 0.46
"""Depth to width of the sections."""
PALM_SHARE = 0.72
"""How far the brace reaches beyond the wrist, as a share of the palm's width."""
PALM_REACH_DEG = 96.0
"""How far round the palm is held on the little finger's side, from the middle of its front."""
THUMB_DEG = 34.0
"""Where the thumb's opening ends."""
THUMB_FROM_MM = 8.0
"""How far below the wrist the thumb's opening begins, and the straps end."""
SLOT_MM = 4.5
"""Width of a strap's slot."""
EDGE_BAND_MM, SLOT_BAND_MM = 6.0, 9.5
STRAP_FRAME_MM = 4.0
VENT_MM = (13.5, 15.0)
"""Largest width and least height of a vent's block: taller than wide, so that its roof stands."""
CORNER_MM = 8.0
FOOT_MM = 0.4
_LIP = 4
_STEP_MM: dict[Quality, float] = {"draft": 5.5, "full": 3.2}
_BLOCK: dict[Quality, int] = {"draft": 2, "full": 4}
"""Sides of the grid along one side of a vent's block."""


@dataclass(frozen=True)
class Brace:
    """Girths and lengths of an arm, and how the brace holds it."""

    right: bool
    wrist_mm: float
    forearm_mm: float
    forearm_at_mm: float
    palm_mm: float
    length_mm: float
    thickness_mm: float
    opening_mm: float
    extension_deg: float
    edge_mm: float
    vents: str
    straps: int
    strap_mm: float

    @property
    def wrist_at_mm(self) -> float:
        """Height of the wrist above the forearm's end."""
        return self.length_mm - PALM_SHARE * self.palm_mm

    @property
    def rounding_mm(self) -> float:
        """Radius of the edges, at most half the thickness."""
        return min(self.edge_mm, self.thickness_mm / 2 - 0.1)

    @property
    def wrist_half(self) -> tuple[float, float]:
        """Half width and half depth of the wrist itself."""
        wide, deep = half_axes(self.wrist_mm, WRIST_RATIO)
        return float(wide), float(deep)

    @property
    def reach(self) -> float:
        """How far round the forearm is held on either side, from the front, radians."""
        half = self.wrist_half[0] + LINER_MM
        return math.pi - math.asin(min(self.opening_mm / (2 * half), 1.0))

    @property
    def fitting_opening_mm(self) -> float:
        """The opening at the wrist: no wider than the brace."""
        return min(self.opening_mm, 2 * (self.wrist_half[0] + LINER_MM))

    @property
    def band_mm(self) -> float:
        """Height a strap takes, frame and all."""
        return self.strap_mm + 2.0 + 2 * STRAP_FRAME_MM

    @property
    def fitting_straps(self) -> int:
        """How many straps find room below the wrist."""
        room = self.wrist_at_mm - THUMB_FROM_MM - CORNER_MM
        return max(0, min(self.straps, int((room + 1e-9) // (self.band_mm + 1.0))))

    def strap_bands(self) -> list[tuple[float, float]]:
        """The heights (low, high) of the straps' blocks, spread from the end to the wrist."""
        count = self.fitting_straps
        low, high = CORNER_MM, self.wrist_at_mm - THUMB_FROM_MM - self.band_mm
        if count == 1:
            return [(high, high + self.band_mm)]
        starts = np.linspace(low, high, count).tolist() if count else []
        return [(start, start + self.band_mm) for start in starts]

    def sections(self, z_mm: Floats) -> tuple[Floats, Floats, Floats]:
        """(half width, half depth, middle in y), each (k,), of the inside at some heights."""
        share = _widening(self.wrist_at_mm - z_mm) / _widening(np.array(self.forearm_at_mm))
        girth = self.wrist_mm + (self.forearm_mm - self.wrist_mm) * np.minimum(share, 1.25)
        ratio = WRIST_RATIO + (FOREARM_RATIO - WRIST_RATIO) * np.minimum(share, 1.0)
        wide, deep = half_axes(girth, ratio)
        # From 20 mm below the wrist: a quicker change would lean out too far to print.
        palm = _eased((z_mm - self.wrist_at_mm + 20.0) / (0.9 * PALM_SHARE * self.palm_mm + 20.0))
        wide = wide + (self.palm_mm / 2 - wide) * palm
        deep = deep + (PALM_RATIO * self.palm_mm / 2 - deep) * palm
        return wide + LINER_MM, deep + LINER_MM, self._bend(z_mm)

    def _bend(self, z_mm: Floats) -> Floats:
        """How far the palm is bent back: a circle's arc of 30 mm about the wrist, then straight."""
        slope = math.tan(math.radians(self.extension_deg))
        past = z_mm - self.wrist_at_mm + 15.0
        soft = np.clip(past, 0.0, 30.0)
        bend: Floats = slope * (soft**2 / 60.0 + np.maximum(past - 30.0, 0.0))
        return bend

    def reaches(self, z_mm: Floats) -> tuple[Floats, Floats]:
        """(k,) angles round to the little finger's edge and to the thumb's, from the front."""
        past = z_mm - self.wrist_at_mm
        palm = PALM_SHARE * self.palm_mm
        towards = _eased((past - 4.0) / (0.5 * palm))
        held = self.reach + (min(math.radians(PALM_REACH_DEG), self.reach) - self.reach) * towards
        dip = _eased((past + THUMB_FROM_MM) / (0.5 * palm + THUMB_FROM_MM))
        thumb = self.reach - (self.reach - math.radians(THUMB_DEG)) * dip
        # Beyond the thumb the edge comes back as slowly as it prints without support.
        back = np.maximum(past - 0.66 * palm, 0.0)
        thumb = thumb + 0.6 * back / (self.palm_mm / 2) * _eased(back / 8.0)
        return held, np.minimum(thumb, held)


def size_mm(brace: Brace) -> tuple[float, float, float]:
    """A box that holds the brace: all of every section, as if it were closed."""
    wide, deep, middle = brace.sections(np.linspace(0.0, brace.length_mm, 48))
    walls = brace.thickness_mm + 0.3
    across = 2 * (float(wide.max()) + walls)
    back = float((middle + deep).max()) - float((middle - deep).min()) + 2 * walls
    return across, back, brace.length_mm


def half_axes(girth_mm: Floats | float, ratio: Floats | float) -> tuple[Floats, Floats]:
    """Half axes of an ellipse from its girth and depth-to-width ratio.

    Source: Ramanujan's first approximation, within 1e-5 for these ratios.
    """
    per = math.pi * (3 * (1 + ratio) - np.sqrt((3 + ratio) * (1 + 3 * ratio)))
    wide = girth_mm / per
    return wide, wide * ratio


def _widening(below_mm: Floats) -> Floats:
    """How the forearm widens below the wrist: along a parabola for 16 mm, then straight."""
    soft = np.clip(below_mm, 0.0, 16.0)
    wider: Floats = soft**2 / 32.0 + np.maximum(below_mm - 16.0, 0.0)
    return wider


def _eased(share: Floats) -> Floats:
    """From 0 to 1 with level ends (smoothstep)."""
    t = np.clip(share, 0.0, 1.0)
    eased: Floats = t * t * (3 - 2 * t)
    return eased


@dataclass(frozen=True, eq=False)
class _Grid:
    """Heights (k,), columns (n,) in side bands or between, and the blocks that are windows.

    ``straps`` and ``vents`` are the (row, column) of each block's lower left corner;
    ``strap_size`` and ``vent_size`` their (rows, columns).
    """

    heights: Floats
    insets: Floats
    side: Floats
    inner: int
    straps: list[tuple[int, int]]
    strap_size: tuple[int, int]
    vents: list[tuple[int, int]]
    vent_size: tuple[int, int]

    @property
    def columns(self) -> int:
        return 2 * len(self.side) + self.inner - 1


def brace_mesh(brace: Brace, quality: Quality) -> Mesh:
    """The brace as a closed mesh, standing on its forearm end."""
    grid = _grid(brace, quality)
    rings = _rings(brace, grid)
    levels, around = rings.shape[:2]
    count = grid.columns
    numbers = np.arange(levels * around).reshape(levels, around)
    points = [rings.reshape(-1, 3)]
    keep = np.ones((levels - 1, around, 2), dtype=bool)
    windows: list[Ints] = []
    start = levels * around
    outer = numbers[:, :count]
    inner = numbers[:, count + _LIP : 2 * count + _LIP][:, ::-1]
    for blocks, size, shape in (
        (grid.straps, grid.strap_size, "slot"),
        (grid.vents, grid.vent_size, brace.vents),
    ):
        if not blocks:
            continue
        rows, columns = block_cells(blocks, size)
        keep[rows, columns] = False
        keep[rows, 2 * count + 2 - columns] = False
        outline = _opening(block_border(size), size, shape, brace.band_mm)
        added, faces = framed(points[0], outer, inner, np.array(blocks), size, outline, start)
        points.append(added)
        windows.append(faces)
        start += len(added)
    walls = _walls(rings, numbers)[keep]
    faces = np.concatenate([walls, *windows, *_caps(rings, numbers)])
    return _compact(np.concatenate(points), faces)


def _walls(rings: Floats, numbers: Indices) -> Ints:
    """(k − 1, n, 2, 3): two triangles between neighbours, parted along the shorter diagonal.

    Where the thumb's edge draws the columns aside, the longer one would ripple.
    """
    beside, points = np.roll(numbers, -1, axis=1), np.roll(rings, -1, axis=1)
    low, low_next, high, high_next = numbers[:-1], beside[:-1], numbers[1:], beside[1:]
    back = ((points[:-1] - rings[1:]) ** 2).sum(axis=2)
    ahead = ((rings[:-1] - points[1:]) ** 2).sum(axis=2)
    shorter = back <= ahead
    one = np.stack([low, low_next, np.where(shorter, high, high_next)], axis=2)
    two = np.stack([np.where(shorter, low_next, low), high_next, high], axis=2)
    return np.stack([one, two], axis=2).astype(np.int32)


def _grid(brace: Brace, quality: Quality) -> _Grid:
    """Rows and columns such that every window is a block of whole cells."""
    step, block = _STEP_MM[quality], _BLOCK[quality]
    cuts: list[float] = []
    straps, vents = [], []
    strap_cells = max(1, int(brace.band_mm // VENT_MM[1]))
    strap_rows = strap_cells * block
    side = np.array([0.0, EDGE_BAND_MM / 2, EDGE_BAND_MM, EDGE_BAND_MM + SLOT_BAND_MM / 2])
    side = np.append(side, EDGE_BAND_MM + SLOT_BAND_MM)
    cells = max(2, math.ceil((2 * _arc_mm(brace) - 2 * side[-1]) / VENT_MM[0]))
    inner = cells * block
    first = len(side) - 1
    reached = FOOT_MM
    for low, high in brace.strap_bands():
        clear = max(reached, CORNER_MM) + 1.5
        cells_up = int((low - 1.5 - clear) // VENT_MM[1])
        if cells_up > 0 and brace.vents != "none":
            spread = np.linspace(clear, low - 1.5, cells_up * block + 1)
            cuts += _between(reached, clear, step)
            row = len(cuts)
            cuts += spread.tolist()
            vents += _staggered(row, cells_up, cells, first, block)
        else:
            cuts += _between(reached, low, step)
        row = len(cuts)
        cuts += np.linspace(low, high, strap_rows + 1).tolist()
        # The slot's block is the inner half of the side band, on both sides.
        straps += [(row, 2), (row, first + inner)]
        if brace.vents != "none":
            vents += _staggered(row, strap_cells, cells, first, block)
        reached = high
    top = brace.length_mm - brace.rounding_mm
    # The thumb's edge runs across a tight curve, which long steps would cut off.
    thumb_mm = brace.wrist_at_mm + 0.55 * PALM_SHARE * brace.palm_mm
    cuts += [*_between(reached, thumb_mm, 0.6 * step), thumb_mm]
    cuts += _between(thumb_mm, top, min(step, 4.0))
    e = brace.rounding_mm
    heights = [0.0, FOOT_MM, *cuts, top, top + e * math.sin(math.pi / 4), brace.length_mm]
    insets = [0.5 * FOOT_MM, *[0.0] * (len(cuts) + 2), e * (1 - math.cos(math.pi / 4)), e]
    return _Grid(
        heights=np.array(heights),
        insets=np.array(insets),
        side=side,
        inner=inner,
        straps=[(row + 2, column) for row, column in straps],
        strap_size=(strap_rows, 2),
        vents=[(row + 2, column) for row, column in vents],
        vent_size=(block, block),
    )


def _between(low: float, high: float, step: float) -> list[float]:
    """Heights strictly between two others, at most a step apart."""
    count = math.ceil((high - low) / step)
    return np.linspace(low, high, count + 1)[1:-1].tolist() if count > 1 else []


def _staggered(
    row: int, cells_up: int, cells: int, first: int, block: int
) -> list[tuple[int, int]]:
    """Blocks of vents, every other row moved by half a cell."""
    places = []
    for up in range(cells_up):
        shift = block // 2 if up % 2 else 0
        across = cells - (1 if shift else 0)
        places += [(row + up * block, first + shift + block * k) for k in range(across)]
    return places


def _arc_mm(brace: Brace) -> float:
    """Half the length of the section where it is longest below the wrist, along the inside."""
    wide, deep, _ = brace.sections(np.array([CORNER_MM, brace.wrist_at_mm]))
    return float((_arcs(wide, deep)[1] @ _hat(brace.reach)).max())


@lru_cache(maxsize=1)
def _turns() -> Floats:
    turns: Floats = np.linspace(0.0, math.pi, 181)
    turns.setflags(write=False)
    return turns


def _hat(turn: float) -> Floats:
    """Weights that interpolate in a table over ``_turns``."""
    place = turn / math.pi * 180
    weights: Floats = np.maximum(0.0, 1 - np.abs(np.arange(181) - place))
    return weights


def _arcs(wide: Floats, deep: Floats) -> tuple[Floats, Floats]:
    """Angles (181,) and arc lengths (k, 181) from the front, of ellipses."""
    turns = _turns()
    x, y = np.outer(wide, np.sin(turns)), np.outer(deep, np.cos(turns))
    step = np.hypot(np.diff(x, axis=1), np.diff(y, axis=1))
    arcs = np.zeros((len(wide), 181))
    np.cumsum(step, axis=1, out=arcs[:, 1:])
    return turns, arcs


def _rings(brace: Brace, grid: _Grid) -> Floats:
    """(k, n, 3): the C at each height, its points in the order of ``_lip``."""
    heights, inset = grid.heights, grid.insets
    wide, deep, middle = brace.sections(heights)
    held, thumb = brace.reaches(heights)
    turns, arcs = _arcs(wide, deep)
    left, right = (held, thumb) if brace.right else (thumb, held)
    ends = []
    for side in (left, right):
        whole = np.array([np.interp(a, turns, arc) for a, arc in zip(side, arcs, strict=True)])
        ends.append(whole - _corners(brace, heights) - inset)
    radius = np.maximum(brace.rounding_mm - inset, 0.08)
    places = _places(grid, ends[0] - radius, ends[1] - radius)
    # The ends' corners are rounded: two points on the arc and two at the flat between.
    quarter = radius * math.sin(math.pi / 4)
    angle = np.stack(
        [np.interp(np.abs(s), arc, turns) for s, arc in zip(places, arcs, strict=True)]
    ) * np.sign(places)
    thick = brace.thickness_mm - inset
    out = _offset(wide, deep, middle, angle, thick)
    into = _offset(wide, deep, middle, angle, inset)
    lips = []
    for column, sign in ((-1, 1.0), (0, -1.0)):
        along = np.stack([quarter, radius, radius, quarter], axis=1) * sign
        bend = radius - quarter
        across = np.stack([thick - bend, thick - radius, inset + radius, inset + bend], axis=1)
        lips.append(_tip(wide, deep, middle, angle[:, column], along, across))
    flat = np.concatenate([out, lips[0], into[:, ::-1], lips[1][:, ::-1]], axis=1)
    level = np.broadcast_to(heights[:, None, None], (*flat.shape[:2], 1))
    rings: Floats = np.concatenate([flat, level], axis=2)
    low, high = flat.min(axis=(0, 1)), flat.max(axis=(0, 1))
    rings[:, :, :2] -= (low + high) / 2
    return rings


def _corners(brace: Brace, z_mm: Floats) -> Floats:
    """(k,): by how much the edges draw in at both ends: at 45° below, round above."""
    below = 0.85 * np.maximum(CORNER_MM - z_mm, 0.0)
    radius = 1.5 * CORNER_MM
    close = np.clip(radius - (brace.length_mm - z_mm), 0.0, radius)
    above = radius - np.sqrt(radius**2 - close**2)
    drawn: Floats = below + 0.8 * above
    return drawn


def _places(grid: _Grid, left: Floats, right: Floats) -> Floats:
    """(k, n): where the columns are along the arc, from the left end to the right one."""
    span = left + right
    # Where the thumb leaves little, the side bands shrink with the rest.
    share = np.minimum(1.0, 0.35 * span / grid.side[-1])
    side = grid.side[None, :] * share[:, None]
    low, high = -left[:, None] + side, right[:, None] - side[:, ::-1]
    t = np.linspace(0.0, 1.0, grid.inner + 1)[None, 1:-1]
    between = low[:, -1:] + (high[:, :1] - low[:, -1:]) * t
    places: Floats = np.concatenate([low, between, high], axis=1)
    return places


def _offset(
    wide: Floats, deep: Floats, middle: Floats, angle: Floats, out_mm: Floats | float
) -> Floats:
    """(k, n, 2): points of ellipses, moved outwards square to them."""
    sin, cos = np.sin(angle), np.cos(angle)
    nx, ny = deep[:, None] * sin, -wide[:, None] * cos
    by = np.broadcast_to(out_mm, (len(wide),))[:, None] / np.hypot(nx, ny)
    x = wide[:, None] * sin + by * nx
    y = middle[:, None] - deep[:, None] * cos + by * ny
    points: Floats = np.stack([x, y], axis=2)
    return points


def _tip(
    wide: Floats, deep: Floats, middle: Floats, angle: Floats, along: Floats, across: Floats
) -> Floats:
    """(k, m, 2): points beyond an end: along its tangent and outwards by so much."""
    foot = _offset(wide, deep, middle, angle[:, None], 0.0)
    normal = _offset(wide, deep, middle, angle[:, None], 1.0) - foot
    tangent = np.stack([-normal[:, :, 1], normal[:, :, 0]], axis=2)
    tip: Floats = foot + across[:, :, None] * normal + along[:, :, None] * tangent
    return tip


def _opening(border: Indices, size: tuple[int, int], shape: str, band_mm: float) -> Floats:
    """(m, 2): the window's outline in rows and columns of the block, a point for each of its.

    Roofs lean 45° at most, so that they print without support.
    """
    half = np.array(size) / 2
    at = (border - half) / half
    row, column = at[:, 0], at[:, 1]
    if shape == "slot":
        tall = 1 - 2 * STRAP_FRAME_MM / band_mm
        eaves = tall - 1.3 * SLOT_MM / band_mm
        z = np.where((np.abs(row) == 1) & (column == 0), row * tall, row * eaves)
        return np.column_stack([z, column * SLOT_MM / SLOT_BAND_MM]) * half + half
    turn = np.arctan2(row, column)
    sin, cos = np.abs(np.sin(turn)), np.abs(np.cos(turn))
    if shape == "diamonds":
        reach = 0.82 / (cos + sin)
    elif shape == "hexagons":
        reach = np.minimum(0.64 / np.maximum(cos, 1e-9), 0.84 / (sin + 0.95 * cos))
    else:
        # Two arcs that meet above and below: x = 0.55 (1 − (y / 0.86)²).
        bow = np.maximum(0.55 * (sin / 0.86) ** 2, 1e-9)
        reach = (np.sqrt(cos**2 + 4 * 0.55 * bow) - cos) / (2 * bow)
    return np.column_stack([np.sin(turn), np.cos(turn)]) * reach[:, None] * half + half


def _caps(rings: Floats, numbers: Indices) -> list[Ints]:
    """The faces that close the lower and the upper end."""
    caps = []
    for level, up in ((0, False), (-1, True)):
        faces = numbers[level][filled([rings[level, :, :2]])].astype(np.int32)
        caps.append(faces if up else faces[:, ::-1])
    return caps


def _compact(points: Floats, faces: Ints) -> Mesh:
    """A mesh without the points that windows left unused."""
    used = np.zeros(len(points), dtype=bool)
    used[faces.ravel()] = True
    number = np.cumsum(used) - 1
    return Mesh(points[used], number[faces].astype(np.int32))
