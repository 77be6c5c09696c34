"""The workshop's console: jobs, machines, stock. Parse, call, render."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.text import capfirst
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from configurator.materials import in_colour
from core.errors import Conflict, NearmadeError, NotFound
from core.live import live_response, render_live
from manufacturing import jobs as job_services
from manufacturing import machines as machine_services
from manufacturing import nodes, stock_keeping
from manufacturing.forms import InspectForm, StockForm, colours_of, thicknesses, used_materials
from manufacturing.measures import measures
from manufacturing.models import Factory, Job, Machine, Node, Stock
from manufacturing.processes import WORKS
from manufacturing.selectors import (
    at_work_and_next,
    factory_for,
    job_for,
    jobs_of,
    machine_for,
    machines_of,
)
from manufacturing.selectors import on_machine as job_on_machine

LIVE = "manufacturing/_machines.html"
JOB_LIVE = "manufacturing/_job.html"


@login_required
@require_GET
def jobs(request: HttpRequest, pk: int) -> HttpResponse:
    factory = factory_for(request.user, pk)
    rows = jobs_of(factory)
    open_rows = rows.filter(status__in=Job.LIVE - {"waiting", "offered"})
    ended = rows.exclude(status__in=Job.LIVE)
    # What was called off before this workshop had anything to do with it is no work of its own.
    done = ended.exclude(status="cancelled", program=None).order_by("-pk")[:50]
    context = {"factory": factory, "open": open_rows, "done": done, "here": "jobs"}
    return render(request, "manufacturing/jobs.html", context)


@login_required
@require_GET
def machines(request: HttpRequest, pk: int) -> HttpResponse:
    factory = factory_for(request.user, pk)
    context = {
        "factory": factory,
        "live": render_live(request, LIVE, machine_cards(factory)),
        "nodes": factory.nodes.filter(revoked_at=None).select_related("seen"),
        "here": "machines",
        "code": request.session.pop("pairing_code", ""),
        "machines": machines_of(factory),
    }
    return render(request, "manufacturing/machines.html", context)


@login_required
@require_GET
def machines_live(request: HttpRequest, pk: int) -> HttpResponse:
    return live_response(request, LIVE, machine_cards(factory_for(request.user, pk)))


def machine_cards(factory: Factory) -> dict[str, Any]:
    """What the machine cards show: each machine with its job and what was last seen of it."""
    now, following = at_work_and_next(factory)
    rows = [
        {
            "machine": m,
            "job": now.get(m.pk),
            "next": following.get(m.pk),
            "on_plate": _on_plate(m),
        }
        for m in machines_of(factory)
    ]
    return {"factory": factory, "cards": rows}


def _on_plate(machine: Machine) -> str:
    """The number of the job whose part waits to be cleared, for a link; nothing if not ours."""
    if machine.status != "needs_clearing" or not hasattr(machine, "seen"):
        return ""
    row = machine.jobs.filter(uid=machine.seen.plate_job).first()
    return str(row.uid) if row else ""


@login_required
@require_POST
def machine_action(request: HttpRequest, uid: str, action: str) -> HttpResponse:
    machine = machine_for(request.user, uid)
    by = request.user.get_username()
    reason = request.POST.get("reason", "")[:200]
    if action == "clear":
        machine_services.sign_off_plate(machine, by=by, plate=request.POST.get("plate"))
        messages.success(request, f"{machine.name}: the plate is clear. It may start the next job.")
    elif action == "stop":
        job = job_on_machine(machine)
        if job is None:
            raise Conflict(f"{machine.name} is not working on one of our jobs.")
        job_services.stop_and_remake(job, by=by, reason=reason or "stopped by the workshop")
        messages.warning(request, f"{machine.name} has been told to stop.")
    elif action == "service":
        machine_services.into_service(machine, by=by, reason=reason or "service")
    elif action == "retire":
        machine_services.retire(machine, by=by, reason=reason)
        messages.warning(request, f"{machine.name} is out of service for good.")
    elif action == "back":
        machine_services.back_from_service(machine, by=by)
    else:
        raise NotFound("There is no such button.")
    return redirect("manufacturing:machines", machine.factory_id)


@login_required
@require_POST
def pair(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a one-time code; it is shown once, on the next page."""
    factory = factory_for(request.user, pk)
    _, code = nodes.enrol(factory, request.POST.get("name", "")[:60] or "Workshop computer")
    request.session["pairing_code"] = code
    return redirect("manufacturing:machines", pk)


@login_required
@require_POST
def revoke(request: HttpRequest, pk: int, uid: str) -> HttpResponse:
    node = _node(factory_for(request.user, pk), uid)
    nodes.revoke(node)
    messages.success(request, f"{node.name} can no longer fetch jobs.")
    return redirect("manufacturing:machines", pk)


