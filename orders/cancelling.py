"""The way out: until a machine starts for the customer, and for staff when nothing can be made."""

from __future__ import annotations

from django.db import transaction

from core.errors import Conflict
from core.locks import locked
from core.states import move
from manufacturing.models import Job
from orders.models import Order
from orders.payments import ask_refund, give_up
from routing import services

TOO_LATE = (
    "A machine is already working on this order, so it can no longer be cancelled here. "
    "Write to us if something is wrong with it."
)


def cancel_order(order: Order, *, by: str, reason: str) -> Order:
    """Cancel an order and send back what was paid.

    Raises:
        Conflict: a machine works on it, or it is made, sent, or ended already.
        OutsideFailed: Stripe does not answer, and it might be paid right now.
    """
    if order.status == "placed":
        order = give_up(order, "cancelled", by=by, reason=reason)
    if order.status in ("paid", "in_production"):
        order = _cancel_paid(order, by=by, reason=reason)
    if order.status != "cancelled":
        raise Conflict(f"This order is {order.status} already and cannot be cancelled.")
    return order


def _cancel_paid(order: Order, *, by: str, reason: str) -> Order:
    with transaction.atomic():
        order = locked(Order.objects.filter(pk=order.pk)).get()
        if order.status not in ("paid", "in_production"):
            return order
        refs = order.job_refs()
        for ref in refs:
            if not services.cancel_jobs(ref, by, reason) or is_made(ref):
                raise Conflict(TOO_LATE)
        # After all jobs: whoever holds capacity and then waits for a job meets the matcher, which
        # holds the job and waits for capacity.
        for ref in refs:
            services.release(ref)
        move(order, "cancelled", by=by, reason=reason)
        for payment in order.payments.filter(status="paid"):
            ask_refund(payment, reason, by=by)
    return order


def can_cancel(order: Order) -> bool:
    """Whether the customer may still cancel: nothing runs, nothing is made."""
    if order.status == "placed":
        return True
    if order.status != "paid":
        return False
    jobs = Job.objects.filter(ref__in=order.job_refs(), status__in=Job.LIVE)
    return all(job.status in Job.BEFORE_MACHINE for job in jobs)


def is_made(ref: str) -> bool:
    return Job.objects.filter(ref=ref, status__in=["made", "passed", "handed_over"]).exists()
