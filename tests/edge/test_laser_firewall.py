"""What may reach a laser cutter, spoilt one way at a time."""

from __future__ import annotations

import pytest

from edge.checks import inspect_program
from edge.config import Limits
from edge.errors import JobRefused
from edge.laser_firewall import inspect_laser
from edge.protocol import (
    KeepOut,
    LaserEnvelope,
    Manifest,
    PairedMachine,
    PrinterProfile,
    Reach,
)
from manufacturing.planning.lasers import LASERS
from manufacturing.planning.profiles import PROFILES
from tests.edge.gcode import program
from tests.edge.hub import Hub

ENVELOPE = LASERS["laser-600"].envelope
LINES = (
    "; Nearmade", "G21", "G90", "M5", "$H", "M8", "G0 X10 Y10 F6000", "M4 S800", "G1 X50 Y10 F900",
    "G1 X50 Y40", "G1 X10 Y10", "M5", "M9", "G0 X5 Y5 F6000", "M2",
)  # fmt: skip


def refused(*lines: str, envelope: LaserEnvelope = ENVELOPE) -> set[str]:
    return {row.reason for row in inspect_laser(("\n".join(lines) + "\n").encode(), envelope)}


def instead(line: str, other: str) -> set[str]:
    assert line in LINES
    return refused(*(other if one == line else one for one in LINES))


def manifest() -> Manifest:
    return Hub().order("j1").signed.manifest


def test_a_planned_program_passes() -> None:
    assert refused(*LINES) == set()


@pytest.mark.parametrize(
    ("line", "other", "reason"),
    [
        ("G21", "", "no_units"),
        ("G90", "", "no_mode"),
        ("G90", "G91", "command"),
        ("$H", "", "not_homed"),
        ("$H", "$X", "syntax"),
        ("$H", "$32=0", "syntax"),
        ("M8", "M104 S200", "command"),
        ("M8", "M140 S60", "command"),
        ("M8", "G28", "command"),
        ("M8", "G92 X0", "command"),
        ("M8", "G4 P2", "command"),
        ("M8", "S900", "syntax"),
        ("M8", "M8 M4 S900", "syntax"),
        ("M8", "N1 M8", "syntax"),
        ("G0 X10 Y10 F6000", "G0 X10 Y10", "no_feed"),
        ("G0 X10 Y10 F6000", "G0 X10 F6000", "unknown_position"),
        ("G0 X10 Y10 F6000", "G0 X10 Y10 Z5 F6000", "syntax"),
        ("M4 S800", "M4 S1001", "power"),
        ("M4 S800", "M4 S-1", "power"),
        ("M4 S800", "M3 S5000", "power"),
        ("M4 S800", "M4", "syntax"),
        ("G1 X50 Y10 F900", "G1 X50 Y10 S900 F900", "syntax"),
        ("G1 X50 Y10 F900", "G1 X50 Y10 F90000", "feed"),
        ("G1 X50 Y10 F900", "G1 X601 Y10 F900", "out_of_volume"),
        ("G1 X50 Y10 F900", "G1 X50 Y-1 F900", "out_of_volume"),
        ("G1 X50 Y10 F900", "G0 X50 Y10 F900", "rapid_beam"),
        ("G1 X50 Y10 F900", "G2 X50 Y10 I20 J0 F900", "command"),
        ("G1 X50 Y10 F900", "$H", "beam_on"),
    ],
)
def test_one_wrong_line_is_refused(line: str, other: str, reason: str) -> None:
    assert reason in instead(line, other)


def test_a_beam_that_stays_on_is_refused() -> None:
    assert refused(*LINES[:11]) == {"left_on"}


def test_a_beam_before_its_place_is_known_is_refused() -> None:
    assert "unknown_position" in refused("G21", "G90", "$H", "M4 S500", *LINES[6:])


def test_a_keep_out_is_kept_out_of() -> None:
    zone = KeepOut(name="clamp", x_min_mm=28, x_max_mm=32, y_min_mm=0, y_max_mm=15)
    envelope = ENVELOPE.model_copy(update={"keep_outs": (zone,)})
    assert refused(*LINES, envelope=envelope) == {"keep_out"}


def test_power_may_be_capped_by_the_workshop() -> None:
    """S800 passes at 1000 and not at the 500 that the workshop allows; heaters say nothing here."""
    tighter = Limits(max_beam_s=500, max_hotend_c=200).tighten(ENVELOPE)
    assert refused(*LINES, envelope=tighter) == {"power"}


def test_a_file_of_nothing_or_of_strange_bytes_is_refused() -> None:
    assert {row.reason for row in inspect_laser(b"", ENVELOPE)} == {"empty"}
    assert {row.reason for row in inspect_laser(b"G21\n\xff\n", ENVELOPE)} == {"not_ascii"}
    assert refused("G21", "G90", "M5") == {"empty"}


def test_each_machine_takes_its_own_kind_of_program_only() -> None:
    laser, printed = ("\n".join(LINES) + "\n").encode(), program()
    printer = PROFILES["ender-3"].envelope
    inspect_program(laser, manifest(), ENVELOPE)
    inspect_program(printed, manifest(), printer)
    with pytest.raises(JobRefused, match="M4"):
        inspect_program(laser, manifest(), printer)
    with pytest.raises(JobRefused, match=r"M140|M104"):
        inspect_program(printed, manifest(), ENVELOPE)


def test_a_machine_of_an_unknown_kind_is_sent_nothing() -> None:
    plain = Reach(
        x_min_mm=0, x_max_mm=9, y_min_mm=0, y_max_mm=9, z_max_mm=9, max_feed_mm_s=9,
        max_accel_mm_s2=9,
    )  # fmt: skip
    with pytest.raises(JobRefused, match="does not know such machines"):
        inspect_program(program(), manifest(), plain)


def test_a_profile_is_told_apart_by_its_process_over_the_wire() -> None:
    for profile in (LASERS["laser-600"], PROFILES["ender-3"]):
        sent = PairedMachine(id="m1", name="m1", profile=profile).model_dump_json()
        read = PairedMachine.model_validate_json(sent).profile
        assert read == profile and read.digest() == profile.digest()
        assert isinstance(read, PrinterProfile) is (profile.process == "fdm")
