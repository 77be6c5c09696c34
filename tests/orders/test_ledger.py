"""The books balance, whatever happens."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from manufacturing.models import Factory
from orders import ledger, payments
from orders.models import LedgerEntry, Order, Payment, Refund
from orders.stripe_gateway import SentBack, Session
from tests.orders.network import a_placed_order

amounts = st.integers(50, 10_000_000).flatmap(
    lambda total: st.tuples(st.just(total), st.integers(0, total - 1))
)
stories = st.lists(st.tuples(amounts, st.sampled_from(["FR", "DE", "CH", "US"]), st.booleans()))


@given(stories)
def test_any_sales_and_refunds_balance_to_zero(
    story: list[tuple[tuple[int, int], str, bool]],
) -> None:
    postings, at_stripe = [], 0
    for (total, tax), country, sent_back in story:
        rows = ledger.sale(total, tax, country)
        assert sum(row.cents for row in rows) == total
        postings += rows + (ledger.reversal(rows) if sent_back else [])
        at_stripe += 0 if sent_back else total
    found = ledger.trial_balance(postings)
    assert sum(row.cents for row in found) == 0
    assert next((b.cents for b in found if b.account == ledger.STRIPE), 0) == at_stripe
    assert all(b.cents <= 0 for b in found if b.account != ledger.STRIPE)


def test_a_sale_by_hand() -> None:
    # 19.25 of goods and delivery, 3.85 of French tax
    assert ledger.sale(2310, 385, "FR") == [
        ledger.Posting("stripe", "customers", 1925),
        ledger.Posting("stripe", "vat:FR", 385),
    ]
    assert ledger.sale(7722, 0, "US") == [ledger.Posting("stripe", "customers", 7722)]


def paid_order() -> tuple[Order, Payment]:
    order = a_placed_order()
    payment = order.payments.get()
    Payment.objects.filter(pk=payment.pk).update(status="open", session_id="cs_1")
    payment.refresh_from_db()
    payments.take(
        payment, Session("cs_1", "", "complete", True, "pi_1", order.total_cents, "eur", order.ref)
    )
    return Order.objects.get(pk=order.pk), Payment.objects.get(pk=payment.pk)


@pytest.mark.django_db
def test_payment_and_refund_leave_every_account_at_zero(factory: Factory) -> None:
    _, payment = paid_order()
    assert {b.account: b.cents for b in ledger.balances()} == {
        "stripe": payment.amount_cents,
        "customers": -(payment.amount_cents - payment.order.tax_cents),
        "vat:FR": -payment.order.tax_cents,
    }
    refund = payments.ask_refund(payment, "test", by="test")
    payments.note_refund(Refund.objects.get(pk=refund.pk), SentBack("re_1", "succeeded", ""))
    assert [b.cents for b in ledger.balances()] == [0, 0, 0]
    assert ledger.differs_from_payments_cents() == 0


@pytest.mark.django_db
def test_posting_twice_posts_once(factory: Factory) -> None:
    _, payment = paid_order()
    before = LedgerEntry.objects.count()
    ledger.post_payment(payment)
    assert LedgerEntry.objects.count() == before


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("debit", "credit", "cents"), [("stripe", "stripe", 5), ("stripe", "customers", 0)]
)
def test_the_database_refuses_what_would_not_balance(
    factory: Factory, debit: str, credit: str, cents: int
) -> None:
    order = a_placed_order()
    with pytest.raises(IntegrityError), transaction.atomic():
        LedgerEntry.objects.create(
            transaction="x", debit=debit, credit=credit, amount_cents=cents, order=order, memo="x"
        )


@pytest.mark.django_db
def test_an_entry_is_never_changed_or_deleted(factory: Factory) -> None:
    paid_order()
    row = LedgerEntry.objects.all()[0]
    with pytest.raises(TypeError):
        row.save()
    with pytest.raises(TypeError):
        row.delete()
