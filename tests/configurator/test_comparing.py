"""Two designs side by side, as a page without a browser tells it."""

from __future__ import annotations

import html
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from configurator import comparing
from configurator.comparing import picked
from configurator.models import SavedDesign
from configurator.services import keep_design
from tests.worlds import a_machine

pytestmark = pytest.mark.django_db


def save(client: Client, called: str, /, **fields: str) -> SavedDesign:
    form = {"family": "name-tag", "saved_name": called, **fields}
    assert client.post("/designs/save/", form).status_code == 302
    return SavedDesign.objects.get(name=called)


def text_of(client: Client, url: str, **query: str) -> str:
    return html.unescape(client.get(url, query, follow=True).content.decode())


def test_what_differs_comes_first() -> None:
    left = picked(keep_design("name-tag", {"width_mm": 70, "rim": False}), "pla", "kiln", "1")
    right = picked(keep_design("name-tag", {"width_mm": 80}), "petg", "kiln", "1")
    rows = comparing.rows_of(left, right)
    assert [(r.label, r.left, r.right) for r in rows if r.differs] == [
        ("Material", "PLA", "PETG"),
        ("Width", "70 mm", "80 mm"),
        ("Raised rim", "no", "yes"),
    ]
    assert [row.differs for row in rows] == sorted((row.differs for row in rows), reverse=True)
    assert len(rows) == 4 + len(left.design.params)


def test_what_changes_nothing_in_either_is_no_difference() -> None:
    left, right = (
        picked(
            keep_design("face-plate", {"size": "1u", "window_mm": 0, **own}), "aluminium", "", "1"
        )
        for own in ({"width_mm": 160}, {"width_mm": 200, "mount": "none"})
    )
    rows = comparing.rows_of(left, right)
    assert not [row.label for row in rows if row.differs]
    assert "Width" not in [row.label for row in rows]


def test_of_two_products_each_value_is_told_once() -> None:
    tag = picked(keep_design("name-tag", {}), "pla", "kiln", "1")
    vase = picked(keep_design("twisted-vase", {}), "pla", "kiln", "1")
    rows = {row.label: row for row in comparing.rows_of(tag, vase)}
    assert (rows["Product"].left, rows["Product"].right) == ("Name tag", "Twisted vase")
    assert rows["Typeface"].right == "–" and rows["Twist"].left == "–"


def test_two_of_the_list_are_shown_with_their_names_measures_and_prices(client: Client) -> None:
    a_machine()
    one = save(client, "For Eve", name="Eve", width_mm="70")
    two = save(client, "For Adam", name="Adam", width_mm="80", quantity="2")
    page = text_of(client, f"/compare/?of={one.ref}&of={two.ref}")
    assert page.count("can be made") == 2
    assert "For Eve" in page and "For Adam" in page
    assert "70 × 24 × 4 mm" in page and "80 × 24 × 4 mm" in page and "cm³" in page
    assert "3 values differ" in page
    assert "/designs/" + one.design_id + "/solid.glb" in page
    prices = re.findall(r'hx-get="(/quote/\?[^"]+)"', page)
    assert len(prices) == 2
    said = [
        html.unescape(client.get(url, headers={"HX-Request": "true"}).content.decode())
        for url in prices
    ]
    assert all("€" in text and "Weighs about" in text for text in said)
    assert " each" in said[1] and "Add to basket" not in said[0]


def test_the_page_itself_is_compared_with_a_saved_one_or_a_preset(client: Client) -> None:
    row = save(client, "For Eve", name="Eve")
    choice = text_of(client, "/design/name-tag/compare/", name="Bo", started="3")
    links = re.findall(r'href="(/design/name-tag/compare/with/\?[^"]+)"', choice)
    assert "For Eve" in choice
    assert f"with=saved-{row.ref}" in links[0]
    assert "with=preset-3" in links[1], "the preset it was started from comes first"
    assert choice.count("you started from this") == 1
    assert len(links) == 1 + 8
    for link in links[:2]:
        shown = client.get(link)
        sides = parse_qs(urlsplit(shown["Location"]).query)
        assert set(sides) == {"a", "b"}
        page = text_of(client, shown["Location"])
        assert "Your name tag" in page
    assert "Luggage" in page


def test_a_choice_that_is_none_is_refused_in_words(client: Client) -> None:
    one = save(client, "For Eve", name="Eve")
    for query, status in (
        ({"of": [one.ref]}, 422),
        ({"of": [one.ref, one.ref]}, 422),
        ({"of": [one.ref, "ab" * 8]}, 404),
        ({"a": "nothing:pla:kiln:1", "b": "x"}, 404),
        ({}, 422),
    ):
        answer = client.get("/compare/", query)
        assert answer.status_code == status, query
    for which in ("preset-99", "preset-x", "preset-²", "saved-abc", "x", ""):
        answer = client.get("/design/name-tag/compare/with/", {"with": which})
        assert answer.status_code == 404
    assert "Choose two designs" in text_of(client, "/compare/")


def test_an_unknown_material_or_number_in_a_link_becomes_the_nearest_that_can_be() -> None:
    design = keep_design("name-tag", {})
    pick = picked(design, "gold", "nocolour", "99999999")
    assert str(pick) == f"{design.key}:pla:{pick.colour}:500"
    assert picked(design, "petg", "forest", "501").quantity == 500
