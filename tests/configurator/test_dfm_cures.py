"""Buttons of cut and milled parts: what they offer is tried, and it cures."""

import random

import pytest

from configurator.dfm import printed
from configurator.dfm.base import Finding
from configurator.dfm.cures import larger, nearest, recured, smaller
from configurator.engine import Volume, advised, evaluate
from configurator.materials import material
from configurator.products import families, family, own_file
from configurator.products.fields import field_of, parse
from configurator.products.samples import sample

SEARCHED = {"bridges", "openings", "ribs", "slots", "floor", "fingers", "strokes", "room"}


def fault(slug, raw, stuff, check):
    return next((f for f in advised(slug, raw, stuff).findings if f.check == check), None)


@pytest.mark.parametrize(
    ("slug", "raw", "stuff", "check", "field", "value"),
    [
        # Acrylic of 5 mm needs 7.5: nine fingers of 8 mm take less than ten would leave.
        ("finger-box", {"sheet_mm": 5, "finger_mm": 4}, "acrylic", "fingers", "finger_mm", 7.5),
        ("finger-box", {"finger_mm": 4, "sheet_mm": 5}, "acrylic", "bridges", "finger_mm", None),
        ("finger-box", {"words": "BROT", "size_mm": 10}, "birch", "strokes", "size_mm", 17),
        ("lamp-panel", {"cable_mm": 1}, "acrylic", "openings", "cable_mm", 2.5),
        ("lamp-panel", {"pattern": "waves", "cell_mm": 13, "fade_percent": 85}, "acrylic",
         "openings", "fade_percent", None),
        ("engraved-sign", {"lettering": "pocketed", "depth_mm": 5.3, "border_mm": 1.9,
                           "words": "Mia", "face": "stencil", "shape": "ticket"},
         "oak", "slots", None, None),
        ("engraved-sign", {"lettering": "pocketed", "depth_mm": 5.6, "words": "Jörg Ångström",
                           "second_line": "王小明", "face": "condensed", "width_mm": 132,
                           "height_mm": 213, "border_mm": 3.5},
         "acrylic-plate", "slots", None, None),
        ("engraved-sign", {"words": "Mia", "board_mm": 5, "holes": "corners", "hole_mm": 8,
                           "border_mm": 0, "depth_mm": 4.2},
         "acrylic-plate", "floor", "depth_mm", 3.5),
        ("engraved-sign", {"second_line": "Jörg Ångström", "lettering": "pocketed",
                           "holes": "corners"}, "acrylic-plate", "strokes", None, None),
        ("milled-tray", {"groove_mm": 1, "recess_mm": 4}, "oak", "slots", "groove_mm", 2),
        ("milled-tray", {"recess_mm": 9}, "oak", "floor", "recess_mm", None),
        ("face-plate", {"screw_mm": 6.4, "inset_mm": 12}, "aluminium", "floor", "screw_mm", 4.4),
        ("face-plate", {"window_y_mm": 72.8}, "aluminium", "room", "window_y_mm", None),
        ("face-plate", {"first_y_mm": 10}, "aluminium", "room", None, None),
        ("face-plate", {"first_count": 9, "window_mm": 0}, "aluminium", "room", "first_count", 5),
        ("face-plate", {"inset_mm": 4, "screw_mm": 6}, "aluminium", "room", None, None),
        ("own-file", {"file": "stand", "way": "left"}, "petg", "stands", "way", "best"),
        ("own-file", {"file": "hook", "way": "front"}, "pla", "overhangs", "way", "best"),
        ("own-file", {"file": "clip", "scale_pct": 25}, "petg", "walls", "scale_pct", None),
        ("name-tag", {"name": "O'Neill & Co.", "second_line": "Mia", "face": "mono",
                      "relief_mm": 0.6, "shape": "ticket", "width_mm": 85, "height_mm": 65,
                      "rim": False, "hole": "left"}, "petg", "gaps", "face", "modern"),
    ],
)  # fmt: skip
def test_the_value_on_the_button_cures(slug, raw, stuff, check, field, value):
    row = fault(slug, raw, stuff, check)
    assert row is not None and row.field is not None and row.cure
    assert field is None or row.field == field
    assert value is None or row.value == value
    cured = evaluate(slug, {**raw, row.field: row.value}, stuff)
    left = {f.check for f in cured.findings if f.level != "mended"}
    assert check not in left and cured.printable, [f.state for f in cured.findings]


