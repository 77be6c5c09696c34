"""One policy for every page, without ``unsafe-``, and pages that keep to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from tests.site.markup import faults
from tests.site.pages import PAGES, RIGHT, ask
from tests.site.town import Town

pytestmark = pytest.mark.django_db
NONCE = re.compile(r"'nonce-([^']+)'")


def policy(answer: Any) -> dict[str, list[str]]:
    header = answer["Content-Security-Policy"]
    return {part.split()[0]: part.split()[1:] for part in header.split(";") if part.strip()}


def wrong_with(answer: Any) -> list[str]:
    """Each way in which a page breaks the rules, or its policy is not the one of settings."""
    found = policy(answer)
    nonce = NONCE.search(answer["Content-Security-Policy"])
    said = faults(answer.content.decode(), nonce[1] if nonce else "")
    if "unsafe" in answer["Content-Security-Policy"]:
        said.append("the policy says unsafe")
    for name, values in settings.CONTENT_SECURITY_POLICY["DIRECTIVES"].items():
        wanted = {str(v) for v in values if "nonce" not in str(v).lower()}
        if {v for v in found.get(name, []) if "nonce" not in v} != wanted:
            said.append(f"{name} is {found.get(name)}, not {sorted(wanted)}")
    return said


def admin_pages() -> Iterator[str]:
    """Each list, and where there is a row its page; where one may be added, that form."""
    for model in admin.site._registry:
        base = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield reverse(f"{base}_changelist")
        if (row := model._base_manager.first()) is not None:
            for name in ("change", "history"):
                yield reverse(f"{base}_{name}", args=[row.pk])
    for name in ("auth_user", "manufacturing_factory", "manufacturing_machine"):
        yield reverse(f"admin:{name}_add")


def test_every_page_of_the_project_keeps_to_the_policy(town: Town) -> None:
    seen = 0
    for page in [p for p in PAGES if p.html and "GET" in p.methods]:
        answer = ask(page, town, town.client(RIGHT.get(page.who, "")), "GET")
        if answer.status_code == 200:
            assert wrong_with(answer) == [], page.name
            seen += 1
    assert seen > 20


def test_the_administration_keeps_to_the_policy(town: Town) -> None:
    staff, order = town.client("staff"), town.paid
    urls = [*admin_pages(), reverse("admin:password_change"), reverse("admin:index")]
    urls += [reverse("admin:orders_order_cancel", args=[order.pk])]
    urls += [reverse("admin:auth_user_password_change", args=[town.people["owner"].pk])]
    urls += [reverse("admin:manufacturing_stock_delete", args=[town.a.stock.get().pk])]
    for url in urls:
        answer = staff.get(url)
        assert answer.status_code == 200, url
        assert wrong_with(answer) == [], url
    assert wrong_with(Client().get(reverse("admin:login"))) == []


def test_scripts_of_the_administration_are_not_left_without_their_nonce(town: Town) -> None:
    page = town.client("staff").get(reverse("admin:manufacturing_machine_add"))
    scripts = re.findall(r"<script[^>]*>", page.content.decode())
    assert len(scripts) > 5
    assert all("nonce=" in script or "json" in script for script in scripts)


def test_a_script_that_is_not_ours_gets_no_nonce() -> None:
    from django.http import HttpRequest, HttpResponse

    from nearmade.middleware import AdminScriptsCarryNonce

    html = (
        '<script src="https://evil.example/a.js"></script><script>alert(1)</script>'
        '<script src="/static/admin/js/core.js"></script>'
    )
    request = HttpRequest()
    request.resolver_match = type("Match", (), {"app_name": "admin"})()
    request.csp_nonce = "n"  # type: ignore[attr-defined]
    answer = AdminScriptsCarryNonce(lambda _: HttpResponse(html))(request)
    assert answer.content.count(b'nonce="n"') == 1


@pytest.mark.parametrize(
    ("url", "status"),
    [("/nothing/", 404), ("/denies/", 403), ("/breaks/", 500), ("/suspects/", 400)],
)
@pytest.mark.parametrize("who", ["", "owner"])
def test_error_pages_keep_to_the_policy(
    town: Town, settings: Any, url: str, status: int, who: str
) -> None:
    settings.ROOT_URLCONF = "tests.site.broken_urls"
    answer = town.client(who, raise_request_exception=False).get(url)
    assert answer.status_code == status
    assert wrong_with(answer) == []


def test_a_panel_of_a_page_is_told_in_a_line_that_something_broke(
    town: Town, settings: Any
) -> None:
    """A whole page would stand in a slot for a price."""
    settings.ROOT_URLCONF = "tests.site.broken_urls"
    ask = town.client("", raise_request_exception=False).get
    answer = ask("/breaks/", headers={"HX-Request": "true"})
    assert answer.status_code == 500
    assert answer.content.startswith(b'<p class="fault') and b"broke on our side" in answer.content
    assert b"<html" in ask("/breaks/").content
    # The whole page was asked for, and is drawn; what asks every few seconds goes on asking.
    assert b"<html" in ask("/breaks/", headers={"HX-Request": "true", "HX-Target": "main"}).content
    assert "HX-Reswap" not in answer
    assert ask("/breaks/?v=1", headers={"HX-Request": "true"})["HX-Reswap"] == "none"


def test_a_form_without_its_token_gets_a_page_of_ours(town: Town) -> None:
    answer = Client(enforce_csrf_checks=True).post(reverse("orders:add"), {"quote": "x"})
    assert answer.status_code == 403
    assert "gone stale" in answer.content.decode()
    assert wrong_with(answer) == []


def test_the_pay_page_is_the_only_other_host() -> None:
    values = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    others = {
        name: [v for v in row if "://" in str(v)]
        for name, row in values.items()
        if any("://" in str(v) for v in row)
    }
    assert set(others) == {"form-action"}
    assert len(others["form-action"]) == 1


@pytest.mark.parametrize(
    "html",
    [
        '<p style="color: red">',
        '<a onclick="x()">',
        '<a href="javascript:x()">',
        "<script>x()</script>",
        '<script nonce="other" src="/a.js"></script>',
        '<img src="https://other.example/a.png">',
        '<link rel="stylesheet" href="//other.example/a.css">',
        '<b hx-on:click="x()">',
        "<style>p {}</style>",
    ],
)
def test_the_check_finds_what_it_looks_for(html: str) -> None:
    assert len(faults(html, "n")) == 1
