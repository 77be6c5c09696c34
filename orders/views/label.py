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
from orders.models import LineShare

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
    share = LineShare.objects.select_related("item__order").get(ref=job.ref)
    order = share.item.order
    context = {
        "order": order,
        "country": country_name(order.country),
        "together": _together(job, share),
        "job": job,
        "factory": job.factory,
        "here": "jobs",
    }
    return render(request, "orders/label.html", context)


def _together(job: Job, share: LineShare) -> list[Job]:
    """Jobs of this workshop that the price counts into the same parcel: parts of the same line."""
    refs = share.item.shares.exclude(pk=share.pk).values_list("ref", flat=True)
    rows = Job.objects.filter(ref__in=list(refs), factory=job.factory)
    return list(rows.filter(status__in=Job.LIVE))
