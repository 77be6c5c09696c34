"""One page to buy on, then Stripe's."""

from __future__ import annotations

import logging

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.errors import Conflict, NearmadeError
from core.signing import unseal
from orders import baskets, payments
from orders.checkout import place_order
from orders.countries import country_name
from orders.forms import DetailsForm
from orders.models import Order
from orders.selectors import ItemView, order_by_link
from orders.views.basket import shown, unpaid

log = logging.getLogger("nearmade.orders")


class SeeOther(HttpResponseRedirect):
    """303: whatever was posted, the next page is fetched with GET."""

    status_code = 303


@require_http_methods(["GET", "POST"])
def checkout(request: HttpRequest) -> HttpResponse:
    """Guest checkout. Pressing the button twice gives one order and one payment page."""
    order = baskets.basket_of(request.session)
    if request.method == "POST" and (before := _placed_before(request)):
        return go_and_pay(request, before)
    if order is None or not order.kept_items().exists():
        return redirect("orders:basket")
    place = shown(order)["place"]
    initial = {"city": place.name}
    form = DetailsForm(request.POST or None, initial=initial, place=place)
    if request.method == "POST" and form.is_valid():
        try:
            order = place_order(order.ref, form.details(), now=timezone.now())
        except Conflict as error:
            messages.error(request, error.sentence)
            return redirect("orders:basket")
        baskets.count(request.session, None)
        return go_and_pay(request, order)
    status = 422 if request.method == "POST" else 200
    context = shown(order) | unpaid(request)
    context |= {
        "form": form,
        "country": country_name(place.country),
        "pay_minutes": settings.PAY_MINUTES,
        "rights": _rights(context["lines"]),
    }
    return render(request, "orders/checkout.html", context, status=status)


def _rights(lines: list[ItemView]) -> list[tuple[str, list[str]]]:
    """Each withdrawal sentence once, with the titles it holds for."""
    said: dict[str, list[str]] = {}
    for line in lines:
        said.setdefault(line.withdrawal, []).append(line.item.title)
    return list(said.items())


def _placed_before(request: HttpRequest) -> Order | None:
    """The order of this form when its button was pressed before; only for the same browser."""
    rows = Order.objects.filter(ref=request.POST.get("order", "")).exclude(status="draft")
    return rows.filter(browser=request.session.get("browser", "-")).first()


def go_and_pay(request: HttpRequest, order: Order) -> HttpResponse:
    """To Stripe's page; when it does not answer, to the order, where paying can be tried again."""
    if order.status != "placed":
        return SeeOther(order.url)
    try:
        return SeeOther(payments.start_payment(order))
    except NearmadeError as error:
        log.warning("no pay page for %s: %s", order.ref, error)
        messages.error(request, error.sentence)
        return SeeOther(order.url)


@require_POST
def pay(request: HttpRequest, token: str) -> HttpResponse:
    """Pay a placed order from its tracking page."""
    return go_and_pay(request, order_by_link(token))


@require_GET
def paid(request: HttpRequest, token: str) -> HttpResponse:
    """Where Stripe's page sends the browser back to. It proves nothing: we ask Stripe."""
    ref = unseal(token, purpose="track")
    try:
        payments.settle(ref)
    except NearmadeError as error:  # the webhook or the sweep will know
        log.warning("could not settle %s on return: %s", ref, error)
    return redirect("orders:track", token)
