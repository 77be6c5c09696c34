"""Saving without an account: whose list it is, how much it holds, and what is forgotten when."""

from __future__ import annotations

import datetime as dt
import html
import re
import uuid
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from configurator import saved
from configurator.browsers import COOKIE
from configurator.models import Design, SavedDesign
from configurator.saved import Keeper, Wanted
from configurator.services import forget_designs, keep_design
from configurator.tasks import tidy as forget_saved
from core.errors import BadInput, Conflict
from core.work import Claim
from orders.tasks import tidy

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def save(client: Client, called: str = "For Eve", /, **fields: str) -> Any:
    form = {"family": "name-tag", "name": "Eve", "material": "petg", "colour": "forest"}
    return client.post("/designs/save/", {**form, "saved_name": called, **fields})


def names(client: Client) -> list[str]:
    page = client.get("/designs/").content.decode()
    return [html.unescape(n) for n in re.findall(r"<h2><a [^>]*>([^<]+)</a></h2>", page)]


def wanted(**params: Any) -> Wanted:
    return Wanted(keep_design("name-tag", params), "pla", "kiln", 1)


def claim() -> Claim:
    return Claim(1, "x", "x", {}, 1, uuid.uuid4())


def test_what_is_saved_is_there_when_the_browser_comes_back(client: Client) -> None:
    assert "Nothing saved yet" in client.get("/designs/").content.decode()
    assert COOKIE not in client.cookies, "who keeps nothing needs no cookie"
    save(client, "  For   Eve ", quantity="3")
    assert names(client) == ["For Eve"]
    row = SavedDesign.objects.get()
    assert (row.material, row.colour, row.quantity) == ("petg", "forest", 3)
    assert row.design.params["name"] == "Eve"
    page = client.get("/designs/").content.decode()
    assert f"/designs/{row.design_id}/picture/forest.png" in page
    picture = client.get(f"/designs/{row.design_id}/picture/forest.png?w=160")
    assert picture.content[:4] == b"\x89PNG"
    opened = client.get(f"/designs/mine/{row.ref}/", follow=True)
    shown = opened.content.decode()
    assert 'name="name" value="Eve"' in shown
    assert f'name="saved" value="{row.ref}"' in shown
    assert 'value="For Eve"' in shown, "the dialog knows its name"


def test_saving_again_changes_it_and_as_new_keeps_both(client: Client) -> None:
    save(client)
    first = SavedDesign.objects.get()
    save(client, "For Eve", name="Eva", saved=first.ref)
    again = SavedDesign.objects.get()
    assert again.ref == first.ref and again.design.params["name"] == "Eva"
    assert again.changed_at > first.changed_at
    save(client, "For Adam", name="Adam", saved=first.ref, as_new="1")
    assert names(client) == ["For Adam", "For Eve"], "the last changed is the first"
    client.post(f"/designs/mine/{first.ref}/rename/", {"name": "Eve's"})
    assert names(client) == ["Eve's", "For Adam"]


def test_htmx_is_told_in_place(client: Client) -> None:
    form = {"family": "name-tag", "name": "Eve", "saved_name": "For Eve"}
    answer = client.post("/designs/save/", form, headers={"HX-Request": "true"})
    ref = SavedDesign.objects.get().ref
    assert "Saved as “For Eve”" in answer.content.decode()
    assert "design-saved" in answer["HX-Trigger"] and ref in answer["HX-Trigger"]


def test_nobody_reads_or_changes_the_list_of_another(client: Client) -> None:
    save(client, "A secret gift")
    ref = SavedDesign.objects.get().ref
    member = Client()
    member.force_login(User.objects.create_user("somebody"))
    forged = Client()
    forged.cookies[COOKIE] = SavedDesign.objects.get().browser  # not signed
    for stranger in (Client(), member, forged):
        assert "secret" not in stranger.get("/designs/").content.decode()
        assert stranger.get(f"/designs/mine/{ref}/").status_code == 404
        for what in ("rename", "remove", "restore"):
            answer = stranger.post(f"/designs/mine/{ref}/{what}/", {"name": "mine now"})
            assert answer.status_code == 404
        page = stranger.get("/design/name-tag/", {"saved": ref}).content.decode()
        assert "secret" not in page
        save(stranger, "Taken over", saved=ref)
        answer = stranger.get("/compare/", {"of": [ref, ref + "x"]})
        assert answer.status_code == 404
        choice = stranger.get("/design/name-tag/compare/").content.decode()
        assert "secret" not in choice
    row = SavedDesign.objects.get(ref=ref)
    assert row.name == "A secret gift" and row.removed_at is None


def test_a_deleted_one_can_be_put_back_until_it_is_forgotten(client: Client) -> None:
    save(client)
    ref = SavedDesign.objects.get().ref
    page = client.post(f"/designs/mine/{ref}/remove/", follow=True).content.decode()
    assert "“For Eve” is deleted." in page and names(client) == []
    client.post(f"/designs/mine/{ref}/restore/")
    assert names(client) == ["For Eve"]
    client.post(f"/designs/mine/{ref}/remove/")
    forget_saved(claim())
    assert SavedDesign.objects.count() == 1, "its time has not come"
    SavedDesign.objects.update(removed_at=timezone.now() - saved.UNDO - dt.timedelta(minutes=1))
    forget_saved(claim())
    assert SavedDesign.objects.count() == 0


