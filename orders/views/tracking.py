"""An order by its signed link, without a login."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from core.errors import Conflict, NearmadeError
from orders.cancelling import TOO_LATE, can_cancel, cancel_order
from orders.progress import received
from orders.selectors import order_by_link
from orders.tracking import tracking

STOP_POLLING = 286  # htmx's own status: take this, and ask no more


@never_cache
@require_GET
def track(request: HttpRequest, token: str) -> HttpResponse:
    """The page; for htmx its live part, or 204 while nothing has changed."""
    seen = tracking(order_by_link(token), timezone.now())
    if request.GET.get("seen") == seen.version:
        return HttpResponse(status=204)
    context = {"t": seen, "order": seen.order, "token": token}
    if not request.htmx:  # type: ignore[attr-defined]  # set by its middleware
        return render(request, "orders/tracking.html", context)
    status = 200 if seen.live else STOP_POLLING
    return render(request, "orders/_tracking.html", context, status=status)


@require_POST
def cancel(request: HttpRequest, token: str) -> HttpResponse:
    order = order_by_link(token)
    try:
        if not can_cancel(order):
            raise Conflict(TOO_LATE)
        cancel_order(order, by="customer", reason="cancelled by the customer")
    except NearmadeError as error:
        messages.error(request, error.sentence)
    return redirect("orders:track", token)


@require_POST
def arrived(request: HttpRequest, token: str) -> HttpResponse:
    received(order_by_link(token), by="customer")
    return redirect("orders:track", token)