@login_required
@require_POST
def drives(request: HttpRequest, pk: int, uid: str) -> HttpResponse:
    """Another computer of the workshop drives a machine from now on."""
    node = _node(factory_for(request.user, pk), uid)
    machine = machine_for(request.user, request.POST.get("machine", ""))
    nodes.move_machine(machine, node)
    messages.success(request, f"{machine.name} is now driven by {node.name}.")
    return redirect("manufacturing:machines", pk)


def _node(factory: Factory, uid: str) -> Node:
    node = Node.objects.filter(factory=factory, uid=uid).first()
    if node is None:
        raise NotFound("There is no such computer in your workshop.")
    return node


@login_required
@require_http_methods(["GET", "POST"])
def stock(request: HttpRequest, pk: int) -> HttpResponse:
    factory = factory_for(request.user, pk)
    form = StockForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            row = stock_keeping.add(factory, **form.change())
            messages.success(request, _shelf_says(row))
            return redirect("manufacturing:stock", pk)
        except NearmadeError as error:
            form.add_error("grams", error.sentence)
    context = {
        "factory": factory,
        "rows": factory.stock.order_by("material", "colour", "thickness_mm"),
        "thicknesses": thicknesses(),
        "form": form,
        "materials": used_materials(),
        "colours": sorted({pair for name in used_materials() for pair in colours_of(name)}),
        "here": "stock",
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "manufacturing/stock.html", context, status=status)


def _shelf_says(row: Stock) -> str:
    thick = f", {row.thickness_mm:g} mm" if row.thickness_mm else ""
    what = f"{in_colour(row.material, row.colour)}{thick}"
    return f"{capfirst(what)}: now {row.grams} g on the shelf."


@login_required
@require_GET
def job(request: HttpRequest, uid: str) -> HttpResponse:
    row = job_for(request.user, uid)
    page = _job_page(request, row, InspectForm(need=row.wanted))
    return render(request, "manufacturing/job.html", page)


def _job_page(request: HttpRequest, row: Job, form: InspectForm) -> dict[str, Any]:
    return {
        "job": row,
        "factory": row.factory,
        "live": render_live(request, JOB_LIVE, _job_context(row)),
        "form": form,
        "here": "jobs",
    }


@login_required
@require_GET
def job_live(request: HttpRequest, uid: str) -> HttpResponse:
    """The live part; when the status has changed, with the form to inspect, or without it again.

    Otherwise the form is left alone: somebody may be typing in it.
    """
    row = job_for(request.user, uid)
    answer = live_response(request, JOB_LIVE, _job_context(row))
    if answer.status_code == 200 and request.GET.get("was") != row.status:
        form = {"job": row, "form": InspectForm(need=row.wanted), "arrives": True}
        answer.write(render_to_string("manufacturing/_inspect.html", form, request))
    return answer


def _job_context(row: Job) -> dict[str, Any]:
    inspection = getattr(row, "inspection", None)
    return {
        "job": row,
        "need": row.wanted,
        "history": row.history(),
        "inspection": inspection,
        "measures": measures(row.wanted, inspection.measured_mm) if inspection else (),
        "by_hand": row.status == "accepted" and WORKS[row.wanted.process].by_hand,
        "stoppable": row.status in job_services.CANCEL_LATER and not row.cancel_reason,
    }


@login_required
@require_POST
def inspect(request: HttpRequest, uid: str) -> HttpResponse:
    row = job_for(request.user, uid)
    form = InspectForm(request.POST, need=row.wanted)
    if form.is_valid():
        try:
            _inspect(request, row, form.cleaned_data)
            return redirect("manufacturing:job", uid)
        except Conflict as error:
            form.add_error("note", error.sentence)
    return render(request, "manufacturing/job.html", _job_page(request, row, form), status=422)


def _inspect(request: HttpRequest, row: Job, data: dict[str, Any]) -> None:
    assert isinstance(request.user, User)
    job_services.inspect(
        row,
        by=request.user,
        passed=data["result"] == "pass",
        measured_mm=[data["x_mm"], data["y_mm"], data["z_mm"]],
        note=data["note"],
    )


@login_required
@require_POST
def job_action(request: HttpRequest, uid: str, action: str) -> HttpResponse:
    row = job_for(request.user, uid)
    by = request.user.get_username()
    if action == "handover":
        job_services.hand_over(row, by=by)
        messages.success(request, "Handed over. The customer has been told.")
    elif action == "made":
        job_services.made_by_hand(row, by=by)
        messages.success(request, "Made. Now measure it.")
    elif action == "stop":
        reason = request.POST.get("reason", "")[:200] or "stopped"
        job_services.stop_and_remake(row, by=by, reason=reason)
        messages.warning(request, "The machine has been told to stop.")
    else:
        raise NotFound("There is no such button.")
    return redirect("manufacturing:job", uid)
