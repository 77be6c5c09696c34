"""Each check with a part that fails and one that passes."""

import random

import numpy as np
import pytest
import trimesh
from shapely.geometry import Polygon

from configurator.dfm.base import Finding, merged
from configurator.dfm.crossing import crossing, inside_itself, shared_mm3, suspects, winding
from configurator.dfm.fit import Volume, fit
from configurator.dfm.gaps import gaps
from configurator.dfm.overhangs import _spots, overhang_mm2, overhangs
from configurator.dfm.standing import foot, stands
from configurator.dfm.walls import thickness, walls
from configurator.dfm.watertight import closed, closed_quickly, confirmed
from configurator.engine import draft, evaluate
from configurator.geometry.mesh import Mesh
from configurator.materials import material
from configurator.products import families, family
from configurator.products.base import Part
from configurator.products.fields import parse
from configurator.products.samples import sample

PLA, PETG = material("pla"), material("petg")
PRINTED = [kind.slug for kind in families().values() if "fdm" in kind.processes]
SLIPPED = [{"name": "王小明", "second_line": "iiii", "face": "elegant", "lettering": "engraved",
     "shape": "hexagon", "width_mm": 73, "height_mm": 53, "thickness_mm": 3.7, "relief_mm": 1.0,
     "rim": False, "hole": "top", "hole_mm": 4}]  # fmt: skip
"""Tags of which some rays say that they overlap themselves, and none does."""


def part(solid, **about):
    solid.apply_translation([0, 0, -solid.bounds[0, 2]])
    return Part("body", Mesh(np.array(solid.vertices), np.array(solid.faces, np.int32)), **about)


def box(*size, at=(0, 0, 0)):
    return trimesh.creation.box(size, trimesh.transformations.translation_matrix(at))


def tube(wall, height=40.0):
    return part(trimesh.creation.annulus(r_min=20 - wall, r_max=20, height=height, sections=96))


def figure_of_eight(over_mm, along=240, around=24):
    """A closed tube, 4 mm thick, along Gerono's lemniscate; its passes ``2 * over_mm`` apart."""
    t = np.linspace(0, 2 * np.pi, along, endpoint=False)[:, None]
    turn = np.linspace(0, 2 * np.pi, around, endpoint=False)[None, :, None]
    path = np.stack([30 * np.cos(t), 30 * np.sin(t) * np.cos(t), over_mm * np.sin(t)], axis=-1)
    way = np.stack([-30 * np.sin(t), 30 * np.cos(2 * t), 0 * t], axis=-1)
    across = np.stack([-way[..., 1], way[..., 0], way[..., 2]], axis=-1)
    across /= np.linalg.norm(across, axis=-1, keepdims=True)
    tube = path + 2 * (np.cos(turn) * across + np.sin(turn) * np.array([0.0, 0.0, 1.0]))
    i, j = np.meshgrid(np.arange(along), np.arange(around), indexing="ij")
    here, next_ = i * around + j, (i + 1) % along * around + j
    up, next_up = i * around + (j + 1) % around, (i + 1) % along * around + (j + 1) % around
    quads = np.stack([here, next_, next_up, here, next_up, up], axis=-1).reshape(-1, 3)
    solid = trimesh.Trimesh(tube.reshape(-1, 3), quads, process=False)
    solid.fix_normals()
    return solid


