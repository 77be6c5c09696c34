"""The configurator's pages, as far as they can be told without a browser."""

from __future__ import annotations

import html
import re

import numpy as np
import pytest
from django.test import Client

from configurator import engine, services
from configurator.materials import material as material_of
from configurator.products import families
from configurator.products import family as family_of
from configurator.products.base import Family
from configurator.products.fields import field_of, fields, parse
from tests.worlds import a_machine

pytestmark = pytest.mark.django_db
TAG = "/design/name-tag/"
HTMX = {"HX-Request": "true"}


def test_each_number_field_has_a_place_where_a_limit_is_said_aloud(client: Client) -> None:
    page = client.get(TAG).content.decode()
    numbers = re.findall(r'<input id="f-(\w+)" class="number"[^>]*aria-describedby="([^"]*)"', page)
    assert len(numbers) > 4
    for name, described_by in numbers:
        assert f"n-{name}" in described_by
        assert f'id="n-{name}" role="status" data-said' in page


def test_a_thickness_is_offered_as_workshops_stock_it_and_ones_own_is_not_lost(
    client: Client,
) -> None:
    def sizes(slug: str, field: str, **query: str) -> list[str]:
        page = client.get(f"/design/{slug}/", query).content.decode()
        return re.findall(rf'type="radio" name="{field}" value="(.*?)"', page)

    assert sizes("finger-box", "sheet_mm") == ["3", "4", "6"]
    assert sizes("milled-tray", "board_mm", material="walnut") == ["10", "15", "20"]
    assert sizes("milled-tray", "board_mm", material="walnut", board_mm="13") == [
        "10",
        "13",
        "15",
        "20",
    ]


def test_another_material_brings_the_nearest_thickness_that_it_comes_in(client: Client) -> None:
    asked = "/design/milled-tray/?material=walnut&board_mm=13&fit=1"
    page = client.get(asked).content.decode()
    checked = re.findall(r'name="board_mm" value="([\d.]+)" checked', page)
    assert checked == ["15"]
    assert "Set to 15 mm: walnut comes in these only." in page
    assert "not stocked" not in page and "board_mm=13" not in page
    assert "Set to" not in client.get("/design/milled-tray/?material=walnut&fit=1").content.decode()
    faulty = client.get(f"{asked}&size_mm=huge")
    assert faulty.status_code == 200 and "Set to 15 mm:" in faulty.content.decode()


def test_one_measure_is_written_in_one_way(client: Client) -> None:
    """Sizes and findings say 8 mm; so do the field, its ends and the button."""
    page = client.get("/design/twisted-vase/", {"wall_mm": "2.0"}).content.decode()
    field = page.partition('data-field="wall_mm"')[2].partition("</div>\n</div>")[0]
    assert 'name="wall_mm" value="2"' in field
    assert not re.search(r"<span>\d+\.0</span>", page)
    wall = field_of(family_of("twisted-vase"), "wall_mm")
    assert [wall.shown(mm) for mm in (2.0, 1.2)] == ["2 mm", "1.2 mm"]


def test_what_changes_nothing_is_not_asked_for(client: Client) -> None:
    def hidden(**query: str) -> set[str]:
        page = client.get("/design/face-plate/", query).content.decode()
        return set(re.findall(r'data-field="(\w+)"[^>]* hidden>', page))

    assert "width_mm" not in hidden()
    assert {"width_mm", "height_mm", "mount", "screw_mm"} <= hidden(size="1u")
    assert "screw_mm" in hidden(mount="none")
    # A value that cannot be used is said at its field, so that the field is there.
    assert "width_mm" not in hidden(size="1u", width_mm="9999")


@pytest.mark.parametrize("kind", [k for k in families().values() if k.process != "fdm"])
def test_every_field_that_must_be_stocked_is_one_of_choices(kind: Family) -> None:
    """The fields that the check of stock names are those that a form offers as choices."""
    material = material_of(kind.materials[0])
    asked = {form.name for form in fields(kind) if form.stocked}
    (name,) = asked
    form = field_of(kind, name)
    odd = next(
        mm
        for mm in np.arange(form.min, form.max + form.step, form.step)
        if not material.stocks(float(mm))
    )
    found = kind.rules(parse(kind, {name: float(odd)}), material)
    assert [f.field for f in found if f.check == "stocked"] == [name]


def test_without_3d_the_picture_is_of_the_parameters_as_they_stand(client: Client) -> None:
    page = client.get(TAG).content.decode()
    url = re.findall(r'data-picture="([^"]+)"', page)[0]
    one = client.get(url, {"name": "Ada", "w": "160"})
    other = client.get(url, {"name": "Eve", "w": "160"})
    assert one["Content-Type"] == "image/png" and one.content[:4] == b"\x89PNG"
    assert one.content != other.content
    green = client.get(url, {"name": "Ada", "w": "160", "colour": "forest"})
    assert green.content != one.content
    assert client.get(url, {"name": "Ada", "w": "²"}).content[:4] == b"\x89PNG"


