"""Double entry: what came in, what is owed, to whom.

Accounts:
- ``stripe``: money at Stripe, an asset;
- ``bank``: money at our bank, an asset; here only what was sent back from there;
- ``customers``: paid and not yet delivered, owed to customers;
- ``vat:FR`` …: tax collected for a country, owed to it.
docs/algorithms/payments.md shows the postings of an order with figures.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import Sum

from orders.models import LedgerEntry, Order, Payment, Refund

STRIPE, BANK, CUSTOMERS = "stripe", "bank", "customers"


@dataclass(frozen=True)
class Posting:
    """``cents`` move: ``debit`` grows by them, ``credit`` gives them. Cents above 0."""

    debit: str
    credit: str
    cents: int


@dataclass(frozen=True)
class Balance:
    """Both sides of one account."""

    account: str
    debit_cents: int
    credit_cents: int

    @property
    def cents(self) -> int:
        return self.debit_cents - self.credit_cents


def sale(total_cents: int, tax_cents: int, country: str, account: str = STRIPE) -> list[Posting]:
    """A customer paid: the money is at Stripe; the goods are owed to them, the tax to a state."""
    rows = [
        Posting(account, CUSTOMERS, total_cents - tax_cents),
        Posting(account, f"vat:{country}", tax_cents),
    ]
    return [row for row in rows if row.cents > 0]


def reversal(postings: Iterable[Posting]) -> list[Posting]:
    """The same with the sides changed: what a refund posts."""
    return [Posting(row.credit, row.debit, row.cents) for row in postings]


def trial_balance(postings: Iterable[Posting]) -> list[Balance]:
    """Debit and credit of each account, by name. All balances together are 0."""
    sides: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for row in postings:
        sides[row.debit][0] += row.cents
        sides[row.credit][1] += row.cents
    return [Balance(account, *sides[account]) for account in sorted(sides)]


def post_payment(payment: Payment) -> None:
    order = payment.order
    _post(f"payment:{payment.pk}", sale(*_amounts(payment), order.country), order, "paid")


def post_refund(refund: Refund) -> None:
    payment = refund.payment
    rows = reversal(sale(*_amounts(payment), payment.order.country, refund.account))
    _post(_name(refund), rows, payment.order, f"refund: {refund.reason}")


def post_refund_came_back(refund: Refund) -> None:
    """The bank did not take it: the money is at Stripe again, and owed again."""
    payment = refund.payment
    rows = sale(*_amounts(payment), payment.order.country, refund.account)
    _post(f"{_name(refund)}:back", rows, payment.order, "refund came back")


def balances() -> list[Balance]:
    """The trial balance of everything posted, in one query."""
    rows = LedgerEntry.objects.order_by().values_list("debit", "credit")
    summed = rows.annotate(cents=Sum("amount_cents"))
    return trial_balance(Posting(*row) for row in summed)


def differs_from_payments_cents() -> int:
    """The ledger's money at Stripe minus what payments and refunds say: 0 when all is well."""
    in_ledger = next((b.cents for b in balances() if b.account == STRIPE), 0)
    came = Payment.objects.filter(status__in=["paid", "refunded"]).aggregate(n=Sum("amount_cents"))
    back = Refund.objects.filter(status="done", account=STRIPE)
    went = back.aggregate(n=Sum("amount_cents"))
    return in_ledger - (came["n"] or 0) + (went["n"] or 0)


def _name(refund: Refund) -> str:
    """Each attempt is a transaction of its own; those of another account, too."""
    attempt = "" if refund.attempt == 1 else f":{refund.attempt}"
    return f"refund:{refund.pk}{attempt}" + ("" if refund.account == STRIPE else ":by-hand")


def _amounts(payment: Payment) -> tuple[int, int]:
    return payment.amount_cents, payment.order.tax_cents


def _post(name: str, rows: list[Posting], order: Order, memo: str) -> None:
    """Insert the rows of one transaction; posting it twice leaves it posted once."""
    entries = [
        LedgerEntry(
            transaction=name,
            debit=row.debit,
            credit=row.credit,
            amount_cents=row.cents,
            order=order,
            memo=memo[:120],
        )
        for row in rows
    ]
    try:
        with transaction.atomic():
            LedgerEntry.objects.bulk_create(entries)
    except IntegrityError:
        if LedgerEntry.objects.filter(transaction=name).count() != len(entries):
            raise
