"""REST: what a design costs and when it comes, as the page's price panel says it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle
from rest_framework.views import APIView

from configurator.asked import colour_asked, material_asked
from configurator.comparing import Pick
from configurator.models import Design
from configurator.serializers import ParamsField, ProblemSerializer, Strict, TextField
from configurator.services import keep_design
from configurator.views import sold
from core.errors import BadInput, NotFound
from core.money import CURRENCY
from orders.pricing import MAX_QUANTITY, QUANTITY_STEPS
from orders.quotes import Portion, Quote, Wish, quote
from orders.views.quote import usual_place
from routing import places
from routing.places import Place
from routing.services import Promise

if TYPE_CHECKING:
    Shape = serializers.Serializer[Any]
else:
    Shape = serializers.Serializer

_BETWEEN = f"Please choose between 1 and {MAX_QUANTITY} pieces."
_ONE_OF = "Send either the key of a kept design, or a family with the parameters of one."


class QuoteRequestSerializer(Strict):
    """A kept design, or a family with parameters; the rest has its usual value."""

    design = TextField(required=False, default="", max_length=64, help_text="Key of a kept design.")
    family = TextField(required=False, default="", max_length=60)
    params = ParamsField(required=False, default=None)
    material = TextField(
        required=False, default="", max_length=60, help_text="Without it, the family's first."
    )
    colour = TextField(
        required=False, default="", max_length=60, help_text="Without it, the material's first."
    )
    quantity = serializers.IntegerField(
        required=False,
        default=1,
        min_value=1,
        max_value=MAX_QUANTITY,
        error_messages=dict.fromkeys(("min_value", "max_value", "invalid"), _BETWEEN),
    )
    place = TextField(
        required=False,
        default="",
        max_length=80,
        help_text="Where it goes: a city (“Vienna”), with its country where several are called "
        "so (“Valence, FR”), or its GeoNames number. Without it, where our first workshop is.",
    )

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        keyed = bool(data["design"])
        if keyed == bool(data["family"]) or (keyed and data["params"] is not None):
            raise serializers.ValidationError({"design": _ONE_OF})
        return data


class PlaceSerializer(Shape):
    id = serializers.IntegerField(help_text="Its GeoNames number.")
    name = serializers.CharField()
    country = serializers.CharField(help_text="ISO 3166-1 alpha-2.")


class PriceLineSerializer(Shape):
    kind = serializers.CharField(help_text="For programs: material, machine, tax, …")
    label = serializers.CharField(help_text="For people.")  # type: ignore[assignment]
    cents = serializers.IntegerField()


class QuantityStepSerializer(Shape):
    from_quantity = serializers.IntegerField()
    percent_off = serializers.IntegerField(help_text="Off the making of each piece from there on.")


class DeliverySerializer(Shape):
    earliest = serializers.DateField()
    latest = serializers.DateField()
    confidence = serializers.FloatField(help_text="How likely all of it is there by then: 0 to 1.")


class MakerSerializer(Shape):
    """Who would make which parts as things stand; no workshop is asked before the order."""

    name = serializers.CharField()
    city = serializers.CharField()
    distance_km = serializers.FloatField()
    parts = serializers.ListField(
        child=serializers.CharField(), help_text="Of the design; none named: all of them."
    )
    process = serializers.CharField()
    material = serializers.CharField()
    colour = serializers.CharField()
    second_colour = serializers.CharField(
        allow_blank=True, help_text="Of the same material, put in by hand; blank for none."
    )
    changes_mm = serializers.ListField(
        child=serializers.FloatField(),
        help_text="The heights at which it is put in, and out again.",
    )
    grams = serializers.IntegerField(help_text="Of material, with waste; started ones count.")
    delivery = DeliverySerializer()


class QuoteSerializer(Shape):
    design = serializers.CharField(help_text="Key of the design.")
    family = serializers.CharField()
    title = serializers.CharField()
    material = serializers.CharField()
    colour = serializers.CharField()
    quantity = serializers.IntegerField()
    place = PlaceSerializer()
    currency = serializers.CharField(help_text="ISO 4217.")
    unit_cents = serializers.IntegerField(help_text="The total by the pieces, rounded down.")
    total_cents = serializers.IntegerField(help_text="With tax and delivery.")
    lines = PriceLineSerializer(many=True, help_text="They add up to the total.")
    quantity_steps = QuantityStepSerializer(many=True)
    delivery = DeliverySerializer()
    makers = MakerSerializer(many=True, help_text="Who makes what; of most designs, one.")
    grams = serializers.IntegerField(help_text="Of material, with waste; started ones count.")
    co2e_g = serializers.IntegerField(help_text="Material, machine and transport, about.")
    worst = serializers.CharField(
        allow_blank=True, help_text="The gravest finding: weak, look, mended, or none."
    )
    personalised = serializers.BooleanField(help_text="Own measures: no right of withdrawal.")
    held_until = serializers.DateTimeField()
    page = serializers.URLField(help_text="Where a person orders it.")


class Quotes(APIView):
    """Price and date of a design, in a material, colour and number of pieces, at a place.

    Nothing is reserved. What cannot be made is answered 422, with the findings.
    """

    permission_classes = [AllowAny]
    throttle_classes = [ScopedRateThrottle]
    throttle_scope = "geometry"

    @extend_schema(
        request=QuoteRequestSerializer,
        responses={200: QuoteSerializer, (409, "application/problem+json"): ProblemSerializer},
    )
    def post(self, request: Request) -> Response:
        body = QuoteRequestSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        wish = _wish(body.validated_data)
        return Response(_answer(request, wish, quote(wish, timezone.now())))


def _wish(asked: dict[str, Any]) -> Wish:
    """What is asked for. Raises NotFound, BadInput or Conflict in words."""
    place = _place(asked["place"])
    if asked["design"]:
        design = _kept(asked["design"])
        kind = sold(design.family)
    else:
        kind = sold(asked["family"])
        design = keep_design(kind.slug, asked["params"] or {}, strict=True)
    stuff = material_asked(kind, asked["material"])
    colour = colour_asked(stuff, asked["colour"])
    return Wish(design, stuff, colour, asked["quantity"], place)


def _kept(key: str) -> Design:
    design = Design.objects.filter(pk=key).first()
    if design is None:
        where = "/api/v1/families/{slug}/designs/"
        raise NotFound(
            f"No design is kept under the key “{key[:32]}”. Post its parameters to {where}, and "
            "ask with the key that comes back; or ask with family and params at once."
        )
    return design


def _place(text: str) -> Place:
    if not text:
        return usual_place()
    if text.isdecimal():
        return places.place(int(text))
    found = places.find(text, 1, near=usual_place())
    if not found:
        wrong = (
            f"We do not know a city called “{text[:40]}”. Try a larger one nearby; a country "
            "goes behind it with two letters: “Valence, FR”."
        )
        raise BadInput(wrong, fields={"place": wrong})
    return found[0]


def _answer(request: Request, wish: Wish, found: Quote) -> dict[str, Any]:
    pick = Pick(wish.design, wish.material, wish.colour, wish.quantity)
    total, place = found.price.total_cents, wish.place
    return {
        "design": wish.design.key,
        "family": wish.design.family,
        "title": found.title,
        "material": wish.material.slug,
        "colour": found.colour,
        "quantity": wish.quantity,
        "place": {"id": place.id, "name": place.name, "country": place.country},
        "currency": CURRENCY.upper(),
        "unit_cents": total // wish.quantity,
        "total_cents": total,
        "lines": [
            {"kind": line.kind, "label": line.label, "cents": line.cents}
            for line in found.price.lines
        ],
        "quantity_steps": [
            {"from_quantity": start, "percent_off": percent} for start, percent in QUANTITY_STEPS
        ],
        "delivery": _delivery(found.promise),
        "makers": [_maker(one) for one in found.portions],
        "grams": found.grams,
        "co2e_g": found.co2e_g,
        "worst": found.worst,
        "personalised": found.personalised,
        "held_until": found.held_until,
        "page": request.build_absolute_uri(pick.page),
    }


def _delivery(promise: Promise) -> dict[str, Any]:
    return {
        "earliest": promise.earliest,
        "latest": promise.latest,
        "confidence": promise.confidence,
    }


def _maker(one: Portion) -> dict[str, Any]:
    need, promise = one.need, one.promise
    return {
        "name": promise.factory,
        "city": promise.city,
        "distance_km": round(promise.distance_km, 1),
        "parts": list(need.parts),
        "process": need.process,
        "material": need.material,
        "colour": need.colour,
        "grams": need.grams,
        "second_colour": need.second_colour,
        "changes_mm": list(need.changes_mm),
        "delivery": _delivery(promise),
    }


urlpatterns = [path("quotes/", Quotes.as_view(), name="api-quotes")]
