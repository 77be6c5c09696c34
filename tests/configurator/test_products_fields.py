"""What is derived from a family's declaration: forms, schemas, parsing, URL state."""

import pytest
from jsonschema import Draft202012Validator

from configurator import engine
from configurator.materials import material
from configurator.products import families, family
from configurator.products.fields import field_of, fields, json_schema, parse, to_query
from core.errors import BadInput, NotFound

VASE, TAG = family("twisted-vase"), family("name-tag")


def sentence(slug_family, raw):
    with pytest.raises(BadInput) as caught:
        parse(slug_family, raw)
    return caught.value.fields


def test_a_form_field_carries_what_was_declared():
    height = next(f for f in fields(VASE) if f.name == "height_mm")
    assert (height.kind, height.label, height.unit) == ("number", "Height", "mm")
    assert (height.min, height.max, height.step, height.default) == (60, 240, 1, 140)
    pattern = next(f for f in fields(VASE) if f.name == "pattern")
    assert pattern.kind == "choice" and ("soft", "Soft waves") in pattern.choices
    assert next(f for f in fields(TAG) if f.name == "name").max_length == 24


def test_fields_keep_the_order_of_the_declaration():
    for one in families().values():
        assert [f.name for f in fields(one)] == list(one.Params.model_fields)


def test_the_schema_accepts_the_defaults_and_refuses_what_parse_refuses():
    for one in families().values():
        check = Draft202012Validator(json_schema(one))
        assert check.is_valid(one.Params().model_dump(mode="json"))
    check = Draft202012Validator(json_schema(VASE))
    assert not check.is_valid({"height_mm": 300})
    assert not check.is_valid({"pattern": "tartan"})
    assert not check.is_valid({"unknown": 1})


def test_a_number_out_of_range_is_told_its_range():
    said = sentence(VASE, {"height_mm": "300"})
    assert said == {"height_mm": "Height is 300 mm; it can be 60 to 240 mm."}


def test_all_that_is_wrong_is_said_at_once():
    assert set(sentence(VASE, {"height_mm": 5, "ribs": "many", "pattern": "tartan"})) == {
        "height_mm", "ribs", "pattern",
    }  # fmt: skip


@pytest.mark.parametrize(
    "bad", ["nan", "inf", "-Infinity", float("nan"), 1e999, "", "abc", None, [3]]
)
def test_what_is_no_finite_number_is_refused(bad):
    assert "height_mm" in sentence(VASE, {"height_mm": bad})


def test_a_count_is_read_as_a_whole_number():
    assert parse(VASE, {"ribs": "7"}).ribs == 7
    assert isinstance(parse(VASE, {"ribs": 7.0}).ribs, int)


@pytest.mark.parametrize("bad", ["a\nb", "a\x00b", "a\u202eb", "\u2028", "a\u200bb\ud800"])
def test_text_that_cannot_be_seen_is_refused(bad):
    said = sentence(TAG, {"name": f"x{bad}y"})
    assert "cannot be seen" in said["name"]


def test_joiners_are_kept_where_persian_and_hindi_spelling_needs_them():
    for text in ("نیک\u200cپور", "क्\u200dष"):
        assert parse(TAG, {"name": text}).name == text


def test_what_draws_nothing_is_left_out_of_a_copied_text():
    for text in ("\ufeffAda", "A\u200bda", "Ada\u200f", "A\u00adda", "A\u200dda"):
        assert parse(TAG, {"name": text}).name == "Ada"
    number = "\u202a+43 664 555\u202c"  # as address books put it on the clipboard
    assert parse(TAG, {"second_line": number}).second_line == "+43 664 555"
    # Within a text they would change the order of what stands beside them.
    assert "cannot be seen" in sentence(TAG, {"name": "א\u200e1"})["name"]
    assert parse(TAG, {"name": "ക്\u200d"}).name == "ക്\u200d"


def test_a_picture_of_three_people_is_three_characters_that_no_typeface_has():
    """Between them stand two joiners that nobody sees."""
    found = engine.evaluate(
        "name-tag", {"name": "\U0001f468\u200d\U0001f469\u200d\U0001f467"}, "pla"
    )
    assert not found.printable
    assert any("\U0001f468" in one.state for one in found.findings)


