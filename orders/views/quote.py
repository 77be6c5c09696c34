"""The price panel of the configurator, and cities by name."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from configurator.materials import material as material_of
from configurator.products import family as family_of
from configurator.products.fields import fields, parse
from configurator.services import keep_design
from core.errors import BadInput, NearmadeError
from core.htmx import asks_for_part
from core.money import euros
from core.throttle import at_most
from core.units import weight
from core.whole import whole_number
from manufacturing.models import Factory
from orders.countries import country_name
from orders.piece_cost import weight_g
from orders.pricing import MAX_QUANTITY, rounded
from orders.promises import days
from orders.quotes import CannotBeMade, LessCanBeMade, Quote, Wish, quote
from orders.selectors import portion_view
from orders.tax import customs_note
from routing import places
from routing.places import Place


class UnknownCity(BadInput):
    """No city begins with what was typed."""

    def __init__(self, typed: str) -> None:
        super().__init__(f"We do not know a city called “{typed[:40]}”. Try a larger one nearby.")


@require_GET
@at_most("geometry")
def price(request: HttpRequest) -> HttpResponse:
    """What this design costs and when it comes; a panel for htmx, a page otherwise."""
    place, unknown = None, ""
    try:
        place, unknown = chosen_or_kept(request)
        wish = read_wish(request, place)
        context = _shown(quote(wish, timezone.now()), wish)
    except NearmadeError as error:
        context = {"refusal": error.sentence, "place": place or usual_place()}
        if isinstance(error, CannotBeMade):
            context["findings"] = [f for f in error.measured.findings if f.level == "impossible"]
        if isinstance(error, LessCanBeMade):
            context |= {"way_out": error, "less": f"{request.path}?{_with_less(request, error)}"}
    context["unknown"] = unknown
    context["pairs"] = [(k, v) for k, v in request.GET.items() if k not in ("city", "q")]
    context["back"] = f"/design/{request.GET.get('family', '')}/?{_design_query(request)}"
    return render(request, _template(request), context)


def _template(request: HttpRequest) -> str:
    """A page; for htmx the panel, or only the figures for a cell of a table."""
    if not asks_for_part(request):
        return "orders/quote.html"
    return "orders/_brief.html" if request.GET.get("brief") else "orders/_quote.html"


@require_GET
def suggest(request: HttpRequest) -> HttpResponse:
    """Cities whose name begins with what was typed."""
    text = request.GET.get("q", "")[:80]
    found = places.find(text, near=kept_place(request))
    rows = [(place, country_name(place.country)) for place in found]
    return render(request, "orders/_places.html", {"places": rows, "text": text.strip()})


def read_wish(request: HttpRequest, place: Place) -> Wish:
    """What the page asks for. Raises BadInput or NotFound in words."""
    get = request.GET
    kind = family_of(get.get("family", ""))
    stuff = material_of(get.get("material") or kind.materials[0])
    known = {field.name for field in fields(kind)}
    raw = {name: value for name, value in get.items() if name in known}
    colour = get.get("colour") or stuff.colours[0].slug
    parse(kind, raw)
    return Wish(keep_design(kind.slug, raw), stuff, colour, read_quantity(get), place)


def read_quantity(data: Any) -> int:
    text = data.get("quantity", "1") or "1"
    quantity = whole_number(text)
    if quantity is None or not 1 <= quantity <= MAX_QUANTITY:
        raise BadInput(f"Please choose between 1 and {MAX_QUANTITY} pieces.")
    return quantity


def chosen_place(request: HttpRequest) -> Place:
    """The city of the request, of this browser, or of our first workshop."""
    city, typed = request.GET.get("city", ""), request.GET.get("q", "").strip()
    if typed and not city:
        found = places.find(typed, 1, near=kept_place(request))
        if not found:
            raise UnknownCity(typed)
        city = str(found[0].id)
    if (number := whole_number(city)) is not None:
        place = places.place(number)
        if request.session.get("place_id") != place.id:
            request.session["place_id"] = place.id
        return place
    return kept_place(request)


def chosen_or_kept(request: HttpRequest) -> tuple[Place, str]:
    """The same; for a city that nobody knows the one kept, and the sentence that says so."""
    try:
        return chosen_place(request), ""
    except UnknownCity as error:
        return kept_place(request), error.sentence


def kept_place(request: HttpRequest) -> Place:
    """The city that this browser chose last, or that of our first workshop."""
    kept = request.session.get("place_id")
    return places.place(int(kept)) if kept else usual_place()


def usual_place() -> Place:
    """Where nobody has said anything yet: the city of the first workshop that joined."""
    first = Factory.objects.order_by("pk").values_list("city", "country").first()
    found = places.find(f"{first[0]}, {first[1]}", 1) if first else []
    return found[0] if found else places.find("Lyon, FR", 1)[0]


def _shown(found: Quote, wish: Wish) -> dict[str, object]:
    return {
        "quote": found,
        "portions": [portion_view(one.need, one.promise) for one in found.portions],
        "token": found.sealed(),
        "place": wish.place,
        "customs": customs_note(wish.place.country),
        "days": days(found.promise.earliest, found.promise.latest),
        "sure": round(found.promise.confidence * 100),
        "each": _each(found.price.total_cents, wish.quantity),
        "weight_each": weight(weight_g(wish)),
        "co2e_kg": f"{found.co2e_g / 1000:.2g}",
    }


def _each(total_cents: int, quantity: int) -> str:
    """``€4.88 each``; "about" where that many times it is not the price. Nothing for one piece."""
    if quantity == 1:
        return ""
    cents = rounded(total_cents, quantity)
    about = "" if cents * quantity == total_cents else "about "
    return f"{about}{euros(cents)} each"


def _with_less(request: HttpRequest, error: LessCanBeMade) -> str:
    asked = request.GET.copy()
    asked[error.field] = error.value
    return asked.urlencode()


def _design_query(request: HttpRequest) -> str:
    return urlencode([(k, v) for k, v in request.GET.items() if k not in ("family", "q")])
