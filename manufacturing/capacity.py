"""Minutes and grams, reserved and given back under one lock.

``free_minutes`` and ``allot`` are pure; ``reserve``, ``release`` and ``settle`` write. Every
write is a conditional update that the database's CHECK constraint backs: nothing can be sold
twice.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from django.db.models import Case, F, OuterRef, Q, Subquery, When
from django.db.models.functions import Greatest

from core.errors import NoCapacity
from core.locks import alone, locked
from manufacturing.models import Job, Machine, MachineDay, Reservation, Stock

HORIZON_DAYS = 28
NOT_IN_PRODUCTION = ("error", "maintenance", "retired")
CAPACITY = "capacity"
"""Minutes and grams of several machines change hands at once: one lock stands for them all."""


@dataclass(frozen=True)
class Slot:
    """The minutes still free on one machine's day, from now on, and those sold already."""

    day_id: int
    day: dt.date
    free_min: int
    used_min: int = 0

    @property
    def sold_share(self) -> float:
        """How much of the day is sold, 0–1: what comes next waits so long for its turn."""
        return self.used_min / max(1, self.used_min + self.free_min)

    def given_back(self, minutes: int) -> Slot:
        """The same day when ``minutes`` of what is sold are free again."""
        return replace(self, free_min=self.free_min + minutes, used_min=self.used_min - minutes)


def free_minutes(
    day: dt.date, capacity_min: int, used_min: int, opens: int, closes: int, now: dt.datetime
) -> int:
    """Minutes that can still be sold of a day: not sold, and not yet past.

    What was sold of today may all lie in its rest, so it is taken off what is left of today.

    >>> noon = dt.datetime(2026, 1, 5, 12, tzinfo=dt.UTC)
    >>> free_minutes(noon.date(), 600, 100, 480, 1080, noon)
    260
    >>> free_minutes(dt.date(2026, 1, 6), 600, 100, 480, 1080, noon)
    500
    """
    unsold = capacity_min - used_min
    if day < now.date():
        return 0
    if day > now.date():
        return unsold
    minute = now.hour * 60 + now.minute
    return max(0, min(unsold, closes - max(opens, minute) - used_min))


def allot(minutes: int, slots: Sequence[Slot], last: dt.date) -> list[tuple[Slot, int]] | None:
    """Spread ``minutes`` over the earliest free slots up to ``last``; None where they lack.

    >>> a, b = Slot(1, dt.date(2026, 1, 5), 30), Slot(2, dt.date(2026, 1, 6), 100)
    >>> [taken for _, taken in allot(50, [a, b], dt.date(2026, 1, 6))]
    [30, 20]
    >>> allot(50, [a, b], dt.date(2026, 1, 5)) is None
    True
    """
    left, plan = minutes, []
    for slot in slots:
        if slot.day > last or left <= 0:
            break
        if (taken := min(left, slot.free_min)) > 0:
            plan.append((slot, taken))
            left -= taken
    return plan if left <= 0 else None


def slots_of(machines: Iterable[Machine], now: dt.datetime) -> dict[int, list[Slot]]:
    """Free slots by machine, earliest first, in one query."""
    by_id = {machine.pk: machine for machine in machines}
    found: dict[int, list[Slot]] = {pk: [] for pk in by_id}
    rows = MachineDay.objects.filter(machine__in=by_id, day__gte=now.date()).order_by("day")
    columns = rows.values_list("pk", "machine_id", "day", "capacity_min", "used_min")
    for pk, machine_id, day, capacity, used in columns:
        machine = by_id[machine_id]
        free = free_minutes(day, capacity, used, machine.opens_min, machine.closes_min, now)
        found[machine_id].append(Slot(pk, day, free, used))
    return found


def ensure_days(now: dt.datetime, machines: Iterable[Machine] | None = None) -> int:
    """Open the calendar of every machine as far as we promise. Returns the rows made."""
    chosen = machines if machines is not None else Machine.objects.exclude(status="retired")
    days = [now.date() + dt.timedelta(days=n) for n in range(HORIZON_DAYS)]
    rows = [
        MachineDay(machine=m, day=day, capacity_min=m.closes_min - m.opens_min)
        for m in chosen
        for day in days
    ]
    before = MachineDay.objects.count()
    MachineDay.objects.bulk_create(rows, ignore_conflicts=True)
    return MachineDay.objects.count() - before


def follow_machines(now: dt.datetime, machines: Iterable[Machine] | None = None) -> int:
    """Bring the days from today on to what hours and status say now. Returns the days changed.

    A machine with a fault, in service or retired has no minutes to sell. What is spoken for
    stays spoken for: a day never has less than is used of it.
    """
    wanted = Machine.objects.filter(pk=OuterRef("machine_id")).values_list(
        Case(When(status__in=NOT_IN_PRODUCTION, then=0), default=F("closes_min") - F("opens_min"))
    )
    days = MachineDay.objects.filter(day__gte=now.date())
    if machines is not None:
        days = days.filter(machine__in=list(machines))
    with transaction.atomic():
        alone(CAPACITY)
        right = Greatest(F("used_min"), Subquery(wanted))
        return days.exclude(capacity_min=right).update(capacity_min=right)


