"""From the basket to Stripe's page, as a browser does it."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from configurator.models import Design
from configurator.services import keep_design
from core.errors import Conflict, NoCapacity
from core.files import write_whole
from core.models import Transition
from core.work import Claim
from manufacturing.models import Factory, Machine, MachineDay, Reservation
from orders.checkout import place_order
from orders.models import Order, OrderItem
from orders.quotes import Portion, Quote
from orders.selectors import own_parameters_of
from orders.tasks import tidy
from routing import places
from tests.orders.network import (
    ADA,
    VIENNA,
    a_design,
    a_draft,
    a_factory,
    a_placed_order,
    a_quote,
    held_amounts,
)
from tests.orders.standin import StandIn

pytestmark = pytest.mark.django_db(transaction=True)
FORM = {
    "email": "ada@example.org",
    "name": "Ada Byron",
    "street": "12 rue de la Ré",
    "postcode": "69002",
    "city": "Lyon",
}


def real_quote() -> Quote:
    """Of a design that the engine can measure, for what is quoted again."""
    import dataclasses

    made = a_quote()
    design = keep_design("twisted-vase", {"height_mm": 70, "width_mm": 44})
    need = dataclasses.replace(made.need, design_key=design.key)
    return dataclasses.replace(made, portions=(Portion(need, made.promise),))


def filled(client: Client, *quotes: Quote) -> Order:
    for quote in quotes or (a_quote(),):
        assert client.post("/basket/add/", {"quote": quote.sealed()}).status_code == 302
    return Order.objects.get(status="draft")


def test_the_basket_shows_my_design_my_parameters_and_all_costs(
    factory: Factory, client: Client
) -> None:
    order = filled(client)
    page = client.get("/basket/").content.decode()
    item = order.items.get()
    assert item.title in page and "<dt>Height</dt><dd>140 mm</dd>" in page
    assert f"/designs/{item.design_id}/picture/kiln.png" in page
    assert "Delivery to Lyon" in page
    assert "Basket · 1" in page


def test_what_may_be_weak_is_told_until_it_is_paid(factory: Factory, client: Client) -> None:
    place = client.get("/places/", {"q": "Lyon"}).content.decode().split('value="')[1].split('"')[0]
    thin = {"family": "twisted-vase", "material": "petg", "colour": "kiln", "city": place}
    thin |= {"wall_mm": "0.6", "height_mm": "150", "width_mm": "60"}
    quoted = client.get("/quote/", thin).content.decode()
    token = quoted.split('name="quote" value="')[1].split('"')[0]
    client.post("/basket/add/", {"quote": token})
    checks = client.get("/design/twisted-vase/checks/", thin).content.decode()
    for page in ("/basket/", "/checkout/"):
        before_paying = client.get(page).content.decode().split("To pay")[0]
        told = re.findall(r"</span> may be weak</span> ([^<]+)</p>", before_paying)
        assert told and all(sentence in checks for sentence in told)


def test_what_is_sound_is_not_called_weak(factory: Factory, client: Client) -> None:
    item = filled(client, real_quote()).items.get()
    client.post(f"/basket/{item.ref}/quantity/", {"quantity": "2"})  # it is measured
    assert "may be weak" not in client.get("/basket/").content.decode()


def test_an_export_says_everywhere_that_customs_may_add_tax(
    factory: Factory, client: Client
) -> None:
    customs = "No tax is charged here: your customs may add some when it arrives."
    vase = {"family": "twisted-vase", "height_mm": "70", "width_mm": "44", "colour": "kiln"}
    filled(client, real_quote())
    home = [client.get("/quote/", vase), client.get("/basket/"), client.get("/checkout/")]
    assert not any("customs" in page.content.decode() for page in home)
    client.post("/basket/city/", {"q": "New York City"})
    away = [client.get("/quote/", vase), client.get("/basket/"), client.get("/checkout/")]
    assert all(customs in page.content.decode() for page in away)
    quoted, basket = away[0].content.decode(), away[1].content.decode()
    assert "With delivery to <strong>New York City" in quoted and "With tax" not in quoted
    assert "Nothing more is added" not in basket


def test_an_empty_basket_says_what_to_do(client: Client) -> None:
    assert "Look at the designs" in client.get("/basket/").content.decode()
    assert client.get("/checkout/").status_code == 302


def test_a_new_quantity_has_a_new_price(factory: Factory, client: Client) -> None:
    item = filled(client, real_quote()).items.get()
    client.post(f"/basket/{item.ref}/quantity/", {"quantity": "7"})
    changed = OrderItem.objects.get()
    assert changed.quantity == 7 and changed.shares.get().job_need.quantity == 7
    assert changed.total_cents > item.total_cents
    assert changed.total_cents == sum(cents for _, _, cents in changed.lines)


def test_another_city_quotes_every_line_again(factory: Factory, client: Client) -> None:
    before = filled(client, real_quote()).items.get()
    client.post("/basket/city/", {"city": str(VIENNA)})
    after = OrderItem.objects.get()
    assert after.promise["distance_km"] > before.promise["distance_km"]
    assert Order.objects.get().place_id == VIENNA
    assert "Delivery to Vienna" in client.get("/basket/").content.decode()


def test_an_unknown_city_changes_nothing(factory: Factory, client: Client) -> None:
    filled(client)
    page = client.post("/basket/city/", {"q": "Xyzzyville"}, follow=True).content.decode()
    assert "do not know this city" in page and "Delivery to Lyon" in page


def test_what_is_taken_out_can_be_put_back(factory: Factory, client: Client) -> None:
    item = filled(client).items.get()
    page = client.post(f"/basket/{item.ref}/remove/", follow=True).content.decode()
    assert "Put it back" in page and "Nothing in it yet" in page
    page = client.post(f"/basket/{item.ref}/restore/", follow=True).content.decode()
    assert item.title in page and "Check out" in page


def test_a_price_that_ran_out_is_made_anew_and_said(factory: Factory, client: Client) -> None:
    filled(client, real_quote())
    OrderItem.objects.update(held_until=timezone.now() - dt.timedelta(days=1))
    page = client.get("/basket/").content.decode()
    assert "new price" in page
    assert OrderItem.objects.get().held_until > timezone.now()


def test_somebody_elses_basket_cannot_be_touched(factory: Factory, client: Client) -> None:
    item = filled(client).items.get()
    stranger = Client()
    for action in ("quantity", "remove", "restore"):
        url = f"/basket/{item.ref}/{action}/"
        assert stranger.post(url, {"quantity": "2"}).status_code == 404
        assert client.get(url).status_code == 405
    assert item.title not in stranger.get("/basket/").content.decode()


def test_checkout_asks_five_things_and_says_whether_it_can_be_sent_back(
    factory: Factory, client: Client
) -> None:
    filled(client)
    page = client.get("/checkout/").content.decode()
    shown = [name for name in FORM if f'name="{name}"' in page]
    assert shown == list(FORM)
    assert "Made to your own measures" in page
    assert "France" in page


def test_a_checkout_holds_capacity_and_leads_to_the_pay_page(
    factory: Factory, client: Client, standin: StandIn
) -> None:
    order = filled(client)
    reply = client.post("/checkout/", {**FORM, "order": order.ref})
    assert reply.status_code == 303
    assert reply.headers["location"].startswith(f"{standin.url}/c/pay/cs_test_")
    placed = Order.objects.get()
    assert (placed.status, placed.country, placed.name) == ("placed", "FR", "Ada Byron")
    assert held_amounts(order.items.get().ref) == (60, 84)
    assert placed.payments.get().session_id


def test_pressing_the_button_twice_gives_one_order_and_one_pay_page(
    factory: Factory, client: Client, standin: StandIn
) -> None:
    order = filled(client)
    urls = {
        client.post("/checkout/", {**FORM, "order": order.ref}).headers["location"]
        for _ in range(2)
    }
    assert len(urls) == 1
    assert Order.objects.count() == 1
    assert len(standin.get("/v1/checkout/sessions")["data"]) == 1


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("email", "ada", "should look like"),
        ("email", "", "where to send the receipt"),
        ("street", " ", "street and number"),
        ("postcode", "9" * 17, "at most 16"),
        ("postcode", "x", "does not look like a postcode of France"),
        ("city", "123", "has no letters"),
    ],
)
def test_what_is_missing_is_said_and_nothing_typed_is_lost(
    factory: Factory, client: Client, field: str, value: str, sentence: str
) -> None:
    order = filled(client)
    reply = client.post("/checkout/", {**FORM, "order": order.ref, field: value})
    assert reply.status_code == 422
    page = reply.content.decode()
    assert sentence in page and "Ada Byron" in page
    assert Order.objects.get().status == "draft"


def test_a_stranger_cannot_place_or_pay_my_order(
    factory: Factory, client: Client, standin: StandIn
) -> None:
    order = filled(client)
    client.post("/checkout/", {**FORM, "order": order.ref})
    reply = Client().post("/checkout/", {**FORM, "order": order.ref})
    assert reply.status_code == 302 and reply.headers["location"] == "/basket/"


def test_stripe_out_of_reach_leaves_an_order_that_can_be_paid_later(
    factory: Factory, client: Client, standin: StandIn
) -> None:
    order = filled(client)
    standin.kill()
    reply = client.post("/checkout/", {**FORM, "order": order.ref})
    placed = Order.objects.get()
    assert reply.headers["location"] == placed.url
    standin.start()
    again = client.post(f"/track/{placed.link}/pay/")
    assert again.headers["location"].startswith(f"{standin.url}/c/pay/")


def test_no_capacity_places_nothing_and_holds_nothing(factory: Factory, client: Client) -> None:
    order = filled(client, a_quote(1), a_quote(2))
    day = timezone.now().date() + dt.timedelta(days=2)
    MachineDay.objects.filter(day__gte=day).delete()
    MachineDay.objects.update(capacity_min=90, used_min=0)
    MachineDay.objects.filter(day__lt=day - dt.timedelta(days=1)).update(used_min=90)
    page = client.post("/checkout/", {**FORM, "order": order.ref}, follow=True).content.decode()
    assert "No workshop" in page
    assert Order.objects.get().status == "draft"
    assert not Reservation.objects.exists()


def test_a_quote_that_ran_out_is_not_placed(factory: Factory) -> None:
    order = a_draft(a_quote(held_until=timezone.now() - dt.timedelta(seconds=1)))
    with pytest.raises(Conflict, match="held until"):
        place_order(order.ref, ADA, now=timezone.now())


def test_placing_is_one_move_with_its_reason(factory: Factory) -> None:
    order = a_draft()
    place_order(order.ref, ADA, now=timezone.now())
    rows = Transition.objects.filter(object_type="orders.order")
    assert [(r.old, r.new, r.by) for r in rows] == [
        ("", "draft", "customer"),
        ("draft", "placed", "customer"),
    ]


def test_capacity_of_two_machines_takes_two_long_orders_not_three() -> None:
    a_factory(machines=2)
    a_design()
    days = MachineDay.objects.filter(machine=Machine.objects.first())
    minutes = sum(days.values_list("capacity_min", flat=True)) - 1500
    drafts = [a_draft(a_quote(minutes=minutes), browser=str(n)) for n in range(3)]
    for draft in drafts[:2]:
        place_order(draft.ref, ADA, now=timezone.now())
    with pytest.raises(NoCapacity):
        place_order(drafts[2].ref, ADA, now=timezone.now())


def test_a_basket_nobody_came_back_to_is_forgotten_and_a_used_one_is_not(
    factory: Factory, client: Client
) -> None:
    past = timezone.now() - dt.timedelta(days=40)
    left, used = a_draft(a_quote()), a_draft(a_quote(2), browser="c" * 32)
    placed = a_placed_order(browser="d" * 32)
    Order.objects.update(created_at=past)
    left.items.update(held_until=past)
    tidy(Claim(0, "orders.tidy", "", {}, 1, uuid.uuid4()))
    assert set(Order.objects.values_list("pk", flat=True)) == {used.pk, placed.pk}


def test_a_line_names_what_is_its_own_and_keeps_the_rest_behind(
    factory: Factory, client: Client
) -> None:
    filled(client, real_quote())
    page = client.get("/basket/").content.decode()
    own, rest = page.split('<details class="all">')[:2]
    assert "Height 70 mm · Width 44 mm</p>" in own
    assert "Ribs" not in own and "<dt>Ribs</dt>" in rest


def test_what_was_chosen_reads_as_a_line(client: Client) -> None:
    params = {"width_mm": 60.0, "lid_of": "acrylic", "side_vents": False}
    own = own_parameters_of(Design(key="k", family="enclosure", version=1, params=params))
    assert [f"{label} {value}" for label, value in own] == [
        "Width inside 60 mm",
        "Lid made: Cut from clear acrylic",
        "Vents in the sides: no",
    ]


def test_what_is_written_on_it_comes_first_even_where_it_is_the_usual() -> None:
    params = {"name": "Mia", "width_mm": 80.0, "height_mm": 24.0, "hole": "none"}
    own = own_parameters_of(Design(key="k", family="name-tag", version=1, params=params))
    assert own == [("Name", "“Mia”"), ("Width", "80 mm"), ("Hole:", "None")]


def test_words_that_were_taken_off_are_named() -> None:
    own = own_parameters_of(Design(key="k", family="key-fob", version=1, params={"code": ""}))
    assert own == [("Text or link", "none")]


def test_two_lines_say_that_each_has_its_own_delivery(factory: Factory, client: Client) -> None:
    filled(client, a_quote(1))
    assert "each has its own delivery" not in client.get("/basket/").content.decode()
    filled(client, a_quote(2))
    for path in ("/basket/", "/checkout/"):
        page = client.get(path).content.decode()
        assert "Delivery to Lyon, 2 parcels" in page
        assert "each has its own delivery" in page


def test_a_quantity_counts_when_it_is_changed_and_the_button_is_for_no_script(
    factory: Factory, client: Client
) -> None:
    item = filled(client).items.get()
    page = client.get("/basket/").content.decode()
    form = page.split('class="quantity"')[1].split("</form>")[0]
    assert f'hx-post="/basket/{item.ref}/quantity/"' in form and "change" in form
    assert '<noscript><button class="btn">Set</button></noscript>' in form


def test_a_city_that_is_typed_means_the_one_nearby(factory: Factory, client: Client) -> None:
    filled(client, real_quote())
    client.post("/basket/city/", {"q": "Valence"})
    assert places.place(Order.objects.get().place_id).label == "Valence, FR"


def test_a_design_nobody_bought_or_wants_is_forgotten_with_its_picture(
    factory: Factory, tmp_path: Path, settings: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    made = {n: keep_design("twisted-vase", {"height_mm": 70 + n}) for n in range(3)}
    a_placed_order()  # of a design of its own
    pictures = [tmp_path / "pictures" / d.key[:2] / f"{d.key}-kiln-320.png" for d in made.values()]
    for picture in pictures:
        write_whole(picture, b"png")
    Design.objects.update(wanted_at=timezone.now() - dt.timedelta(days=40))
    keep_design("twisted-vase", {"height_mm": 71})  # somebody asks for it again
    tidy(Claim(0, "orders.tidy", "", {}, 1, uuid.uuid4()))
    left = set(Design.objects.values_list("pk", flat=True))
    assert left == {made[1].key, OrderItem.objects.get().design_id}
    assert [picture.exists() for picture in pictures] == [False, True, False]


def test_the_basket_and_the_checkout_tell_of_an_order_that_waits_for_its_payment() -> None:
    a_factory()
    client = Client()
    filled(client)
    order = Order.objects.get()
    place_order(order.ref, ADA, now=timezone.now())
    order.refresh_from_db()
    said = f"Order {order.ref} waits for your payment."
    page = client.get("/basket/").content.decode()
    assert said in page and order.url in page
    assert client.get("/checkout/").headers["Location"] == "/basket/"
    filled(client)
    page = client.get("/checkout/").content.decode()
    assert said in page and order.url in page
    assert said not in Client().get("/basket/").content.decode()
    Order.objects.filter(pk=order.pk).update(status="expired")
    assert said not in client.get("/basket/").content.decode()
