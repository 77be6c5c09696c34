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
    colour = serializers.SlugField(
        required=False,
        default="",
        allow_blank=True,
        help_text="What its kept picture is drawn in.",
    )
    remixed_from = serializers.CharField(
        required=False,
        default="",
        allow_blank=True,
        max_length=64,
        help_text="Key of the design it was made from.",
    )


class UploadSerializer(Shape):
    name = serializers.CharField(help_text="The value of an upload parameter of that kind.")
    kind = serializers.ChoiceField(choices=["picture", "outline", "solid"])
    facts = serializers.DictField()


class PartSerializer(Shape):
    name = serializers.CharField()
    volume_mm3 = serializers.FloatField()
    area_mm2 = serializers.FloatField()
    size_mm = serializers.ListField(child=serializers.FloatField())
    overhang_mm2 = serializers.FloatField()
    triangles = serializers.IntegerField()
    footprint_mm2 = serializers.FloatField()
    process = serializers.CharField(help_text="What makes it: fdm, laser, cnc.")
    role = serializers.CharField(help_text="main: of the material that was chosen.")
    thickness_mm = serializers.FloatField(help_text="Of its sheet; 0 for what is no sheet.")
    cut_mm = serializers.FloatField()
    engraved_mm = serializers.FloatField()
    contours = serializers.IntegerField()


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
    remixed_from = serializers.ListField(
        child=serializers.URLField(), help_text="What it was made from, the nearest first."
    )
