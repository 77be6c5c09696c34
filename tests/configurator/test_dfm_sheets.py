"""The checks of sheet parts: each with a part that fails and one that passes."""

import numpy as np
import pytest

from configurator.dfm.cut import cut
from configurator.dfm.fit import Volume, fit
from configurator.engine import evaluate
from configurator.geometry.kernel import circle
from configurator.geometry.sheet import Outline, plate, rectangle, slot
from configurator.materials import material
from configurator.products.base import Part

BIRCH, ACRYLIC = material("birch"), material("acrylic")


def part_of(*holes, edge=None, sheet_mm=3.0):
    edge = rectangle((0, 0), (60, 40)) if edge is None else edge
    outline = Outline((edge, *(hole[::-1].copy() for hole in holes)), sheet_mm)
    return Part("plate", plate(outline), process="laser", outline=outline)


def findings(part, sheet=BIRCH):
    return {finding.check: finding for finding in cut(part, sheet)}


def two_holes(web_mm):
    return circle(6, 64, (20, 20)), circle(6, 64, (32 + web_mm, 20))


def test_a_web_between_two_holes_is_measured_and_painted():
    """Birch 3 mm wants 0.8 · 3 = 2.4 mm; two holes 1.6 mm apart leave 1.6."""
    part = part_of(*two_holes(1.6))
    row = findings(part)["bridges"]
    assert row.level == "weak" and row.measured == pytest.approx(1.6, abs=0.15)
    assert row.needed == pytest.approx(2.4)
    x, y, z = row.place
    assert (x, y) == pytest.approx((26.8, 20), abs=1.0) and z == 3
    painted = part.mesh.corners[row.faces].mean(axis=1)
    assert len(painted) and np.abs(painted[:, 0] - 26.8).max() < 9
    assert np.abs(part.mesh.normals[row.faces][:, 2]).max() < 0.5


def test_a_web_of_less_than_three_kerfs_burns_away():
    """Kerf 0.2 mm: below 0.6 mm nothing is left."""
    assert findings(part_of(*two_holes(0.4)))["bridges"].level == "impossible"


def test_webs_that_are_wide_enough_are_silent():
    assert not findings(part_of(*two_holes(2.6)))


def test_square_corners_and_round_ones_are_no_webs():
    star = circle(20, 5) @ np.eye(2)
    assert not findings(part_of(edge=star, sheet_mm=6.0))
    assert not findings(part_of(edge=circle(20, 96)))


def test_a_finger_of_the_edge_counts_like_a_web():
    comb = np.array(
        [(0, 0), (60, 0), (60, 40), (31.5, 40), (31.5, 55), (30, 55), (30, 40), (0, 40)]
    )
    row = findings(part_of(edge=comb.astype(float)))["bridges"]
    assert row.measured == pytest.approx(1.5, abs=0.1)


@pytest.mark.parametrize(("wide", "level"), [(1.2, "weak"), (0.25, "impossible"), (1.6, None)])
def test_a_slit_narrower_than_half_the_sheet_is_weak_and_than_the_beam_impossible(wide, level):
    """Birch 3 mm: least opening 1.5 mm; 1.5 kerfs are 0.3 mm."""
    row = findings(part_of(slot(20, wide, "full", (30, 20)))).get("openings")
    assert (row.level if row else None) == level
    if row:
        assert row.measured == pytest.approx(wide, abs=0.06)


def test_a_notch_in_the_edge_is_an_opening_too():
    edge = np.array(
        [(0, 0), (60, 0), (60, 40), (30.8, 40), (30.8, 25), (30, 25), (30, 40), (0, 40)]
    )
    assert findings(part_of(edge=edge.astype(float)))["openings"].measured < 1.0


def test_thicker_sheet_wants_more_everywhere():
    part = part_of(*two_holes(2.6), sheet_mm=6.0)
    assert findings(part)["bridges"].needed == pytest.approx(4.8)


def test_a_part_too_large_for_every_laser_names_the_largest():
    """Printers are no lasers: only lasers count, and the largest is named."""
    machines = (
        Volume("Little laser", 600, 300, 20, "laser", 3.0),
        Volume("Great laser", 900, 600, 20, "laser", 3.0),
        Volume("Great printer", 2000, 2000, 500),
    )
    large = evaluate("finger-box", {"width_mm": 400, "depth_mm": 300}, "birch", machines)
    assert not [f for f in large.findings if f.check == "fit"]
    one = machines[:1]
    small = evaluate("finger-box", {"width_mm": 400, "depth_mm": 300}, "birch", one)
    rows = [f for f in small.findings if f.check == "fit"]
    assert rows and "laser cutter of our network, Little laser, holds 594 × 294" in rows[0].state
    assert rows[0].field == "depth_mm"
    cured = {"width_mm": 400, "depth_mm": 300, rows[0].field: rows[0].value}
    again = evaluate("finger-box", cured, "birch", one)
    assert not [f for f in again.findings if f.check == "fit"]
    printer = machines[2:]
    assert not [
        f for f in evaluate("finger-box", {}, "birch", printer).findings if f.check == "fit"
    ]


def test_a_machine_keeps_its_own_margin_free():
    volume = Volume("L", 600, 300, 20, "laser", 3.0)
    assert volume.holds((594, 294, 3)) and not volume.holds((595, 294, 3))
    assert not fit({"a": (294, 594, 3)}, (volume,), lambda _: None)


def test_the_nearest_stocked_thickness():
    assert ACRYLIC.gauge(4).thickness_mm == 3 and ACRYLIC.gauge(7).thickness_mm == 8
    assert BIRCH.stocks(4) and not BIRCH.stocks(5)


def test_a_kilogram_of_sheet_costs_what_its_square_metre_does():
    """Acrylic 3 mm: €30 a m² of 3.57 kg is €8.40 a kilogram."""
    assert ACRYLIC.cents_per_kg(3) == 840
    assert material("pla").cents_per_kg() == 2400
