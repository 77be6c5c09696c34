"""One order, one charge. Stripe says what was paid; everything here converges on that.

The webhook, the browser's return and the sweep may come in any order, twice or never. None of
them is believed: each calls ``settle``, which asks Stripe and acts by state, so that the last
one to come finds nothing left to do. docs/algorithms/payments.md tells the whole story.
"""

from __future__ import annotations

import datetime as dt
import logging

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from core.errors import Conflict, OutsideFailed
from core.locks import locked
from core.money import CURRENCY
from core.states import born, move
from orders import ledger, stripe_gateway
from orders.models import Order, OrderItem, Payment, Refund
from orders.promises import promise_from_json
from orders.stripe_gateway import PaymentRefused, SentBack, Session
from routing import places, services

log = logging.getLogger("nearmade.orders")
OLD_ATTEMPT_S = 45.0  # an attempt that old is refused because its session would end too soon
WATCH_AFTER_END = dt.timedelta(days=3)  # as long as Stripe repeats its webhooks


def start_payment(order: Order) -> str:
    """The address of the pay page of a placed order. Call it outside any transaction.

    Raises:
        Conflict: there is nothing to pay (any more).
        OutsideFailed: Stripe does not answer; the order stays placed and can be paid later.
    """
    payment = order.payments.order_by("attempt").last()
    if order.status != "placed" or payment is None:
        raise Conflict("There is nothing to pay for this order (any more).")
    if payment.session_id:
        session = stripe_gateway.retrieve_session(payment.session_id)
    else:
        session = _open_session(order, payment)
    if session.status != "open":
        settle(order.ref)
        raise Conflict("This payment has already ended. Please look at your order again.")
    return session.url


def settle(ref: str) -> Order:
    """Ask Stripe what became of an order's payments, and act on it. Safe to call at any time."""
    unsettled = Payment.objects.filter(order__ref=ref, status__in=["open", "closed"])
    for payment in unsettled.exclude(session_id=None).order_by("attempt"):
        take(payment, stripe_gateway.retrieve_session(str(payment.session_id)))
    return Order.objects.get(ref=ref)


def take(payment: Payment, session: Session) -> bool:
    """Write down, once, that a payment was paid. Returns whether this call did it.

    The paid order's jobs are opened in the same transaction. Money for an order that is no
    longer waiting for it goes back.
    """
    if not session.paid:
        return False
    _check_amount(payment, session)
    with transaction.atomic():
        order = locked(Order.objects.filter(pk=payment.order_id)).get()
        payment = Payment.objects.get(pk=payment.pk)
        if payment.status in ("paid", "refunded"):
            return False
        payment.order = order
        move(payment, "paid", by="stripe", intent_id=session.intent_id)
        ledger.post_payment(payment)
        if order.status == "placed":
            move(order, "paid", by="stripe", reason=f"session {session.id}", look_at=None)
            _open_jobs(order)
        else:
            ask_refund(payment, f"paid when the order was {order.status} already", by="system")
    return True


def expire_unpaid(order: Order) -> Order:
    """Close an order that nobody paid: at Stripe first, so that nobody can pay it any more."""
    return give_up(order, "expired", by="system", reason="not paid in time")


def give_up(order: Order, status: str, *, by: str, reason: str) -> Order:
    """Expire or cancel a placed order, unless it turns out to be paid: then that counts."""
    for payment in order.payments.filter(status="open"):
        session = stripe_gateway.expire_session(str(payment.session_id))
        if session.status == "open":
            raise OutsideFailed("The payment could not be closed. Please try again in a minute.")
        take(payment, session)
    with transaction.atomic():
        order = locked(Order.objects.filter(pk=order.pk)).get()
        if order.status == "placed":
            move(order, status, by=by, reason=reason)
            _close(order, by)
    return order


def ask_refund(payment: Payment, reason: str, *, by: str) -> Refund:
    """Write down that the money goes back; a worker sends it. In the caller's transaction.

    A payment that came too late may be on its way back when its order is cancelled: one refund.
    """
    refund, new = Refund.objects.get_or_create(
        payment=payment,
        defaults={
            "amount_cents": payment.amount_cents,
            "reason": reason[:300],
            "status": "asked",
        },
    )
    if new:
        born(refund, by=by, reason=reason)
    return refund


def ask_again(refund: Refund, *, by: str, reason: str) -> None:
    """Send a failed refund once more, under a key of its own.

    Raises:
        Conflict: it has not failed.
    """
    if refund.status != "failed":
        raise Conflict("Only a refund that failed can be sent again; this one has not.")
    move(refund, "asked", by=by, reason=reason, stripe_id="", attempt=refund.attempt + 1)


def paid_by_hand(refund: Refund, *, by: str, reason: str) -> None:
    """Staff have paid a failed refund by bank transfer; nothing is sent by Stripe any more.

    Raises:
        Conflict: it has not failed, so Stripe may still pay it.
    """
    if refund.status != "failed":
        raise Conflict("Only a refund that failed can be paid another way; this one has not.")
    with transaction.atomic():
        move(refund, "done", by=by, reason=reason, account=ledger.BANK)
        move(refund.payment, "refunded", by=by, reason=reason)
        ledger.post_refund(refund)


def send_refund(refund: Refund) -> SentBack:
    """Ask Stripe to send the money back, or how far it is. Repeating it sends it once.

    Raises:
        OutsideFailed: Stripe does not answer.
        PaymentRefused: Stripe will not send it back.
    """
    if refund.stripe_id:
        return stripe_gateway.retrieve_refund(refund.stripe_id)
    payment = refund.payment
    return stripe_gateway.refund(
        str(payment.intent_id), refund.amount_cents, key=refund.key, order_ref=payment.order.ref
    )


