"""Work of the configurator: pictures that pages will ask for."""

from __future__ import annotations

from django.utils import timezone

from core.work import Claim, handles


@handles("configurator.preset_pictures", queue="pictures", limit_s=300)
def preset_pictures(claim: Claim) -> None:
    """Render one family's presets before the first visitor asks. Files are named by content.

    On a queue of its own: after a first start there are some two hundred, and an answer to an
    offer must not wait for them.
    """
    from configurator.products import family
    from configurator.services import picture_of

    kind = family(claim.payload["family"])
    for number, preset in enumerate(kind.presets):
        for width in (160, 480) if number == 0 else (160,):
            picture_of(kind.slug, dict(preset.params), preset.colour, width)


@handles("configurator.keep_shape", queue="pictures", limit_s=300)
def keep_shape(claim: Claim) -> None:
    """Put the shape of a design away that somebody kept. One that is forgotten needs none.

    With the pictures, as it may wait: a programmer who keeps a thousand must not hold up a paid
    order's slicing.
    """
    from configurator import kept_shapes
    from configurator.models import Design

    design = Design.objects.filter(pk=claim.payload["design"]).first()
    if design is not None:
        kept_shapes.keep(design, claim.payload["colour"])


@handles("configurator.tidy", limit_s=300, every_s=6 * 3600)
def tidy(claim: Claim) -> None:
    """Forget saved designs that were deleted, or that nobody without an account came back to."""
    from configurator import saved

    saved.forget(timezone.now())
