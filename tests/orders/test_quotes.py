"""A quote is what the shop promised: measured, frozen, signed, held."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
import trimesh
from django.test import Client
from django.utils import timezone

from configurator import network
from configurator.engine import Volume
from configurator.materials import material
from configurator.products import families, family
from configurator.products.base import Family
from configurator.products.fields import parse
from configurator.services import keep_design
from core.errors import BadInput, NoCapacity, NotFound
from core.signing import seal
from manufacturing.models import Factory, Reservation
from nearmade.run import demo
from orders.models import Order, OrderItem
from orders.quotes import TooLarge, TooManyPieces, Wish, is_personal, opened, quote
from routing import places
from tests.configurator.crafted import as_stl
from tests.orders.network import LYON, VIENNA, a_quote
from tests.worlds import a_factory as a_workshop
from tests.worlds import a_machine

VASE = {"family": "twisted-vase", "height_mm": "140", "colour": "kiln"}
HTMX = {"HX-Request": "true"}


@pytest.mark.django_db
def test_a_sealed_quote_opens_as_it_was(factory: Factory) -> None:
    made = a_quote(quantity=2)
    assert opened(made.sealed()) == made


@pytest.mark.django_db
@pytest.mark.parametrize("place", [0, 10, -5])
def test_a_quote_that_was_tampered_with_is_refused(factory: Factory, place: int) -> None:
    token = a_quote().sealed()
    other = "A" if token[place] != "A" else "B"
    changed = token[:place] + other + token[place:][1:]
    with pytest.raises(NotFound):
        opened(changed)


@pytest.mark.django_db
def test_a_seal_for_another_purpose_is_no_quote(factory: Factory) -> None:
    with pytest.raises(NotFound):
        opened(seal({"need": {}}, purpose="track"))


@pytest.mark.django_db
def test_a_changed_price_does_not_reach_the_basket(factory: Factory, client: Client) -> None:
    assert client.post("/basket/add/", {"quote": a_quote().sealed() + "x"}).status_code == 404
    assert not OrderItem.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_panel_quotes_the_measured_part_and_holds_nothing(
    factory: Factory, client: Client
) -> None:
    page = client.get("/quote/", {**VASE, "city": LYON}, headers=HTMX).content.decode()
    assert "€" in page and "Lyon" in page and "Atelier Rhône" in page and "Add to basket" in page
    assert "Machine time" in page and "VAT 20 %" in page
    assert not Reservation.objects.exists()


@pytest.mark.parametrize("quantity", [1, 3, 4, 7])
@pytest.mark.parametrize("brief", ["", "1"])
def test_the_price_of_each_is_rounded_half_up_and_says_so(
    factory: Factory, client: Client, quantity: int, brief: str
) -> None:
    tag = {"family": "name-tag", "name": "Io", "material": "petg", "colour": "kiln"}
    asked = {**tag, "city": LYON, "quantity": quantity, "brief": brief}
    page = client.get("/quote/", asked, headers=HTMX).content.decode()
    total = round(float(page.split("€")[1].split("<")[0]) * 100)
    exact = total % quantity == 0
    each = (2 * total + quantity) // (2 * quantity)  # €14.63 for 3: 487.67 → about €4.88
    said = f"{'' if exact else 'about '}€{each // 100}.{each % 100:02d} each"
    assert (said in page) if quantity > 1 else ("each</span>" not in page)


def test_a_maker_far_away_is_named_with_a_reason(factory: Factory, client: Client) -> None:
    reason = "km away, the best placed of those who can make it"
    far = client.get("/quote/", {**VASE, "city": VIENNA}, headers=HTMX).content.decode()
    near = client.get("/quote/", {**VASE, "city": LYON}, headers=HTMX).content.decode()
    assert reason in far
    assert reason not in near


@pytest.mark.django_db(transaction=True)
def test_the_panel_remembers_the_city(factory: Factory, client: Client) -> None:
    client.get("/quote/", {**VASE, "city": VIENNA}, headers=HTMX)
    assert "Vienna" in client.get("/quote/", VASE, headers=HTMX).content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_city_that_nobody_knows_keeps_the_chosen_one_and_its_price(
    factory: Factory, client: Client
) -> None:
    chosen = client.get("/quote/", {**VASE, "city": VIENNA}, headers=HTMX).content.decode()
    price = chosen.split('class="price">')[1].split("<")[0]
    page = client.get("/quote/", {**VASE, "q": "xyzxyz"}, headers=HTMX).content.decode()
    assert "We do not know a city called “xyzxyz”." in page
    assert "This is still the price to Vienna." in page
    assert f'class="price">{price}<' in page and "Add to basket" in page
    assert "know a city called" not in chosen


@pytest.mark.django_db(transaction=True)
def test_what_cannot_be_made_gets_its_cure_and_no_button(
    factory: Factory, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = Volume("a small printer", 100.0, 100.0, 100.0)
    monkeypatch.setattr(network, "_readers", [lambda: (small,)])
    page = client.get("/quote/", VASE).content.decode()
    assert "cannot be made as it is" in page and "<li>" in page and "Make it smaller" in page
    assert "Add to basket" not in page
    panel = client.get("/quote/", VASE, headers=HTMX).content.decode()
    assert 'href="#checks"' in panel, "the checks beside the panel say it; it is said once"
    assert "Make it smaller" not in panel and "Add to basket" not in panel


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("query", "word"),
    [
        ({"family": "spoon"}, "spoon"),
        ({**VASE, "height_mm": "9999"}, "Height"),
        ({**VASE, "material": "gold"}, "gold"),
        ({**VASE, "colour": "infrared"}, "colour"),
        ({**VASE, "quantity": "0"}, "between 1 and 500"),
        ({**VASE, "quantity": "many"}, "between 1 and 500"),
        ({**VASE, "quantity": "²"}, "between 1 and 500"),
        ({**VASE, "quantity": "9" * 5000}, "between 1 and 500"),
        ({**VASE, "city": "999999999"}, "city"),
    ],
)
def test_a_wish_that_cannot_be_read_is_answered_in_words(
    factory: Factory, client: Client, query: dict[str, str], word: str
) -> None:
    reply = client.get("/quote/", query, headers=HTMX)
    assert reply.status_code == 200
    page = reply.content.decode()
    assert word in page and "Add to basket" not in page


@pytest.mark.django_db(transaction=True)
def test_no_free_machine_is_said_and_not_sold(client: Client) -> None:
    page = client.get("/quote/", {**VASE, "city": LYON}, headers=HTMX).content.decode()
    assert "No workshop" in page and "Add to basket" not in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("slug", "stuff", "colour", "most"),
    [
        ("finger-box", "birch", "birch", 7),
        ("knob", "pla", "kiln", 81),
        ("wrist-brace", "pla", "kiln", 12),
    ],
)
def test_of_too_many_the_sentence_says_how_many_can_really_be_quoted(
    slug: str, stuff: str, colour: str, most: int
) -> None:
    demo.ensure_demo()
    design, now = keep_design(slug, {}), timezone.now()
    wish = Wish(design, material(stuff), colour, 500, places.place(LYON))
    with pytest.raises(TooManyPieces, match=f"at most {most} pieces of this .*, not 500") as told:
        quote(wish, now)
    assert told.value.members() == {"most_pieces": most}
    assert quote(replace(wish, quantity=most), now).need.quantity == most
    with pytest.raises(TooManyPieces, match=f"at most {most} pieces"):
        quote(replace(wish, quantity=most + 1), now)


@pytest.mark.django_db
def test_too_many_can_be_changed_to_the_most_by_one_click(client: Client) -> None:
    demo.ensure_demo()
    asked = {"family": "knob", "material": "pla", "colour": "kiln", "quantity": "100"}
    panel = client.get("/quote/", asked, headers=HTMX).content.decode()
    assert 'data-set="quantity" data-value="81"' in panel
    page = client.get("/quote/", asked).content.decode()
    assert 'colour=kiln&amp;quantity=81"' in page


@pytest.mark.django_db
def test_what_not_even_one_can_be_made_of_gives_the_reason_of_one() -> None:
    demo.ensure_demo()
    large = {"width_mm": 400, "depth_mm": 300, "height_mm": 240}
    wish = Wish(
        keep_design("finger-box", large), material("birch"), "birch", 20, places.place(LYON)
    )
    with pytest.raises(NoCapacity, match=r"nearest laser cutter, at Atelier Rhône.*side by side"):
        quote(wish, timezone.now())


@pytest.mark.django_db
def test_a_need_larger_than_the_network_has_no_date(factory: Factory) -> None:
    with pytest.raises(NoCapacity):
        a_quote(minutes=28 * 24 * 60 + 1)


@pytest.mark.django_db
def test_a_colour_that_the_material_lacks_is_refused(factory: Factory) -> None:
    design = keep_design("twisted-vase", {})
    wish = Wish(design, material("petg"), "infrared", 1, places.place(LYON))
    with pytest.raises(BadInput):
        quote(wish, timezone.now())


def test_a_preset_may_be_sent_back_and_a_measure_of_ones_own_may_not() -> None:
    kind = family("twisted-vase")
    preset = kind.Params.model_validate(dict(kind.presets[1].params)).model_dump(mode="json")
    assert not is_personal(kind, preset)
    assert is_personal(kind, {**preset, "height_mm": 141.0})


@pytest.mark.parametrize("kind", families().values(), ids=lambda kind: kind.slug)
def test_a_design_as_its_page_opens_may_be_sent_back(kind: Family) -> None:
    assert not is_personal(kind, parse(kind, {}).model_dump(mode="json"))


def test_what_changes_nothing_does_not_make_it_personal() -> None:
    """The typeface of a box without words; with words it is somebody's own."""
    kind = family("finger-box")
    assert not is_personal(kind, {"size_mm": 30})
    assert is_personal(kind, {"size_mm": 30, "words": "TEA"})
    assert is_personal(kind, {"width_mm": 181})


