"""Every address of the project, and who may do what there. A new one must be written here."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.test import Client
from django.urls import reverse
from stripe import WebhookSignature

from configurator.suggestions import ask as ask_for_suggestions
from configurator.suggestions import wish_of
from core.signing import seal
from edge.protocol import PollRequest
from tests.orders.standin import SECRET
from tests.orders.test_basket_and_checkout import FORM, real_quote
from tests.site.town import Town, node_of

Facts = dict[str, Any]
ANYONE = "anyone"
BUYER = "the browser whose basket it is"
LINK = "whoever has the signed link"
LOGIN = "whoever is signed in"
KEEPER = "the account whose saved design it is"
MEMBER = "the people of the workshop"
STAFF = "staff"
NODE = "a paired node"
STRIPE = "Stripe, by its signature"


@dataclass(frozen=True)
class Page:
    """``right`` are the statuses for the right person; ``posts`` is what is sent by POST."""

    name: str
    who: str = ANYONE
    methods: tuple[str, ...] = ("GET",)
    kwargs: Callable[[Town], Facts] = lambda town: {}
    query: Callable[[Town], Facts] = lambda town: {}
    posts: Callable[[Town], Facts] = lambda town: {}
    right: frozenset[int] = field(default=frozenset({200, 302, 303}))
    html: bool = True

    def __str__(self) -> str:
        return self.name

    def url(self, town: Town, **instead: Any) -> str:
        return reverse(self.name, kwargs=self.kwargs(town) | instead)


POST = ("POST",)
BOTH = ("GET", "POST")


def vase(town: Town) -> Facts:
    return {"slug": "twisted-vase"}


def design(town: Town) -> Facts:
    return {"key": town.line.design_id}


def line(town: Town) -> Facts:
    return {"ref": town.line.ref}


def workshop(town: Town) -> Facts:
    return {"pk": town.a.pk}


def job(town: Town) -> Facts:
    return {"uid": town.job.uid}


def placed(town: Town) -> Facts:
    return {"token": town.placed.link}


def paid(town: Town) -> Facts:
    return {"token": town.paid.link}


def kept(town: Town) -> Facts:
    return {"ref": town.saved.ref}


def wish(town: Town) -> Facts:
    return {"family": "twisted-vase", "height_mm": "70", "width_mm": "44", "city": "2996944"}


def search(town: Town) -> Facts:
    return {"uid": ask_for_suggestions(wish_of("cable-comb", {}, "petg")).uid}


PAGES = (
    # --- the shop
    Page("configurator:catalogue"),
    Page("configurator:design", kwargs=vase),
    Page("configurator:thumb", kwargs=lambda t: {"name": "hills"}, html=False),
    Page("configurator:checks", kwargs=vase),
    Page(
        "configurator:solid", kwargs=lambda t: {**vase(t), "quality": "draft"}, html=False
    ),
    Page("configurator:file", kwargs=lambda t: {**vase(t), "extension": "3mf"}, html=False),
    Page("configurator:drawn", kwargs=vase, query=lambda t: {"w": "160"}, html=False),
    Page("configurator:preset", kwargs=lambda t: {**vase(t), "number": 0}, html=False),
    Page("configurator:shared", kwargs=design),
    Page("configurator:kept_solid", kwargs=design, html=False),
    Page("configurator:origin", kwargs=vase, query=lambda t: {"from": t.line.design_id}),
    Page("configurator:compare_choice", kwargs=vase),
    Page("configurator:compare_with", kwargs=vase, query=lambda t: {"with": "preset-1"}),
    Page(
        "configurator:compare",
        query=lambda t: dict.fromkeys("ab", f"{t.line.design_id}:pla:kiln:1"),
    ),
    Page("configurator:mine"),
    Page(
        "configurator:save", methods=POST,
        posts=lambda t: {"family": "twisted-vase", "saved_name": "Mine", "height_mm": "70"},
    ),
    Page("configurator:saved", KEEPER, kwargs=kept),
    Page("configurator:rename", KEEPER, POST, kept, posts=lambda t: {"name": "Ours"}),
    Page("configurator:remove", KEEPER, POST, kept),
    Page("configurator:restore", KEEPER, POST, kept),
    Page("configurator:picture", kwargs=lambda t: {**design(t), "colour": "kiln"}, html=False),
    Page("configurator:suggest", methods=BOTH, kwargs=vase, posts=lambda t: {"keep": "height_mm"}),
    Page("configurator:suggestion", kwargs=search),
    Page("configurator:suggestion_stop", methods=POST, kwargs=search),
    Page("orders:quote", query=wish),
    Page("orders:from_price", kwargs=vase),
    Page("orders:places", query=lambda t: {"q": "Lyo"}),
    Page("orders:basket"),
    Page("orders:add", methods=POST, posts=lambda t: {"quote": real_quote().sealed()}),
    Page("orders:city", methods=POST, posts=lambda t: {"city": "2761369"}),
    Page("orders:quantity", BUYER, POST, line, posts=lambda t: {"quantity": "2"}),
    Page("orders:remove", BUYER, POST, line),
    Page("orders:restore", BUYER, POST, line),
    Page("orders:checkout", methods=BOTH, posts=lambda t: {**FORM, "order": t.basket.ref}),
    Page("orders:track", LINK, kwargs=paid),
    Page("orders:paid", LINK, kwargs=placed),
    Page("orders:pay", LINK, POST, placed),
    Page("orders:cancel", LINK, POST, placed),
    Page("orders:arrived", LINK, POST, paid, right=frozenset({302, 409})),
    Page("orders:label", MEMBER, kwargs=lambda t: {"pk": t.passed.pk}),
    Page("orders:webhook", STRIPE, POST, html=False),
    # --- the workshop
    Page("routing:inbox", MEMBER, kwargs=workshop),
    Page("routing:inbox-live", MEMBER, kwargs=workshop),
    Page("routing:accepting", MEMBER, POST, workshop, posts=lambda t: {"accepting": "1"}),
    Page(
        "routing:answer", MEMBER, POST, lambda t: {"pk": t.offer.pk},
        posts=lambda t: {"said": "accept"},
    ),
    Page("routing:undo", MEMBER, POST, lambda t: {"pk": t.offer.pk}, right=frozenset({302, 409})),
    Page("manufacturing:jobs", MEMBER, kwargs=workshop),
    Page("manufacturing:machines", MEMBER, kwargs=workshop),
    Page("manufacturing:machines-live", MEMBER, kwargs=workshop),
    Page("manufacturing:pair", MEMBER, POST, workshop),
    Page(
        "manufacturing:revoke", MEMBER, POST,
        lambda t: {**workshop(t), "uid": node_of(t, "a").uid},
    ),
    Page(
        "manufacturing:drives", MEMBER, POST,
        lambda t: {**workshop(t), "uid": node_of(t, "a").uid},
        posts=lambda t: {"machine": node_of(t, "a").factory.machines.first().uid},
    ),
    Page(
        "manufacturing:stock", MEMBER, BOTH, workshop,
        posts=lambda t: {"material": "petg", "colour": "kiln", "grams": "1000"},
    ),
    Page(
        "manufacturing:machine-action", MEMBER, POST,
        lambda t: {"uid": t.offer.machine.uid, "action": "service"},
    ),
    Page("manufacturing:job", MEMBER, kwargs=job),
    Page("manufacturing:job-live", MEMBER, kwargs=job),
    Page(
        "manufacturing:inspect", MEMBER, POST, job,
        posts=lambda t: {"result": "pass", "x_mm": "98", "y_mm": "98", "z_mm": "140"},
    ),
    Page(
        "manufacturing:job-action", MEMBER, POST,
        lambda t: {"uid": t.passed.uid, "action": "handover"},
    ),
    # --- the administrator
    Page("routing:operations", STAFF),
    Page(
        "routing:make-again", STAFF, POST, lambda t: {"uid": t.job.uid},
        posts=lambda t: {"reason": "the workshop burned down"}, right=frozenset({302, 409}),
    ),
    Page(
        "routing:give-back", MEMBER, POST, lambda t: {"uid": t.job.uid},
        posts=lambda t: {"reason": "out of power"}, right=frozenset({302, 409}),
    ),
    Page("routing:forecast", STAFF),
    Page("routing:decision", STAFF, kwargs=lambda t: {"pk": t.decision.pk}),
    Page("admin:index", STAFF),
    # --- nodes and programs
    Page("node-pair", methods=POST, html=False, right=frozenset({400})),  # without a code
    Page("node-poll", NODE, POST, html=False, right=frozenset({200, 204})),
    Page("node-program", NODE, kwargs=lambda t: {"sha256": t.program.sha256}, html=False),
    Page("api-families", html=False),
    Page("api-family", kwargs=vase, html=False),
    Page(
        "api-designs", methods=POST, kwargs=vase, html=False, right=frozenset({201}),
        posts=lambda t: {"params": {"height_mm": 70, "width_mm": 44}},
    ),
    Page("api-solid", kwargs=vase, html=False),
    Page(
        "api-quotes", methods=POST, html=False,
        posts=lambda t: {"design": t.line.design_id, "colour": "kiln", "material": "petg"},
    ),
    Page(
        "api-uploads", methods=POST, kwargs=lambda t: {"kind": "picture"}, html=False,
        right=frozenset({422}),  # a form is no picture
    ),
    Page(
        "api-suggestions", methods=POST, kwargs=vase, html=False, right=frozenset({202}),
    ),
    Page(
        "api-suggestion", methods=("GET", "DELETE"), html=False,
        kwargs=lambda t: {"slug": "cable-comb", **search(t)},
    ),
    Page("schema", html=False),
    Page("api-docs"),
    # --- the house
    Page("home", LOGIN),
    Page("how"),
    Page("healthz", html=False),
    Page("login", methods=("GET", "POST", "PUT")),
    Page("logout", methods=("POST", "OPTIONS")),
)  # fmt: skip

RIGHT = {
    BUYER: "buyer", LOGIN: "customer", KEEPER: "customer", MEMBER: "owner", STAFF: "staff",
    ANYONE: "buyer",
}  # fmt: skip
"""Who is the right person in a browser; the others come with a link, a token or a signature."""


def ask(page: Page, town: Town, client: Client, method: str, url: str = "") -> Any:
    """The answer to ``method``, with what the page wants sent."""
    url = url or page.url(town)
    if method == "GET":
        return client.get(url, page.query(town), headers=headers(page, town))
    if page.who == NODE or page.name.startswith(("api-", "node-")):
        body = PollRequest().model_dump() if page.who == NODE else page.posts(town)
        return client.generic(
            method, url, json.dumps(body), "application/json", headers=headers(page, town)
        )
    if page.who == STRIPE:
        body = event_body()
        return client.generic(method, url, body, "application/json", headers=headers(page, town))
    send = getattr(client, method.lower())
    return send(url, page.posts(town)) if method == "POST" else send(url)


def headers(page: Page, town: Town) -> dict[str, str]:
    """What the right one carries in its headers."""
    if page.who == NODE:
        return {"Authorization": f"Bearer {town.nodes['a'].token}"}
    if page.who == STRIPE:
        signed = WebhookSignature.generate_signature_header(event_body(), SECRET)
        return {"Stripe-Signature": signed}
    return {}


def event_body() -> str:
    about = {"id": "cs_unknown", "object": "checkout.session"}
    kind = "checkout.session.completed"
    return json.dumps({"id": "evt_1", "object": "event", "type": kind, "data": {"object": about}})


def forged_link(town: Town) -> str:
    """A link signed by us for another purpose, of an order that exists."""
    return seal(town.paid.ref, purpose="quote")
