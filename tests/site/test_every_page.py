"""Each address: named in one table, right for the right person, shut for everybody else."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.site.conftest import Alone
from tests.site.pages import (
    ANYONE,
    BUYER,
    KEEPER,
    LINK,
    LOGIN,
    MEMBER,
    NODE,
    PAGES,
    RIGHT,
    STAFF,
    STRIPE,
    Page,
    ask,
    forged_link,
    headers,
)
from tests.site.town import Town

pytestmark = pytest.mark.django_db
NEEDS_NO_TOKEN = (
    "node-pair",
    "node-poll",
    "orders:webhook",
    "api-designs",
    "api-quotes",
    "api-uploads",
    "api-suggestions",
)
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
PRIVATE = ("Ada Byron", "12 rue de la Ré", "ada@example.org", "Atelier Rhône", "Twisted vase")


def every_name(resolver: URLResolver | None = None, space: str = "") -> Iterator[str]:
    """The full name of each URL pattern of the project; admin's own pages are left out."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            inner = ":".join(filter(None, (space, entry.namespace)))
            if entry.namespace != "admin":
                yield from every_name(entry, inner)
        else:
            assert isinstance(entry, URLPattern)
            assert entry.name, f"{entry.pattern} has no name"
            yield f"{space}:{entry.name}" if space else entry.name


def test_the_table_names_every_address_of_the_project() -> None:
    named = {page.name for page in PAGES}
    assert set(every_name()) | {"admin:index"} == named
    assert len(PAGES) == len(named)


def test_the_right_person_gets_it(town: Town, alone: Alone) -> None:
    for page in PAGES:
        with alone(page):
            client = town.client(RIGHT.get(page.who, ""))
            for method in asked(page):
                answer = ask(page, town, client, method)
                assert answer.status_code in page.right, (method, answer.content[:300])
                if answer.status_code in (302, 303):
                    assert reverse("login") not in answer["Location"]


def test_the_wrong_method_is_refused(town: Town, alone: Alone) -> None:
    for page in [p for p in PAGES if p.name != "admin:index"]:
        with alone(page):
            client = town.client(RIGHT.get(page.who, ""))
            for method in sorted(set(METHODS) - set(page.methods)):
                answer = ask(page, town, client, method)
                assert answer.status_code == 405, (method, answer.status_code)


def asked(page: Page) -> list[str]:
    return [method for method in ("GET", "POST") if method in page.methods]


def told(answer: Any, words: tuple[str, ...]) -> list[str]:
    return [word for word in words if word in answer.content.decode()]


def strangers(page: Page) -> Iterator[tuple[str, set[int]]]:
    """Who else may come, and how each is turned away; 302 goes to the login page."""
    if page.who == LOGIN:
        yield "", {302}
    elif page.who == MEMBER:
        yield from (("", {302}), ("rival", {404}), ("customer", {404}), ("staff", {404}))
    elif page.who == STAFF:
        # The admin's own pages send them to its login, which names who they are.
        turned = 302 if page.name.startswith("admin:") else 403
        yield from (("", {302}), ("customer", {turned}), ("owner", {turned}))
    elif page.who == KEEPER:
        yield from (("", {404}), ("buyer", {404}), ("owner", {404}), ("staff", {404}))
    elif page.who == BUYER:
        yield from (("", {404}), ("customer", {404}), ("owner", {404}), ("staff", {404}))


def test_strangers_are_turned_away_and_learn_nothing(town: Town, alone: Alone) -> None:
    login = (reverse("login"), reverse("admin:login"))
    for page in PAGES:
        with alone(page):
            for (who, statuses), method in product(strangers(page), asked(page)):
                answer = ask(page, town, town.client(who), method)
                assert answer.status_code in statuses, (who, method, answer.status_code)
                assert not told(answer, PRIVATE), (who, method)
                assert answer.status_code != 302 or answer["Location"].startswith(login)


def test_a_forged_link_opens_nothing(town: Town, alone: Alone) -> None:
    for page in [p for p in PAGES if p.who == LINK]:
        with alone(page):
            real = page.kwargs(town)["token"]
            tokens = (forged_link(town), real[:-1], real + "x", "x")
            for token, who, method in product(tokens, ("", "customer", "owner"), asked(page)):
                url = page.url(town, token=token)
                answer = ask(page, town, town.client(who), method, url)
                assert answer.status_code == 404, (who, token)
                assert not told(answer, PRIVATE[:3])


def test_a_node_needs_its_own_token(town: Town, alone: Alone) -> None:
    for page in [p for p in PAGES if p.who == NODE]:
        with alone(page):
            url, method = page.url(town), page.methods[0]
            for carried in ({}, {"Authorization": "Bearer x"}, {"Authorization": "Basic eDp4"}):
                answer = Client().generic(method, url, "{}", "application/json", headers=carried)
                assert answer.status_code == 401
            assert town.client("owner").generic(method, url).status_code == 401


def test_a_node_of_another_workshop_gets_no_program_and_no_job(town: Town) -> None:
    other = {"Authorization": f"Bearer {town.nodes['b'].token}"}
    url = reverse("node-program", args=[town.program.sha256])
    assert Client().get(url, headers=other).status_code == 404
    reply = town.nodes["b"].poll(town.offer.machine)
    assert reply is None or not reply.commands


def test_an_unsigned_webhook_is_refused(town: Town) -> None:
    page = next(p for p in PAGES if p.who == STRIPE)
    body = '{"id": "evt_1", "object": "event"}'
    for carried in ({}, {"Stripe-Signature": "t=1,v1=00"}, headers(page, town)):
        answer = Client().generic("POST", page.url(town), body, "application/json", headers=carried)
        assert answer.status_code == 400


def test_a_form_of_another_site_changes_nothing(town: Town, alone: Alone) -> None:
    for page in [p for p in PAGES if "POST" in p.methods]:
        with alone(page):
            free = page.name in NEEDS_NO_TOKEN
            client = town.client(RIGHT.get(page.who, ""), enforce_csrf_checks=True)
            answer = ask(page, town, client, "POST")
            assert (answer.status_code != 403) == free, answer.status_code


def admin_urls(town: Town) -> Iterator[str]:
    from django.contrib import admin

    for model in admin.site._registry:
        yield reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    order = town.paid
    yield reverse("admin:orders_order_change", args=[order.pk])
    yield reverse("admin:orders_order_cancel", args=[order.pk])
    yield reverse("admin:orders_order_delivered", args=[order.pk])
    yield reverse("admin:orders_order_reroute", args=[order.pk, town.offer.job_id])


def test_the_administration_is_for_staff_only(town: Town) -> None:
    for url in admin_urls(town):
        assert town.client("staff").get(url).status_code == 200, url
        for who in ("", "customer", "owner"):
            for answer in (town.client(who).get(url), town.client(who).post(url, {"reason": "x"})):
                assert answer.status_code == 302, (who, url)
                assert answer["Location"].startswith(reverse("admin:login"))


def test_pages_for_anyone_need_no_session(town: Town) -> None:
    for page in PAGES:
        if page.who == ANYONE and "GET" in page.methods:
            answer = ask(page, town, Client(), "GET")
            assert answer.status_code in page.right, (page, answer.status_code)
