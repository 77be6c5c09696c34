"""The checks of milled parts: each with a part that fails and one that passes."""

import numpy as np
import pytest

from configurator.dfm.milled import drilled_mm, milled
from configurator.engine import evaluate
from configurator.geometry.kernel import circle, rounded_rectangle
from configurator.geometry.milled import Opening, Pocket, Slab, milled_part
from configurator.geometry.sheet import rectangle, slot
from configurator.materials import material

OAK, ALU = material("oak"), material("aluminium")


def part_of(*pockets, holes=(), thick=15.0, edge=None):
    edge = rectangle((-40, -30), (40, 30)) if edge is None else edge
    openings = tuple(Opening(ring) for ring in holes)
    return milled_part("plate", Slab(edge, thick, openings, tuple(pockets)), "full")


def soft(wide, high, radius=3.0, at=(0.0, 0.0)):
    return rounded_rectangle(wide, high, radius, 32) + np.asarray(at)


def findings(part, board=OAK):
    return {finding.check: finding for finding in milled(part, board)}


def test_a_tool_reaches_four_of_its_widths():
    """5 mm deep needs 5 / 4 = 1.25 mm: of 1, 2, 3 and 6 the 2; past 24 mm there is none."""
    assert OAK.tool_mm(4) == 1 and OAK.tool_mm(5) == 2 and OAK.tool_mm(24) == 6
    assert OAK.tool_mm(24.5) is None and OAK.deepest_mm == 24


def test_a_good_pocket_is_silent():
    assert not findings(part_of(Pocket((soft(40, 30),), 6.0)))


def test_a_board_too_thick_for_the_longest_tool_is_impossible():
    row = findings(part_of(thick=25.0))["reach"]
    assert row.level == "impossible" and row.measured == 25 and row.needed == 24


@pytest.mark.parametrize(
    ("wide", "deep", "bad"), [(1.8, 5, True), (2.1, 5, False), (1.8, 4, False)]
)
def test_a_slot_that_no_tool_enters_is_told_with_the_width_it_needs(wide, deep, bad):
    """5 mm deep needs the 2 mm tool, 4 mm the 1 mm one."""
    ring = slot(40, wide, "full")
    found = findings(part_of(Pocket((ring,), float(deep))))
    assert ("slots" in found) is bad
    if bad:
        row = found["slots"]
        assert row.level == "impossible" and row.needed == 2
        assert row.measured == pytest.approx(1.8, abs=0.06)
        assert "2 mm" in row.state and row.faces is not None and len(row.faces)


def test_a_slot_right_through_is_judged_by_the_board():
    """15 mm of oak need a tool of 15 / 4 = 3.75 mm, so 6; aluminium of 3 mm needs 1 mm."""
    ring = slot(30, 4.0, "full")
    assert findings(part_of(holes=(ring,)))["slots"].needed == 6
    assert "slots" not in findings(part_of(holes=(ring,), thick=3.0), ALU)


def test_round_holes_are_drilled_and_may_be_finer_than_a_tool_but_not_too_deep():
    """A drill goes 8 of its widths deep: 1.5 mm goes 12, so 15 mm of board want 1.9 mm."""
    assert drilled_mm(circle(2, 24)) == pytest.approx(4) and drilled_mm(soft(4, 4, 0.5)) == 0
    assert not findings(part_of(holes=(circle(2, 24),)))
    row = findings(part_of(holes=(circle(0.75, 24),)))["drills"]
    assert row.level == "impossible" and row.needed == pytest.approx(15 / 8)


def test_a_square_corner_is_mended_with_the_radius_that_it_gets():
    """6 mm deep: the 2 mm tool, so a radius of 1 mm; a corner that is as round is silent."""
    row = findings(part_of(Pocket((rectangle((-15, -10), (15, 10)),), 6.0)))["corners"]
    assert row.level == "mended" and row.needed == 1 and "radius of 1 mm" in row.state
    assert "corners" not in findings(part_of(Pocket((soft(30, 20, 1.0),), 6.0)))


def test_a_sharp_notch_of_the_edge_is_an_inner_corner_too():
    notched = np.array([(-40, -30), (40, -30), (40, 30), (10, 30), (10, 0), (-10, 0), (-10, 30),
                        (-40, 30)], dtype=float)  # fmt: skip
    assert findings(part_of(edge=notched, thick=3.0), ALU)["corners"].needed == 0.5
    assert "corners" not in findings(part_of(thick=3.0), ALU)


def test_a_wall_between_two_pockets_is_half_as_thick_as_it_is_high():
    """4 mm of depth want 2 mm in oak; 1.5 mm is weak, 0.8 mm breaks, 2.1 mm stands."""

    def two(web):
        half = 10 + web / 2
        return part_of(*(Pocket((soft(20, 40, at=(x, 0)),), 4.0) for x in (-half, half)))

    row = findings(two(1.5))["ribs"]
    assert row.level == "weak" and row.needed == 2 and row.measured == pytest.approx(1.5, abs=0.1)
    assert findings(two(0.8))["ribs"].level == "impossible"
    assert not findings(two(2.1))


def test_ridges_in_a_floor_are_judged_by_their_own_height():
    """Two grooves 1 mm deep in a recess 8 mm deep: 0.8 mm between them, not 3, is enough."""
    grooves = tuple(Pocket((slot(30, 4, "full", (0, y)),), 1.0) for y in (-2.5, 2.5))
    assert not findings(part_of(Pocket((soft(60, 40),), 8.0, inner=grooves)))
    close = tuple(Pocket((slot(30, 4, "full", (0, y)),), 1.0) for y in (-2.3, 2.3))
    row = findings(part_of(Pocket((soft(60, 40),), 8.0, inner=close)))["ribs"]
    assert row.measured == pytest.approx(0.6, abs=0.1) and row.needed == 0.8


@pytest.mark.parametrize(("deep", "level"), [(12.4, None), (13.0, "weak"), (14.0, "impossible")])
def test_a_floor_under_a_pocket(deep, level):
    """Oak wants 2.5 mm: 15 − 13 = 2 is weak, 1 is less than half of it."""
    found = findings(part_of(Pocket((soft(40, 30),), deep)))
    assert found["floor"].level == level if level else "floor" not in found
    if level:
        assert len(found["floor"].faces) > 2


def test_a_part_is_evaluated_with_its_process_s_checks():
    deep = evaluate("milled-tray", {"groove_mm": 0.5, "recess_mm": 4}, "walnut")
    rows = {f.check: f for f in deep.findings}
    assert rows["slots"].field == "groove_mm" and rows["slots"].value == 2
    assert rows["slots"].faces is not None and not deep.printable
    cured = evaluate("milled-tray", {"groove_mm": rows["slots"].value, "recess_mm": 4}, "walnut")
    assert cured.printable
