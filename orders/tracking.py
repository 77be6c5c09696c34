"""One order as its buyer sees it: headline, steps, progress, map, and what can be done."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from dataclasses import dataclass, replace

from django.db import models
from django.utils.text import capfirst

from configurator.products import family as family_of
from core.models import Transition
from manufacturing.models import Factory, Job
from orders import map as maps
from orders.cancelling import can_cancel
from orders.models import LineShare, Order, OrderItem, Refund, Shipment
from orders.progress import newest_jobs
from orders.promises import days, promise_from_json, whole
from orders.selectors import ItemView, PortionView, portion_view, view_of
from orders.steps import Facts, Step, ended, steps_of
from routing import places
from routing.models import Offer
from routing.selectors import is_lost
from routing.services import Promise

OVER = frozenset({"delivered", "expired", "cancelled"})
ENDED = frozenset({"failed", "cancelled", "scrapped"})


@dataclass(frozen=True)
class Chip:
    """A state by tone, sign and words."""

    tone: str
    sign: str
    words: str


@dataclass(frozen=True)
class LineView:
    """What one workshop makes of an order line: what it is, where it stands, where it is made."""

    view: ItemView
    portion: PortionView
    job: Job | None
    steps: tuple[Step, ...]
    map: maps.Map
    maker: str
    maker_city: str
    why: str
    retried: tuple[str, str] | None
    running: bool
    lost: bool
    heard_at: dt.datetime | None
    family: str
    sent_on: dt.date | None
    first: bool = True
    """Whether nothing of the same design was told before."""
    beside: str = ""
    """The part of the same design that the same workshop makes, told before this one."""

    @property
    def workplace(self) -> tuple[int, str, str]:
        """The design and who makes this of it: what is made there is packed together."""
        return (self.view.item.pk, self.maker, self.maker_city)

    @property
    def parcel(self) -> tuple[int, str, str, dt.date | None]:
        """The parcel it comes in: what a workshop sent on another day is another one."""
        return (*self.workplace, self.sent_on)

    @property
    def done(self) -> int:
        """How many steps are behind it."""
        return sum(step.state == "done" for step in self.steps)

    @property
    def status(self) -> str:
        return self.job.status if self.job else "waiting"


@dataclass(frozen=True)
class Tracking:
    """The page. ``version`` changes when anything worth showing does."""

    order: Order
    title: str
    chip: Chip
    lines: tuple[LineView, ...]
    items: tuple[ItemView, ...]
    can_cancel: bool
    refund: str
    version: str
    co2e_kg: str

    @property
    def parcels(self) -> int:
        """How many parcels come: by who makes it now, which need not be who was likely to."""
        return len({line.parcel for line in self.lines})

    @property
    def parcels_sent(self) -> int:
        return len({line.parcel for line in self.lines if line.sent_on})

    @property
    def as_priced(self) -> bool:
        """Whether it comes in as many parcels as its price counted."""
        return self.parcels == sum(item.parcels for item in self.items)

    @property
    def live(self) -> bool:
        """Whether the page should go on asking."""
        return self.order.status not in OVER or self.refund in ("asked", "sent")


def tracking(order: Order, now: dt.datetime) -> Tracking:
    """Read everything once and put it into the buyer's words."""
    lines = _lines(order)
    items = tuple({line.view.item.pk: line.view for line in lines}.values())
    title, chip = _title(order, lines), _chip(order, lines, now)
    refunds = list(
        Refund.objects.filter(payment__order=order).order_by("pk").values_list("status", flat=True)
    )
    cancel = can_cancel(order)
    seen = (title, chip, cancel, refunds, [(x.steps, _progress(x.job), x.why) for x in lines])
    return Tracking(
        order=order,
        title=title,
        chip=chip,
        lines=tuple(lines),
        items=items,
        can_cancel=cancel,
        refund=refunds[-1] if refunds else "",
        version=hashlib.sha256(repr(seen).encode()).hexdigest()[:16],
        co2e_kg=f"{sum(x.item.co2e_g for x in items) / 1000:.2g}",
    )


