"""Nothing starts on a machine that somebody is using at its own screen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from edge.bench import Bench
from edge.checks import Proven
from edge.client import HubClient
from edge.desk import Desk
from edge.drivers import Activity, Driver, Fate, View
from edge.plates import Plates
from edge.protocol import Clear, Manifest, ReportKind
from edge.spool import SPOOL, News, Phase, Spool
from edge.watch import Watch
from tests.edge.gcode import program
from tests.edge.hub import Hub

HEATED = View(Activity.IDLE, in_use=True, detail="somebody heats it")


class Printer(Driver):
    """A printer that shows what the test says, and remembers what it was told to begin."""

    def __init__(self, machine: str, options: dict[str, Any], folder: Path) -> None:
        super().__init__(machine, options, folder)
        self.view = View(Activity.IDLE)
        self.then: View | None = None
        self.begun: list[str] = []

    def look(self, job: str | None) -> View:
        view = self.view
        self.view = self.then or view
        if job in self.begun:
            return View(Activity.PRINTING, Fate.RUNNING)
        return view

    def history(self) -> str:
        return f"{len(self.begun)} prints"

    def start(self, manifest: Manifest, program: Path) -> None:
        self.begun.append(manifest.job)

    def cancel(self, job: str) -> None:
        pass


@pytest.fixture
def driver(tmp_path: Path) -> Printer:
    return Printer("m1", {}, tmp_path)


def bench(driver: Printer, folder: Path, hub: Hub) -> Bench:
    """What a fresh start of the agent has of its machine."""
    spool = Spool(folder / SPOOL)
    machine = hub.machines[0]
    return Bench(
        machine=machine,
        proven=Proven(machine.profile.envelope),
        driver=driver,
        spool=spool,
        plates=Plates("m1", driver, spool),
        hub=HubClient(hub.url),
        hub_key=hub.public,
        programs=folder / "programs",
        wake=lambda: None,
        lost_after_s=60.0,
    )


@pytest.fixture
def taken(driver: Printer, tmp_path: Path) -> Bench:
    """Signed off, with one job accepted and not begun."""
    hub = Hub("m1")
    before = bench(driver, tmp_path, hub)
    before.plates.look(View(Activity.IDLE))
    before.plates.clear(1, before.spool.plate("m1").job)
    start = hub.order("j1")
    before.path("j1").parent.mkdir()
    before.path("j1").write_bytes(program())
    before.spool.take(start.signed, News(ReportKind.ACCEPTED))
    before.spool.close()
    return bench(driver, tmp_path, hub)


def last(bench: Bench) -> tuple[str, str]:
    report = bench.spool.pending(9)[-1]
    return report.kind.value, report.reason


def test_an_accepted_job_begins_on_a_free_machine(taken: Bench, driver: Printer) -> None:
    Watch(taken).step()
    assert driver.begun == ["j1"]


def test_a_job_accepted_before_a_restart_does_not_begin_while_somebody_heats_the_nozzle(
    taken: Bench, driver: Printer
) -> None:
    driver.view = HEATED
    Watch(taken).step()
    assert driver.begun == []
    assert last(taken) == ("refused", "not_idle")
    entry = taken.spool.find("j1")
    assert entry is not None
    assert entry.phase is Phase.REFUSED
    assert taken.spool.plate("m1").dirty


def test_what_was_seen_only_in_the_first_look_after_a_restart_leaves_a_plate_to_clear(
    taken: Bench, driver: Printer
) -> None:
    """The print from the card ends between two looks: the plate is not clean for that."""
    driver.view, driver.then = HEATED, View(Activity.IDLE)
    Watch(taken).step()
    assert driver.begun == []
    Desk(taken).obey(Clear(machine="m1", number=2, job=None))
    assert taken.spool.plate("m1").dirty


def test_files_of_ended_jobs_are_deleted_only_while_nobody_uses_the_machine(
    taken: Bench, driver: Printer, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = taken.spool.find("j1")
    assert entry is not None
    taken.spool.tell(entry, News(ReportKind.CANCELLED))
    taken.spool.acknowledge(taken.spool.pending(9)[-1].sequence)
    asked: list[str] = []
    monkeypatch.setattr(driver, "tidy", lambda job: asked.append(job) or len(asked) > 1)
    watch = Watch(taken)
    driver.view = HEATED
    watch.step()
    assert asked == []
    driver.view = View(Activity.IDLE)
    watch.step()
    watch.step()
    assert asked == ["j1"], "not now; it is left alone for a while"
    Watch(taken).step()
    Watch(taken).step()
    assert asked == ["j1", "j1"], "and then it is done"
