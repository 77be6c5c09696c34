"""The hub's side of the conversation with a node, over its real HTTP views."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from core.errors import Conflict
from core.states import move
from edge.protocol import Cancel, Clear, ManifestRefused, PairRequest, Start, verify_manifest
from manufacturing import dispatch, machines, nodes, programs
from manufacturing import jobs as job_services
from manufacturing.dispatch import HURRY_FOR, HURRY_UP_TO, POLL_IDLE_S, POLL_SOON_S
from manufacturing.models import Job, Machine, Program, Report
from manufacturing.planning.profiles import PROFILES
from tests.manufacturing.node import TestNode
from tests.worlds import a_factory, a_job, a_machine

pytestmark = pytest.mark.django_db
GCODE = b"G21\nG90\nM83\nG28\nM104 S0\n"


@pytest.fixture
def machine() -> Machine:
    return a_machine()


@pytest.fixture
def node(machine: Machine) -> TestNode:
    node = TestNode(machine.factory)
    node.pair()
    return node


@pytest.fixture
def job(machine: Machine, settings: Any, tmp_path: Path) -> Job:
    """A job that is planned for the machine, its program stored."""
    settings.PROGRAM_DIR = tmp_path
    return planned(machine)


def planned(machine: Machine, **fields: object) -> Job:
    job = a_job(**fields)  # type: ignore[arg-type]
    move(job, "offered", by="t", machine=machine, factory=machine.factory)
    move(job, "accepted", by="t")
    return give_program(job)


def give_program(job: Job) -> Job:
    assert job.machine is not None
    sha256 = hashlib.sha256(GCODE).hexdigest()
    programs.write_program(sha256, GCODE)
    program, _ = Program.objects.get_or_create(
        design=job.design,
        profile_digest=PROFILES[job.machine.profile].digest(),
        material="pla",
        quantity=1,
        defaults={"sha256": sha256, "size_bytes": len(GCODE), "seconds": 600, "grams": 5.0,
                  "layers": 10, "bounds": [[0, 0, 0], [9, 9, 9]]},
    )  # fmt: skip
    programs.use_program(job.pk, program)
    job.refresh_from_db()
    return job


def start_in(reply: object) -> Start:
    (command,) = [c for c in reply.commands if isinstance(c, Start)]  # type: ignore[attr-defined]
    return command


def test_a_code_pairs_one_computer_once(machine: Machine) -> None:
    _, code = nodes.enrol(machine.factory)
    first = nodes.pair(PairRequest(code=code, nonce="a"))
    again = nodes.pair(PairRequest(code=code, nonce="a"))
    assert again.node == first.node
    assert again.token != first.token
    assert [m.id for m in first.machines] == [machine.uid]
    with pytest.raises(nodes.PairingRefused):
        nodes.pair(PairRequest(code=code, nonce="b"))


def test_a_wrong_late_or_revoked_identity_gets_nothing(machine: Machine, node: TestNode) -> None:
    answer = Client().post(
        "/node/v1/pair", PairRequest(code="WRONG", nonce="a").model_dump_json(), "application/json"
    )
    assert answer.status_code == 403
    fresh, code = nodes.enrol(machine.factory)
    fresh.code_expires_at = timezone.now() - dt.timedelta(seconds=1)
    fresh.save()
    with pytest.raises(nodes.PairingRefused):
        nodes.pair(PairRequest(code=code, nonce="a"))
    nodes.revoke(nodes.node_by_token(node.token))  # type: ignore[arg-type]
    assert node.client.post("/node/v1/poll").status_code == 401
    assert node.send("/node/v1/poll", PairRequest(code="xxxx", nonce="a")).status_code == 401


def test_an_idle_machine_gets_the_signed_manifest_of_the_most_urgent_job(
    machine: Machine, node: TestNode, job: Job
) -> None:
    later = planned(machine, due=timezone.now() + dt.timedelta(days=9))
    start = start_in(node.poll(machine))
    manifest = verify_manifest(node.hub_key, start.signed, timezone.now())
    assert (manifest.job, manifest.machine, manifest.epoch) == (job.uid, machine.uid, 1)
    assert manifest.profile_digest == PROFILES[machine.profile].digest()
    job.refresh_from_db()
    later.refresh_from_db()
    assert (job.status, later.status) == ("leased", "planned")
    with pytest.raises(ManifestRefused):
        verify_manifest(node.hub_key, start.signed, timezone.now() + dt.timedelta(minutes=11))


def test_a_start_is_repeated_until_it_is_answered_and_never_for_a_second_job(
    machine: Machine, node: TestNode, job: Job
) -> None:
    planned(machine)
    first = start_in(node.poll(machine))
    second = start_in(node.poll(machine))
    assert first.signed == second.signed
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now())
    renewed = start_in(node.poll(machine))
    assert renewed.signed.manifest.job == job.uid
    assert renewed.signed.manifest.epoch == 2


def test_a_program_is_served_to_its_own_workshop_only(
    machine: Machine, node: TestNode, job: Job
) -> None:
    start = start_in(node.poll(machine))
    path = f"/node/v1/programs/{start.signed.manifest.sha256}"
    headers = {"Authorization": f"Bearer {node.token}"}
    assert node.client.get(path, headers=headers).content == GCODE
    stranger = TestNode(a_machine(a_factory()).factory)
    stranger.pair()
    assert (
        stranger.client.get(path, headers={"Authorization": f"Bearer {stranger.token}"}).status_code
        == 404
    )
    assert Client().get(path).status_code == 401


def test_the_whole_life_at_the_machine(machine: Machine, node: TestNode, job: Job) -> None:
    node.poll(machine)
    node.say(machine, job.uid, "accepted")
    node.say(machine, job.uid, "started")
    node.say(machine, job.uid, "progress", percent=40, seconds_left=300)
    node.poll(machine, "busy", job=job.uid)
    job.refresh_from_db()
    machine.refresh_from_db()
    assert (job.status, job.percent, job.seconds_left) == ("running", 40, 300)
    assert machine.status == "busy"
    node.say(machine, job.uid, "paused", detail="filament is out")
    node.poll(machine, "paused", job=job.uid)
    job.refresh_from_db()
    assert job.status == "paused"
    node.say(machine, job.uid, "resumed")
    node.say(machine, job.uid, "finished", percent=100)
    node.poll(machine, "needs_clearing", plate_job=job.uid)
    job.refresh_from_db()
    machine.refresh_from_db()
    assert (job.status, job.percent) == ("made", 100)
    assert machine.status == "needs_clearing"


def test_reports_count_once_however_often_they_come(
    machine: Machine, node: TestNode, job: Job
) -> None:
    node.poll(machine)
    node.say(machine, job.uid, "started")
    node.say(machine, job.uid, "finished")
    twice = list(node.outbox)
    reply = node.poll(machine, "needs_clearing")
    assert reply is not None
    assert reply.acks == 2
    node.outbox = twice
    reply = node.poll(machine, "needs_clearing")
    assert reply is not None
    assert reply.acks == 2
    assert Report.objects.count() == 2
    assert job.history().filter(new="made").count() == 1


def test_news_that_comes_late_still_counts(machine: Machine, node: TestNode, job: Job) -> None:
    """The network was lost right after the lease: start and end come together, in order."""
    node.poll(machine)
    node.say(machine, job.uid, "started")
    node.say(machine, job.uid, "finished")
    node.poll(machine, "needs_clearing")
    assert [t.new for t in job.history()][-3:] == ["leased", "running", "made"]


def test_a_plate_is_cleared_once_by_a_person_and_only_for_its_job(
    machine: Machine, node: TestNode, job: Job
) -> None:
    other = planned(machine)
    node.poll(machine)
    node.say(machine, job.uid, "finished")
    reply = node.poll(machine, "needs_clearing", plate_job=job.uid)
    assert reply is not None
    assert reply.commands == ()
    machine.refresh_from_db()
    machines.sign_off_plate(machine, by="remy")
    machine.refresh_from_db()
    machines.sign_off_plate(machine, by="remy")  # pressed twice
    reply = node.poll(machine, "needs_clearing", plate_job=job.uid)
    assert reply is not None
    assert reply.commands == (Clear(machine=machine.uid, number=1, job=job.uid),)
    reply = node.poll(machine, "idle", clear_number=1)
    assert start_in(reply).signed.manifest.job == other.uid


def test_a_sign_off_is_for_the_plate_that_the_person_saw(
    machine: Machine, node: TestNode, job: Job
) -> None:
    node.poll(machine, "needs_clearing", plate_job="other-1")
    machine.refresh_from_db()
    with pytest.raises(Conflict, match="Something else lies"):
        machines.sign_off_plate(machine, by="remy", plate=job.uid)
    machines.sign_off_plate(machine, by="remy", plate="other-1")
    reply = node.poll(machine, "needs_clearing", plate_job="other-1")
    assert reply is not None
    assert reply.commands == (Clear(machine=machine.uid, number=1, job="other-1"),)


def test_an_old_sign_off_is_no_answer_for_a_new_plate(machine: Machine, node: TestNode) -> None:
    """The node lost its folder: it knows no number, and the hub still repeats the last one."""
    node.poll(machine, "needs_clearing", plate_job="other-1")
    machine.refresh_from_db()
    machines.sign_off_plate(machine, by="remy")
    node.poll(machine, "needs_clearing", plate_job="other-2")
    machine.refresh_from_db()
    machines.sign_off_plate(machine, by="remy")
    reply = node.poll(machine, "needs_clearing", plate_job="other-2")
    assert reply is not None
    assert reply.commands == (Clear(machine=machine.uid, number=2, job="other-2"),)


def test_nothing_starts_on_a_machine_that_is_not_idle(
    machine: Machine, node: TestNode, job: Job
) -> None:
    for state in ("busy", "paused", "needs_clearing", "offline", "error"):
        reply = node.poll(machine, state)
        assert reply is None or not [c for c in reply.commands if isinstance(c, Start)]
    machine.refresh_from_db()
    assert machine.status == "error"
    assert node.poll(machine, "idle") is None, "a fault is ended by a person, not by the machine"
    machines.into_service(machine, by="remy", reason="nozzle")
    assert node.poll(machine, "idle") is None
    machine.refresh_from_db()
    machines.back_from_service(machine, by="remy")
    assert start_in(node.poll(machine, "idle")).signed.manifest.job == job.uid


def test_a_cancel_is_asked_until_the_node_confirms(
    machine: Machine, node: TestNode, job: Job
) -> None:
    node.poll(machine)
    node.say(machine, job.uid, "started")
    node.poll(machine, "busy", job=job.uid)
    job.refresh_from_db()
    assert not job_services.ask_to_cancel(job, by="remy", reason="smoke")
    for _ in range(2):
        reply = node.poll(machine, "busy", job=job.uid)
        assert reply is not None
        assert reply.commands == (Cancel(machine=machine.uid, job=job.uid, reason="smoke"),)
    node.say(machine, job.uid, "cancelled")
    node.poll(machine, "needs_clearing", plate_job=job.uid)
    job.refresh_from_db()
    assert (job.status, job.problem) == ("cancelled", "smoke")


@pytest.mark.parametrize(
    ("reason", "status"),
    [("expired", "planned"), ("dirty_plate", "planned"), ("bad_signature", "failed")],
)
def test_a_refusal_waits_or_ends_the_job(
    machine: Machine, node: TestNode, job: Job, reason: str, status: str
) -> None:
    node.poll(machine)
    node.say(machine, job.uid, "refused", reason=reason, detail="no")
    node.poll(machine, "needs_clearing")
    job.refresh_from_db()
    assert job.status == status


def test_a_node_cannot_speak_for_another_workshops_job(
    machine: Machine, node: TestNode, job: Job
) -> None:
    node.poll(machine)
    other = a_machine(a_factory())
    stranger = TestNode(other.factory)
    stranger.pair()
    stranger.say(other, job.uid, "finished")
    stranger.poll(other)
    job.refresh_from_db()
    assert job.status == "leased"


def test_a_silent_machine_is_offline_and_keeps_its_job(
    machine: Machine, node: TestNode, job: Job
) -> None:
    node.poll(machine)
    node.say(machine, job.uid, "started")
    node.poll(machine, "busy", job=job.uid)
    assert machines.mark_silent(timezone.now()) == 0
    assert machines.mark_silent(timezone.now() + dt.timedelta(minutes=2)) == 1
    job.refresh_from_db()
    machine.refresh_from_db()
    assert (machine.status, job.status) == ("offline", "running")


def test_a_machine_follows_by_legal_steps_only() -> None:
    assert machines.path("idle", "needs_clearing") == ["busy", "needs_clearing"]
    assert machines.path("needs_clearing", "busy") == ["idle", "busy"]
    assert machines.path("offline", "paused") == ["paused"]
    assert machines.path("retired", "idle") == []


def accepted(machine: Machine) -> Job:
    job = a_job()
    move(job, "offered", by="t", machine=machine, factory=machine.factory)
    move(job, "accepted", by="t")
    return job


def test_a_node_asks_again_soon_only_while_a_program_of_its_own_is_being_made(
    machine: Machine, node: TestNode
) -> None:
    node.poll(machine)
    assert node.poll(machine) is None
    accepted(a_machine())
    assert node.poll(machine) is None, "another workshop's program is no reason to hurry"
    job = accepted(machine)
    reply = node.poll(machine)
    assert reply is not None
    assert reply.soon_s == POLL_SOON_S < POLL_IDLE_S == reply.poll_after_s
    move(job, "failed", by="t")
    assert node.poll(machine) is None


def test_an_answer_waits_for_the_program_that_is_being_made(
    machine: Machine, node: TestNode, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: Any
) -> None:
    settings.PROGRAM_DIR = tmp_path
    node.poll(machine)
    job = accepted(machine)
    looked = []

    def planned_meanwhile(seconds: float) -> None:
        looked.append(seconds)
        if len(looked) == 3:
            give_program(job)

    monkeypatch.setattr(dispatch.time, "sleep", planned_meanwhile)
    reply = node.poll(machine)
    assert start_in(reply).signed.manifest.job == job.uid
    assert looked == [dispatch.LOOK_S] * 3


def test_an_answer_that_acknowledges_news_waits_for_nothing(
    machine: Machine, node: TestNode, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    node.poll(machine)
    accepted(machine)
    monkeypatch.setattr(dispatch.time, "sleep", lambda _: pytest.fail("it waited"))
    node.say(machine, job.uid, "started")
    reply = node.poll(machine, "busy", job=job.uid)
    assert reply is not None
    assert reply.acks == 1


def test_nobody_hurries_for_a_program_that_something_is_in_the_way_of(
    machine: Machine, node: TestNode
) -> None:
    job = accepted(machine)
    node.poll(machine)
    assert node.poll(machine) is not None
    Job.objects.filter(pk=job.pk).update(problem="the slicer is not installed")
    assert node.poll(machine) is None
    Job.objects.filter(pk=job.pk).update(problem="")
    old = timezone.now() - HURRY_FOR - dt.timedelta(seconds=1)
    job.history().update(at=old)
    assert node.poll(machine) is None, "it is stuck, and that for hours perhaps"


def test_what_a_job_waited_for_is_forgotten_when_it_is_made(
    machine: Machine, node: TestNode, job: Job
) -> None:
    node.poll(machine)
    for kind, status in (("started", "running"), ("finished", "made")):
        Job.objects.filter(pk=job.pk).update(problem="its machine was silent")
        node.say(machine, job.uid, kind)
        node.poll(machine, "busy", job=job.uid)
        job.refresh_from_db()
        assert (job.status, job.problem) == (status, "")


def test_nobody_hurries_where_very_many_programs_are_being_made(
    machine: Machine, node: TestNode
) -> None:
    for _ in range(HURRY_UP_TO + 1):
        accepted(a_machine())
    accepted(machine)
    node.poll(machine)
    assert node.poll(machine) is None


def test_a_machine_in_service_is_told_nothing_that_could_move_it(
    machine: Machine, node: TestNode, job: Job
) -> None:
    node.poll(machine)
    machine.refresh_from_db()
    with pytest.raises(Conflict, match="at work"):
        machines.into_service(machine, by="remy", reason="nozzle")
    node.poll(machine, "error")
    machine.refresh_from_db()
    assert machine.status == "error"
    assert node.poll(machine, "idle") is None, "the lease stands, but the machine is held by people"


def test_a_refused_job_rests_before_it_is_offered_again(
    machine: Machine, node: TestNode, job: Job
) -> None:
    node.poll(machine)
    node.say(machine, job.uid, "refused", reason="offline", detail="no answer")
    reply = node.poll(machine)
    assert reply is not None
    assert reply.commands == ()
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now())
    assert start_in(node.poll(machine)).signed.manifest.epoch == 2


def test_a_job_that_was_to_stop_and_is_refused_ends_cancelled(
    machine: Machine, node: TestNode, job: Job
) -> None:
    node.poll(machine)
    job.refresh_from_db()
    job_services.stop_and_remake(job, by="remy", reason="wrong colour")
    node.say(machine, job.uid, "refused", reason="dirty_plate", detail="not cleared")
    node.poll(machine, "needs_clearing")
    job.refresh_from_db()
    assert (job.status, job.problem) == ("cancelled", "wrong colour")


def test_a_report_that_cannot_be_applied_does_not_silence_the_node(
    machine: Machine, node: TestNode, job: Job
) -> None:
    node.poll(machine)
    node.say(machine, job.uid, "finished")
    node.poll(machine, "needs_clearing")
    node.say(machine, job.uid, "finished")
    node.say(machine, job.uid, "paused", detail="a\x00b")
    reply = node.poll(machine, "needs_clearing")
    assert reply is not None
    assert reply.acks == 3


def test_stopping_a_job_that_is_done_never_stops_the_next_one(
    machine: Machine, node: TestNode, job: Job
) -> None:
    with pytest.raises(Conflict, match="nothing to stop"):
        job_services.stop_and_remake(job, by="remy", reason="late click")