@pytest.mark.django_db
def test_basket_and_checkout_say_the_same_of_a_box_as_it_comes(client: Client) -> None:
    demo.ensure_demo()
    wish = Wish(
        keep_design("finger-box", {"size_mm": 30}), material("birch"), "birch", 1,
        places.place(LYON),
    )  # fmt: skip
    client.post("/basket/add/", {"quote": quote(wish, timezone.now()).sealed()})
    assert "In its usual measures" in client.get("/basket/").content.decode()
    page = client.get("/checkout/").content.decode()
    assert "In its usual measures" in page and "One of our ready designs" in page
    assert "article 16 c" not in page


@pytest.mark.django_db
def test_cities_are_found_by_any_spelling_and_named(client: Client) -> None:
    page = client.get("/places/", {"q": "zurich"}).content.decode()
    assert "Zürich" in page and 'value="2657896"' in page
    assert "No city" in client.get("/places/", {"q": "xyzzy"}).content.decode()
    assert client.get("/places/", {"q": "<script>"}).content.decode().count("<script>") == 0


@pytest.mark.django_db
def test_a_quote_that_ran_out_is_not_added(factory: Factory, client: Client, settings: Any) -> None:
    old = a_quote(held_until=timezone.now() - dt.timedelta(seconds=1))
    assert client.post("/basket/add/", {"quote": old.sealed()}).status_code == 409
    settings.QUOTE_DAYS = 0
    with pytest.raises(NotFound):
        opened(a_quote().sealed())
    assert not Order.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_blank_tag_is_something_to_look_at_and_not_weak(factory: Factory, client: Client) -> None:
    wish = {"family": "name-tag", "name": "", "material": "petg", "colour": "kiln", "city": LYON}
    page = client.get("/quote/", wish, headers=HTMX).content.decode()
    assert "look at this" in page and "may be weak" not in page


