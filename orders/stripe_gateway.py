"""Stripe, as the shop needs it. The only module that imports ``stripe``.

Calls go to Stripe or, without a key of Stripe's own, to the stand-in (settings decide). What
comes back is a small frozen dataclass: Stripe's objects stay here.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from typing import Any, Literal, cast

import stripe
from django.conf import settings
from stripe.params.checkout import SessionCreateParams

from core.errors import BadInput, Conflict, OutsideFailed
from core.money import CURRENCY

TIMEOUT_S = 12.0
TRIES = 2
OLDEST_WEBHOOK_S = 300
SHORTEST_SESSION_S = 31 * 60  # Stripe takes no less than 30 minutes
RefundStatus = Literal["pending", "requires_action", "succeeded", "failed", "canceled"]


@dataclass(frozen=True)
class Session:
    """What Stripe says of a Checkout Session. ``paid`` is the money's own word."""

    id: str
    url: str
    status: Literal["open", "complete", "expired"]
    paid: bool
    intent_id: str
    amount_cents: int
    currency: str
    order_ref: str


@dataclass(frozen=True)
class Event:
    """A webhook event whose signature was right, and the session or refund it is about, if any."""

    id: str
    kind: str
    session_id: str
    refund_id: str = ""


@dataclass(frozen=True)
class Item:
    """A line on the pay page."""

    name: str
    cents: int


@dataclass(frozen=True)
class SentBack:
    """A refund as Stripe has it. ``reason`` says why it failed, in Stripe's word."""

    id: str
    status: RefundStatus
    reason: str


class PaymentRefused(Conflict):
    """Stripe refused for good what was asked; asking the same again cannot help."""


def create_session(
    *,
    key: str,
    order_ref: str,
    email: str,
    items: Sequence[Item],
    asked_at: dt.datetime,
    pay_by: dt.datetime,
    success_url: str,
    cancel_url: str,
) -> Session:
    """Open a hosted Checkout Session. The same ``key`` gives the same session.

    It ends at ``pay_by``, but not before Stripe's shortest time after ``asked_at``: the moment
    this attempt began, which is the same at every try of it.

    Raises:
        OutsideFailed: Stripe did not answer; try again with the same key.
        PaymentRefused: Stripe said no to these parameters.
    """
    shortest = asked_at + dt.timedelta(seconds=SHORTEST_SESSION_S)
    params: SessionCreateParams = {
        "mode": "payment",
        "client_reference_id": order_ref,
        "customer_email": email,
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": CURRENCY,
                    "unit_amount": item.cents,
                    "product_data": {"name": item.name},
                },
            }
            for item in items
        ],
        "metadata": {"order": order_ref},
        "payment_intent_data": {"metadata": {"order": order_ref}, "transfer_group": order_ref},
        "expires_at": int(max(pay_by, shortest).timestamp()),
        "success_url": success_url,
        "cancel_url": cancel_url,
    }
    with _in_words():
        made = _client().v1.checkout.sessions.create(params, {"idempotency_key": f"session-{key}"})
    return _session(made)


def retrieve_session(session_id: str) -> Session:
    """Raises OutsideFailed when Stripe does not answer."""
    with _in_words():
        return _session(_client().v1.checkout.sessions.retrieve(session_id))


def expire_session(session_id: str) -> Session:
    """Close a session so that nobody can pay it; returns what it is now.

    It may have been paid or have expired a moment ago: then Stripe refuses and we look again.
    """
    try:
        with _in_words():
            return _session(_client().v1.checkout.sessions.expire(session_id))
    except PaymentRefused:
        return retrieve_session(session_id)


