"""Suggest alternatives: what to keep, the search as it goes, and the gallery."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from configurator import suggestions
from configurator.materials import material as material_of
from configurator.products import family
from configurator.products.base import BaseParams, Family
from configurator.products.fields import FormField, Value, fields, parse, to_query
from configurator.suggest.pins import SEARCHED, pins_at_first
from configurator.suggestion_models import SuggestionRun
from configurator.views import Chosen, chosen
from core.errors import BadInput
from core.htmx import asks_for_part
from core.live import live_response, render_live
from core.throttle import at_most
from core.whole import whole_number

WHY = {
    "changed": "you changed it",
    "size": "one of its sizes",
    "fitted": "what it is for",
}
MATTERS = (
    ("front", "The whole range"),
    ("price", "Cheaper"),
    ("weight", "Lighter"),
    ("stiffness", "Stiffer"),
)
FAR = (("little", "A little"), ("some", "Some"), ("far", "Anything"))


@require_http_methods(["GET", "POST"])
def suggest(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Choose what matters and what to keep (GET); start the search (POST)."""
    return _start(request, slug) if request.method == "POST" else _form(request, slug)


@at_most("suggest")
def _start(request: HttpRequest, slug: str) -> HttpResponse:
    pick = chosen(request, slug)
    kept = [name for name in request.POST.getlist("keep") if name in _searched(pick.family)]
    goal, reach = request.POST.get("goal", "front"), request.POST.get("reach", "some")
    try:
        wish = suggestions.wish_of(
            slug, pick.raw, pick.material.slug, pinned=kept, goal=goal, reach=reach
        )
    except BadInput as error:
        return _form(request, slug, error, kept)
    run = suggestions.ask(wish)
    look = {"colour": pick.colour, "quantity": pick.quantity}
    if asks_for_part(request):
        return HttpResponse(render_live(request, "configurator/_suggestion.html", _of(run, look)))
    return redirect(f"{reverse('configurator:suggestion', args=[run.uid])}?{urlencode(look)}")


def _form(
    request: HttpRequest, slug: str, error: BadInput | None = None, kept: list[str] | None = None
) -> HttpResponse:
    pick = chosen(request, slug)
    params = parse(pick.family, pick.raw)
    context = {
        "kind": pick.family,
        "pick": pick,
        "query": pick.query,
        "rows": _rows(pick, params, kept),
        "always": [form.label for form in fields(pick.family) if form.kind not in SEARCHED],
        "matters": MATTERS,
        "far": FAR,
        "goal": request.POST.get("goal", "front"),
        "reach": request.POST.get("reach", "some"),
        "fault": error.sentence if error else "",
        "part": "configurator/_suggest_form.html",
    }
    return _page_or_part(request, context, 422 if error else 200)


@require_GET
def suggestion(request: HttpRequest, uid: UUID) -> HttpResponse:
    """A search: how far it is, or what it found; asked for again and again while it goes on."""
    run = get_object_or_404(SuggestionRun, pk=uid)
    context = _of(run, request.GET.dict())
    if "v" in request.GET:
        return live_response(request, "configurator/_suggestion.html", context)
    if asks_for_part(request):
        return HttpResponse(render_live(request, "configurator/_suggestion.html", context))
    return render(request, "configurator/suggest.html", context)


