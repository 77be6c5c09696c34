"""The build volumes of the network's machines, for the check "does it fit a machine?"."""

from __future__ import annotations

from configurator.dfm.fit import MARGIN_MM, Volume
from manufacturing.models import Machine
from manufacturing.planning.plate import PLATE_MARGIN_MM
from manufacturing.planning.profiles import PROFILES


def machine_volumes() -> tuple[Volume, ...]:
    """One volume per kind of machine in service, in a fixed order (it is part of a cache key)."""
    slugs = Machine.objects.exclude(status="retired").values_list("profile", flat=True)
    return tuple(_volume(slug) for slug in sorted(set(slugs)))


def _volume(slug: str) -> Volume:
    """The check keeps its own margin; ours is wider by the skirt, so the bed is told smaller."""
    profile = PROFILES[slug]
    less = 2 * (PLATE_MARGIN_MM - MARGIN_MM)
    bed = profile.bed
    return Volume(profile.name, bed.width_mm - less, bed.depth_mm - less, bed.height_mm)