class TestWatertight:
    def test_a_cube_is_a_solid(self):
        assert closed(part(box(10, 10, 10))) == closed_quickly(part(box(10, 10, 10))) == ()

    def test_a_cube_without_a_face_has_a_hole(self):
        cube = box(10, 10, 10)
        open_cube = trimesh.Trimesh(cube.vertices, cube.faces[1:], process=False)
        for check in (closed, closed_quickly):
            (finding,) = check(part(open_cube))
            assert finding.level == "impossible" and "hole" in finding.state

    def test_a_cube_inside_out_is_refused(self):
        cube = box(10, 10, 10)
        turned = trimesh.Trimesh(cube.vertices, cube.faces[:, ::-1], process=False)
        assert closed(part(turned)) and closed_quickly(part(turned))

    def test_one_flipped_face_is_refused(self):
        cube = box(10, 10, 10)
        faces = cube.faces.copy()
        faces[0] = faces[0, ::-1]
        flipped = trimesh.Trimesh(cube.vertices, faces, process=False)
        assert closed(part(flipped)) and closed_quickly(part(flipped))

    def test_two_cubes_are_two_pieces(self):
        both = trimesh.util.concatenate([box(5, 5, 5), box(5, 5, 5, at=(9, 0, 0))])
        (finding,) = closed(part(both))
        assert "2 pieces" in finding.state
        assert not confirmed(part(both)) and confirmed(part(both, bodies=2))

    def test_trimesh_finds_the_same_of_damaged_solids(self):
        """A ball with faces lost, turned over, doubled or folded: closed only as it was."""
        rng = np.random.default_rng(3)
        ball = trimesh.creation.icosphere(subdivisions=3)
        assert closed(part(ball.copy())) == () and confirmed(part(ball.copy()))
        for damage in range(60):
            faces = ball.faces.copy()
            chosen = rng.choice(len(faces), rng.integers(1, 4), replace=False)
            if damage % 4 == 0:
                faces = np.delete(faces, chosen, axis=0)
            elif damage % 4 == 1:
                faces[chosen] = faces[chosen, ::-1]
            elif damage % 4 == 2:
                faces = np.vstack([faces, faces[chosen]])
            else:
                faces[chosen, 0] = faces[chosen, 1]
            bad = part(trimesh.Trimesh(ball.vertices.copy(), faces, process=False))
            assert closed(bad) and not confirmed(bad)

    def test_each_side_knows_the_face_beyond_it(self):
        mesh = part(trimesh.creation.icosphere(subdivisions=2)).mesh
        beyond = mesh.beyond.reshape(-1, 3)
        for face, neighbours in enumerate(beyond.tolist()):
            own = set(mesh.faces[face].tolist())
            assert all(len(own & set(mesh.faces[other].tolist())) == 2 for other in neighbours)


class TestWalls:
    def test_a_thin_tube_is_told_its_thickness_and_painted(self):
        (finding,) = walls(tube(0.8), PETG)
        assert finding.state == "Wall is 0.8 mm; PETG needs 1.2 mm."
        assert finding.level == "weak" and finding.check == "walls"
        assert (finding.measured, finding.needed) == (pytest.approx(0.8, abs=0.02), 1.2)
        assert len(finding.faces) > 100 and finding.place is not None

    def test_a_wall_below_one_line_cannot_be_made(self):
        (finding,) = walls(tube(0.3), PLA)
        assert finding.level == "impossible"

    def test_a_wall_as_thick_as_needed_passes(self):
        assert walls(tube(1.2), PETG) == ()
        assert walls(tube(0.8), PLA) == ()

    def test_thickness_of_a_plate_is_its_height(self):
        plate = part(box(60, 40, 3.0))
        thick, faces = thickness(plate.mesh)
        flat = np.abs(plate.mesh.normals[faces][:, 2]) > 0.9
        assert np.allclose(thick[flat], 3.0, atol=1e-3)
        # 4800 of 5400 mm² are the two large faces: 88.9 %.
        assert flat.mean() == pytest.approx(0.889, abs=0.01)

    def test_the_tip_of_a_ridge_is_no_wall(self):
        """Ridges 3 mm wide and 10 high end in an edge of 17°; they are thick enough below it."""
        ridges = [trimesh.creation.extrude_polygon(Polygon([(x, 0), (x + 3, 0), (x + 1.5, 10)]), 40)
                  for x in range(0, 30, 4)]  # fmt: skip
        base = box(34, 4, 40, at=(16, -1.9, 20))
        comb = part(trimesh.boolean.union([base, *ridges]))
        thick, _ = thickness(comb.mesh)
        assert (thick < 1.1).sum() > 100
        assert walls(comb, PETG) == () == walls(comb, PLA)

    def test_a_fin_that_stays_thin_is_a_wall(self):
        comb = part(trimesh.boolean.union([box(30, 4, 40), box(0.9, 14, 40, at=(0, 6, 0))]))
        (finding,) = walls(comb, PETG)
        assert finding.measured == pytest.approx(0.9, abs=0.01) and finding.level == "weak"

    def test_it_reads_the_same_twice(self):
        one, other = walls(tube(0.8), PETG), walls(tube(0.8), PETG)
        assert np.array_equal(one[0].faces, other[0].faces) and one[0].place == other[0].place

    def test_fine_strokes_are_judged_by_the_finer_limit(self):
        ribs = [box(0.7, 20, 2, at=(x, 0, 2)) for x in range(-9, 10, 3)]
        plate = part(trimesh.boolean.union([box(30, 30, 2), *ribs]), detail_z_mm=(2.0, 4.0))
        assert walls(plate, PETG) == ()
        assert [f.check for f in walls(Part("body", plate.mesh), PETG)] == ["walls"]


