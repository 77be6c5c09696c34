"""What a node says of a job, taken once and in order."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Sequence

from django.db import DataError, transaction
from django.db.models import Max, Q
from django.utils import timezone

from core.errors import NearmadeError
from core.locks import locked
from core.states import IllegalMove, move
from edge.protocol import Report as Message
from edge.protocol import ReportKind
from manufacturing.models import Job, Node, NodeSeen, Report
from manufacturing.program_files import ProgramNotNow, fault_of
from manufacturing.programs import mark_lost, plan_again

log = logging.getLogger("nearmade.dispatch")

ASK_AGAIN = frozenset({"expired", "dirty_plate", "busy", "offline", "not_idle"})
"""Refusals that time or a person mends; any other refusal ends the job on this machine."""
WRONG_FILE = frozenset({"no_program", "wrong_size", "wrong_sha256"})
"""Refusals of the file: when it is bad here, too, another is made; else it went bad on its way."""
REST = dt.timedelta(seconds=30)
"""How long a refused job rests before its machine is asked again."""
TRIES = 5
"""After so many refusals of one kind a machine will not begin a job: another is to have it."""
LOOK_BACK = 50
BEFORE_ITS_END = Job.LIVE - {"made", "passed"}
"""While a node may still say something new of a job."""


def take_reports(node: Node, reports: Sequence[Message]) -> int:
    """Apply the reports that are new, all in one transaction. Returns the highest taken.

    A report that cannot be applied is logged and thanked for like any other: sent again, it
    would fail again, and hold up all that the node says after it.
    """
    if not reports:
        return 0
    with transaction.atomic():
        NodeSeen.objects.get_or_create(node=node, defaults={"at": timezone.now()})
        seen = locked(NodeSeen.objects.filter(node=node)).get()
        last = seen.last_sequence
        for report in sorted(reports, key=lambda r: r.sequence):
            if report.sequence > last:
                _take_or_log(node, report)
                last = report.sequence
        if last != seen.last_sequence:
            NodeSeen.objects.filter(node=node).update(last_sequence=last)
    return last


def _take_or_log(node: Node, report: Message) -> None:
    try:
        with transaction.atomic():
            _take(node, report)
    except (IllegalMove, NearmadeError, DataError, OSError, ValueError):
        log.exception("report %s of node %s cannot be applied", report.sequence, node.uid)


def _take(node: Node, report: Message) -> None:
    # Who got the lease, or who drives the machine now: a computer that was paired anew still
    # has the journal of the job that it began under its old name.
    rows = Job.objects.filter(Q(node=node) | Q(machine__node=node), uid=report.job)
    job = locked(rows).first()
    if job is None:
        log.warning("node %s reports on a job that is not its own: %s", node.uid, report.job)
        return
    if report.kind is ReportKind.PROGRESS:
        _progress(job, report)
        return
    Report.objects.create(
        node=node,
        sequence=report.sequence,
        job=job,
        epoch=report.epoch,
        kind=report.kind.value,
        percent=report.percent,
        reason=report.reason,
        detail=(report.detail or report.reason)[:300],
        at=report.at,
    )
    _apply(job, report, by=f"node:{node.uid}")


def _progress(job: Job, report: Message) -> None:
    left = None if report.seconds_left is None else round(report.seconds_left)
    Job.objects.filter(pk=job.pk).update(percent=report.percent or 0, seconds_left=left)


def _apply(job: Job, report: Message, *, by: str) -> None:
    if job.status not in BEFORE_ITS_END:
        log.warning("job %s is %s, but its node says %s", job.uid, job.status, report.kind)
        return
    said = report.detail or report.reason
    match report.kind:
        case ReportKind.STARTED:
            _bring_to(job, "running", by=by, reason="the machine has begun")
        case ReportKind.PAUSED:
            _bring_to(job, "paused", by=by, reason=said)
        case ReportKind.RESUMED:
            _bring_to(job, "running", by=by, reason=said)
        case ReportKind.FINISHED:
            _bring_to(job, "running", by=by, reason="the machine has begun")
            ended = {"percent": 100, "seconds_left": 0, "problem": ""}
            move(job, "made", by=by, reason="the machine has finished", **ended)
        case ReportKind.FAILED:
            _end(job, "failed", by=by, reason=said or "the machine failed", at=report.percent)
        case ReportKind.CANCELLED:
            _end(job, "cancelled", by=by, reason=job.cancel_reason or said, at=report.percent)
        case ReportKind.REFUSED:
            _refused(job, report, by=by)


def _bring_to(job: Job, target: str, *, by: str, reason: str) -> None:
    """Walk the table of moves to where the machine already is, naming each step."""
    path = {"planned": ["leased", "running"], "leased": ["running"], "paused": ["running"]}
    for step in path.get(job.status, []):
        move(job, step, by=by, reason=reason, problem="")  # what it waited for is over
    if target == "paused" and job.status == "running":
        move(job, "paused", by=by, reason=reason)


def _end(job: Job, status: str, *, by: str, reason: str, at: float | None = None) -> None:
    """``at`` is the percentage that it came to: so much of its material is used up."""
    percent = job.percent if at is None else at
    move(job, status, by=by, reason=reason, problem=reason[:300], percent=percent)


def _refused(job: Job, report: Message, *, by: str) -> None:
    if job.status != "leased" or report.epoch != job.epoch:
        return
    if job.cancel_reason:
        _end(job, "cancelled", by=by, reason=job.cancel_reason)
    elif report.reason in WRONG_FILE and (why := _file_fault(job)):
        plan_again(job, why)
    elif report.reason in ASK_AGAIN | WRONG_FILE:
        again = timezone.now() + REST
        said = report.detail
        problem = said
        if (times := refusals_in_a_row(job)) >= TRIES:
            problem = f"Its machine has refused this {times} times in a row: {said}"
        fields = {"problem": problem[:300], "lease_until": again}
        move(job, "planned", by=by, reason=said, **fields)
    else:
        _end(job, "failed", by=by, reason=f"refused by the workshop: {report.detail}")


def refusals_in_a_row(job: Job) -> int:
    """How often the machine of a job has refused it for one reason since the yes, and nothing else.

    That it was taken first, and refused right before its start, does not count as something else.
    """
    since = job.history().filter(new="accepted").aggregate(at=Max("at"))["at"]
    rows = job.reports.exclude(kind=ReportKind.ACCEPTED.value).order_by("-pk")
    said = list((rows.filter(received_at__gte=since) if since else rows)[:LOOK_BACK])
    same = [r.kind == ReportKind.REFUSED.value and r.reason == said[0].reason for r in said]
    return same.index(False) if False in same else len(same)


def _file_fault(job: Job) -> str:
    """What is wrong with the file of a job's program; one that is wrong is given up here."""
    program = job.program
    if program is None:
        return "it has none"
    try:
        why = fault_of(program)
    except ProgramNotNow as fault:
        log.error("program %s: %s", program.sha256, fault.sentence)
        return ""  # the job rests, and is offered again when the folder can be read
    if why:
        mark_lost(program, why)
    return why or ("it was lost" if program.lost_at else "")
