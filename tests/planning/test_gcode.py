"""The planner's own reading of a program, and what it finds outside the envelope."""

from __future__ import annotations

import pytest

from manufacturing.planning.gcode import Box, check_envelope, read_program
from manufacturing.planning.profiles import PROFILES
from tests.edge.gcode import BODY, HEAD, TAIL, program, with_line

ENVELOPE = PROFILES["ender-3"].envelope


def codes(gcode: bytes) -> set[str]:
    return {v.code for v in check_envelope(read_program(gcode), ENVELOPE)}


def test_a_small_program_is_read_to_the_last_figure() -> None:
    facts = read_program(program())
    # purge 5 + square 4 x 1 + 0.8 back and forth - 2 at the end
    assert facts.filament_mm == pytest.approx(7.0)
    assert (facts.max_hotend_c, facts.max_bed_c) == (215, 60)
    assert facts.max_feed_mm_s == 100
    assert facts.bounds_mm == Box((0, 0, 0.2), (80, 80, 20))
    assert facts.extruding_bounds_mm == Box((5, 4, 0.2), (80, 80, 0.3))


def test_after_a_layer_mark_the_purge_counts_no_more() -> None:
    marked = program(";LAYER_CHANGE", *BODY)
    assert read_program(marked).extruding_bounds_mm == Box((50, 50, 0.2), (80, 80, 0.2))


def test_the_time_of_one_straight_move_is_its_trapezoid() -> None:
    head = ("G21", "G90", "M83", "G28", "M204 P1000", "G1 X0 Y0 Z0 F6000")
    facts = read_program(program("G1 X100 F6000", head=head, tail=("M107",)))
    # 100 mm/s at 1000 mm/s²: 0.1 s up, 0.1 s down (5 mm each), 90 mm at full speed: 1.1 s
    assert facts.estimate_s == pytest.approx(1.1)


def test_the_usual_program_stays_inside() -> None:
    assert codes(program()) == set()


LINES = {
    "X": ("out_of_volume", "G1 X221"),
    "Z": ("out_of_volume", "G1 Z-0.1 F600"),
    "relative": ("out_of_volume", "G91\nG1 X150\nG1 X150\nG90"),
    "too fast": ("too_fast", "G1 X60 F12060"),
    "too abrupt": ("too_abrupt", "M204 S5000"),
    "hot": ("hotend_too_hot", "M104 S256"),
    "hot bed": ("bed_too_hot", "M190 S101"),
    "blob": ("too_much_filament", "G1 X51 Y50 E3"),
    "heap": ("too_much_filament", "G1 E30"),
    "cold": ("cold_extrusion", "M104 S100\nG1 X60 E0.1"),
}


@pytest.mark.parametrize(("code", "line"), LINES.values(), ids=LINES.keys())
def test_each_way_out_is_found_with_its_line(code: str, line: str) -> None:
    found = check_envelope(read_program(with_line(line)), ENVELOPE)
    assert {v.code for v in found} == {code}
    last = len(HEAD) + len(BODY) + line.count("\n") + 1
    assert all(v.line is None or last - 2 <= v.line <= last for v in found)


def test_a_heater_left_on_or_a_machine_not_homed_is_found() -> None:
    assert codes(program(tail=TAIL[:2])) == {"left_hot"}
    assert "not_homed" in codes(program(head=tuple(h for h in HEAD if h != "G28")))
    assert "no_motion" in codes(b"; nothing\n")


def test_a_move_through_a_keep_out_is_found_though_both_ends_are_outside() -> None:
    envelope = PROFILES["corexy-256"].envelope  # its wiper: X 226 to 256, Y 251 to 256
    through = with_line("G1 X220 Y253\nG1 X220 Y250\nG1 X240 Y250\nG1 X220 Y256")
    facts = read_program(through)
    assert [v.code for v in check_envelope(facts, envelope)] == ["keep_out"]
    around = read_program(with_line("G1 X220 Y253\nG1 X220 Y250\nG1 X240 Y250"))
    assert check_envelope(around, envelope) == ()
