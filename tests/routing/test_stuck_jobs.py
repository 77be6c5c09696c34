"""Jobs whose machine does not come back, jobs given back, jobs that nobody hears of."""

from __future__ import annotations

import datetime as dt
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils import timezone

from core import work
from core.errors import Conflict, StaleState
from core.models import Transition
from core.states import move
from manufacturing import machines, programs
from manufacturing.models import Job, Machine, MachineDay, MachineSeen, Node, NodeSeen
from manufacturing.planning.profiles import PROFILES
from manufacturing.reports import TRIES
from routing import matching, offers, selectors, services, stuck
from routing.models import Offer
from tests.manufacturing.node import TestNode
from tests.manufacturing.test_dispatch import planned, start_in
from tests.worlds import BERLIN, LYON, a_factory, a_job, a_machine, a_need

pytestmark = pytest.mark.django_db
NOW = timezone.now


@pytest.fixture
def lyon() -> Machine:
    machine = a_machine(a_factory(LYON))
    move(machine, "idle", by="node")
    return machine


@pytest.fixture
def berlin() -> Machine:
    machine = a_machine(a_factory(BERLIN, city="Berlin"))
    move(machine, "idle", by="node")
    return machine


@pytest.fixture(autouse=True)
def heard(db: None) -> NodeSeen:
    """Some workshop's computer talks to the hub all the time, so the hub is not away."""
    node = Node.objects.create(factory=a_factory(), paired_at=NOW())
    return NodeSeen.objects.create(node=node, at=long_after())


def yes(job: Job) -> Job:
    """The matcher asks, the workshop says yes."""
    matching.match_waiting(NOW())
    offers.accept(Offer.objects.get(job=job, status="open"), by="remy")
    job.refresh_from_db()
    return job


def long_after() -> dt.datetime:
    return NOW() + stuck.patience() + dt.timedelta(minutes=1)


def match_again() -> None:
    work.run_due()


@pytest.mark.parametrize("status", ["offline", "error", "maintenance"])
def test_a_job_leaves_a_machine_that_stays_away_and_says_why(
    lyon: Machine, berlin: Machine, status: str
) -> None:
    job = yes(a_job())
    assert job.machine == lyon
    move(lyon, status, by="t")
    assert stuck.move_on(NOW()) == 0, "patience first"
    assert stuck.move_on(long_after()) == 1
    job.refresh_from_db()
    assert (job.status, job.machine, job.payout_cents) == ("waiting", None, 0)
    assert stuck.WHY[status] in job.history().last().reason
    assert Offer.objects.get(job=job).status == "taken_back"
    match_again()
    job.refresh_from_db()
    assert job.machine == berlin
    assert MachineDay.objects.filter(machine=lyon, used_min__gt=0).count() == 0


def test_a_retired_machine_is_left_at_once_even_if_nobody_else_can(lyon: Machine) -> None:
    job = yes(a_job())
    move(lyon, "retired", by="t")
    assert stuck.move_on(NOW()) == 1
    job.refresh_from_db()
    assert job.status == "waiting"


def test_a_job_that_nobody_else_can_make_stays_and_says_so(lyon: Machine) -> None:
    job = yes(a_job())
    move(lyon, "offline", by="t")
    assert stuck.move_on(long_after()) == 0
    job.refresh_from_db()
    assert job.status == "accepted"
    assert stuck.NOWHERE in job.problem


def test_another_machine_of_the_same_workshop_may_take_it(lyon: Machine) -> None:
    other = a_machine(lyon.factory)
    move(other, "idle", by="node")
    job = yes(a_job())
    gone = job.machine
    assert gone is not None
    move(gone, "offline" if gone == lyon else "maintenance", by="t")
    assert stuck.move_on(long_after()) == 1
    match_again()
    job.refresh_from_db()
    assert job.machine in (lyon, other)
    assert job.machine != gone


def test_patience_counts_from_the_yes_on_a_machine_that_was_silent_before(
    lyon: Machine, berlin: Machine
) -> None:
    move(lyon, "offline", by="t")
    old = NOW() - dt.timedelta(days=2)
    Transition.objects.filter(object_type="manufacturing.machine").update(at=old)
    job = yes(a_job())
    assert stuck.move_on(NOW()) == 0
    job.refresh_from_db()
    assert job.status == "accepted"


