"""The machine without hardware: its log is the machine."""

from __future__ import annotations

import multiprocessing
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from edge.drivers import Activity, Fate
from edge.drivers.virtual import Faults, VirtualDriver, VirtualMachine
from edge.errors import BegunBefore, StartRefused
from edge.protocol import Manifest
from tests.edge.until import until


def manifest(job: str) -> Manifest:
    now = datetime.now(UTC)
    return Manifest(
        job=job, epoch=1, machine="m1", profile_digest="0" * 64, sha256="0" * 64, size_bytes=1,
        seconds=5, grams=1, hotend_c=235, bed_c=70, issued_at=now, expires_at=now,
    )  # fmt: skip


@pytest.fixture
def machine(tmp_path: Path) -> VirtualMachine:
    return VirtualMachine(tmp_path)


def test_a_job_ends_by_the_clock_and_is_logged_once(machine: VirtualMachine) -> None:
    assert machine.look("j1").fate is Fate.NEVER
    machine.start(manifest("j1"), seconds=0.1)
    until(lambda: machine.look("j1").fate is Fate.FINISHED)
    machine.look("j1")
    assert [e["event"] for e in machine.events()] == ["start", "finish"]
    assert machine.look("j1").percent == 100
    assert machine.look(None).activity is Activity.IDLE


def test_a_job_is_never_begun_twice_and_never_beside_another(machine: VirtualMachine) -> None:
    machine.start(manifest("j1"), seconds=3600)
    with pytest.raises(BegunBefore):
        machine.start(manifest("j1"), seconds=1)
    with pytest.raises(StartRefused):
        machine.start(manifest("j2"), seconds=1)
    machine.cancel("j2")
    assert machine.look("j1").fate is Fate.RUNNING
    machine.cancel("j1")
    assert machine.look("j1").fate is Fate.CANCELLED
    with pytest.raises(BegunBefore):
        machine.start(manifest("j1"), seconds=1)


def test_a_line_cut_short_never_happened(machine: VirtualMachine) -> None:
    machine.start(manifest("j1"), seconds=0.01)
    until(lambda: machine.look("j1").fate is Fate.FINISHED)
    with machine.log.open("ab") as log:
        log.write(b'{"event": "start", "job": "j2", "at"')
    assert machine.look("j2").fate is Fate.NEVER
    machine.start(manifest("j2"), seconds=3600)
    assert [e["job"] for e in machine.events() if e["event"] == "start"] == ["j1", "j2"]


def test_a_pause_stops_the_clock_of_the_job(machine: VirtualMachine) -> None:
    machine.start(manifest("j1"), seconds=3600)
    machine.pause()
    first = machine.look("j1")
    second = machine.look("j1")
    assert first.activity is Activity.PAUSED
    assert first.percent == second.percent
    machine.resume()
    until(lambda: machine.look("j1").percent > second.percent)


def test_faults_slow_it_down_or_break_it(machine: VirtualMachine) -> None:
    machine.set_faults(Faults(slow=1000))
    machine.start(manifest("j1"), seconds=3.6)
    assert machine.look("j1").seconds_left > 3000
    machine.set_faults(Faults(fail_at_percent=0))
    assert machine.look("j1").fate is Fate.FAILED
    assert machine.events()[-1]["percent"] == 0


def _rush(folder: Path, results: multiprocessing.Queue) -> None:
    try:
        VirtualMachine(folder).start(manifest("j1"), seconds=3600)
        results.put(os.getpid())
    except BegunBefore:
        results.put(None)


def test_of_many_processes_that_start_the_same_job_one_succeeds(
    machine: VirtualMachine, tmp_path: Path
) -> None:
    context = multiprocessing.get_context("fork")
    results = context.Queue()
    crowd = [context.Process(target=_rush, args=(tmp_path, results)) for _ in range(8)]
    for one in crowd:
        one.start()
    answers = [results.get(timeout=20) for _ in crowd]
    for one in crowd:
        one.join()
    assert sum(answer is not None for answer in answers) == 1
    assert len(machine.events()) == 1


def test_it_is_as_hot_as_its_program_says_and_not_as_hot_as_it_may_be(tmp_path: Path) -> None:
    program = tmp_path / "j1.gcode"
    program.write_text("G28\nM104 S150\nM190 S60\nM109 S220 ; first layer\nM109 S215\n")
    driver = VirtualDriver("m1", {"speed": 1}, tmp_path / "m1")
    driver.start(manifest("j1"), program)
    view = driver.look("j1")
    assert (view.hotend_c, view.bed_c) == (220, 60)
    driver.close()
