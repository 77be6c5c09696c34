"""From a job to a proven program, stored under its own sha256."""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from configurator.dfm.watertight import confirmed
from configurator.engine import meshes
from configurator.products.base import Part
from core.errors import Conflict
from core.states import move
from edge.protocol import MachineProfile
from manufacturing.models import Job, Program
from manufacturing.needs import JobNeed
from manufacturing.planning.failures import SliceFailed
from manufacturing.planning.gcode import check_envelope
from manufacturing.planning.kinds import KINDS
from manufacturing.planning.laser import CutPlan
from manufacturing.planning.slicing import Sliced
from manufacturing.processes import WORKS
from manufacturing.program_files import ProgramNotNow, fault_of, is_there, write_program

log = logging.getLogger("nearmade.planning")

TRANSIENT = frozenset({"not_installed", "timeout", "crashed"})
"""What may go better next time; anything else would fail again in the same way."""


UNSHARED_FOR = dt.timedelta(minutes=5)
"""How long a program that is lost elsewhere but there here is not simply made anew."""
NOT_SHARED = (
    "The program is made, but the web server does not find it. Web and worker must share one "
    "folder of programs (PROGRAM_DIR, see docs/operations.md)."
)


def program_for(job: Job, profile: MachineProfile) -> Program | None:
    """A program that was made for this design, its parts, kind of machine, material and quantity.

    Its file is read: one that is missing or changed is never used again.
    """
    row = _made_for(job, profile).filter(lost_at=None).first()
    if row is not None and (why := fault_of(row)):
        mark_lost(row, why)
        return None
    return row


def is_unshared(job: Job, profile: MachineProfile) -> bool:
    """Whether somebody else has just missed a file that is there for us: two folders, not one."""
    just_lost = _made_for(job, profile).filter(lost_at__gt=timezone.now() - UNSHARED_FOR)
    return any(not fault_of(row) for row in just_lost)


def mark_lost(program: Program, why: str) -> None:
    """This program is not used any more; the next job that needs it makes another."""
    if Program.objects.filter(pk=program.pk, lost_at=None).update(lost_at=timezone.now()):
        log.error("program %s is lost: %s", program.sha256, why)


def is_ready(job: Job) -> bool:
    """Whether a planned job's program can be given out. One that is lost is planned again.

    While its folder cannot be read the job waits and says so.
    """
    program = job.program
    assert program is not None, "a planned job has a program"
    try:
        if program.lost_at is None and is_there(program):
            return True
    except ProgramNotNow as fault:
        log.error("program %s: %s", program.sha256, fault.sentence)
        Job.objects.filter(pk=job.pk, status="planned").update(problem=fault.sentence[:300])
        return False
    mark_lost(program, "its file is not there whole")
    plan_again(job, "its file is not there whole")
    return False


def plan_again(job: Job, why: str) -> None:
    """A job whose program is lost goes back one step and gets another."""
    with transaction.atomic():
        if job.status == "leased":
            move(job, "planned", by="system", reason=f"its program is lost: {why}")
        reason = f"its program is made again: {why}"
        cleared = {"program": None, "seconds_left": None, "lease_until": None}
        move(job, "accepted", by="system", reason=reason, **cleared)


def _made_for(job: Job, profile: MachineProfile) -> QuerySet[Program]:
    return Program.objects.filter(
        design=job.design,
        profile_digest=profile.digest(),
        material=job.wanted.material,
        parts=_names(job),
        quantity=job.quantity,
    )


def _names(job: Job) -> str:
    """The names of the parts that a job makes, as its program is kept under; "": all."""
    return "\n".join(sorted(job.wanted.parts))


def _parts(job: Job, need: JobNeed) -> list[Part]:
    """The parts of the design that this job makes, each a solid for trimesh as well."""
    try:
        every = meshes(job.design.family, job.design.version, job.design.params)
    except Conflict as redrawn:
        raise SliceFailed(
            "redrawn",
            "This product has been redrawn since the part was ordered, so no program can be made "
            "of what the customer saw. Agree on today's drawing with them, or refund the order.",
            detail=redrawn.detail,
        ) from redrawn
    parts = [part for part in every if not need.parts or part.name in need.parts]
    for part in parts:
        if not confirmed(part):
            raise SliceFailed(
                "not_solid",
                "A part of this design is not a closed solid, so no program was made of it.",
                detail=f"{job.design.key}: trimesh refuses {part.name}",
            )
    return parts


def slice_job(job: Job) -> Sliced | CutPlan:
    """Plan a job for its machine and check every move, without a transaction.

    Raises:
        SliceFailed: the slicer failed, ran too long, or made moves outside the machine.
    """
    assert job.machine is not None, "an accepted job has a machine"
    profile = KINDS[job.machine.profile]
    need = job.wanted
    work = WORKS[profile.process]
    sliced = work.plan(_parts(job, need), need, profile)
    wrong = check_envelope(sliced.facts, profile.envelope)
    if wrong:
        raise SliceFailed(
            "outside_envelope",
            "The program would leave what this machine can reach, so it was not used.",
            detail="; ".join(str(violation) for violation in wrong[:5]),
        )
    return sliced


def keep_program(job: Job, sliced: Sliced | CutPlan) -> Program:
    """Write the file (once, by its hash) and the row that describes it."""
    assert job.machine is not None
    write_program(sliced.sha256, sliced.gcode)
    row, _ = Program.objects.get_or_create(
        design=job.design,
        profile_digest=KINDS[job.machine.profile].digest(),
        material=job.wanted.material,
        parts=_names(job),
        quantity=job.quantity,
        lost_at=None,
        defaults=_facts(sliced),
    )
    return row


def use_program(job_pk: int, program: Program) -> None:
    """Move an accepted job to planned with its program; a job that moved on is left alone.

    It may have been given to another kind of machine while this one's program was made.
    """
    job = Job.objects.select_related("machine").get(pk=job_pk)
    machine = job.machine
    fits = machine and KINDS[machine.profile].digest() == program.profile_digest
    if job.status == "accepted" and fits:
        move(
            job,
            "planned",
            by="system",
            reason=f"program {program.sha256[:12]}, every move inside the machine",
            program=program,
            seconds_left=program.seconds,
            problem="",
        )


def give_up(asked: Job, failure: SliceFailed) -> None:
    """No program can be made on this machine: say why; routing looks for another way."""
    job = Job.objects.get(pk=asked.pk)
    if job.status == "accepted" and job.machine_id == asked.machine_id:
        move(job, "failed", by="system", reason=failure.sentence, problem=failure.sentence[:300])


def _facts(sliced: Sliced | CutPlan) -> dict[str, Any]:
    low, high = sliced.bounds.low, sliced.bounds.high
    return {
        "sha256": sliced.sha256,
        "size_bytes": len(sliced.gcode),
        "seconds": round(sliced.seconds),
        "grams": sliced.grams,
        "layers": sliced.layers,
        "bounds": [[float(v) for v in low], [float(v) for v in high]],
    }