def test_a_machine_that_is_back_is_asked_again(lyon: Machine, berlin: Machine) -> None:
    job = yes(a_job())
    move(lyon, "offline", by="t")
    assert stuck.move_on(long_after()) == 1
    move(berlin, "maintenance", by="t")
    matching.match_waiting(NOW())
    job.refresh_from_db()
    assert job.status == "waiting"
    move(lyon, "idle", by="node")
    matching.match_waiting(NOW())
    job.refresh_from_db()
    assert job.machine == lyon


def test_a_job_that_may_have_begun_stays_but_is_put_before_people(
    lyon: Machine, berlin: Machine
) -> None:
    job = yes(a_job())
    move(job, "planned", by="t")
    move(job, "leased", by="t")
    move(lyon, "offline", by="t")
    # Its computer is heard all the time: it says that the machine does not answer.
    MachineSeen.objects.create(machine=lyon, at=NOW())
    assert stuck.move_on(NOW()) == 0
    job.refresh_from_db()
    assert job.problem == ""
    assert stuck.move_on(long_after()) == 0
    job.refresh_from_db()
    assert (job.status, job.problem) == ("leased", stuck.SILENT)
    move(lyon, "busy", by="t")
    stuck.move_on(long_after())
    job.refresh_from_db()
    assert job.problem == ""


def test_a_program_for_the_old_machine_is_not_used_on_the_new_one(
    settings: Any, tmp_path: Path
) -> None:
    """The slicer was at work when the job moved on."""
    settings.PROGRAM_DIR = tmp_path
    old = planned(a_machine()).program
    job = a_job()
    ender = a_machine(profile="ender-3")
    move(job, "offered", by="t", machine=ender, factory=ender.factory)
    move(job, "accepted", by="t")
    assert old is not None
    assert old.profile_digest != PROFILES["ender-3"].digest()
    programs.use_program(job.pk, old)
    job.refresh_from_db()
    assert job.status == "accepted"


# -- machines that are there, but do not come to it


@pytest.mark.parametrize(
    ("status", "sentence"),
    [("needs_clearing", stuck.TO_CLEAR), ("busy", stuck.FOREIGN), ("paused", stuck.FOREIGN)],
)
def test_a_job_says_what_its_machine_has_been_waiting_for(
    lyon: Machine, status: str, sentence: str
) -> None:
    job = yes(a_job())
    for step in ("busy", status) if status != "busy" else ("busy",):
        move(lyon, step, by="node")
    for now, said in ((NOW(), ""), (long_after(), sentence), (long_after(), sentence)):
        stuck.move_on(now)
        job.refresh_from_db()
        assert (job.status, job.problem) == ("accepted", said)
    assert job in list(selectors.network_state()["stuck"])
    move(lyon, "offline", by="node")
    move(lyon, "idle", by="node")
    stuck.move_on(long_after())
    job.refresh_from_db()
    assert job.problem == ""


def test_a_job_behind_another_one_of_ours_has_no_problem(lyon: Machine) -> None:
    first, second = yes(a_job()), yes(a_job())
    for step in ("planned", "leased", "running"):
        move(first, step, by="t")
    move(lyon, "busy", by="node")
    stuck.move_on(long_after())
    second.refresh_from_db()
    assert second.problem == ""


def test_a_job_that_stayed_says_nothing_more_when_its_machine_is_back(lyon: Machine) -> None:
    job = yes(a_job())
    move(lyon, "offline", by="t")
    stuck.move_on(long_after())
    move(lyon, "idle", by="node")
    stuck.move_on(long_after())
    job.refresh_from_db()
    assert job.problem == ""


# -- out of service for good


def test_an_owner_takes_a_machine_out_of_service_and_its_jobs_go_on(
    client: Client, lyon: Machine, berlin: Machine
) -> None:
    job = yes(a_job())
    owner, stranger = (User.objects.create_user(name) for name in ("owner", "stranger"))
    lyon.factory.members.add(owner)
    berlin.factory.members.add(stranger)
    path = f"/factory/machine/{lyon.uid}/retire/"
    assert client.post(path, {"reason": "old"}).status_code == 302  # to sign in
    client.force_login(stranger)
    assert client.post(path, {"reason": "old"}).status_code == 404
    client.force_login(owner)
    assert client.get(path).status_code == 405
    assert client.post(path, {"reason": " "}).status_code == 422
    page = f"/factory/{lyon.factory_id}/machines/"
    assert path in client.get(page).content.decode()
    lyon.refresh_from_db()
    assert lyon.status == "idle"
    assert client.post(path, {"reason": "the frame is bent"}).status_code == 302
    lyon.refresh_from_db()
    assert (lyon.status, lyon.history().last().reason) == ("retired", "the frame is bent")
    assert path not in client.get(page).content.decode()
    assert stuck.move_on(NOW()) == 1
    match_again()
    job.refresh_from_db()
    assert job.machine == berlin


