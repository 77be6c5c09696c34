"""The pages of staff: money in euros, colours by name, the zone said, and ways between pages."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from core.states import move
from manufacturing.models import Job, Stock
from orders.models import Order
from routing.candidates import candidates
from routing.snapshot import machine_views
from tests.site.town import Town

pytestmark = pytest.mark.django_db


def order_of(job: Job) -> Order:
    return Order.objects.get(items__ref=job.ref)


def page(town: Town, name: str, *args: object) -> str:
    answer = town.client("staff").get(reverse(name, args=args))
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_a_decision_is_in_euros_and_names_colour_and_zone(town: Town) -> None:
    html = page(town, "routing:decision", town.decision.pk)
    assert "PETG, kiln orange" in html and "petg, kiln" not in html.lower().replace(
        "kiln orange", ""
    )
    assert re.search(r"the plan costs €\d+\.\d\d, no plan can cost less than €\d+\.\d\d", html)
    assert " UTC</time>" in html and "Ready (UTC)" in html
    assert not re.search(r"\d c<", html)


def test_on_a_phone_the_reason_stands_beneath_the_machine(town: Town) -> None:
    """The narrow table keeps machine and reason whole, and labels the figures in between."""
    html = page(town, "routing:decision", town.decision.pk)
    assert 'class="table stacks"' in html
    heads = re.findall(r"<th[^>]*>([^<]+)</th>", html)
    assert heads[:2] == ["Machine", "Reason"]
    assert re.findall(r'data-label="(\w+)', html)[:1] == ["Away"]


def test_a_reason_names_the_colour_and_not_its_key(town: Town) -> None:
    Stock.objects.update(colour="sage")
    now = timezone.now()
    last = now.date() + dt.timedelta(days=9)
    rows = candidates(town.job.wanted, (45.8, 4.8), last, machine_views(now), now.date())
    (reason,) = {row.why_not for row in rows}
    assert reason == "has 0 g on the shelf of PETG, kiln orange; 84 g are needed"


def test_from_a_decision_to_its_order_to_re_route_and_back(town: Town) -> None:
    staff = town.client("staff")
    decision = town.offer.job.decisions.get()
    html = page(town, "routing:decision", decision.pk)
    to_order = reverse("admin:orders_order_of_job", args=[town.offer.job_id])
    to_reroute = reverse("admin:orders_order_reroute_job", args=[town.offer.job_id])
    assert f'href="{to_order}"' in html and f'href="{to_reroute}"' in html
    order = staff.get(to_order, follow=True)
    assert order.status_code == 200 and town.paid.ref in order.content.decode()
    assert f'href="{reverse("routing:decision", args=[decision.pk])}"' in order.content.decode()
    assert "Give Job" in staff.get(to_reroute, follow=True).content.decode()


def test_what_is_made_already_is_not_offered_for_re_routing(town: Town) -> None:
    html = page(town, "routing:decision", town.passed.decisions.get().pk)
    assert "Its order" in html and "Re-route" not in html


def test_lists_show_money_in_euros(town: Town) -> None:
    for name in ("orders_payment", "orders_ledgerentry", "routing_offer", "routing_decision"):
        html = page(town, f"admin:{name}_changelist")
        assert "€" in html, name
        assert "cents" not in html.lower(), name


def test_shelves_show_the_colour_by_name(town: Town) -> None:
    assert "PETG, kiln orange" in page(town, "admin:manufacturing_stock_changelist")


def test_times_say_their_zone_and_staff_find_the_way(town: Town) -> None:
    assert "Times are in UTC" in page(town, "admin:index")
    assert f'href="{reverse("routing:operations")}"' in page(town, "admin:index")
    assert "When (UTC)" in page(town, "routing:operations")
    catalogue = page(town, "configurator:catalogue")
    assert f'href="{reverse("admin:index")}"' in catalogue
    for who in ("", "customer", "owner"):
        html = town.client(who).get(reverse("configurator:catalogue")).content.decode()
        assert reverse("admin:index") not in html


def test_a_reason_that_is_missing_is_asked_for_in_our_words(town: Town) -> None:
    url = reverse("admin:orders_order_cancel", args=[town.paid.pk])
    for reason, words in (("", "Please say why"), ("no", "too short to be understood later")):
        html = town.client("staff").post(url, {"reason": reason}).content.decode()
        assert words in html and "This field is required" not in html


def test_a_job_that_is_unknown_leads_nowhere(town: Town) -> None:
    url = reverse("admin:orders_order_of_job", args=[10**6])
    assert town.client("staff").get(url).status_code == 404
    assert town.client("owner").get(url).status_code == 302  # to the login


def test_the_order_links_to_what_the_customer_sees_and_names_its_state(town: Town) -> None:
    html = page(town, "admin:orders_order_change", town.paid.pk)
    assert f'<a href="{town.paid.url}">the tracking page</a>' in html
    assert "in_production" not in page(town, "admin:orders_order_changelist")


def test_an_order_on_a_phone_is_told_in_cards_and_in_words(town: Town) -> None:
    """What the narrow page shows of each row is labelled; the style sheet lays it out."""
    order = order_of(town.job)
    move(order, "in_production", by="system", reason="the first machine has started")
    html = page(town, "admin:orders_order_change", order.pk)
    timeline = html[html.index('id="timeline-h"') :]
    assert 'data-label="By"' in timeline and 'data-label="Why"' in timeline
    assert "paid → in production" in timeline and "in_production" not in timeline


def test_who_is_signed_in_without_permission_is_told_so_and_has_ways_on(town: Town) -> None:
    url = reverse("routing:operations")
    owner = town.client("owner")
    answer = owner.get(url)
    html = answer.content.decode()
    assert answer.status_code == 403
    assert "You are signed in as owner; this page is for staff." in html
    assert f'href="{reverse("home")}"' in html and f'action="{reverse("logout")}"' in html
    assert town.client("").get(url).headers["Location"] == f"{reverse('login')}?next={url}"


def test_the_words_of_operations_and_forecast_are_explained(
    town: Town, settings: Any, tmp_path: Path
) -> None:
    settings.VAR_DIR = tmp_path  # where nobody has set up a demo
    assert "Proven bound: no plan" in page(town, "routing:operations")
    html = page(town, "routing:forecast")
    for word in ("Seasonal naive", "RMSSE", "Held back"):
        assert f"<dt>{word}</dt>" in html
    assert "made up" not in html


def test_the_forecast_says_when_its_year_is_made_up(
    town: Town, settings: Any, tmp_path: Path
) -> None:
    settings.VAR_DIR = tmp_path
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "demo_password").write_text("x")
    assert "was made up when the demo was set up" in page(town, "routing:forecast")