def test_text_too_long_is_told_the_room():
    said = sentence(TAG, {"name": "x" * 25})
    assert said["name"] == "Name has 25 characters; there is room for 24."


@pytest.mark.parametrize(("raw", "value"), [("on", True), ("0", False), ("", False), (True, True)])
def test_flags_read_what_forms_send(raw, value):
    assert parse(TAG, {"rim": raw}).rim is value


def test_unknown_names_are_ignored_in_a_url_and_refused_by_an_api():
    raw = {"height_mm": "90", "utm_source": "mail"}
    assert parse(VASE, raw).height_mm == 90
    with pytest.raises(BadInput, match="utm_source"):
        parse(VASE, raw, strict=True)


def test_the_url_holds_only_what_differs():
    assert to_query(parse(VASE, {})) == {}
    params = parse(VASE, {"height_mm": "90.4", "wall_mm": 1.24, "ribs": "3"})
    assert to_query(params) == {"height_mm": "90", "wall_mm": "1.2", "ribs": "3"}


def test_text_is_kept_to_the_letter_in_the_url():
    name = "Zoë & 王小明 = 100%"
    params = parse(TAG, {"name": f"  {name} "})
    assert params.name == name
    assert parse(TAG, to_query(params)) == params


def test_decomposed_accents_make_the_same_design():
    assert parse(TAG, {"name": "Zoe\u0308"}) == parse(TAG, {"name": "Zoë"})


def test_an_unknown_family_is_not_found():
    with pytest.raises(NotFound):
        family("teapot")


def _shape(family, raw):
    """All of the shape, and what the rules say of it."""
    params = parse(family, raw)
    parts = [
        (p.name, p.mesh.vertices.tobytes(), p.mesh.faces.tobytes())
        for p in family.build(params, "draft")
    ]
    said = family.rules(params, material(family.materials[0]))
    return parts, [(found.check, found.level, found.state, found.cure) for found in said]


def _others(family, name):
    """Values far from one another."""
    form = field_of(family, name)
    if form.kind == "number":
        far = [form.min + (form.max - form.min) * share for share in (0.25, 0.6, 0.8)]
        return [int(value) for value in far] if form.whole else far
    if form.kind == "choice":
        return [value for value, _ in form.choices]
    return {"flag": [True, False], "text": ["Xy", "Qw"], "upload": ["", "a" * 64]}[form.kind]


def _idle(family, name, raw):
    return field_of(family, name).idle(parse(family, raw).model_dump())


def _counts(family, name, raw):
    first, *others = (_shape(family, {**raw, name: value}) for value in _others(family, name))
    return any(other != first for other in others)


IDLE = [(kind, name) for kind in families().values() for name in kind.idle]
ASKED = [(kind, name) for kind, name in IDLE if field_of(kind, name).kind != "upload"]
"""A file that nobody has brought would be refused."""


@pytest.mark.parametrize(("family", "name"), IDLE, ids=lambda one: getattr(one, "slug", one))
def test_what_a_form_does_not_ask_for_changes_nothing(family, name):
    for other, values in family.idle[name].items():
        for value in values:
            raw = {other: value}
            assert _idle(family, name, raw)
            assert not _counts(family, name, raw), value


@pytest.mark.parametrize(("family", "name"), ASKED, ids=lambda one: getattr(one, "slug", one))
def test_what_a_form_asks_for_counts(family, name):
    """In the usual design, or in one of the presets."""
    designs = [{}, *(dict(preset.params) for preset in family.presets)]
    assert any(_counts(family, name, raw) for raw in designs if not _idle(family, name, raw))


def test_a_long_blank_text_is_read_at_once():
    """Marks around a text are taken off in one pass, however many blanks stand within it."""
    said = sentence(TAG, {"name": "a" + " " * 200_000 + "b"})
    assert "200002 characters" in said["name"]


def test_a_program_is_told_when_a_parameter_changes_nothing():
    form = json_schema(TAG)["properties"]["hole_mm"]["x-form"]
    assert form["idle"] == {"hole": ["none"]}
    assert json_schema(family("finger-box"))["properties"]["sheet_mm"]["x-form"]["stocked"] is True