def slotted(wide_mm):
    """A cube of 20 mm with a slot 10 mm deep across its top."""
    slot = box(wide_mm, 30, 10, at=(2, 0, 5.01))
    return part(trimesh.boolean.difference([box(20, 20, 20), slot]))


class TestGaps:
    @pytest.mark.parametrize("filament", [PLA, PETG], ids=lambda filament: filament.slug)
    def test_a_slot_of_a_tenth_fuses(self, filament):
        """Its walls are 2 · 200 of some 2,800 mm²: 140 of 1,000 rays read 0.1 mm."""
        (finding,) = gaps(slotted(0.1), filament)
        assert (finding.check, finding.level) == ("gaps", "weak")
        assert (finding.measured, finding.needed) == (
            pytest.approx(0.1, abs=2e-3), filament.min_gap_mm,
        )  # fmt: skip
        assert "0.1 mm" in finding.state and finding.place is not None
        assert set(np.abs(slotted(0.1).mesh.normals[finding.faces][:, 0]).round(3)) == {1.0}

    def test_a_gap_as_wide_as_needed_stays_open(self):
        assert gaps(slotted(0.25), PETG) == () == gaps(slotted(0.2), PLA)
        assert gaps(slotted(0.2), PETG) != ()

    def test_the_bottom_of_a_notch_may_fill(self):
        notch = trimesh.creation.extrude_polygon(Polygon([(-1, 0), (1, 0), (0, 6)]), 30)
        notch.apply_translation([0, -10, -15])
        notch.apply_transform(trimesh.transformations.rotation_matrix(np.pi, [0, 0, 1]))
        assert gaps(part(trimesh.boolean.difference([box(20, 20, 20), notch])), PLA) == ()

    def test_letters_that_nearly_touch_run_together(self):
        """Two bars of 20 mm, 0.15 mm apart, 1 mm high on a plate: 40 of their 168 mm² of sides."""

        def plate(apart):
            bars = [box(2, 20, 1.2, at=(side * (1 + apart / 2), 0, 1.9)) for side in (-1, 1)]
            return part(trimesh.boolean.union([box(40, 40, 3), *bars]), detail_z_mm=(3.0, 4.0))

        (finding,) = gaps(plate(0.15), PLA)
        assert finding.state.startswith("Letters or lines come as close as 0.15 mm")
        assert gaps(plate(0.4), PLA) == ()

    def test_corners_of_a_code_that_nearly_meet_may_do_so(self):
        for preset in family("key-fob").presets:
            for made in family("key-fob").build(parse(family("key-fob"), preset.params), "full"):
                assert gaps(made, PETG) == ()

    @pytest.mark.parametrize("slug", PRINTED)
    def test_no_preset_is_too_tight(self, slug):
        for preset in family(slug).presets:
            for made in family(slug).build(parse(family(slug), preset.params), "full"):
                assert made.process != "fdm" or gaps(made, PLA) == () == gaps(made, PETG)

    def test_a_release_says_it(self):
        tag = {"name": "Mia Œuvre", "face": "elegant", "lettering": "engraved", "width_mm": 40,
               "shape": "ticket"}  # fmt: skip
        assert "gaps" in {f.check for f in evaluate("name-tag", tag, "petg").findings}


