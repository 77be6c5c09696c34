"""Every kind of machine by its slug, whatever it does."""

from __future__ import annotations

from edge.protocol import LaserProfile, MillProfile, PrinterProfile
from manufacturing.planning.lasers import LASERS
from manufacturing.planning.mills import MILLS
from manufacturing.planning.profiles import PROFILES

KINDS: dict[str, PrinterProfile | LaserProfile | MillProfile] = {**PROFILES, **LASERS, **MILLS}
