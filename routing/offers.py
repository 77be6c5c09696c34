"""An offer's answer: said by a person, undone within seconds, or given by silence."""

from __future__ import annotations

import datetime as dt
import logging

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from core.errors import Conflict, StaleState
from core.locks import locked
from core.states import move
from core.work import enqueue
from manufacturing import jobs
from manufacturing.models import Job, Machine
from routing.asked import AWAY
from routing.models import Offer

log = logging.getLogger("nearmade.routing")

GONE = "This offer is no longer open: it was answered, withdrawn, or its time ran out."

MOVED_ON = "This job has moved on in the meantime, so it stays where it is now. Please look again."


def answer(offer: Offer, said: str, *, by: str, reason: str = "") -> None:
    """Note a person's answer. It takes effect when the time to undo it is over.

    Raises:
        Conflict: the offer is no longer open.
    """
    now = timezone.now()
    with transaction.atomic():
        open_rows = Offer.objects.filter(pk=offer.pk, status="open", expires_at__gt=now)
        if (
            open_rows.update(answer=said, answer_by=by[:80], answered_at=now, reason=reason[:200])
            != 1
        ):
            raise Conflict(GONE)
        enqueue(
            "routing.answer",
            key=f"routing.answer:{offer.pk}:{now.timestamp()}",
            payload={"id": offer.pk, "answered_at": now.isoformat()},
            delay_s=settings.UNDO_SECONDS,
        )


def undo(offer: Offer) -> None:
    """Take an answer back. Raises Conflict when it has taken effect already."""
    rows = Offer.objects.filter(pk=offer.pk, status="open").exclude(answer="")
    if rows.update(answer="", answer_by="", answered_at=None, reason="") != 1:
        raise Conflict("This answer has already taken effect.")


def settle(offer: Offer, answered_at: dt.datetime) -> None:
    """Carry out an answer that was not undone or changed since."""
    if offer.status != "open" or offer.answered_at != answered_at:
        return
    if offer.answer == "accept":
        accept(offer, by=offer.answer_by)
    else:
        decline(offer, by=offer.answer_by, reason=offer.reason)


def accept(offer: Offer, *, by: str) -> None:
    """Yes: the job is this factory's, and planning begins."""
    with transaction.atomic():
        job = locked(Job.objects.filter(pk=offer.job_id)).get()  # always before its offer
        move(offer, "accepted", by=by)
        move(job, "accepted", by=by, reason=f"{offer.factory.name} said yes")


def decline(offer: Offer, *, by: str, reason: str, status: str = "declined") -> None:
    """No, or silence: the job goes back to the matcher, which asks the next."""
    with transaction.atomic():
        job = locked(Job.objects.filter(pk=offer.job_id)).get()
        move(offer, status, by=by, reason=reason)
        if job.status == "offered":
            move(
                job,
                "waiting",
                by=by,
                reason=f"{offer.factory.name}: {reason}",
                factory=None,
                machine=None,
                payout_cents=0,
            )


def give_back(job: Job, *, by: str, reason: str) -> None:
    """The workshop of ``job.factory`` cannot make what it said yes to: it is not asked again.

    Raises:
        Conflict: the job has begun or ended, or moved on in the meantime.
    """
    with transaction.atomic():
        now = locked(Job.objects.filter(pk=job.pk)).get()
        if now.factory_id is None or now.factory_id != job.factory_id:
            raise Conflict(MOVED_ON)
        _end_of_yes(now, "given_back", by=by, reason=reason)


def take_back(job: Job, machine: Machine, *, by: str, reason: str) -> None:
    """``machine`` does not come back: the job goes to another until it does.

    Raises:
        Conflict: the job is not that machine's any more or has begun, or the machine is back.
    """
    with transaction.atomic():
        # The machine first, as the dispatcher does when it gives a job out.
        held = locked(Machine.objects.filter(pk=machine.pk)).get()
        now = locked(Job.objects.filter(pk=job.pk)).get()
        if now.machine_id != held.pk or held.status not in AWAY:
            raise Conflict(MOVED_ON)
        _end_of_yes(now, "taken_back", by=by, reason=reason)


def not_begun(job: Job, machine: Machine, *, by: str, reason: str) -> None:
    """``machine`` will not begin the job: it goes to another, and is not asked for it for a day.

    Raises:
        Conflict: the job is not that machine's any more, or has begun.
    """
    with transaction.atomic():
        now = locked(Job.objects.filter(pk=job.pk)).get()
        if now.machine_id != machine.pk or now.status != "planned":
            raise Conflict(MOVED_ON)
        _end_of_yes(now, "not_begun", by=by, reason=reason)


def _end_of_yes(job: Job, status: str, *, by: str, reason: str) -> None:
    """In the caller's transaction, with the job locked."""
    jobs.take_back(job, by=by, reason=reason)
    for offer in Offer.objects.filter(job=job, status="accepted"):
        move(offer, status, by=by, reason=reason)


def expire_due(now: dt.datetime) -> int:
    """Offers whose time ran out unanswered go to the next factory, each in its own transaction."""
    due = Offer.objects.filter(status="open", answer="", expires_at__lte=now)
    return sum(_expire(offer) for offer in due.select_related("factory"))


def _expire(seen: Offer) -> bool:
    """Not if an answer came in the last moment: it was said in time, and it counts."""
    try:
        with transaction.atomic():
            list(locked(Job.objects.filter(pk=seen.job_id)))  # always before its offer
            rows = Offer.objects.filter(pk=seen.pk, status="open", answer="")
            offer = locked(rows.select_related("factory")).first()
            if offer is not None:
                decline(offer, by="system", reason="no answer in time", status="expired")
    except StaleState:
        log.info("offer %s was answered or withdrawn while it ran out", seen.pk)
        return False
    return offer is not None
