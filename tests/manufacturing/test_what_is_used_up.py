"""Each job uses up its own share of what it holds, whatever its heir does meanwhile."""

from __future__ import annotations

import datetime as dt
import importlib

import pytest
from django.apps import apps
from django.db.models import F, Sum
from django.utils import timezone

from core import work
from core.models import Work
from core.states import move
from manufacturing import capacity
from manufacturing.models import Job, Machine, MachineDay, Reservation, Stock
from routing import matching, services
from routing.places import Place
from tests.manufacturing.node import TestNode
from tests.worlds import LYON, a_job, a_machine, a_need

pytestmark = pytest.mark.django_db
PLACE = Place("Lyon", "FR", *LYON)
GRAMS, MINUTES, SHELF = 40, 60, 5000


@pytest.fixture
def machine() -> Machine:
    return a_machine()


@pytest.fixture
def job(machine: Machine) -> Job:
    """Held when it was placed, paid, matched: 40 g and 60 min."""
    need, now = a_need(grams=GRAMS, minutes=MINUTES), timezone.now()
    services.hold("line-1", need, PLACE, now)
    job = services.open_job("line-1", need, PLACE, now + dt.timedelta(days=5), "shop")
    matching.match_waiting(now)
    job.refresh_from_db()
    Work.objects.all().delete()
    return job


def go(job: Job, *steps: str, **fields: object) -> None:
    for step in steps[:-1]:
        move(job, step, by="t")
    move(job, steps[-1], by="t", **fields)


def shelf() -> tuple[int, int]:
    row = Stock.objects.get()
    held = row.reservations.aggregate(n=Sum("amount"))["n"] or 0
    assert held == row.reserved_g
    return row.grams, row.reserved_g


def minutes() -> int:
    assert not MachineDay.objects.filter(used_min__gt=F("capacity_min")).exists()
    return MachineDay.objects.aggregate(n=Sum("used_min"))["n"] or 0


def test_a_hold_becomes_the_jobs_own_when_it_is_matched(job: Job) -> None:
    assert set(Reservation.objects.values_list("job", flat=True)) == {job.pk}
    assert (shelf(), minutes()) == ((SHELF, GRAMS), MINUTES)


def test_a_part_that_passes_uses_all(job: Job) -> None:
    go(job, "accepted", "planned", "leased", "running", "made", "passed")
    work.run_due()
    assert (shelf(), minutes()) == ((SHELF - GRAMS, 0), MINUTES)


def test_a_print_that_fails_has_used_what_was_printed_and_its_heir_holds_anew(job: Job) -> None:
    """30 % of 40 g is 12 g and of 60 min 18 min; the heir holds 40 g and 60 min on top.

    A print across midnight uses minutes of two days, each rounded up: there it may be 19.
    """
    go(job, "accepted", "planned", "leased", "running", "failed", percent=30)
    work.run_due()
    heir = Job.objects.get(replaces=job)
    assert heir.status == "waiting", "there is no other machine"
    used = minutes()
    days = MachineDay.objects.filter(used_min__gt=0).count()
    assert shelf() == (SHELF - 12, 0) and 18 <= used < 18 + days
    other = a_machine(job.factory)
    matching.match_waiting(timezone.now())
    heir.refresh_from_db()
    assert heir.machine == other
    assert (shelf(), minutes()) == ((SHELF - 12, GRAMS), used + MINUTES)


def test_a_scrapped_part_uses_all_even_when_its_heir_holds_first(job: Job) -> None:
    go(job, "accepted", "planned", "leased", "running", "made", "scrapped")
    heir = services.heir_of(job, by="t", reason="warped")
    matching.match_waiting(timezone.now())
    assert shelf() == (SHELF, 2 * GRAMS), "both hold until the first is settled"
    work.run_due()
    assert (shelf(), minutes()) == ((SHELF - GRAMS, GRAMS), 2 * MINUTES)
    assert set(Reservation.objects.values_list("job", flat=True)) == {heir.pk}  # type: ignore[union-attr]


def test_what_never_began_is_handed_on_whole(job: Job) -> None:
    go(job, "accepted", "planned")
    heir = services.reroute(job, by="admin", reason="owner is ill")
    assert heir is not None
    assert set(Reservation.objects.values_list("job", flat=True)) == {heir.pk}
    work.run_due()
    assert shelf() == (SHELF, GRAMS)


def test_a_job_that_was_stopped_before_it_printed_gives_all_back(job: Job) -> None:
    go(job, "accepted", "planned", "leased", "cancelled")
    work.run_due()
    assert (shelf(), minutes()) == ((SHELF, 0), 0)
    assert not Reservation.objects.exists()


def test_a_cancelled_line_gives_nothing_back_that_was_used(job: Job) -> None:
    """The scrapped part was not settled yet when the customer cancelled."""
    go(job, "accepted", "planned", "leased", "running", "made", "scrapped")
    assert services.cancel_jobs("line-1", "customer", "no longer wanted")
    services.release("line-1")
    services.release("line-1")
    work.run_due()
    assert (shelf(), minutes()) == ((SHELF - GRAMS, 0), MINUTES)


def test_settling_twice_uses_nothing_twice(job: Job) -> None:
    go(job, "accepted", "planned", "leased", "running", "failed", percent=50)
    capacity.settle(job)
    capacity.settle(job)
    assert shelf() == (SHELF - 20, 0)


def test_the_node_says_how_far_it_came(machine: Machine, job: Job) -> None:
    node = TestNode(machine.factory)
    node.pair()
    node.poll(machine, "busy")
    go(job, "accepted", "planned", "leased", "running")
    node.say(machine, job.uid, "progress", percent=20, seconds_left=9)
    node.say(machine, job.uid, "failed", percent=45, reason="fault", detail="nozzle")
    node.poll(machine, "needs_clearing")
    job.refresh_from_db()
    assert (job.status, job.percent) == ("failed", 45)
    work.run_due()
    assert shelf()[0] == SHELF - 18  # 45 % of 40 g


def test_what_was_held_before_reservations_knew_jobs_becomes_the_jobs_own(
    machine: Machine, job: Job
) -> None:
    """As a database looks that was in use before 0006."""
    migration = importlib.import_module("manufacturing.migrations.0007_holds_of_matched_jobs")
    holds = list(Reservation.objects.filter(job=job).values_list("pk", flat=True))
    assert len(holds) >= 2
    waiting = a_job()
    capacity.reserve(
        waiting.ref, machine, minutes=5, grams=5, material="pla", colour="kiln",
        last=timezone.now().date() + dt.timedelta(days=3), now=timezone.now(),
    )  # fmt: skip
    Reservation.objects.update(job=None)
    for _ in range(2):
        migration.give_to_jobs(apps, None)
        assert set(Reservation.objects.filter(job=job).values_list("pk", flat=True)) == set(holds)
        assert set(Reservation.objects.filter(job=None).values_list("ref", flat=True)) == {
            waiting.ref
        }
