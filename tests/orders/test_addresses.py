"""Postcodes and towns: what cannot be is told why; what is real is never refused."""

from __future__ import annotations

import pytest

from core.errors import BadInput
from orders.addresses import postcode_rule, read_postcode, read_town
from orders.countries import country_name
from orders.forms import DetailsForm
from routing import places
from routing.places import _places  # every country that a parcel can go to

LYON, HONG_KONG = places.place(2996944), places.place(1819729)
ADA = {"email": "a@example.org", "name": "Ada", "street": "1 rue X", "city": "Lyon"}


@pytest.mark.parametrize(
    ("country", "typed", "kept"),
    [
        ("FR", "69002", "69002"),
        ("FR", "F-69002", "69002"),
        ("DE", "D 10115", "10115"),
        ("AT", "1010", "1010"),
        ("CH", "CH-8001", "8001"),
        ("NL", "1234ab", "1234 AB"),
        ("GB", "sw1a1aa", "SW1A 1AA"),
        ("GB", "M1 1AE", "M1 1AE"),
        ("SE", "114 55", "114 55"),
        ("SE", "11455", "11455"),
        ("PT", "1250096", "1250-096"),
        ("PL", "00 950", "00-950"),
        ("CZ", "11000", "110 00"),
        ("CN", "200001", "200001"),
        ("US", "94043-1351", "94043-1351"),
        ("IE", "D02 X285", "D02 X285"),
        ("IE", "", ""),  # not everybody uses theirs
        ("AE", "", ""),  # there are none
        ("HK", "no code", "NO CODE"),  # no rule, so nothing is refused
    ],
)
def test_a_real_postcode_is_taken_however_it_is_written(
    country: str, typed: str, kept: str
) -> None:
    assert read_postcode(typed, country, country_name(country)) == kept


@pytest.mark.parametrize(
    ("country", "typed"),
    [("FR", "x"), ("FR", "6900"), ("FR", ""), ("DE", "101150"), ("GB", "69002"), ("NL", "0999 AA"),
     ("CN", "2000"), ("ES", "Barcelona")],
)  # fmt: skip
def test_what_cannot_be_one_is_told_what_one_looks_like(country: str, typed: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_postcode(typed, country, country_name(country))
    assert postcode_rule(country).examples[0] in refused.value.sentence


def test_every_example_of_every_country_is_taken() -> None:
    countries = {place.country for place in _places().values()}
    assert len(countries) > 200
    for country in sorted(countries):
        for example in postcode_rule(country).examples:
            assert read_postcode(example.strip(), country, country)


@pytest.mark.parametrize("town", ["Y", "Å", "Lyon 3e", "上海", "6th of October"])
def test_a_town_has_a_letter_of_any_script(town: str) -> None:
    assert read_town(town, LYON) == town


def test_a_town_of_digits_is_refused() -> None:
    with pytest.raises(BadInput, match="no letters"):
        read_town("123", LYON)


def test_the_form_asks_for_a_postcode_only_where_there_are_some() -> None:
    assert not DetailsForm({**ADA, "postcode": ""}, place=LYON).is_valid()
    assert DetailsForm({**ADA, "postcode": ""}, place=HONG_KONG).is_valid()


@pytest.mark.parametrize("town", ["Lyon", "lyon", "Villeurbanne", "Saint-Étienne", "Petit Village"])
def test_a_town_near_the_priced_city_or_unknown_to_us_passes(town: str) -> None:
    assert read_town(town, LYON) == town


def test_a_city_far_from_the_priced_one_is_questioned() -> None:
    """The date and the delivery were computed for Lyon."""
    with pytest.raises(BadInput, match=r"for delivery to Lyon, and Paris is 39\d km away"):
        read_town("Paris", LYON)
