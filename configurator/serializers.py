"""The shapes of the REST API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NoReturn

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ParseError

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


@extend_schema_field({"allOf": [{"$ref": "#/components/schemas/FamilyParams"}]})
class ParamsField(serializers.DictField):
    """Parameters of a design; ``nearmade.openapi`` says which, family by family."""


class TextField(serializers.CharField):
    """Text of a body, whose faults are told in our words."""

    default_error_messages = {
        "invalid": "It has to be text, in quotation marks.",
        "max_length": "It is too long: there is room for {max_length} characters.",
    }


class OneOfField(serializers.ChoiceField):
    """A choice of a body; one that is not on the list is told what is."""

    def fail(self, key: str, **about: Any) -> NoReturn:
        if key != "invalid_choice":
            super().fail(key, **about)
        listed = ", ".join(map(str, self.choices))
        wrong = f"“{str(about['input'])[:20]}” is not on the list; choose {listed}."
        raise serializers.ValidationError(wrong, code=key)


class Strict(Shape):
    """A body that is asked for: a name that it does not know is an error, never ignored."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        if not isinstance(data, Mapping):
            raise ParseError("It has to be a JSON object: names and values in { }.")
        return super().run_validation(data)

    def to_internal_value(self, data: Any) -> Any:
        unknown = sorted(set(data) - set(self.fields)) if isinstance(data, Mapping) else []
        if unknown:
            known = ", ".join(self.fields)
            wrong = {
                name[:60]: f"“{name[:60]}” is not known here; leave it out. Known: {known}."
                for name in unknown
            }
            raise serializers.ValidationError(wrong)
        return super().to_internal_value(data)


def material_field() -> TextField:
    """What a family is to be made of; ``asked.material_asked`` reads it."""
    return TextField(
        required=False,
        default="",
        max_length=60,
        help_text="One of the family's; without it, its first.",
    )


class DesignRequestSerializer(Strict):
    """Parameters that are left out have their defaults; an unknown one is an error."""

    params = ParamsField(required=False, default=dict)
    material = material_field()
    colour = TextField(
        required=False,
        default="",
        allow_blank=True,
        max_length=60,
        help_text="One of the material's: what its kept picture is drawn in.",
    )
    remixed_from = TextField(
        required=False,
        default="",
        allow_blank=True,
        max_length=64,
        help_text="Key of the kept design of this family that it was made from.",
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
    pocket_mm3 = serializers.FloatField(help_text="What is milled out of it from above.")
    pocket_mm = serializers.FloatField(help_text="Along which edges.")
    pocket_deep_mm = serializers.FloatField(help_text="How deep at most.")
    second_colour = serializers.CharField(
        allow_blank=True, help_text="The second colour it is printed in; blank for none."
    )
    second_colour_mm3 = serializers.FloatField(help_text="How much that is, at most.")
    changes_mm = serializers.ListField(
        child=serializers.FloatField(), help_text="Where the spool is changed for it by hand."
    )
    fits = serializers.ListField(
        child=serializers.CharField(), help_text="The kinds of machine of the network that hold it."
    )


class FindingSerializer(Shape):
    check = serializers.CharField()
    level = serializers.ChoiceField(choices=["mended", "weak", "impossible"])
    part = serializers.CharField(allow_blank=True)
    state = serializers.CharField()
    cause = serializers.CharField(allow_blank=True)
    cure = serializers.CharField(allow_blank=True)
    field = serializers.CharField(
        allow_null=True, help_text="The parameter that cures it; null where no single one does."
    )
    value = serializers.JSONField(allow_null=True, help_text="Its nearest value that does.")
    place = serializers.ListField(
        child=serializers.FloatField(),
        min_length=3,
        max_length=3,
        allow_null=True,
        help_text="Where on its part, as it lies on the bed: x, y, z in mm.",
    )
    measured = serializers.FloatField(
        allow_null=True, help_text="What is, in the unit of the state."
    )
    needed = serializers.FloatField(allow_null=True, help_text="What has to be.")
    effect = serializers.CharField(
        allow_blank=True, help_text="What else the cure changes; mostly nothing."
    )


class DesignSerializer(Shape):
    key = serializers.CharField(help_text="Names this geometry for ever.")
    family = serializers.SlugField()
    version = serializers.IntegerField()
    params = serializers.DictField()
    size_mm = serializers.ListField(child=serializers.FloatField())
    parts = PartSerializer(many=True)
    findings = FindingSerializer(many=True)
    printable = serializers.BooleanField()
    facts = serializers.ListField(
        child=serializers.CharField(),
        help_text="What no size tells, in words: pieces of a jigsaw, the ratio of gears.",
    )
    page = serializers.URLField()
    glb = serializers.URLField(help_text="The solid, with normals.")
    quotes = serializers.URLField(help_text="Post the key there for a price and a date.")
    remixed_from = serializers.ListField(
        child=serializers.URLField(), help_text="What it was made from, the nearest first."
    )


class ProblemSerializer(Shape):
    """What went wrong (RFC 9457): ``detail`` is a sentence with the reason and what to do."""

    type = serializers.CharField(help_text="urn:nearmade:… or about:blank.")
    title = serializers.CharField(help_text="The same for all problems of this type.")
    status = serializers.IntegerField()
    detail = serializers.CharField()
    fields_ = serializers.DictField(
        child=serializers.CharField(), required=False, help_text="A sentence for each wrong field."
    )
    findings = FindingSerializer(
        many=True, required=False, help_text="Of a design that cannot be made."
    )

    def get_fields(self) -> dict[str, Any]:
        """``fields`` is a name of the serializer itself."""
        return {name.rstrip("_"): field for name, field in super().get_fields().items()}
