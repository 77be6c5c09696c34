"""What programs read of a design: all of its findings, a solid for any program, and refusals."""

from __future__ import annotations

import json
import struct
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from drf_spectacular.validation import validate_schema
from jsonschema import ValidationError, validate

from configurator import services
from configurator.dfm.base import Finding
from configurator.engine import file
from configurator.models import Design, Measurement
from configurator.products import families, family
from configurator.products.fields import json_schema
from configurator.serializers import DesignSerializer, FindingSerializer, PartSerializer
from configurator.services import as_json, found, keep_design, measured

pytestmark = pytest.mark.django_db
ASKED = {
    "/api/v1/families/knob/designs/": {},
    "/api/v1/families/knob/suggestions/": {},
    "/api/v1/quotes/": {"family": "knob"},
}
"""Where parameters are posted, and what goes with them there."""
THIN = {"wall_mm": 0.8}
"""A vase whose wall is measured, and found too thin for PETG."""


def post(client: Client, slug: str, **body: Any) -> Any:
    url = f"/api/v1/families/{slug}/designs/"
    return client.post(url, body, content_type="application/json")


def test_a_design_says_all_that_its_shape_is_declared_to_have(client: Client) -> None:
    answer = post(client, "twisted-vase", params=THIN, material="petg").json()
    assert set(answer) == set(DesignSerializer().fields)
    assert set(answer["parts"][0]) == set(PartSerializer().fields)
    (wall,) = [one for one in answer["findings"] if one["check"] == "walls"]
    assert set(wall) == set(FindingSerializer().fields)
    assert wall["field"] == "wall_mm" and wall["measured"] == 0.8 < wall["needed"]


def test_a_finding_keeps_its_place_and_its_numbers_and_has_no_empty_field() -> None:
    kept = found(Finding("x", "weak", "body", "So.", place=(1, 2, 3), measured=1, needed=2.5))
    assert (kept.field, kept.place, kept.measured, kept.needed) == (None, (1.0, 2.0, 3.0), 1.0, 2.5)
    design = keep_design("knob", {})
    whole = measured(design, "petg")
    row = Measurement.objects.get(design=design)
    row.data = as_json(services.Measured(whole.parts, whole.size_mm, (kept,), True))
    row.save()
    assert measured(design, "petg").findings == (kept,)


def test_findings_that_were_stored_before_are_read() -> None:
    design = keep_design("knob", {})
    measured(design, "petg")
    row = Measurement.objects.get(design=design)
    names = ("check", "level", "part", "state", "cause", "cure", "field")
    row.data["findings"] = [{**dict.fromkeys(names, ""), "value": None}]
    row.save()
    (old,) = measured(design, "petg").findings
    assert (old.field, old.place, old.measured, old.needed) == (None, None, None, None)


def test_the_solid_of_a_design_has_normals_and_is_the_file_to_take_away(client: Client) -> None:
    answer = post(client, "knob", params={"diameter_mm": 33}).json()
    assert "/api/v1/families/knob/solid.glb?diameter_mm=33" in answer["glb"]
    solid = client.get(answer["glb"])
    assert solid["Content-Type"] == "model/gltf-binary"
    assert solid["X-Design-Key"] == answer["key"]
    assert solid.content == file("knob", {"diameter_mm": 33}, "glb")
    (length,) = struct.unpack_from("<I", solid.content, 12)
    (mesh, *_) = json.loads(solid.content[20 : 20 + length])["meshes"]
    assert "NORMAL" in mesh["primitives"][0]["attributes"]
    assert client.get(post(client, "knob").json()["glb"]).status_code == 200


@pytest.mark.parametrize(
    ("query", "status", "word"),
    [
        ("?diameter_mm=9999", 422, "Diameter is 9999 mm"),
        ("?diametre_mm=30", 422, "diametre_mm"),
        ("?format=xx", 406, "model/gltf-binary"),
    ],
)
@pytest.mark.parametrize("accepts", ["*/*", "model/gltf-binary", "text/html,*/*;q=0.8"])
def test_a_solid_that_cannot_be_is_refused_as_a_problem(
    client: Client, query: str, status: int, word: str, accepts: str
) -> None:
    url = f"/api/v1/families/knob/solid.glb{query}"
    answer = client.get(url, headers={"Accept": accepts})
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert word in answer.json()["detail"]