class TestOverhangs:
    def test_a_cone_on_its_tip_hangs(self):
        """Half angle 60° from the vertical; PLA holds 50°."""
        cone = trimesh.creation.cone(radius=34.64, height=20, sections=64)
        cone.apply_transform(trimesh.transformations.rotation_matrix(np.pi, [1, 0, 0]))
        (finding,) = overhangs(part(cone), PLA)
        assert finding.level == "weak" and "50°" in finding.state and len(finding.faces) == 64
        assert finding.field is None and finding.cure == "A gentler slope there would hold."

    def test_a_steep_cone_on_its_tip_stands(self):
        cone = trimesh.creation.cone(radius=14, height=20, sections=64)  # 35°
        cone.apply_transform(trimesh.transformations.rotation_matrix(np.pi, [1, 0, 0]))
        assert overhangs(part(cone), PLA) == ()

    def test_a_short_bridge_holds_and_a_long_one_does_not(self):
        def gate(span):
            beam = box(span + 10, 10, 4, at=(0, 0, 18))
            posts = [box(5, 10, 16, at=(x, 0, 8)) for x in (-span / 2 - 2.5, span / 2 + 2.5)]
            return part(trimesh.boolean.union([beam, *posts]))

        assert overhangs(gate(10), PLA) == ()
        assert overhangs(gate(30), PLA) != ()
        assert overhang_mm2(gate(30).mesh, PLA) == pytest.approx(300, rel=0.01)

    def test_a_shelf_as_short_as_a_bridge_hangs(self):
        shelf = trimesh.boolean.union(
            [box(10, 30, 40, at=(0, 0, 20)), box(20, 30, 4, at=(8, 0, 38))]
        )
        (finding,) = overhangs(part(shelf), PLA)
        assert finding.place[2] == pytest.approx(36, abs=0.1)

    def test_a_flange_held_on_its_inner_side_hangs(self):
        stem = trimesh.creation.cylinder(radius=10, height=20, sections=48)
        plate = trimesh.creation.cylinder(radius=15, height=4, sections=48)
        plate.apply_translation([0, 0, 12])
        assert overhangs(part(trimesh.boolean.union([stem, plate])), PLA) != ()

    def test_the_roof_of_a_round_hole_in_a_wall_holds(self):
        hole = trimesh.creation.cylinder(radius=5, height=20, sections=48)
        hole.apply_transform(trimesh.transformations.rotation_matrix(np.pi / 2, [1, 0, 0]))
        wall = trimesh.boolean.difference([box(30, 4, 30), hole])
        assert overhangs(part(wall), PLA) == ()

    def test_what_lies_on_the_bed_does_not_hang(self):
        assert overhang_mm2(part(box(50, 50, 5)).mesh, PLA) == 0


class TestFit:
    SMALL, LARGE = Volume("Mini", 180, 180, 180), Volume("Tall", 120, 120, 300)

    def no_cure(self, machine):
        return None

    def test_without_machines_nothing_is_said(self):
        assert fit({"body": (900, 900, 900)}, (), self.no_cure) == ()

    def test_one_machine_that_holds_it_is_enough(self):
        assert fit({"body": (100, 100, 290)}, (self.SMALL, self.LARGE), self.no_cure) == ()

    def test_a_quarter_turn_is_allowed_but_no_tilting(self):
        wide = Volume("Wide", 220, 100, 50)
        assert wide.holds((80, 200, 20)) and wide.holds((200, 80, 20))
        assert not wide.holds((80, 20, 200))

    def test_what_fits_none_is_told_the_cure(self):
        (finding,) = fit(
            {"body": (100, 100, 320)},
            (self.LARGE,),
            lambda m: ("height_mm", f"Set height to {m.z_mm} mm.", m.z_mm),
        )
        assert finding.level == "impossible"
        assert (finding.field, finding.value) == ("height_mm", 300)
        assert finding.cure == "Set height to 300 mm."

    def test_a_margin_is_kept_free_on_the_bed(self):
        assert self.SMALL.holds((172, 172, 180)) and not self.SMALL.holds((173, 100, 100))


def test_what_is_said_and_what_is_measured_become_one_finding():
    said = Finding("walls", "weak", "body", "Wall is 0.8 mm", field="wall_mm", value=1.2)
    seen = Finding("walls", "impossible", "body", "thin", faces=np.array([1, 2]), place=(1, 2, 3))
    other = Finding("overhangs", "weak", "body", "leans")
    first, second = merged((said,), (seen, other))
    assert first.level == "impossible" and first.value == 1.2
    assert first.faces.tolist() == [1, 2]
    assert second is other


def test_a_tag_without_a_word_is_questioned_and_one_with_a_word_is_not() -> None:
    blank = draft("name-tag", {"name": " ", "second_line": ""}, "pla").findings
    assert "blank" in {finding.check for finding in blank}
    assert "blank" not in {f.check for f in draft("name-tag", {"name": "Mia"}, "pla").findings}


LONG_NAMES = [
    {"name": "Bartholomew the Third", "width_mm": 30},
    {"name": "Mia", "second_line": "0664 555 019 1234", "width_mm": 40},
    {"name": "Donaudampfschiff", "shape": "hexagon", "width_mm": 34},
    {"name": "Wilhelmina", "shape": "outline", "face": "script", "width_mm": 31},
    {"name": "Ada", "second_line": "Analytical Engines Ltd", "height_mm": 14, "width_mm": 120},
]


@pytest.mark.parametrize("tag", LONG_NAMES)
def test_the_cure_for_fine_letters_is_the_least_that_passes_and_is_said_once(tag) -> None:
    (finding,) = strokes_of(tag)
    assert finding.field in ("width_mm", "height_mm")
    assert finding.cure.endswith(f"to {finding.value:g} mm.")
    assert strokes_of({**tag, finding.field: finding.value}) == []
    assert len(strokes_of({**tag, finding.field: finding.value - 1})) == 1