def test_a_button_that_would_not_cure_is_not_shown():
    kind = family("finger-box")
    params = parse(kind, {})
    row = Finding("bridges", "weak", "front", "Too thin.", field="finger_mm", value=12.0)

    def never(one, quality):
        return frozenset({"bridges"})

    assert recured(kind, params, row, never, {"height_mm": 240}).field is None
    assert recured(kind, params, row, never, {"height_mm": 240}, alone=False) is row

    def coarse(one, quality):
        enough = one.height_mm >= (90 if quality == "draft" else 92)
        return frozenset() if enough else frozenset({"bridges"})

    found = recured(kind, params, row, coarse, {"height_mm": 240})
    assert (found.field, found.value) == ("height_mm", 92), "the fine drawing has the last word"


def test_a_solid_is_not_made_larger_than_common_printers(monkeypatch):
    raw = {"file": "clip", "scale_pct": 25}
    assert fault("own-file", raw, "petg", "walls").field == "scale_pct"
    monkeypatch.setattr(own_file, "STILL_FITS_MM", 27.0)
    row = fault("own-file", raw, "petg", "walls")
    assert (row.field, row.value) == (None, None)


def test_a_large_part_is_not_checked_over_and_over(monkeypatch):
    raw = {"file": "stand", "way": "left"}
    monkeypatch.setattr(printed, "MOST_FACES", 10)
    assert fault("own-file", raw, "petg", "overhangs").field is None


def test_an_opening_is_seen_however_small_it_is():
    """A hole of 1 mm for the cable in acrylic of 5 mm: it was taken for the tip of a corner."""
    row = fault("lamp-panel", {"cable_mm": 1}, "acrylic", "openings")
    assert (row.part, row.level, row.measured) == ("base", "weak", pytest.approx(1, abs=0.1))
    assert fault("lamp-panel", {"cable_mm": 2.5}, "acrylic", "openings") is None


@pytest.mark.parametrize("slug", ["engraved-sign", "milled-tray", "lamp-panel", "finger-box"])
def test_of_random_designs_no_fault_stays_that_a_button_promised_to_cure(slug):
    kind, rng = family(slug), random.Random(f"cures-{slug}")
    tried = 0
    for _ in range(40):
        params = sample(kind, rng)
        stuff = rng.choice(kind.materials)
        thick = "board_mm" if hasattr(params, "board_mm") else "sheet_mm"
        stocked = material(stuff).nearest(getattr(params, thick)).thickness_mm
        raw = {**params.model_dump(), thick: stocked}
        for row in advised(slug, raw, stuff).findings:
            if row.check not in SEARCHED or row.field is None or row.level == "mended":
                continue
            tried += 1
            after = evaluate(slug, {**raw, row.field: row.value}, stuff).findings
            same = [f for f in after if (f.check, f.part) == (row.check, row.part)]
            assert all(f.level == "mended" for f in same), (row.check, row.field, row.value, raw)
    assert tried > 5


@pytest.mark.parametrize("stuff", ["oak", "beech", "brass", "aluminium", "acrylic-plate"])
def test_no_carved_letters_leave_ridges_that_break(stuff):
    """Ridges below 0.8 mm are cut away with the letters: of *Sauna* they ran out in needles."""
    for preset in family("engraved-sign").presets:
        raw = {**preset.params, "board_mm": material(stuff).nearest(15).thickness_mm}
        found = [f for f in advised("engraved-sign", raw, stuff).findings if f.check == "ribs"]
        assert not found, (preset.name, [f.state for f in found])


def test_fingers_take_the_nearest_width_that_holds():
    """Not only the least that is asked for: what comes out depends on how many fit."""
    kind = family("finger-box")
    for finger in (4, 5, 6, 7, 12, 20):
        for stuff, sheet in (("acrylic", 8), ("acrylic", 5), ("birch", 6)):
            raw = {"finger_mm": finger, "sheet_mm": sheet, "width_mm": 150, "height_mm": 90}
            rows = [
                f for f in kind.rules(parse(kind, raw), material(stuff)) if f.check == "fingers"
            ]
            for row in rows:
                cured = parse(kind, {**raw, row.field: row.value})
                left = kind.rules(cured, material(stuff))
                assert "fingers" not in {f.check for f in left}
                if row.field == "finger_mm" and row.value - 0.5 > finger:
                    under = parse(kind, {**raw, "finger_mm": row.value - 0.5})
                    left = kind.rules(under, material(stuff))
                    assert "fingers" in {f.check for f in left}, "a nearer one would do"