@pytest.mark.parametrize("begun", [True, False])
def test_a_machine_with_a_full_plate_can_go_but_not_one_with_a_job_at_it(
    lyon: Machine, begun: bool
) -> None:
    job = yes(a_job())
    move(lyon, "busy", by="node")
    move(lyon, "needs_clearing", by="node")
    if begun:
        for step in ("planned", "leased"):
            move(job, step, by="t")
        with pytest.raises(Conflict, match="at work"):
            machines.retire(lyon, by="remy", reason="old")
    else:
        machines.retire(lyon, by="remy", reason="old")
        with pytest.raises(Conflict, match="taken out before"):
            machines.retire(lyon, by="remy", reason="again")


# -- a machine that will not begin it

FULL = "OctoPrint did not take the file (507)"


@pytest.fixture
def node(lyon: Machine) -> TestNode:
    one = TestNode(lyon.factory)
    one.pair()
    return one


def refused(node: TestNode, machine: Machine, job: Job, reason: str = "not_idle") -> None:
    """The hub gives the job out, the machine takes it and refuses it before its start."""
    Job.objects.filter(pk=job.pk).update(lease_until=NOW())
    epoch = start_in(node.poll(machine)).signed.manifest.epoch
    node.say(machine, job.uid, "accepted", epoch=epoch)
    node.say(machine, job.uid, "refused", epoch=epoch, reason=reason, detail=FULL)
    node.poll(machine)


def ready(settings: Any, folder: Path) -> Job:
    """A job that said yes to Lyon, with its program."""
    settings.PROGRAM_DIR = folder
    job = yes(a_job())
    other = planned(a_machine(tolerance_mm=9.0))
    assert other.program is not None
    programs.use_program(job.pk, other.program)
    move(other, "failed", by="t")
    return job


def test_a_job_that_is_refused_again_and_again_goes_to_another_machine(
    lyon: Machine, berlin: Machine, node: TestNode, settings: Any, tmp_path: Path
) -> None:
    job = ready(settings, tmp_path)
    for _ in range(TRIES - 1):
        refused(node, lyon, job)
    assert stuck.move_on(long_after()) == 0
    job.refresh_from_db()
    assert (job.status, job.problem) == ("planned", FULL)
    refused(node, lyon, job)
    job.refresh_from_db()
    assert f"refused this {TRIES} times in a row: {FULL}" in job.problem
    assert stuck.move_on(long_after()) == 1
    assert Offer.objects.get(job=job).status == "not_begun"
    for _ in range(2):
        matching.match_waiting(NOW())
        offers.accept(Offer.objects.get(job=job, status="open"), by="bert")
        job.refresh_from_db()
        assert job.machine == berlin, "and it does not come back the same day"
        move(job, "waiting", by="t", machine=None, factory=None)
    Transition.objects.filter(new="not_begun").update(at=NOW() - dt.timedelta(days=2))
    matching.match_waiting(NOW())
    job.refresh_from_db()
    assert job.machine == lyon


def test_refusals_of_several_kinds_are_not_in_a_row(
    lyon: Machine, berlin: Machine, node: TestNode, settings: Any, tmp_path: Path
) -> None:
    job = ready(settings, tmp_path)
    for reason in ("not_idle", "not_idle", "offline", "not_idle", "not_idle", "offline"):
        refused(node, lyon, job, reason)
    assert stuck.move_on(long_after()) == 0


def test_a_refused_job_stays_where_it_is_when_nobody_else_can_make_it(
    lyon: Machine, node: TestNode, settings: Any, tmp_path: Path
) -> None:
    job = ready(settings, tmp_path)
    for _ in range(TRIES + 1):
        refused(node, lyon, job)
    assert stuck.move_on(long_after()) == 0
    job.refresh_from_db()
    assert (job.status, job.machine) == ("planned", lyon)
    assert job in list(selectors.network_state()["stuck"])


