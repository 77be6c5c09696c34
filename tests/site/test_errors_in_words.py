"""Whatever comes in, what goes out is a sentence: a page for people, a problem for programs."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from rest_framework.throttling import ScopedRateThrottle

from core.signing import seal
from core.states import move
from core.throttle import ByAddress
from tests.site.town import Town

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}
LONG = "x" * 3000
WRONG = [
    # what a mistyped, old or forged address gives
    ("/design/teapot/", 404),
    ("/design/teapot/checks/", 404),
    ("/design/twisted-vase/best.glb", 404),
    ("/design/twisted-vase/draft.glb?height_mm=high", 422),
    ("/design/twisted-vase/draft.glb?height_mm=99999", 422),
    ("/design/twisted-vase/full.glb?height_mm=nan", 422),
    ("/design/twisted-vase/checks/?height_mm=-1", 422),
    ("/design/twisted-vase/?material=gold", 404),
    ("/design/name-tag/preset/99.png", 404),
    ("/designs/0000/", 404),
    ("/designs/0000/picture/kiln.png", 404),
    ("/quote/teapot/from/", 404),
    ("/track/forged/", 404),
    ("/track/forged/paid/", 404),
    ("/nothing/at/all/", 404),
]
SHOWN = [
    # what a form shows with its faults, in the page itself
    ("/design/twisted-vase/?height_mm=high", 200),
    ("/design/twisted-vase/?height_mm=99999&no_such=1", 200),
    ("/design/name-tag/?name=" + LONG, 200),
    ("/design/name-tag/?name=%00%ff%3Cscript%3E", 200),
    ("/design/twisted-vase/?quantity=many&colour=zzz", 200),
    ("/quote/?family=teapot", 200),
    ("/quote/", 200),
    ("/quote/?family=twisted-vase&height_mm=high", 200),
    ("/quote/?family=twisted-vase&city=999999999999999999999", 200),
    ("/quote/?family=twisted-vase&q=Nowhereville", 200),
    ("/quote/?family=twisted-vase&quantity=-3&material=gold", 200),
    ("/places/?q=" + LONG, 200),
    ("/?material=gold", 200),
]


def is_a_sentence(text: str) -> bool:
    return len(text) > 10 and text[0].isupper() and "Traceback" not in text and "<" not in text


def is_a_problem(answer: Any) -> None:
    """RFC 9457: the title sums up the kind of problem, the detail says what happened here."""
    said = json.loads(answer.content)
    assert answer["Content-Type"] == "application/problem+json"
    sentence = said["detail"].removeprefix("params: ")
    assert said["status"] == answer.status_code and is_a_sentence(sentence), said
    if said["type"] == "about:blank":
        assert said["title"] == HTTPStatus(answer.status_code).phrase
    else:
        assert said["type"].startswith("urn:nearmade:")
        assert is_a_sentence(said["title"]) and said["title"] != said["detail"]


@pytest.mark.parametrize(("url", "status"), WRONG)
def test_a_page_says_what_is_wrong(url: str, status: int) -> None:
    answer = Client(raise_request_exception=False).get(url)
    assert answer.status_code == status
    assert answer["Content-Type"].startswith("text/html")
    html = answer.content.decode()
    lead = html.split('class="lead">')[1].split("</p>")[0].replace("&#x27;", "'")
    assert is_a_sentence(lead), lead


@pytest.mark.parametrize(("url", "status"), WRONG)
def test_a_program_gets_problem_details(url: str, status: int) -> None:
    answer = Client(raise_request_exception=False).get(url, headers=JSON)
    assert answer.status_code == status
    is_a_problem(answer)


@pytest.mark.parametrize(("url", "status"), SHOWN)
def test_a_form_shows_its_faults_and_stays(url: str, status: int) -> None:
    answer = Client(raise_request_exception=False).get(url)
    if "/quote/" in url:
        assert answer.status_code in (200, 404, 422), answer.status_code
    else:
        assert answer.status_code == status
    assert b"<script>" not in answer.content.replace(b"\n", b"")


def test_a_stale_or_forged_quote_is_refused_in_words(town: Town) -> None:
    for token in ("", "forged", LONG, seal({"no": "quote"}, purpose="quote"), seal(1, purpose="x")):
        answer = town.client("buyer", raise_request_exception=False).post(
            "/basket/add/", {"quote": token}
        )
        assert answer.status_code in (404, 409, 422), (token[:20], answer.status_code)
        assert is_a_sentence(answer.content.decode().split('class="lead">')[1].split("</p>")[0])


def test_a_panel_gets_a_panel_and_not_a_page(town: Town) -> None:
    answer = town.client("buyer").post(
        "/basket/add/", {"quote": "forged"}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 404
    html = answer.content.decode()
    assert 'role="alert"' in html and "<html" not in html


API = [
    ("post", "/api/v1/families/teapot/designs/", {"params": {}}, 404),
    ("post", "/api/v1/families/twisted-vase/designs/", {"params": {"height_mm": "high"}}, 422),
    ("post", "/api/v1/families/twisted-vase/designs/", {"params": {"height_mm": 1e9}}, 422),
    ("post", "/api/v1/families/twisted-vase/designs/", {"params": {"colour": "red"}}, 422),
    ("post", "/api/v1/families/twisted-vase/designs/", {"params": [1, 2]}, 400),
    ("post", "/api/v1/families/twisted-vase/designs/", {"params": {}, "material": "gold"}, 422),
    ("get", "/api/v1/families/teapot/", None, 404),
    ("get", "/api/v1/nothing/", None, 404),
    ("get", "/api/families/", None, 404),
    ("delete", "/api/v1/families/", None, 405),
]


@pytest.mark.parametrize(("method", "url", "body", "status"), API)
def test_the_api_says_it_as_a_problem(method: str, url: str, body: Any, status: int) -> None:
    client = Client(raise_request_exception=False)
    answer = client.generic(method.upper(), url, json.dumps(body), "application/json", headers=JSON)
    assert answer.status_code == status, answer.content[:300]
    is_a_problem(answer)


DESIGNS = "/api/v1/families/twisted-vase/designs/"
LARGE = b'{"params": {"name": "' + b"x" * 4_000_000 + b'"}}'
ODD = [
    # what a program does wrong before anything of ours has read it
    ("get", "/api/v1/families/", b"", {"Accept": "text/csv"}, 406, "application/json only"),
    ("get", "/api/v1/families/?format=xx", b"", {}, 406, "application/json only"),
    ("post", DESIGNS, b"{}", {"Accept": "text/html"}, 406, "application/json only"),
    ("get", "/api/schema/?format=xx", b"", {}, 406, "application/vnd.oai.openapi"),
    ("get", "/api/schema/", b"", {"Accept": "text/csv"}, 406, "application/vnd.oai.openapi"),
    ("post", "/api/schema/", b"{}", {}, 405, "ask it with GET"),
    ("post", "/api/docs/", b"{}", {}, 405, "ask it with GET"),
    ("put", DESIGNS, b"{}", {}, 405, "knows no PUT"),
    ("post", "/api/v1/quotes/", LARGE, {}, 413, "larger than 2 MB"),
    ("post", DESIGNS, LARGE, {}, 413, "larger than 2 MB"),
    ("post", "/node/v1/pair", LARGE, {}, 413, "larger than 2 MB"),
    ("post", DESIGNS, b"a=b", {"Content-Type": "text/plain"}, 415, "reads application/json only"),
    ("post", DESIGNS, b"{", {}, 400, "cannot be read"),
    ("post", "/design/knob/full.glb", b"", JSON, 405, "knows no POST"),
    ("get", "/basket/add/", b"", JSON, 405, "knows no GET"),
]


@pytest.mark.parametrize(("method", "url", "body", "carried", "status", "words"), ODD)
def test_whatever_a_program_does_wrong_is_a_problem_in_words(
    method: str,
    url: str,
    body: bytes,
    carried: dict[str, str],
    status: int,
    words: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    client = Client(raise_request_exception=False)
    kind = carried.get("Content-Type", "application/json")
    answer = client.generic(method.upper(), url, body, kind, headers=carried)
    assert answer.status_code == status, answer.content[:300]
    assert answer["Content-Type"] == "application/problem+json"
    said = json.loads(answer.content)
    assert is_a_sentence(said["detail"]) and words in said["detail"], said
    assert said["status"] == status
    assert status != 405 or answer["Allow"]
    assert not [line for line in caplog.records if line.exc_info or line.levelname == "ERROR"]


@pytest.mark.parametrize("url", [DESIGNS, "/api/v1/quotes/", "/api/v1/uploads/picture/"])
def test_a_body_in_chunks_is_not_taken_for_an_empty_one(url: str) -> None:
    answer = Client().post(url, headers={"Transfer-Encoding": "chunked"}, CONTENT_LENGTH="")
    assert answer.status_code == 411
    assert answer["Content-Type"] == "application/problem+json"
    assert "Content-Length" in answer.json()["detail"]


def test_too_many_requests_are_told_when_to_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ScopedRateThrottle.THROTTLE_RATES, "geometry", "1/min")
    client = Client()
    for url in (DESIGNS, "/api/v1/quotes/"):
        client.post(url, "{", "application/json")
        answer = client.post(url, "{", "application/json")
        assert answer.status_code == 429
        assert answer["Content-Type"] == "application/problem+json"
        assert f"go on in {answer['Retry-After']} seconds" in answer.json()["detail"]


def test_a_defect_is_a_problem_in_words(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("a defect")

    monkeypatch.setattr("configurator.api.services.keep_design", breaks)
    client = Client(raise_request_exception=False)
    answer = client.post(DESIGNS, "{}", "application/json")
    assert answer.status_code == 500
    assert answer["Content-Type"] == "application/problem+json"
    assert is_a_sentence(answer.json()["detail"]) and "defect" not in answer.content.decode()


@pytest.mark.parametrize("debug", [False, True])
def test_a_lost_slash_is_said_and_neither_method_nor_body_is_lost(
    settings: Any, debug: bool
) -> None:
    settings.DEBUG = debug
    client, body = Client(), {"params": {"no_such": 1}}
    answer = client.post(f"{DESIGNS[:-1]}?a=b", body, "application/json")
    assert answer.status_code == 308
    assert answer["Location"] == f"{DESIGNS}?a=b"
    assert answer["Content-Type"] == "application/problem+json"
    assert DESIGNS in answer.json()["detail"]
    followed = client.post(DESIGNS[:-1], body, "application/json", follow=True)
    assert followed.status_code == 422 and "no_such" in followed.json()["fields"]
    assert client.get("/api/v1/families", follow=True).status_code == 200
    assert client.get("/basket").status_code == 301, "a page is found as ever"


def test_a_page_asked_in_the_wrong_way_is_a_page() -> None:
    answer = Client().post("/design/knob/full.glb")
    assert answer.status_code == 405 and answer["Allow"] == "GET"
    assert 'class="lead">This address knows no POST' in answer.content.decode()


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[]", b'{"params": ' + b"[" * 5000])
def test_a_body_that_is_no_json_is_no_crash(body: bytes) -> None:
    url = "/api/v1/families/twisted-vase/designs/"
    answer = Client(raise_request_exception=False).post(url, body, "application/json", headers=JSON)
    assert answer.status_code in (201, 400, 422), answer.status_code
    assert b"Traceback" not in answer.content


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[]", b"{}", b"[" * 5000])
def test_a_node_that_talks_nonsense_hears_so(town: Town, body: bytes) -> None:
    token = {"Authorization": f"Bearer {town.nodes['a'].token}"}
    for path in ("/node/v1/pair", "/node/v1/poll"):
        answer = Client(raise_request_exception=False).post(
            path, body, "application/json", headers=token
        )
        if (path, body) == ("/node/v1/poll", b"{}"):
            continue  # a poll without news is a poll
        assert answer.status_code == 400, (path, body[:5])
        assert json.loads(answer.content)["detail"]


POSTS = [
    ("offer/{offer}/answer/", {"said": "perhaps"}, {404}),
    ("factory/{a}/stock/", {"material": "petg", "colour": "kiln", "grams": "-50001"}, {200, 422}),
    ("factory/{a}/stock/", {"material": "gold", "colour": "x", "grams": "1e99"}, {200, 422}),
    ("factory/job/{job}/inspect/", {"result": "perhaps"}, {422}),
    ("factory/job/{job}/explode/", {}, {404}),
    ("factory/job/{job}/handover/", {}, {409}),
    ("factory/machine/{machine}/explode/", {}, {404}),
    ("factory/machine/{machine}/clear/", {}, {409}),
    ("factory/machine/{machine}/stop/", {}, {409}),
    ("factory/machine/{machine}/back/", {}, {409}),
    ("factory/machine/{machine}/service/", {"back": "https://evil.example/"}, {302}),
]


@pytest.mark.parametrize(("url", "data", "statuses"), POSTS)
def test_a_workshop_button_that_cannot_be_obeyed_says_why(
    town: Town, url: str, data: dict[str, str], statuses: set[int]
) -> None:
    names = {"offer": town.offer.pk, "a": town.a.pk, "job": town.job.uid}
    address = "/" + url.format(**names, machine=town.offer.machine.uid)
    answer = town.client("owner", raise_request_exception=False).post(address, data)
    assert answer.status_code in statuses, answer.status_code
    if answer.status_code == 302:
        assert answer["Location"].startswith("/")
    elif answer.status_code in (404, 409):
        assert 'class="lead">' in answer.content.decode()


def test_a_machine_at_work_cannot_be_taken_into_service(town: Town) -> None:
    machine = town.offer.machine
    move(machine, "busy", by="t")
    answer = town.client("owner", raise_request_exception=False).post(
        f"/factory/machine/{machine.uid}/service/"
    )
    assert answer.status_code == 409
    assert "at work" in answer.content.decode()


def test_an_address_that_asks_too_often_is_told_when_to_go_on(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ByAddress, "THROTTLE_RATES", {"picture": "2/min"})
    cache.clear()
    url = "/designs/0000/picture/kiln.png"
    assert [client.get(url).status_code for _ in range(3)] == [404, 404, 429]
    answer = client.get(url, headers=JSON)
    assert 1 <= int(answer["Retry-After"]) <= 60
    assert is_a_sentence(answer.json()["detail"])
    # Another address is not held back, and nobody can claim to be one.
    assert client.get(url, REMOTE_ADDR="192.0.2.7").status_code == 404
    assert client.get(url, headers={"X-Forwarded-For": "192.0.2.8"}).status_code == 429
    # One IPv6 visitor has a whole /64 to choose from.
    sixes = [client.get(url, REMOTE_ADDR=f"2001:db8:0:1::{n}").status_code for n in range(3)]
    assert sixes == [404, 404, 429]
    assert client.get(url, REMOTE_ADDR="2001:db8:0:2::1").status_code == 404
    cache.clear()
