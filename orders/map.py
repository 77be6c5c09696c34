"""A small map as numbers: where the maker is, where the parcel goes, and the way between.

Pure. Positions are pixels of the view box; the template draws them with attributes alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from core.units import distance_km

WIDTH, HEIGHT, MARGIN = 480.0, 220.0, 56.0
KM_PER_DEGREE = 111.195  # of latitude: mean Earth radius · π / 180
LEAST_SPAN_KM = 6.0
STEPS_KM = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)


@dataclass(frozen=True)
class Point:
    """A named place, latitude and longitude in degrees."""

    name: str
    lat: float
    lon: float


Placing = Callable[[Point], tuple[float, float]]


@dataclass(frozen=True)
class Dot:
    """A place on the map; ``anchor`` says to which side its name goes, ``tx``/``ty`` where."""

    name: str
    x: float
    y: float
    tx: float
    ty: float
    anchor: str


@dataclass(frozen=True)
class Map:
    """Everything the picture shows."""

    maker: Dot
    you: Dot
    others: tuple[Dot, ...]
    km: float
    scale_px: float
    scale_km: int
    grid_x: tuple[float, ...]
    grid_y: tuple[float, ...]

    @property
    def scale_end(self) -> float:
        return round(16 + self.scale_px, 1)


def draw(maker: Point, you: Point, others: Sequence[Point] = ()) -> Map:
    """Fit maker and destination into the frame; other workshops show where they fall into it.

    An equirectangular projection about the middle latitude: true to the eye at these spans.
    """
    middle_lat, middle_lon = (maker.lat + you.lat) / 2, maker.lon + _turn(you.lon - maker.lon) / 2
    squeeze = max(0.05, math.cos(math.radians(middle_lat)))

    def km_of(point: Point) -> tuple[float, float]:
        east = _turn(point.lon - middle_lon) * squeeze * KM_PER_DEGREE
        return east, (point.lat - middle_lat) * KM_PER_DEGREE

    east, north = (abs(value) * 2 for value in km_of(maker))
    span_x, span_y = max(east, LEAST_SPAN_KM), max(north, LEAST_SPAN_KM)
    px_per_km = min((WIDTH - 3 * MARGIN) / span_x, (HEIGHT - 2 * MARGIN) / span_y)

    def place(point: Point) -> tuple[float, float]:
        x, y = km_of(point)
        return round(WIDTH / 2 + x * px_per_km, 1), round(HEIGHT / 2 - y * px_per_km, 1)

    at_maker, at_you = place(maker), place(you)
    step_km = next((s for s in STEPS_KM if s * px_per_km >= 40), STEPS_KM[-1])
    return Map(
        maker=_dot(maker, at_maker, below=at_maker[1] >= at_you[1]),
        you=_dot(you, at_you, below=at_maker[1] < at_you[1]),
        others=tuple(_others(others, place, (at_maker, at_you))),
        km=distance_km((maker.lat, maker.lon), (you.lat, you.lon)),
        scale_px=round(step_km * px_per_km, 1),
        scale_km=step_km,
        grid_x=_ticks(WIDTH, step_km * px_per_km),
        grid_y=_ticks(HEIGHT, step_km * px_per_km),
    )


def _others(
    points: Sequence[Point], place: Placing, taken: tuple[tuple[float, float], ...]
) -> Iterator[Dot]:
    """Those inside the frame and not on top of the two that matter."""
    for point in points:
        x, y = place(point)
        inside = 8 < x < WIDTH - 8 and 8 < y < HEIGHT - 8
        if inside and all(math.dist((x, y), other) > 24 for other in taken):
            yield Dot(point.name, x, y, x, y, "middle")


def _dot(point: Point, at: tuple[float, float], *, below: bool) -> Dot:
    x, y = at
    anchor = "middle" if 90 < x < WIDTH - 90 else ("start" if x <= 90 else "end")
    return Dot(point.name, x, y, x, y + (26 if below else -16), anchor)


def _ticks(length: float, step: float) -> tuple[float, ...]:
    count = int(length / 2 / step)
    return tuple(round(length / 2 + n * step, 1) for n in range(-count, count + 1))


def _turn(degrees: float) -> float:
    """A difference of longitudes, the short way round."""
    return (degrees + 180) % 360 - 180