def test_a_job_that_has_begun_after_all_is_left_alone(
    lyon: Machine, berlin: Machine, node: TestNode, settings: Any, tmp_path: Path
) -> None:
    job = ready(settings, tmp_path)
    move(Job.objects.get(pk=job.pk), "leased", by="t")
    with pytest.raises(Conflict, match="moved on"):
        offers.not_begun(job, lyon, by="system", reason="full")


# -- when it is the hub that was away


def test_no_job_leaves_its_workshop_for_a_machine_that_is_silent_too(
    lyon: Machine, berlin: Machine
) -> None:
    job = yes(a_job())
    for machine in (lyon, berlin):
        move(machine, "offline", by="t")
    assert stuck.move_on(long_after()) == 0
    job.refresh_from_db()
    assert (job.status, job.machine) == ("accepted", lyon)


def test_nothing_moves_on_while_no_computer_at_all_is_heard_of(
    lyon: Machine, berlin: Machine, heard: NodeSeen
) -> None:
    """Berlin is silent, too, but nobody has noticed yet."""
    job = yes(a_job())
    move(lyon, "offline", by="t")
    NodeSeen.objects.update(at=NOW() - dt.timedelta(seconds=1))
    assert stuck.move_on(long_after()) == 0
    NodeSeen.objects.update(at=long_after())
    assert stuck.move_on(long_after()) == 1
    job.refresh_from_db()
    assert job.status == "waiting"


def test_nothing_moves_to_a_machine_that_is_back_since_a_moment_ago(
    lyon: Machine, berlin: Machine
) -> None:
    """After an outage all come back within seconds; the first must not get the others' jobs."""
    job = yes(a_job())
    for machine in (lyon, berlin):
        move(machine, "offline", by="t")
    move(berlin, "idle", by="node")
    Transition.objects.filter(object_id=str(berlin.pk), old="offline").update(at=long_after())
    assert stuck.move_on(long_after()) == 0
    assert stuck.move_on(long_after() + matching.SETTLED * 2) == 1
    job.refresh_from_db()
    assert job.status == "waiting"


def test_one_free_place_is_not_promised_to_all(lyon: Machine, berlin: Machine) -> None:
    jobs = [yes(a_job(a_need(minutes=600))) for _ in range(3)]
    assert {job.machine for job in jobs} == {lyon}
    move(lyon, "offline", by="t")
    MachineDay.objects.filter(machine=berlin).exclude(
        day=NOW().date() + dt.timedelta(days=2)
    ).delete()
    assert stuck.move_on(long_after()) == 2, "1440 minutes hold two of them"
    stays = [job for job in jobs if Job.objects.get(pk=job.pk).status == "accepted"]
    assert [stuck.NOWHERE in Job.objects.get(pk=job.pk).problem for job in stays] == [True]


