"""Work of the configurator: pictures that pages will ask for."""

from __future__ import annotations

from core.work import Claim, handles


@handles("configurator.preset_pictures", queue="slicing", limit_s=300)
def preset_pictures(claim: Claim) -> None:
    """Render one family's presets before the first visitor asks. Files are named by content."""
    from configurator.products import family
    from configurator.services import picture_of

    kind = family(claim.payload["family"])
    for number, preset in enumerate(kind.presets):
        for width in (160, 480) if number == 0 else (160,):
            picture_of(kind.slug, dict(preset.params), preset.colour, width)
