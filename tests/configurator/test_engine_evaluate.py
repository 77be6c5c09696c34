"""From parameters to solid, findings and measures."""

import json

import pytest

from configurator import engine
from configurator.engine import Volume
from configurator.products import families, family
from configurator.products.fields import parse
from core.errors import BadInput, Conflict, NotFound

THIN = {"wall_mm": "0.8"}


def test_a_thin_vase_is_told_what_petg_needs_with_the_value_for_the_button():
    design = engine.evaluate("twisted-vase", THIN, "petg")
    finding = next(f for f in design.findings if f.check == "walls")
    assert finding.state == "Wall is 0.8 mm; PETG needs 1.2 mm."
    assert (finding.level, finding.field, finding.value) == ("weak", "wall_mm", 1.2)
    assert len(finding.faces) > 100 and finding.place is not None
    assert design.printable


def test_pressing_the_button_cures_it():
    for slug in ("twisted-vase", "enclosure"):
        raw = dict(THIN) if slug == "twisted-vase" else {"wall_mm": 0.8}
        finding = next(f for f in engine.evaluate(slug, raw, "petg").findings if f.check == "walls")
        raw[finding.field] = finding.value
        assert not [f for f in engine.evaluate(slug, raw, "petg").findings if f.check == "walls"]


def test_the_same_wall_is_enough_in_pla():
    assert not engine.evaluate("twisted-vase", THIN, "pla").findings


def test_a_wall_below_one_line_cannot_be_ordered():
    design = engine.evaluate("twisted-vase", {"wall_mm": 0.6}, "petg")
    assert [f.level for f in design.findings if f.check == "walls"] == ["weak"]
    tag = engine.evaluate("name-tag", {"name": "😀"}, "pla")
    assert not tag.printable


def test_a_flat_vase_is_told_how_high_it_must_be_to_stand():
    raw = {"outline": "trumpet", "height_mm": 60, "width_mm": 160}
    (finding,) = (
        f for f in engine.draft("twisted-vase", raw, "pla").findings if f.check == "overhangs"
    )
    assert finding.field == "height_mm"
    cured = engine.evaluate("twisted-vase", {**raw, "height_mm": finding.value}, "pla")
    assert not [f for f in cured.findings if f.check == "overhangs"]


def test_a_part_too_large_for_the_machines_near_is_told_the_length_that_fits():
    machines = [Volume("Mini", 180, 180, 180)]
    design = engine.evaluate("twisted-vase", {"height_mm": 230}, "pla", machines)
    (finding,) = (f for f in design.findings if f.check == "fit")
    assert (finding.field, finding.value) == ("height_mm", 180) and not design.printable
    smaller = engine.evaluate("twisted-vase", {"height_mm": 180}, "pla", machines)
    assert smaller.printable


def test_a_character_without_a_shape_is_said_and_never_printed_as_a_box():
    with_it = engine.evaluate("name-tag", {"name": "Mia 😀"}, "pla")
    finding = with_it.findings[0]
    assert finding.level == "impossible" and "😀" in finding.state
    assert (finding.field, finding.value) == ("name", "Mia")
    without = engine.evaluate("name-tag", {"name": "Mia"}, "pla")
    assert with_it.parts[0].volume_mm3 == pytest.approx(without.parts[0].volume_mm3, rel=1e-3)


@pytest.mark.parametrize("name", ["Mia", "王小明", "さくら", "Ελένη", "Наташа", "Łódź", "Søren 2"])
def test_names_of_many_scripts_are_raised(name):
    plain = engine.evaluate("name-tag", {"name": ""}, "pla").parts[0]
    named = engine.evaluate("name-tag", {"name": name}, "pla")
    assert not [f for f in named.findings if f.check == "lettering"]
    assert named.parts[0].volume_mm3 > plain.volume_mm3 + 20


def test_a_long_text_on_a_small_tag_is_told_it_is_too_fine():
    raw = {"name": "Wolfeschlegelsteinhausen"[:24], "width_mm": 40, "height_mm": 14}
    (finding,) = (f for f in engine.draft("name-tag", raw, "petg").findings if f.check == "strokes")
    assert finding.measured is None or finding.measured < 0.6
    wide = engine.draft("name-tag", {**raw, "width_mm": 120, "height_mm": 30}, "petg")
    assert not [f for f in wide.findings if f.check == "strokes"]


def test_measures_are_those_of_the_parts():
    design = engine.evaluate("enclosure", {}, "petg")
    body, lid = design.parts
    assert (body.name, lid.name) == ("body", "lid")
    assert body.size_mm == pytest.approx((84, 56, 28))
    assert body.footprint_mm2 == pytest.approx(84 * 56, rel=0.02)
    assert 0.1 < body.volume_mm3 / (84 * 56 * 28) < 0.3
    assert design.size_mm == pytest.approx((84, 56, 30))


def test_keys_are_hex_and_do_not_change():
    key = engine.design_key("twisted-vase", 2, family("twisted-vase").Params())
    assert key == engine.draft("twisted-vase", {}, "petg").key
    assert len(key) == 32 and int(key, 16)
    assert engine.design_key("twisted-vase", 3, family("twisted-vase").Params()) != key
    other = parse(family("twisted-vase"), {"wall_mm": 1.7})
    assert engine.design_key("twisted-vase", 2, other) != key


def test_parameters_come_back_as_json():
    for slug in families():
        design = engine.evaluate(slug, {}, family(slug).materials[0])
        assert parse(family(slug), json.loads(json.dumps(design.params))) == family(slug).Params()


@pytest.mark.parametrize("slug", list(families()))
def test_the_same_design_gives_the_same_bytes(slug):
    stuff = family(slug).materials[0]
    assert engine.draft(slug, {}, stuff).glb == engine.draft(slug, {}, stuff).glb
    assert engine.evaluate(slug, {}, stuff).glb == engine.evaluate(slug, {}, stuff).glb


def test_the_meshes_for_slicing_are_those_that_were_measured():
    params = parse(family("enclosure"), {})
    parts = engine.meshes("enclosure", 1, params)
    measured = engine.evaluate("enclosure", {}, "petg").parts
    assert [round(p.mesh.volume_mm3, 6) for p in parts] == [m.volume_mm3 for m in measured]


def test_a_family_that_was_redrawn_says_so():
    with pytest.raises(Conflict):
        engine.meshes("enclosure", 99, parse(family("enclosure"), {}))


def test_bad_requests_are_told_in_the_familys_words():
    with pytest.raises(NotFound):
        engine.draft("teapot", {}, "pla")
    with pytest.raises(NotFound):
        engine.draft("twisted-vase", {}, "unobtainium")
    with pytest.raises(BadInput):
        engine.evaluate("twisted-vase", {"height_mm": "nan"}, "pla")