def a_large_cube(client: Client) -> str:
    """The name of a cube of 900 mm, brought as a file of one's own."""
    data = as_stl(trimesh.creation.box((900, 900, 900)))
    answer = client.post("/api/v1/uploads/solid/", data, content_type="application/octet-stream")
    return str(answer.json()["name"])


@pytest.mark.django_db
def test_what_fits_but_takes_more_than_a_shelf_holds_is_offered_at_the_largest_scale_that_can_be(
    client: Client, factory: Factory
) -> None:
    """The nearest machine is too small, which says nothing: a farther one holds it, and lacks
    material. 36.5 % is what its bed holds (328.5 mm) and takes 7.1 kg of PLA."""
    a_machine(
        a_workshop((48.85, 2.35), name="Coupe Seine", city="Paris"), profile="voron-350",
        shelf={("pla", "kiln"): 5000}, status="idle", opens_min=0, closes_min=1440,
    )  # fmt: skip
    name, now = a_large_cube(client), timezone.now()
    design = keep_design("own-file", {"file": name, "scale_pct": 36.5})
    wish = Wish(design, material("pla"), "kiln", 1, places.place(LYON))
    with pytest.raises(TooLarge, match="that could, at Coupe Seine in Paris, has 5000 g") as told:
        quote(wish, now)
    pct = told.value.pct
    assert told.value.members() == {"largest": {"scale_pct": pct}} and 30 < pct < 36
    at = {size: {"file": name, "scale_pct": size} for size in (pct, pct + 0.5)}
    assert quote(replace(wish, design=keep_design("own-file", at[pct])), now).grams <= 5000
    with pytest.raises(TooLarge):
        quote(replace(wish, design=keep_design("own-file", at[pct + 0.5])), now)
    asked = {"family": "own-file", "file": name, "scale_pct": "36.5", "material": "pla"}
    panel = client.get("/quote/", {**asked, "colour": "kiln"}, headers=HTMX).content.decode()
    assert f'data-set="scale_pct" data-value="{pct:g}"' in panel
