"""What OpenAPI says beyond the views: their errors, and the parameters of each family."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Any

from drf_spectacular.openapi import AutoSchema

from configurator.products import families
from configurator.products.base import Family
from configurator.products.fields import json_schema
from configurator.serializers import ProblemSerializer


class WithProblems(AutoSchema):
    """Each operation with the errors that it may answer, as problem details (RFC 9457)."""

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        operation: dict[str, Any] | None = super().get_operation(*args, **kwargs)
        if operation is None:
            return None
        told = operation["responses"]
        problem = self.resolve_serializer(ProblemSerializer, "response").ref
        for status in self._errors(operation):
            told.setdefault(
                str(status),
                {
                    "description": HTTPStatus(status).phrase,
                    "content": {"application/problem+json": {"schema": problem}},
                },
            )
        operation["responses"] = dict(sorted(told.items()))
        return operation

    def _errors(self, operation: dict[str, Any]) -> set[int]:
        found = {405, 406}
        if "requestBody" in operation:
            found |= {400, 404, 411, 413, 422}
            if all(parser.media_type != "*/*" for parser in self.view.parser_classes):
                found.add(415)
        if "{" in self.path:
            found.add(404)
        if self.view.get_throttles():
            found |= {429, 503}
        return found


def with_params(result: dict[str, Any], **about: Any) -> dict[str, Any]:
    """A hook: what ``configurator.serializers.ParamsField`` names, a component for each family.

    It runs after drf-spectacular's own, which would give one name to the choices of two families.
    """
    known = {f"{_camel(kind.slug)}Params": _params(kind) for kind in families().values()}
    either = {
        "anyOf": [{"$ref": f"#/components/schemas/{name}"} for name in known],
        "description": "Parameters of the family that is asked for. Their units, steps and labels "
        "are in its `schema`, at /api/v1/families/{slug}/. A number is rounded to the decimals of "
        "its step, and may be sent as text; a fraction in place of an integer is refused.",
    }
    schemas = result["components"]["schemas"] | known | {"FamilyParams": either}
    result["components"]["schemas"] = dict(sorted(schemas.items()))
    return result


def with_summaries(result: dict[str, Any], **about: Any) -> dict[str, Any]:
    """A hook: the first sentence of each operation is its summary, which lists show."""
    for path in result["paths"].values():
        for operation in path.values():
            first, _, rest = operation.get("description", "").partition("\n\n")
            operation["summary"] = " ".join(first.split()).rstrip(".")
            if rest:
                operation["description"] = rest
            else:
                operation.pop("description", None)
    return result


def _params(kind: Family) -> dict[str, Any]:
    """The family's JSON Schema, without what only a form needs."""
    schema = json_schema(kind)
    fields = {
        name: {key: value for key, value in field.items() if key != "x-form"}
        for name, field in schema["properties"].items()
    }
    return {**schema, "properties": fields}


def _camel(slug: str) -> str:
    return "".join(word.capitalize() for word in re.split(r"\W", slug))
