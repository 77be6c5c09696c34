"""The network as routing sees it at one moment: every machine, its minutes and its shelf."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

from django.db.models import Sum

from manufacturing.capacity import Slot, of_jobs, slots_of
from manufacturing.models import Job, Machine, Reservation, Stock
from manufacturing.needs import Shelf, shelf
from manufacturing.planning.kinds import KINDS
from manufacturing.processes import WORKS, holder, judge
from routing.candidates import MachineView
from routing.holdback import expected_minutes


def machine_views(now: dt.datetime, own: Sequence[Job] = ()) -> list[MachineView]:
    """All machines in service. What the jobs in ``own`` hold counts as free for them."""
    machines = list(Machine.objects.exclude(status="retired").select_related("factory"))
    slots = slots_of(machines, now)
    minutes, grams = _held_by(own)
    shelves: dict[int, dict[Shelf, int]] = defaultdict(dict)
    for row in Stock.objects.all():
        free = row.free_g + grams.get(row.pk, 0)
        shelves[row.factory_id][shelf(row.material, row.colour, row.thickness_mm)] = free
    expected = expected_minutes(now.date(), machines)
    return [
        _view(machine, _with(slots[machine.pk], minutes), shelves, expected) for machine in machines
    ]


def _held_by(jobs: Sequence[Job]) -> tuple[dict[int, int], dict[int, int]]:
    """(minutes by machine day, grams by shelf) that these jobs hold."""
    if not jobs:
        return {}, {}
    held = Reservation.objects.filter(of_jobs(jobs))
    days = held.filter(stock=None).values_list("machine_day").annotate(Sum("amount"))
    shelves = held.filter(machine_day=None).values_list("stock").annotate(Sum("amount"))
    return dict(days), dict(shelves)


def _with(slots: list[Slot], minutes: dict[int, int]) -> tuple[Slot, ...]:
    if not minutes:
        return tuple(slots)
    return tuple(s.given_back(minutes[s.day_id]) if s.day_id in minutes else s for s in slots)


def _view(
    machine: Machine,
    free: tuple[Slot, ...],
    shelves: dict[int, dict[Shelf, int]],
    expected: dict[int, float],
) -> MachineView:
    profile, factory = KINDS[machine.profile], machine.factory
    work = WORKS[profile.process]
    return MachineView(
        id=machine.pk,
        name=machine.name,
        factory_id=factory.pk,
        factory=factory.name,
        city=factory.city,
        lat=factory.lat,
        lon=factory.lon,
        process=machine.process,
        bed_mm=(
            profile.bed.width_mm - 2 * work.margin_mm,
            profile.bed.depth_mm - 2 * work.margin_mm,
            profile.bed.height_mm,
        ),
        tolerance_mm=machine.tolerance_mm,
        max_hotend_c=getattr(profile.envelope, "max_hotend_c", 0.0),
        accepting=factory.accepting,
        status=machine.status,
        free=free,
        grams=shelves[factory.pk],
        expected_min=expected.get(machine.pk, 0.0),
        holds=holder(profile),
        cannot=judge(profile),
    )