def reserve(
    ref: str,
    machine: Machine,
    *,
    minutes: int,
    grams: int,
    material: str,
    colour: str,
    last: dt.date,
    now: dt.datetime,
    job: Job | None = None,
    thickness_mm: float = 0.0,
) -> dt.date:
    """Hold minutes and grams for ``ref``, and for its ``job`` once there is one.

    Returns the day on which the last minute lies.

    Raises:
        NoCapacity: they are no longer there; nothing was held.
    """
    with transaction.atomic():
        alone(CAPACITY)
        plan = allot(minutes, slots_of([machine], now)[machine.pk], last)
        if plan is None:
            raise NoCapacity(
                "These machine hours were taken a moment ago. Please ask for a new date.",
                detail=f"{minutes} min on machine {machine.pk} before {last}",
            )
        shelf = {"material": material, "colour": colour, "thickness_mm": thickness_mm}
        held = [_hold_grams(ref, machine.factory_id, shelf, grams)]
        held += [_hold_minutes(ref, slot, taken) for slot, taken in plan]
        for row in held:
            row.job = job
        Reservation.objects.bulk_create(held)
    return plan[-1][0].day


def release(ref: str) -> None:
    """Give back all that ``ref`` holds and has not used; doing it twice gives nothing twice."""
    with transaction.atomic():
        alone(CAPACITY)
        for row in locked(Reservation.objects.filter(ref=ref).select_related("job")):
            _let_go(row, used_share(row.job))


def settle(job: Job) -> None:
    """What a job has used is used up, and the rest of what it holds is free again.

    What is held for its reference only (it was never matched) is its own, too.
    """
    with transaction.atomic():
        alone(CAPACITY)
        for row in locked(Reservation.objects.filter(of_jobs([job]))):
            _let_go(row, used_share(job))


def hand_on(job: Job, heir: Job) -> None:
    """What a job held that never began is held for the job that takes its place."""
    with transaction.atomic():
        alone(CAPACITY)
        Reservation.objects.filter(of_jobs([job])).update(job=heir)


def of_jobs(jobs: Sequence[Job]) -> Q:
    """Reservations that these jobs may use: their own, and those of a line not matched yet."""
    return Q(job__in=jobs) | Q(job=None, ref__in=[job.ref for job in jobs])


def used_share(job: Job | None) -> float:
    """How much of its minutes and grams a job has used, 0 to 1.

    A print that fails has used what was printed of it; a part that is scrapped has used all.
    """
    if job is None or job.status in Job.BEFORE_MACHINE:
        return 0.0
    if job.status in ("made", "passed", "handed_over", "scrapped"):
        return 1.0
    return min(max(job.percent, 0.0), 100.0) / 100


def _let_go(row: Reservation, share: float) -> None:
    """End a hold once: grams that were used leave the shelf, minutes that were used stay used."""
    if Reservation.objects.filter(pk=row.pk).delete()[0] != 1:
        return
    used = math.ceil(row.amount * share - 1e-9)
    if row.machine_day_id:
        days = MachineDay.objects.filter(pk=row.machine_day_id)
        days.update(used_min=F("used_min") - (row.amount - used))
    elif row.stock_id:
        shelf = Stock.objects.filter(pk=row.stock_id)
        shelf.update(grams=F("grams") - used, reserved_g=F("reserved_g") - row.amount)


def _hold_minutes(ref: str, slot: Slot, minutes: int) -> Reservation:
    rows = MachineDay.objects.filter(pk=slot.day_id, used_min__lte=F("capacity_min") - minutes)
    if rows.update(used_min=F("used_min") + minutes) != 1:
        raise NoCapacity(
            "These machine hours were taken a moment ago. Please ask for a new date.",
            detail=f"{minutes} min of machine day {slot.day_id}",
        )
    return Reservation(ref=ref, machine_day_id=slot.day_id, amount=minutes)


def _hold_grams(ref: str, factory_id: int, which: dict[str, Any], grams: int) -> Reservation:
    shelf = Stock.objects.filter(factory_id=factory_id, **which)
    row = shelf.filter(grams__gte=F("reserved_g") + grams)
    if row.update(reserved_g=F("reserved_g") + grams) != 1:
        raise NoCapacity(
            "This material was taken a moment ago. Please ask for a new date.",
            detail=f"{grams} g of {which} at factory {factory_id}",
        )
    return Reservation(ref=ref, stock_id=shelf.values_list("pk", flat=True).get(), amount=grams)