def test_a_picture_of_what_cannot_be_is_refused_in_words(client: Client) -> None:
    reply = client.get(
        f"{TAG}picture.png", {"width_mm": "9999"}, headers={"Accept": "application/json"}
    )
    assert reply.status_code == 422
    assert "Width is 9999 mm" in reply.json()["detail"]


@pytest.mark.django_db
@pytest.mark.parametrize(("asked", "taken"), [("99999", 500), ("1.5", 1), ("²", 1)])
def test_a_link_that_asks_for_too_many_pieces_is_answered_in_words(
    client: Client, asked: str, taken: int
) -> None:
    page = client.get("/design/name-tag/", {"quantity": asked}).content.decode()
    assert f"asks for “{asked}”" in page and f"Set to {taken}." in page
    assert "The link asks" not in client.get("/design/name-tag/?quantity=3").content.decode()


def test_a_shared_link_brings_its_picture_along(client: Client) -> None:
    kept = client.post(
        "/api/v1/families/name-tag/designs/",
        {"params": {"name": "Ada & Eve"}},
        content_type="application/json",
    ).json()
    page = client.get(kept["page"], {"colour": "forest"}, follow=True).content.decode()
    (image,) = re.findall(r'<meta property="og:image" content="([^"]+)"', page)
    image = html.unescape(image)
    assert image.startswith("http://testserver/design/name-tag/picture.png?")
    assert "colour=forest" in image and "w=640" in image
    picture = client.get(image)
    assert picture["Content-Type"] == "image/png"
    assert picture.content != client.get("/design/name-tag/picture.png?w=640").content


def test_each_kind_of_file_is_a_link_to_the_design_as_it_stands(client: Client) -> None:
    page = client.get(TAG, {"name": "Ada"}).content.decode()
    links = [html.unescape(link) for link in re.findall(r'<a href="([^"]+)" data-file', page)]
    assert [link.partition("?")[0] for link in links] == [
        f"{TAG}file.{extension}" for extension in ("3mf", "stl", "glb")
    ]
    assert all("name=Ada" in link for link in links)
    assert client.get(links[0]).status_code == 200


def test_a_link_with_a_fault_in_it_still_has_a_page(client: Client) -> None:
    assert client.get(TAG, {"width_mm": "9999"}).status_code == 200


def test_the_panel_offers_a_value_that_was_tried_and_the_slider_does_not_wait_for_it(
    client: Client,
) -> None:
    raw = {"words": "Feuerwehrzufahrt freihal", "width_mm": "70", "lettering": "pocketed"}
    (fault,) = [f for f in engine.evaluate("engraved-sign", raw, "oak").findings
                if f.check == "strokes"]  # fmt: skip
    assert fault.field is None, "what follows the slider looks for no value"
    offered = re.search(
        r"Width: (\d+) mm</button>", panel(client, "engraved-sign", {**raw, "material": "oak"})
    )
    assert offered
    cured = engine.evaluate("engraved-sign", {**raw, "width_mm": offered[1]}, "oak")
    assert "strokes" not in {f.check for f in cured.findings}


def test_the_panel_says_which_machines_of_the_network_hold_each_part(client: Client) -> None:
    a_machine()
    a_machine(profile="prusa-mini")
    tall = {"height_mm": "200"}  # the MINI+ has 180 mm
    assert "Fits Original Prusa MK4." in panel(client, "twisted-vase", tall)
    low = panel(client, "twisted-vase", {"height_mm": "120"})
    assert "Fits Original Prusa MINI+ · Original Prusa MK4." in low
    a_machine(profile="laser-600")
    lamp = panel(client, "glow-lamp", {})
    assert re.search(r"[Bb]ase fits Original Prusa[^<]*MK4\.", lamp)
    assert re.search(r"[Pp]anel[^<]* fits CO₂ laser 600 × 400, 40 W\.", lamp)
    answer = client.post(
        "/api/v1/families/twisted-vase/designs/",
        {"params": {"height_mm": 200}},
        content_type="application/json",
    ).json()
    assert [part["fits"] for part in answer["parts"]] == [["Original Prusa MK4"]]


def panel(client: Client, slug: str, query: dict[str, str]) -> str:
    return client.get(f"/design/{slug}/checks/", query, headers=HTMX).content.decode()


