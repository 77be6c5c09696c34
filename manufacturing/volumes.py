"""The build volumes of the network's machines, for the check "does it fit a machine?"."""

from __future__ import annotations

from configurator.dfm.fit import Volume
from manufacturing.models import Machine
from manufacturing.planning.kinds import KINDS
from manufacturing.planning.profiles import CHANGES_SPOOL
from manufacturing.processes import WORKS


def machine_volumes() -> tuple[Volume, ...]:
    """One volume per kind of machine in service, in a fixed order (it is part of a cache key)."""
    slugs = Machine.objects.exclude(status="retired").values_list("profile", flat=True)
    return tuple(_volume(slug) for slug in sorted(set(slugs)))


def _volume(slug: str) -> Volume:
    """The bed as it is, and what has to stay free round it for skirts, or a sheet's edge."""
    profile = KINDS[slug]
    bed = profile.bed
    return Volume(
        profile.name,
        bed.width_mm,
        bed.depth_mm,
        bed.height_mm,
        profile.process,
        WORKS[profile.process].margin_mm,
        two_colours=profile.slug in CHANGES_SPOOL,
    )
