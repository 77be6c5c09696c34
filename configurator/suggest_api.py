"""REST: ask for alternatives, look at the search, cancel it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle, ScopedRateThrottle
from rest_framework.views import APIView

from configurator import suggestions
from configurator.asked import material_asked
from configurator.serializers import OneOfField, ParamsField, Strict, TextField, material_field
from configurator.suggest.gallery import GOALS
from configurator.suggestion_models import SuggestionRun
from configurator.views import sold

if TYPE_CHECKING:
    Shape = serializers.Serializer[Any]
else:
    Shape = serializers.Serializer


class SuggestionRequestSerializer(Strict):
    """Without ``pinned``, outer sizes, fits and what differs from a preset are kept."""

    params = ParamsField(required=False, default=dict)
    material = material_field()
    pinned = serializers.ListField(
        child=TextField(max_length=60), required=False, default=None, allow_null=True
    )
    goal = OneOfField(choices=GOALS, required=False, default="front")
    reach = OneOfField(choices=list(suggestions.REACHES), required=False, default="some")


class SuggestedSerializer(Shape):
    key = serializers.CharField(help_text="Names this geometry for ever.")
    params = serializers.DictField()
    cents = serializers.IntegerField(help_text="Making one, before tax and delivery.")
    grams = serializers.FloatField()
    stiffness = serializers.FloatField(
        allow_null=True, help_text="Of the weakest part in bending; your own design has 1."
    )
    worst = serializers.ChoiceField(
        choices=[level for level in suggestions.LEVELS if level],
        allow_blank=True,
        help_text="The gravest finding of its checks; empty without one.",
    )
    chips = serializers.ListField(child=serializers.CharField(), required=False)
    size_mm = serializers.ListField(child=serializers.FloatField(), required=False)


class SuggestionSerializer(Shape):
    uid = serializers.UUIDField()
    url = serializers.URLField()
    status = serializers.ChoiceField(choices=list(SuggestionRun.MOVES))
    tried = serializers.IntegerField()
    budget = serializers.IntegerField()
    best = serializers.DictField(
        child=serializers.FloatField(), help_text="Best so far, as shares of your own design."
    )
    pinned = serializers.ListField(child=serializers.CharField())
    said = serializers.CharField(allow_blank=True)
    own = SuggestedSerializer(allow_null=True)
    shown = SuggestedSerializer(many=True)
    finished = serializers.BooleanField(
        allow_null=True, help_text="False where time ended the search before its budget."
    )


class Suggestions(APIView):
    """Ask for alternatives to a design. The same request is answered by the same run."""

    permission_classes = [AllowAny]
    throttle_classes = [ScopedRateThrottle]
    throttle_scope = "suggest"

    @extend_schema(request=SuggestionRequestSerializer, responses={202: SuggestionSerializer})
    def post(self, request: Request, slug: str) -> Response:
        body = SuggestionRequestSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        asked, kind = body.validated_data, sold(slug)
        material = material_asked(kind, asked["material"])
        wish = suggestions.wish_of(
            slug,
            asked["params"],
            material.slug,
            pinned=asked["pinned"],
            goal=asked["goal"],
            reach=asked["reach"],
            strict=True,
        )
        answer = _answer(request, suggestions.ask(wish))
        return Response(answer, status=202, headers={"Location": answer["url"]})


class Suggestion(APIView):
    """One search for alternatives."""

    permission_classes = [AllowAny]

    @extend_schema(responses=SuggestionSerializer)
    def get(self, request: Request, slug: str, uid: UUID) -> Response:
        """How far a search is and what it found."""
        return Response(_answer(request, get_object_or_404(SuggestionRun, pk=uid, family=slug)))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, slug: str, uid: UUID) -> Response:
        """Cancel a search; what it found so far stays."""
        suggestions.cancel(get_object_or_404(SuggestionRun, pk=uid, family=slug))
        return Response(status=204)

    def get_throttles(self) -> list[BaseThrottle]:
        return []  # progress is asked for often, and costs one row


def _answer(request: Request, run: SuggestionRun) -> dict[str, Any]:
    where = reverse("api-suggestion", args=[run.family, run.uid])
    return {
        "uid": str(run.uid),
        "url": request.build_absolute_uri(where),
        "status": run.status,
        "tried": run.tried,
        "budget": run.budget,
        "best": run.best,
        "pinned": run.pinned,
        "said": run.said,
        "own": run.found.get("own"),
        "shown": run.found.get("shown", []),
        "finished": run.found.get("finished"),
    }


urlpatterns = [
    path("families/<slug:slug>/suggestions/", Suggestions.as_view(), name="api-suggestions"),
    path(
        "families/<slug:slug>/suggestions/<uuid:uid>/",
        Suggestion.as_view(),
        name="api-suggestion",
    ),
]
