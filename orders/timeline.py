"""One order whole: everything that ever happened to it, in one list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse

from core.models import Transition
from core.money import euros
from core.units import parts_in_words
from manufacturing.models import Job
from orders.models import LedgerEntry, Letter, Order, StripeEvent
from routing.models import Decision, Offer


@dataclass(frozen=True)
class Entry:
    """``kind`` says what it was about: order, job, offer, payment, refund, email, ledger …"""

    at: dt.datetime
    kind: str
    about: str
    text: str
    by: str
    reason: str
    url: str = ""


def timeline(order: Order) -> list[Entry]:
    """All entries, oldest first. What happened in one transaction keeps its order."""
    entries = [*_moves(order), *_decisions(order), *_money(order), *_letters(order)]
    return sorted(entries, key=lambda entry: entry.at)


def _moves(order: Order) -> Iterator[Entry]:
    names = _named(order)
    wanted: dict[str, list[str]] = {}
    for kind, pk in names:
        wanted.setdefault(kind, []).append(pk)
    for kind, pks in wanted.items():
        for row in Transition.objects.filter(object_type=kind, object_id__in=pks):
            words = (f"{row.old} → {row.new}" if row.old else row.new).replace("_", " ")
            about = names[kind, row.object_id]
            yield Entry(row.at, kind.partition(".")[2], about, words, row.by, row.reason)


def _named(order: Order) -> dict[tuple[str, str], str]:
    """(object type, id) → name of everything of this order that has a status."""
    payments = list(order.payments.select_related("refund"))
    refunds = [p.refund for p in payments if hasattr(p, "refund")]
    jobs = list(_jobs(order))
    offers = Offer.objects.filter(job__in=jobs).select_related("factory", "job")
    named: dict[tuple[str, str], str] = {("orders.order", str(order.pk)): order.ref}
    named |= {("orders.payment", str(p.pk)): f"attempt {p.attempt}" for p in payments}
    named |= {("orders.refund", str(r.pk)): euros(r.amount_cents) for r in refunds}
    named |= {("manufacturing.job", str(j.pk)): _about(j) for j in jobs}
    named |= {("routing.offer", str(o.pk)): f"to {o.factory.name} for {o.job}" for o in offers}
    return named


def _jobs(order: Order) -> list[Job]:
    rows = Job.objects.filter(ref__in=order.job_refs())
    return list(rows.select_related("factory", "machine"))


def _about(job: Job) -> str:
    """``Job 3f2a1b (panel), try 2``."""
    parts = parts_in_words(job.wanted.parts)
    return f"{job}{f' ({parts})' if parts else ''}, try {job.attempt}"


def _decisions(order: Order) -> Iterator[Entry]:
    for row in Decision.objects.filter(job__in=_jobs(order)):
        able = sum(not candidate.get("why_not") for candidate in row.candidates)
        text = f"{able} of {len(row.candidates)} machines could: {row.outcome}"
        url = reverse("routing:decision", args=[row.pk])
        yield Entry(row.at, "decision", str(row.job), text, "matcher", "", url)


def _money(order: Order) -> Iterator[Entry]:
    sessions = [p.session_id for p in order.payments.all() if p.session_id]
    for event in StripeEvent.objects.filter(session_id__in=sessions):
        yield Entry(event.received_at, "webhook", event.event_id, event.kind, "stripe", "")
    for row in LedgerEntry.objects.filter(order=order):
        text = f"{row.credit} → {row.debit} {euros(row.amount_cents)}"
        yield Entry(row.at, "ledger", row.transaction, text, "system", row.memo)


def _letters(order: Order) -> Iterator[Entry]:
    for letter in Letter.objects.filter(order=order):
        yield Entry(letter.sent_at, "email", letter.to, letter.subject, "system", "")