def note_refund(refund: Refund, sent: SentBack) -> None:
    """Write down what Stripe says of a refund; the ledger only when the money has gone back.

    Saying the same again changes nothing.
    """
    failed = sent.status in ("failed", "canceled")
    if refund.status == "done":
        if failed and refund.account == ledger.STRIPE:
            _came_back(refund, sent)
    elif sent.status == "succeeded":
        move(refund, "done", by="stripe", stripe_id=sent.id)
        move(refund.payment, "refunded", by="stripe", reason=refund.reason)
        ledger.post_refund(refund)
    elif failed:
        refund_failed(refund, sent.reason or sent.status, stripe_id=sent.id)
    elif refund.status == "asked":
        move(refund, "sent", by="stripe", reason=sent.status, stripe_id=sent.id)


def _came_back(refund: Refund, sent: SentBack) -> None:
    """The bank refused it days after Stripe had sent it: it is with us again, and owed."""
    with transaction.atomic():
        refund_failed(refund, sent.reason or sent.status, stripe_id=sent.id)
        move(refund.payment, "paid", by="stripe", reason="the refund came back")
        ledger.post_refund_came_back(refund)


def refund_failed(refund: Refund, reason: str, *, stripe_id: str = "") -> None:
    """The money stays ours until staff send it again or pay it back another way."""
    log.error("refund %s of %s failed: %s", refund.pk, refund.payment, reason)
    move(refund, "failed", by="stripe", reason=reason, stripe_id=stripe_id)


def look_again(order: Order, now: dt.datetime) -> None:
    """When the sweep should ask next: soon while a buyer is paying, rarer later, once ended."""
    age = now - (order.placed_at or now)
    ended = order.status != "placed"
    longest = dt.timedelta(days=1) if ended else dt.timedelta(minutes=5)
    wait = min(longest, max(dt.timedelta(seconds=30), age))
    later = None if ended and age > WATCH_AFTER_END else now + wait
    if not ended and order.pay_by and later:
        later = min(later, max(order.pay_by, now + dt.timedelta(seconds=30)))
    with transaction.atomic():  # joins the fair queue of writers
        Order.objects.filter(pk=order.pk, status=order.status).update(look_at=later)


def _open_session(order: Order, payment: Payment) -> Session:
    """Create the Checkout Session and keep its id before anybody sees its address.

    Stripe refuses a session that would end too soon, as it must when the buyer comes back long
    after the first try failed: the next attempt begins now, and its session ends later.
    """
    try:
        return _kept(payment, _create_session(order, payment))
    except PaymentRefused:
        again = _next_attempt(payment)
        if timezone.now() - payment.created_at < dt.timedelta(seconds=OLD_ATTEMPT_S):
            raise
    return _kept(again, _create_session(order, again))


def _create_session(order: Order, payment: Payment) -> Session:
    """All parameters are the same at every try of an attempt: Stripe refuses a key with others."""
    return stripe_gateway.create_session(
        key=payment.key,
        order_ref=order.ref,
        email=order.email,
        items=[stripe_gateway.Item(_line(item), item.total_cents) for item in order.items.all()],
        asked_at=payment.created_at,
        pay_by=order.pay_by or payment.created_at,
        success_url=settings.SITE_URL + reverse("orders:paid", args=[order.link]),
        cancel_url=order.url,
    )


def _kept(payment: Payment, session: Session) -> Session:
    """Persist the session's id; a session nobody may pay any more is closed at once."""
    with transaction.atomic():
        order = locked(Order.objects.filter(pk=payment.order_id)).get()
        payment = Payment.objects.get(pk=payment.pk)
        if payment.status == "created" and order.status == "placed":
            move(payment, "open", by="system", session_id=session.id)
        elif payment.session_id is None:
            Payment.objects.filter(pk=payment.pk).update(session_id=session.id)
    if order.status != "placed":
        return stripe_gateway.expire_session(session.id)
    return session


def _next_attempt(payment: Payment) -> Payment:
    """Stripe keeps its refusal under the key, so a further try needs a key of its own."""
    with transaction.atomic():
        move(payment, "closed", by="stripe", reason="session refused")
        again = Payment.objects.create(
            order_id=payment.order_id,
            attempt=payment.attempt + 1,
            amount_cents=payment.amount_cents,
            status="created",
        )
        born(again, by="system")
    again.refresh_from_db(fields=["created_at"])
    return again


def _open_jobs(order: Order) -> None:
    place = places.place(order.place_id)
    for share in order.shares():
        due = promise_from_json(share.promise).ship_by
        first = share.number == 1
        by = f"order {order.ref}"
        services.open_job(share.ref, share.job_need, place, due, by=by, counts=first)


def _close(order: Order, by: str) -> None:
    for payment in order.payments.filter(status__in=["created", "open"]):
        move(payment, "closed", by=by)
    for ref in order.job_refs():
        services.release(ref)


def _check_amount(payment: Payment, session: Session) -> None:
    if (session.amount_cents, session.currency) != (payment.amount_cents, CURRENCY):
        raise OutsideFailed(
            "What was paid is not what was asked. We are looking into it.",
            detail=f"{session.id}: {session.amount_cents} {session.currency}, "
            f"wanted {payment.amount_cents} {CURRENCY}",
        )


def _line(item: OrderItem) -> str:
    """What Stripe's page calls it: a design of ours, which may be sent back, is not the buyer's."""
    number = f"{item.quantity} × " if item.quantity > 1 else ""
    personal = item.withdrawal == OrderItem.PERSONALISED
    whose = "made to your design" if personal else "one of our designs, made for you"
    return f"{number}{item.title}, {whose}, with delivery and tax"
