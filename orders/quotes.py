"""A quote: what it costs and when it comes, frozen and signed for as long as it is held."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from configurator import services as designs
from configurator.materials import Material
from configurator.materials import material as material_of
from configurator.models import Design
from configurator.network import machine_volumes
from configurator.products import family as family_of
from configurator.products.base import Family
from configurator.products.fields import parse
from configurator.services import Measured
from core.errors import BadInput, NotFound
from core.signing import seal, unseal
from manufacturing.needs import JobNeed
from orders.footprint import footprint
from orders.making import Making, making_of
from orders.pricing import Destination, Line, Piece, Price, price
from orders.promises import promise_as_json, promise_from_json
from routing import places, services
from routing.places import Place
from routing.services import Promise

TOLERANCE_MM = {"enclosure": 0.25}
USUAL_TOLERANCE_MM = 0.4
"""The loosest machine that will do: parts that fit each other need a better one."""


class CannotBeMade(BadInput):
    """The design has a fault that no machine can mend. The findings say which and how."""

    def __init__(self, sentence: str, measured: Measured) -> None:
        super().__init__(sentence)
        self.measured = measured


@dataclass(frozen=True)
class Wish:
    """What somebody asks the price of."""

    design: Design
    material: Material
    colour: str
    quantity: int
    place: Place


@dataclass(frozen=True)
class Quote:
    """Everything an order line keeps. ``held_until`` is when the price ends."""

    title: str
    colour: str
    place_id: int
    need: JobNeed
    price: Price
    promise: Promise
    co2e_g: int
    personalised: bool
    worst: str
    held_until: dt.datetime

    def sealed(self) -> str:
        return seal(
            {
                **{name: getattr(self, name) for name in _PLAIN},
                "need": self.need.as_json(),
                "lines": lines_as_json(self.price),
                "promise": promise_as_json(self.promise),
                "held_until": self.held_until.isoformat(),
            },
            purpose="quote",
        )


_PLAIN = ("title", "colour", "place_id", "co2e_g", "personalised", "worst")


def opened(token: str) -> Quote:
    """The quote of a sealed text. Raises NotFound when it was changed or is too old."""
    data = unseal(token, purpose="quote", max_age_s=settings.QUOTE_DAYS * 86_400)
    try:
        return _from_json(data)
    except (KeyError, TypeError, ValueError) as error:  # sealed before the shop was changed
        raise NotFound(
            "This price can no longer be used. Please look at the new one first.",
            detail=f"{type(error).__name__}: {error}",
        ) from error


def _from_json(data: dict[str, Any]) -> Quote:
    need = JobNeed.from_json(data["need"])
    return Quote(
        **{name: data[name] for name in _PLAIN},
        need=need,
        price=price_from_json(data["lines"], need.quantity),
        promise=promise_from_json(data["promise"]),
        held_until=dt.datetime.fromisoformat(data["held_until"]),
    )


def quote(wish: Wish, now: dt.datetime) -> Quote:
    """The price and the date of a wish, from the measured part and real free minutes.

    Raises:
        CannotBeMade: the design has a fault; the error carries the findings.
        NoCapacity: no workshop can make it at the moment.
        BadInput: the material, colour or quantity is not offered.
    """
    kind = family_of(wish.design.family)
    _check(wish, kind)
    measured = designs.measured(wish.design, wish.material.slug, machine_volumes())
    if not measured.printable:
        raise CannotBeMade("This cannot be made as it is. Mend what is marked first.", measured)
    making = making_of(measured.parts, wish.material)
    need = _need(wish, making, measured)
    promise = services.promise_for(need, wish.place, now)
    seconds = making.start_s + making.machine_s * wish.quantity
    co2e = footprint(wish.material.slug, need.grams, seconds, promise.distance_km)
    return Quote(
        title=title_of(kind, wish.material, wish.colour),
        colour=wish.colour,
        place_id=wish.place.id,
        need=need,
        price=_price(wish, making, promise),
        promise=promise,
        co2e_g=co2e.total_g,
        personalised=is_personal(kind, wish.design.params),
        worst=_worst(measured),
        held_until=now + dt.timedelta(days=settings.QUOTE_DAYS),
    )


def _worst(measured: Measured) -> str:
    """The gravest level; ``look`` where nothing is weak and only the lettering is missing."""
    weak = {finding.check for finding in measured.findings if finding.level == "weak"}
    return "look" if weak == {"blank"} else measured.worst


def title_of(kind: Family, material: Material, colour: str) -> str:
    """``Twisted vase, PETG kiln orange``."""
    name = next(c.name for c in material.colours if c.slug == colour)
    return f"{kind.name}, {material.name} {name.lower()}"


def is_personal(kind: Family, params: Mapping[str, Any]) -> bool:
    """Whether the buyer gave measures or words of their own, or took a preset as it is.

    Source: Directive 2011/83/EU, article 16 (c): no right of withdrawal for goods made to the
    consumer's specifications; choosing among given variants is not such a specification.
    """
    ready = (parse(kind, preset.params) for preset in kind.presets)
    return all(one.model_dump(mode="json") != dict(params) for one in ready)


def lines_as_json(amount: Price) -> list[list[Any]]:
    return [[line.kind, line.label, line.cents] for line in amount.lines]


def price_from_json(lines: list[list[Any]], quantity: int) -> Price:
    return Price(quantity, tuple(Line(str(k), str(label), int(c)) for k, label, c in lines))


def again(design: Design, old: Mapping[str, Any], place_id: int, quantity: int,
          now: dt.datetime) -> Quote:  # fmt: skip
    """A fresh quote for what an order line holds, in another quantity, place or time."""
    wish = Wish(
        design,
        material_of(old["material"]),
        old["colour"],
        quantity,
        places.place(place_id),
    )
    return quote(wish, now)


def _check(wish: Wish, kind: Family) -> None:
    wrong: dict[str, str] = {}
    if wish.material.slug not in kind.materials:
        wrong["material"] = f"{kind.name} is not made of {wish.material.name}."
    if wish.colour not in {colour.slug for colour in wish.material.colours}:
        wrong["colour"] = f"{wish.material.name} does not come in that colour."
    if wrong:
        raise BadInput(" ".join(wrong.values()), fields=wrong)


def _need(wish: Wish, making: Making, measured: Measured) -> JobNeed:
    return JobNeed(
        design_key=wish.design.key,
        family=wish.design.family,
        process=wish.material.process,
        material=wish.material.slug,
        colour=wish.colour,
        quantity=wish.quantity,
        size_mm=measured.largest_mm,
        minutes=making.minutes(wish.quantity),
        grams=making.grams(wish.quantity),
        tolerance_mm=TOLERANCE_MM.get(wish.design.family, USUAL_TOLERANCE_MM),
        boxes_mm=tuple(part.size_mm for part in measured.parts),
    )


def _price(wish: Wish, making: Making, promise: Promise) -> Price:
    piece = Piece(
        wish.material.process,
        making.material_mg,
        making.machine_s,
        wish.material.price_cents_per_kg,
        making.start_s,
    )
    return price(piece, wish.quantity, Destination(wish.place.country, promise.distance_km))
