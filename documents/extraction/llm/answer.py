"""What the model said, taken apart with suspicion: it is text from outside."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from documents.extraction.profiles import Profile, ProfileField

MOST_CHARACTERS = 200_000
_LONGEST, _MOST_ENTRIES = 2_000, 100


@dataclass(frozen=True, slots=True)
class Said:
    """The value given for one field, as text or a list of texts, and the number of the line it was said to stand in."""

    value: str | list[str]
    row: int | None = None


def read_answer(text: str, profile: Profile) -> dict[str, Said]:
    """What was said of the profile's fields; what is null, of another kind or of no wanted field is left out.

    Around the object there may be anything (a fence, thoughts). Raises ValueError with a sentence when there is none.
    """
    whole = _object(text[:MOST_CHARACTERS])
    found = {field.key: _said(field, whole.get(field.key)) for field in profile.fields}
    return {key: said for key, said in found.items() if said is not None}


def _object(text: str) -> dict[str, Any]:
    text = re.sub(r"(?s)^.*</think>", "", text)
    start, end = text.find("{"), text.rfind("}")
    if start < 0 or end < start:
        raise ValueError("the answer holds no JSON object")
    try:
        whole = json.loads(text[start : end + 1], parse_float=str, parse_int=str, parse_constant=str)
    except (ValueError, RecursionError):
        raise ValueError("the answer is not valid JSON") from None
    if not isinstance(whole, dict):
        raise ValueError("the answer holds no JSON object")
    return whole


def _said(field: ProfileField, told: Any) -> Said | None:
    row = None
    if isinstance(told, dict):
        number = str(told.get("line"))
        row = int(number) if re.fullmatch(r"[0-9]{1,9}", number) else None
        told = told.get("value")
    if field.type == "list":
        entries = [clean for each in told[:_MOST_ENTRIES] if (clean := _text(each))] if isinstance(told, list) else []
        return Said(entries, row) if entries else None
    value = _text(told)
    return Said(value, row) if value else None


def _text(told: Any) -> str:
    """ "" for null, for what is no text, and for text too long to be a value."""
    if isinstance(told, bool):
        return "true" if told else "false"
    if not isinstance(told, str) or len(told) > _LONGEST:
        return ""
    clean = re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]", " ", told).strip()
    return "" if clean.casefold() in {"null", "none", "n/a", "unknown"} else clean
