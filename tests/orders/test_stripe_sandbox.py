"""What we believe of Stripe, asked of the stand-in and, with a key, of Stripe's own sandbox.

``STRIPE_SANDBOX_KEY=sk_test_… pytest -m stripe_sandbox``; without a key those are skipped.
"""

from __future__ import annotations

import datetime as dt
import os
import uuid
from typing import Any

import pytest
import stripe

from core.errors import OutsideFailed
from orders import stripe_gateway as gateway
from orders.stripe_gateway import Item, PaymentRefused, Session

SANDBOX = pytest.param("sandbox", marks=pytest.mark.stripe_sandbox)


@pytest.fixture(params=["standin", SANDBOX])
def account(request: pytest.FixtureRequest, settings: Any) -> str:
    """The shop's gateway talks to one of the two."""
    if request.param == "standin":
        request.getfixturevalue("standin")
    else:
        point_at_sandbox(settings)
    return str(request.param)


def point_at_sandbox(settings: Any) -> None:
    key = os.environ.get("STRIPE_SANDBOX_KEY", "")
    if not key.startswith(("sk_test_", "rk_test_")):
        pytest.skip("STRIPE_SANDBOX_KEY holds no test key of a Stripe account")
    settings.STRIPE_IS_STANDIN = False
    settings.STRIPE_SECRET_KEY = key


def opened(key: str, **other: Any) -> Session:
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    return gateway.create_session(
        **{
            "key": key,
            "order_ref": "NM-SANDBOX",
            "email": "ada@example.com",
            "items": [Item("Twisted vase, made to your design", 2340)],
            "asked_at": now,
            "pay_by": now + dt.timedelta(hours=1),
            "success_url": "https://shop.example/paid/",
            "cancel_url": "https://shop.example/track/",
            **other,
        }
    )


def test_a_session_is_open_unpaid_and_of_our_order(account: str) -> None:
    session = opened(uuid.uuid4().hex)
    assert (session.status, session.paid) == ("open", False)
    assert (session.amount_cents, session.currency) == (2340, "eur")
    assert session.order_ref == "NM-SANDBOX"
    assert session.url.startswith("http")
    assert gateway.retrieve_session(session.id) == session


def test_the_same_key_gives_the_same_session_and_never_a_second(account: str) -> None:
    key, pay_by = uuid.uuid4().hex, dt.datetime.now(dt.UTC) + dt.timedelta(hours=2)
    first = opened(key, pay_by=pay_by)
    assert opened(key, pay_by=pay_by).id == first.id
    with pytest.raises(OutsideFailed):
        opened(key, pay_by=pay_by, items=[Item("Another", 100)])


def test_a_session_that_would_end_too_soon_is_refused(account: str) -> None:
    past = dt.datetime.now(dt.UTC) - dt.timedelta(hours=2)
    with pytest.raises(PaymentRefused):
        opened(uuid.uuid4().hex, asked_at=past, pay_by=past)


def test_a_closed_session_stays_closed(account: str) -> None:
    session = opened(uuid.uuid4().hex)
    assert gateway.expire_session(session.id).status == "expired"
    assert gateway.expire_session(session.id).status == "expired"


@pytest.mark.stripe_sandbox
def test_money_goes_back_once(settings: Any) -> None:
    """A charge on Stripe's own test card: the stand-in's way of paying is its page."""
    point_at_sandbox(settings)
    client = stripe.StripeClient(settings.STRIPE_SECRET_KEY)
    intent = client.v1.payment_intents.create(
        {
            "amount": 2340,
            "currency": "eur",
            "payment_method": "pm_card_visa",
            "confirm": True,
            "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
        }
    )
    key = uuid.uuid4().hex
    first = gateway.refund(intent.id, 2340, key=key, order_ref="NM-SANDBOX")
    assert first.status in ("succeeded", "pending")
    assert gateway.refund(intent.id, 2340, key=key, order_ref="NM-SANDBOX").id == first.id
    assert gateway.refund(intent.id, 2340, key=f"{key}2", order_ref="NM-SANDBOX").id == first.id
    assert gateway.retrieve_refund(first.id).id == first.id
