"""Kept links: remixes and their lineage, and a link that outlives its family's drawing."""

from __future__ import annotations

import html
import itertools
import re
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from configurator import kept_shapes, lineage
from configurator.models import Design, Lineage, Measurement, SavedDesign
from configurator.products import family
from configurator.services import forget_designs, keep_design
from configurator.tasks import keep_shape
from core.models import Work
from core.work import Claim

pytestmark = pytest.mark.django_db
POST = "/api/v1/families/name-tag/designs/"


@pytest.fixture(autouse=True)
def own_media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def redrawn(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Call it to raise the version of a family, as its author does with another shape."""

    def raise_version(slug: str = "name-tag") -> None:
        kind = type(family(slug))
        monkeypatch.setattr(kind, "version", kind.version + 1)

    yield raise_version


def keep(client: Client, came_from: str = "", **params: Any) -> dict[str, Any]:
    body = {"params": params, "remixed_from": came_from, "colour": "forest"}
    answer = client.post(POST, body, content_type="application/json")
    assert answer.status_code == 201, answer.content
    return dict(answer.json())


def put_away(key: str) -> None:
    """Do the waiting work of a kept design."""
    work = Work.objects.get(kind="configurator.keep_shape", payload__design=key)
    keep_shape(Claim(work.pk, work.kind, work.key, work.payload, 1, uuid.uuid4()))


def text_of(client: Client, url: str, **query: str) -> str:
    return html.unescape(client.get(url, query, follow=True).content.decode())


def test_a_changed_shared_design_is_a_remix_and_says_of_which(client: Client) -> None:
    first = keep(client, name="Ada")
    assert first["remixed_from"] == []
    opened = client.get(first["page"], follow=True).content.decode()
    assert f'name="from" value="{first["key"]}"' in opened
    second = keep(client, first["key"], name="Eve")
    third = keep(client, second["key"], name="Bo")
    assert [url.split("/")[-2] for url in third["remixed_from"]] == [second["key"], first["key"]]
    told = text_of(client, "/design/name-tag/origin/", name="Bo", **{"from": third["key"]})
    assert "A shared design, as it was kept. It is a remix:" in told
    assert told.index(second["key"]) < told.index(first["key"])
    told = text_of(client, "/design/name-tag/origin/", name="Bob", **{"from": third["key"]})
    assert "Remixed from" in told and f"/designs/{third['key']}/" in told
    told = text_of(client, "/design/name-tag/origin/", name="x" * 99, **{"from": third["key"]})
    assert "Remixed from" in told, "what is typed just now may be wrong"


def test_saving_a_changed_shared_design_remembers_it(client: Client) -> None:
    first = keep(client, name="Ada")
    form = {"family": "name-tag", "name": "Eve", "saved_name": "Mine", "from": first["key"]}
    client.post("/designs/save/", form)
    row = SavedDesign.objects.get()
    assert row.remixed_from_id == first["key"]
    assert lineage.ancestry(row.design)[0].pk == first["key"]
    assert "remix of another design" in text_of(client, "/designs/")
    assert f'name="from" value="{first["key"]}"' in text_of(client, f"/designs/mine/{row.ref}/")


def test_what_was_kept_first_is_not_rewritten_and_no_chain_closes() -> None:
    ada, eve, bo = (keep_design("name-tag", {"name": n}) for n in ("Ada", "Eve", "Bo"))
    lineage.note(eve)
    lineage.note(eve, ada.pk)
    assert lineage.ancestry(eve) == [], "Eve was there before anybody made it from Ada"
    lineage.note(bo, eve.pk)
    lineage.note(eve, bo.pk)
    assert lineage.ancestry(bo) == [eve] and lineage.ancestry(eve) == []
    vase = keep_design("twisted-vase", {})
    assert lineage.note(vase, ada.pk) is None, "a vase is not made from a tag"
    assert lineage.note(ada, ada.pk) is None and lineage.note(ada, "nothing") is None


def test_a_chain_is_told_for_a_few_steps_and_ends_where_a_design_is_forgotten() -> None:
    rows = [keep_design("name-tag", {"name": str(n)}) for n in range(7)]
    for before, after in itertools.pairwise(rows):
        lineage.note(after, before.pk)
    assert lineage.ancestry(rows[-1]) == rows[5:1:-1]
    assert forget_designs([rows[4].pk]) == 1
    assert lineage.ancestry(rows[-1]) == [rows[5]]
    assert Lineage.objects.get(design=rows[5]).parent is None


def test_lineage_tells_nothing_of_people() -> None:
    assert {field.name for field in Lineage._meta.get_fields()} == {"design", "parent"}


def test_a_link_goes_on_showing_what_was_kept_when_its_family_is_redrawn(
    client: Client, redrawn: Any
) -> None:
    kept = keep(client, name="Ada", width_mm=70)
    put_away(kept["key"])
    solid = client.get(f"/designs/{kept['key']}/solid.glb")
    picture = client.get(f"/designs/{kept['key']}/picture/forest.png?w=640")
    assert solid.content[:4] == b"glTF" and picture.content[:4] == b"\x89PNG"
    redrawn()
    page = text_of(client, kept["page"], colour="forest")
    assert "Name tag has been redrawn since this design was kept" in page
    assert "Width" in page and "70 mm" in page and "70 ×" in page
    (on,) = re.findall(r'href="(/design/name-tag/[^"]+)">Open it in today', page)
    assert f"from={kept['key']}" in on and "width_mm=70" in on
    assert client.get(on).status_code == 200
    assert client.get(f"/designs/{kept['key']}/solid.glb").content == solid.content
    assert client.get(f"/designs/{kept['key']}/picture/forest.png?w=640").content == picture.content
    other = client.get(f"/designs/{kept['key']}/picture/kiln.png?w=480")
    assert other.content == picture.content, "the nearest that was kept"


def test_a_redrawn_design_that_was_not_put_away_shows_no_other_shape(
    client: Client, redrawn: Any
) -> None:
    design = keep_design("name-tag", {"name": "Ada"})
    redrawn()
    page = text_of(client, f"/designs/{design.key}/")
    assert "No picture of its shape was kept" in page and "Ada" in page
    for what in ("solid.glb", "picture/kiln.png"):
        assert client.get(f"/designs/{design.key}/{what}").status_code == 404
    put = kept_shapes.pictures_of(design.key)
    assert put == [] and not Measurement.objects.filter(design=design).exists()
    kept_shapes.keep(design, "kiln")
    assert not kept_shapes.solid_path(design.key).exists(), "too late: that would be another shape"


def test_a_saved_design_that_was_redrawn_opens_what_was_kept(client: Client, redrawn: Any) -> None:
    client.post("/designs/save/", {"family": "name-tag", "name": "Ada", "saved_name": "Mine"})
    redrawn()
    assert "redrawn since" in text_of(client, "/designs/")
    ref = SavedDesign.objects.get().ref
    assert "as it was kept" in text_of(client, f"/designs/mine/{ref}/")


def test_a_value_that_no_longer_exists_does_not_break_the_page(
    client: Client, redrawn: Any
) -> None:
    params = {**keep_design("name-tag", {}).params, "sparkle": 3, "width_mm": 999}
    old = Design.objects.create(key="f" * 32, family="name-tag", version=99, params=params)
    page = text_of(client, f"/designs/{old.key}/")
    assert "1 value of then no longer exists today" in page
    (on,) = re.findall(r'href="(/design/name-tag/[^"]+)">Open it in today', page)
    assert "A value in this link cannot be used: “Width”." in text_of(client, on)


def test_files_of_a_forgotten_design_are_gone(client: Client) -> None:
    kept = keep(client, name="Ada")
    put_away(kept["key"])
    assert kept_shapes.solid_path(kept["key"]).exists()
    assert forget_designs([kept["key"]]) == 1
    assert not kept_shapes.solid_path(kept["key"]).exists()
    assert kept_shapes.pictures_of(kept["key"]) == []


def test_whoever_floods_us_does_not_hold_up_the_slicer(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_shapes, "MOST_WAITING", 1)
    keep(client, name="Ada")
    keep(client, name="Eve")
    assert Work.objects.filter(kind="configurator.keep_shape").count() == 1
