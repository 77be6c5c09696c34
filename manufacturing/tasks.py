"""Work that manufacturing must do. Handlers are thin: the functions beside them do it."""

from __future__ import annotations

from django.utils import timezone

from core.states import on_move
from core.work import Claim, Effect, Later, handles
from manufacturing import capacity, machines, programs
from manufacturing.models import Job, Machine
from manufacturing.planning.failures import SliceFailed
from manufacturing.planning.kinds import KINDS
from manufacturing.program_files import ProgramNotNow


@handles("manufacturing.plan", queue="slicing", limit_s=300)
def plan(claim: Claim) -> Effect | None:
    """Make or find the program of an accepted job; slow, repeatable, no transaction."""
    job = Job.objects.select_related("design", "machine").get(pk=claim.payload["id"])
    if job.status != "accepted" or job.machine is None:
        return None
    try:
        known = programs.program_for(job, KINDS[job.machine.profile])
        unshared = known is None and programs.is_unshared(job, KINDS[job.machine.profile])
    except ProgramNotNow as fault:
        _wait(job, fault.sentence)
        raise Later(60, fault.sentence) from fault
    if known is not None:
        return lambda: programs.use_program(job.pk, known)
    if unshared:
        _wait(job, programs.NOT_SHARED)
        raise Later(60, "the folder of programs is not shared")
    try:
        sliced = programs.slice_job(job)
    except SliceFailed as failure:
        return _after(job, failure, claim)
    return lambda: programs.use_program(job.pk, programs.keep_program(job, sliced))


def _wait(job: Job, sentence: str) -> None:
    """Say on the job what it waits for; a person must mend the set-up."""
    Job.objects.filter(pk=job.pk, status="accepted").update(problem=sentence[:300])


def _after(job: Job, failure: SliceFailed, claim: Claim) -> Effect:
    if failure.code == "not_installed":
        _wait(job, failure.sentence)
        raise Later(60, failure.detail)
    if failure.code == "no_planner":
        _wait(job, failure.sentence)
        raise Later(3600, "no tool paths are written for this process yet")
    if failure.code in programs.TRANSIENT and claim.attempt < 3:
        raise failure
    return lambda: programs.give_up(job, failure)


@handles("manufacturing.settle_capacity")
def settle(claim: Claim) -> Effect:
    return lambda: capacity.settle(Job.objects.get(pk=claim.payload["id"]))


@handles("manufacturing.silence", every_s=15)
def silence(claim: Claim) -> Effect:
    return lambda: machines.mark_silent(timezone.now())


@handles("manufacturing.open_days", every_s=3600)
def open_days(claim: Claim) -> Effect:
    """New days, and those whose machine changed in a way that nobody told us of."""

    def effect() -> None:
        capacity.ensure_days(timezone.now())
        capacity.follow_machines(timezone.now())

    return effect


@handles("manufacturing.machine_stopped")
def machine_stopped(claim: Claim) -> Effect:
    rows = Machine.objects.filter(pk=claim.payload["id"])
    return lambda: capacity.follow_machines(timezone.now(), rows)


on_move("manufacturing.job", "accepted", kind="manufacturing.plan")
for _status in capacity.NOT_IN_PRODUCTION:
    on_move("manufacturing.machine", _status, kind="manufacturing.machine_stopped")
for _end in ("passed", "scrapped", "failed", "cancelled"):
    on_move("manufacturing.job", _end, kind="manufacturing.settle_capacity")
