"""REST: what the configurator page does, for programs. Errors are RFC 9457 problem details."""

from __future__ import annotations

import tempfile
from dataclasses import asdict
from typing import IO, Any
from urllib.parse import urlencode

from django.urls import path, reverse
from django.utils.cache import patch_cache_control
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import BaseParser
from rest_framework.permissions import AllowAny
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle
from rest_framework.views import APIView

from configurator import geometry_pool, kept_shapes, lineage, services
from configurator.asked import colour_asked, material_asked
from configurator.engine import design_key
from configurator.materials import USUAL_HEX
from configurator.models import Design, Product
from configurator.network import machine_volumes
from configurator.products import families, family
from configurator.products.base import Family
from configurator.products.fields import json_schema, parse, to_query
from configurator.serializers import (
    DesignRequestSerializer,
    DesignSerializer,
    FamilySerializer,
    ProblemSerializer,
    UploadSerializer,
)
from configurator.services import Measured
from configurator.suggest_api import urlpatterns as suggestions
from configurator.uploads.kinds import FILE_KINDS
from configurator.views import sold
from core.errors import BadInput, NotFound, TooLarge


class Families(APIView):
    """The families that are sold, with the JSON Schema of their parameters."""

    permission_classes = [AllowAny]

    @extend_schema(responses=FamilySerializer(many=True))
    def get(self, request: Request) -> Response:
        withdrawn = set(Product.objects.filter(active=False).values_list("slug", flat=True))
        shown = [kind for slug, kind in families().items() if slug not in withdrawn]
        return Response([_family(kind) for kind in shown])


class OneFamily(APIView):
    """One family, with the JSON Schema of its parameters."""

    permission_classes = [AllowAny]

    @extend_schema(responses=FamilySerializer)
    def get(self, request: Request, slug: str) -> Response:
        return Response(_family(sold(slug)))


class Designs(APIView):
    """Post parameters; get the kept design with its measures and findings.

    Its price and date are asked for at the address under ``quotes``. What is left out has its
    usual value, all of it where there is no body. A number is rounded to the decimals of its step
    (``x-form`` of the family's schema): where that is 0.5, 30.123 becomes 30.1.
    """

    permission_classes = [AllowAny]
    throttle_classes = [ScopedRateThrottle]
    throttle_scope = "geometry"

    @extend_schema(request=DesignRequestSerializer, responses={201: DesignSerializer})
    def post(self, request: Request, slug: str) -> Response:
        body = DesignRequestSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        asked, kind = body.validated_data, sold(slug)
        material = material_asked(kind, asked["material"])
        colour = colour_asked(material, asked["colour"], kind.presets[0].colour)
        _check_parent(kind, asked["remixed_from"])
        design = services.keep_design(slug, asked["params"], strict=True)
        measured = services.measured(design, material.slug, machine_volumes())
        lineage.note(design, asked["remixed_from"])
        kept_shapes.ask_to_keep(design, colour)
        return Response(_answer(request, design, measured), status=201)


def _check_parent(kind: Family, key: str) -> None:
    if key and not Design.objects.filter(pk=key, family=kind.slug).exists():
        wrong = (
            f"No {kind.noun} is kept under “{key[:32]}”, so this cannot be made from it; "
            "send the key of one that is, or leave remixed_from out."
        )
        raise BadInput(wrong, fields={"remixed_from": wrong})


def _answer(request: Request, design: Design, measured: Measured) -> dict[str, Any]:
    ancestry = [reverse("configurator:shared", args=[d.pk]) for d in lineage.ancestry(design)]
    query = urlencode(to_query(parse(family(design.family), design.params)))
    glb = reverse("api-solid", args=[design.family])
    about, machines = services.as_json(measured), machine_volumes()
    for row, part in zip(about["parts"], measured.parts, strict=True):
        row["fits"] = part.held_by(machines)
    return {
        **about,
        "key": design.key,
        "family": design.family,
        "version": design.version,
        "params": design.params,
        "page": request.build_absolute_uri(reverse("configurator:shared", args=[design.key])),
        "glb": request.build_absolute_uri(f"{glb}?{query}" if query else glb),
        "quotes": request.build_absolute_uri(reverse("api-quotes")),
        "remixed_from": [request.build_absolute_uri(link) for link in ancestry],
    }


class Glb(BaseRenderer):
    """The bytes of a solid as they are."""

    media_type = "model/gltf-binary"
    format = "glb"
    charset = None
    render_style = "binary"

    def render(self, data: Any, media_type: Any = None, renderer_context: Any = None) -> Any:
        return data


class Solid(APIView):
    """The solid of the parameters in the query, as GLB with normals, for any program."""

    permission_classes = [AllowAny]
    renderer_classes = [Glb]
    throttle_classes = [ScopedRateThrottle]
    throttle_scope = "geometry"

    @extend_schema(
        parameters=[
            OpenApiParameter(
                "params",
                {"type": "object", "additionalProperties": {"type": "string"}},
                style="form",
                explode=True,
                description="Parameters of the family, one by one: ?width_mm=70&name=Ada. Those "
                "that are left out have their defaults; an unknown one is an error.",
            ),
            OpenApiParameter("colour", str, description="One of those that it comes in."),
        ],
        responses={
            (200, Glb.media_type): OpenApiTypes.BINARY,
            (422, "application/problem+json"): ProblemSerializer,
        },
    )
    def get(self, request: Request, slug: str) -> Response:
        kind, raw = sold(slug), request.query_params.dict()
        colour = raw.pop("colour", "")
        params = parse(kind, raw, strict=True)
        shade = services.colour_hex(slug, colour) if colour else USUAL_HEX
        response = Response(geometry_pool.file(slug, raw, "glb", shade))
        response["X-Design-Key"] = design_key(slug, kind.version, params)
        patch_cache_control(response, private=True, max_age=300)
        return response


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
    """Copy a body into a file. Raises TooLarge past so many bytes, BadInput when there is none."""
    size = 0
    while stream is not None and (piece := stream.read(1 << 16)):
        size += len(piece)
        if size > most:
            raise TooLarge(
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
    path("families/<slug:slug>/solid.glb", Solid.as_view(), name="api-solid"),
    *suggestions,
]
