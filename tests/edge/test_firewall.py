"""What may reach a machine: for each refusal, a program beside it that passes."""

from __future__ import annotations

import pytest

from edge.firewall import MAX_REFUSALS, Refusal, inspect
from edge.protocol import Envelope, KeepOut
from tests.edge.gcode import BODY, HEAD, TAIL, program, with_line

ENVELOPE = Envelope(
    x_min_mm=0, x_max_mm=220, y_min_mm=0, y_max_mm=220, z_max_mm=250, max_feed_mm_s=200,
    max_accel_mm_s2=1000, max_hotend_c=255, max_bed_c=100,
    keep_outs=(KeepOut(name="clip", x_min_mm=100, x_max_mm=120, y_min_mm=0, y_max_mm=10),),
)  # fmt: skip


def look(gcode: bytes, hotend_cap_c: float = 235, bed_cap_c: float = 70) -> list[Refusal]:
    return inspect(gcode, ENVELOPE, hotend_cap_c=hotend_cap_c, bed_cap_c=bed_cap_c)


def without(*lines: str) -> bytes:
    return program(head=tuple(line for line in HEAD if line not in lines))


def test_the_usual_program_passes() -> None:
    assert look(program()) == []


# reason: (refused, passes); what differs between the two is the reason
LINES = {
    "M500 writes memory": ("command", "M500", "M400"),
    "M206 moves the origin": ("command", "M206 X5", "M204 S900"),
    "M302 allows cold extrusion": ("command", "M302 S0", "M82"),
    "M999 restarts after a stop": ("command", "M999", "M107"),
    "M92 changes steps": ("command", "M92 X80", "G90"),
    "M220 scales every feed": ("command", "M220 S300", "G4 S1"),
    "another spool with loose motors": ("not_homed", "M84\nM600", "M600"),
    "another spool with a cold nozzle": ("cold_extrusion", "M104 S0\nM600", "M600\nM104 S0"),
    "M600 with a place to go to": ("syntax", "M600 X300 Z400", "M600"),
    "M28 writes files": ("command", "M28", "M83"),
    "G20 is inches": ("command", "G20", "G21"),
    "another tool": ("command", "T1", "T0"),
    "GRBL settings": ("syntax", "$H", "; $H"),
    "a host command": ("syntax", "@pause", ";@pause"),
    "an emergency line": ("syntax", "!!", "; !!"),
    "an action": ("syntax", "//action:pause", "; //action:pause"),
    "two commands in a line": ("syntax", "G1 X60 M104 S0", "G1 X60"),
    "a line number": ("syntax", "N5 G1 X60", "G1 X60"),
    "a checksum": ("syntax", "G1 X60*71", "G1 X60"),
    "a parameter": ("syntax", "G1 X#5", "G1 X5"),
    "a word twice": ("syntax", "G1 X60 X70", "G1 X60 Y70"),
    "two feeds": ("syntax", "G1 F600 X60 F900", "G1 X60 F900"),
    "a word it may not carry": ("syntax", "G28 W", "G28 X Y Z"),
    "a word without a number": ("syntax", "G1 X", "G1 X5"),
    "small letters": ("syntax", "g1 x60", "G1 X60"),
    "an exponent": ("syntax", "G1 X1e2", "G1 X100 Y50"),
    "moving the coordinates": ("syntax", "G92 X0", "G92 E0"),
    "X too far": ("out_of_volume", "G1 X220.1", "G1 X220"),
    "Y below zero": ("out_of_volume", "G1 Y-0.1", "G1 Y0"),
    "Z too high": ("out_of_volume", "G1 Z250.5 F600", "G1 Z250 F600"),
    "into a clip": ("keep_out", "G1 X110 Y5", "G1 X110 Y10.5"),
    "through a clip": ("keep_out", "G1 X90 Y5\nG1 X130 Y5", "G1 X90 Y5\nG1 X90 Y20\nG1 X130 Y20"),
    "an arc over the edge": (
        "out_of_volume", "G1 X2 Y50\nG2 X2 Y60 I0 J5 F1200", "G1 X5.1 Y50\nG2 X5.1 Y60 I0 J5 F1200",
    ),
    "an arc without a centre": ("bad_arc", "G2 X60 Y60", "G2 X60 Y50 I5 J0"),
    "an arc off its circle": ("bad_arc", "G3 X70 Y50 I5 J0", "G3 X60 Y50 I5 J0"),
    "an arc into a clip": (
        "keep_out", "G1 X95 Y18\nG3 X125 Y18 I15 J0", "G1 X95 Y30\nG3 X125 Y30 I15 J0",
    ),
    "too fast": ("feed", "G1 X60 F12060", "G1 X60 F12000"),
    "no speed at all": ("feed", "G1 X60 F0", "G1 X60 F1"),
    "too abrupt": ("accel", "M204 P1001", "M204 P1000"),
    "nozzle hotter than the material": ("too_hot", "M104 S236", "M104 S235"),
    "bed hotter than the material": ("too_hot", "M140 S71", "M140 S70"),
    "a temperature below zero": ("too_hot", "M104 S-5", "M104 S0"),
    "no temperature": ("syntax", "M104", "M104 S200"),
    "a blob": ("extrusion", "G1 X51 Y50 E0.5", "G1 X51 Y50 E0.3"),
    "a blob on an arc": ("extrusion", "G2 X60 Y50 I5 J0 E9", "G2 X60 Y50 I5 J0 E1"),
    "a heap": ("extrusion", "G1 E26", "G1 E24"),
    "out of the gears": ("retraction", "G1 E-26", "G1 E-24"),
    "extruding after cooling down": (
        "cold_extrusion", "M104 S150\nG1 X60 E1", "M104 S200\nG1 X60 E1",
    ),
    "a fan too fast": ("fan", "M106 S256", "M106 S255"),
    "a long pause": ("dwell", "G4 S301", "G4 S300"),
    "relative from the switch": ("unknown_position", "G28\nG91\nG1 X5", "G91\nG1 X5"),
    "moving with loose motors": ("not_homed", "M84\nG1 X5", "G1 X5"),
    "setting every axis to zero": ("syntax", "G92", "G92 E0"),
    "a line made to keep a reader busy": (
        "syntax", "G1 X" + "1" * 60 + " Y" + "1" * 60 + "!", "G1 X" + "0" * 30 + "60",
    ),
    "a long line": ("long_line", "; " + "x" * 255, "; " + "x" * 254),
}  # fmt: skip


