"""Work that orders must do."""

from __future__ import annotations

import datetime as dt
import logging

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from configurator.models import Design, SavedDesign
from configurator.services import forget_designs, forget_uploads
from core.errors import NearmadeError, OutsideFailed
from core.states import on_move
from core.work import Claim, Effect, Later, enqueue, handles
from manufacturing.models import Job, Program
from orders import letters, payments
from orders.models import Order, OrderItem, Refund
from orders.progress import follow
from orders.stripe_gateway import PaymentRefused

log = logging.getLogger("nearmade.orders")
SWEEP_AT_MOST = 25
FORGET_AT_ONCE = 200
ASK_REFUND_AGAIN_S = 900.0
STRIPE_AWAY_S = 120.0
REFUND_MAY_FAIL_FOR = dt.timedelta(days=40)
"""Stripe: a bank can refuse a refund up to 30 days after it was sent."""
REMIND_AFTER = dt.timedelta(minutes=10)


@handles("orders.settle", max_attempts=12)
def settle(claim: Claim) -> None:
    """Asks Stripe and acts in a transaction of its own; doing it again does no harm."""
    payments.settle(claim.payload["order"])


@handles("orders.sweep_payments", limit_s=300, every_s=20)
def sweep_payments(claim: Claim) -> None:
    sweep(timezone.now())


def sweep(now: dt.datetime) -> int:
    """Look at every order whose time has come. One that fails does not hold up the others."""
    due = Order.objects.filter(look_at__lte=now).order_by("look_at")[:SWEEP_AT_MOST]
    for order in due:
        try:
            _look(order, now)
        except NearmadeError:
            log.warning("could not settle %s; will look again", order.ref, exc_info=True)
        except Exception:  # a defect in one order must not keep all others from being settled
            log.exception("could not settle %s; will look again", order.ref)
        order.refresh_from_db()
        payments.look_again(order, now)
    return len(due)


def _look(order: Order, now: dt.datetime) -> None:
    if order.status == "placed" and order.pay_by and order.pay_by <= now:
        payments.expire_unpaid(order)
    else:
        payments.settle(order.ref)


@handles("orders.refund", max_attempts=20)
def refund(claim: Claim) -> Effect | None:
    """Sends money back and stays with it until Stripe says how it ended."""
    row = Refund.objects.select_related("payment__order").get(pk=claim.payload["id"])
    if row.status not in ("asked", "sent"):
        return None
    try:
        sent = payments.send_refund(row)
    except PaymentRefused as refused:
        reason = refused.detail or refused.sentence
        return lambda: payments.refund_failed(row, reason)
    except OutsideFailed as away:  # however long: money that is owed never becomes a dead letter
        raise Later(STRIPE_AWAY_S, away.sentence) from away
    if sent.status in ("pending", "requires_action"):
        with transaction.atomic():
            payments.note_refund(row, sent)
        raise Later(ASK_REFUND_AGAIN_S, f"the refund is {sent.status} at Stripe")
    return lambda: payments.note_refund(row, sent)


@handles("orders.refund_news", max_attempts=12)
def refund_news(claim: Claim) -> Effect | None:
    """Stripe says that something became of a refund: ask what, and write it down."""
    row = Refund.objects.select_related("payment__order").get(pk=claim.payload["id"])
    if not row.stripe_id or row.status not in ("sent", "done"):
        return None
    sent = payments.send_refund(row)
    return lambda: payments.note_refund(row, sent)


@handles("orders.look_at_refunds", limit_s=300, every_s=24 * 3600)
def look_at_refunds(claim: Claim) -> None:
    """A refund can fail weeks after it was done, and the news of it can be lost."""
    past = timezone.now() - REFUND_MAY_FAIL_FOR
    done = Refund.objects.filter(status="done", account="stripe", created_at__gt=past)
    for pk in done.values_list("pk", flat=True):
        enqueue(
            "orders.refund_news", key=f"orders.refund_news:{pk}:{claim.key}", payload={"id": pk}
        )


@handles("orders.tidy", limit_s=300, every_s=6 * 3600)
def tidy(claim: Claim) -> None:
    """Forget baskets that nobody came back to, and designs that nobody bought or wants any more."""
    past = timezone.now() - dt.timedelta(days=settings.KEEP_DAYS)
    old = Order.objects.filter(status="draft", created_at__lt=past)
    old.exclude(items__held_until__gte=past).delete()
    unwanted = Design.objects.filter(wanted_at__lt=past)
    for rows in (OrderItem.objects, Job.objects, Program.objects, SavedDesign.objects):
        unwanted = unwanted.exclude(pk__in=rows.values("design"))
    while some := list(unwanted.values_list("pk", flat=True)[:FORGET_AT_ONCE]):
        if not forget_designs(some):
            break
    forget_uploads(past)


@handles("orders.follow")
def follow_job(claim: Claim) -> Effect:
    return lambda: follow(claim.payload["ref"])


@handles("orders.letter", max_attempts=12)
def letter(claim: Claim) -> Effect | None:
    """Sends an email; the row of the letter is written when the server has taken it."""
    order = Order.objects.get(pk=claim.payload["order"])
    about = claim.payload["about"]
    if about == "placed":
        _wait_whether_paid(order)
    if not letters.is_wanted(order, about):
        return None
    sent = letters.send(order, about)
    return sent.save


def _wait_whether_paid(order: Order) -> None:
    """Most people pay at once; only who has not by then is told how to go on."""
    left = (order.placed_at or timezone.now()) + REMIND_AFTER - timezone.now()
    if order.status == "placed" and left > dt.timedelta(0):
        raise Later(left.total_seconds(), "waits whether it is paid")


def _about(about: str) -> None:
    on_move(
        "orders.order",
        about,
        kind="orders.letter",
        payload=lambda order: {"order": order.pk, "about": about},
    )


def _of_job(job: Job) -> dict[str, str]:
    return {"ref": job.ref}


for _status in ("placed", "paid", "shipped", "cancelled"):
    _about(_status)
on_move(
    "orders.refund",
    "done",
    kind="orders.letter",
    payload=lambda refund: {"order": refund.payment.order_id, "about": "refunded"},
)
on_move("orders.refund", "asked", kind="orders.refund")
for _status in ("running", "made", "handed_over"):
    on_move("manufacturing.job", _status, kind="orders.follow", payload=_of_job)
