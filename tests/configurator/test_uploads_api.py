"""Bringing a file over HTTP: it becomes a value of a design, and is kept as long as that is."""

import datetime as dt
import io

import pytest
from django.utils import timezone
from PIL import Image

from configurator import blobs, services
from configurator.models import Upload
from configurator.uploads.kinds import FILE_KINDS
from configurator.uploads.readers import READERS
from core.errors import NotFound
from tests.orders.network import a_factory

pytestmark = pytest.mark.django_db


def png(shade=90):
    out = io.BytesIO()
    Image.new("L", (40, 30), shade).save(out, "PNG")
    return out.getvalue()


def bring(client, data, kind="picture"):
    return client.post(f"/api/v1/uploads/{kind}/", data, content_type="application/octet-stream")


def test_a_picture_is_brought_and_named(client):
    answer = bring(client, png())
    assert answer.status_code == 201
    said = answer.json()
    assert said["kind"] == "picture"
    assert said["facts"]["width"] == 40
    assert Upload.objects.get().name == said["name"]
    assert bring(client, png()).json() == said
    assert Upload.objects.count() == 1


def test_it_is_a_value_of_a_design_with_a_price_and_a_solid(client):
    a_factory()
    name = bring(client, png()).json()["name"]
    answer = client.post(
        "/api/v1/families/relief/designs/",
        {"params": {"picture": name}},
        content_type="application/json",
    )
    assert answer.status_code == 201
    assert answer.json()["printable"]
    assert answer.json()["params"]["picture"] == name
    assert Upload.objects.get().designs.get().key == answer.json()["key"]
    wish = {"design": answer.json()["key"], "material": "petg", "colour": "kiln"}
    price = client.post(answer.json()["quotes"], wish, content_type="application/json").json()
    assert price["total_cents"] == sum(line["cents"] for line in price["lines"]) > 0
    assert client.get(answer.json()["glb"]).content[:4] == b"glTF"
    page = client.get(f"/design/relief/?picture={name}").content.decode()
    assert f'value="{name}" data-own checked' in page
    assert f'src="/uploads/{name}.png"' in page
    assert client.get(f"/design/relief/draft.glb?picture={name}").content[:4] == b"glTF"


def test_the_form_shows_the_pictures_that_come_with_it(client):
    page = client.get("/design/lithophane/").content.decode()
    assert 'value="hills" checked' in page
    assert "PNG, JPEG or WebP, up to 24 MB." in page
    for name in ("hills", "moon"):
        answer = client.get(f"/uploads/{name}.png")
        assert answer["Content-Type"] == "image/png"
        assert answer.content[1:4] == b"PNG"
    assert client.get("/uploads/rats.png").status_code == 404
    assert client.get(f"/uploads/{'0' * 64}.png").status_code == 404


def test_a_thumbnail_is_of_what_was_brought(client):
    name = bring(client, png(200)).json()["name"]
    with Image.open(io.BytesIO(client.get(f"/uploads/{name}.png").content)) as thumb:
        assert thumb.getpixel((5, 5)) == 200
    without = blobs.keep(blobs.packed(blobs.Blob("solid", {}, {})))
    assert client.get(f"/uploads/{without}.png").status_code == 404


@pytest.mark.parametrize(
    ("data", "status", "said"),
    [
        (b"", 422, "The file is empty"),
        (b"GIF89a nothing of use", 422, "no picture that we can read"),
        (b"x" * (24 * 2**20 + 1), 413, "larger than 24 MB"),
    ],
)
def test_what_cannot_be_read_is_a_problem_in_words(client, data, status, said):
    answer = bring(client, data)
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert said in answer.json()["detail"]
    assert not Upload.objects.exists()


def test_there_are_three_kinds_and_no_other(client):
    assert set(FILE_KINDS) == set(READERS) - {"step"}
    answer = bring(client, b"x", "virus")
    assert answer.status_code == 404
    assert "picture, outline, solid" in answer.json()["detail"]
    assert client.get("/api/v1/uploads/picture/").status_code == 405


def test_a_file_is_forgotten_when_no_design_is_made_from_it(client):
    used, unused = (bring(client, png(shade)).json()["name"] for shade in (10, 20))
    design = services.keep_design("relief", {"picture": used})
    soon, long_ago = timezone.now() + dt.timedelta(minutes=1), timezone.now() - dt.timedelta(days=1)
    assert services.forget_uploads(long_ago) == 0
    assert services.forget_uploads(soon) == 1
    assert blobs.load(used)
    with pytest.raises(NotFound):
        blobs.load(unused)
    services.forget_designs([design.key])
    assert services.forget_uploads(soon) == 1
    assert not Upload.objects.exists()


def test_the_same_file_brought_again_is_wanted_again(client):
    name = bring(client, png()).json()["name"]
    Upload.objects.update(wanted_at=timezone.now() - dt.timedelta(days=99))
    bring(client, png())
    assert services.forget_uploads(timezone.now() - dt.timedelta(days=1)) == 0
    assert blobs.load(name)


def test_one_address_may_bring_so_many(client, settings, monkeypatch):
    from rest_framework.throttling import ScopedRateThrottle

    monkeypatch.setitem(ScopedRateThrottle.THROTTLE_RATES, "upload", "2/min")
    answers = [bring(client, b"").status_code for _ in range(3)]
    assert answers == [422, 422, 429]
