from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from core.admin import ReadOnlyAdmin
from core.states import born
from manufacturing.models import (
    Factory,
    Inspection,
    Job,
    Machine,
    Node,
    Program,
    Report,
    Stock,
)
from manufacturing.planning.profiles import PROFILES


class MachineForm(forms.ModelForm[Machine]):
    profile = forms.ChoiceField(choices=[(slug, p.name) for slug, p in PROFILES.items()])


class MachineInline(admin.TabularInline[Machine, Factory]):
    model = Machine
    form = MachineForm
    extra = 0
    fields = ["name", "profile", "tolerance_mm", "opens_min", "closes_min"]


@admin.register(Factory)
class FactoryAdmin(admin.ModelAdmin[Factory]):
    list_display = ["name", "city", "country", "accepting", "auto_accept"]
    filter_horizontal = ["members"]
    inlines = [MachineInline]


@admin.register(Machine)
class MachineAdmin(admin.ModelAdmin[Machine]):
    form = MachineForm
    list_display = ["name", "factory", "profile", "status", "tolerance_mm"]
    list_filter = ["status", "factory", "profile"]
    readonly_fields = ["uid", "status", "clear_number"]

    def save_model(self, request: HttpRequest, obj: Machine, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not change:
            born(obj, by=request.user.get_username(), reason="added")


@admin.register(Stock)
class StockAdmin(admin.ModelAdmin[Stock]):
    list_display = ["factory", "material", "colour", "grams", "reserved_g"]
    list_filter = ["factory", "material"]
    readonly_fields = ["reserved_g"]


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    list_display = ["uid", "design", "factory", "machine", "status", "due_at", "problem"]
    list_filter = ["status", "factory"]
    search_fields = ["uid", "ref"]


@admin.register(Program)
class ProgramAdmin(ReadOnlyAdmin):
    list_display = ["sha256", "design", "material", "quantity", "seconds", "grams"]
    search_fields = ["sha256"]


@admin.register(Node)
class NodeAdmin(ReadOnlyAdmin):
    list_display = ["uid", "name", "factory", "paired_at", "revoked_at"]
    exclude = ["token_hash", "code_hash", "code_nonce"]


@admin.register(Report)
class ReportAdmin(ReadOnlyAdmin):
    list_display = ["received_at", "node", "sequence", "job", "kind", "detail"]
    list_filter = ["kind"]


@admin.register(Inspection)
class InspectionAdmin(ReadOnlyAdmin):
    list_display = ["at", "job", "by", "passed", "note"]
