"""The seven steps of one order line, read from its jobs' history."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from core.money import euros
from core.units import duration, size
from manufacturing.models import Job
from manufacturing.processes import WORKS
from orders.models import LineShare, Shipment
from orders.promises import days
from routing.services import Promise

When = dt.datetime | None


@dataclass(frozen=True)
class Step:
    """``state`` is done, now, todo or bad. ``at`` is when it was done; ``expected`` else."""

    name: str
    state: str
    detail: str = ""
    at: When = None
    expected: str = ""


@dataclass(frozen=True)
class Facts:
    """What is known of a share of a line. ``moved``: when its job came to each status last."""

    share: LineShare
    promise: Promise
    paid_at: When
    job: Job | None
    moved: dict[str, dt.datetime]
    shipment: Shipment | None
    delivered_at: When
    over: bool
    lost: bool
    ended: Step | None = None
    """The step that an order ends with which goes no further: cancelled, or not paid in time."""


def steps_of(facts: Facts) -> tuple[Step, ...]:
    """All steps in order: what is done, the one that is going on, what is to come.

    Of an order that goes no further: what was done, and its end. Nothing else will come.
    """
    rows = (
        _paid(facts), _found(facts), _checked(facts), _made(facts), _inspected(facts),
        _sent(facts), _delivered(facts),
    )  # fmt: skip
    current = next((n for n, row in enumerate(rows) if row.at is None), len(rows))
    if facts.ended is not None:
        return (*(replace(row, state="done") for row in rows[:current]), facts.ended)
    return tuple(_with_state(row, n, current, facts) for n, row in enumerate(rows))


def ended(status: str, at: When, by: str, anything_done: bool) -> Step | None:
    """How an order ended before its parcel, in words; None while it goes on."""
    nothing = "Nothing more is made or sent." if anything_done else "Nothing was made or charged."
    if status == "expired":
        return Step("Not paid in time", "bad", f"It was let go. {nothing}", at)
    if status == "cancelled":
        return Step("Cancelled", "bad", f"By {'you' if by == 'customer' else 'us'}. {nothing}", at)
    return None


def _with_state(row: Step, number: int, current: int, facts: Facts) -> Step:
    if number < current:
        state = "done"
    elif number > current or facts.over:
        state = "todo"
    else:
        state = "bad" if facts.lost else "now"
    name = _GOING_ON.get(row.name, row.name) if state == "now" else row.name
    detail = row.detail if state != "bad" else _problem(facts.job)
    return Step(name, state, detail, row.at, "" if facts.over else row.expected)


_GOING_ON = {
    "Paid": "To be paid",
    "Maker found": "Finding a maker",
    "Checked": "Checking",
    "Inspected": "Being inspected",
    "Sent": "Being packed",
    "Delivered": "On its way",
}


def _problem(job: Job | None) -> str:
    return (job.problem if job else "") or "This could not be made. We are looking into it."


def _has_ended(job: Job) -> bool:
    return job.status in ("failed", "cancelled", "scrapped")


def _paid(facts: Facts) -> Step:
    whole = " for all its parts," if facts.share.job_need.parts else ""
    text = f"{euros(facts.share.item.total_cents)}{whole} with tax and delivery"
    return Step("Paid", "", text if facts.paid_at else "Waiting for your payment", facts.paid_at)


def _found(facts: Facts) -> Step:
    job, moved = facts.job, facts.moved
    if job is None or job.factory is None or "accepted" not in moved:
        return Step("Maker found", "", _who_is_asked(job) if facts.paid_at else "")
    waited = moved["accepted"] - moved.get("offered", moved["accepted"])
    after = f" after {duration(waited.total_seconds())}" if waited.total_seconds() >= 60 else ""
    return Step("Maker found", "", f"{job.factory.name} said yes{after}", moved["accepted"])


def _who_is_asked(job: Job | None) -> str:
    if job is not None and job.status == "offered" and job.factory is not None:
        return f"{job.factory.name} has been asked"
    return "The nearest that can make it in time"


def _checked(facts: Facts) -> Step:
    job = facts.job
    if job is not None and WORKS[job.wanted.process].by_hand:
        return Step("Checked", "", "The workshop writes its own program", facts.moved.get("made"))
    if job is None or "planned" not in facts.moved:
        return Step("Checked", "", "Planning every move and proving it")
    steps = WORKS[job.wanted.process].steps
    layers = f"{job.program.layers} {steps}, " if job.program else ""
    text = f"{layers}every move proven to fit the machine"
    text = text[0].upper() + text[1:]
    return Step("Checked", "", text, facts.moved["planned"])


def _made(facts: Facts) -> Step:
    job, moved = facts.job, facts.moved
    if job is None or "running" not in moved:
        return Step("Being made", "", "Waits for its machine")
    if _has_ended(job):
        return Step("Being made", "", "This try was given up; another one begins")
    if "made" not in moved:
        paused = "paused at " if job.status == "paused" else ""
        return Step("Being made", "", f"{paused}{job.percent:.0f} %")
    if "planned" not in moved:
        return Step("Made", "", "With the workshop's own program", moved["made"])
    took = (moved["made"] - moved["running"]).total_seconds()
    return Step("Made", "", f"In {duration(took)}", moved["made"])


def _inspected(facts: Facts) -> Step:
    job = facts.job
    if job is None or "passed" not in facts.moved:
        return Step("Inspected", "", "A person measures it against your design")
    found = getattr(job, "inspection", None)
    text = "Looked at and found good"
    if found is not None and len(found.measured_mm) == 3:
        designed = size(facts.share.job_need.inspected_mm)
        text = f"Measured {size(found.measured_mm, 2)}, designed {designed}"
    return Step("Inspected", "", text, facts.moved["passed"])


def _sent(facts: Facts) -> Step:
    if facts.shipment:
        return Step("Sent", "", f"By {facts.shipment.by}", facts.shipment.sent_at)
    due = facts.promise.ship_by
    return Step("Sent", "", "", expected=f"by {due:%a} {due.day}")


def _delivered(facts: Facts) -> Step:
    promise = facts.promise
    expected = days(promise.earliest, promise.latest)
    return Step("Delivered", "", "", facts.delivered_at, expected)
