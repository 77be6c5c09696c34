"""The one place where a workshop sees a name and an address."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from core.errors import Conflict, NotFound
from manufacturing.models import Job
from manufacturing.selectors import factories_of
from orders.countries import country_name
from orders.models import OrderItem

READY = frozenset({"passed", "handed_over"})


@never_cache
@login_required
@require_GET
def label(request: HttpRequest, pk: int) -> HttpResponse:
    """The parcel's label, for the people of the workshop whose part has passed."""
    job = Job.objects.filter(pk=pk, factory__in=factories_of(request.user)).first()
    if job is None:
        raise NotFound("There is no such parcel in your workshop.")
    if job.status not in READY:
        raise Conflict("The address is shown once the part has passed its inspection.")
    item = OrderItem.objects.select_related("order").get(ref=job.ref)
    context = {
        "order": item.order,
        "country": country_name(item.order.country),
        "job": job,
        "factory": job.factory,
        "here": "jobs",
    }
    return render(request, "orders/label.html", context)
