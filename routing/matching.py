"""From waiting jobs to open offers: snapshot, match, write down why, ask."""

from __future__ import annotations

import datetime as dt
import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from itertools import product

from django.conf import settings
from django.db import transaction

from configurator.materials import material
from core.errors import NoCapacity, StaleState
from core.locks import locked
from core.models import Transition
from core.states import born, move
from core.units import duration
from manufacturing.capacity import HORIZON_DAYS
from manufacturing.models import Job, Machine
from manufacturing.payouts import payout_cents
from routing.asked import AWAY, asked
from routing.candidates import Candidate, MachineView, candidates
from routing.matcher import Option, Plan, Task, match
from routing.models import Decision, Offer
from routing.services import reserve_on
from routing.snapshot import machine_views

log = logging.getLogger("nearmade.routing")

DEFER_CENTS = 100_000.0
"""Putting a paid job off costs more than any distance, so it happens only when nothing fits."""

FAR_KM = 100.0
"""Beyond it even the nearest is not near: the distance is said, and nobody is called nearest."""

SETTLED = dt.timedelta(minutes=2)
"""So long a machine must be heard of before a job leaves another one for it."""


def match_waiting(now: dt.datetime) -> int:
    """Match all waiting jobs at once and make the offers. Returns how many were made."""
    jobs = list(Job.objects.filter(status="waiting").select_related("design"))
    if not jobs:
        return 0
    views = machine_views(now, own=jobs)
    lists = {job.uid: _candidates(job, views, now) for job in jobs}
    tasks = [_task(job, lists[job.uid]) for job in jobs]
    plan = match(tasks, _capacities(views))
    made, left = 0, jobs
    # One job may want minutes that another still holds: once that one has moved, it can.
    for _ in range(3):
        again = [job for job in left if not _ask(job, lists[job.uid], plan, len(jobs), now)]
        made += len(left) - len(again)
        if not again or len(again) == len(left):
            break
        left = again
    return made


def _candidates(job: Job, views: list[MachineView], now: dt.datetime) -> list[Candidate]:
    """By its due day if anybody can; else later, for late is better than never.

    Who was silent is asked again only when nobody else can, on time or late.
    """
    said = asked(job)
    horizon = now.date() + dt.timedelta(days=HORIZON_DAYS - 1)
    due = min(max(job.due_at.date(), now.date()), horizon)
    rows: list[Candidate] = []
    for forgiven, last in product(said.rounds, (due, horizon)):
        rows = candidates(
            job.wanted,
            (job.to_lat, job.to_lon),
            last,
            views,
            now.date(),
            declined=said.declined,
            silent=said.silent(forgiven),
            failed_on=said.failed_on,
            left=said.left,
            unwilling=said.unwilling,
        )
        if rows and rows[0].able:
            break
    return rows


def can_go_elsewhere(jobs: Sequence[Job], now: dt.datetime) -> set[str]:
    """Which of these accepted or planned jobs other machines could make, all at once: their uids.

    Only machines count that are heard of, and not just since a moment ago: after an outage of
    the hub all come back within seconds of each other.
    """
    back = just_back(now)
    views = [v for v in machine_views(now, own=jobs) if v.status not in AWAY and v.id not in back]
    if not views:
        return set()
    tasks = []
    for job in jobs:
        others = [view for view in views if view.id != job.machine_id]
        tasks.append(_task(job, _candidates(job, others, now)))
    chosen = match(tasks, _capacities(views)).chosen
    return {uid for uid, option in chosen.items() if option is not None}


def just_back(now: dt.datetime) -> set[int]:
    """Machines that were silent until a moment ago."""
    rows = Transition.objects.filter(
        object_type="manufacturing.machine", old="offline", at__gte=now - SETTLED
    )
    return {int(pk) for pk in rows.values_list("object_id", flat=True)}


def _task(job: Job, rows: list[Candidate]) -> Task:
    need = job.wanted
    options = tuple(
        Option(
            str(row.machine_id),
            row.cost_cents,
            (
                (f"minutes {row.machine_id}", float(need.minutes)),
                (f"grams {row.factory_id} {need.shelf}", float(need.grams)),
            ),
        )
        for row in rows
        if row.able
    )
    return Task(job.uid, options, DEFER_CENTS)