@require_POST
def stop(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Cancel a search; its page says so and how to begin again."""
    run = get_object_or_404(SuggestionRun, pk=uid)
    suggestions.cancel(run)
    query = urlencode(_look(run, request.POST.dict()))
    if asks_for_part(request):
        return redirect(
            f"{reverse('configurator:suggest', args=[run.family])}?{_design(run)}&{query}"
        )
    return redirect(f"{reverse('configurator:suggestion', args=[run.uid])}?{query}")


def _page_or_part(request: HttpRequest, context: dict[str, Any], status: int) -> HttpResponse:
    part = asks_for_part(request)
    template = context["part"] if part else "configurator/suggest.html"
    return render(request, template, context, status=status)


def _searched(kind: Family) -> set[str]:
    return {form.name for form in fields(kind) if form.kind in SEARCHED}


def _rows(pick: Chosen, params: BaseParams, kept: list[str] | None) -> list[dict[str, Any]]:
    """The fields that can be kept or let go, with their values and why they are kept at first."""
    first = pins_at_first(pick.family, params)
    return [
        {
            "name": form.name,
            "label": form.label,
            "shown": shown(form, getattr(params, form.name)),
            "why": WHY.get(first.get(form.name, ""), ""),
            "kept": form.name in (first if kept is None else kept),
        }
        for form in fields(pick.family)
        if form.kind in SEARCHED
    ]


def _of(run: SuggestionRun, look: dict[str, Any]) -> dict[str, Any]:
    """What the template of a run shows."""
    kind = family(run.family)
    look = _look(run, look)
    own = run.found.get("own")
    cards = [_card(kind, run, one, own, look) for one in run.found.get("shown", [])]
    return {
        "kind": kind,
        "run": run,
        "look": look,
        "back": f"{_design(run)}&{urlencode(look)}",
        "percent": 100 * run.tried // max(run.budget, 1),
        "quarter": 4 * run.tried // max(run.budget, 1),
        "best": {name: _change(share) for name, share in run.best.items()},
        "own": own,
        "cards": cards,
        "ahead": _ahead(run),
        "part": "configurator/_suggestion.html",
    }


def _look(run: SuggestionRun, asked: dict[str, Any]) -> dict[str, str]:
    """Colour and quantity as the page has them; neither changes what is found."""
    colours = [colour.slug for colour in material_of(run.material).colours]
    colour, quantity = str(asked.get("colour", "")), str(asked.get("quantity", "1"))
    return {
        "material": run.material,
        "colour": colour if colour in colours else colours[0],
        "quantity": str(min(500, max(1, whole_number(quantity) or 1))),
    }


def _design(run: SuggestionRun) -> str:
    return urlencode(to_query(parse(family(run.family), run.params)))


def _card(
    kind: Family,
    run: SuggestionRun,
    one: dict[str, Any],
    own: dict[str, Any],
    look: dict[str, str],
) -> dict[str, Any]:
    query = to_query(parse(kind, one["params"]))
    return {
        **one,
        "query": urlencode({**query, **look}),
        "changes": _changes(kind, own["params"], one["params"]),
        "price_change": _change(one["cents"] / max(own["cents"], 1)),
        "weight_change": _change(one["grams"] / max(own["grams"], 1e-9)),
        "stiffness_change": _change(one["stiffness"]),
        "stiffness_percent": _percent(one["stiffness"]),
    }


def _changes(kind: Family, own: dict[str, Any], other: dict[str, Any]) -> list[dict[str, str]]:
    return [
        {
            "label": form.label,
            "before": shown(form, own[form.name]),
            "after": shown(form, other[form.name]),
        }
        for form in fields(kind)
        if own.get(form.name) != other.get(form.name)
    ]


def shown(form: FormField, value: Value) -> str:
    """A value in the words of its field: ``1.6 mm``, ``Honeycomb``, ``yes``."""
    if form.kind == "number":
        return form.shown(float(value))
    if form.kind == "flag":
        return "yes" if value else "no"
    return dict(form.choices).get(str(value), str(value))


def _change(share: float | None) -> str:
    """``+35 %``, ``−4 %``, ``the same``; "–" where there is nothing to compare with."""
    if share is None:
        return "–"
    percent = round((share - 1) * 100)
    if percent == 0:
        return "the same"
    return f"{'+' if percent > 0 else '−'}{abs(percent)} %"


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{round(share * 100)} %"


def _ahead(run: SuggestionRun) -> int:
    """How many searches come first, of one that has not begun."""
    if run.status != "waiting":
        return 0
    active = SuggestionRun.objects.filter(status__in=SuggestionRun.ACTIVE)
    return active.filter(created_at__lt=run.created_at).count()
