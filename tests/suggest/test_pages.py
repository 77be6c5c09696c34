"""The pages and the REST side of suggestions."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from django.test import Client

from configurator import suggestions
from configurator.suggestion_models import SuggestionRun
from core import work

pytestmark = pytest.mark.django_db
FORM = "/design/cable-comb/suggestions/"
REST = "/api/v1/families/cable-comb/suggestions/"
KEEP = ["slots", "cable_mm", "hold", "rows", "base", "screw_mm", "corner_mm"]
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suggestions, "EVALUATIONS", 40)


def kept(page: str) -> set[str]:
    boxes = re.findall(r'name="keep" value="(\w+)" (checked)?', page)
    assert boxes
    return {name for name, checked in boxes if checked}


def start(client: Client, query: str = "", **data: Any) -> SuggestionRun:
    reply = client.post(f"{FORM}?{query}", {"keep": KEEP, "goal": "front", "reach": "some", **data})
    assert reply.status_code == 302
    return SuggestionRun.objects.get(pk=reply["Location"].split("/")[2])


def test_the_form_keeps_at_first_what_was_changed_by_hand(client: Client) -> None:
    page = client.get(FORM).content.decode()
    assert "rib_mm" not in kept(page) and {"slots", "cable_mm"} <= kept(page)
    page = client.get(f"{FORM}?rib_mm=5").content.decode()
    assert "rib_mm" in kept(page) and "you changed it" in page


def test_the_page_is_whole_and_its_part_is_what_the_panel_loads(client: Client) -> None:
    assert "<html" in client.get(FORM).content.decode()
    part = client.get(FORM, headers=HTMX).content.decode()
    assert "<html" not in part and part.lstrip().startswith("<form")


def test_the_whole_way_without_javascript(client: Client) -> None:
    run = start(client, "thickness_mm=5&colour=forest&quantity=3")
    assert run.params["thickness_mm"] == 5
    page = client.get(f"/suggestions/{run.uid}/").content.decode()
    assert "Waiting for a free computer" in page and 'http-equiv="refresh"' in page
    assert work.run_due() == 1
    page = client.get(f"/suggestions/{run.uid}/?colour=forest&quantity=3").content.decode()
    assert 'http-equiv="refresh"' not in page and "hx-trigger" not in page
    uses = re.findall(r'href="(/design/cable-comb/\?[^"]+)" data-use', page)
    assert len(uses) == len(SuggestionRun.objects.get().found["shown"]) >= 2
    used = client.get(uses[0].replace("&amp;", "&")).content.decode()
    assert 'value="forest" data-hex' in used and re.search(r'name="quantity" value="3"', used)
    assert "Compare with mine" in page and "→" in page


def test_a_panel_hears_nothing_while_nothing_changed(client: Client) -> None:
    run = start(client)
    url = f"/suggestions/{run.uid}/"
    part = client.get(url, headers=HTMX).content.decode()
    version = re.findall(r"v=([0-9a-f]+)", part)[0]
    look = dict(re.findall(r"(colour|quantity)=(\w+)", part))
    assert client.get(url, {**look, "v": version}).status_code == 204
    suggestions.begin(run.pk)
    suggestions.told(run.pk, 20, {"price": 0.9, "weight": 0.8, "stiffness": 1.5})
    part = client.get(url, {**look, "v": version}).content.decode()
    assert "20 of 40 tried" in part and "price −10 %, weight −20 %, stiffness +50 %" in part
    assert "Searching, half is done." in part


def test_everything_kept_is_answered_in_the_form(client: Client) -> None:
    page = client.get(FORM).content.decode()
    every = re.findall(r'name="keep" value="(\w+)"', page)
    reply = client.post(FORM, {"keep": every, "goal": "front", "reach": "some"})
    assert reply.status_code == 422
    assert "nothing to try" in reply.content.decode()
    assert kept(reply.content.decode()) == set(every)


def test_a_gallery_with_nothing_in_it_says_what_to_do(client: Client) -> None:
    run = start(client)
    suggestions.begin(run.pk)
    from core.states import move

    run.refresh_from_db()
    move(run, "done", by="worker", found={"own": {}, "shown": [], "finished": True, "count": 3})
    page = client.get(f"/suggestions/{run.uid}/").content.decode()
    assert "Nothing better was found" in page and "Search again" in page


def test_a_search_can_be_cancelled_and_begun_again(client: Client) -> None:
    run = start(client)
    reply = client.post(f"/suggestions/{run.uid}/cancel/", follow=True)
    assert "The search was cancelled" in reply.content.decode()
    panel = client.post(f"/suggestions/{run.uid}/cancel/", headers=HTMX, follow=True)
    assert panel.redirect_chain[0][0].startswith(FORM)


def test_an_unknown_product_or_search_is_told(client: Client) -> None:
    assert client.get("/design/teapot/suggestions/").status_code == 404
    assert client.post("/design/teapot/suggestions/").status_code == 404
    assert client.get(f"/suggestions/{uuid.uuid4()}/").status_code == 404
    assert client.post(f"/suggestions/{uuid.uuid4()}/cancel/").status_code == 404


def test_the_wrong_method_is_refused(client: Client) -> None:
    run = start(client)
    assert client.put(FORM).status_code == 405
    assert client.post(f"/suggestions/{run.uid}/").status_code == 405
    assert client.get(f"/suggestions/{run.uid}/cancel/").status_code == 405
    assert client.get(REST).status_code == 405
    assert client.post(f"{REST}{run.uid}/").status_code == 405


def test_one_address_may_not_start_searches_without_end(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core.throttle import ByAddress

    monkeypatch.setattr(ByAddress, "THROTTLE_RATES", {"suggest": "2/min"})
    for _ in range(2):
        start(client)
    reply = client.post(FORM, {"keep": KEEP})
    assert reply.status_code == 429 and reply["Retry-After"]
    assert client.get(FORM).status_code == 200


def test_programs_ask_look_and_cancel(client: Client) -> None:
    body = {"params": {"thickness_mm": 5}, "pinned": KEEP, "goal": "weight"}
    reply = client.post(REST, body, content_type="application/json")
    answer = reply.json()
    assert reply.status_code == 202 and reply["Location"] == answer["url"]
    assert answer["status"] == "waiting" and answer["own"] is None and answer["shown"] == []
    again = client.post(REST, body, content_type="application/json").json()
    assert again["uid"] == answer["uid"]
    work.run_due()
    done = client.get(answer["url"]).json()
    assert done["status"] == "done" and done["finished"] is True
    own = done["own"]
    assert all(one["grams"] < own["grams"] for one in done["shown"]) and done["shown"]
    other = client.post(REST, {}, content_type="application/json").json()
    assert client.delete(other["url"]).status_code == 204
    assert client.get(other["url"]).json()["status"] == "cancelled"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"goal": "beauty"}, 400),
        ({"pined": ["slots"]}, 400),
        ({"pinned": ["colour"]}, 422),
        ({"params": {"slots": 9999}}, 422),
        ({"params": {"teapot": 1}}, 422),
        ({"material": "gold"}, 422),
    ],
)
def test_programs_are_told_what_is_wrong(client: Client, body: Any, status: int) -> None:
    reply = client.post(REST, body, content_type="application/json")
    assert reply.status_code == status and reply["Content-Type"] == "application/problem+json"


def test_a_run_of_another_family_is_not_there(client: Client) -> None:
    run = start(client)
    assert client.get(f"/api/v1/families/knob/suggestions/{run.uid}/").status_code == 404


def test_the_openapi_tells_of_it(client: Client) -> None:
    schema = client.get("/api/schema/", headers={"Accept": "application/json"}).json()
    paths = schema["paths"]
    assert set(paths["/api/v1/families/{slug}/suggestions/"]) == {"post"}
    assert set(paths["/api/v1/families/{slug}/suggestions/{uid}/"]) == {"get", "delete"}
    assert "pinned" in schema["components"]["schemas"]["SuggestionRequest"]["properties"]
