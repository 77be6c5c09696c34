"""Jobs that wait for a machine which does not come back go to another by themselves.

A job that a machine may have begun is left where it is: only its node, or a person, can say what
became of it (docs/decisions/003-job-stays.md). It is put before people instead.
"""

from __future__ import annotations

import datetime as dt
import logging

from django.conf import settings
from django.db.models import Max

from core.errors import Conflict
from core.models import Transition
from core.states import Stateful
from manufacturing.models import Job, Machine, NodeSeen
from manufacturing.reports import TRIES, refusals_in_a_row
from routing.asked import AWAY
from routing.matching import can_go_elsewhere
from routing.offers import not_begun, take_back

log = logging.getLogger("nearmade.routing")

NOT_STARTED = ("accepted", "planned")
WHY = {
    "offline": "has been silent for too long",
    "error": "has a fault",
    "maintenance": "is in service",
    "retired": "is out of service for good",
}
NOWHERE = "and no other workshop can take this yet."
SILENT = (
    "Its machine has been silent for long. Only somebody who looks at it can say what became of "
    "this part."
)

TO_CLEAR = (
    "Its machine has waited for long for a plate to be cleared. Somebody must take off what lies "
    "there and press 'Plate is clear' on the Machines page."
)
FOREIGN = (
    "Its machine has been at work for long on something that is not a job of ours. This starts by "
    "itself when the machine is free; the workshop can also give it back."
)


def move_on(now: dt.datetime) -> int:
    """Look at every job whose machine is away. Returns how many went on to another."""
    _point_out(now)
    _point_out_waiting(now)
    rows = Job.objects.filter(status__in=NOT_STARTED, machine__status__in=AWAY)
    late = [job for job in rows.select_related("machine__factory") if _is_late(job, now)]
    gone = [job for job in late if _is_gone(job)]  # they go on, whether another is there or not
    stay = [job for job in late if not _is_gone(job)]
    if not _anybody_heard(now):
        stay = []  # then it is the hub that was away, or its network, not this one machine
    refused = _refused_often()
    can = can_go_elsewhere([*stay, *refused], now) if stay or refused else set()
    for job in stay:
        if job.uid not in can:
            _say_nowhere(job)
    moved = sum(_move(job) for job in gone + [job for job in stay if job.uid in can])
    return moved + sum(_move_unbegun(job) for job in refused if job.uid in can)


def _refused_often() -> list[Job]:
    """Planned jobs that their machine refuses to begin, again and again for one reason."""
    rows = Job.objects.filter(status="planned", lease_until__isnull=False, machine__isnull=False)
    rows = rows.exclude(machine__status__in=AWAY).select_related("machine")
    return [job for job in rows if refusals_in_a_row(job) >= TRIES]


def _move_unbegun(job: Job) -> bool:
    assert job.machine is not None
    why = f"{job.machine.name} would not begin it: {job.problem}"
    try:
        not_begun(job, job.machine, by="system", reason=why[:300])
    except Conflict:
        log.info("job %s moved on by itself", job.uid)
        return False
    return True


def _is_gone(job: Job) -> bool:
    """Its machine is out of service for good."""
    assert job.machine is not None
    return job.machine.status == "retired"


def _anybody_heard(now: dt.datetime) -> bool:
    return NodeSeen.objects.filter(at__gte=now - patience()).exists()


def _is_late(job: Job, now: dt.datetime) -> bool:
    """Whether patience with the machine is at its end; a retired one does not come back."""
    assert job.machine is not None
    if _is_gone(job):
        return True
    since = max(filter(None, (_last(job.machine), _last(job, "accepted"))), default=None)
    return _is_old(since, now)


def patience() -> dt.timedelta:
    return dt.timedelta(minutes=settings.JOB_PATIENCE_MINUTES)


def _last(thing: Stateful, status: str = "") -> dt.datetime | None:
    """When it got the status it has, or the one that is named, for the last time."""
    rows: dict[str, dt.datetime | None] = Transition.objects.filter(
        object_type=thing.label, object_id=str(thing.pk), new=status or thing.status
    ).aggregate(at=Max("at"))
    return rows["at"]


def _move(job: Job) -> bool:
    assert job.machine is not None
    try:
        take_back(job, job.machine, by="system", reason=_why(job))
    except Conflict:
        log.info("job %s moved on by itself", job.uid)
        return False
    return True


def _say_nowhere(job: Job) -> None:
    """Here it starts by itself when the machine is back; waiting, it would have to be asked for."""
    rows = Job.objects.filter(pk=job.pk, status=job.status, machine=job.machine)
    rows.update(problem=f"{_why(job)}, {NOWHERE}"[:300])


def _why(job: Job) -> str:
    assert job.machine is not None
    return f"{job.machine.name} {WHY[job.machine.status]}"


def _point_out(now: dt.datetime) -> None:
    """Say on jobs that may be at work on a silent machine that a person must look."""
    at_it = Job.objects.filter(status__in=Job.AT_MACHINE)
    at_it.filter(problem=SILENT).exclude(machine__status="offline").update(problem="")
    rows = at_it.filter(machine__status="offline", problem="").select_related("machine")
    silent = [job.pk for job in rows if job.machine and _is_old(_last(job.machine), now)]
    at_it.filter(pk__in=silent, problem="").update(problem=SILENT)


def _point_out_waiting(now: dt.datetime) -> None:
    """Say on jobs that were not started what their machine has been waiting for, while it does."""
    jobs = Job.objects.filter(status__in=NOT_STARTED)
    jobs.filter(problem__endswith=NOWHERE).exclude(machine__status__in=AWAY).update(problem="")
    waiting: dict[str, list[int]] = {TO_CLEAR: [], FOREIGN: []}
    held = Machine.objects.filter(status__in=("needs_clearing", "busy", "paused"))
    with_jobs = held.filter(pk__in=jobs.values("machine"))
    # The plate of a machine that is at a job of ours is nobody's fault.
    for machine in with_jobs.exclude(jobs__status__in=Job.AT_MACHINE):
        if _is_old(_last(machine), now):
            waiting[TO_CLEAR if machine.status == "needs_clearing" else FOREIGN].append(machine.pk)
    for sentence, machines in waiting.items():
        jobs.filter(problem=sentence).exclude(machine__in=machines).update(problem="")
        jobs.filter(problem="", machine__in=machines).update(problem=sentence)


def _is_old(since: dt.datetime | None, now: dt.datetime) -> bool:
    return since is not None and now - since >= patience()
