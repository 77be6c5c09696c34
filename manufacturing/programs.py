"""From a job to a proven program, stored under its own sha256."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from django.conf import settings

from configurator.engine import meshes
from core.errors import NotFound
from core.states import move
from edge.protocol import MachineProfile
from manufacturing.models import Job, Program
from manufacturing.planning.failures import SliceFailed
from manufacturing.planning.filaments import FILAMENTS
from manufacturing.planning.gcode import check_envelope
from manufacturing.planning.plate import PlatePart
from manufacturing.planning.profiles import PROFILES
from manufacturing.planning.slicing import Sliced, slice_plate

log = logging.getLogger("nearmade.planning")

TRANSIENT = frozenset({"not_installed", "timeout", "crashed"})
"""What may go better next time; anything else would fail again in the same way."""


def layer_of(profile: MachineProfile) -> float:
    """The usual layer height (mm) of a machine: the one nearest 0.2."""
    return min(profile.layers_mm, key=lambda layer: abs(layer - 0.2))


def program_for(job: Job, profile: MachineProfile) -> Program | None:
    """A program that was made for this design, kind of machine, material and quantity."""
    return Program.objects.filter(
        design=job.design,
        profile_digest=profile.digest(),
        material=job.wanted.material,
        quantity=job.quantity,
    ).first()


def slice_job(job: Job) -> Sliced:
    """Slice a job for its machine and check every move, without a transaction.

    Raises:
        SliceFailed: the slicer failed, ran too long, or made moves outside the machine.
    """
    assert job.machine is not None, "an accepted job has a machine"
    profile = PROFILES[job.machine.profile]
    parts = tuple(
        PlatePart(part.name, part.mesh.vertices, part.mesh.faces, job.quantity)
        for part in meshes(job.design.family, job.design.version, job.design.params)
    )
    sliced = slice_plate(parts, profile, FILAMENTS[job.wanted.material], layer_mm=layer_of(profile))
    wrong = check_envelope(sliced.facts, profile.envelope)
    if wrong:
        raise SliceFailed(
            "outside_envelope",
            "The program would leave what this machine can reach, so it was not used.",
            detail="; ".join(str(violation) for violation in wrong[:5]),
        )
    return sliced


def keep_program(job: Job, sliced: Sliced) -> Program:
    """Write the file (once, by its hash) and the row that describes it."""
    assert job.machine is not None
    write_program(sliced.sha256, sliced.gcode)
    row, _ = Program.objects.get_or_create(
        design=job.design,
        profile_digest=PROFILES[job.machine.profile].digest(),
        material=job.wanted.material,
        quantity=job.quantity,
        defaults=_facts(sliced),
    )
    return row


def use_program(job_pk: int, program: Program) -> None:
    """Move an accepted job to planned with its program; a job that moved on is left alone."""
    job = Job.objects.get(pk=job_pk)
    if job.status == "accepted":
        move(
            job,
            "planned",
            by="system",
            reason=f"program {program.sha256[:12]}, every move inside the machine",
            program=program,
            seconds_left=program.seconds,
            problem="",
        )


def give_up(job_pk: int, failure: SliceFailed) -> None:
    """No program can be made on this machine: say why; routing looks for another way."""
    job = Job.objects.get(pk=job_pk)
    if job.status == "accepted":
        move(job, "failed", by="system", reason=failure.sentence, problem=failure.sentence[:300])


def path_of(sha256: str) -> Path:
    return Path(settings.PROGRAM_DIR) / sha256[:2] / f"{sha256}.gcode"


def write_program(sha256: str, gcode: bytes) -> Path:
    """Store the bytes under their hash; written aside and renamed, so never half there."""
    path = path_of(sha256)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_suffix(".new")
        temporary.write_bytes(gcode)
        temporary.rename(path)
    return path


def read_stored(sha256: str) -> bytes:
    """The stored bytes.

    Raises:
        NotFound: no program of this hash is kept here.
    """
    try:
        return path_of(sha256).read_bytes()
    except FileNotFoundError as error:
        raise NotFound("There is no such program.", detail=sha256) from error


def _facts(sliced: Sliced) -> dict[str, Any]:
    low, high = sliced.bounds.low, sliced.bounds.high
    return {
        "sha256": sliced.sha256,
        "size_bytes": len(sliced.gcode),
        "seconds": round(sliced.seconds),
        "grams": sliced.grams,
        "layers": sliced.layers,
        "bounds": [[float(v) for v in low], [float(v) for v in high]],
    }
