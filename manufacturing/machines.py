"""A machine's status follows what its node sees; people decide about faults and service."""

from __future__ import annotations

import datetime as dt
from collections import deque

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from core.errors import BadInput, Conflict
from core.locks import locked
from core.states import move
from edge.protocol import MachineStatus
from manufacturing import capacity
from manufacturing.models import Job, Machine, MachineSeen

SILENT_AFTER = dt.timedelta(seconds=60)
# A fault or a service is ended by a person, never by a machine that says it feels well.
HELD_BY_PEOPLE = frozenset({"error", "maintenance", "retired"})
_PASSING = frozenset({"offline", "idle", "busy", "paused"})


def note_seen(machine: Machine, status: MachineStatus, now: dt.datetime) -> None:
    """Rewrite the hot row beside a machine, when it says something new or is getting old."""
    fields = {
        "hotend_c": status.hotend_c,
        "bed_c": status.bed_c,
        "percent": status.percent,
        "seconds_left": None if status.seconds_left is None else round(status.seconds_left),
        "detail": status.detail,
        "clear_number": status.clear_number,
        "plate_job": status.plate_job or "",
    }
    seen = MachineSeen.objects.filter(machine=machine).first()
    same = seen is not None and all(getattr(seen, name) == value for name, value in fields.items())
    if same and seen is not None and now - seen.at < dt.timedelta(seconds=5):
        return
    MachineSeen.objects.update_or_create(machine=machine, defaults={"at": now, **fields})


def follow(machine: Machine, status: MachineStatus, *, by: str) -> None:
    """Move the machine to the state its node reports, by legal steps."""
    if machine.status in HELD_BY_PEOPLE or machine.status == status.state:
        return
    for step in path(machine.status, status.state.value):
        move(machine, step, by=by, reason=status.detail)


def path(old: str, new: str) -> list[str]:
    """The shortest legal way from one status to another through passing states.

    A print can begin and end between two polls, so the hub may have missed ``busy``.

    >>> path("idle", "needs_clearing")
    ['busy', 'needs_clearing']
    """
    queue: deque[list[str]] = deque([[old]])
    known = {old}
    while queue:
        way = queue.popleft()
        for step in sorted(Machine.MOVES[way[-1]]):
            if step == new:
                return [*way[1:], step]
            if step in _PASSING and step not in known:
                known.add(step)
                queue.append([*way, step])
    return []


def mark_silent(now: dt.datetime) -> int:
    """Machines that have not been heard of for a while are offline; their jobs stay theirs."""
    rows = Machine.objects.filter(
        status__in=["idle", "busy", "paused", "needs_clearing"], seen__at__lt=now - SILENT_AFTER
    )
    for machine in rows:
        move(machine, "offline", by="system", reason="not heard of for a minute")
    return len(rows)


def sign_off_plate(machine: Machine, *, by: str, plate: str | None = None) -> None:
    """A person says that the plate is empty. The node is told, and then it is idle again.

    ``plate`` is what the person saw on it; None for whatever lies there now.

    Raises:
        Conflict: the plate is not waiting to be cleared, or something else lies on it by now.
    """
    if machine.status != Machine.NEEDS_CLEARING:
        raise Conflict(f"{machine.name} is not waiting for its plate to be cleared.")
    seen = MachineSeen.objects.filter(machine=machine).first()
    now = (seen.plate_job if seen else "")[:24]
    if plate is not None and plate != now:
        raise Conflict(
            f"Something else lies on the plate of {machine.name} by now. Please look again."
        )
    if seen and machine.clear_number > seen.clear_number and machine.clear_job == now:
        return  # signed off already; the node has not fetched it yet
    Machine.objects.filter(pk=machine.pk, clear_number=machine.clear_number).update(
        clear_number=F("clear_number") + 1, clear_job=now
    )


def into_service(machine: Machine, *, by: str, reason: str) -> None:
    """Take a machine out of production for service or repair.

    Raises:
        Conflict: it is at work, or out of production already.
    """
    with transaction.atomic():
        held = locked(Machine.objects.filter(pk=machine.pk)).get()
        at_work = held.jobs.filter(status__in=Job.AT_MACHINE).exists()
        if at_work or "maintenance" not in Machine.MOVES[held.status]:
            raise Conflict(
                f"{held.name} cannot go into service now: it is at work or already there. "
                "Stop what it is making first."
            )
        move(held, "maintenance", by=by, reason=reason)


def retire(machine: Machine, *, by: str, reason: str) -> None:
    """Take a machine out of service for good: there is no way back.

    What was not started on it yet goes on to other machines (``routing.stuck``).

    Raises:
        BadInput: no reason.
        Conflict: it is at work, or is out of service already.
    """
    if not reason.strip():
        raise BadInput("Please say why it goes out of service; there is no way back from this.")
    with transaction.atomic():
        held = locked(Machine.objects.filter(pk=machine.pk)).get()
        at_work = held.jobs.filter(status__in=Job.AT_MACHINE).exists()
        if at_work or "retired" not in Machine.MOVES[held.status]:
            raise Conflict(
                f"{held.name} cannot go out of service now: it is at work or was taken out before. "
                "Stop what it is making, or wait for its end."
            )
        move(held, "retired", by=by, reason=reason.strip())


def back_from_service(machine: Machine, *, by: str) -> None:
    """Back in production: offline until its node is next heard.

    Raises:
        Conflict: it is not out of production.
    """
    if machine.status not in (Machine.MAINTENANCE, Machine.ERROR):
        raise Conflict(f"{machine.name} is not in service, so it cannot come back from it.")
    with transaction.atomic():
        move(machine, "offline", by=by, reason="back in production")
        capacity.follow_machines(timezone.now(), [machine])


def is_fresh(machine: Machine) -> bool:
    """Whether the machine was heard of within the last minute."""
    seen = MachineSeen.objects.filter(machine=machine).first()
    return seen is not None and timezone.now() - seen.at < SILENT_AFTER