def _progress(job: Job | None) -> tuple[int, int]:
    return (round(job.percent), (job.seconds_left or 0) // 60) if job else (0, 0)


def _lines(order: Order) -> list[LineView]:
    shares = list(order.shares().select_related("item__design", "shipment"))
    jobs = newest_jobs(share.ref for share in shares)
    views = {item.pk: view_of(item) for item in _with_shares(order)}
    moved = _moved([job.pk for job in jobs.values()])
    whys = {
        offer.job_id: offer.why
        for offer in Offer.objects.filter(job__in=jobs.values(), status="accepted")
    }
    history = list(order.history())
    at = {row.new: row.at for row in history}
    last = history[-1] if history else None
    end = ended(order.status, last.at, last.by, "paid" in at) if last else None
    factories = {factory.pk: factory for factory in Factory.objects.all()}
    lines = [
        _line(order, share, views[share.item_id], jobs.get(share.ref), moved, whys, at, factories,
              end)
        for share in shares
    ]  # fmt: skip
    return _arriving(_beside(lines))


def _with_shares(order: Order) -> models.QuerySet[OrderItem]:
    return order.items.select_related("design").prefetch_related("shares")


def _line(
    order: Order,
    share: LineShare,
    view: ItemView,
    job: Job | None,
    moved: dict[int, dict[str, dt.datetime]],
    whys: dict[int, str],
    at: dict[str, dt.datetime],
    factories: dict[int, Factory],
    end: Step | None,
) -> LineView:
    portion = portion_view(share.job_need, promise_from_json(share.promise))
    promise = portion.promise
    maker = (job.factory if job else None) or factories[promise.factory_id]
    shipment: Shipment | None = getattr(share, "shipment", None)
    lost = job is not None and job.status in ENDED and is_lost(share.ref)
    facts = Facts(
        share=share,
        promise=promise,
        paid_at=at.get("paid"),
        job=job,
        moved=moved.get(job.pk, {}) if job else {},
        shipment=shipment,
        delivered_at=at.get("delivered"),
        over=order.status in OVER,
        lost=lost,
        ended=end,
    )
    running = job is not None and job.status in ("running", "paused")
    seen = getattr(job.machine, "seen", None) if running and job and job.machine else None
    return LineView(
        view=view,
        portion=portion,
        job=job,
        steps=steps_of(facts),
        map=_map(maker, order, list(factories.values())),
        maker=maker.name,
        maker_city=maker.city,
        why=whys.get(job.pk, "") if job else "",
        retried=_retried(job),
        running=running,
        lost=lost,
        heard_at=seen.at if seen else None,
        family=family_of(view.item.design.family).name,
        sent_on=shipment.sent_at.date() if shipment else None,
    )


def _beside(lines: list[LineView]) -> list[LineView]:
    """Each with what was told before of the same design and the same workshop."""
    told: dict[tuple[int, str, str], str] = {}
    items: set[int] = set()
    found = []
    for line in lines:
        item = line.view.item.pk
        found.append(replace(line, first=item not in items, beside=told.get(line.workplace, "")))
        items.add(item)
        told.setdefault(line.workplace, f"the {line.portion.parts}" if line.portion.parts else "")
    return found


def _arriving(lines: list[LineView]) -> list[LineView]:
    """Each with the days of its parcel: it is sent when the last that it holds is ready."""
    parcels: dict[object, list[Promise]] = defaultdict(list)
    for line in lines:
        parcels[line.parcel].append(line.portion.promise)
    found = []
    for line in lines:
        *steps, last = line.steps
        if last.expected:
            there = whole(parcels[line.parcel])
            last = replace(last, expected=days(there.earliest, there.latest))
        found.append(replace(line, steps=(*steps, last)))
    return found


def _moved(job_ids: list[int]) -> dict[int, dict[str, dt.datetime]]:
    """When each job came to each status last, in one query."""
    rows = Transition.objects.filter(
        object_type="manufacturing.job", object_id__in=[str(pk) for pk in job_ids]
    )
    found: dict[int, dict[str, dt.datetime]] = defaultdict(dict)
    for row in rows:
        found[int(row.object_id)][row.new] = row.at
    return found


def _map(maker: Factory, order: Order, factories: list[Factory]) -> maps.Map:
    place = places.place(order.place_id)
    others = [maps.Point(f.name, f.lat, f.lon) for f in factories if f.pk != maker.pk]
    return maps.draw(
        maps.Point(maker.name, maker.lat, maker.lon),
        maps.Point(place.name, place.lat, place.lon),
        others,
    )


def _retried(job: Job | None) -> tuple[str, str] | None:
    """Why this is not the first job of its line: what happened, and what a machine said of it.

    What people write (a reason for re-routing, a note at the inspection) stays among them.
    """
    if job is None or job.replaces is None:
        return None
    before = job.replaces
    if before.status == "scrapped":
        return "Made once more.", "The first one was measured and was not as you ordered."
    if before.status != "failed":
        return "Another maker makes it.", "Price and parcel stay as they are."
    ways = list(before.history())
    by_machine = bool(ways) and ways[-1].by.partition(":")[0] in ("node", "system")
    why = f": {before.problem.rstrip('.')}" if by_machine and before.problem else ""
    if any(row.new == "running" for row in ways):
        return "Made once more.", f"The first try did not become what you ordered{why}."
    return "Another machine makes it.", f"The first one could not{why}."


def _title(order: Order, lines: list[LineView]) -> str:
    what = _what(lines)
    fixed = {
        "placed": "Waiting for your payment",
        "expired": "This order was not paid in time",
        "cancelled": "This order is cancelled",
        "shipped": f"Your {what} is on its way",
        "delivered": f"Your {what} is there",
    }
    if order.status in fixed:
        return fixed[order.status]
    if any(line.lost for line in lines):
        return f"Your {what} could not be made yet"
    slowest = min(lines, key=lambda line: line.done)
    last = [line for line in lines if (line.done, line.status) == (slowest.done, slowest.status)]
    titles = _TITLES
    if len({line.workplace[1:] for line in last}) > 1:
        titles = _TITLES | _TITLES_OF_SEVERAL
    said = titles.get(slowest.status, "{what}").format(
        what=_whose(what, lines, last),
        city=" and ".join(dict.fromkeys(line.maker_city for line in last)),
    )
    return capfirst(said)


_TITLES = {
    "waiting": "We are finding a maker for {what}",
    "offered": "A maker in {city} is asked to make {what}",
    "accepted": "{what} will be made in {city}",
    "planned": "{what} will be made in {city}",
    "leased": "{what} is about to be made in {city}",
    "running": "{what} is being made in {city}",
    "paused": "{what} is being made in {city}",
    "made": "{what} is made and waits to be measured",
    "passed": "{what} is measured and being packed",
    "handed_over": "{what} is on its way",
    "failed": "{what} gets another try",
    "cancelled": "{what} gets another maker",
    "scrapped": "{what} is made once more",
}
_TITLES_OF_SEVERAL = {
    "waiting": "We are finding the makers of {what}",
    "offered": "Makers in {city} are asked to make {what}",
}


def _what(lines: list[LineView]) -> str:
    if len({line.view.item.pk for line in lines}) > 1:
        return "order"
    return family_of(lines[0].view.item.design.family).noun


def _whose(what: str, lines: list[LineView], last: list[LineView]) -> str:
    """``your glow lamp``; while some of its parts are further, ``the base of your glow lamp``."""
    if what == "order" or len(last) == len(lines):
        return f"your {what}"
    names = last[0].portion.names
    only = len(last) == 1 and len(names) == 1
    return f"the {last[0].portion.parts if only else 'rest'} of your {what}"


def _chip(order: Order, lines: list[LineView], now: dt.datetime) -> Chip:
    if order.status == "placed":
        return Chip("warn", "…", "not paid yet")
    if order.status in ("expired", "cancelled"):
        return Chip("bad", "✕", order.status)
    if order.status == "delivered":
        return Chip("good", "✓", "delivered")
    earliest = min(line.view.promise.earliest for line in lines)
    latest = max(line.view.promise.latest for line in lines)
    due = max(line.portion.promise.ship_by for line in lines)
    if any(line.lost for line in lines):
        return Chip("bad", "!", "needs our help")
    if now.date() > latest or (now > due and order.status != "shipped"):
        return Chip("warn", "!", f"later than {days(earliest, latest)}")
    return Chip("good", "✓", f"on time: {days(earliest, latest)}")
