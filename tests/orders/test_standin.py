"""The stand-in keeps Stripe's rules, asked through Stripe's own SDK over real HTTP."""

from __future__ import annotations

import datetime as dt
import sys
from typing import Any

import httpx
import pytest
import stripe

from core.errors import OutsideFailed
from orders import stripe_gateway as gateway
from orders.stripe_gateway import Item, PaymentRefused, Session
from tests.orders.standin import KEY, StandIn

NOW = dt.datetime.now(dt.UTC)


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    """One moment for all of a test; that of the import is long past in a long run, and Stripe
    opens no page that is to close within half an hour."""
    monkeypatch.setattr(sys.modules[__name__], "NOW", dt.datetime.now(dt.UTC))


def opened(key: str = "NM-TEST-1", cents: int = 2340, **other: Any) -> Session:
    return gateway.create_session(
        **{
            "key": key,
            "order_ref": "NM-TEST",
            "email": "ada@example.org",
            "items": [Item("Twisted vase", cents)],
            "asked_at": NOW,
            "pay_by": NOW + dt.timedelta(hours=1),
            "success_url": "http://shop.test/paid/",
            "cancel_url": "http://shop.test/track/",
            **other,
        }
    )


def test_a_session_is_paid_on_its_page_and_the_browser_goes_back(standin: StandIn) -> None:
    session = opened()
    assert (session.status, session.paid, session.order_ref) == ("open", False, "NM-TEST")
    page = httpx.get(session.url)
    assert "no real money" in page.text and "€23.40" in page.text
    reply = standin.press(session.id)
    assert (reply.status_code, reply.headers["location"]) == (303, "http://shop.test/paid/")
    paid = gateway.retrieve_session(session.id)
    assert (paid.status, paid.paid, paid.amount_cents) == ("complete", True, 2340)
    assert paid.intent_id.startswith("pi_")


def test_the_same_key_opens_the_same_session(standin: StandIn) -> None:
    assert opened() == opened()
    assert len(standin.get("/v1/checkout/sessions")["data"]) == 1


def test_a_key_with_other_parameters_never_counts_as_a_refusal(standin: StandIn) -> None:
    """What was first asked under the key may have been done: another key could do it twice."""
    opened()
    with pytest.raises(OutsideFailed):
        opened(cents=100)
    assert len(standin.get("/v1/checkout/sessions")["data"]) == 1


def test_paying_twice_charges_once(standin: StandIn) -> None:
    session = opened()
    standin.press(session.id)
    again = standin.press(session.id)
    assert again.status_code == 303
    assert len(standin.charges()) == 1


def test_a_declined_card_charges_nothing_and_may_be_tried_again(standin: StandIn) -> None:
    session = opened()
    page = standin.press(session.id, "decline")
    assert page.status_code == 200 and "declined" in page.text
    assert standin.charges() == []
    assert standin.press(session.id).status_code == 303
    assert len(standin.charges()) == 1


def test_an_expired_session_cannot_be_paid(standin: StandIn) -> None:
    session = opened()
    assert gateway.expire_session(session.id).status == "expired"
    page = standin.press(session.id)
    assert "expired" in page.text
    assert standin.charges() == []
    assert gateway.expire_session(session.id).status == "expired"


def test_a_paid_session_cannot_be_expired(standin: StandIn) -> None:
    session = opened()
    standin.press(session.id)
    assert gateway.expire_session(session.id).paid


def test_a_refund_is_sent_once_and_never_more_than_was_paid(standin: StandIn) -> None:
    session = opened()
    standin.press(session.id)
    intent = gateway.retrieve_session(session.id).intent_id
    first = gateway.refund(intent, 2000, key="a", order_ref="NM-TEST")
    assert gateway.refund(intent, 2000, key="a", order_ref="NM-TEST") == first
    with pytest.raises(PaymentRefused):
        gateway.refund(intent, 341, key="b", order_ref="NM-TEST")
    last = gateway.refund(intent, 340, key="c", order_ref="NM-TEST")
    assert gateway.refund(intent, 1, key="d", order_ref="NM-TEST") == last
    assert standin.charges()[0]["amount_refunded"] == 2340


@pytest.mark.parametrize("minutes", [5, 60 * 25])
def test_a_session_too_short_or_too_long_is_refused(standin: StandIn, minutes: int) -> None:
    early = NOW - dt.timedelta(hours=2)
    with pytest.raises(PaymentRefused):
        opened(asked_at=early, pay_by=NOW + dt.timedelta(minutes=minutes))


def test_a_wrong_key_opens_nothing(standin: StandIn) -> None:
    client = stripe.StripeClient("sk_test_wrong", base_addresses={"api": standin.url})
    with pytest.raises(stripe.AuthenticationError):
        client.v1.checkout.sessions.list()


def test_a_kill_and_a_restart_lose_nothing(standin: StandIn) -> None:
    session = opened()
    standin.press(session.id)
    standin.kill()
    standin.start()
    assert gateway.retrieve_session(session.id).paid
    assert opened() == session
    assert len(standin.charges()) == 1


def test_lists_and_events_are_stripe_objects(standin: StandIn) -> None:
    session = opened()
    standin.press(session.id)
    client = stripe.StripeClient(KEY, base_addresses={"api": standin.url})
    kinds = [event.type for event in client.v1.events.list().data]
    assert kinds == ["checkout.session.completed", "payment_intent.succeeded"]
    intents = client.v1.payment_intents.list().data
    assert [intent.status for intent in intents] == ["succeeded"]
    assert client.v1.checkout.sessions.list({"limit": 1}).data[0].id == session.id


def test_a_payment_starts_on_the_pay_page_only(standin: StandIn) -> None:
    session = opened()
    elsewhere = {"Origin": "http://evil.test"}
    reply = httpx.post(session.url, data={"do": "pay"}, headers=elsewhere)
    assert reply.status_code == 403
    assert standin.charges() == []


def test_the_pay_page_has_a_strict_policy_and_escapes_names(standin: StandIn) -> None:
    session = opened(items=[Item("<script>alert(1)</script>", 500)])
    page = httpx.get(session.url)
    assert "<script>" not in page.text
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert "form-action 'self' http://shop.test" in policy


def test_an_unknown_fault_is_refused(standin: StandIn) -> None:
    with pytest.raises(httpx.HTTPStatusError):
        standin.faults(nonsense=1)