def test_letters_that_no_tag_is_large_enough_for_get_advice_and_no_button() -> None:
    (finding,) = strokes_of({"name": "W" * 24, "second_line": "国" * 28, "face": "script"})
    assert finding.field is None and "fewer letters" in finding.cure


def test_hairlines_that_no_size_cures_are_cured_by_a_broader_typeface() -> None:
    tag = {"name": "Featherstone", "face": "elegant"}
    (finding,) = strokes_of(tag)
    assert (finding.field, finding.value) == ("face", "rounded") and "Rounded" in finding.cure
    assert finding.level == "impossible"
    assert strokes_of({**tag, "face": finding.value}) == []


def test_a_short_name_in_hairlines_is_cured_by_its_size() -> None:
    tag = {"name": "Al", "face": "elegant", "width_mm": 80, "height_mm": 14, "hole": "none"}
    (finding,) = strokes_of(tag)
    assert finding.field in ("width_mm", "height_mm")
    assert strokes_of({**tag, finding.field: finding.value}) == []


def test_characters_without_a_shape_are_named_with_the_nearest_text() -> None:
    found = evaluate("name-tag", {"name": "𝓜𝓲𝓪 안녕", "face": "slab"}, "pla").findings
    (finding,) = (f for f in found if f.check == "lettering")
    assert "안" in finding.state and "녕" in finding.state and "Arabic" in finding.cause
    assert (finding.field, finding.value, finding.level) == ("name", "Mia", "impossible")
    mark = evaluate("name-tag", {"name": "A\u0e38"}, "pla").findings[0]
    assert "thai character sara u (U+0E38)" in mark.state


def strokes_of(tag):
    return [f for f in evaluate("name-tag", tag, "pla").findings if f.check == "strokes"]


@pytest.mark.parametrize("relief_mm", [0.5, 0.7, 0.9, 1.1])
def test_a_floor_too_thin_is_cured_by_a_thickness_that_the_field_can_hold(relief_mm) -> None:
    tag = {"lettering": "engraved", "thickness_mm": 2, "relief_mm": relief_mm, "name": "Al"}
    for finding in evaluate("name-tag", tag, "petg").findings:
        if finding.field == "thickness_mm":
            assert round((finding.value - 2) / 0.2, 6).is_integer()
            cured = evaluate("name-tag", {**tag, "thickness_mm": finding.value}, "petg")
            assert "walls" not in {f.check for f in cured.findings}


def test_fine_letters_are_painted_and_the_ground_between_them_is_not() -> None:
    tag = family("name-tag")
    (part,) = tag.build(parse(tag, {"name": "W" * 24}), "full")
    (finding,) = walls(part, material("pla"))
    assert finding.check == "strokes" and finding.faces is not None and part.detail_z_mm
    low, high = part.detail_z_mm
    heights = part.mesh.corners[finding.faces][:, :, 2]
    flat = np.abs(part.mesh.normals[finding.faces][:, 2]) > 0.5
    assert heights.min() >= low - 1e-6
    assert flat.any() and np.all(heights[flat] > high - 1e-6)


def test_no_sampled_point_lies_on_an_edge_where_rounding_would_decide():
    corners = np.array([[0.0, 0, 1], [10, 0, 1], [0, 10, 1]])
    mesh = Mesh(corners, np.array([[0, 1, 2]]))
    x, y = _spots(mesh, np.array([0])).T
    assert min(x.min(), y.min(), (10 - x - y).min()) > 0.01


class TestStands:
    def test_a_block_stands(self):
        assert stands(part(box(20, 20, 40)), PLA) == ()

    def test_a_pin_is_knocked_over(self):
        """5 × 5 mm, 60 mm high: 25 mm² · 2.5 mm = 62.5, and 2.5 · 60 = 150 is needed."""
        (finding,) = stands(part(box(5, 5, 60)), PLA)
        assert (finding.level, finding.measured, finding.needed) == ("weak", 62.5, 150.0)

    def test_what_leans_beside_its_foot_falls(self):
        hook = trimesh.util.concatenate(
            [box(10, 10, 30, at=(0, 0, 15)), box(60, 10, 10, at=(35, 0, 35))]
        )
        area, inside = foot(part(hook).mesh)
        # 3,000 mm³ about x = 0 and 6,000 about 35 have their middle at 23.3; the foot ends at 5
        assert (area, inside) == pytest.approx((100, 5 - 70 / 3))
        (finding,) = stands(part(hook), PLA)
        assert "beside its foot" in finding.state

    def test_a_ball_touches_in_a_point(self):
        ball = trimesh.creation.icosphere(subdivisions=3, radius=10)
        ball.apply_transform(trimesh.transformations.rotation_matrix(0.3, [1, 0.4, 0]))
        (finding,) = stands(part(ball), PLA)
        assert "point or a line" in finding.state

    def test_a_wide_ring_holds_by_all_of_its_foot(self):
        assert stands(tube(1.2, height=150.0), PLA) == ()


