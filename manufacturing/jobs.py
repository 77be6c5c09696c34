"""The life of a job: created, planned, inspected, handed over, or given up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from core.errors import Conflict, StaleState
from core.locks import together
from core.states import born, move
from manufacturing.models import Inspection, Job
from manufacturing.needs import JobNeed
from manufacturing.processes import WORKS

CANCEL_LATER = Job.AT_MACHINE


@dataclass(frozen=True)
class Destination:
    """Where a part goes, as far as a factory may know."""

    city: str
    country: str
    lat: float
    lon: float


def create_job(
    ref: str,
    need: JobNeed,
    to: Destination,
    due_at: datetime,
    *,
    by: str,
    reason: str = "",
    replaces: Job | None = None,
) -> Job:
    """A new waiting job. One reference has at most one live job (the database says so)."""
    with together():
        job = Job.objects.create(
            status="waiting",
            ref=ref,
            design_id=need.design_key,
            need=need.as_json(),
            to_lat=to.lat,
            to_lon=to.lon,
            region=to.city,
            country=to.country,
            due_at=due_at,
            attempt=replaces.attempt + 1 if replaces else 1,
            replaces=replaces,
        )
        born(job, by=by, reason=reason)
    return job


def inspect(
    job: Job, *, by: User, passed: bool, measured_mm: list[float], note: str = ""
) -> Inspection:
    """Write down what a person measured, and pass or scrap the part.

    Raises:
        Conflict: the job is not a made part waiting for inspection.
    """
    if job.status != "made":
        raise Conflict("This part is not waiting for an inspection (any more).")
    if not passed and not note:
        raise Conflict("Please say what is wrong with the part, so that the next one is better.")
    if passed and not note and (off := out_of_tolerance(job.wanted, measured_mm)):
        raise Conflict(f"{off} If the part is good all the same, please say why in the note.")
    with transaction.atomic():
        row = Inspection.objects.create(
            job=job, by=by, passed=passed, measured_mm=measured_mm, note=note[:300]
        )
        move(job, "passed" if passed else "scrapped", by=by.username, reason=note)
    return row


def out_of_tolerance(need: JobNeed, measured_mm: list[float]) -> str:
    """What is wrong with the measures, in words; "" when each axis is within tolerance.

    >>> need = JobNeed("k", "f", "fdm", "pla", "c", 1, (10.0, 20.0, 30.0), 1, 1, 0.2)
    >>> out_of_tolerance(need, [10.1, 19.9, 30.0])
    ''
    >>> out_of_tolerance(need, [10.0, 20.5, 30.0])
    'y is 20.5 mm, nominal 20 ±0.2 mm.'
    """
    for axis, is_mm, should_mm in zip("xyz", measured_mm, need.inspected_mm, strict=True):
        if abs(is_mm - should_mm) > need.tolerance_mm + 1e-9:
            return (
                f"{axis} is {is_mm:g} mm, nominal {round(should_mm, 2):g} "
                f"±{need.tolerance_mm:g} mm."
            )
    return ""


def hand_over(job: Job, *, by: str) -> None:
    """The parcel has left the workshop."""
    if job.status != "passed":
        raise Conflict("Only a part that passed its inspection can be handed over.")
    move(job, "handed_over", by=by, reason="given to the carrier")


def ask_to_cancel(job: Job, *, by: str, reason: str) -> bool:
    """Cancel a job: at once before it is at a machine, else by asking the node to stop.

    Returns whether it is cancelled now.

    Raises:
        Conflict: the part is made already.
    """
    if job.status in Job.BEFORE_MACHINE:
        move(job, "cancelled", by=by, reason=reason, problem=reason[:300])
        return True
    if job.status in CANCEL_LATER:
        at_machine = Job.objects.filter(pk=job.pk, status__in=CANCEL_LATER)
        if at_machine.update(cancel_reason=reason[:200] or "cancelled"):
            return False
        raise StaleState("This job has changed in the meantime. Please look again.")
    raise Conflict("This part is already made, so it cannot be cancelled.")


def stop_and_remake(job: Job, *, by: str, reason: str) -> None:
    """Stop a job that is at its machine; when the node confirms, it is made somewhere else.

    Raises:
        Conflict: the job is not at a machine (any more).
    """
    if job.status not in CANCEL_LATER:
        raise Conflict("This job is not at a machine (any more), so there is nothing to stop.")
    with transaction.atomic():
        ask_to_cancel(job, by=by, reason=reason)
        Job.objects.filter(pk=job.pk).update(remake=True)


def take_back(job: Job, *, by: str, reason: str) -> None:
    """A job that was not started waits for another machine; nothing has been made of it.

    Raises:
        Conflict: it is not accepted or planned (any more).
    """
    if job.status not in ("accepted", "planned"):
        raise Conflict("This job has begun or has ended, so it cannot be given back any more.")
    move(
        job,
        "waiting",
        by=by,
        reason=reason,
        factory=None,
        machine=None,
        program=None,
        node=None,
        lease_until=None,
        seconds_left=None,
        payout_cents=0,
        problem="",
    )


def made_by_hand(job: Job, *, by: str) -> None:
    """The workshop has made it with a program of its own, where none is written here.

    Raises:
        Conflict: its process has programs, or it is not accepted (any more).
    """
    if not WORKS[job.wanted.process].by_hand:
        raise Conflict("This is made by the program that is written here; it starts by itself.")
    if job.status != "accepted":
        raise Conflict("This job has moved on in the meantime. Please look again.")
    reason = "made with the workshop's own program"
    with transaction.atomic():
        move(job, "running", by=by, reason=reason, problem="")
        move(job, "made", by=by, reason=reason, percent=100, seconds_left=0)


def declare_lost(job: Job, *, by: str, reason: str) -> None:
    """Staff say that nobody will hear any more what became of a job at a machine.

    Its node is still told to stop it, should it come back.

    Raises:
        Conflict: the job is not at a machine (any more).
    """
    if job.status not in Job.AT_MACHINE:
        raise Conflict("This job is not at a machine (any more), so it is not lost there.")
    said = f"given up as lost: {reason}"
    move(job, "failed", by=by, reason=said, problem=said[:300])
