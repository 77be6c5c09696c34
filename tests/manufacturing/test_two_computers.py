"""Two computers in one workshop: each machine is driven by one of them, and jobs stay with it."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.test import Client

from core.errors import Conflict
from edge.protocol import Cancel, Start
from manufacturing import jobs as job_services
from manufacturing import nodes
from manufacturing.models import Job, Machine, MachineSeen, Node
from tests.manufacturing.node import TestNode
from tests.manufacturing.test_dispatch import planned
from tests.worlds import a_machine

pytestmark = pytest.mark.django_db


@pytest.fixture
def machine() -> Machine:
    return a_machine()


@pytest.fixture
def job(machine: Machine, settings: Any, tmp_path: Path) -> Job:
    settings.PROGRAM_DIR = tmp_path
    return planned(machine)


@pytest.fixture
def first(machine: Machine) -> TestNode:
    return paired(machine)


@pytest.fixture
def second(machine: Machine) -> TestNode:
    return paired(machine)


def paired(machine: Machine) -> TestNode:
    node = TestNode(machine.factory)
    node.pair()
    return node


def row(node: TestNode) -> Node:
    return Node.objects.get(uid=node.uid)


def commands(node: TestNode, machine: Machine, state: str = "idle", **more: object) -> list[object]:
    reply = node.poll(machine, state, **more)
    return list(reply.commands) if reply else []


def test_only_one_of_two_computers_is_told_to_start_a_job(
    machine: Machine, first: TestNode, second: TestNode, job: Job
) -> None:
    assert [type(c) for c in commands(first, machine)] == [Start]
    assert commands(second, machine) == []
    machine.refresh_from_db()
    job.refresh_from_db()
    assert machine.node == job.node == row(first)


def test_a_computer_that_does_not_reach_a_machine_leaves_it_to_the_one_that_does(
    machine: Machine, first: TestNode, second: TestNode, job: Job
) -> None:
    assert commands(first, machine, "offline", detail="edge.toml names no driver") == []
    assert [type(c) for c in commands(second, machine)] == [Start]


def test_what_another_computer_believes_of_a_machine_does_not_count(
    machine: Machine, first: TestNode, second: TestNode
) -> None:
    first.poll(machine, "idle")
    second.poll(machine, "error", detail="port is taken")
    machine.refresh_from_db()
    assert machine.status == "idle"
    assert MachineSeen.objects.get().detail == ""


def test_another_computer_can_neither_end_nor_be_asked_about_a_job(
    machine: Machine, first: TestNode, second: TestNode, job: Job
) -> None:
    first.poll(machine)
    first.say(machine, job.uid, "started")
    first.poll(machine, "busy", job=job.uid)
    second.say(machine, job.uid, "cancelled", reason="never_started")
    second.poll(machine, "idle")
    job.refresh_from_db()
    assert job.status == "running"
    job_services.ask_to_cancel(job, by="remy", reason="smoke")
    assert commands(second, machine) == []
    assert [type(c) for c in commands(first, machine, "busy", job=job.uid)] == [Cancel]


def test_an_owner_moves_a_machine_when_nothing_is_at_it(
    machine: Machine, first: TestNode, second: TestNode, job: Job
) -> None:
    first.poll(machine)
    with pytest.raises(Conflict, match="only its own computer knows"):
        nodes.move_machine(machine, row(second))
    first.say(machine, job.uid, "finished")
    first.poll(machine, "needs_clearing")
    other = planned(machine)
    nodes.move_machine(machine, row(second))
    assert commands(first, machine) == []
    second.poll(machine, "needs_clearing")
    machine.refresh_from_db()
    assert machine.status == "needs_clearing"
    machine.refresh_from_db()
    assert [c.signed.manifest.job for c in commands(second, machine)] == [other.uid]  # type: ignore[attr-defined]


def test_a_strange_or_removed_computer_gets_no_machine(machine: Machine, first: TestNode) -> None:
    with pytest.raises(Conflict, match="same workshop"):
        nodes.move_machine(machine, row(paired(a_machine())))
    nodes.revoke(row(first))
    with pytest.raises(Conflict, match="same workshop"):
        nodes.move_machine(machine, row(first))


def test_the_administrators_form_takes_only_a_computer_of_the_same_workshop(
    machine: Machine, first: TestNode
) -> None:
    machine.node = row(first)
    machine.full_clean()
    machine.node = row(paired(a_machine()))
    with pytest.raises(ValidationError, match="another workshop"):
        machine.full_clean()


def test_a_removed_computer_leaves_its_machines_to_the_next_but_not_what_it_may_be_making(
    machine: Machine, first: TestNode, second: TestNode, job: Job
) -> None:
    commands(first, machine)
    nodes.revoke(row(first))
    assert commands(second, machine) == []
    machine.refresh_from_db()
    job.refresh_from_db()
    assert machine.node == row(second)
    assert job.status == "leased"
    assert "was removed" in job.problem


def test_a_computer_that_was_paired_anew_still_tells_how_its_job_ended(
    machine: Machine, first: TestNode, job: Job
) -> None:
    commands(first, machine)
    nodes.revoke(row(first))
    again = paired(machine)
    again.say(machine, job.uid, "started")
    again.say(machine, job.uid, "finished")
    again.poll(machine, "needs_clearing")  # it reaches the machine, and is its computer from here
    again.say(machine, job.uid, "finished")
    again.poll(machine, "needs_clearing")
    job.refresh_from_db()
    assert job.status == "made"


def test_moving_a_machine_is_for_people_of_the_workshop_and_by_post(
    client: Client, machine: Machine, first: TestNode, second: TestNode
) -> None:
    first.poll(machine)
    path = f"/factory/{machine.factory.pk}/nodes/{second.uid}/drives/"
    owner, stranger = (User.objects.create_user(name) for name in ("owner", "stranger"))
    machine.factory.members.add(owner)
    body = {"machine": machine.uid}
    assert client.post(path, body).status_code == 302
    client.force_login(stranger)
    assert client.post(path, body).status_code == 404
    client.force_login(owner)
    assert client.get(path).status_code == 405
    assert client.post(path, body).status_code == 302
    machine.refresh_from_db()
    assert machine.node == row(second)


def test_the_upgrade_binds_machines_to_who_drives_them(
    machine: Machine, first: TestNode, second: TestNode, job: Job
) -> None:
    second.poll(machine)
    second.say(machine, job.uid, "started")
    second.poll(machine, "busy")
    alone = paired(a_machine())
    Machine.objects.update(node=None)
    Job.objects.update(node=None)
    importlib.import_module("manufacturing.migrations.0004_bind_known_machines").bind(apps, None)
    machine.refresh_from_db()
    job.refresh_from_db()
    assert machine.node == job.node == row(second)
    assert alone.factory.machines.get().node == row(alone)
