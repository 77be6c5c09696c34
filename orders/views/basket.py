"""The basket: look, change, take out, put back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from core.errors import BadInput, NearmadeError
from core.whole import whole_number
from orders import baskets, quotes
from orders.models import Order
from orders.selectors import basket_lines
from orders.tax import customs_note
from orders.views.quote import read_quantity
from routing import places


@require_GET
def basket(request: HttpRequest) -> HttpResponse:
    order = baskets.basket_of(request.session)
    if order is not None:
        for sentence in baskets.renew(order, timezone.now()):
            messages.warning(request, sentence)
    baskets.count(request.session, order)
    taken_out = request.session.pop("removed", None)
    undo = order.items.filter(ref=taken_out, removed=True).first() if order else None
    return render(request, "orders/basket.html", {**shown(order), **unpaid(request), "undo": undo})


def shown(order: Order | None) -> dict[str, Any]:
    """What the basket and the checkout show of a draft."""
    lines = basket_lines(order) if order else []
    place = places.place(order.place_id) if lines and order else None
    return {
        "order": order,
        "lines": lines,
        "place": place,
        "customs": customs_note(place.country) if place else "",
        "parcels": sum(line.parcels for line in lines),
        "total_cents": sum(line.item.total_cents for line in lines),
        "tax_cents": sum(line.item.tax_cents for line in lines),
        "delivery_cents": sum(line.price.delivery_cents for line in lines),
        "made_cents": sum(line.price.making_cents for line in lines),
    }


def unpaid(request: HttpRequest) -> dict[str, Any]:
    """Orders of this browser that wait for their payment, for orders/_unpaid.html."""
    return {"unpaid": baskets.unpaid_of(request.session)}


@require_POST
def add(request: HttpRequest) -> HttpResponse:
    quote = quotes.opened(request.POST.get("quote", ""))
    baskets.add(request.session, quote, timezone.now())
    return redirect("orders:basket")


@require_POST
def quantity(request: HttpRequest, ref: str) -> HttpResponse:
    item = baskets.item_of(request.session, ref)
    try:
        baskets.set_quantity(item, read_quantity(request.POST), timezone.now())
    except NearmadeError as error:
        messages.error(request, error.sentence)
    return redirect("orders:basket")


@require_POST
def remove(request: HttpRequest, ref: str) -> HttpResponse:
    baskets.remove(baskets.item_of(request.session, ref), removed=True)
    request.session["removed"] = ref
    return redirect("orders:basket")


@require_POST
def restore(request: HttpRequest, ref: str) -> HttpResponse:
    baskets.remove(baskets.item_of(request.session, ref), removed=False)
    return redirect("orders:basket")


@require_POST
def city(request: HttpRequest) -> HttpResponse:
    """Deliver the whole basket somewhere else: every line is quoted again."""
    order = baskets.basket_of(request.session)
    try:
        near = places.place(order.place_id) if order else None
        place = _posted_place(request, near)
        if order is not None:
            baskets.deliver_to(order, place.id, timezone.now())
        request.session["place_id"] = place.id
    except NearmadeError as error:
        messages.error(request, error.sentence)
    return redirect("orders:basket")


def _posted_place(request: HttpRequest, near: places.Place | None) -> places.Place:
    if (number := whole_number(request.POST.get("city", ""))) is not None:
        return places.place(number)
    found = places.find(request.POST.get("q", "")[:80], 1, near)
    if not found:
        raise BadInput("We do not know this city. Please choose one from the list.")
    return found[0]
