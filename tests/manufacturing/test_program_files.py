"""A program is used only while its file holds the very bytes that were proven."""

from __future__ import annotations

import errno
import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from configurator.geometry.mesh import Mesh
from configurator.models import Design
from core import work
from core.models import Work
from core.states import move
from edge.protocol import Start, verify_manifest
from manufacturing import checks, programs
from manufacturing import program_files as files
from manufacturing.models import Job, Machine, Node, Program
from manufacturing.planning.profiles import PROFILES
from tests.manufacturing.node import TestNode
from tests.manufacturing.test_dispatch import GCODE, planned, start_in
from tests.worlds import a_job, a_machine

pytestmark = pytest.mark.django_db
SHA256 = hashlib.sha256(GCODE).hexdigest()


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
    settings.PROGRAM_DIR = tmp_path
    return planned(machine)


def file() -> Path:
    return files.path_of(SHA256)


def test_no_program_is_made_of_what_trimesh_calls_no_solid(job, monkeypatch):
    whole = programs.meshes(job.design.family, job.design.version, job.design.params)
    mesh = Mesh(whole[0].mesh.vertices, whole[0].mesh.faces[1:])
    open_ = (replace(whole[0], mesh=mesh), *whole[1:])
    monkeypatch.setattr(programs, "meshes", lambda *about: open_)
    with pytest.raises(programs.SliceFailed) as refused:
        programs.slice_job(job)
    assert refused.value.code == "not_solid"


def test_a_job_whose_product_was_redrawn_says_so_at_once(machine: Machine) -> None:
    """It is not tried eight times and then forgotten among the dead letters."""
    job = a_job()
    Design.objects.filter(pk=job.design_id).update(version=0)
    move(job, "offered", by="t", machine=machine, factory=machine.factory)
    move(job, "accepted", by="t")
    work.run_due()
    job.refresh_from_db()
    assert job.status == "failed" and "redrawn since the part was ordered" in job.problem


def slice_to(monkeypatch: pytest.MonkeyPatch, gcode: bytes = GCODE) -> None:
    """The slicer's place is taken by a program that is ready; all else is real."""

    def keep(job: Job, sliced: object) -> Program:
        files.write_program(hashlib.sha256(gcode).hexdigest(), gcode)
        return Program.objects.get_or_create(
            design=job.design, profile_digest=PROFILES["prusa-mk4"].digest(), material="pla",
            quantity=1, lost_at=None,
            defaults={"sha256": hashlib.sha256(gcode).hexdigest(), "size_bytes": len(gcode),
                      "seconds": 600, "grams": 5.0, "layers": 10, "bounds": [[0] * 3, [9] * 3]},
        )[0]  # fmt: skip

    monkeypatch.setattr(programs, "slice_job", lambda job: None)
    monkeypatch.setattr(programs, "keep_program", keep)


def test_what_is_written_is_whole_and_a_broken_file_is_replaced(job: Job) -> None:
    file().write_bytes(GCODE[:-3])
    files.write_program(SHA256, GCODE)
    assert file().read_bytes() == GCODE
    assert [p.name for p in file().parent.iterdir()] == [file().name]
    with pytest.raises(ValueError, match="these bytes are not"):
        files.write_program(SHA256, b"G28\n")


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (lambda path: path.unlink(), "is not there"),
        (lambda path: path.write_bytes(GCODE[:-1]), "bytes instead of"),
        (lambda path: path.write_bytes(GCODE.replace(b"G28", b"G29")), "was changed"),
    ],
)
def test_a_file_that_is_not_what_was_proven_is_not_served_and_the_job_is_planned_again(
    machine: Machine, node: TestNode, job: Job, monkeypatch: pytest.MonkeyPatch, harm, said: str
) -> None:
    start = start_in(node.poll(machine))
    harm(file())
    path = f"/node/v1/programs/{start.signed.manifest.sha256}"
    answer = node.client.get(path, headers={"Authorization": f"Bearer {node.token}"})
    assert answer.status_code == 404
    assert said in answer.json()["detail"]
    node.say(machine, job.uid, "refused", reason="no_program", detail="404")
    node.poll(machine)
    job.refresh_from_db()
    assert (job.status, job.program) == ("accepted", None)
    assert said in job.history().last().reason
    slice_to(monkeypatch)
    work.run_due()
    job.refresh_from_db()
    assert job.status == "planned"
    assert file().read_bytes() == GCODE
    manifest = verify_manifest(node.hub_key, start_in(node.poll(machine)).signed, job.created_at)
    assert (manifest.job, manifest.epoch) == (job.uid, 2)


def test_a_job_is_not_given_out_without_its_file(
    machine: Machine, node: TestNode, job: Job
) -> None:
    file().unlink()
    reply = node.poll(machine)
    assert reply is None or not [c for c in reply.commands if isinstance(c, Start)]
    job.refresh_from_db()
    assert job.status == "accepted"
    assert "made again: its file is not there" in job.history().last().reason


