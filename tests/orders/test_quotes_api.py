"""A price and a date over REST: the page's own quote, for programs."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from configurator import network
from configurator.engine import Volume
from configurator.models import Design
from configurator.services import keep_design
from manufacturing.models import Factory, Reservation
from orders.api import QuoteSerializer
from orders.quotes import again
from tests.orders.network import LYON, VIENNA
from tests.orders.workshops import two_workshops

pytestmark = pytest.mark.django_db
VASE = {"height_mm": 140}
URL = "/api/v1/quotes/"


def ask(client: Client, **wish: Any) -> Any:
    body = {"material": "petg", "colour": "kiln", **wish}
    return client.post(URL, body, content_type="application/json")


def vase() -> Design:
    return keep_design("twisted-vase", VASE)


def test_a_design_has_the_price_and_the_date_that_the_page_says(
    factory: Factory, client: Client
) -> None:
    design = keep_design("twisted-vase", {"height_mm": 70, "width_mm": 44})
    reply = ask(client, design=design.key, quantity=6, place="Vienna")
    assert reply.status_code == 200, reply.content
    said = reply.json()
    assert set(said) == set(QuoteSerializer().fields)
    page = again(design, "petg", "kiln", VIENNA, 6, timezone.now())
    assert said["total_cents"] == page.price.total_cents
    assert said["total_cents"] == sum(line["cents"] for line in said["lines"])
    assert said["unit_cents"] == said["total_cents"] // 6
    assert said["currency"] == "EUR"
    assert said["place"] == {"id": VIENNA, "name": "Vienna", "country": "AT"}
    assert {line["kind"] for line in said["lines"]} == {
        "material", "machine", "handling", "setup", "quantity", "delivery", "tax",
    }  # fmt: skip
    assert said["quantity_steps"][:2] == [
        {"from_quantity": 1, "percent_off": 0},
        {"from_quantity": 5, "percent_off": 5},
    ]
    when = said["delivery"]
    assert dt.date.fromisoformat(when["earliest"]) == page.promise.earliest
    assert dt.date.fromisoformat(when["latest"]) == page.promise.latest
    assert 0 < when["confidence"] == page.promise.confidence <= 1
    (maker,) = said["makers"]
    assert maker["city"] == "Lyon" and 800 < maker["distance_km"] < 1100
    assert maker["delivery"] == when
    assert said["co2e_g"] == page.co2e_g > 0
    assert not Reservation.objects.exists()
    assert client.get(said["page"]).status_code == 302


def test_a_family_with_parameters_is_kept_and_priced(factory: Factory, client: Client) -> None:
    said = ask(client, family="twisted-vase", params=VASE, place=str(LYON)).json()
    assert said["design"] == vase().key
    assert said["place"]["name"] == "Lyon"
    assert ask(client, design=said["design"]).json()["total_cents"] == said["total_cents"]


def test_a_design_of_two_processes_has_two_makers(client: Client) -> None:
    two_workshops()
    box = {"lid_of": "acrylic", "width_mm": 60, "depth_mm": 40, "lid_vents": "none"}
    said = ask(client, family="enclosure", params=box).json()
    body, lid = said["makers"]
    assert (body["city"], body["process"], body["parts"]) == ("Lyon", "fdm", ["body"])
    assert (lid["city"], lid["process"], lid["parts"]) == ("Paris", "laser", ["lid"])
    assert (lid["material"], lid["colour"]) == ("acrylic", "ice")
    assert said["delivery"]["latest"] == max(one["delivery"]["latest"] for one in said["makers"])
    assert [line["kind"] for line in said["lines"]].count("delivery") == 2


def test_what_nobody_can_make_just_now_is_a_conflict(factory: Factory, client: Client) -> None:
    reply = client.post(URL, {"family": "glow-lamp"}, content_type="application/json")
    assert reply.status_code == 409, "there is a printer, and nobody with a laser"
    assert "No workshop" in reply.json()["detail"]


@pytest.mark.parametrize(
    ("wish", "status", "word"),
    [
        ({}, 400, "either the key of a kept design"),
        ({"design": "0" * 32, "family": "twisted-vase"}, 400, "either the key of a kept design"),
        ({"design": "0" * 32}, 404, "No design is kept"),
        ({"family": "teapot"}, 404, "do not have that product"),
        ({"family": "twisted-vase", "params": {"height_mm": 9999}}, 422, "Height"),
        ({"family": "twisted-vase", "params": {"paramz": 1}}, 422, "paramz"),
        ({"family": "twisted-vase", "pieces": 3}, 400, "pieces"),
        ({"family": "twisted-vase", "quantity": 0}, 400, "between 1 and 500"),
        ({"family": "twisted-vase", "quantity": "many"}, 400, "between 1 and 500"),
        ({"family": "twisted-vase", "material": "gold"}, 422, "gold"),
        ({"family": "twisted-vase", "material": "birch"}, 422, "not made of"),
        ({"family": "twisted-vase", "colour": "infrared"}, 422, "colour"),
        ({"family": "twisted-vase", "place": "Xyzzyville"}, 422, "Xyzzyville"),
        ({"family": "twisted-vase", "place": "999999999"}, 404, "city"),
        ({"family": "twisted-vase", "place": "9" * 80}, 404, "city"),
        ({"family": "twisted-vase", "place": "²"}, 422, "“²”"),
    ],
)
def test_a_wish_that_cannot_be_read_is_a_problem_in_words(
    factory: Factory, client: Client, wish: dict[str, Any], status: int, word: str
) -> None:
    reply = ask(client, **wish)
    assert reply.status_code == status, reply.content
    assert reply["Content-Type"] == "application/problem+json"
    assert word in reply.content.decode()


def test_what_cannot_be_made_says_all_its_findings(
    factory: Factory, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = Volume("a small printer", 100.0, 100.0, 100.0)
    monkeypatch.setattr(network, "_readers", [lambda: (small,)])
    reply = ask(client, family="twisted-vase", params=VASE)
    assert reply.status_code == 422
    (finding,) = [f for f in reply.json()["findings"] if f["level"] == "impossible"]
    assert "holds 92 × 92 × 100 mm" in finding["state"] and finding["cure"] == "Make it smaller."
    assert finding["field"] is None


def test_a_design_that_is_drawn_otherwise_today_has_no_price(
    factory: Factory, client: Client
) -> None:
    design = vase()
    Design.objects.filter(pk=design.pk).update(version=0)
    reply = ask(client, design=design.key)
    assert reply.status_code == 409 and "redrawn" in reply.json()["detail"]
