"""What pages and other apps read of offers, decisions and forecasts."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

from django.core.cache import cache
from django.db.models import Count, QuerySet, Sum
from django.utils import timezone

from core.errors import NotFound
from core.models import Transition, Work
from manufacturing.models import Factory, Job, Machine
from manufacturing.selectors import User, factories_of
from routing.models import Decision, Forecast, Offer
from routing.tasks import MAX_ATTEMPTS

MISSED_FOR_S = 300


def open_offers_for(factory: Factory) -> QuerySet[Offer]:
    """The offers that wait for this factory's answer, the most urgent first."""
    rows = Offer.objects.filter(factory=factory, status="open", expires_at__gt=timezone.now())
    return rows.select_related("job__design", "machine").order_by("expires_at", "pk")


def offer_for(user: User, pk: int) -> Offer:
    """An offer to one of the user's factories. Raises NotFound."""
    rows = Offer.objects.filter(factory__in=factories_of(user))
    offer = rows.select_related("factory", "machine", "job").filter(pk=pk).first()
    if offer is None:
        raise NotFound("There is no such offer to your workshop.")
    return offer


def earned_this_week(factory: Factory) -> int:
    """Cents for parts that passed since Monday."""
    monday = timezone.now().date() - dt.timedelta(days=timezone.now().weekday())
    passed = Transition.objects.filter(
        object_type="manufacturing.job", new="passed", at__date__gte=monday
    ).values_list("object_id", flat=True)
    jobs = Job.objects.filter(factory=factory, pk__in=[int(pk) for pk in passed])
    return jobs.aggregate(total=Sum("payout_cents"))["total"] or 0


def missed_by(factory: Factory) -> list[tuple[str, int]]:
    """Why this factory's machines did not match this week's jobs: (reason, jobs), most first.

    Some minutes old at most: it reads much, and the inbox asks every few seconds.
    """
    key = f"routing.missed:{factory.pk}"
    known: list[tuple[str, int]] | None = cache.get(key)
    if known is None:
        known = _missed_by(factory)
        cache.set(key, known, MISSED_FOR_S)
    return known


def _missed_by(factory: Factory) -> list[tuple[str, int]]:
    since = timezone.now() - dt.timedelta(days=7)
    reasons: Counter[str] = Counter()
    for row in Decision.objects.filter(at__gte=since).exclude(machine__factory=factory)[:500]:
        said = {c["why_not"] for c in row.candidates if c["factory_id"] == factory.pk}
        if said and "" not in said:
            reasons[sorted(said)[0]] += 1
    return reasons.most_common(3)


def is_lost(ref: str) -> bool:
    """No live job of this reference is left, and none will come by itself."""
    jobs = Job.objects.filter(ref=ref)
    if not jobs.exists() or jobs.filter(status__in=Job.LIVE | {"handed_over"}).exists():
        return False
    last = jobs.order_by("-attempt").first()
    assert last is not None
    without_heir = last.given_up or (last.status == "cancelled" and not last.remake)
    return without_heir or last.attempt >= MAX_ATTEMPTS


def network_state() -> dict[str, Any]:
    """The figures at the top of the operations page."""
    return {
        "jobs": dict(
            Job.objects.filter(status__in=Job.LIVE).values_list("status").annotate(n=Count("pk"))
        ),
        "machines": dict(Machine.objects.values_list("status").annotate(n=Count("pk"))),
        "lost": Job.objects.filter(
            status__in=("failed", "scrapped"), attempt__gte=MAX_ATTEMPTS, given_up=False
        )[:20],
        "stuck": Job.objects.filter(status__in=Job.LIVE).exclude(problem="")[:20],
        "dead": Work.objects.filter(state=Work.DEAD).order_by("-pk")[:20],
        "decisions": Decision.objects.select_related("job__design", "machine__factory")[:20],
    }


def replayed(decision: Decision) -> dict[str, Any]:
    """A decision as its page shows it: its candidates, and what became of its job."""
    for candidate in decision.candidates:
        ready = candidate.get("ready")
        candidate["ready_on"] = dt.date.fromisoformat(ready) if ready else None
    heirs = Decision.objects.filter(job__ref=decision.job.ref, pk__gt=decision.pk)
    return {
        "decision": decision,
        "need": decision.job.wanted,
        "newer": heirs.order_by("-pk").first(),
        "may_reroute": decision.job.status in Job.LIVE - {"made", "passed"},
    }


def forecasts() -> list[dict[str, Any]]:
    """Next week of every series, model beside naive, in the order region, family."""
    rows = Forecast.objects.order_by("region", "family", "week")
    weeks = sorted({row.week for row in rows})
    series: dict[tuple[str, str], dict[str, Any]] = {}
    for row in rows:
        entry = series.setdefault(
            (row.region, row.family), {"region": row.region, "family": row.family, "weeks": []}
        )
        entry["weeks"].append(row)
        entry["row"] = row
    return [{**entry, "all": weeks} for entry in series.values()]