def test_values_are_looked_for_on_the_field_s_own_step():
    kind = family("finger-box")
    params = parse(kind, {"width_mm": 180, "finger_mm": 10})
    assert larger(kind, params, "width_mm", lambda p: p.width_mm >= 200.4) == 201
    assert smaller(kind, params, "width_mm", lambda p: p.width_mm <= 99.5) == 99
    assert larger(kind, params, "width_mm", lambda p: p.width_mm > 400) is None
    assert nearest(kind, params, "finger_mm", lambda p: p.finger_mm in (8.5, 12)) == 8.5
    assert nearest(kind, params, "finger_mm", lambda p: p.finger_mm < 4) is None
    off = params.model_copy(update={"finger_mm": 9.8})
    assert larger(kind, off, "finger_mm", lambda p: p.finger_mm > 9.8) == 10
    assert smaller(kind, off, "finger_mm", lambda p: p.finger_mm < 9.8) == 9.5
    assert (
        larger(kind, params, "columns", lambda p: p.columns * 2 == 6 and range(p.columns)) is None
    )
    assert larger(kind, params, "columns", lambda p: len(range(p.columns)) > 2) == 3


OF_ANOTHER = {"floor", "lip"}
"""Checks that tell of one measure and offer another."""


def numbers(slug, count=40):
    """Faults of random designs with a number on their button: (params, material, fault, field)."""
    kind, rng = family(slug), random.Random(7)
    for _ in range(count):
        params, stuff = sample(kind, rng), material(rng.choice(kind.materials))
        for found in kind.rules(params, stuff):
            if found.field and field_of(kind, found.field).kind == "number":
                yield params, stuff, found, field_of(kind, found.field)


@pytest.mark.parametrize("slug", families())
def test_a_cure_names_the_field_and_the_very_value_of_its_button_on_a_step_of_it(slug):
    for params, _, found, form in numbers(slug):
        shown, value = form.shown(found.value), found.value
        named = f"Set “{form.label}” to {shown}"
        assert found.cure == f"{named}." or found.cure.startswith(f"{named}, or "), found
        assert form.min <= value <= form.max and (not form.whole or isinstance(value, int))
        assert form.stocked or form.at_most(value) == value == form.at_least(value), found
        asked = f"instead of {form.shown(getattr(params, form.name))}"
        if form.unit and asked in found.state and found.check not in OF_ANOTHER:
            assert shown in found.state


@pytest.mark.parametrize("slug", families())
def test_where_there_is_room_for_less_the_button_takes_all_of_it(slug):
    """At its value nothing gives way any more, and one step nearer it still does."""
    kind = family(slug)
    for params, stuff, found, form in numbers(slug):
        if not found.state.startswith("There is room for"):
            continue

        def states(value, params=params, stuff=stuff, form=form):
            other = params.model_copy(update={form.name: value})
            return {one.check for one in kind.rules(other, stuff)}

        assert found.check not in states(found.value)
        nearer = round(found.value + form.step, form.decimals)
        assert nearer >= getattr(params, form.name) or found.check in states(nearer)


@pytest.mark.parametrize(
    ("slug", "raw", "said_so"),
    [
        ("phone-case", {"model": "iphone-se3", "port_mm": 50}, "an opening of {} at the port"),
        ("bracket", {"gusset_mm": 70, "leg_a_mm": 60, "leg_b_mm": 60}, "gussets of {}"),
    ],
)
def test_what_gave_way_is_told_with_the_value_of_the_button(slug, raw, said_so):
    kind = family(slug)
    params = parse(kind, raw)
    found = [f for f in kind.rules(params, material(kind.materials[0])) if f.field in raw]
    assert found
    for one in found:
        shown = field_of(kind, one.field).shown(one.value)
        assert said_so.format(shown) in one.state and shown in one.cure


def test_a_design_too_large_is_offered_a_length_on_the_step_of_its_field():
    """A brace's length goes in steps of 5 mm: 187 mm of height hold 185."""
    row = evaluate("wrist-brace", {"length_mm": 200}, "petg", [Volume("low", 300, 300, 187)])
    (found,) = (one for one in row.findings if one.check == "fit")
    form = field_of(family("wrist-brace"), found.field)
    assert form.at_most(found.value) == found.value and form.shown(found.value) in found.cure
    assert form.at_most(found.value + form.step) > found.value


@pytest.mark.parametrize("slug", ["engraved-sign", "milled-tray"])
def test_a_floor_too_thin_is_told_in_the_words_of_the_field_on_the_button(slug):
    told = [(found, form) for _, _, found, form in numbers(slug) if found.check == "floor"]
    assert told
    for found, form in told:
        assert form.label.lower() in found.state.lower(), found


def test_what_two_fields_make_together_names_both():
    """Recess 7 and grooves 1 leave 2 of 10 mm; oak needs more."""
    kind, oak = family("milled-tray"), material("oak")
    (found,) = kind.rules(parse(kind, {"recess_mm": 7, "groove_depth_mm": 1}), oak)
    assert found.state == "Recess and groove depth come to 8 mm, in a board of 10 mm."
    assert found.cure.startswith("Set “Recess” to ")
    (found,) = kind.rules(parse(kind, {"recess_mm": 8, "pattern": "none"}), oak)
    assert found.state == "The recess is 8 mm, in a board of 10 mm."
