"""The driver and the whole agent against a real OctoPrint with its virtual printer."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from edge.drivers import Activity, Fate, View
from edge.drivers.octoprint import OctoPrintDriver
from edge.errors import BegunBefore, MachineSilent, StartRefused, WrongSetUp
from edge.protocol import Cancel, Clear, Manifest
from tests.edge.conftest import Node
from tests.edge.gcode import program
from tests.edge.hub import Hub
from tests.edge.octoprint import OctoPrint
from tests.edge.until import until

pytestmark = pytest.mark.octoprint


def back_and_forth(times: int) -> bytes:
    """A program of about ``times`` short lines."""
    strokes = (f"G1 X{51 + i % 50} Y50 E0.03 F1200" for i in range(times))
    return program("G1 X50 Y50 F6000", *strokes)


LONG = back_and_forth(4000)


@pytest.fixture(scope="module")
def octoprint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OctoPrint]:
    one = OctoPrint(tmp_path_factory.mktemp("octoprint"))
    one.install()
    one.start()
    yield one
    one.stop()


def options(octoprint: OctoPrint) -> dict[str, object]:
    key = octoprint.folder / "key"
    key.write_text(octoprint.api_key)
    return {
        "url": octoprint.url, "api_key_file": str(key), "port": "VIRTUAL", "baudrate": 115200,
    }  # fmt: skip


@pytest.fixture
def driver(octoprint: OctoPrint, tmp_path: Path) -> Iterator[OctoPrintDriver]:
    one = OctoPrintDriver("m1", options(octoprint), tmp_path)
    until(lambda: see(one).activity is Activity.IDLE)
    yield one
    one.close()


def see(driver: OctoPrintDriver, job: str | None = None) -> View:
    """A look, where silence (it connects just now) counts as an error state."""
    try:
        return driver.look(job)
    except MachineSilent as silence:
        return View(Activity.ERROR, detail=str(silence))


def manifest(job: str) -> Manifest:
    now = datetime.now(UTC)
    return Manifest(
        job=job, epoch=1, machine="m1", profile_digest="0" * 64, sha256="0" * 64, size_bytes=1,
        seconds=5, grams=1, hotend_c=235, bed_c=70, issued_at=now, expires_at=now,
    )  # fmt: skip


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "any.gcode"
    path.write_bytes(program())
    return path


def test_a_job_is_uploaded_printed_and_known_as_finished(
    driver: OctoPrintDriver, file: Path, octoprint: OctoPrint
) -> None:
    assert driver.look("d1").fate is Fate.UNKNOWN
    driver.start(manifest("d1"), file)
    until(lambda: driver.look("d1").fate is Fate.RUNNING)
    until(lambda: driver.look("d1").fate is Fate.FINISHED, 40)
    assert driver.look("d1").percent == 100
    assert driver.look(None).activity is Activity.IDLE
    with pytest.raises(BegunBefore):
        driver.start(manifest("d1"), file)


def test_the_file_of_an_ended_job_is_deleted_and_its_print_is_still_remembered(
    driver: OctoPrintDriver, file: Path, octoprint: OctoPrint, tmp_path: Path
) -> None:
    driver.start(manifest("t1"), file)
    until(lambda: driver.look("t1").fate is Fate.FINISHED, 40)
    before = driver.history()
    assert driver.tidy("t1")
    assert octoprint.ask("GET", "/api/files/local/t1.gcode").status_code == 404
    assert driver.history() == before
    assert driver.tidy("t1")
    assert driver.history() == before
    driver.start(manifest("t2"), file)
    until(lambda: driver.look("t2").fate is Fate.FINISHED, 40)
    assert driver.history() != before


def test_a_file_that_is_being_printed_is_not_deleted(
    driver: OctoPrintDriver, file: Path, octoprint: OctoPrint
) -> None:
    file.write_bytes(LONG)
    driver.start(manifest("t3"), file)
    until(lambda: driver.look("t3").fate is Fate.RUNNING)
    before = driver.history()
    assert not driver.tidy("t3")
    assert driver.history() == before
    driver.cancel("t3")
    until(lambda: driver.look("t3").fate is Fate.FAILED)


def test_cancel_stops_only_the_job_it_names(
    driver: OctoPrintDriver, file: Path, octoprint: OctoPrint
) -> None:
    file.write_bytes(LONG)
    driver.start(manifest("d2"), file)
    until(lambda: driver.look("d2").fate is Fate.RUNNING)
    with pytest.raises(StartRefused):
        driver.start(manifest("d3"), file)
    driver.cancel("d3")
    assert driver.look("d2").fate is Fate.RUNNING
    driver.cancel("d2")
    until(lambda: driver.look("d2").fate is Fate.FAILED)


def test_a_printer_that_faults_makes_the_job_fail(
    driver: OctoPrintDriver, file: Path, octoprint: OctoPrint
) -> None:
    file.write_bytes(LONG)
    driver.start(manifest("d4"), file)
    until(lambda: driver.look("d4").fate is Fate.RUNNING)
    octoprint.send("!!DEBUG:trigger_fatal_error_marlin")
    until(lambda: see(driver, "d4").fate is Fate.FAILED)


def test_a_wrong_key_is_silence_and_a_missing_one_stops_the_agent(
    octoprint: OctoPrint, tmp_path: Path
) -> None:
    stranger = OctoPrintDriver(
        "m1", options(octoprint) | {"api_key_file": "", "api_key": "no"}, tmp_path
    )
    with pytest.raises(MachineSilent):
        stranger.look(None)
    stranger.close()
    with pytest.raises(WrongSetUp):
        OctoPrintDriver("m1", {"url": octoprint.url}, tmp_path)


@pytest.fixture
def printing(hub: Hub, node: Node, octoprint: OctoPrint, tmp_path: Path) -> Node:
    """An agent whose m1 is the OctoPrint."""
    lines = [f"{name} = {value!r}" for name, value in options(octoprint).items()]
    config = tmp_path / "edge.toml"
    config.write_text(
        '[machines.m1]\ndriver = "octoprint"\nlost_after_s = 3\n[machines.m1.options]\n'
        + "\n".join(lines)
    )
    node.start("--config", str(config))
    # Nobody has ever said what lies on the plate of a real printer.
    hub.wait(lambda: hub.state("m1") == "needs_clearing")
    hub.say(Clear(machine="m1", number=1, job=hub.statuses["m1"].plate_job))
    hub.wait(lambda: hub.state("m1") == "idle")
    hub.say()
    return node


def test_an_order_from_the_hub_is_printed_through_kills_of_the_agent(
    hub: Hub, printing: Node, octoprint: OctoPrint, tmp_path: Path
) -> None:
    hub.say(hub.order("a1", gcode=back_and_forth(900)))
    hub.wait(lambda: "started" in hub.story())
    printing.kill()
    printing.start("--config", str(tmp_path / "edge.toml"))
    hub.lose_acks = True
    hub.wait(lambda: "finished" in hub.story(), 60)
    assert hub.story() == ["accepted", "started", "finished"]
    prints = octoprint.ask("GET", "/api/files/local/a1.gcode").json()["prints"]
    assert (prints["success"], prints["failure"]) == (1, 0)
    hub.wait(lambda: hub.state("m1") == "needs_clearing")
    hub.lose_acks = False  # what the hub knows, the printer need not keep
    hub.say()
    until(lambda: octoprint.ask("GET", "/api/files/local/a1.gcode").status_code == 404)
    printing.kill()
    printing.start("--config", str(tmp_path / "edge.toml"))
    hub.wait(lambda: hub.state("m1") == "needs_clearing")
    assert hub.statuses["m1"].plate_job == "a1", "our own deletion is no print of somebody else's"


def test_a_cancel_from_the_hub_is_reported_as_cancelled_not_failed(
    hub: Hub, printing: Node
) -> None:
    hub.say(hub.order("a2", gcode=LONG))
    hub.wait(lambda: "started" in hub.story())
    hub.say(Cancel(machine="m1", job="a2"))
    hub.wait(lambda: "cancelled" in hub.story())
    assert hub.story() == ["accepted", "started", "cancelled"]


def test_an_octoprint_killed_in_a_print_leaves_a_job_that_nobody_starts_again(
    hub: Hub, printing: Node, octoprint: OctoPrint
) -> None:
    hub.say(hub.order("a3", gcode=LONG))
    hub.wait(lambda: "started" in hub.story())
    octoprint.stop(signal.SIGKILL)
    hub.wait(lambda: hub.state("m1") == "offline")
    octoprint.start()
    hub.wait(lambda: "failed" in hub.story(), 90)
    assert hub.last("failed", "a3").reason == "lost"
    assert hub.story() == ["accepted", "started", "failed"]
    hub.wait(lambda: hub.state("m1") == "needs_clearing")


def test_a_print_started_at_the_printer_while_no_agent_runs_leaves_a_plate_to_clear(
    hub: Hub, printing: Node, octoprint: OctoPrint, file: Path
) -> None:
    assert printing.stop() == 0
    files = {"file": ("own.gcode", file.read_bytes(), "application/octet-stream")}
    octoprint.ask("POST", "/api/files/local", files=files)
    command = {"command": "select", "print": True}
    octoprint.ask("POST", "/api/files/local/own.gcode", json=command)

    def ended() -> bool:
        answer = octoprint.ask("GET", "/api/files/local/own.gcode")
        return bool(answer.json().get("prints", {}).get("success"))

    until(ended, 40)
    printing.start("--config", str(printing.state.parent / "edge.toml"))
    hub.wait(lambda: hub.state("m1") == "needs_clearing")
    assert hub.statuses["m1"].plate_job.startswith("other-")


def test_a_nozzle_that_somebody_heats_at_the_printer_keeps_jobs_away(
    hub: Hub, printing: Node, octoprint: OctoPrint
) -> None:
    octoprint.send("M104 S200")
    hub.wait(lambda: hub.state("m1") == "needs_clearing")
    assert "heats it at the printer" in hub.statuses["m1"].detail
    octoprint.send("M104 S0")
