from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from configurator.materials import in_colour
from core.admin import ChangedFieldsAdmin, ReadOnlyAdmin
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
from manufacturing.planning.kinds import KINDS


class MachineForm(forms.ModelForm[Machine]):
    profile = forms.ChoiceField(choices=[(slug, p.name) for slug, p in KINDS.items()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "profile" in self.fields and has_live_jobs(self.instance):
            self.fields["profile"].disabled = True
            self.fields["profile"].help_text = "It has jobs: their programs are for this profile."

    def clean(self) -> dict[str, Any]:
        """A machine does what its profile does."""
        data = super().clean() or {}
        if data.get("profile") in KINDS:
            self.instance.process = KINDS[data["profile"]].process
        return data


def has_live_jobs(machine: Machine | None) -> bool:
    """Whether jobs are planned for it as it is, and where it is."""
    if machine is None or machine.pk is None:
        return False
    return machine.jobs.filter(status__in=Job.LIVE).exists()


class MachineInline(admin.TabularInline[Machine, Factory]):
    model = Machine
    form = MachineForm
    extra = 0
    can_delete = False  # it has a history: take it out of service in the workshop's console
    fields = ["name", "profile", "tolerance_mm", "opens_min", "closes_min"]


@admin.register(Factory)
class FactoryAdmin(ChangedFieldsAdmin):
    list_display = ["name", "city", "country", "accepting", "auto_accept"]
    filter_horizontal = ["members"]
    inlines = [MachineInline]


@admin.register(Machine)
class MachineAdmin(ChangedFieldsAdmin):
    form = MachineForm
    list_display = ["name", "factory", "profile", "status", "tolerance_mm"]
    list_filter = ["status", "factory", "profile"]
    # The console moves a machine to another computer, and signs plates off: never a form.
    readonly_fields = ["uid", "status", "clear_number", "clear_job", "node"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        fixed = ["factory", "profile"] if has_live_jobs(obj) else []
        return [*self.readonly_fields, *fixed]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class StockForm(forms.ModelForm[Stock]):
    thickness_mm = forms.FloatField(
        required=False, min_value=0, help_text="Of sheets, mm; nothing for spools."
    )

    def clean_thickness_mm(self) -> float:
        return self.cleaned_data["thickness_mm"] or 0.0

    def clean_grams(self) -> int:
        grams: int = self.cleaned_data["grams"]
        reserved = Stock.objects.filter(pk=self.instance.pk).values_list("reserved_g", flat=True)
        if grams < (promised := reserved.first() or 0):
            raise forms.ValidationError(
                f"{promised} g of this are promised to jobs, so there must be as much at least. "
                "Give those jobs to another workshop first."
            )
        return grams


@admin.register(Stock)
class StockAdmin(ChangedFieldsAdmin):
    form = StockForm
    list_display = ["factory", "filament", "grams", "reserved_g"]
    list_filter = ["factory", "material"]
    readonly_fields = ["reserved_g"]

    @admin.display(description="material and colour", ordering="colour")
    def filament(self, row: Stock) -> str:
        thick = f", {row.thickness_mm:g} mm" if row.thickness_mm else ""
        return f"{in_colour(row.material, row.colour)}{thick}"


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
