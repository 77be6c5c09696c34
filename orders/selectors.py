"""What pages read of orders."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from configurator.models import Design
from configurator.processes import PROCESSES
from configurator.products import family as family_of
from configurator.products.fields import FormField, fields
from configurator.services import known_measures
from core.errors import NotFound
from core.signing import unseal
from core.units import parts_in_words
from manufacturing.needs import JobNeed
from orders.models import Order, OrderItem
from orders.pricing import Price
from orders.promises import days, promise_from_json
from orders.quotes import price_from_json
from routing.candidates import stock_name
from routing.services import Promise

WITHDRAWAL = {
    OrderItem.PERSONALISED: (
        "Made to your own measures, so it cannot be sent back only because you change your mind "
        "(Directive 2011/83/EU, article 16 c). If anything is wrong with it, we make it again or "
        "send your money back."
    ),
    OrderItem.FOURTEEN_DAYS: (
        "One of our ready designs, so you may change your mind within 14 days after it arrives "
        "and send it back."
    ),
}


@dataclass(frozen=True)
class PortionView:
    """What one workshop makes of a line: which parts (none named: all), how, and where."""

    names: tuple[str, ...]
    parts: str
    colour: str
    how: str
    promise: Promise
    days: str


@dataclass(frozen=True)
class ItemView:
    """An order line as a page shows it."""

    item: OrderItem
    price: Price
    promise: Promise
    days: str
    parameters: list[tuple[str, str]]
    own: list[tuple[str, str]]
    """Of the parameters what makes it this one: its words, and what differs from the usual."""
    withdrawal: str
    portions: tuple[PortionView, ...]
    warnings: tuple[tuple[str, str], ...] = ()
    """What may be weak in it, as (word, sentence); told before it is paid."""

    @property
    def parcels(self) -> int:
        """How many workshops would send something of it."""
        return len({one.promise.factory_id for one in self.portions})


def portion_view(need: JobNeed, promise: Promise) -> PortionView:
    """``body``, ``3D printed, PETG graphite``, and who would make it."""
    return PortionView(
        names=need.parts,
        parts=parts_in_words(need.parts),
        colour=need.colour,
        how=f"{PROCESSES[need.process].done}, {stock_name(need)}",
        promise=promise,
        days=days(promise.earliest, promise.latest),
    )


def order_by_link(token: str) -> Order:
    """The order of a tracking link. Raises NotFound for a link that was changed or made up."""
    order = Order.objects.filter(ref=unseal(token, purpose="track")).exclude(status="draft").first()
    if order is None:
        raise NotFound("There is no such order (any more).")
    return order


def basket_lines(order: Order) -> list[ItemView]:
    return [
        replace(view_of(item), warnings=warnings_of(item.design, item.material))
        for item in order.kept_items().select_related("design").prefetch_related("shares")
    ]


def warnings_of(design: Design, material: str) -> tuple[tuple[str, str], ...]:
    """What the design page warned of, each once: a buyer should not have to remember it."""
    measured = known_measures(design, material)
    found = [one for one in measured.findings if one.level == "weak"] if measured else []
    words = {"blank": "look at this"}
    return tuple(dict.fromkeys((words.get(f.check, "may be weak"), f.state) for f in found))


def view_of(item: OrderItem) -> ItemView:
    promise = promise_from_json(item.promise)
    return ItemView(
        item=item,
        price=price_from_json(item.lines, item.quantity),
        promise=promise,
        days=days(promise.earliest, promise.latest),
        parameters=parameters_of(item.design),
        own=own_parameters_of(item.design),
        withdrawal=WITHDRAWAL[item.withdrawal],
        portions=tuple(
            portion_view(share.job_need, promise_from_json(share.promise))
            for share in item.shares.all()
        ),
    )


def parameters_of(design: Design) -> list[tuple[str, str]]:
    """(label, value with unit) of what the buyer chose. A field since dropped is left out."""
    kind = family_of(design.family)
    return [
        (field.label, shown(field, design.params[field.name]))
        for field in fields(kind)
        if field.name in design.params
    ]


def own_parameters_of(design: Design) -> list[tuple[str, str]]:
    """What was written on it first, then every value that is not the family's own.

    Without a value that changes nothing beside the others (``quotes.is_personal``).
    """
    kind = family_of(design.family)
    chosen = [
        (field, design.params[field.name]) for field in fields(kind) if field.name in design.params
    ]
    chosen = [(field, value) for field, value in chosen if not field.idle(design.params)]
    words = [(field, value) for field, value in chosen if field.kind == "text" and value]
    others = [pair for pair in chosen if pair not in words and pair[1] != pair[0].default]
    return [(_before(field), shown(field, value)) for field, value in (*words, *others)]


def _before(field: FormField) -> str:
    """The label as it reads before its value in one line: ``Height 140 mm``, ``Lid made: Cut from
    clear acrylic``, ``Hand holes: yes``."""
    return f"{field.label}:" if field.kind in ("choice", "flag") else field.label


def shown(field: FormField, value: Any) -> str:
    """``140 mm``, ``Barrel``, ``yes``, ``“Ada”``."""
    if field.kind == "number":
        return field.shown(float(value))
    if field.kind == "choice":
        return dict(field.choices).get(str(value), str(value))
    if field.kind == "flag":
        return "yes" if value else "no"
    return f"“{value}”" if value else "none"
