"""A printer in one town and a laser in another, and what they do with their jobs."""

from __future__ import annotations

from django.utils import timezone

from manufacturing.capacity import ensure_days
from manufacturing.models import Factory, Job, Machine, Stock
from orders.models import Order
from routing import offers
from routing.matching import match_waiting
from routing.models import Offer
from tests.orders.network import a_factory

WAY = ("planned", "leased", "running", "made", "passed")


def a_laser(factory: Factory) -> Machine:
    machine = Machine.objects.create(
        factory=factory, name="L1", profile="laser-1000", process="laser", status="idle"
    )
    ensure_days(timezone.now(), [machine])
    Stock.objects.create(
        factory=factory, material="acrylic", colour="ice", thickness_mm=3, grams=9000
    )
    return machine


def two_workshops() -> tuple[Factory, Factory]:
    """A printer in Lyon, and a laser in Paris."""
    printer, cutter = a_factory(), a_factory("Coupe Seine", "Paris", machines=0)
    a_laser(cutter)
    return printer, cutter


def accept_all() -> None:
    match_waiting(timezone.now())
    for offer in Offer.objects.filter(status="open"):
        offers.accept(offer, by="owner")


def jobs_of(order: Order) -> dict[str, Job]:
    """By process."""
    rows = Job.objects.filter(ref__in=order.job_refs(), status__in=Job.LIVE | {"handed_over"})
    return {job.wanted.process: job for job in rows}
