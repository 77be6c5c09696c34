"""How long a list of moves takes on a machine that must slow down for corners."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
CORNER_MM_S = 10.0
"""Speed kept through a right angle; classic Marlin jerk, as in PrusaSlicer's own default."""


def moves_seconds(way_mm: Floats, extruded_mm: Floats, feed_mm_s: Floats, accel: Floats) -> float:
    """Seconds for n moves in a row, without heating and homing.

    Each move is a trapezoid between its corner speeds; a corner's speed falls with the change
    of direction. Speeds are not propagated over many short moves, so that it is one numpy pass.

    Args:
        way_mm: (n, 3) displacement.
        extruded_mm: (n,) filament, which sets the time of moves that only push or pull it.
        feed_mm_s: (n,) commanded speed.
        accel: (n,) mm/s².

    Source: trapezoid profile and junction speed as in Marlin's planner, simplified.
    """
    if len(way_mm) == 0:
        return 0.0
    length = np.linalg.norm(way_mm, axis=1)
    distance = np.where(length > 0, length, np.abs(extruded_mm))
    corners = _corner_speeds(way_mm, length, feed_mm_s)
    return float(_trapezoids(distance, feed_mm_s, accel, corners[:-1], corners[1:]).sum())


def _corner_speeds(way_mm: Floats, length: Floats, feed: Floats) -> Floats:
    """(n + 1,) mm/s at the joints, 0 at both ends."""
    unit = way_mm / np.maximum(length, 1e-9)[:, None]
    turn = np.linalg.norm(unit[1:] - unit[:-1], axis=1)  # 0 straight on, 1.41 a right angle
    slower = np.minimum(feed[1:], feed[:-1])
    kept = np.minimum(slower, CORNER_MM_S / np.maximum(turn, 1e-6))
    moving = (length[1:] > 0) & (length[:-1] > 0)
    return np.concatenate(([0.0], np.where(moving, kept, 0.0), [0.0]))


def _trapezoids(
    distance: Floats, feed: Floats, accel: Floats, entry: Floats, out: Floats
) -> Floats:
    """(n,) seconds; where the distance is too short for the feed, the peak is lower."""
    reachable = np.sqrt(accel * distance + (entry**2 + out**2) / 2)
    peak = np.maximum(np.minimum(feed, reachable), np.maximum(entry, out))
    ramps = (2 * peak - entry - out) / accel
    ramp_mm = (2 * peak**2 - entry**2 - out**2) / (2 * accel)
    cruise = np.maximum(distance - ramp_mm, 0.0) / np.maximum(peak, 1e-9)
    seconds: Floats = ramps + cruise
    return seconds