class TestCrossing:
    def test_a_block_and_a_bent_bar_do_not_cross(self):
        assert crossing(part(box(10, 10, 10)), PLA) == ()
        bent = trimesh.boolean.union([box(30, 4, 4), box(4, 4, 30, at=(13, 0, 13))])
        assert crossing(part(bent), PLA) == ()

    def test_two_blocks_pushed_into_each_other_do(self):
        both = trimesh.util.concatenate([box(10, 10, 10), box(10, 10, 10, at=(6, 2, 3))])
        (finding,) = crossing(part(both, bodies=2), PLA)
        assert (finding.check, finding.level) == ("crossing", "weak")

    @pytest.mark.parametrize(("over_mm", "crosses"), [(0.0, True), (6.0, False)])
    def test_a_tube_in_a_figure_of_eight_crosses_itself_unless_it_goes_over(self, over_mm, crosses):
        eight = part(figure_of_eight(over_mm))
        assert closed(eight) == ()
        assert bool(crossing(eight, PLA)) is crosses

    def test_a_peg_sunk_a_millimetre_into_a_plate_does(self):
        peg = trimesh.creation.cylinder(radius=2, height=8, sections=48)
        peg.apply_translation([5, 3, 2 + 4 - 1])
        both = part(trimesh.util.concatenate([box(80, 80, 4), peg]), bodies=2)
        assert shared_mm3(both.mesh) == pytest.approx(np.pi * 4, rel=0.01)
        assert [f.check for f in crossing(both, PLA)] == ["crossing"]

    def test_a_peg_that_stands_on_a_plate_and_a_ball_in_a_hollow_do_not(self):
        peg = trimesh.creation.cylinder(radius=2, height=8, sections=48)
        peg.apply_translation([5, 3, 2 + 4 + 0.01])
        assert crossing(part(trimesh.util.concatenate([box(80, 80, 4), peg]), bodies=2), PLA) == ()
        hollow = box(20, 20, 20)
        hollow.invert()
        ball = trimesh.creation.icosphere(subdivisions=2, radius=5)
        kept = part(trimesh.util.concatenate([box(40, 40, 40), hollow, ball]), bodies=3)
        assert crossing(kept, PLA) == ()

    def test_the_winding_number_counts_what_lies_around_a_point(self):
        both = trimesh.util.concatenate([box(10, 10, 10), box(10, 10, 10, at=(6, 2, 3))])
        mesh = Mesh(np.array(both.vertices), np.array(both.faces, np.int32))
        places = {(3, 1, 1): 2, (-4, -4, -4): 1, (20, 0, 0): 0, (3, 1, 4.999): 2, (-4, 0, 5.001): 0}
        for place, times in places.items():
            assert winding(mesh, np.array(place)) == pytest.approx(times, abs=1e-9)

    @pytest.mark.parametrize("tag", SLIPPED)
    def test_no_tag_is_suspected_for_a_ray_that_slips_through_an_edge(self, tag):
        kind = family("name-tag")
        for made in kind.build(parse(kind, tag), "full"):
            assert len(suspects(made.mesh, 400)[0]) >= 4  # as many as were once a finding
            assert crossing(made, PLA) == ()

    @pytest.mark.parametrize("slug", PRINTED)
    def test_no_random_design_passes_through_itself(self, slug):
        rng = random.Random(f"{slug}-crossing")
        for _ in range(12):
            for made in family(slug).build(sample(family(slug), rng), "full"):
                assert made.process != "fdm" or crossing(made, PLA) == ()

    @pytest.mark.parametrize("size", [1.0, 300.0, 90_000.0])
    def test_no_size_is_too_small_or_too_large_to_tell(self, size):
        ball = trimesh.creation.icosphere(subdivisions=3, radius=size)
        assert len(inside_itself(part(ball).mesh)) == 0
