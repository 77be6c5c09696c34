"""A design whose parts are made by different processes, and of different materials."""

import numpy as np
import pytest

from configurator import engine
from configurator.geometry.kernel import circle, rounded_rectangle
from configurator.geometry.sheet import Outline, plate, rectangle
from configurator.geometry.turns import quaternion, rotation
from configurator.processes import PROCESSES, files_of
from configurator.products import families
from configurator.products.base import BaseParams, Family, Part, number
from core.errors import NotFound


class LanternParams(BaseParams):
    """A printed body with a pane of acrylic."""

    wall_mm: float = number("Wall", 2, unit="mm", ge=0.4, le=4, step=0.1)
    web_mm: float = number("Web", 3, unit="mm", ge=0.5, le=8, step=0.1)


class Lantern(Family):
    slug = "lantern"
    version = 1
    name = "Lantern"
    summary = "Printed and cut."
    materials = ("petg",)
    other_materials = {"pane": "acrylic"}
    Params = LanternParams
    presets = ()
    wall_field = "wall_mm"
    web_field = "web_mm"

    def build(self, params, quality):
        ring = rounded_rectangle(40, 30, 4, 32)
        inner = rounded_rectangle(40 - 2 * params.wall_mm, 30 - 2 * params.wall_mm, 3, 32)
        body = plate(Outline((ring, inner[::-1].copy()), 25.0))
        off = 5 + params.web_mm / 2
        holes = [circle(5, 48, (x, 0))[::-1].copy() for x in (-off, off)]
        pane = Outline((rectangle((-20, -15), (20, 15)), *holes), 3.0)
        return (
            Part("body", body),
            Part("pane", plate(pane), process="laser", role="pane", outline=pane),
        )

    def declared_box(self, params):
        return {"body": (40, 30, 25), "pane": (40, 30, 3)}

    def rules(self, params, material):
        return ()


@pytest.fixture
def lantern(monkeypatch):
    kind = Lantern()
    monkeypatch.setattr(engine, "family_of", lambda slug: kind)
    return kind


def test_each_part_is_checked_by_the_rules_of_its_own_process(lantern):
    """A thin wall is the body's fault, a thin web the pane's; each has its own button."""
    found = engine.evaluate("lantern", {"wall_mm": 0.8, "web_mm": 1}, "petg").findings
    rows = {(f.check, f.part): f for f in found}
    assert set(rows) == {("walls", "body"), ("bridges", "pane")}
    assert rows["walls", "body"].field == "wall_mm" and "PETG" in rows["walls", "body"].state
    assert rows["bridges", "pane"].field == "web_mm" and "acrylic" in rows["bridges", "pane"].state
    again = engine.evaluate("lantern", {"wall_mm": 1.3, "web_mm": 3}, "petg")
    assert again.findings == () and again.printable


def test_each_part_is_measured_for_its_own_process(lantern):
    body, pane = engine.evaluate("lantern", {}, "petg").parts
    assert (body.process, body.role, body.thickness_mm) == ("fdm", "main", 0)
    assert (pane.process, pane.role, pane.thickness_mm) == ("laser", "pane", 3)
    assert pane.contours == 3 and body.contours == 0
    # Around: 2 · (40 + 30); two circles of 48 chords, π · 10 less their sagitta.
    assert pane.cut_mm == pytest.approx(140 + 2 * 31.39, abs=0.05)


def test_a_design_is_not_measured_in_what_its_process_cannot_work(lantern):
    with pytest.raises(NotFound, match="not made of birch plywood"):
        engine.evaluate("lantern", {}, "birch")
    with pytest.raises(NotFound, match="not made of cast acrylic"):
        engine.draft("lantern", {}, "acrylic")


def test_such_a_family_needs_both_processes_and_comes_as_both_kinds_of_files(lantern):
    assert lantern.processes == {"fdm", "laser"}
    assert files_of(lantern) == ("3mf", "stl", "glb", "dxf", "svg")
    assert engine.file("lantern", {}, "svg").count(b"<path") == 3


def test_every_family_is_made_by_processes_that_we_have():
    for kind in families().values():
        assert kind.processes <= set(PROCESSES), kind.slug


@pytest.mark.parametrize("tilt", [(90, 0, 0), (90, 0, 180), (90, 0, -90), (30, 40, 50)])
def test_the_two_ways_to_say_a_turn_agree(tilt):
    """Source: the rotation matrix of a unit quaternion."""
    x, y, z, w = quaternion(tilt)
    expected = [
        [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
        [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
        [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
    ]
    assert np.allclose(rotation(tilt), expected, atol=1e-8)
