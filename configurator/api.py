"""REST: what the configurator page does, for programs. Errors are RFC 9457 problem details."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from urllib.parse import urlencode

from django.urls import path, reverse
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle
from rest_framework.views import APIView

from configurator import services
from configurator.models import Product
from configurator.network import machine_volumes
from configurator.products import families
from configurator.products.base import Family
from configurator.products.fields import json_schema, parse, to_query
from configurator.serializers import (
    DesignRequestSerializer,
    DesignSerializer,
    FamilySerializer,
)
from configurator.views import sold


class Families(APIView):
    """The families that are sold, with the JSON Schema of their parameters."""

    permission_classes = [AllowAny]

    @extend_schema(responses=FamilySerializer(many=True))
    def get(self, request: Request) -> Response:
        withdrawn = set(Product.objects.filter(active=False).values_list("slug", flat=True))
        shown = [kind for slug, kind in families().items() if slug not in withdrawn]
        return Response([_family(kind) for kind in shown])


class OneFamily(APIView):
    """One family."""

    permission_classes = [AllowAny]

    @extend_schema(responses=FamilySerializer)
    def get(self, request: Request, slug: str) -> Response:
        return Response(_family(sold(slug)))


class Designs(APIView):
    """Post parameters; get the kept design with its measures and findings."""

    permission_classes = [AllowAny]
    throttle_classes = [ScopedRateThrottle]
    throttle_scope = "geometry"

    @extend_schema(request=DesignRequestSerializer, responses={201: DesignSerializer})
    def post(self, request: Request, slug: str) -> Response:
        body = DesignRequestSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        kind = sold(slug)
        material = body.validated_data["material"] or kind.materials[0]
        design = services.keep_design(slug, body.validated_data["params"], strict=True)
        measured = services.measured(design, material, machine_volumes())
        query = urlencode({**to_query(parse(kind, design.params)), "material": material})
        glb = reverse("configurator:solid", args=[slug, "full"])
        answer = {
            **services.as_json(measured),
            "key": design.key,
            "family": design.family,
            "version": design.version,
            "params": design.params,
            "page": request.build_absolute_uri(reverse("configurator:shared", args=[design.key])),
            "glb": request.build_absolute_uri(f"{glb}?{query}"),
        }
        return Response(answer, status=201)


def _family(kind: Family) -> dict[str, Any]:
    return {
        "slug": kind.slug,
        "version": kind.version,
        "name": kind.name,
        "summary": kind.summary,
        "process": kind.process,
        "materials": list(kind.materials),
        "presets": [asdict(preset) for preset in kind.presets],
        "schema": json_schema(kind),
    }


urlpatterns = [
    path("families/", Families.as_view(), name="api-families"),
    path("families/<slug:slug>/", OneFamily.as_view(), name="api-family"),
    path("families/<slug:slug>/designs/", Designs.as_view(), name="api-designs"),
]
