"""The conversation with a node: take its news, answer with commands.

The node is the arbiter of what its machines did: it never starts a job twice. So a leased job
is offered again and again until the node answers, under a new epoch when the old manifest ran
out; it is never given to another machine while the node might have begun it.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Iterable, Iterator

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone

from core.errors import StaleState
from core.locks import locked
from core.signing import hub_private_key
from core.states import move
from edge.protocol import (
    Cancel,
    Clear,
    Command,
    MachineStatus,
    Manifest,
    PollReply,
    PollRequest,
    Start,
    sign_manifest,
)
from manufacturing.machines import HELD_BY_PEOPLE, follow, note_seen
from manufacturing.models import Job, Machine, Node, NodeSeen
from manufacturing.nodes import can_sign_for, drives
from manufacturing.processes import WORKS
from manufacturing.programs import is_ready
from manufacturing.reports import take_reports

log = logging.getLogger("nearmade.dispatch")

MANIFEST_LIFE = dt.timedelta(minutes=10)
POLL_BUSY_S, POLL_IDLE_S, POLL_SOON_S = 1.0, 2.0, 0.05
HOLD_S, LOOK_S = 1.0, 0.03
"""How long an answer may wait for a program that is being made, and how often we look for it."""
HURRY_UP_TO = 8
"""Machines whose program is being made at the same time."""
HURRY_FOR = dt.timedelta(minutes=3)
"""After the yes to a job, so long as nothing is in the way of its program."""


def poll_held(node: Node, request: PollRequest) -> PollReply | None:
    """Like ``poll``; while a program for the node is being made, the answer waits for it.

    Many quick polls instead would take the processor from the slicer they wait for. At most
    ``HURRY_UP_TO`` requests wait at the same time.
    """
    reply = poll(node, request)
    if reply is None or reply.soon_s is None or request.reports:
        return reply
    until = time.monotonic() + HOLD_S
    planned = Job.objects.filter(machine__node=node, status="planned", machine__status="idle")
    while time.monotonic() < until:
        time.sleep(LOOK_S)
        if planned.exists():
            return poll(node, request)
    return reply


def poll(node: Node, request: PollRequest) -> PollReply | None:
    """Take statuses and reports of a node and answer with what it should do.

    Returns None when there is nothing to say (204).
    """
    now = timezone.now()
    acks = take_reports(node, request.reports)
    machines = {m.uid: m for m in node.factory.machines.exclude(status="retired")}
    known = [s for s in request.statuses if s.machine in machines]
    statuses = [s for s in known if drives(node, machines[s.machine], s)]
    for status in statuses:
        machine = machines[status.machine]
        note_seen(machine, status, now)
        try:
            follow(machine, status, by=f"node:{node.uid}")
        except StaleState:
            log.info("machine %s was moved by somebody else just now", machine.uid)
    _seen(node, request, now)
    mine = {uid: machine for uid, machine in machines.items() if machine.node_id == node.pk}
    commands = tuple(_commands(node, mine, statuses, now))
    soon_s = None if commands else _soon(mine.values(), now)
    if not commands and not request.reports and soon_s is None:
        return None
    pace_s = POLL_BUSY_S if commands else POLL_IDLE_S
    return PollReply(acks=acks, commands=commands, poll_after_s=pace_s, soon_s=soon_s)


def _soon(machines: Iterable[Machine], now: dt.datetime) -> float | None:
    """Ask again soon when a program for one of these machines is being made right now.

    Where many are being made, slicing is what takes the time, and hurry would only load the hub;
    where one is not made within minutes, something is in its way, and hurry does not help.
    """
    rows = Job.objects.filter(status="accepted", problem="")
    mine = rows.filter(machine__in=[machine.pk for machine in machines])
    if not any(_since_accepted(job, now) < HURRY_FOR for job in mine[: HURRY_UP_TO + 1]):
        return None
    planning = set(rows.values_list("machine_id", flat=True)[: HURRY_UP_TO + 1])
    return POLL_SOON_S if len(planning) <= HURRY_UP_TO else None


def _since_accepted(job: Job, now: dt.datetime) -> dt.timedelta:
    at = job.history().filter(new="accepted").aggregate(at=Max("at"))["at"]
    return now - (at or job.created_at)


def _seen(node: Node, request: PollRequest, now: dt.datetime) -> None:
    """Rewrite the hot row, at most every few seconds: a poll should cost no write lock."""
    seen, new = NodeSeen.objects.get_or_create(
        node=node, defaults={"at": now, "version": request.agent}
    )
    if not new and now - seen.at > dt.timedelta(seconds=5):
        NodeSeen.objects.filter(pk=seen.pk).update(at=now, version=request.agent)


def _commands(
    node: Node, machines: dict[str, Machine], statuses: Iterable[MachineStatus], now: dt.datetime
) -> Iterator[Command]:
    """What the node should do with the machines that are its own."""
    ids = [machine.pk for machine in machines.values()]
    jobs = Job.objects.filter(machine__in=ids, status__in=Job.AT_MACHINE | {"planned"})
    by_machine: dict[int | None, list[Job]] = {}
    for job in jobs.select_related("program", "machine").order_by("due_at", "pk"):
        by_machine.setdefault(job.machine_id, []).append(job)
    for status in statuses:
        if machine := machines.get(status.machine):
            yield from _for_machine(node, machine, status, by_machine.get(machine.pk, []), now)


def _for_machine(
    node: Node, machine: Machine, status: MachineStatus, jobs: list[Job], now: dt.datetime
) -> Iterator[Command]:
    if machine.clear_number > status.clear_number:
        job = machine.clear_job or None
        yield Clear(machine=machine.uid, number=machine.clear_number, job=job)
    on_it = next((job for job in jobs if job.status in Job.AT_MACHINE), None)
    if on_it is not None and _is_told_of(node, on_it, status):
        yield from _about(node, on_it, machine, now)
    elif on_it is None and machine.status == status.state == "idle":
        yield from (_start(job, machine) for job in _lease_next(node, machine, jobs, now))
    yield from _strangers(machine, status, on_it)


def _about(node: Node, job: Job, machine: Machine, now: dt.datetime) -> Iterator[Command]:
    """What is still to be said of the job that is at a machine."""
    if job.cancel_reason:
        yield Cancel(machine=machine.uid, job=job.uid, reason=job.cancel_reason)
        return
    # A machine that people hold (a fault, a service) is told nothing that could move it.
    may_move = job.status == "leased" and machine.status not in HELD_BY_PEOPLE
    if may_move and can_sign_for(node, job):
        yield _start(_renewed(job, now), machine)


def _is_told_of(node: Node, job: Job, status: MachineStatus) -> bool:
    """Whether this node may be asked about a job: it got the lease, or has it at its machine.

    Another node would answer that it never began the job, although the first may be making it.
    """
    return job.node_id in (None, node.pk) or status.job == job.uid


def _strangers(machine: Machine, status: MachineStatus, on_it: Job | None) -> Iterator[Command]:
    """The machine works on a job that was given up here: it must stop."""
    if status.job and (on_it is None or status.job != on_it.uid):
        given_up = Job.objects.filter(
            uid=status.job, machine=machine, status__in=("cancelled", "failed")
        )
        if given_up.exists():
            yield Cancel(machine=machine.uid, job=status.job, reason="given up by the hub")


def _lease_next(node: Node, machine: Machine, jobs: list[Job], now: dt.datetime) -> list[Job]:
    """Move the most urgent planned job of an idle machine to leased; empty where none waits."""
    if not jobs:
        return []
    with transaction.atomic():
        held = locked(Machine.objects.filter(pk=machine.pk)).get()
        at_work = held.jobs.filter(status__in=Job.AT_MACHINE).exists()
        if held.status != "idle" or held.node_id != node.pk or at_work:
            return []
        # After a refusal ``lease_until`` says when it may be offered again.
        rested = Q(lease_until=None) | Q(lease_until__lte=now)
        waiting = Job.objects.filter(rested, machine=machine, status="planned")
        job = waiting.select_related("program", "machine").order_by("due_at", "pk").first()
        if job is None or not is_ready(job) or not can_sign_for(node, job):
            return []
        move(
            job,
            "leased",
            by="system",
            reason=f"to {machine.name}",
            epoch=job.epoch + 1,
            lease_until=now + MANIFEST_LIFE,
            node=node,
            problem="",
        )
        return [job]


def _renewed(job: Job, now: dt.datetime) -> Job:
    """A manifest that ran out unanswered is written anew; the node still starts it once."""
    if job.lease_until is not None and job.lease_until < now + MANIFEST_LIFE / 10:
        fields = {"epoch": job.epoch + 1, "lease_until": now + MANIFEST_LIFE}
        if Job.objects.filter(pk=job.pk, status="leased", epoch=job.epoch).update(**fields):
            job.epoch, job.lease_until = job.epoch + 1, now + MANIFEST_LIFE
    return job


def _start(job: Job, machine: Machine) -> Start:
    program = job.program
    assert program is not None, "a leased job has a program"
    assert job.lease_until is not None, "a leased job has a lease"
    need = job.wanted
    hotend_c, bed_c = WORKS[need.process].caps_c(need.material)
    manifest = Manifest(
        job=job.uid,
        epoch=job.epoch,
        machine=machine.uid,
        profile_digest=program.profile_digest,
        sha256=program.sha256,
        size_bytes=program.size_bytes,
        seconds=program.seconds,
        grams=program.grams,
        material=need.material,
        hotend_c=hotend_c,
        bed_c=bed_c,
        issued_at=job.lease_until - MANIFEST_LIFE,
        expires_at=job.lease_until,
    )
    return Start(machine=machine.uid, signed=sign_manifest(hub_private_key(), manifest))
