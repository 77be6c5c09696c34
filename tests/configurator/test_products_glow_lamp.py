"""Glow lamps: the base by closed formula, the panel in its slot, each part by its own machine."""

import math

import manifold3d as m3
import numpy as np
import pytest
import shapely

from configurator.engine import evaluate
from configurator.geometry.lamp_base import CORNER_MM, FLOOR_MM
from configurator.geometry.measure import assembled, assembled_box
from configurator.materials import material
from configurator.products import family
from configurator.products.fields import parse
from configurator.products.glow_lamp import _base
from orders.making import shares_of

LAMP = family("glow-lamp")


def built(**raw):
    return {part.name: part for part in LAMP.build(parse(LAMP, raw), "full")}


def solid(part):
    points, faces = assembled(part).astype(np.float32), part.mesh.faces.astype(np.uint32)
    return m3.Manifold(m3.Mesh(np.ascontiguousarray(points), np.ascontiguousarray(faces)))


@pytest.mark.parametrize(("sheet", "strip", "play"), [(5, 10, 0.3), (3, 8, 0.1), (6, 12, 0.8)])
def test_the_base_has_the_volume_of_the_formula(sheet, strip, play):
    """The block with its round corners, less slot, channel and the part of the hole in the wall.

    - block: (L·D − (4−π)·8²)·H, less what chords take off the corners
    - slot: (tab+play)·(sheet+play) over what is above the channel's roof
    - channel: under the slot a rectangle and what of its gable is below the slot's own floor,
      2 mm behind the slot and before it, to the right-hand end, with all of its gable
    - hole: the part of its section beside the channel is prismatic; taken by shapely
    """
    params = parse(LAMP, {"sheet_mm": sheet, "strip_mm": strip, "play_mm": play})
    base = _base(params)
    length, deep, high = base.size_mm
    tab = round(0.55 * 140, 1)
    narrow, wide = sheet + play, max(strip + 1, sheet + play)
    rise = (wide - narrow) / 2 / math.tan(math.radians(40))
    assert (length, deep) == (tab + 32, 64) and high == pytest.approx(3 + 3 + rise + 0.6 + 12)
    block = (length * deep - (4 - math.pi) * CORNER_MM**2) * high
    slot = (tab + play) * narrow * (high - 6 - rise)
    ridge = wide / 2 / math.tan(math.radians(40))
    channel = (wide * 3 + (wide + narrow) / 2 * rise) * (tab + play)
    channel += (wide * 3 + wide / 2 * ridge) * (2 + (length - tab - play) / 2)
    # The hole goes from the back to the middle: where the channel is, there is nothing to take.
    hole = shapely.Polygon(base.hole("full"))
    walls = 0.0
    for z in np.arange(3.005, 3 + 20, 0.01):
        across = hole.intersection(shapely.LineString([(-500, z), (500, z)])).length
        if z < 6:
            inside = wide / 2
        elif z < 6 + rise:
            inside = wide / 2 - (z - 6) * math.tan(math.radians(40))
        else:
            inside = narrow / 2
        walls += across * 0.01 * (deep / 2 - inside)
    volume = built(sheet_mm=sheet, strip_mm=strip, play_mm=play)["base"].mesh.volume_mm3
    assert volume == pytest.approx(block - slot - channel - walls, rel=1.5e-3)


@pytest.mark.parametrize("sheet", [3, 5, 6])
@pytest.mark.parametrize("play", [0.1, 0.8])
def test_the_panel_goes_into_its_slot_and_lies_on_its_shoulders(sheet, play):
    parts = built(sheet_mm=sheet, play_mm=play)
    panel, base = solid(parts["panel"]), solid(parts["base"])
    assert (panel ^ base).volume() < 1e-3
    # Half the play to each side is free; more, and it is held: along, across and downwards.
    free, held = 0.45 * play, 0.55 * play
    for way in ((1, 0, 0), (0, 1, 0), (-1, 0, 0), (0, -1, 0)):
        moved = [panel.translate(tuple(step * x for x in way)) for step in (free, held)]
        assert (moved[0] ^ base).volume() < 1e-3 < (moved[1] ^ base).volume()
    assert (panel.translate((0, 0, -0.2)) ^ base).volume() > 1
    seat = assembled(parts["panel"])[:, 2].min()
    assert seat == pytest.approx(_base(parse(LAMP, {"sheet_mm": sheet, "play_mm": play})).seat_mm)
    assert seat > FLOOR_MM + 3, "the strip lies under it"
    assert assembled_box(parts.values())[2] == pytest.approx(180 + parts["base"].mesh.size_mm[2])


def test_a_strip_can_be_slid_in_and_its_cable_led_out():
    """A bar of the strip's section goes in from the right; a round cable through the back."""
    parts = built(strip_mm=10, cable_mm=5)
    base, both = solid(parts["base"]), solid(parts["base"]) + solid(parts["panel"])
    strip = m3.Manifold.cube((200, 10, 2.8)).translate((-38, -5, 3.1))
    assert (strip ^ both).volume() < 1e-6
    hole = _base(parse(LAMP, {"cable_mm": 5})).hole("full")
    cable = m3.Manifold.cylinder(200, 2.4).rotate((-90, 0, 0))
    x = float(hole[:, 0].min() + hole[:, 0].max()) / 2
    assert (cable.translate((x, 0, 3.5 + 2.5)) ^ base).volume() < 1e-3
    assert (cable.translate((x, -200, 3.5 + 2.5)) ^ base).volume() > 100, "the front is closed"


def test_each_part_is_checked_and_made_by_its_own_process():
    found = evaluate("glow-lamp", {}, "acrylic")
    assert found.printable and not found.findings
    assert {part.name: part.process for part in found.parts} == {"panel": "laser", "base": "fdm"}
    panel, base = shares_of(LAMP, found.parts, material("acrylic"))
    assert (panel.material.slug, base.material.slug) == ("acrylic", "petg")
    assert LAMP.colour("base", base.material, "amber") == "graphite"
    assert LAMP.colour("main", panel.material, "amber") == "amber"
    (weak,) = [
        finding
        for finding in evaluate("glow-lamp", {"bridge_mm": 3}, "acrylic").findings
        if finding.level == "impossible" or finding.check == "bridges"
    ]
    assert weak.part == "panel" and weak.value == 4


def test_a_tall_lamp_asks_for_a_deeper_base_and_its_button_mends_it():
    params = parse(LAMP, {"height_mm": 261})
    (row,) = LAMP.rules(params, material("acrylic"))
    assert (row.check, row.value) == ("stands", 66)
    cured = params.model_copy(update={"deep_mm": row.value})
    assert not LAMP.rules(cured, material("acrylic"))
