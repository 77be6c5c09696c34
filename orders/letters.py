"""Emails at the changes that matter: plain text, and the same as simple HTML."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from core.money import euros
from orders.models import Letter, Order
from orders.promises import days, promise_from_json

SUBJECTS = {
    "placed": "Your order {ref} waits for its payment",
    "paid": "Thank you: your order {ref} is paid",
    "shipped": "Your order {ref} is on its way",
    "cancelled": "Your order {ref} is cancelled",
    "refunded": "Your money for order {ref} is on its way back",
}


def is_wanted(order: Order, about: str) -> bool:
    """Whether this letter still says something true that the customer has not been told."""
    if about == "placed" and order.status != "placed":
        return False
    # A cancelled order that was paid: the letter about its refund says both.
    if about == "cancelled" and order.payments.filter(status__in=["paid", "refunded"]).exists():
        return False
    return not order.letters.filter(about=about).exists()


def send(order: Order, about: str) -> Letter:
    """Send one letter; returns its row, not yet saved.

    Should a worker die between the two, the next sends it again under the same Message-ID,
    which mail programs show once.
    """
    context = _context(order)
    subject = SUBJECTS[about].format(ref=order.ref)
    mail = EmailMultiAlternatives(
        subject,
        render_to_string(f"emails/{about}.txt", context),
        settings.DEFAULT_FROM_EMAIL,
        [order.email],
        headers={"Message-ID": f"<{order.ref}.{about}@{_domain()}>"},
    )
    mail.attach_alternative(
        render_to_string("emails/letter.html", {**context, "about": about, "subject": subject}),
        "text/html",
    )
    mail.send()
    return Letter(order=order, about=about, to=order.email, subject=subject)


def _context(order: Order) -> dict[str, object]:
    items = list(order.items.all())
    promises = [promise_from_json(item.promise) for item in items]
    return {
        "order": order,
        "items": items,
        "total": euros(order.total_cents),
        "url": order.url,
        "days": days(
            min(promise.earliest for promise in promises),
            max(promise.latest for promise in promises),
        ),
    }


def _domain() -> str:
    return str(settings.DEFAULT_FROM_EMAIL).rpartition("@")[2].rstrip(">")
