"""Metric screws in through holes: clearance, heads and washers, and how near an edge they may be.

Sources: clearance holes ISO 273; washers ISO 7089; countersunk heads the wider of ISO 10642 and
ISO 7046, sharp edge; edge and pitch EN 1999-1-1 table 8.2, the regular distances 1.5 and 2.5 hole
diameters (EN 1993-1-8 table 3.3 lets steel come down to 1.2 and 2.2).
"""

from __future__ import annotations

from dataclasses import dataclass

EDGE_DIAMETERS = 1.5
PITCH_DIAMETERS = 2.5

_CLEARANCE_MM = {
    "m3": {"close": 3.2, "medium": 3.4, "coarse": 3.6},
    "m4": {"close": 4.3, "medium": 4.5, "coarse": 4.8},
    "m5": {"close": 5.3, "medium": 5.5, "coarse": 5.8},
    "m6": {"close": 6.4, "medium": 6.6, "coarse": 7.0},
    "m8": {"close": 8.4, "medium": 9.0, "coarse": 10.0},
}
_WASHER_MM = {"m3": 7.0, "m4": 9.0, "m5": 10.0, "m6": 12.0, "m8": 16.0}
_SUNK_HEAD_MM = {"m3": 6.72, "m4": 9.4, "m5": 11.2, "m6": 13.44, "m8": 17.92}


@dataclass(frozen=True)
class Clearance:
    """A through hole: its diameter, a washer's, and a 90° countersunk head's, mm."""

    hole_mm: float
    washer_mm: float
    sunk_head_mm: float

    @property
    def edge_mm(self) -> float:
        """Least distance from the middle of the hole to an edge."""
        return EDGE_DIAMETERS * self.hole_mm

    @property
    def pitch_mm(self) -> float:
        """Least distance between the middles of two holes."""
        return max(PITCH_DIAMETERS * self.hole_mm, self.washer_mm + 0.5)


def clearance(screw: str, fit: str) -> Clearance:
    """The hole for a screw (m3 to m8) and a fit (close, medium or coarse)."""
    return Clearance(_CLEARANCE_MM[screw][fit], _WASHER_MM[screw], _SUNK_HEAD_MM[screw])
