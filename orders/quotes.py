"""A quote: what it costs and when it comes, frozen and signed for as long as it is held."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.conf import settings

from configurator import services as designs
from configurator.kept_shapes import is_redrawn
from configurator.materials import Material
from configurator.materials import material as material_of
from configurator.models import Design
from configurator.network import machine_volumes
from configurator.products import family as family_of
from configurator.products.base import Family
from configurator.products.fields import field_of, fields, parse
from configurator.services import Measured
from core.errors import BadInput, Conflict, NoCapacity, NotFound
from core.signing import seal, unseal
from manufacturing.needs import JobNeed
from manufacturing.processes import WORKS
from orders.footprint import PACKAGING_G, footprint
from orders.making import Share, piece_of, scaled, shares_of
from orders.pricing import Destination, Line, Price, price
from orders.promises import promise_as_json, promise_from_json, whole
from routing import places, services
from routing.places import Place
from routing.services import Promise

TOLERANCE_MM = {"enclosure": 0.25}
"""The loosest machine that will do, where parts fit each other and need a better one."""


class CannotBeMade(BadInput):
    """The design has a fault that no machine can mend. The findings say which and how."""

    title = "This design cannot be made."

    def __init__(self, sentence: str, measured: Measured) -> None:
        super().__init__(sentence)
        self.measured = measured

    def members(self) -> dict[str, object]:
        return {"findings": [asdict(finding) for finding in self.measured.findings]}


class LessCanBeMade(NoCapacity):
    """There is no room for this, but for less of it: with ``value`` in ``field`` of the form."""

    def __init__(self, sentence: str, field: str, value: str, button: str, *, detail: str) -> None:
        super().__init__(sentence, detail=detail)
        self.field, self.value, self.button = field, value, button


class TooLarge(LessCanBeMade):
    """The same shape could be made now at a smaller scale, in per cent."""

    def __init__(self, why: str, field: str, pct: float, *, detail: str) -> None:
        sentence = f"{why} At a scale of {pct:g} % it can be made."
        super().__init__(sentence, field, f"{pct:g}", f"Scale: {pct:g} %", detail=detail)
        self.pct = pct

    def members(self) -> dict[str, object]:
        return {"largest": {self.field: self.pct}}


class TooManyPieces(LessCanBeMade):
    """Fewer of it could be made now: ``most`` of them."""

    def __init__(self, asked: int, most: int, *, detail: str) -> None:
        pieces = "1 piece" if most == 1 else f"{most} pieces"
        super().__init__(
            f"Our workshops can make at most {pieces} of this in one go at the moment, "
            f"not {asked}. Please order at most {most}.",
            "quantity", str(most), f"Take {most}",
            detail=detail,
        )  # fmt: skip
        self.most = most

    def members(self) -> dict[str, object]:
        return {"most_pieces": self.most}


@dataclass(frozen=True)
class Wish:
    """What somebody asks the price of."""

    design: Design
    material: Material
    colour: str
    quantity: int
    place: Place


@dataclass(frozen=True)
class Portion:
    """What one workshop makes of a line: its work, and when that would come and from where."""

    need: JobNeed
    promise: Promise


@dataclass(frozen=True)
class Quote:
    """Everything an order line keeps. ``held_until`` is when the price ends.

    ``portions`` are one job each, that of the chosen material first.
    """

    title: str
    colour: str
    place_id: int
    portions: tuple[Portion, ...]
    price: Price
    co2e_g: int
    personalised: bool
    worst: str
    held_until: dt.datetime

    @property
    def need(self) -> JobNeed:
        """The work in the material that was chosen."""
        return self.portions[0].need

    @property
    def promise(self) -> Promise:
        """When all of it is there."""
        return whole([one.promise for one in self.portions])

    @property
    def grams(self) -> int:
        return sum(one.need.grams for one in self.portions)

    @property
    def parcels(self) -> int:
        """How many workshops would send something."""
        return len({one.promise.factory_id for one in self.portions})

    def sealed(self) -> str:
        return seal(
            {
                **{name: getattr(self, name) for name in _PLAIN},
                "portions": [
                    [one.need.as_json(), promise_as_json(one.promise)] for one in self.portions
                ],
                "lines": lines_as_json(self.price),
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
    portions = tuple(
        Portion(JobNeed.from_json(need), promise_from_json(promise))
        for need, promise in data["portions"]
    )
    return Quote(
        **{name: data[name] for name in _PLAIN},
        portions=portions,
        price=price_from_json(data["lines"], portions[0].need.quantity),
        held_until=dt.datetime.fromisoformat(data["held_until"]),
    )


def quote(wish: Wish, now: dt.datetime) -> Quote:
    """The price and the date of a wish, from the measured part and real free minutes.

    Raises:
        CannotBeMade: the design has a fault; the error carries the findings.
        LessCanBeMade: so many, or so large a one, cannot be made at the moment; less can.
        NoCapacity: no workshop can make it at the moment.
        BadInput: the material, colour or quantity is not offered, or what is printed in a second
            colour would not show on it.
        Conflict: its family was redrawn since the design was kept.
    """
    kind = family_of(wish.design.family)
    _check(wish, kind)
    if is_redrawn(wish.design):
        raise Conflict(
            f"{kind.name} has been redrawn since this design was kept. Make it anew from its "
            "values, and look at the price of that."
        )
    measured = designs.measured(wish.design, wish.material.slug, machine_volumes())
    if not measured.printable:
        raise CannotBeMade("This cannot be made as it is. Mend what is marked first.", measured)
    shares = shares_of(kind, measured.parts, wish.material)
    _check_colours(wish, shares)
    portions = _portions(wish, shares, measured, now)
    return Quote(
        title=title_of(kind, wish.material, wish.colour, shares[0].second_colour),
        colour=wish.colour,
        place_id=wish.place.id,
        portions=tuple(portions),
        price=_price(wish, shares, portions),
        co2e_g=_co2e_g(shares, portions),
        personalised=is_personal(kind, wish.design.params),
        worst=_worst(wish, shares, measured),
        held_until=now + dt.timedelta(days=settings.QUOTE_DAYS),
    )


def _portions(
    wish: Wish, shares: Sequence[Share], measured: Measured, now: dt.datetime
) -> list[Portion]:
    def needs(quantity: int) -> list[JobNeed]:
        fewer = replace(wish, quantity=quantity)
        return [_need(fewer, share, measured) for share in shares]

    def promised(quantity: int) -> list[Portion]:
        return [
            Portion(need, services.promise_for(need, wish.place, now)) for need in needs(quantity)
        ]

    try:
        return promised(wish.quantity)
    except NoCapacity as error:
        if most := services.most(needs, wish.place, wish.quantity, now):
            raise TooManyPieces(wish.quantity, most, detail=error.detail) from error
        _check_smaller(wish, shares, measured, error, now)
        promised(1)  # not even one: then its reason is said, not one of the quantity
        raise


def _check_smaller(
    wish: Wish, shares: Sequence[Share], measured: Measured, error: NoCapacity, now: dt.datetime
) -> None:
    """Raises TooLarge where the same shape can be made at a smaller scale, at the largest."""
    name = family_of(wish.design.family).scale_field
    if name is None:
        return
    form = field_of(family_of(wish.design.family), name)
    assert form.step is not None and form.min is not None
    pct, step = float(wish.design.params[name]), form.step

    def needs(steps: int) -> list[JobNeed]:
        return [_need(wish, scaled(share, steps * step / pct), measured) for share in shares]

    steps = services.most(needs, wish.place, math.ceil(pct / step), now)
    if steps * step >= form.min:
        raise TooLarge(error.sentence, name, steps * step, detail=error.detail) from error


def _worst(wish: Wish, shares: Sequence[Share], measured: Measured) -> str:
    """The gravest level; ``look`` where nothing is weak, but the lettering is missing, or what is
    printed in a second colour hardly shows on this one."""
    weak = {finding.check for finding in measured.findings if finding.level == "weak"}
    if weak - {"blank"}:
        return measured.worst
    dark = any(c.slug == wish.colour and c.dark for c in wish.material.colours)
    hidden = dark and any(share.second_colour for share in shares)
    return "look" if weak or hidden else measured.worst


def title_of(kind: Family, material: Material, colour: str, second: str = "") -> str:
    """``Twisted vase, PETG, kiln orange``; ``Engraved sign, oiled oak``."""
    return f"{kind.name}, {material.in_colour(colour, second)}"


def is_personal(kind: Family, params: Mapping[str, Any]) -> bool:
    """Whether the buyer gave measures or words of their own, or took a design of ours as it is.

    Ours are the presets, and the design as its page opens, which need not be one of them. What
    changes nothing beside the other values (the typeface of no words) is not the buyer's own.

    Source: Directive 2011/83/EU, article 16 (c): no right of withdrawal for goods made to the
    consumer's specifications; choosing among given variants is not such a specification.
    """
    ready = ({}, *(preset.params for preset in kind.presets))
    own = _at_work(kind, params)
    return all(_at_work(kind, one) != own for one in ready)


def _at_work(kind: Family, params: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters that change something; one since added has its default."""
    values = parse(kind, dict(params)).model_dump()
    return {field.name: values[field.name] for field in fields(kind) if not field.idle(values)}


