"""What the catalogue says of each product: its price as it stands, and how soon."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_GET

from configurator.products import family
from configurator.ready import ready
from configurator.services import keep_design
from core.errors import NearmadeError
from orders.promises import days
from orders.quotes import Wish, quote
from orders.views.quote import chosen_place


@require_GET
def from_price(request: HttpRequest, slug: str) -> HttpResponse:
    """Price and date, for this browser's city, of the design that the product's card shows."""
    one = ready(family(slug), 0, request.GET.get("material", ""))
    place = chosen_place(request)
    context: dict[str, object] = {"place": place}
    try:
        wish = Wish(keep_design(slug, one.params), one.material, one.colour, 1, place)
        found = quote(wish, timezone.now())
        context |= {"quote": found, "days": days(found.promise.earliest, found.promise.latest)}
    except NearmadeError as error:
        context["refusal"] = error.sentence
    response = render(request, "orders/_from_price.html", context)
    patch_cache_control(response, private=True, max_age=60)
    return response
