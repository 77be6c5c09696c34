"""REST: what the configurator page does, for programs. Errors are RFC 9457 problem details."""

from __future__ import annotations

import tempfile
from dataclasses import asdict
from typing import IO, Any
from urllib.parse import urlencode

from django.urls import path, reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import BaseParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle
from rest_framework.views import APIView

from configurator import comparing, kept_shapes, lineage, services
from configurator.models import Product
from configurator.network import machine_volumes
from configurator.products import families
from configurator.products.base import Family
from configurator.products.fields import json_schema, parse, to_query
from configurator.serializers import (
    DesignRequestSerializer,
    DesignSerializer,
    FamilySerializer,
    UploadSerializer,
)
from configurator.suggest_api import urlpatterns as suggestions
from configurator.uploads.kinds import FILE_KINDS
from configurator.views import sold
from core.errors import BadInput, NotFound


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
        lineage.note(design, body.validated_data["remixed_from"])
        colour = body.validated_data["colour"] or kind.presets[0].colour
        kept_shapes.ask_to_keep(design, comparing.picked(design, material, colour, "1").colour)
        ancestry = [reverse("configurator:shared", args=[d.pk]) for d in lineage.ancestry(design)]
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
            "remixed_from": [request.build_absolute_uri(link) for link in ancestry],
        }
        return Response(answer, status=201)


class Whole(BaseParser):
    """The body as it comes; the view reads it piece by piece and counts."""

    media_type = "*/*"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        return stream


class Uploads(APIView):
    """Bring a file: the body is the file itself. The answer names it for an upload parameter."""

    permission_classes = [AllowAny]
    parser_classes = [Whole]
    throttle_classes = [ScopedRateThrottle]
    throttle_scope = "upload"

    @extend_schema(
        request={"application/octet-stream": OpenApiTypes.BINARY}, responses={201: UploadSerializer}
    )
    def post(self, request: Request, kind: str) -> Response:
        wanted = FILE_KINDS.get(kind)
        if wanted is None:
            raise NotFound(f"We read {', '.join(FILE_KINDS)} files.", detail=kind[:20])
        with tempfile.TemporaryFile() as file:
            _spool(request.stream, file, wanted.most_bytes)
            row = services.keep_upload(wanted.kind, file)
        answer = {"name": row.name, "kind": row.kind, "facts": row.facts}
        return Response(answer, status=201)


def _spool(stream: IO[bytes] | None, file: IO[bytes], most: int) -> None:
    """Copy a body into a file. Raises BadInput past so many bytes, or when there is none."""
    size = 0
    while stream is not None and (piece := stream.read(1 << 16)):
        size += len(piece)
        if size > most:
            raise BadInput(
                f"The file is larger than {most >> 20} MB. Save it smaller and try again."
            )
        file.write(piece)
    if not size:
        raise BadInput("The file is empty. Choose another one.")


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
    path("uploads/<slug:kind>/", Uploads.as_view(), name="api-uploads"),
    path("families/", Families.as_view(), name="api-families"),
    path("families/<slug:slug>/", OneFamily.as_view(), name="api-family"),
    path("families/<slug:slug>/designs/", Designs.as_view(), name="api-designs"),
    *suggestions,
]
