"""A card of the catalogue: its picture, its price and its link are of one design."""

from __future__ import annotations

import html
import re

import pytest
from django.test import Client

from configurator.materials import material
from configurator.products import families
from configurator.products.fields import fields, parse
from configurator.ready import ready
from configurator.services import picture_of
from manufacturing.models import Factory
from tests.orders.network import a_factory

pytestmark = pytest.mark.django_db


@pytest.fixture
def factory() -> Factory:
    """A workshop with PETG in kiln orange alone."""
    return a_factory()


def card(client: Client, slug: str, query: str = "") -> str:
    page = client.get(f"/{query}").content.decode()
    return next(one for one in page.split("<article")[1:] if f"/design/{slug}/" in one)


def link(card_html: str) -> str:
    found = re.search(r'<h2><a href="([^"]*)"', card_html)
    assert found
    return html.unescape(found[1])


def opened(client: Client, url: str) -> dict[str, str]:
    page = client.get(url).content.decode()
    assert "cannot be used" not in page
    numbers = re.findall(r'class="number" type="number" name="(\w+)" value="([^"]*)"', page)
    return dict(numbers) | dict(re.findall(r'name="(\w+)" value="([^"]*)"[^>]*checked', page))


def test_a_card_opens_the_design_that_it_shows(client: Client) -> None:
    box = opened(client, link(card(client, "finger-box")))
    assert (box["columns"], box["rows"]) == ("3", "2")  # the desk tray of the picture
    assert (box["material"], box["colour"]) == ("birch", "birch")


def test_a_filtered_card_is_of_that_material(client: Client) -> None:
    tray = card(client, "milled-tray", "?material=oak")
    assert "material=oak" in link(tray) and "preset/0.png?w=480&amp;material=oak" in tray
    assert "/quote/milled-tray/from/?material=oak" in tray
    assert opened(client, link(tray))["material"] == "oak"
    presets = re.findall(r'<li><a href="([^"]*)"', tray)
    assert len(presets) == 6 and all("material=oak" in one for one in presets)


def test_its_picture_is_in_that_material(client: Client) -> None:
    plain = client.get("/design/twisted-vase/preset/1.png?w=160").content
    assert plain == client.get("/design/twisted-vase/preset/1.png?w=160&material=pla").content
    oak = client.get("/design/milled-tray/preset/0.png?w=160&material=oak").content
    tray = families()["milled-tray"].presets[0]
    assert oak == picture_of("milled-tray", tray.params, "oak", 160)
    assert oak != picture_of("milled-tray", tray.params, tray.colour, 160)


def test_its_price_is_that_of_the_page_it_opens(factory: Factory, client: Client) -> None:
    vase = card(client, "twisted-vase", "?material=petg")
    found = re.search(r'hx-get="(/quote/[^"]*)"', vase)
    assert found
    from_price = client.get(html.unescape(found[1])).content.decode()
    query = link(vase).split("?")[1]
    page = client.get(f"/quote/?family=twisted-vase&{query}").content.decode()
    euros = re.search(r"€[\d.]+", from_price)
    assert euros and f'<p class="price">{euros[0]}' in page
    pla = client.get("/quote/twisted-vase/from/?material=pla").content.decode()
    assert "€" not in pla and "PLA" in pla  # the one workshop has none of it


@pytest.mark.parametrize("slug", families())
def test_every_preset_is_ready_in_every_material(slug: str) -> None:
    kind = families()[slug]
    for number in range(len(kind.presets)):
        for wanted in kind.materials:
            one, stuff = ready(kind, number, wanted), material(wanted)
            values = parse(kind, one.params).model_dump()
            assert one.colour in {colour.slug for colour in stuff.colours}
            for field in fields(kind):
                if field.stocked:
                    assert values[field.name] in stuff.thicknesses_mm, (number, wanted)


def test_what_a_family_is_not_made_of_is_its_usual_material() -> None:
    assert ready(families()["phone-case"], 0, "oak").material.slug == "petg"


def test_the_pages_promise_what_is_true_of_every_maker(client: Client) -> None:
    assert "in your region" not in client.get("/").content.decode()
    how = client.get("/how/").content.decode()
    assert "Milling is not planned here yet" in how
    assert ".py" not in how and "uncertain by about a third" in how
