"""The configurator's pages, as far as they can be told without a browser."""

from __future__ import annotations

import re

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
TAG = "/design/name-tag/"


def test_each_number_field_has_a_place_where_a_limit_is_said_aloud(client: Client) -> None:
    page = client.get(TAG).content.decode()
    numbers = re.findall(r'<input id="f-(\w+)" class="number"[^>]*aria-describedby="([^"]*)"', page)
    assert len(numbers) > 4
    for name, described_by in numbers:
        assert f"n-{name}" in described_by
        assert f'id="n-{name}" role="status" data-said' in page


def test_without_3d_the_picture_is_of_the_parameters_as_they_stand(client: Client) -> None:
    page = client.get(TAG).content.decode()
    url = re.findall(r'data-picture="([^"]+)"', page)[0]
    one = client.get(url, {"name": "Ada", "w": "160"})
    other = client.get(url, {"name": "Eve", "w": "160"})
    assert one["Content-Type"] == "image/png" and one.content[:4] == b"\x89PNG"
    assert one.content != other.content
    green = client.get(url, {"name": "Ada", "w": "160", "colour": "forest"})
    assert green.content != one.content


def test_a_picture_of_what_cannot_be_is_refused_in_words(client: Client) -> None:
    reply = client.get(
        f"{TAG}picture.png", {"width_mm": "9999"}, headers={"Accept": "application/json"}
    )
    assert reply.status_code == 422
    assert "Width is 9999 mm" in reply.json()["title"]


@pytest.mark.django_db
@pytest.mark.parametrize(("asked", "taken"), [("99999", 500), ("1.5", 1)])
def test_a_link_that_asks_for_too_many_pieces_is_answered_in_words(
    client: Client, asked: str, taken: int
) -> None:
    page = client.get("/design/name-tag/", {"quantity": asked}).content.decode()
    assert f"asks for “{asked}”" in page and f"Set to {taken}." in page
    assert "The link asks" not in client.get("/design/name-tag/?quantity=3").content.decode()
