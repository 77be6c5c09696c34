"""Lamp panels: what is cut out, what stays between, and how the panel stands."""

import random

import manifold3d as m3
import numpy as np
import pytest
import shapely

from configurator.engine import evaluate
from configurator.geometry.lamp_panel import openings
from configurator.geometry.measure import assembled, assembled_box
from configurator.materials import material
from configurator.products import family
from configurator.products.fields import parse
from configurator.products.lamp_panel import _layout
from configurator.products.samples import sample

LAMP = family("lamp-panel")
ACRYLIC = material("acrylic")


def built(**raw):
    return {part.name: part for part in LAMP.build(parse(LAMP, raw), "full")}


def solid(part):
    points, faces = assembled(part).astype(np.float32), part.mesh.faces.astype(np.uint32)
    return m3.Manifold(m3.Mesh(np.ascontiguousarray(points), np.ascontiguousarray(faces)))


def test_a_panel_of_hexagons_is_its_rectangle_less_its_hexagons():
    """150 × 200 with sharp corners, a tab of 82.5 × 5 and n hexagons of 20 across (346.4 mm²)."""
    raw = {
        "pattern": "hexagons",
        "cell_mm": 20,
        "height_mm": 200,
        "corner_mm": 0,
        "fade_percent": 0,
    }
    panel = built(**raw)["panel"]
    holes = len(panel.outline.rings) - 1
    assert holes > 20
    expected = 5 * (150 * 200 + 82.5 * 5 - holes * 20 * 20 * 3**0.5 / 2)
    assert panel.mesh.volume_mm3 == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("pattern", ["hexagons", "voronoi", "waves"])
def test_webs_are_as_wide_as_declared_and_the_border_is_kept(pattern):
    rng = random.Random(f"webs-{pattern}")
    for _ in range(12):
        wanted = {"pattern": pattern, "bridge_mm": 5.0, "words": ""}
        params = sample(LAMP, rng).model_copy(update=wanted)
        lamp = _layout(params)
        shapes = [shapely.Polygon(ring) for ring in openings(lamp, "full")]
        assert all(shape.is_valid for shape in shapes)
        near = shapely.STRtree(shapes).query(
            np.array(shapes, dtype=object), predicate="dwithin", distance=4.95
        )
        assert (near[0] == near[1]).all(), (pattern, params)
        field = lamp.field_shape.buffer(1e-3)
        assert all(field.covers(shape) for shape in shapes)


@pytest.mark.parametrize("pattern", ["voronoi", "waves"])
def test_a_seed_gives_its_own_pattern_every_time(pattern):
    first = built(pattern=pattern, seed=5)["panel"].outline
    again = built(pattern=pattern, seed=5, cable_mm=3)["panel"].outline
    other = built(pattern=pattern, seed=6)["panel"].outline
    assert all(np.array_equal(a, b) for a, b in zip(first.rings, again.rings, strict=True))
    assert first.area_mm2 != other.area_mm2


def test_openings_fade_upwards():
    plain, faded = (
        _layout(parse(LAMP, {"pattern": "hexagons", "fade_percent": fade})) for fade in (0, 80)
    )
    sizes = [
        [abs(shapely.Polygon(ring).area) for ring in openings(lamp, "full")]
        for lamp in (plain, faded)
    ]
    assert max(sizes[0]) == pytest.approx(min(sizes[0]))
    assert min(sizes[1]) < 0.15 * max(sizes[1])


@pytest.mark.parametrize("stand", ["base", "feet"])
@pytest.mark.parametrize("sheet", [3, 8])
def test_the_panel_goes_into_its_stand_and_nothing_is_in_its_way(stand, sheet):
    parts = list(built(stand=stand, sheet_mm=sheet, play_mm=0.1).values())
    solids = [solid(part) for part in parts]
    total = sum((a ^ b).volume() for k, a in enumerate(solids) for b in solids[k + 1 :])
    assert total < 1e-3
    # A millimetre to the side, and they would be in each other's way: they hold each other.
    assert sum((solids[0].translate((0, 1, 0)) ^ other).volume() for other in solids[1:]) > 10
    assert assembled_box(parts)[2] == pytest.approx(210 + (sheet if stand == "base" else 0))


def test_the_cable_has_a_hole_of_its_size_or_none():
    """In the base 8 mm across: π · 4² less the chords."""
    base = built(cable_mm=8)["base"].outline
    holes = [abs(shapely.Polygon(ring).area) for ring in base.rings[1:]]
    assert min(holes) == pytest.approx(np.pi * 16, rel=0.02)
    assert len(built(cable_mm=0)["base"].outline.rings) == 2
    feet = built(stand="feet", cable_mm=8)
    assert [len(feet[name].outline.rings) for name in ("foot-left", "foot-right")] == [2, 1]


def test_a_declared_web_too_narrow_is_cured_by_its_button():
    """Acrylic 5 mm wants 0.8 · 5 = 4 mm."""
    thin = evaluate("lamp-panel", {"bridge_mm": 3}, "acrylic")
    (row,) = [f for f in thin.findings if f.check == "bridges"]
    assert row.field == "bridge_mm" and row.value == 4 and row.faces is not None
    cured = evaluate("lamp-panel", {"bridge_mm": row.value}, "acrylic")
    assert not [f for f in cured.findings if f.check == "bridges"]


def test_a_border_that_leaves_no_field_is_said():
    params = parse(LAMP, {"width_mm": 80, "border_mm": 40})
    (row,) = [f for f in LAMP.rules(params, ACRYLIC) if f.check == "blank"]
    assert "Nothing is cut out" in row.state
    assert len(LAMP.build(params, "full")[0].outline.rings) == 1


def test_slits_end_round_where_they_would_leave_the_field():
    """They were clipped at the field's arc, and what stayed of some ran out in a needle."""
    rng = random.Random("needles")
    clipped = 0
    for _ in range(40):
        wanted = {"pattern": "waves", "bridge_mm": 5.0, "fade_percent": 0, "border_mm": 8}
        wanted["words"] = ""
        lamp = _layout(sample(LAMP, rng).model_copy(update=wanted))
        narrowest = 0.45 * lamp.cell_mm
        shapes = [shapely.Polygon(ring) for ring in openings(lamp, "full")]
        clipped += sum(1 for shape in shapes if shape.bounds[3] > lamp.height_mm - lamp.corner_mm)
        for shape in shapes:
            reached = shape.buffer(-0.47 * narrowest, quad_segs=12).buffer(0.47 * narrowest + 0.02)
            # A disc of 0.94 of the slit's width leaves nothing out but what its chords do.
            assert shape.difference(reached).area < 0.02 * narrowest**2
    assert clipped > 100


def test_waves_of_lamps_of_both_families_can_be_ordered():
    for slug, raw in (
        ("glow-lamp", family("glow-lamp").presets[2].params),
        ("glow-lamp", {"pattern": "waves", "corner_mm": 70, "bridge_mm": 4.0}),
        ("lamp-panel", {"pattern": "waves", "corner_mm": 75, "width_mm": 170, "seed": 23}),
    ):
        assert not evaluate(slug, raw, "acrylic").findings