def test_signing_in_takes_the_list_along_and_nothing_twice(client: Client) -> None:
    user = User.objects.create_user("eve", password="a long enough one")
    home = Client()
    home.force_login(user)
    save(home, "At home")
    save(home, "Both")
    save(client, "On the road", name="Road")
    save(client, "Both")
    client.post("/accounts/login/", {"username": "eve", "password": "a long enough one"})
    assert sorted(names(client)) == ["At home", "Both", "On the road"] == sorted(names(home))
    assert not SavedDesign.objects.exclude(owner=user).exists()
    client.post("/accounts/logout/")
    assert names(client) == [], "who signs out leaves nothing in the browser"


def test_a_full_list_says_what_to_do(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved, "MOST_IN_A_BROWSER", 2)
    for name in ("one", "two"):
        assert save(client, name, name=name).status_code == 302
    full = save(client, "three", name="three")
    assert full.status_code == 409
    assert "This browser keeps 2 designs. Delete one under Your designs, or sign in: an account " \
        "keeps 300." in html.unescape(full.content.decode())  # fmt: skip
    one = SavedDesign.objects.get(name="one")
    save(client, "one", name="other", saved=one.ref)
    assert SavedDesign.objects.get(name="one").design.params["name"] == "other"
    client.post(f"/designs/mine/{one.ref}/remove/")
    assert save(client, "three", name="three").status_code == 302
    assert client.post(f"/designs/mine/{one.ref}/restore/").status_code == 409


def test_signing_in_leaves_nothing_out_for_being_too_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    user = User.objects.create_user("eve")
    for number in range(3):
        saved.save(Keeper(None, "a" * 32), f"n {number}", wanted(name=str(number)), NOW)
    monkeypatch.setattr(saved, "MOST_IN_AN_ACCOUNT", 1)
    assert saved.merge("a" * 32, user) == 3
    with pytest.raises(Conflict, match="Your account keeps 1 designs"):
        saved.save(Keeper(user.pk, ""), "more", wanted(), NOW)


@pytest.mark.parametrize(
    ("name", "words"),
    [(" ", "Give the design a name"), ("x" * 61, "61 characters"), ("a\u202eb", "cannot be seen")],
)
def test_a_name_that_cannot_be_kept_is_refused_in_words(
    client: Client, name: str, words: str
) -> None:
    answer = save(client, name)
    assert answer.status_code == 422 and words in answer.content.decode()
    with pytest.raises(BadInput, match=words):
        saved.clean_name(name)
    assert not SavedDesign.objects.exists()


def test_names_are_text_and_never_markup(client: Client) -> None:
    save(client, "<b>Eve</b>")
    page = client.get("/designs/").content.decode()
    assert "<b>Eve</b>" not in page and "&lt;b&gt;Eve&lt;/b&gt;" in page


def test_values_that_cannot_be_are_not_saved(client: Client) -> None:
    assert save(client, width_mm="9999").status_code == 422
    assert save(client, family="no-such").status_code == 404
    assert not SavedDesign.objects.exists()


def test_lists_without_an_account_are_forgotten_when_nobody_looks(settings: Any) -> None:
    user = User.objects.create_user("eve")
    theirs = saved.save(Keeper(user.pk, ""), "kept", wanted(name="A"), NOW)
    for number, browser in enumerate(("b" * 32, "c" * 32)):
        saved.save(Keeper(None, browser), "x", wanted(name=str(number)), NOW)
    past = timezone.now() - dt.timedelta(days=settings.SAVED_DAYS, minutes=1)
    SavedDesign.objects.update(wanted_at=past)
    saved.looked_at(Keeper(None, "c" * 32), timezone.now())
    forget_saved(claim())
    assert set(SavedDesign.objects.values_list("browser", flat=True)) == {"", "c" * 32}
    assert SavedDesign.objects.filter(pk=theirs.pk).exists()


def test_a_saved_design_outlives_the_clean_up_of_unwanted_ones() -> None:
    row = saved.save(Keeper(None, "b" * 32), "mine", wanted(name="Kept"), NOW)
    other = keep_design("name-tag", {"name": "Unwanted"})
    Design.objects.update(wanted_at=timezone.now() - dt.timedelta(days=400))
    tidy(claim())
    assert [d.pk for d in Design.objects.all()] == [row.design_id]
    assert forget_designs([row.design_id]) == 0
    row.delete()
    tidy(claim())
    assert not Design.objects.filter(pk__in=[row.design_id, other.pk]).exists()


@pytest.mark.parametrize("fields", [{"browser": ""}, {"quantity": 0}, {"name": ""}])
def test_the_database_refuses_a_row_that_is_nobodys_or_not_whole(fields: dict[str, Any]) -> None:
    usual = {"browser": "b" * 32, "name": "x", "material": "pla", "colour": "kiln"}
    with pytest.raises(IntegrityError), transaction.atomic():
        SavedDesign.objects.create(design=keep_design("name-tag", {}), **{**usual, **fields})
