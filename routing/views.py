"""The factory's inbox, and the operations pages of the administrator."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.admin.views.decorators import staff_member_required
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from core.errors import BadInput, NotFound
from core.live import live_response, render_live
from manufacturing.models import Factory, Job
from manufacturing.needs import shelf
from manufacturing.selectors import factory_for, job_for
from manufacturing.views import LIVE as MACHINES
from manufacturing.views import machine_cards
from routing import offers, selectors, services
from routing.models import Decision, Offer

LIVE = "routing/_offers.html"


def staff_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Only for staff: who is not signed in is asked to, who is reads whom the page is for."""
    guarded: Callable[..., HttpResponse] = staff_member_required(view, login_url="login")

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated and not request.user.is_staff:
            return render(request, "routing/staff_only.html", status=403)
        return guarded(request, *args, **kwargs)

    return wrapped


@login_required
@require_GET
def inbox(request: HttpRequest, pk: int) -> HttpResponse:
    factory = factory_for(request.user, pk)
    shown = _offers(factory)
    context = {
        "factory": factory,
        "heading": shown["heading"],
        "offers_live": render_live(request, LIVE, shown),
        "machines_live": render_live(request, MACHINES, machine_cards(factory)),
        "earned": selectors.earned_this_week(factory),
        "here": "inbox",
    }
    return render(request, "routing/inbox.html", context)


@login_required
@require_GET
def inbox_live(request: HttpRequest, pk: int) -> HttpResponse:
    return live_response(request, LIVE, _offers(factory_for(request.user, pk)))


def _offers(factory: Factory) -> dict[str, Any]:
    rows = list(selectors.open_offers_for(factory))
    shelves = {shelf(s.material, s.colour, s.thickness_mm): s.grams for s in factory.stock.all()}
    cards = [
        {
            "offer": row,
            "need": row.job.wanted,
            "grams": shelves.get(row.job.wanted.shelf, 0),
            "undo_s": _undo_s(row),
        }
        for row in rows
    ]
    machines = list(factory.machines.exclude(status="retired"))
    to_clear = sum(machine.status == "needs_clearing" for machine in machines)
    return {
        "factory": factory,
        "cards": cards,
        "heading": _heading(sum(not row.answer for row in rows), to_clear),
        "idle": sum(machine.status == "idle" for machine in machines),
        "to_clear": to_clear,
        "machines": len(machines),
        "missed": [] if cards else selectors.missed_by(factory),
    }


@login_required
@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    offer = selectors.offer_for(request.user, pk)
    said = request.POST.get("said", "")
    if said not in ("accept", "decline"):
        raise NotFound("An offer is accepted or declined.")
    reason = request.POST.get("reason", "").strip() or "no reason given"
    offers.answer(
        offer, said, by=request.user.get_username(), reason="" if said == "accept" else reason
    )
    return _back(request, offer.factory)


@login_required
@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    offer = selectors.offer_for(request.user, pk)
    offers.undo(offer)
    return _back(request, offer.factory)


@login_required
@require_POST
def give_back(request: HttpRequest, uid: str) -> HttpResponse:
    """A workshop gives an accepted job back before it has begun."""
    job = job_for(request.user, uid)
    factory = job.factory
    reason = request.POST.get("reason", "").strip()[:200] or "no reason given"
    offers.give_back(job, by=request.user.get_username(), reason=f"given back: {reason}")
    messages.success(request, f"{job} goes to another workshop.")
    assert factory is not None, "a job of a workshop has a workshop"
    return redirect("manufacturing:jobs", factory.pk)


@login_required
@require_POST
def accepting(request: HttpRequest, pk: int) -> HttpResponse:
    """Take new work or pause; say yes by itself or not."""
    factory = factory_for(request.user, pk)
    Factory.objects.filter(pk=factory.pk).update(
        accepting=request.POST.get("accepting") == "1",
        auto_accept=request.POST.get("auto_accept") == "1",
    )
    return redirect("routing:inbox", pk)


def _back(request: HttpRequest, factory: Factory) -> HttpResponse:
    if getattr(request, "htmx", False):
        return HttpResponse(render_live(request, LIVE, _offers(factory)))
    return redirect("routing:inbox", factory.pk)


def _undo_s(offer: Offer) -> int:
    """Whole seconds until an answer counts; 0 where there is none, or its time is over."""
    if offer.answered_at is None:
        return 0
    gone_s = (timezone.now() - offer.answered_at).total_seconds()
    return max(0, math.ceil(float(settings.UNDO_SECONDS) - gone_s))


def _heading(waiting: int, to_clear: int) -> str:
    """What waits for a person; drawn anew together with the offers."""
    offers_said = {0: "No offers just now", 1: "One offer"}.get(waiting, f"{waiting} offers")
    plates = {0: "", 1: ", one plate to clear"}.get(to_clear, f", {to_clear} plates to clear")
    return f"{_greeting()}. {offers_said}{plates}."


def _greeting() -> str:
    hour = timezone.now().hour
    return "Good morning" if hour < 12 else "Good afternoon" if hour < 18 else "Good evening"


@staff_only
@require_GET
def operations(request: HttpRequest) -> HttpResponse:
    return render(request, "routing/operations.html", selectors.network_state())


@staff_only
@require_POST
def make_again(request: HttpRequest, uid: str) -> HttpResponse:
    """Force a new job in the place of one that is lost; the reason stays in its history."""
    if not request.user.has_perm("manufacturing.change_job"):
        raise PermissionDenied
    job = get_object_or_404(Job, uid=uid)
    reason = request.POST.get("reason", "").strip()[:200]
    if not reason:
        raise BadInput("Please say why this is made again; the reason stays in its history.")
    heir = services.force_heir(job, by=request.user.get_username(), reason=reason)
    messages.success(request, f"{heir} takes the place of {job}.")
    return redirect("routing:operations")


@staff_only
@require_GET
def forecast(request: HttpRequest) -> HttpResponse:
    # The demo's logins and its made-up year of demand come together, on the first start.
    made_up = (Path(settings.VAR_DIR) / "keys" / "demo_password").exists()
    context = {"series": selectors.forecasts(), "made_up": made_up}
    return render(request, "routing/forecast.html", context)


@staff_only
@require_GET
def decision(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Decision.objects.select_related("job__design"), pk=pk)
    return render(request, "routing/decision.html", selectors.replayed(row))
