"""What happens in the workshops, as an order tells it."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from core.errors import Conflict
from core.locks import locked
from core.states import move
from manufacturing.models import Job
from orders.models import LineShare, Order, Shipment

STARTED = frozenset({"running", "paused", "made", "passed", "handed_over", "scrapped"})


def newest_jobs(refs: Iterable[str]) -> dict[str, Job]:
    """The latest job of each share of a line: the one that counts."""
    rows = Job.objects.filter(ref__in=list(refs)).order_by("pk")
    rows = rows.select_related("factory", "machine", "program")
    return {job.ref: job for job in rows}


def follow(ref: str) -> None:
    """Bring the order of one job up to what all its jobs say, whichever news came first."""
    with transaction.atomic():
        share = LineShare.objects.select_related("item").get(ref=ref)
        order = locked(Order.objects.filter(pk=share.item.order_id)).get()
        shares = list(order.shares())
        jobs = newest_jobs(share.ref for share in shares)
        if order.status == "paid" and any(job.status in STARTED for job in jobs.values()):
            move(order, "in_production", by="system", reason="the first machine has started")
        for share in shares:
            job = jobs.get(share.ref)
            if job is not None and job.status == "handed_over":
                maker = job.factory.name if job.factory else "the maker"
                Shipment.objects.get_or_create(share=share, defaults={"by": maker})
        sent = Shipment.objects.filter(share__item__order=order).count()
        if order.status == "in_production" and sent == len(shares):
            move(order, "shipped", by="system", reason="every parcel is on its way")


def received(order: Order, *, by: str) -> None:
    """The customer (or staff) says that it has arrived. Saying it twice is fine."""
    with transaction.atomic():
        order = locked(Order.objects.filter(pk=order.pk)).get()
        if order.status == "delivered":
            return
        if order.status != "shipped":
            raise Conflict("This order has not been sent yet.")
        move(order, "delivered", by=by)
