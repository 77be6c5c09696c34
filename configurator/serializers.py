"""The shapes of the REST API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rest_framework import serializers

if TYPE_CHECKING:
    Shape = serializers.Serializer[Any]
else:
    Shape = serializers.Serializer


class PresetSerializer(Shape):
    name = serializers.CharField()
    colour = serializers.CharField()
    params = serializers.DictField()


class FamilySerializer(Shape):
    slug = serializers.SlugField()
    version = serializers.IntegerField()
    name = serializers.CharField()
    summary = serializers.CharField()
    process = serializers.CharField()
    materials = serializers.ListField(child=serializers.SlugField())
    presets = PresetSerializer(many=True)
    schema = serializers.DictField(help_text="JSON Schema of the parameters.")


class DesignRequestSerializer(Shape):
    """Parameters that are left out have their defaults; an unknown one is an error."""

    params = serializers.DictField(required=False, default=dict)
    material = serializers.SlugField(required=False, default="")


class PartSerializer(Shape):
    name = serializers.CharField()
    volume_mm3 = serializers.FloatField()
    area_mm2 = serializers.FloatField()
    size_mm = serializers.ListField(child=serializers.FloatField())
    overhang_mm2 = serializers.FloatField()
    triangles = serializers.IntegerField()
    footprint_mm2 = serializers.FloatField()


class FindingSerializer(Shape):
    check = serializers.CharField()
    level = serializers.ChoiceField(choices=["mended", "weak", "impossible"])
    part = serializers.CharField(allow_blank=True)
    state = serializers.CharField()
    cause = serializers.CharField(allow_blank=True)
    cure = serializers.CharField(allow_blank=True)
    field = serializers.CharField(allow_blank=True)
    value = serializers.JSONField(allow_null=True)


class DesignSerializer(Shape):
    key = serializers.CharField(help_text="Names this geometry for ever.")
    family = serializers.SlugField()
    version = serializers.IntegerField()
    params = serializers.DictField()
    size_mm = serializers.ListField(child=serializers.FloatField())
    parts = PartSerializer(many=True)
    findings = FindingSerializer(many=True)
    printable = serializers.BooleanField()
    page = serializers.URLField()
    glb = serializers.URLField()