def lines_as_json(amount: Price) -> list[list[Any]]:
    return [[line.kind, line.label, line.cents] for line in amount.lines]


def price_from_json(lines: list[list[Any]], quantity: int) -> Price:
    return Price(quantity, tuple(Line(str(k), str(label), int(c)) for k, label, c in lines))


def again(
    design: Design, material: str, colour: str, place_id: int, quantity: int, now: dt.datetime
) -> Quote:
    """A fresh quote for what an order line holds, in another quantity, place or time."""
    wish = Wish(design, material_of(material), colour, quantity, places.place(place_id))
    return quote(wish, now)


def _check(wish: Wish, kind: Family) -> None:
    wrong: dict[str, str] = {}
    if wish.material.slug not in kind.materials:
        names = ", ".join(material_of(slug).noun for slug in kind.materials)
        wrong["material"] = f"{kind.name} is not made of {wish.material.noun}; choose {names}."
    if wish.colour not in {colour.slug for colour in wish.material.colours}:
        wrong["colour"] = f"{wish.material.name} does not come in that colour."
    if wrong:
        raise BadInput(" ".join(wrong.values()), fields=wrong)


def _check_colours(wish: Wish, shares: Sequence[Share]) -> None:
    """Raises BadInput where two colours would be one."""
    if any(share.second_colour == wish.colour for share in shares):
        name = next(c.name.lower() for c in wish.material.colours if c.slug == wish.colour)
        wrong = (
            f"Part of it is printed in {name} and would not show on {name}. Choose another colour, "
            "or have it in one."
        )
        raise BadInput(wrong, fields={"colour": wrong})


