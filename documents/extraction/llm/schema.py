"""A profile as a JSON schema: what the model may answer, and nothing beside it."""

from __future__ import annotations

from typing import Any

from documents.extraction.profiles import Profile, ProfileField


def schema_of(profile: Profile) -> dict[str, Any]:
    """An object with {"value", "line"} for each field of the profile. It uses only what strict modes of servers know."""
    properties = {field.key: _answer(field) for field in profile.fields}
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _answer(field: ProfileField) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {"value": _value(field), "line": {"type": ["integer", "null"]}},
        "required": ["value", "line"],
        "additionalProperties": False,
    }


def _value(field: ProfileField) -> dict[str, Any]:
    if field.type == "list":
        return {"type": ["array", "null"], "items": {"type": "string"}}
    if field.type == "choice" and field.choices:
        return {"type": ["string", "null"], "enum": [*field.choices, None]}
    if field.type == "boolean":
        return {"type": ["boolean", "null"]}
    return {"type": ["string", "null"]}
