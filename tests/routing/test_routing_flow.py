"""From a paid line to an accepted job: holds, offers, answers, silence, re-routes."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import Sum
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core import work
from core.errors import Conflict, NoCapacity
from core.models import Work
from core.states import move
from manufacturing.models import Job, Machine, MachineDay, Reservation, Stock
from routing import matching, offers, selectors, services
from routing.models import Decision, Demand, Offer
from routing.places import Place
from tests.worlds import BERLIN, LYON, a_factory, a_job, a_machine, a_need

pytestmark = pytest.mark.django_db
PLACE = Place("Lyon", "FR", *LYON)


def held(machine: Machine) -> int:
    return MachineDay.objects.filter(machine=machine).aggregate(n=Sum("used_min"))["n"] or 0


def answer_now(offer: Offer, said: str, settings: object) -> None:
    """Say it, and let the time to undo it pass."""
    offers.answer(offer, said, by="remy", reason="no time")
    Work.objects.filter(kind="routing.answer").update(
        run_after=timezone.now() - dt.timedelta(seconds=1)
    )
    work.run_due()
    offer.refresh_from_db()


def test_a_hold_takes_minutes_and_grams_and_release_gives_them_back_once() -> None:
    machine = a_machine()
    with transaction.atomic():
        promise = services.hold("line-1", a_need(minutes=90, grams=55), PLACE, timezone.now())
    assert promise.factory == machine.factory.name
    assert held(machine) == 90
    assert Stock.objects.get().reserved_g == 55
    services.release("line-1")
    services.release("line-1")
    assert held(machine) == 0
    assert Stock.objects.get().reserved_g == 0


def test_minutes_cannot_be_sold_twice() -> None:
    """28 days × 60 minutes: the 28th hold of an hour fits, the 29th is told so."""
    a_machine(opens_min=0, closes_min=60)
    tomorrow = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    for number in range(28):
        services.hold(f"line-{number}", a_need(grams=1), PLACE, tomorrow)
    with pytest.raises(NoCapacity, match="No workshop"):
        services.hold("one-more", a_need(grams=1), PLACE, tomorrow)
    assert not MachineDay.objects.filter(used_min__gt=60).exists()


def test_a_failed_hold_leaves_nothing_behind() -> None:
    a_machine(shelf={("pla", "kiln"): 30})
    with pytest.raises(NoCapacity), transaction.atomic():
        services.hold("line-1", a_need(grams=31), PLACE, timezone.now())
    assert not Reservation.objects.exists()


def test_a_paid_line_becomes_a_job_and_demand_and_is_offered_to_the_nearest() -> None:
    near = a_machine(a_factory(LYON))
    a_machine(a_factory(BERLIN, city="Berlin"))
    need = a_need()
    services.hold("line-1", need, PLACE, timezone.now())
    job = services.open_job("line-1", need, PLACE, timezone.now() + dt.timedelta(days=5), "shop")
    work.run_due()
    job.refresh_from_db()
    offer = Offer.objects.get()
    assert (job.status, job.machine, offer.machine) == ("offered", near, near)
    assert offer.why.startswith("nearest of 2")
    assert Demand.objects.get().units == 1
    assert held(near) == need.minutes
    decision = Decision.objects.get()
    assert decision.cost_cents >= decision.bound_cents
    assert len(decision.candidates) == 2


def test_who_is_hundreds_of_kilometres_away_is_not_called_the_nearest() -> None:
    """Berlin is 974 km from Lyon by the great circle, Helsinki twice as far."""
    a_machine(a_factory(BERLIN, city="Berlin"))
    a_machine(a_factory((60.2, 24.9), city="Helsinki"))
    need = a_need()
    services.hold("line-1", need, PLACE, timezone.now())
    services.open_job("line-1", need, PLACE, timezone.now() + dt.timedelta(days=5), "shop")
    work.run_due()
    why = Offer.objects.get().why
    assert re.fullmatch(r"9\d\d km away; of 2 that can none is nearer", why), why


def test_all_waiting_jobs_are_matched_together() -> None:
    """Lyon has minutes for one. The job for Lyon would lose most by going elsewhere."""
    lyon = a_machine(a_factory(LYON), opens_min=1380, closes_min=1440)
    a_machine(a_factory(BERLIN, city="Berlin"))
    due = timezone.now() + dt.timedelta(days=1)
    MachineDay.objects.filter(machine=lyon, day__gt=due.date()).delete()
    MachineDay.objects.filter(machine=lyon, day__lt=due.date()).delete()
    halfway = a_job(a_need(minutes=50), to=(49.0, 9.0), due=due)
    here = a_job(a_need(minutes=50), to=LYON, due=due)
    matching.match_waiting(timezone.now())
    assert Offer.objects.get(job=here).factory.city == "Lyon"
    assert Offer.objects.get(job=halfway).factory.city == "Berlin"
    assert Decision.objects.filter(batch=2).count() == 2


def test_yes_after_the_time_to_undo_accepts_the_job(settings: Any) -> None:
    a_machine()
    job = a_job()
    matching.match_waiting(timezone.now())
    offer = Offer.objects.get()
    offers.answer(offer, "accept", by="remy")
    job.refresh_from_db()
    assert job.status == "offered"
    Work.objects.exclude(kind="routing.answer").delete()
    Work.objects.update(run_after=timezone.now() - dt.timedelta(seconds=1))
    work.run(Work.objects.get(kind="routing.answer").pk)
    job.refresh_from_db()
    assert job.status == "accepted"
    assert [t.by for t in job.history()][-1] == "remy"


def test_an_answer_can_be_undone_and_then_does_nothing(settings: Any) -> None:
    a_machine()
    a_job()
    matching.match_waiting(timezone.now())
    offer = Offer.objects.get()
    offers.answer(offer, "decline", by="remy", reason="no time")
    offers.undo(offer)
    Work.objects.update(run_after=timezone.now() - dt.timedelta(seconds=1))
    work.run(Work.objects.get(kind="routing.answer").pk)
    offer.refresh_from_db()
    assert offer.status == "open"
    with pytest.raises(Conflict):
        offers.undo(offer)


def test_a_no_goes_to_the_next_and_never_back(settings: Any) -> None:
    a_machine(a_factory(LYON))
    a_machine(a_factory(BERLIN, city="Berlin"))
    job = a_job()
    matching.match_waiting(timezone.now())
    answer_now(Offer.objects.get(), "decline", settings)
    job.refresh_from_db()
    assert job.status == "offered"
    assert Offer.objects.get(status="open").factory.city == "Berlin"
    answer_now(Offer.objects.get(status="open"), "decline", settings)
    job.refresh_from_db()
    assert job.status == "waiting"
    assert "said no" in job.problem


def test_silence_goes_to_the_next(settings: Any) -> None:
    a_machine(a_factory(LYON))
    a_machine(a_factory(BERLIN, city="Berlin"))
    job = a_job()
    matching.match_waiting(timezone.now())
    late = timezone.now() + dt.timedelta(minutes=settings.OFFER_MINUTES + 1)
    assert offers.expire_due(late) == 1
    assert [t.reason for t in Offer.objects.get().history()][-1] == "no answer in time"
    work.run_due()
    job.refresh_from_db()
    assert Offer.objects.get(status="open").factory.city == "Berlin"
    with pytest.raises(Conflict):
        offers.answer(Offer.objects.get(status="expired"), "accept", by="remy")


def test_a_workshop_may_say_yes_by_itself() -> None:
    machine = a_machine(a_factory(LYON, auto_accept=True))
    move(machine, "idle", by="node")
    job = a_job()
    matching.match_waiting(timezone.now())
    work.run(Work.objects.get(kind="routing.offered").pk)
    job.refresh_from_db()
    assert job.status == "accepted"


def test_a_reroute_makes_one_heir_elsewhere_and_moves_the_hold() -> None:
    lyon = a_machine(a_factory(LYON))
    berlin = a_machine(a_factory(BERLIN, city="Berlin"))
    job = a_job(ref="line-1")
    matching.match_waiting(timezone.now())
    job.refresh_from_db()
    heir = services.reroute(job, by="admin", reason="owner is ill")
    assert heir is not None
    assert heir.replaces == job
    assert Offer.objects.get(job=job).status == "withdrawn"
    work.run_due()
    heir.refresh_from_db()
    assert heir.machine == berlin
    assert (held(lyon), held(berlin)) == (0, 60)
    assert Job.objects.filter(ref="line-1", status__in=Job.LIVE).count() == 1


def test_a_job_at_a_machine_is_stopped_before_it_goes_elsewhere() -> None:
    machine = a_machine()
    job = a_job()
    move(job, "offered", by="t", machine=machine, factory=machine.factory)
    for step in ("accepted", "planned", "leased", "running"):
        move(job, step, by="t")
    assert services.reroute(job, by="admin", reason="machine smokes") is None
    job.refresh_from_db()
    assert (job.status, job.cancel_reason, job.remake) == ("running", "machine smokes", True)
    move(job, "cancelled", by="node:1")
    work.run_due()
    assert Job.objects.get(replaces=job).status in ("waiting", "offered")


def test_a_part_that_keeps_failing_is_lost_after_four_tries_and_said() -> None:
    a_machine()
    job = a_job(ref="line-1")
    for _ in range(4):
        current = Job.objects.get(ref="line-1", status__in=Job.LIVE)
        move(current, "failed", by="t", problem="jammed")
        Work.objects.filter(kind="routing.match").delete()
        work.run_due()
    assert Job.objects.filter(ref="line-1").count() == 4
    assert selectors.is_lost("line-1")
    assert not selectors.is_lost("never-was")
    assert job.attempt == 1


def test_a_cancelled_line_is_not_made_again_and_gives_its_hold_back() -> None:
    machine = a_machine()
    need = a_need()
    services.hold("line-1", need, PLACE, timezone.now())
    services.open_job("line-1", need, PLACE, timezone.now() + dt.timedelta(days=5), "shop")
    assert services.cancel_jobs("line-1", by="customer", reason="changed my mind")
    work.run_due()
    assert held(machine) == 0
    assert Job.objects.count() == 1
    assert selectors.is_lost("line-1")


def test_more_than_a_plate_holds_is_told_before_it_is_sold() -> None:
    """A 250 × 210 bed less the skirt's margin holds 2 × 1 boxes of 110 mm, not three."""
    a_machine()
    size = (110.0, 110.0, 60.0)
    two = a_need(size_mm=size, boxes_mm=(size,), quantity=2)
    three = a_need(size_mm=size, boxes_mm=(size,), quantity=3)
    assert services.promise_for(two, PLACE, timezone.now()).factory
    with pytest.raises(NoCapacity, match="holds 2 of these on its plate at once, not 3"):
        services.promise_for(three, PLACE, timezone.now())


def test_a_part_that_failed_gets_no_heir_once_its_line_is_cancelled() -> None:
    """The cancel comes between the failure and the work that would make the heir."""
    a_machine()
    job = a_job(ref="line-1")
    move(job, "failed", by="t", problem="jammed")
    assert services.cancel_jobs("line-1", by="customer", reason="no longer wanted")
    work.run_due()
    assert Job.objects.filter(ref="line-1").count() == 1
    assert selectors.is_lost("line-1")


def test_why_nothing_came_is_not_read_anew_by_every_poll(client: Client) -> None:
    machine = a_machine(a_factory())
    owner = User.objects.create_user("owner")
    machine.factory.members.add(owner)
    Machine.objects.update(tolerance_mm=9)
    a_job()
    matching.match_waiting(timezone.now())
    client.force_login(owner)
    path = f"/factory/{machine.factory_id}/offers/"
    first = client.get(path)
    assert b"holds" in first.content
    with CaptureQueriesContext(connection) as asked:
        again = client.get(path)
    assert again.content == first.content
    assert not [q for q in asked.captured_queries if "routing_decision" in q["sql"]]