def _need(wish: Wish, share: Share, measured: Measured) -> JobNeed:
    making, process = share.making, share.material.process
    kind, tolerance_mm = family_of(wish.design.family), WORKS[process].tolerance_mm
    if process == kind.process:
        tolerance_mm = TOLERANCE_MM.get(kind.slug, tolerance_mm)
    return JobNeed(
        design_key=wish.design.key,
        family=wish.design.family,
        process=process,
        material=share.material.slug,
        colour=kind.colour(share.role, share.material, wish.colour),
        quantity=wish.quantity,
        size_mm=share.largest_mm,
        minutes=making.minutes(wish.quantity),
        grams=making.grams(wish.quantity),
        tolerance_mm=tolerance_mm,
        boxes_mm=tuple(part.size_mm for part in share.parts),
        thickness_mm=making.thickness_mm,
        parts=tuple(p.name for p in share.parts) if len(share.parts) < len(measured.parts) else (),
        second_colour=share.second_colour,
        second_colour_grams=share.second_colour_grams(wish.quantity),
        changes_mm=share.changes_mm,
    )


def _price(wish: Wish, shares: Sequence[Share], portions: Sequence[Portion]) -> Price:
    ways = [
        Destination(wish.place.country, one.promise.distance_km, maker_of(one.promise))
        for one in portions
    ]
    pieces = [piece_of(one.making, one.material, one.said) for one in shares]
    return price(pieces, wish.quantity, ways)


def maker_of(promise: Promise) -> str:
    """``Atelier Rhône, Lyon``."""
    return f"{promise.factory}, {promise.city}"


def _co2e_g(shares: Sequence[Share], portions: Sequence[Portion]) -> int:
    """Grams for all of it; what one workshop sends together is packed once."""
    total, packed = 0, set()
    for share, one in zip(shares, portions, strict=True):
        need, making, sender = one.need, share.making, one.promise.factory_id
        total += footprint(
            need.material,
            need.grams,
            making.start_s + making.machine_s * need.quantity,
            one.promise.distance_km,
            need.process,
            0.0 if sender in packed else PACKAGING_G,
        ).total_g
        packed.add(sender)
    return total