def test_a_solid_asked_for_in_another_way_is_refused_as_a_problem(client: Client) -> None:
    url = "/api/v1/families/knob/solid.glb"
    for answer in (client.post(url), client.get(url, headers={"Accept": "application/json"})):
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["status"] == answer.status_code
    assert (client.post(url).status_code, answer.status_code) == (405, 406)


@pytest.mark.parametrize(
    ("body", "status", "name", "words"),
    [
        ({"paramz": {}}, 400, "paramz", ("not known here", "leave it out", "params, material")),
        ({"colour": "xx"}, 422, "colour", ("“xx”", "choose", "graphite", "leave the colour out")),
        ({"remixed_from": "zzz"}, 422, "remixed_from", ("“zzz”", "is kept", "leave")),
        ({"material": "birch"}, 422, "material", ("not made of “birch”", "choose pla, petg,")),
        ({"material": "PLA"}, 422, "material", ("not made of “PLA”", "choose pla, petg,")),
        ({"params": {"grip": "Flutes"}}, 422, "grip", ("choose flutes, facets, smooth.",)),
        ({"params": {"shaft": "D"}}, 422, "shaft", ("choose d (D-shaped), round, spline18 (",)),
    ],
)
def test_what_is_not_known_is_refused_with_what_to_do(
    client: Client, body: dict[str, Any], status: int, name: str | None, words: tuple[str, ...]
) -> None:
    answer = post(client, "knob", **body)
    assert answer.status_code == status
    said = answer.json()
    sentence = said["fields"][name] if name else said["detail"]
    assert all(word in sentence for word in words), sentence
    assert not Design.objects.exists()


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"count": 12.5}, "Flutes or facets is 12.5; it has to be a whole number, 6 to 30."),
        ({"diameter_mm": None}, "Diameter is empty; it can be 16 to 70 mm."),
        ({"diameter_mm": True}, "Diameter: “true” is not a number; it can be 16 to 70 mm."),
        ({"diameter_mm": [40]}, "Diameter: “[40]” is not a number; it can be 16 to 70 mm."),
        ({"diameter_mm": 10**400}, "Diameter is far out of range; it can be 16 to 70 mm."),
        ({"grip": None}, "Grip: “null” is not on the list; choose flutes, facets, smooth."),
    ],
)
def test_what_the_schema_forbids_is_refused_in_words(
    client: Client, params: dict[str, Any], words: str
) -> None:
    with pytest.raises(ValidationError):
        validate({"diameter_mm": 40, **params}, json_schema(family("knob")))
    for url, more in ASKED.items():
        body = {**more, "params": params}
        answer = client.post(url, body, content_type="application/json")
        assert answer.status_code == 422
        assert answer.json()["fields"] == {next(iter(params)): words}
    assert not Design.objects.exists()


def test_a_number_too_large_for_a_float_is_far_out_of_range(client: Client) -> None:
    body = '{"params": {"diameter_mm": 1e999}}'
    answer = client.post("/api/v1/families/knob/designs/", body, content_type="application/json")
    assert answer.json()["fields"]["diameter_mm"].startswith("Diameter is far out of range;")


def test_values_may_be_sent_as_text_as_an_address_has_them(client: Client) -> None:
    """Our own page does so when it copies a link."""
    answer = post(client, "name-tag", params={"rim": "0", "width_mm": "70"})
    assert answer.status_code == 201
    kept = answer.json()["params"]
    assert (kept["rim"], kept["width_mm"]) == (False, 70)
    wrong = post(client, "name-tag", params={"rim": None})
    assert wrong.status_code == 422
    assert "neither yes nor no" in wrong.json()["fields"]["rim"]