def test_the_network_is_looked_at_once_a_run(
    lyon: Machine, berlin: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        yes(a_job())
    looks = []
    views = matching.machine_views

    def counted(*args: object, **more: object) -> object:
        looks.append(1)
        return views(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(matching, "machine_views", counted)
    move(lyon, "offline", by="t")
    assert stuck.move_on(long_after()) == 3
    assert len(looks) == 1
    assert work.KINDS["routing.move_on"].limit_s >= 300


# -- acting on an old look


def test_a_job_that_is_another_machines_by_now_is_not_taken_from_it(
    lyon: Machine, berlin: Machine
) -> None:
    job = yes(a_job())
    old = Job.objects.select_related("machine").get(pk=job.pk)
    move(lyon, "offline", by="t")
    offers.take_back(old, lyon, by="system", reason="silent")
    matching.match_waiting(NOW())
    offers.accept(Offer.objects.get(job=job, status="open"), by="bert")
    with pytest.raises(Conflict, match="moved on"):
        offers.take_back(old, lyon, by="system", reason="silent")
    job.refresh_from_db()
    assert (job.status, job.machine) == ("accepted", berlin)


def test_a_job_whose_machine_has_just_come_back_stays(lyon: Machine, berlin: Machine) -> None:
    job = yes(a_job())
    move(lyon, "offline", by="t")
    old = Machine.objects.get(pk=lyon.pk)
    move(lyon, "idle", by="node")
    with pytest.raises(Conflict, match="moved on"):
        offers.take_back(job, old, by="system", reason="silent")
    job.refresh_from_db()
    assert job.status == "accepted"


def test_a_workshop_gives_back_only_what_is_its_own_still(lyon: Machine, berlin: Machine) -> None:
    """Its page was opened before the job went to Berlin, who said yes."""
    job = yes(a_job())
    page = Job.objects.get(pk=job.pk)
    offers.give_back(job, by="remy", reason="given back: no power")
    matching.match_waiting(NOW())
    offers.accept(Offer.objects.get(job=job, status="open"), by="bert")
    with pytest.raises(Conflict, match="moved on"):
        offers.give_back(page, by="remy", reason="given back: no power")
    job.refresh_from_db()
    assert (job.status, job.machine) == ("accepted", berlin)


# -- given back by the workshop


def test_a_workshop_gives_a_job_back_and_is_not_asked_again(lyon: Machine) -> None:
    job = yes(a_job())
    offers.give_back(job, by="remy", reason="given back: no power")
    job.refresh_from_db()
    assert (job.status, Offer.objects.get().status) == ("waiting", "given_back")
    match_again()
    job.refresh_from_db()
    assert job.status == "waiting"
    assert "said no" in job.problem


def test_what_has_begun_is_not_given_back(lyon: Machine) -> None:
    job = yes(a_job())
    for step in ("planned", "leased"):
        move(job, step, by="t")
    with pytest.raises(Conflict, match="cannot be given back"):
        offers.give_back(job, by="remy", reason="no")


def test_giving_back_is_for_people_of_the_workshop_and_by_post(
    client: Client, lyon: Machine, berlin: Machine
) -> None:
    job = yes(a_job())
    owner, stranger = (User.objects.create_user(name) for name in ("owner", "stranger"))
    lyon.factory.members.add(owner)
    berlin.factory.members.add(stranger)
    path = f"/job/{job.uid}/give-back/"
    client.force_login(stranger)
    assert client.post(path).status_code == 404
    client.force_login(owner)
    assert client.get(path).status_code == 405
    page = client.get(f"/factory/job/{job.uid}/")
    assert path in page.content.decode()
    assert client.post(path, {"reason": "no power"}).status_code == 302
    job.refresh_from_db()
    assert job.status == "waiting"
    assert "no power" in job.history().last().reason


# -- forced by staff


def test_staff_force_a_new_job_for_one_that_nobody_hears_of(lyon: Machine, berlin: Machine) -> None:
    job = yes(a_job(ref="line-1"))
    for step in ("planned", "leased", "running"):
        move(job, step, by="t")
    heir = services.force_heir(job, by="ada", reason="the workshop burned down")
    job.refresh_from_db()
    assert (job.status, heir.replaces, heir.status) == ("failed", job, "waiting")
    assert "burned down" in job.problem
    work.run_due()
    assert Job.objects.filter(ref="line-1").count() == 2
    heir.refresh_from_db()
    assert heir.machine == berlin
    with pytest.raises(Conflict, match="nothing to force"):
        services.force_heir(job, by="ada", reason="again")


def test_staff_force_one_more_try_when_all_are_used_up(lyon: Machine) -> None:
    job = a_job(ref="line-1")
    Job.objects.filter(pk=job.pk).update(attempt=4)
    job.refresh_from_db()
    move(job, "failed", by="t")
    work.run_due()
    assert Job.objects.count() == 1
    assert services.force_heir(job, by="ada", reason="new nozzle").attempt == 5


@pytest.mark.parametrize("status", ["made", "passed", "handed_over"])
def test_nothing_is_forced_for_a_part_that_is_made_or_sent(lyon: Machine, status: str) -> None:
    job = yes(a_job(ref="line-1"))
    for step in ("planned", "leased", "running", "made", "passed", "handed_over"):
        move(job, step, by="t")
        if step == status:
            break
    with pytest.raises(Conflict, match="nothing to force"):
        services.force_heir(job, by="ada", reason="hurry")


def test_nothing_is_forced_that_is_under_way_made_or_cancelled(lyon: Machine) -> None:
    job = yes(a_job(ref="line-1"))
    with pytest.raises(Conflict, match="nothing to force"):
        services.force_heir(job, by="ada", reason="hurry")
    assert services.cancel_jobs("line-1", "customer", "no longer wanted")
    job.refresh_from_db()
    with pytest.raises(Conflict, match="cancelled"):
        services.force_heir(job, by="ada", reason="hurry")


def test_forcing_is_for_staff_who_may_change_jobs_with_a_reason(
    client: Client, lyon: Machine
) -> None:
    job = yes(a_job())
    for step in ("planned", "leased"):
        move(job, step, by="t")
    path = f"/operations/job/{job.uid}/again/"
    clerk = User.objects.create_user("clerk", is_staff=True)
    assert client.post(path, {"reason": "lost"}).status_code == 302  # to sign in
    client.force_login(clerk)
    assert client.post(path, {"reason": "lost"}).status_code == 403
    clerk.user_permissions.add(Permission.objects.get(codename="change_job"))
    assert client.get(path).status_code == 405
    assert client.post(path, {"reason": " "}).status_code == 422
    Job.objects.filter(pk=job.pk).update(problem=stuck.SILENT)
    assert path in client.get("/operations/").content.decode()
    assert client.post(path, {"reason": "lost"}).status_code == 302
    job.refresh_from_db()
    assert job.status == "failed"


# -- an answer in the last moment


def test_an_answer_of_the_last_moment_is_not_lost(
    lyon: Machine, berlin: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is given after the sweep has looked, and before it has the job."""
    job = a_job()
    matching.match_waiting(NOW())
    offer = Offer.objects.get(job=job)
    lock = offers.locked

    def late(rows: object) -> object:
        monkeypatch.setattr(offers, "locked", lock)
        offers.answer(offer, "accept", by="remy")
        return lock(rows)  # type: ignore[type-var]

    monkeypatch.setattr(offers, "locked", late)
    assert offers.expire_due(offer.expires_at) == 0
    offer.refresh_from_db()
    assert (offer.status, offer.answer) == ("open", "accept")
    assert offer.answered_at is not None
    offers.settle(offer, offer.answered_at)
    job.refresh_from_db()
    assert job.status == "accepted"


def test_one_offer_that_has_moved_on_does_not_keep_the_others_open(
    lyon: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = [a_job() for _ in range(3)]
    matching.match_waiting(NOW())
    decline = offers.decline

    def withdrawn(offer: Offer, **more: str) -> None:
        if offer.job_id == jobs[1].pk:
            raise StaleState("withdrawn just now")
        decline(offer, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(offers, "decline", withdrawn)
    assert offers.expire_due(NOW() + dt.timedelta(days=1)) == 2
    assert Offer.objects.filter(status="expired").count() == 2


def test_each_run_out_offer_has_a_transaction_of_its_own(lyon: Machine) -> None:
    """Not the one that marks the work as done."""
    claim = work.Claim(1, "", "", {}, 1, uuid.uuid4())
    assert work.KINDS["routing.expire_offers"].run(claim) is None


# -- silence is not a no


def silent_until_next(now: dt.datetime) -> None:
    offers.expire_due(now + dt.timedelta(days=1))
    matching.match_waiting(now)


def test_who_was_silent_is_asked_again_after_the_others(lyon: Machine, berlin: Machine) -> None:
    job = a_job()
    now = NOW()
    matching.match_waiting(now)
    asked = []
    for _ in range(4):
        asked.append(Offer.objects.get(job=job, status="open").factory.city)
        silent_until_next(now)
    assert asked == ["Lyon", "Berlin", "Lyon", "Berlin"]


def test_a_no_stays_a_no_when_the_silent_are_asked_again(lyon: Machine, berlin: Machine) -> None:
    job = a_job()
    now = NOW()
    matching.match_waiting(now)
    offers.decline(Offer.objects.get(status="open"), by="remy", reason="no time")
    matching.match_waiting(now)
    for _ in range(2):
        assert Offer.objects.get(job=job, status="open").factory.city == "Berlin"
        silent_until_next(now)
    rows = job.decisions.first().candidates
    assert {row["city"]: row["why_not"] for row in rows}["Lyon"] == "said no to this job"


def test_the_others_come_first_even_when_they_are_late(lyon: Machine, berlin: Machine) -> None:
    """Berlin has no minutes before the due day, Lyon has, but was silent."""
    now = NOW()
    due = now + dt.timedelta(days=2)
    MachineDay.objects.filter(machine=berlin, day__lte=due.date()).delete()
    job = a_job(due=due)
    matching.match_waiting(now)
    silent_until_next(now)
    assert Offer.objects.get(job=job, status="open").factory.city == "Berlin"
