"""What the shop asks of routing: a promise, a hold, a job, a way out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F

from core.errors import Conflict
from core.locks import locked, together
from core.states import move
from core.units import distance_km
from manufacturing import capacity
from manufacturing.capacity import HORIZON_DAYS
from manufacturing.jobs import Destination, ask_to_cancel, create_job, declare_lost
from manufacturing.models import Factory, Job, Machine
from manufacturing.needs import JobNeed
from routing.candidates import Candidate, MachineView, candidates
from routing.models import Demand, Offer
from routing.places import Place
from routing.promise import promise
from routing.refusals import refusal
from routing.snapshot import machine_views


@dataclass(frozen=True)
class Promise:
    """Who would make it and when it would be there. Days are in UTC."""

    factory_id: int
    factory: str
    city: str
    distance_km: float
    ship_by: dt.datetime
    earliest: dt.date
    latest: dt.date
    confidence: float


def promise_for(need: JobNeed, to: Place, now: dt.datetime) -> Promise:
    """The best date the network could keep now. Reserves nothing.

    Raises:
        NoCapacity: no machine of the network can make it, with the reason of the nearest that
            does its process.
    """
    return _promise(_best(need, to, now), now)


def most(needs: Callable[[int], Sequence[JobNeed]], to: Place, below: int, now: dt.datetime) -> int:
    """The largest quantity under ``below`` whose work machines can take now; 0 for none.

    Found by halving: whoever can make some can make fewer.
    """
    views = machine_views(now)
    low, high = 0, below
    while high - low > 1:
        middle = (low + high) // 2
        able = all(_can(_rows(need, to, views, now)) for need in needs(middle))
        low, high = (middle, high) if able else (low, middle)
    return low


def hold(ref: str, need: JobNeed, to: Place, now: dt.datetime) -> Promise:
    """Reserve minutes and grams for ``ref`` where the date is best, in the caller's transaction.

    Raises:
        NoCapacity: nothing that can make it has the minutes and grams left.
    """
    best = _best(need, to, now)
    machine = Machine.objects.select_related("factory").get(pk=best.machine_id)
    _reserve(ref, need, machine, _horizon(now), now)
    return _promise(best, now)


def release(ref: str) -> None:
    """Give back what ``ref`` holds; harmless when it holds nothing."""
    capacity.release(ref)


def open_job(
    ref: str, need: JobNeed, to: Place, due: dt.datetime, by: str, *, counts: bool = True
) -> Job:
    """What is paid becomes a waiting job, which takes over the hold of ``ref``.

    ``counts``: it is demand for its family; of a line that several workshops make, one job is.
    """
    with together():
        here = Destination(to.name, to.country, to.lat, to.lon)
        job = create_job(ref, need, here, due, by=by, reason="paid")
        if counts:
            _count_demand(need, to, job.created_at or due)
    return job


def cancel_jobs(ref: str, by: str, reason: str) -> bool:
    """Cancel the live job of ``ref`` unless a machine may already be working on it."""
    with transaction.atomic():
        # The same lock as ``heir_of``: a part that has just failed must not get an heir now.
        jobs = Job.objects.filter(ref=ref)
        list(locked(jobs))
        live = jobs.filter(status__in=Job.LIVE).first()
        if live is not None and live.status not in Job.BEFORE_MACHINE:
            return False
        jobs.update(given_up=True)
        if live is not None:
            ask_to_cancel(live, by=by, reason=reason)
            withdraw_offers(live, by=by, reason=reason)
    return True


def reroute(job: Job, by: str, reason: str) -> Job | None:
    """Give a job to another factory. Returns the new job, or None while a node still answers.

    A job that is at a machine is stopped first; its heir is born when the node confirms, so
    that nothing is made twice.

    Raises:
        Conflict: the part is made already.
    """
    if job.status not in Job.LIVE or job.status in ("made", "passed"):
        raise Conflict("This part is already made or given up, so it cannot go elsewhere.")
    with transaction.atomic():
        Job.objects.filter(pk=job.pk).update(remake=True)
        job.remake = True
        withdraw_offers(job, by=by, reason=reason)
        if not ask_to_cancel(job, by=by, reason=reason):
            return None
        return heir_of(job, by=by, reason=reason)


def heir_of(job: Job, *, by: str, reason: str) -> Job | None:
    """The job that takes the place of one that ended without a good part; made once.

    None when its line was cancelled meanwhile.
    """
    with transaction.atomic():
        list(locked(Job.objects.filter(ref=job.ref)))
        if Job.objects.filter(ref=job.ref, given_up=True).exists():
            return None
        existing = Job.objects.filter(replaces=job).first()
        if existing is not None:
            return existing
        here = Destination(job.region, job.country, job.to_lat, job.to_lon)
        heir = create_job(job.ref, job.wanted, here, job.due_at, by=by, reason=reason, replaces=job)
        if capacity.used_share(job) == 0:
            capacity.hand_on(job, heir)  # nobody else may take it in between
    return heir


def force_heir(job: Job, *, by: str, reason: str) -> Job:
    """Staff have a part made again whose job is lost: nobody hears of it, or its tries are used up.

    Should its first machine be making it after all, that part is one too many: who forces this
    has looked, or takes the risk.

    Raises:
        Conflict: the line is cancelled, or a job for it is under way or made.
    """
    with transaction.atomic():
        list(locked(Job.objects.filter(ref=job.ref)))
        job.refresh_from_db()
        others = Job.objects.filter(ref=job.ref, status__in=Job.LIVE | {"handed_over"})
        over_or_lost = job.status in Job.AT_MACHINE | {"failed", "scrapped", "cancelled"}
        if others.exclude(pk=job.pk).exists() or not over_or_lost:
            raise Conflict("This is being made or is made already, so there is nothing to force.")
        if job.status in Job.AT_MACHINE:
            declare_lost(job, by=by, reason=reason)
        heir = heir_of(job, by=by, reason=reason)
    if heir is None or heir.status not in Job.LIVE:
        raise Conflict("This line was cancelled, or its newest job is another one.")
    return heir


def withdraw_offers(job: Job, *, by: str, reason: str) -> None:
    """Nobody is asked any more."""
    for offer in Offer.objects.filter(job=job, status="open"):
        move(offer, "withdrawn", by=by, reason=reason)


def reserve_on(job: Job, machine: Machine, now: dt.datetime) -> dt.date:
    """Move what a waiting job holds to this machine. Raises NoCapacity with nothing changed.

    The caller holds the job's lock: jobs are locked before capacity, everywhere.
    """
    with transaction.atomic():
        capacity.settle(job)
        return _reserve(job.ref, job.wanted, machine, _horizon(now), now, job)


def _reserve(
    ref: str,
    need: JobNeed,
    machine: Machine,
    last: dt.date,
    now: dt.datetime,
    job: Job | None = None,
) -> dt.date:
    return capacity.reserve(
        ref,
        machine,
        minutes=need.minutes,
        grams=need.grams,
        material=need.material,
        colour=need.colour,
        thickness_mm=need.thickness_mm,
        last=last,
        now=now,
        job=job,
    )


def _best(need: JobNeed, to: Place, now: dt.datetime) -> Candidate:
    views = machine_views(now)
    rows = _rows(need, to, views, now)
    if not _can(rows):
        raise refusal(need, rows, views)
    return rows[0]


def _can(rows: Sequence[Candidate]) -> bool:
    return bool(rows) and rows[0].able


def _rows(need: JobNeed, to: Place, views: list[MachineView], now: dt.datetime) -> list[Candidate]:
    return candidates(need, (to.lat, to.lon), _horizon(now), views, now.date())


def _promise(best: Candidate, now: dt.datetime) -> Promise:
    assert best.ready is not None, "an able candidate has a day"
    dates = promise(best.ready, best.km)
    due = dt.datetime.combine(dates.ship_by, dt.time(18), tzinfo=dt.UTC)
    return Promise(
        best.factory_id,
        best.factory,
        best.city,
        best.km,
        due,
        dates.earliest,
        dates.latest,
        dates.confidence,
    )


def _horizon(now: dt.datetime) -> dt.date:
    return now.date() + dt.timedelta(days=HORIZON_DAYS - 1)


def _count_demand(need: JobNeed, to: Place, at: dt.datetime) -> None:
    """One more unit asked for near the nearest factory today: tomorrow's forecast learns it."""
    places = Factory.objects.values_list("city", "lat", "lon")
    region = min(places, key=lambda p: distance_km((to.lat, to.lon), (p[1], p[2])))[0]
    series: dict[str, Any] = {"family": need.family, "region": region, "day": at.date()}
    counted = Demand.objects.filter(**series)
    if not counted.update(units=F("units") + need.quantity):
        Demand.objects.get_or_create(**series)
        counted.update(units=F("units") + need.quantity)
