"""What the catalogue says of each product: its price as it stands, and how soon."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_GET

from configurator.materials import material
from configurator.products import family
from configurator.services import keep_design
from core.errors import NearmadeError
from orders.promises import days
from orders.quotes import Wish, quote
from orders.views.quote import chosen_place


@require_GET
def from_price(request: HttpRequest, slug: str) -> HttpResponse:
    """The first preset's price and date for this browser's city."""
    kind = family(slug)
    first = kind.presets[0]
    place = chosen_place(request)
    context: dict[str, object] = {"place": place}
    try:
        design = keep_design(slug, dict(first.params))
        wish = Wish(design, material(kind.materials[0]), first.colour, 1, place)
        found = quote(wish, timezone.now())
        context |= {"quote": found, "days": days(found.promise.earliest, found.promise.latest)}
    except NearmadeError as error:
        context["refusal"] = error.sentence
    response = render(request, "orders/_from_price.html", context)
    patch_cache_control(response, private=True, max_age=60)
    return response
