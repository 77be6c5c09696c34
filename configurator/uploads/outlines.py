"""A drawing as flat shapes: the filled areas of an SVG, or the dark of a picture.

An SVG's areas are joined; a path's own holes stay holes (even-odd, as nearly all drawings of one
shape mean it). What has only a line is taken as the area inside it. A PNG, JPEG or WebP is cut at
the brightness that divides it best (Otsu), and traced.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
import svgelements
from contourpy import contour_generator
from PIL import Image, ImageDraw
from shapely import affinity
from shapely.geometry import MultiPolygon, Polygon

from configurator.blobs import Array, Blob
from configurator.uploads import pictures
from configurator.uploads.readers import Refused

Points = npt.NDArray[np.float64]
LONGEST_MM = 100.0
"""Drawings are kept at this size; who uses one scales it."""
DETAIL_MM = 0.02
"""Finer than this no point is kept: at 200 mm, a tenth of a printed line."""
MOST_POINTS = 20_000
MOST_ELEMENTS = 20_000
LEAST_SHARE = 1e-4
"""Specks smaller than this share of the whole are dust."""
TRACE_SIDE = 600
CURVE_STEPS = 48
_WORDS = "Draw one shape, filled and closed, and save it as SVG."


def read(data: bytes) -> Blob:
    """The shapes: ``points`` (n, 2) f8 mm, y upwards, and ``rings`` (k, 2) i4.

    A ring is (how many points, 1 for an outline or 0 for a hole of the outline before it).
    """
    shape = _traced(data) if _is_picture(data) else _drawn(data)
    whole = _fitted(_clean(shape))
    if whole.is_empty:  # numbers so far apart that nothing is left between them
        raise Refused(f"There is no closed shape in the drawing. {_WORDS}")
    rings = [ring for piece in whole.geoms for ring in (piece.exterior, *piece.interiors)]
    count = sum(len(ring.coords) - 1 for ring in rings)
    if count > MOST_POINTS:
        raise Refused(
            f"The drawing has {count:,} points after smoothing; {MOST_POINTS:,} can be cut. "
            "Simplify its paths and save it again."
        )
    points = np.concatenate([np.asarray(ring.coords)[:-1] for ring in rings])
    outside = [1 if i == 0 else 0 for p in whole.geoms for i in range(1 + len(p.interiors))]
    sizes = np.array([[len(r.coords) - 1, o] for r, o in zip(rings, outside, strict=True)], "<i4")
    wide, high = (float(v) for v in np.ptp(points, axis=0))
    facts = {"pieces": len(whole.geoms), "width": round(wide, 3), "height": round(high, 3)}
    arrays = (
        Array("points", "<f8", points.shape, points.astype("<f8").tobytes()),
        Array("rings", "<i4", sizes.shape, sizes.tobytes()),
        pictures.thumb(_picture(whole)),
    )
    return Blob("outline", facts, {array.name: array for array in arrays})


def warm() -> None:
    """Uses what a drawing and a picture need, so that all of it is loaded."""
    read(
        b'<svg xmlns="http://www.w3.org/2000/svg" width="9mm"><style>g{fill:red}</style><g><path '
        b'd="M0 0A5 5 0 0 1 9 9C1 2 3 4 5 6Q9 9 0 9z" transform="rotate(9)"/></g></svg>'
    )
    out = io.BytesIO()
    Image.fromarray(np.pad(np.zeros((20, 20), np.uint8), 8, constant_values=255)).save(out, "PNG")
    read(out.getvalue())


def _is_picture(data: bytes) -> bool:
    return data[:4] in (b"\x89PNG", b"RIFF") or data[:3] == b"\xff\xd8\xff"


def _drawn(data: bytes) -> shapely.Geometry:
    """The areas of an SVG, y downwards."""
    text = data.decode("utf-8", "replace").lstrip("\ufeff \r\n\t")
    if "<svg" not in text[:20_000]:
        raise Refused(f"This is no SVG drawing. {_WORDS}")
    # Nothing a drawing needs is declared in a DOCTYPE; what is declared there can explode.
    if re.search(r"<!ENTITY|\[\s*<!", text[:20_000]):
        raise Refused("The drawing declares entities, which we do not read. Save it as plain SVG.")
    if text.count("<") > 2 * MOST_ELEMENTS:
        raise Refused(f"The drawing has more than {MOST_ELEMENTS:,} elements. Simplify it.")
    try:
        # A root that is no <svg> comes back as an element without elements: damaged too.
        svg = svgelements.SVG.parse(io.StringIO(text), reify=True, ppi=25.4)
        areas = [area for shape in svg.elements(_shown) for area in _areas(shape)]
        whole = shapely.union_all(areas)
    except MemoryError:
        raise
    except Exception as error:
        raise Refused(f"The drawing is damaged and cannot be read. {_WORDS}") from error
    if whole.is_empty:
        raise Refused(f"There is no closed shape in the drawing. {_WORDS}")
    return whole


def _shown(element: object) -> bool:
    """Shapes that can be seen: clip paths, symbols and what is hidden are none."""
    if not isinstance(element, svgelements.Shape):
        return False
    values = element.values
    hidden = values.get("display") == "none" or values.get("visibility") == "hidden"
    fill = element.fill is not None and element.fill.value is not None
    stroke = element.stroke is not None and element.stroke.value is not None
    return not hidden and (fill or stroke)


def _areas(shape: svgelements.Shape) -> Iterator[shapely.Geometry]:
    """What a shape encloses: its contours, one within another being a hole."""
    area: shapely.Geometry = MultiPolygon()
    for path in svgelements.Path(shape).reify().as_subpaths():
        ring = np.array(list(_flattened(svgelements.Path(path))))
        if len(ring) < 3 or not np.isfinite(ring).all():
            continue
        area = area.symmetric_difference(shapely.make_valid(Polygon(ring)))
    if not area.is_empty:
        yield area


def _flattened(path: svgelements.Path) -> Iterator[tuple[float, float]]:
    for segment in path:
        if isinstance(segment, svgelements.Move):
            continue
        if isinstance(segment, (svgelements.Line, svgelements.Close)):
            points: Iterable[svgelements.Point] = (segment.start, segment.end)
        else:
            points = (segment.point(i / CURVE_STEPS) for i in range(CURVE_STEPS + 1))
        for point in points:
            if point is not None:
                yield float(point.x), float(point.y)


def _traced(data: bytes) -> shapely.Geometry:
    """The dark of a picture (or the light, where light is the shape), y downwards."""
    grey = pictures.grey_of(data, TRACE_SIDE).astype(np.float64)
    level = _otsu(grey)
    frame = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    # What touches the frame most is the ground, whatever its brightness.
    shape = np.where(np.median(frame) > level, level - grey, grey - level)
    ground = -np.abs(shape).max() - 1
    padded = np.pad(shape, 1, constant_values=ground)
    found: Any = contour_generator(z=padded, fill_type="OuterCode").filled(0.0, np.inf)
    lines, codes = found
    pieces = []
    for points, code in zip(lines, codes, strict=True):
        starts = [*np.flatnonzero(code == 1), len(points)]
        rings = [points[a:b] for a, b in pairwise(starts)]
        pieces.append(shapely.make_valid(Polygon(rings[0], rings[1:])))
    if not pieces:
        raise Refused("The picture is all of one shade. Choose one of a dark shape on light paper.")
    joined = shapely.union_all(pieces)
    # Half a pixel of stairs is taken off.
    return joined.simplify(0.5)


def _otsu(grey: Points) -> float:
    """The level between two shades that lie furthest apart. Source: Otsu, IEEE SMC 9(1), 1979."""
    counts = np.bincount(grey.astype(int).ravel(), minlength=256).astype(float)
    below, values = np.cumsum(counts), np.arange(256.0)
    weighted = np.cumsum(counts * values)
    above = below[-1] - below
    with np.errstate(divide="ignore", invalid="ignore"):
        apart = weighted / below - (weighted[-1] - weighted) / above
    between = np.nan_to_num(below * above * apart**2, posinf=0.0)
    best = np.flatnonzero(between == between.max())
    return float(best.mean()) + 0.5


def _clean(shape: shapely.Geometry) -> MultiPolygon:
    """Only areas, without dust."""
    pieces = [p for p in shapely.get_parts(shape.buffer(0)) if isinstance(p, Polygon)]
    whole = sum(piece.area for piece in pieces)
    kept = [_without_pinholes(p, whole) for p in pieces if p.area > LEAST_SHARE * whole]
    if not kept or not math.isfinite(whole) or whole <= 0:
        raise Refused(f"There is no closed shape in the drawing. {_WORDS}")
    return MultiPolygon(kept)


def _without_pinholes(piece: Polygon, whole: float) -> Polygon:
    holes = [h for h in piece.interiors if Polygon(h).area > LEAST_SHARE * whole]
    return Polygon(piece.exterior, holes)


def _fitted(shape: MultiPolygon) -> MultiPolygon:
    """Scaled to its kept size, y upwards, about the middle of its box, in the fewest points."""
    x0, y0, x1, y1 = shape.bounds
    longest = max(x1 - x0, y1 - y0)
    if longest <= 0:
        raise Refused(f"The drawing has no size. {_WORDS}")
    moved = affinity.translate(shape, -(x0 + x1) / 2, -(y0 + y1) / 2)
    scale = LONGEST_MM / longest
    scaled = affinity.scale(moved, scale, -scale, origin=(0, 0)).simplify(DETAIL_MM)
    pieces = [p for p in shapely.get_parts(scaled.buffer(0)) if isinstance(p, Polygon)]
    if not pieces:
        raise Refused(f"The drawing is too fine to be cut. {_WORDS}")
    ordered = sorted(pieces, key=lambda p: (-p.area, p.bounds))
    return MultiPolygon([shapely.geometry.polygon.orient(p) for p in ordered])


def _picture(shape: MultiPolygon) -> Image.Image:
    side = 4 * pictures.THUMB_SIDE
    image = Image.new("L", (side, side * 3 // 4), 255)
    draw = ImageDraw.Draw(image)
    scale = 0.66 * side / LONGEST_MM

    def put(ring: shapely.LinearRing, shade: int) -> None:
        xy = np.asarray(ring.coords) * [scale, -scale] + [image.width / 2, image.height / 2]
        draw.polygon([tuple(point) for point in xy], fill=shade)

    for piece in shape.geoms:
        put(piece.exterior, 40)
        for hole in piece.interiors:
            put(hole, 255)
    return image
