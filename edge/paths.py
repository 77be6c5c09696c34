"""The little plane geometry a firewall needs: segments, arcs and boxes (mm)."""

from __future__ import annotations

import math

from edge.protocol import KeepOut

Point = tuple[float, float]
Place = tuple[float, float, float]


def line_meets(start: Place, end: Place, zone: KeepOut) -> bool:
    """Whether a straight move touches a box.

    Unknown (not a number) is where an axis stands after homing, at its switch: a move from
    there counts by where it ends, and one that leaves an axis there meets nothing.
    """
    bounds = (
        (zone.x_min_mm, zone.x_max_mm),
        (zone.y_min_mm, zone.y_max_mm),
        (zone.z_min_mm, zone.z_max_mm),
    )
    first, last = 0.0, 1.0
    for a, b, (low, high) in zip(start, end, bounds, strict=True):
        if b != b:
            return False
        if a != a or a == b:
            if not low <= b <= high:
                return False
            continue
        near, far = sorted(((low - a) / (b - a), (high - a) / (b - a)))
        first, last = max(first, near), min(last, far)
    return first <= last


def hull(zones: tuple[KeepOut, ...]) -> tuple[float, float, float, float] | None:
    """X low, X high, Y low, Y high around all keep-outs, for a quick look; None without any."""
    if not zones:
        return None
    return (
        min(zone.x_min_mm for zone in zones),
        max(zone.x_max_mm for zone in zones),
        min(zone.y_min_mm for zone in zones),
        max(zone.y_max_mm for zone in zones),
    )


def boxes_meet(low: Place, high: Place, zone: KeepOut) -> bool:
    """Whether a box touches a keep-out."""
    return (
        low[0] <= zone.x_max_mm
        and high[0] >= zone.x_min_mm
        and low[1] <= zone.y_max_mm
        and high[1] >= zone.y_min_mm
        and low[2] <= zone.z_max_mm
        and high[2] >= zone.z_min_mm
    )


def _sweep(start: Point, end: Point, centre: Point, clockwise: bool) -> tuple[float, float]:
    """Angle of the start and the signed angle swept; equal ends are a full turn."""
    a = math.atan2(start[1] - centre[1], start[0] - centre[0])
    b = math.atan2(end[1] - centre[1], end[0] - centre[0])
    turn = (a - b if clockwise else b - a) % math.tau
    if math.dist(start, end) < 1e-9:
        turn = math.tau
    return a, -turn if clockwise else turn


def arc_length(start: Point, end: Point, centre: Point, clockwise: bool) -> float:
    """Length of the arc, mm."""
    _, turn = _sweep(start, end, centre, clockwise)
    return abs(turn) * math.dist(start, centre)


def arc_box(start: Point, end: Point, centre: Point, clockwise: bool) -> tuple[Point, Point]:
    """Lowest and highest corner of an arc: its ends, and each quarter point it passes."""
    angle, turn = _sweep(start, end, centre, clockwise)
    radius = max(math.dist(start, centre), math.dist(end, centre))
    points = [start, end]
    for quarter in range(4):
        at = quarter * math.pi / 2
        passed = (angle - at if turn < 0 else at - angle) % math.tau
        if passed <= abs(turn):
            points.append((centre[0] + radius * math.cos(at), centre[1] + radius * math.sin(at)))
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return (min(xs), min(ys)), (max(xs), max(ys))