def test_a_whole_number_may_be_written_with_a_point_and_others_are_rounded(client: Client) -> None:
    body = '{"params": {"count": 12.0, "diameter_mm": 30.123}}'
    url = "/api/v1/families/knob/designs/"
    answer = client.post(url, body, content_type="application/json")
    assert answer.status_code == 201
    params = answer.json()["params"]
    assert (params["count"], params["diameter_mm"]) == (12, 30.1)


def test_a_query_is_text_but_a_fraction_of_a_whole_number_is_none(client: Client) -> None:
    url = "/api/v1/families/knob/solid.glb"
    assert client.get(f"{url}?count=8&diameter_mm=33").status_code == 200
    assert "whole number" in client.get(f"{url}?count=8.5").json()["fields"]["count"]


@pytest.mark.parametrize("body", ["null", "[]", "3", '"x"', "true"])
def test_a_body_that_is_no_object_is_told_so(client: Client, body: str) -> None:
    for url in ASKED:
        answer = client.post(url, body, content_type="application/json")
        assert answer.status_code == 400
        assert answer.json()["detail"] == (
            "What was sent cannot be read. It has to be a JSON object: names and values in { }."
        )


def test_a_design_without_a_body_has_its_usual_values(client: Client) -> None:
    url = "/api/v1/families/knob/designs/"
    answer = client.post(url, b"", content_type="application/json")
    assert answer.status_code == 201 and answer.json()["params"]["count"] == 12
    schema = client.get("/api/schema/", headers={"Accept": "application/json"}).json()
    told = schema["paths"]["/api/v1/families/{slug}/designs/"]["post"]
    assert "required" not in told["requestBody"] and "no body" in told["description"]


@pytest.mark.parametrize(("url", "body"), ASKED.items())
@pytest.mark.parametrize("material", ["oak", "PLA", "Cast acrylic", "x" * 50])
def test_a_material_of_others_is_refused_alike_everywhere(
    client: Client, url: str, body: dict[str, Any], material: str
) -> None:
    answer = client.post(url, {**body, "material": material}, content_type="application/json")
    assert answer.status_code == 422
    assert answer.json()["fields"]["material"] == (
        f"Control knob is not made of “{material[:40]}”; choose pla, petg, "
        "or leave the material out."
    )


def test_a_quote_names_the_colours_of_its_material(client: Client) -> None:
    body = {"family": "knob", "material": "petg", "colour": "red"}
    answer = client.post("/api/v1/quotes/", body, content_type="application/json")
    assert answer.status_code == 422
    said = answer.json()["fields"]["colour"]
    assert "does not come in “red”; choose" in said and "graphite" in said


@pytest.mark.parametrize(
    ("url", "body", "name", "words"),
    [
        ("quotes/", {"place": "x" * 90}, "place", "there is room for 80 characters."),
        ("quotes/", {"place": "a\0b"}, "place", "a character that cannot be seen"),
        ("quotes/", {"place": "\ud800"}, "place", "half a character"),
        ("quotes/", {"quantity": None}, "quantity", "null; send a value, or leave it out"),
        ("families/knob/designs/", {"material": ""}, "material", "empty; send a value, or leave"),
        ("families/knob/designs/", {"material": []}, "material", "text, in quotation marks"),
        ("families/knob/designs/", {"params": 3}, "params", "an object: names and values in { }"),
        ("families/knob/suggestions/", {"pinned": 3}, "pinned", "a list: values in [ ]"),
        ("families/knob/suggestions/", {"goal": "fastest"}, "goal", "“fastest” is not on the list"),
        ("families/knob/suggestions/", {"goal": "fastest"}, "goal", "choose front, price, "),
        ("families/knob/suggestions/", {"reach": []}, "reach", "choose little, some, far."),
    ],
)
def test_a_body_is_refused_in_our_words(
    client: Client, url: str, body: dict[str, Any], name: str, words: str
) -> None:
    answer = client.post(f"/api/v1/{url}", body, content_type="application/json")
    assert answer.status_code == 400
    said = answer.json()["fields"][name]
    assert words in said, said


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"params": {"count": %s}}' % (b"9" * 5000), "too many digits"),
        (b'{"params": {"count": NaN}}', "JSON does not know (NaN, Infinity)."),
        (b'{"params": \n}', "a fault in line 2, column 1."),
        (b'{"material": "\xff"}', "JSON in UTF-8."),
    ],
)
def test_what_is_no_json_is_told_so_without_the_words_of_a_library(
    client: Client, body: bytes, words: str
) -> None:
    url = "/api/v1/families/knob/designs/"
    answer = client.post(url, body, content_type="application/json")
    assert answer.status_code == 400
    said = answer.json()["detail"]
    assert words in said and "sys." not in said and "parse error" not in said