def test_files_to_take_away_follow_the_design(client: Client) -> None:
    """A lid that is cut has a drawing, a printed one has none."""

    def offered(query: str) -> list[str]:
        page = client.get(f"/design/enclosure/checks/?{query}").content.decode()
        taken = page.split('id="takeaway" hx-swap-oob="true"')[1].split("</p>")[0]
        return re.findall(r">([A-Z0-9]+)</a>", taken)

    assert offered("lid_of=acrylic") == [*offered("lid_of=printed"), "DXF", "SVG"]


@pytest.mark.parametrize(
    ("slug", "query", "told"),
    [
        ("jigsaw", {"shape": "heart", "pieces": 24}, "{pieces} pieces."),
        ("spur-gear", {"gear_teeth": 42, "pinion_teeth": 20}, "Ratio 1:2.1 · centre distance 62"),
        # Their profiles are shifted: 20.00 mm by the plain rule of module and teeth.
        (
            "spur-gear",
            {"gear_teeth": 11, "pinion_teeth": 9},
            "Ratio 1:1.22 · centre distance 21.37",
        ),
        # A code of 25 squares is one of version 2 (17 and 4 for each version).
        (
            "key-fob",
            {"code": "https://example.com"},
            "Code of version 2 · 25 × 25 squares of 1.02 mm.",
        ),
    ],
)
def test_the_panel_tells_what_no_size_does(
    client: Client, slug: str, query: dict[str, str | int], told: str
) -> None:
    """A jigsaw is asked for "about" so many pieces; its outline decides how many there are."""
    panel = client.get(f"/design/{slug}/checks/", query).content.decode()
    if slug == "jigsaw":
        (part,) = family_of(slug).build(parse(family_of(slug), query), "full")
        assert part.bodies != 24
        told = told.format(pieces=part.bodies)
    assert told in panel


def test_what_has_nothing_to_tell_beyond_its_size_tells_nothing(client: Client) -> None:
    for slug, query in (("key-fob", {"code": ""}), ("name-tag", {})):
        panel = client.get(f"/design/{slug}/checks/", query)
        assert panel.status_code == 200 and 'class="small facts"' not in panel.content.decode()


def test_what_a_design_tells_of_itself_is_kept_with_its_measures() -> None:
    kept = services.keep_design("spur-gear", {})
    for _ in range(2):  # from the engine, then from the database
        told = services.measured(kept, "pla").facts
        assert told == ("Ratio 1:2", "centre distance 48.00 mm")


def test_a_picture_among_letters_is_taken_out_by_a_button_where_something_is_left(
    client: Client,
) -> None:
    query = {"shape": "letters", "letters": "A😀"}
    said = panel(client, "cookie-cutter", query)
    assert 'data-set="letters" data-value="A">Letters: A</button>' in said
    said = panel(client, "cookie-cutter", {**query, "letters": "😀"})
    assert "Write it in other characters." in said
    assert 'data-set="letters"' not in said and 'data-about="letters"' in said


def test_without_javascript_there_are_a_picture_the_checks_and_the_price(client: Client) -> None:
    raw = {"width_mm": "50", "thickness_mm": "2", "relief_mm": "1.2"}
    raw |= {"lettering": "engraved", "material": "petg"}
    page = client.get(TAG, raw).content.decode()
    plain = " ".join(re.findall(r"<noscript>(.*?)</noscript>", page, re.DOTALL))
    assert "This browser runs no JavaScript" in plain
    (picture,) = re.findall(r'<img class="still" src="([^"]+)"', plain)
    assert "width_mm=50" in picture and client.get(html.unescape(picture)).status_code == 200
    checks_at, price_at = re.findall(r'formaction="([^"]+)"', plain)
    checked = client.get(checks_at, raw).content.decode()
    assert "<h1>Checks of your name tag</h1>" in checked and "Floor under the letters is" in checked
    assert "data-set" not in checked, "a button that nothing listens to"
    (cure,) = re.findall(r'<a class="btn" href="(\?[^"]+)">Thickness: ', checked)
    cured = client.get(f"{checks_at}{html.unescape(cure)}").content.decode()
    assert "Floor under the letters" not in cured and "width_mm=50" in cured
    assert "<html" in client.get(price_at, {"family": "name-tag", **raw}).content.decode()


def test_a_link_with_values_that_cannot_be_used_names_their_fields(client: Client) -> None:
    page = client.get("/design/twisted-vase/?wall_mm=huge&ribs=x&height_mm=100").content.decode()
    told = "Some of the values in this link cannot be used: “Ribs”, “Wall”. We kept the others."
    assert told in page and 'name="height_mm" value="100"' in page
    one = client.get("/design/twisted-vase/?wall_mm=huge").content.decode()
    assert "A value in this link cannot be used: “Wall”." in one
    assert "in this link" not in client.get("/design/twisted-vase/").content.decode()
