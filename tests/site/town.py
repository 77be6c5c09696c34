"""Two workshops, their people, a customer and staff; orders and jobs in many states."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from configurator.models import SavedDesign
from configurator.saved import Keeper, Wanted, save
from manufacturing.models import Factory, Job, Node, Program
from manufacturing.planning.profiles import PROFILES
from manufacturing.programs import write_program
from orders import payments
from orders.models import Order, OrderItem
from orders.stripe_gateway import Session
from routing import matching
from routing.models import Decision, Offer
from tests.manufacturing.node import TestNode
from tests.orders.network import a_draft, a_factory, a_placed_order, a_quote, job_of, make_it
from tests.orders.test_basket_and_checkout import real_quote

BROWSER = "d" * 32


@dataclass(frozen=True)
class Town:
    """Factory A has all the work; factory B has people who should not see it."""

    a: Factory
    b: Factory
    people: dict[str, User]
    nodes: dict[str, TestNode]
    basket: Order
    placed: Order
    paid: Order
    offer: Offer
    job: Job  # made, to be inspected
    passed: Job
    decision: Decision
    program: Program
    saved: SavedDesign

    @property
    def line(self) -> OrderItem:
        return self.basket.items.get()

    def client(self, who: str = "", **options: Any) -> Client:
        """A browser in which ``who`` is signed in, or nobody. "buyer" is the basket's browser."""
        client = Client(**options)
        if who in self.people:
            client.force_login(self.people[who])
        if who == "buyer":
            session = client.session
            session["browser"] = BROWSER
            session.save()
        return client


def build() -> Town:
    a, b = a_factory("Atelier Rhône", "Lyon", machines=3), a_factory("Werkstatt Spree", "Berlin")
    people = _people(a, b)
    nodes = {name: TestNode(factory) for name, factory in (("a", a), ("b", b))}
    for node in nodes.values():
        node.pair()
    made, passed = (
        _job(1, "accepted", "planned", "leased", "running", "made"),
        _job(2, "accepted", "planned", "leased", "running", "made", "passed"),
    )
    paid = paid_order(3)
    matching.match_waiting(timezone.now())
    offer = Offer.objects.get(job=job_of(paid.items.get()), status="open")
    assert {offer.factory, made.factory, passed.factory} == {a}
    return Town(
        a=a,
        b=b,
        people=people,
        nodes=nodes,
        basket=a_draft(real_quote(), browser=BROWSER),
        placed=a_placed_order(a_quote(4), browser="e" * 32),
        paid=paid,
        offer=offer,
        job=made,
        passed=passed,
        decision=Decision.objects.order_by("pk")[0],
        program=_program(made),
        saved=_saved(people["customer"], made),
    )


def _saved(owner: User, job: Job) -> SavedDesign:
    wanted = Wanted(job.design, "pla", "kiln", 1)
    return save(Keeper(owner.pk, ""), "Twisted vase of mine", wanted, timezone.now())


def _people(a: Factory, b: Factory) -> dict[str, User]:
    people = {name: User.objects.create_user(name) for name in ("customer", "owner", "rival")}
    people["staff"] = User.objects.create_superuser("staff")
    a.members.add(people["owner"])
    b.members.add(people["rival"])
    return people


def paid_order(number: int) -> Order:
    """A placed order whose money has come; what Stripe says of it is given, not asked."""
    order = a_placed_order(a_quote(number), browser=f"{number}" * 32)
    payment = order.payments.get()
    pi = f"pi_{number}"
    said = Session("cs_1", "", "complete", True, pi, order.total_cents, "eur", order.ref)
    payment_of = type(payment).objects.filter(pk=payment.pk)
    payment_of.update(status="open", session_id=f"cs_{number}")  # as the pay page would leave it
    payment.refresh_from_db()
    assert payments.take(payment, said)
    order.refresh_from_db()
    return order


def _job(number: int, *steps: str) -> Job:
    job = job_of(paid_order(number).items.get())
    make_it(job, *steps)
    job.refresh_from_db()
    return job


def _program(job: Job) -> Program:
    gcode = b"G21\nG90\n"
    sha256 = hashlib.sha256(gcode).hexdigest()
    write_program(sha256, gcode)
    program = Program.objects.create(
        design=job.design,
        profile_digest=PROFILES["prusa-mk4"].digest(),
        material="petg",
        quantity=1,
        sha256=sha256,
        size_bytes=len(gcode),
        seconds=60,
        grams=1,
        layers=1,
        bounds=[[0, 0, 0], [1, 1, 1]],
    )
    Job.objects.filter(pk=job.pk).update(program=program)
    return program


def node_of(town: Town, name: str) -> Node:
    return Node.objects.get(factory={"a": town.a, "b": town.b}[name])
