"""The administrator's forms change what was typed, and nothing that moved meanwhile."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.forms.models import model_to_dict
from django.test import Client

from core.states import move
from manufacturing import admin as pages
from manufacturing.models import Factory, Machine, Node, Stock
from tests.manufacturing.test_dispatch import accepted
from tests.orders.network import a_factory

pytestmark = pytest.mark.django_db


def post(client: Client, url: str, **fields: Any) -> str:
    answer = client.post(url, fields, follow=True)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_a_form_opened_before_a_move_does_not_undo_it(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The row moves between the form's reading and its saving."""
    machine = a_factory().machines.get()
    clean = pages.MachineForm.clean

    def moved_meanwhile(form: Any) -> Any:
        move(Machine.objects.get(pk=machine.pk), "busy", by="test")
        return clean(form)

    monkeypatch.setattr(pages.MachineForm, "clean", moved_meanwhile)
    typed = {k: v for k, v in model_to_dict(machine).items() if v is not None}
    url = f"/admin/manufacturing/machine/{machine.pk}/change/"
    post(admin_client, url, **{**typed, "name": "Renamed"})
    machine.refresh_from_db()
    assert (machine.name, machine.status) == ("Renamed", "busy")


def test_grams_that_are_promised_cannot_be_typed_away(admin_client: Client) -> None:
    shelf = Stock.objects.get(factory=a_factory())
    Stock.objects.update(reserved_g=400)
    url = f"/admin/manufacturing/stock/{shelf.pk}/change/"
    same = {"factory": shelf.factory_id, "material": shelf.material, "colour": shelf.colour}
    assert "400 g of this are promised" in post(admin_client, url, grams=300, **same)
    post(admin_client, url, grams=900, **same)
    shelf.refresh_from_db()
    assert (shelf.grams, shelf.reserved_g) == (900, 400)


def test_a_machine_added_with_its_factory_begins_its_history(admin_client: Client) -> None:
    factory = a_factory()
    remy = User.objects.create_user("remy")
    old = factory.machines.get()
    fields = {k: v for k, v in model_to_dict(factory).items() if v is not None and k != "members"}
    row = {"name": "New", "profile": "prusa-mini", "tolerance_mm": 0.3, "opens_min": 480,
           "closes_min": 1080, "factory": factory.pk}  # fmt: skip
    machines = {
        "machines-TOTAL_FORMS": 2,
        "machines-INITIAL_FORMS": 1,
        **{f"machines-0-{k}": v for k, v in model_to_dict(old).items() if v is not None},
        **{f"machines-1-{k}": v for k, v in row.items()},
    }
    url = f"/admin/manufacturing/factory/{factory.pk}/change/"
    post(admin_client, url, members=[remy.pk], **{k: v for k, v in fields.items() if v}, **machines)
    new = Machine.objects.get(name="New")
    assert [(t.old, t.new, t.by) for t in new.history()] == [("", new.status, "admin")]
    assert list(Factory.objects.get().members.all()) == [remy]


def test_a_machine_with_a_history_cannot_be_deleted(admin_client: Client) -> None:
    machine = a_factory().machines.get()
    url = f"/admin/manufacturing/machine/{machine.pk}/delete/"
    assert admin_client.post(url, {"post": "yes"}).status_code == 403
    assert Machine.objects.filter(pk=machine.pk).exists()


def test_who_drives_a_machine_and_what_was_signed_off_is_not_typed(admin_client: Client) -> None:
    machine = a_factory().machines.get()
    node = Node.objects.create(factory=machine.factory)
    typed = {k: v for k, v in model_to_dict(machine).items() if v is not None}
    url = f"/admin/manufacturing/machine/{machine.pk}/change/"
    post(admin_client, url, **{**typed, "name": "New", "node": node.pk, "clear_job": "j1"})
    machine.refresh_from_db()
    assert (machine.name, machine.node, machine.clear_job) == ("New", None, "")


def test_a_machine_with_jobs_stays_what_it_is_and_where_it_is(admin_client: Client) -> None:
    machine = a_factory().machines.get()
    other = Factory.objects.create(name="Other", city="Rome", country="IT", lat=1, lon=1)
    typed = {k: v for k, v in model_to_dict(machine).items() if v is not None}
    url = f"/admin/manufacturing/machine/{machine.pk}/change/"
    job = accepted(machine)
    wanted = {"name": "New", "factory": other.pk, "profile": "prusa-mini"}
    was = (machine.factory, machine.profile)
    post(admin_client, url, **{**typed, **wanted})
    machine.refresh_from_db()
    assert (machine.name, machine.factory, machine.profile) == ("New", *was)
    page = admin_client.get(f"/admin/manufacturing/factory/{machine.factory_id}/change/")
    (row, *_) = page.context["inline_admin_formsets"][0].formset.forms
    assert row.fields["profile"].disabled, "nor in the factory's own form"
    move(job, "failed", by="t")
    post(admin_client, url, **{**typed, **wanted})
    machine.refresh_from_db()
    assert (machine.factory, machine.profile) == (other, "prusa-mini")
