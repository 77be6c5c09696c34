"""Work that routing must do."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from core.states import on_move
from core.work import Claim, Effect, Later, handles
from manufacturing.models import Job
from routing import forecasting, matching, offers, stuck
from routing.models import Offer
from routing.services import heir_of, withdraw_offers

MAX_ATTEMPTS = 4
"""After so many parts went wrong a person must look at it."""


@handles("routing.match", limit_s=120)
def match(claim: Claim) -> None:
    """Matches all that waits, in small transactions of its own; doing it again does no harm."""
    matching.match_waiting(timezone.now())


@handles("routing.match_again", limit_s=120, every_s=20)
def match_again(claim: Claim) -> None:
    matching.match_waiting(timezone.now())


@handles("routing.answer")
def carry_out_answer(claim: Claim) -> Effect:
    when = dt.datetime.fromisoformat(claim.payload["answered_at"])
    return lambda: offers.settle(_offer(claim.payload["id"]), when)


@handles("routing.offered")
def offered(claim: Claim) -> Effect | None:
    """A factory that says yes by itself does so for machines that are heard of and well."""
    offer = _offer(claim.payload["id"])
    if offer.status != "open" or not offer.factory.auto_accept:
        return None
    if offer.machine.status in ("error", "maintenance", "retired"):
        return None
    if offer.machine.status == "offline":
        raise Later(10, "its machine is silent")
    return lambda: offers.accept(_offer(offer.pk), by=f"{offer.factory.name} (by itself)")


@handles("routing.expire_offers", every_s=10)
def expire_offers(claim: Claim) -> None:
    """Each offer in a transaction of its own; doing it again does no harm."""
    offers.expire_due(timezone.now())


@handles("routing.move_on", limit_s=300, every_s=60)
def move_on(claim: Claim) -> None:
    """Each job in a transaction of its own; doing it again does no harm."""
    stuck.move_on(timezone.now())


@handles("routing.ended")
def ended(claim: Claim) -> Effect:
    return lambda: _after_end(Job.objects.get(pk=claim.payload["id"]))


@handles("routing.forecast", queue="slicing", limit_s=600, every_s=6 * 3600)
def forecast(claim: Claim) -> Effect:
    """Trains in this process, which is a worker's: scikit-learn never loads in the web."""
    rows = forecasting.compute(timezone.now().date())
    return lambda: forecasting.store(rows)


def _offer(pk: int) -> Offer:
    return Offer.objects.select_related("factory", "machine", "job").get(pk=pk)


def _after_end(job: Job) -> None:
    """No good part came of it: nobody is asked any more, and it is made again, elsewhere."""
    withdraw_offers(job, by="system", reason="the job has ended")
    wanted = job.status in ("failed", "scrapped") or job.remake
    if wanted and job.attempt < MAX_ATTEMPTS:
        heir_of(job, by="system", reason=f"made again: {job.problem or job.status}")


on_move("manufacturing.job", "waiting", kind="routing.match")
on_move("routing.offer", "open", kind="routing.offered")
for _end in ("failed", "scrapped", "cancelled"):
    on_move("manufacturing.job", _end, kind="routing.ended")