def test_a_known_program_is_used_again_only_with_its_file(machine: Machine, job: Job) -> None:
    profile = PROFILES[machine.profile]
    assert programs.program_for(job, profile) == job.program
    file().write_bytes(b"rubbish")
    assert programs.program_for(job, profile) is None
    assert Program.objects.get().lost_at is not None


def test_a_file_that_went_bad_on_its_way_is_sent_again(
    machine: Machine, node: TestNode, job: Job
) -> None:
    node.poll(machine)
    node.say(machine, job.uid, "refused", reason="wrong_sha256", detail="not what was signed")
    node.poll(machine)
    job.refresh_from_db()
    assert (job.status, job.problem) == ("planned", "not what was signed")
    assert Program.objects.get().lost_at is None


def test_two_hosts_with_two_folders_are_said_on_the_job(
    machine: Machine, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The web host misses what is there for the worker."""
    assert job.program is not None
    programs.mark_lost(job.program, "its file is not there")
    programs.plan_again(job, "its file is not there")
    slice_to(monkeypatch)
    row = Work.objects.filter(kind="manufacturing.plan").latest("pk")
    assert not work.run(row.pk)
    job.refresh_from_db()
    assert job.status == "accepted"
    assert "must share one folder" in job.problem
    Program.objects.update(lost_at=job.created_at - programs.UNSHARED_FOR)
    Work.objects.filter(pk=row.pk).update(run_after=job.created_at)
    work.run(row.pk)
    job.refresh_from_db()
    assert (job.status, job.problem) == ("planned", "")


def test_a_host_with_another_key_sends_nothing_and_says_why(
    machine: Machine, node: TestNode, job: Job, settings: Any, tmp_path: Path
) -> None:
    settings.HUB_KEY_FILE = str(tmp_path / "another.key")
    assert node.poll(machine) is None
    job.refresh_from_db()
    assert job.status == "planned"
    assert "HUB_KEY_FILE" in job.problem


def test_the_check_says_what_a_host_does_not_share(
    machine: Machine, node: TestNode, job: Job, settings: Any, tmp_path: Path
) -> None:
    assert checks.what_hosts_share(databases=["default"]) == []
    settings.HUB_KEY_FILE = str(tmp_path / "another.key")
    settings.PROGRAM_DIR = tmp_path / "elsewhere"
    said = {warning.id: warning for warning in checks.what_hosts_share(databases=["default"])}
    assert "elsewhere" in said["manufacturing.W001"].msg
    assert "is not there" in said["manufacturing.W002"].msg
    assert not (tmp_path / "another.key").exists(), "a check makes no key"
    Node.objects.update(hub_key="0" * 64)
    (tmp_path / "another.key").write_bytes(bytes(32))
    said = {warning.id: warning for warning in checks.what_hosts_share(databases=["default"])}
    assert "trust another key" in said["manufacturing.W002"].msg
    call_command("check", databases=["default"])


# -- a folder that cannot be read just now


@pytest.fixture
def no_access(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The disk answers with an error that is not "there is no such file"."""

    def refuse(self: Path, *args: object, **more: object) -> object:
        raise OSError(errno.ESTALE, "Stale file handle")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "stat", refuse)
        patch.setattr(Path, "read_bytes", refuse)
        yield


def test_a_folder_that_cannot_be_read_stops_one_job_and_not_the_node(
    machine: Machine, node: TestNode, job: Job, no_access: None
) -> None:
    reply = node.poll(machine)  # answered, not a 500
    assert reply is None or not reply.commands
    job.refresh_from_db()
    assert (job.status, job.program is not None) == ("planned", True)
    assert "cannot be read just now" in job.problem
    assert Program.objects.get().lost_at is None


def test_a_program_that_cannot_be_read_just_now_is_asked_for_again(
    machine: Machine, node: TestNode, job: Job, monkeypatch: pytest.MonkeyPatch, no_access: None
) -> None:
    node.poll(machine)
    path = f"/node/v1/programs/{SHA256}"
    answer = node.client.get(path, headers={"Authorization": f"Bearer {node.token}"})
    assert answer.status_code == 503
    assert str(file().parent) not in answer.json()["detail"]
    assert Program.objects.get().lost_at is None


def test_a_refusal_is_taken_while_the_folder_cannot_be_read(
    machine: Machine, node: TestNode, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    node.poll(machine)

    def refuse(self: Path) -> bytes:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    node.say(machine, job.uid, "refused", reason="no_program", detail="503")
    node.poll(machine)
    job.refresh_from_db()
    assert (job.status, job.program is not None) == ("planned", True)
    assert Program.objects.get().lost_at is None


def test_planning_waits_for_a_folder_that_cannot_be_read(
    machine: Machine, job: Job, no_access: None
) -> None:
    programs.plan_again(job, "for the test")
    Job.objects.update(problem="")
    work.run_due()
    job.refresh_from_db()
    assert job.status == "accepted"
    assert "cannot be read just now" in job.problem
    assert Work.objects.filter(kind="manufacturing.plan", state=Work.WAITING).exists()
