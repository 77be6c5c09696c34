"""The catalogue, the configurator page and what follows its sliders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_GET

from configurator import geometry_pool, services
from configurator.beside import beside, made_on
from configurator.engine import design_key
from configurator.form_rows import fitted_of, groups_of
from configurator.materials import Material
from configurator.materials import material as material_of
from configurator.models import Product
from configurator.network import machine_volumes
from configurator.pictures import ours
from configurator.processes import PROCESSES, files_of
from configurator.products import families, family
from configurator.products.base import Family
from configurator.products.fields import FormField, fields, parse, to_query
from configurator.ready import ready
from core.errors import BadInput, NotFound
from core.htmx import asks_for_part
from core.throttle import at_most
from core.whole import whole_number

OUTSIDE_DESIGN = frozenset(
    {
        "material",
        "colour",
        "quantity",
        "city",
        "client",
        "w",
        "from",
        "saved",
        "started",
        "with",
        "fit",
    }
)
"""What the URL holds beside the parameters of the geometry."""

FILE_TYPES = {
    "3mf": "model/3mf",
    "stl": "model/stl",
    "glb": "model/gltf-binary",
    "dxf": "image/vnd.dxf",
    "step": "model/step",
    "svg": "image/svg+xml",
}
"""What a design can be taken away as, and its media type."""


@dataclass(frozen=True)
class Chosen:
    """A family with its parameters, material and colour, as the URL says."""

    family: Family
    raw: dict[str, str]
    material: Material
    colour: str
    quantity: int

    @property
    def query(self) -> str:
        """The same as a URL, canonical and short."""
        params = to_query(parse(self.family, self.raw))
        return urlencode(
            {
                **params,
                "material": self.material.slug,
                "colour": self.colour,
                "quantity": self.quantity,
            }
        )


def chosen(request: HttpRequest, slug: str) -> Chosen:
    """Read a request. Raises NotFound for an unknown or withdrawn product."""
    return chosen_from(request.GET.dict(), slug)


def chosen_from(get: Mapping[str, Any], slug: str) -> Chosen:
    """Read what a form holds, as ``chosen`` does."""
    kind = sold(slug)
    stuff = material_of(get.get("material") or kind.materials[0])
    if stuff.slug not in kind.materials:
        raise NotFound(f"{kind.name} is not made of {stuff.noun}.")
    colours = [colour.slug for colour in stuff.colours]
    colour = get.get("colour", "")
    raw = {name: value for name, value in get.items() if name not in OUTSIDE_DESIGN}
    return Chosen(
        kind,
        raw,
        stuff,
        colour if colour in colours else _usual_colour(kind, colours),
        _quantity(get.get("quantity", "1")),
    )


def sold(slug: str) -> Family:
    """The family, if the shop offers it."""
    if Product.objects.filter(slug=slug, active=False).exists():
        raise NotFound("This product is not offered at the moment.")
    return family(slug)


@require_GET
def catalogue(request: HttpRequest) -> HttpResponse:
    withdrawn = set(Product.objects.filter(active=False).values_list("slug", flat=True))
    shown = [kind for slug, kind in families().items() if slug not in withdrawn]
    wanted = request.GET.get("material", "")
    if wanted:
        shown = [kind for kind in shown if wanted in kind.materials]
    materials = {m: material_of(m) for kind in families().values() for m in kind.materials}
    return render(
        request,
        "configurator/catalogue.html",
        {
            "cards": [_card(kind, wanted) for kind in shown],
            "materials": materials,
            "wanted": wanted,
        },
    )


@require_GET
def design(request: HttpRequest, slug: str) -> HttpResponse:
    """The configurator. Parameters that cannot be read are shown with what is wrong."""
    pick = chosen(request, slug)
    try:
        params, faults = parse(pick.family, pick.raw), {}
    except BadInput as error:
        faults = error.fields
        kept = {name: value for name, value in pick.raw.items() if name not in faults}
        params = parse(pick.family, kept)
    values = params.model_dump(mode="json")
    fitted = fitted_of(pick.family, pick.material, values) if "fit" in request.GET else {}
    values |= fitted
    params = parse(pick.family, values) if fitted else params
    context = {
        "kind": pick.family,
        "pick": pick,
        "groups": groups_of(pick.family, pick.material, values, faults, fitted),
        "presets": _preset_cards(pick.family),
        "materials": [material_of(name) for name in pick.family.materials],
        "faulty": [field.label for field in fields(pick.family) if field.name in faults],
        "quantity_said": _quantity_said(request.GET.get("quantity", ""), pick.quantity),
        "query": urlencode({**to_query(params), "material": pick.material.slug}),
        "city": request.GET.get("city", ""),
        "values": values,
        "file_types": files_of(pick.family, params),
        "site": request.build_absolute_uri("/")[:-1],
        **beside(request, pick, values),
    }
    return render(request, "configurator/design.html", context)


@require_GET
@at_most("geometry")
def checks(request: HttpRequest, slug: str) -> HttpResponse:
    """Faults with their cures, and sizes in words: a panel for htmx, a page otherwise."""
    pick = chosen(request, slug)
    result = geometry_pool.advised(
        slug, pick.raw, pick.material.slug, machine_volumes(), client=_client(request, "checks")
    )
    measures = services.measures_of(result)
    labels = {field.name: field for field in fields(pick.family)}
    rows = [
        {
            **asdict(f),
            "field_of": labels.get(f.field or ""),
            "shown": _shown(labels.get(f.field or ""), f.value),
            "there": urlencode({**request.GET.dict(), f.field or "": f.value}),
        }
        for f in measures.findings
    ]
    return render(
        request,
        "configurator/_checks.html" if asks_for_part(request) else "configurator/checks.html",
        {
            "findings": rows,
            "measured": measures,
            "pick": pick,
            "made_on": made_on(measures.parts),
            "kind": pick.family,
            "file_types": files_of(pick.family, parse(pick.family, pick.raw)),
            "query": pick.query,
        },
    )


@require_GET
@at_most("draft")
def solid(request: HttpRequest, slug: str, quality: str) -> HttpResponseBase:
    """The GLB that follows the slider (``draft``) or stands when it is released (``full``)."""
    if quality not in ("draft", "full"):
        raise NotFound("A solid is either draft or full.")
    pick = chosen(request, slug)
    client = _client(request, "solid")
    try:
        if quality == "draft":
            preview = geometry_pool.draft(slug, pick.raw, pick.material.slug, client=client)
            glb, key, size = preview.glb, preview.key, preview.size_mm
        else:
            result = geometry_pool.evaluate(
                slug, pick.raw, pick.material.slug, machine_volumes(), client=client
            )
            glb, key, size = result.glb, result.key, result.size_mm
    except geometry_pool.Superseded:
        return HttpResponse(status=204)  # a newer request of the same page is on its way
    response = HttpResponse(glb, content_type="model/gltf-binary")
    response["X-Design-Key"] = key
    response["X-Size-Mm"] = " ".join(f"{value:.2f}" for value in size)
    patch_cache_control(response, private=True, max_age=300)
    return response


@require_GET
@at_most("geometry")
def take_away(request: HttpRequest, slug: str, extension: str) -> HttpResponse:
    """The design as a file for the customer's own use; its name is ours, never what was typed."""
    pick = chosen(request, slug)
    kind = FILE_TYPES.get(extension)
    types = files_of(pick.family, parse(pick.family, pick.raw))
    if kind is None or extension not in types:
        raise NotFound(f"This design can be had as {', '.join(types)}.")
    data = geometry_pool.file(slug, pick.raw, extension, services.colour_hex(slug, pick.colour))
    key = design_key(slug, pick.family.version, parse(pick.family, pick.raw))
    response = HttpResponse(data, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{slug}-{key[:8]}.{extension}"'
    patch_cache_control(response, private=True, max_age=300)
    return response


@require_GET
@at_most("picture")
def preset_picture(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    kind = sold(slug)
    if number >= len(kind.presets):
        raise NotFound("There is no such preset.")
    preset = kind.presets[number]
    if wanted := request.GET.get("material", ""):
        one = ready(kind, number, wanted)
        return _png(request, slug, one.params, one.colour)
    return _png(request, slug, dict(preset.params), preset.colour)


@require_GET
@at_most("geometry")
def drawn(request: HttpRequest, slug: str) -> HttpResponse:
    """A picture of the parameters as they stand, for a browser without WebGL; not kept."""
    pick = chosen(request, slug)
    shade, client = services.colour_hex(slug, pick.colour), _client(request, "drawn")
    try:
        png = geometry_pool.picture(slug, pick.raw, shade, width_of(request), client=client)
    except geometry_pool.Superseded:
        return HttpResponse(status=204)  # a newer request of the same page is on its way
    response = HttpResponse(png, content_type="image/png")
    patch_cache_control(response, private=True, max_age=300)
    return response


@require_GET
@at_most("picture")
def thumb(request: HttpRequest, name: str) -> HttpResponse:
    """What was brought, small: who knows its name has it already."""
    png = ours(name, small=True) or services.thumb_of(name)
    response = HttpResponse(png, content_type="image/png")
    patch_cache_control(response, private=True, max_age=86_400)
    return response


def _png(request: HttpRequest, slug: str, params: dict[str, Any], colour: str) -> HttpResponse:
    png = services.picture_of(slug, params, colour, width_of(request))
    response = HttpResponse(png, content_type="image/png")
    patch_cache_control(response, public=True, max_age=86_400)
    return response


def width_of(request: HttpRequest) -> int:
    """The nearest width that we draw to the one asked for."""
    width = whole_number(request.GET.get("w", "")) or 320
    return min(services.PICTURE_WIDTHS, key=lambda w: abs(w - width))


def _client(request: HttpRequest, what: str) -> str:
    """One page of one browser: a newer request of the same page replaces an older one."""
    page = request.GET.get("client", "")[:40]
    return f"{what}:{page}" if page else ""


def _quantity(text: str) -> int:
    return min(500, max(1, whole_number(text) or 1))


def _quantity_said(asked: str, taken: int) -> str:
    """What a link asked for that cannot be had, in words; nothing where it can."""
    if not asked or asked == str(taken):
        return ""
    return (
        f"The link asks for “{asked[:12]}”; from 1 to 500 whole pieces can be had. Set to {taken}."
    )


def _usual_colour(kind: Family, colours: list[str]) -> str:
    first = kind.presets[0].colour
    return first if first in colours else colours[0]


def _preset_cards(kind: Family) -> list[dict[str, Any]]:
    return [
        {
            "name": preset.name,
            "number": number,
            "colour": preset.colour,
            "query": urlencode({**preset.params, "colour": preset.colour}),
        }
        for number, preset in enumerate(kind.presets)
    ]


def _card(kind: Family, wanted: str) -> dict[str, Any]:
    return {
        "kind": kind,
        "shown": ready(kind, 0, wanted),
        "presets": [
            {"name": preset.name, "number": number, "query": ready(kind, number, wanted).query}
            for number, preset in enumerate(kind.presets[:6])
        ],
        "materials": [material_of(name) for name in kind.materials],
        "done": " and ".join(PROCESSES[process].done for process in sorted(kind.processes)),
        "changeable": [field.label for field in fields(kind)],
    }


def _shown(field: FormField | None, value: Any) -> str:
    if field is None or value is None:
        return ""
    if field.kind == "choice":
        return dict(field.choices).get(str(value), str(value))
    return field.shown(value) if field.kind == "number" else str(value)