@pytest.mark.parametrize(("reason", "bad", "good"), LINES.values(), ids=LINES.keys())
def test_a_line_is_refused_and_its_neighbour_passes(reason: str, bad: str, good: str) -> None:
    refusals = look(with_line(bad))
    assert {r.reason for r in refusals} == {reason}
    first = len(HEAD) + len(BODY) + 1
    assert first <= refusals[0].line <= first + bad.count("\n")
    assert refusals[0].sentence
    assert look(with_line(good)) == []


WHOLE = {
    "an empty file": ("empty", b" \n"),
    "only comments": ("empty", b"; nothing\n"),
    "not ASCII": ("not_ascii", program().replace(b"closed", "geschlössen".encode())),
    "a null byte": ("not_ascii", program() + b"\x00"),
    "a carriage return inside a line is a second line to some": (
        "not_ascii", program().replace(b"G92 E0\n", b"G92 E0\rM500\n"),
    ),
    "a carriage return hidden in a comment": (
        "not_ascii", program().replace(b"G92 E0\n", b"G92 E0 ; quiet\rM104 S400\n"),
    ),
    "no units": ("no_units", without("G21")),
    "no mode": ("no_mode", without("G90")),
    "no extruder mode": ("no_mode", without("M83")),
    "not homed": ("not_homed", without("G28")),
    "one axis not homed": ("not_homed", program().replace(b"G28", b"G28 X Y")),
    "not waited for the nozzle": ("cold_extrusion", without("M109 S215")),
    "no feed": ("no_feed", program("G1 X5 Y5", "G1 X6 F600", head=("G21", "G90", "M83", "G28"))),
    "nozzle left on": ("left_hot", program(tail=tuple(t for t in TAIL if t != "M104 S0"))),
    "bed left on": ("left_hot", program(tail=tuple(t for t in TAIL if t != "M140 S0"))),
}  # fmt: skip


@pytest.mark.parametrize(("reason", "gcode"), WHOLE.values(), ids=WHOLE.keys())
def test_a_whole_program_is_refused(reason: str, gcode: bytes) -> None:
    assert reason in {r.reason for r in look(gcode)}


def test_both_words_of_a_machine_count_so_the_lower_cap_wins() -> None:
    assert look(program(), hotend_cap_c=300) == []
    assert look(program(), hotend_cap_c=210)[0].reason == "too_hot"
    hot = program(head=tuple(h.replace("S215", "S256") for h in HEAD))
    assert look(hot, hotend_cap_c=300)[0].reason == "too_hot"


def test_absolute_extrusion_is_followed_through_resets() -> None:
    absolute = ("M82", "G92 E0", "G1 X80 Y50 E1", "G1 X80 Y80 E2", "G92 E0", "G1 X50 Y80 E1")
    assert look(program(*BODY, *absolute)) == []
    jump = (*absolute, "G1 X49 Y80 E9")
    assert [r.reason for r in look(program(*BODY, *jump))] == ["extrusion"]


def test_relative_moves_are_followed_to_where_they_end() -> None:
    steps = ("G91", *["G1 X40"] * 5, "G90")
    assert look(program(*BODY, *steps[:4], "G90")) == []
    assert [r.reason for r in look(program(*BODY, *steps, "G1 X5"))] == ["out_of_volume"]


def test_the_order_of_words_does_not_matter() -> None:
    assert [r.reason for r in look(with_line("G1 E1 Y300 X5"))] == ["out_of_volume"]


def test_a_hostile_file_does_not_fill_the_log() -> None:
    assert len(look(program(*["M500"] * 500))) == MAX_REFUSALS
