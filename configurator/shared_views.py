"""The frozen link of a design, where it came from, and what it looked like when it was kept."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from configurator import comparing, kept_shapes, lineage, services
from configurator.comparing import Pick
from configurator.engine import design_key
from configurator.models import Design
from configurator.products.fields import fields, parse
from configurator.views import Chosen, chosen, width_of
from core.errors import BadInput
from core.throttle import at_most


@require_GET
def shared(request: HttpRequest, key: str) -> HttpResponse:
    """A link always gives the same geometry; where it is no longer made so, a page says that."""
    design = get_object_or_404(Design, pk=key)
    get = request.GET
    pick = comparing.picked(
        design, get.get("material", ""), get.get("colour", ""), get.get("quantity", "1")
    )
    if kept_shapes.is_redrawn(design):
        return _frozen(request, pick)
    query = {**pick.query, "from": design.key}
    for name in ("material", "colour", "quantity"):
        if name not in get:
            del query[name]
    return redirect(f"{reverse('configurator:design', args=[pick.kind.slug])}?{urlencode(query)}")


def _frozen(request: HttpRequest, pick: Pick) -> HttpResponse:
    known = {form.name: form for form in fields(pick.kind)}
    context = {
        "side": comparing.side_of(pick, pick.kind.name),
        "pick": pick,
        "kind": pick.kind,
        "rows": [row for row in comparing.rows_of(pick, pick) if row.left != "–"],
        "lost": [name for name in pick.design.params if name not in known],
        "has_picture": bool(kept_shapes.pictures_of(pick.design.key)),
        "has_solid": kept_shapes.solid_path(pick.design.key).exists(),
        "ancestry": lineage.ancestry(pick.design),
        "today": urlencode({**pick.query, "from": pick.design.key}),
    }
    return render(request, "configurator/frozen.html", context)


@require_GET
def origin(request: HttpRequest, slug: str) -> HttpResponse:
    """What the page says of a design that was opened by a shared link, changed or not."""
    pick = chosen(request, slug)
    came_from = Design.objects.filter(pk=request.GET.get("from", "-"), family=slug).first()
    context: dict[str, object] = {"origin": came_from, "pick": pick}
    if came_from is not None:
        context["changed"] = _key(pick) != came_from.key
        context["ancestry"] = lineage.ancestry(came_from)
    return render(request, "configurator/_origin.html", context)


def _key(pick: Chosen) -> str:
    try:
        params = parse(pick.family, pick.raw)
    except BadInput:  # what is typed just now cannot be: it is changed, certainly
        return ""
    return design_key(pick.family.slug, pick.family.version, params)


@require_GET
@at_most("picture")
def picture(request: HttpRequest, key: str, colour: str) -> HttpResponse:
    row = get_object_or_404(Design, pk=key)
    names = tuple(name for name in request.GET.get("parts", "").split(",") if name)
    if names and not kept_shapes.is_redrawn(row):
        png = services.picture_of_parts(row, names, colour, width_of(request))
    else:
        png = kept_shapes.picture(row, colour, width_of(request))
    response = HttpResponse(png, content_type="image/png")
    patch_cache_control(response, public=True, max_age=86_400)
    return response


@require_GET
@at_most("geometry")
def solid(request: HttpRequest, key: str) -> HttpResponse:
    """The design as GLB, as it was kept."""
    row = get_object_or_404(Design, pk=key)
    response = HttpResponse(kept_shapes.solid(row), content_type="model/gltf-binary")
    patch_cache_control(response, public=True, max_age=86_400)
    return response
