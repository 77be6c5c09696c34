"""Which city somebody means."""

from __future__ import annotations

import pytest

from routing.places import find

LYON, MANCHESTER = find("Lyon, FR", 1)[0], find("Manchester, GB", 1)[0]


@pytest.mark.parametrize(
    ("typed", "city"),
    [
        ("lyon", "Lyon, FR"),
        ("wien", "Vienna, AT"),
        ("münchen", "Munich, DE"),
        ("北京", "Beijing, CN"),
        ("cambridge, us", "Cambridge, US"),
        ("mun", "Munich, DE"),  # and not the city whose airport is MUN
    ],
)
def test_who_is_called_so_and_is_large_comes_first(typed: str, city: str) -> None:
    assert find(typed)[0].label == city


def test_the_own_country_comes_before_larger_ones_abroad() -> None:
    assert find("valence")[0].label == "Valencia, ES"
    assert find("valence", near=LYON)[0].label == "Valence, FR"
    assert find("man", near=MANCHESTER)[0].label == "Manchester, GB"
    assert find("vi", near=LYON)[0].label == "Villeurbanne, FR"


def test_a_large_city_is_found_from_anywhere() -> None:
    for near in (LYON, MANCHESTER, None):
        assert find("be", near=near)[0].people > 200_000
        assert "Tokyo, JP" in [place.label for place in find("tok", near=near)]