def test_a_quote_of_an_unknown_key_says_how_a_design_is_kept(client: Client) -> None:
    answer = client.post("/api/v1/quotes/", {"design": "abc"}, content_type="application/json")
    assert answer.status_code == 404
    said = answer.json()["detail"]
    assert "No design is kept under the key “abc”" in said
    assert "/api/v1/families/{slug}/designs/" in said and "mistyped" not in said


def test_a_design_of_another_family_is_no_parent(client: Client) -> None:
    vase = keep_design("twisted-vase", {})
    assert post(client, "knob", remixed_from=vase.key).status_code == 422
    knob = post(client, "knob").json()
    assert post(client, "knob", remixed_from=knob["key"]).status_code == 201, "it is itself"


def test_the_openapi_names_errors_solids_and_the_parameters_of_each_family(client: Client) -> None:
    schema = client.get("/api/schema/", headers={"Accept": "application/json"}).json()
    validate_schema(schema)
    paths, shapes = schema["paths"], schema["components"]["schemas"]
    told = paths["/api/v1/families/{slug}/designs/"]["post"]["responses"]
    problem = {"schema": {"$ref": "#/components/schemas/Problem"}}
    for status in (400, 404, 405, 406, 413, 415, 422, 429):
        assert told[str(status)]["content"] == {"application/problem+json": problem}
    solid = paths["/api/v1/families/{slug}/solid.glb"]["get"]["responses"]
    assert "model/gltf-binary" in solid["200"]["content"]
    assert {"404", "405", "406", "422", "429"} < set(solid)
    assert {"type", "title", "status", "detail", "fields"} < set(shapes["Problem"]["properties"])
    assert len(shapes["FamilyParams"]["anyOf"]) == len(families())
    assert shapes["KnobParams"]["properties"]["diameter_mm"]["maximum"] == 70
    assert "409" in paths["/api/v1/quotes/"]["post"]["responses"]
    operations = [one for path in paths.values() for one in path.values()]
    assert all(10 < len(one["summary"]) < 120 for one in operations)
    assert len({one["summary"] for one in operations}) == len(operations)
    own = shapes["Suggestion"]["properties"]["own"]
    validate(None, own | {"components": schema["components"]})


def test_a_cure_of_a_whole_number_is_one(client: Client) -> None:
    cure = post(client, "face-plate", params={"first_count": 16}).json()["findings"][0]
    assert cure["field"] == "first_count" and repr(cure["value"]) == "6"


def test_a_solid_has_the_colour_that_is_asked_for(client):
    def colour(**asked):
        glb = client.get(reverse("api-solid", args=["knob"]), asked).content
        (length,) = struct.unpack_from("<I", glb, 12)
        (only,) = json.loads(glb[20 : 20 + length])["materials"]
        return only["pbrMetallicRoughness"]["baseColorFactor"][:3]

    assert colour(colour="steel") == pytest.approx([0.0382, 0.1413, 0.2623], abs=1e-3)
    assert colour() == colour(colour="kiln") == pytest.approx([0.552, 0.0931, 0.013], abs=1e-3)
    answer = client.get(reverse("api-solid", args=["knob"]), {"colour": "gold"})
    assert answer.status_code == 404 and "colour" in answer.json()["detail"]
