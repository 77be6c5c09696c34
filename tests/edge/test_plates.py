"""Nothing starts on a plate that nobody knows to be clean."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from edge.__main__ import main
from edge.client import HubClient, pair
from edge.config import keep_identity
from edge.drivers import Activity, Driver, View
from edge.drivers.virtual import VirtualMachine
from edge.errors import MachineSilent
from edge.plates import Plates
from edge.protocol import Clear, Manifest
from edge.spool import SPOOL, Spool
from tests.edge.conftest import Inside, Node
from tests.edge.hub import CODE, Hub

IDLE = View(Activity.IDLE)
PRINTING = View(Activity.PRINTING)


class Remembers(Driver):
    """A real machine as far as its plate goes: it remembers how many prints it made."""

    def __init__(self, machine: str, options: dict[str, Any], folder: Path) -> None:
        super().__init__(machine, options, folder)
        self.prints = 7
        self.silent = False
        self.forgets = False

    def look(self, job: str | None) -> View:
        return IDLE

    def history(self) -> str:
        if self.silent:
            raise MachineSilent("no answer")
        return "" if self.forgets else f"{self.prints} prints"

    def start(self, manifest: Manifest, program: Path) -> None:
        self.prints += 1

    def cancel(self, job: str) -> None:
        pass


@pytest.fixture
def driver(tmp_path: Path) -> Remembers:
    return Remembers("m1", {}, tmp_path)


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / SPOOL)


@pytest.fixture
def plates(driver: Remembers, spool: Spool) -> Plates:
    """A plate that somebody has just signed off."""
    one = Plates("m1", driver, spool)
    one.look(IDLE)
    one.clear(1, spool.plate("m1").job)
    assert one.is_clean()
    return one


def restarted(driver: Remembers, spool: Spool) -> Plates:
    one = Plates("m1", driver, spool)
    one.look(IDLE)
    return one


def test_a_plate_that_nothing_is_known_of_is_dirty(driver: Remembers, spool: Spool) -> None:
    plates = Plates("m1", driver, spool)
    assert spool.plate("m1").dirty
    assert not plates.is_clean()
    plates.clear(3, None)
    plates.clear(4, "j9")  # a sign-off of before the folder was lost
    assert not plates.is_clean()
    plates.clear(5, spool.plate("m1").job)
    assert plates.is_clean()


def test_a_clean_plate_stays_clean_over_a_restart_without_prints(
    plates: Plates, driver: Remembers, spool: Spool
) -> None:
    assert restarted(driver, spool).is_clean()


def test_a_print_that_nobody_watched_dirties_the_plate(
    plates: Plates, driver: Remembers, spool: Spool
) -> None:
    driver.prints += 1
    again = restarted(driver, spool)
    assert spool.plate("m1").dirty
    assert not again.is_clean()


def test_a_print_too_short_to_be_seen_is_found_before_the_next_start(
    plates: Plates, driver: Remembers
) -> None:
    plates.look(IDLE)
    driver.prints += 1
    plates.look(IDLE)
    assert not plates.is_clean()


def test_a_machine_without_memory_is_unknown_after_every_silence(
    plates: Plates, driver: Remembers, spool: Spool
) -> None:
    driver.forgets = True
    assert not plates.is_clean()
    plates.clear(2, spool.plate("m1").job)
    plates.look(IDLE)
    assert plates.is_clean()
    plates.lost_sight()
    plates.look(IDLE)
    assert not plates.is_clean()


def test_a_sign_off_waits_for_a_machine_that_is_silent(
    plates: Plates, driver: Remembers, spool: Spool
) -> None:
    spool.soil("m1", "j1", driver.history())
    driver.silent = True
    with pytest.raises(MachineSilent):
        plates.clear(2, "j1")
    driver.silent = False
    plates.clear(2, "j1")
    assert plates.is_clean()


def test_a_sign_off_given_before_a_foreign_print_does_not_clear_what_that_left(
    plates: Plates, driver: Remembers, spool: Spool
) -> None:
    spool.soil("m1", "j1", driver.history())
    driver.prints += 1  # somebody took j1 off and printed something at the machine's own screen
    again = restarted(driver, spool)
    again.clear(2, "j1")
    assert not again.is_clean()


def test_each_foreign_print_leaves_another_plate(
    plates: Plates, driver: Remembers, spool: Spool
) -> None:
    plates.look(PRINTING)
    first = spool.plate("m1").job
    plates.look(PRINTING)
    assert spool.plate("m1").job == first
    plates.look(IDLE)
    plates.look(PRINTING)
    assert first not in (None, spool.plate("m1").job)
    plates.clear(2, first)
    assert spool.plate("m1").dirty


def test_a_sign_off_while_somebody_prints_clears_nothing(
    plates: Plates, driver: Remembers, spool: Spool
) -> None:
    driver.forgets = True  # so that only what was seen can tell
    plates.look(PRINTING)
    plates.clear(2, spool.plate("m1").job)
    assert spool.plate("m1").dirty
    plates.look(IDLE)
    plates.clear(3, spool.plate("m1").job)
    assert not spool.plate("m1").dirty


def test_a_spool_from_before_plates_had_a_history_is_opened(tmp_path: Path) -> None:
    db = sqlite3.connect(tmp_path / SPOOL)
    db.execute(
        "CREATE TABLE plates (machine TEXT PRIMARY KEY, dirty INTEGER NOT NULL DEFAULT 0,"
        " job TEXT, clear_number INTEGER NOT NULL DEFAULT 0)"
    )
    db.execute("INSERT INTO plates VALUES ('m1', 0, NULL, 4)")
    db.commit()
    db.close()
    spool = Spool(tmp_path / SPOOL)
    driver = Remembers("m1", {}, tmp_path)
    assert not Plates("m1", driver, spool).is_clean(), "nobody knows what was printed before"
    assert spool.plate("m1").clear_number == 4


def foreign(job: str = "own") -> Manifest:
    now = datetime.now(UTC)
    return Manifest(
        job=job, epoch=1, machine="m1", profile_digest="0" * 64, sha256="0" * 64, size_bytes=1,
        seconds=5, grams=1, hotend_c=235, bed_c=70, issued_at=now, expires_at=now,
    )  # fmt: skip


def test_somebody_elses_print_while_the_agent_runs_needs_clearing(hub: Hub, running: Node) -> None:
    running.machine().start(foreign(), seconds=0.4)
    hub.wait(lambda: hub.state() == "needs_clearing")
    hub.say(hub.order("j1", seconds=5))
    hub.wait(lambda: "refused" in hub.story())
    assert hub.last("refused", "j1").reason == "dirty_plate"
    plate = hub.statuses["m1"].plate_job
    hub.say(Clear(machine="m1", number=1, job=plate), hub.order("j1", seconds=5, epoch=2))
    hub.wait(lambda: "finished" in hub.story("j1"))


def test_somebody_elses_print_while_no_agent_runs_needs_clearing(
    hub: Hub, running: Node, tmp_path: Path
) -> None:
    running.stop()
    machine = running.machine()
    machine.start(foreign(), seconds=0.01)
    again = Inside(hub, tmp_path)
    again.start()
    hub.wait(lambda: hub.state() == "needs_clearing")
    again.stop()


def test_a_lost_folder_is_not_taken_for_a_clean_plate(hub: Hub, tmp_path: Path) -> None:
    """The machine has worked, but the node remembers nothing."""
    VirtualMachine(tmp_path / "state" / "virtual" / "m1").start(foreign(), seconds=0.01)
    node = Inside(hub, tmp_path)
    node.start()
    hub.wait(lambda: hub.state("m1") == "needs_clearing" and hub.state("m2") == "idle")
    node.stop()


def test_an_agent_without_its_journal_does_not_run(
    hub: Hub, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    client = HubClient(hub.url)
    keep_identity(tmp_path, pair(client, CODE, tmp_path))
    client.close()
    assert main(["run", "--hub", hub.url, "--state", str(tmp_path)]) == 2
    assert "pair again" in caplog.text