def refund(intent_id: str, amount_cents: int, *, key: str, order_ref: str) -> SentBack:
    """Send money back. The same ``key`` never sends it twice, and neither does another one:
    when somebody has sent it back already (at Stripe's own desk, say), that refund is returned.

    Raises:
        OutsideFailed: Stripe did not answer; try again with the same key.
        PaymentRefused: Stripe said no.
    """
    try:
        with _in_words():
            made = _client().v1.refunds.create(
                {
                    "payment_intent": intent_id,
                    "amount": amount_cents,
                    "reason": "requested_by_customer",
                    "metadata": {"order": order_ref},
                },
                {"idempotency_key": f"refund-{key}"},
            )
    except PaymentRefused as refused:
        cause = refused.__cause__
        if getattr(cause, "code", None) != "charge_already_refunded":
            raise
        with _in_words():
            sent = _client().v1.refunds.list({"payment_intent": intent_id, "limit": 1}).data
        if not sent:
            raise
        made = sent[0]
    return _sent_back(made)


def retrieve_refund(refund_id: str) -> SentBack:
    """Raises OutsideFailed when Stripe does not answer."""
    with _in_words():
        return _sent_back(_client().v1.refunds.retrieve(refund_id))


def read_event(body: bytes, signature: str) -> Event:
    """An event from its raw body, once its signature and its age are checked.

    Raises:
        BadInput: it was not signed by Stripe, is too old, or is no event.
    """
    try:
        event: Any = stripe.Webhook.construct_event(
            body, signature, settings.STRIPE_WEBHOOK_SECRET, tolerance=OLDEST_WEBHOOK_S
        )
        about = event.data.object.to_dict()
        kind, about_id = about.get("object"), str(about.get("id", ""))[:128]
        return Event(
            id=str(event.id)[:128],
            kind=str(event.type)[:64],
            session_id=about_id if kind == "checkout.session" else "",
            refund_id=about_id if kind == "refund" else "",
        )
    except (stripe.SignatureVerificationError, ValueError, KeyError, AttributeError) as error:
        raise BadInput("This message is not from Stripe.", detail=type(error).__name__) from error


def _sent_back(raw: stripe.Refund) -> SentBack:
    reason = str(getattr(raw, "failure_reason", None) or "")
    return SentBack(raw.id, cast(RefundStatus, raw.status), reason)


def _session(raw: stripe.checkout.Session) -> Session:
    return Session(
        id=raw.id,
        url=raw.url or "",
        status=cast(Literal["open", "complete", "expired"], raw.status),
        paid=raw.payment_status == "paid",
        intent_id=str(raw.payment_intent or ""),
        amount_cents=raw.amount_total or 0,
        currency=raw.currency or "",
        order_ref=str((raw.metadata.to_dict() if raw.metadata else {}).get("order", "")),
    )


def _client() -> stripe.StripeClient:
    url = settings.STRIPE_STANDIN_URL if settings.STRIPE_IS_STANDIN else ""
    return _client_for(settings.STRIPE_SECRET_KEY, url)


@lru_cache(maxsize=4)
def _client_for(key: str, url: str) -> stripe.StripeClient:
    """One client with its connections for each key and address."""
    return stripe.StripeClient(
        key,
        base_addresses={"api": url} if url else {},
        max_network_retries=TRIES,
        http_client=stripe.RequestsClient(timeout=TIMEOUT_S),
    )


@contextmanager
def _in_words() -> Iterator[None]:
    """Stripe's errors as ours: what may be tried again, and what is refused for good."""
    started = time.monotonic()
    try:
        yield
    except (stripe.InvalidRequestError, stripe.CardError) as error:
        if error.http_status == HTTPStatus.CONFLICT:  # the same key is being answered right now
            raise _unanswered(error, started) from error
        raise PaymentRefused(
            "The payment service refused this. Nothing was charged; please try once more.",
            detail=str(error.user_message or error),
        ) from error
    except stripe.StripeError as error:
        # A quarrel about an idempotency key belongs here too: what was first asked under the
        # key may have been done, so a further attempt under another one could do it twice.
        raise _unanswered(error, started) from error


def _unanswered(error: stripe.StripeError, started: float) -> OutsideFailed:
    return OutsideFailed(
        "The payment service does not answer at the moment. Nothing is lost; please try "
        "again in a minute.",
        detail=f"{type(error).__name__} after {time.monotonic() - started:.1f} s",
    )