def _capacities(views: list[MachineView]) -> dict[str, float]:
    found: dict[str, float] = defaultdict(float)
    for view in views:
        found[f"minutes {view.id}"] = float(sum(slot.free_min for slot in view.free))
        for shelf, grams in view.grams.items():
            found[f"grams {view.factory_id} {shelf}"] = float(grams)
    return found


def _ask(job: Job, rows: list[Candidate], plan: Plan, batch: int, now: dt.datetime) -> bool:
    """Write the decision and make the offer. False: try again, the minutes are not free yet."""
    option = plan.chosen[job.uid]
    if option is None:
        _nobody(job, rows, plan, batch)
        return True
    chosen = next(row for row in rows if str(row.machine_id) == option.name)
    try:
        with transaction.atomic():
            machine = Machine.objects.select_related("factory").get(pk=chosen.machine_id)
            if locked(Job.objects.filter(pk=job.pk)).get().status != "waiting":
                raise StaleState("This job has moved on.")
            reserve_on(job, machine, now)
            _offer(job, machine, chosen, _why(chosen, rows), now)
            _write_down(job, rows, plan, batch, machine, f"{chosen.factory}, {chosen.machine}")
    except NoCapacity:
        return False
    except StaleState:
        log.info("job %s moved on while it was matched", job.uid)
    return True


def _offer(job: Job, machine: Machine, chosen: Candidate, why: str, now: dt.datetime) -> None:
    need = job.wanted
    per_kg = material(need.material).cents_per_kg(need.thickness_mm)
    payout = payout_cents(need.minutes, need.grams, per_kg, need.process)
    # First: of two matchers at work at once, one stops here and leaves nothing behind.
    move(
        job,
        "offered",
        by="matcher",
        reason=f"{chosen.factory}: {why}",
        factory=machine.factory,
        machine=machine,
        payout_cents=payout,
        problem="",
    )
    offer = Offer.objects.create(
        status="open",
        job=job,
        factory=machine.factory,
        machine=machine,
        km=chosen.km,
        payout_cents=payout,
        why=why[:200],
        expires_at=now + dt.timedelta(minutes=settings.OFFER_MINUTES),
    )
    born(offer, by="matcher", reason=why)


def _nobody(job: Job, rows: list[Candidate], plan: Plan, batch: int) -> None:
    """No machine can: say so once on the job; the next run tries again."""
    nearest = rows[0].why_not if rows else "there is no machine"
    problem = f"No workshop can take this yet; the nearest one {nearest}."[:300]
    if job.problem != problem:
        Job.objects.filter(pk=job.pk, status="waiting").update(problem=problem)
        _write_down(job, rows, plan, batch, None, "put off: " + nearest)


def _why(chosen: Candidate, rows: list[Candidate]) -> str:
    """Why this one, in a factory owner's words."""
    able = [row for row in rows if row.able]
    others = len({row.factory_id for row in able})
    if others == 1:
        return f"the only workshop of {len({r.factory_id for r in rows})} that can"
    nearer = [row for row in able if row.km < chosen.km - 0.5]
    if not nearer and chosen.km > FAR_KM:
        return f"{chosen.km:.0f} km away; of {others} that can none is nearer"
    if not nearer:
        return f"nearest of {others} that can, {chosen.km:g} km away"
    return f"free first: {len(nearer)} nearer ones are busy or expect work of their own"


def _write_down(
    job: Job,
    rows: list[Candidate],
    plan: Plan,
    batch: int,
    machine: Machine | None,
    outcome: str,
) -> None:
    need = job.wanted
    Decision.objects.create(
        job=job,
        inputs={
            "need": need.as_json(),
            "to": [job.to_lat, job.to_lon],
            "due": job.due_at.isoformat(),
            "time": duration(need.minutes * 60),
            "prices": {k: round(v, 4) for k, v in plan.prices.items() if v > 0},
        },
        candidates=[_as_json(row) for row in rows],
        outcome=outcome[:200],
        machine=machine,
        batch=batch,
        bound_cents=plan.bound_cents,
        cost_cents=plan.cost_cents,
    )


def _as_json(row: Candidate) -> dict[str, object]:
    data = asdict(row)
    data["ready"] = row.ready.isoformat() if row.ready else None
    return data
