"""docs/einvoices.md says the same as the tables of the code, and every value has a label in every language."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from documents.extraction.einvoice_shown import Words
from documents.extraction.readers import einvoice_terms as terms

DOCS = Path("docs/einvoices.md")
TABLE: dict[str, Any] = json.loads(Path(terms.__file__).with_suffix(".json").read_text("utf-8"))
LABELS: dict[str, Any] = json.loads(Path("documents/extraction/einvoice_labels.json").read_text("utf-8"))
SYNTAXES = ("cii", "ubl", "fattura")


def cell(paths: list[str] | str | None) -> str:
    said = [paths] if isinstance(paths, str) else paths or []
    return ", else ".join(f"`{path}`" for path in said if path).replace("|", "\\|")


def rows() -> list[str]:
    """The lines of the document that the tables make."""
    found = [f"| `{{{name}}}` | {cell(path)} |" for name, path in TABLE["short"].items()]
    for name, group in TABLE["groups"].items():
        places = " | ".join("none" if group[syntax] is None else cell(group[syntax]) or "the root" for syntax in SYNTAXES)
        found.append(f"| **{name}** | {group['terms']} | {places} |")
    for name, table in TABLE["terms"].items():
        found.append(f"### {name}")
        for row in table:
            key = terms.SAME_AS.get(row["key"], row["key"])
            places = " | ".join(cell(row.get(syntax)) for syntax in SYNTAXES)
            found.append(f"| `{key}`{' …' if row.get('many') else ''} | {row['term']} | {places} |")
    found += [f"| `{field}` | {group}.{key} |" for field, (group, key) in TABLE["fields"].items()]
    return found + [f"| row `{column}` | lines.{key} |" for column, key in TABLE["cells"].items()]


def test_the_field_map_is_that_of_the_code() -> None:
    written = DOCS.read_text("utf-8").splitlines()
    assert [row for row in rows() if row not in written] == []
    marked = [line for line in written if line.startswith(("| `", "| **", "| row `"))]
    assert [line for line in marked if line not in rows()] == []


@pytest.mark.parametrize("language", LABELS["languages"])
def test_every_value_has_a_label_in_every_language(language: str) -> None:
    words = Words(language)
    silent = {"street", "street_2", "street_3", "postcode", "city"}  # shown in one line
    for name, group in terms.GROUPS.items():
        keys = {terms.SAME_AS.get(term.key, term.key) for term in group.terms} - silent
        shown = name.replace("line_adjustments", "adjustments")
        assert words.section(shown)
        assert all(words.label(shown, key) for key in keys)
    assert words.label("seller", "post") != ""


def test_every_word_is_there_in_as_many_languages() -> None:
    groups = [LABELS["kinds"], LABELS["sections"], LABELS["labels"], *LABELS["codes"].values()]
    assert {len(words) for group in groups for words in group.values()} == {len(LABELS["languages"])}


def test_a_language_that_is_not_spoken_is_answered_in_english() -> None:
    assert Words("pl").kind("invoice") == "INVOICE"
    assert Words("de").value("lines", "unit", "HUR") == "Std"
    assert Words("fr").value("means", "code", "58") == "58 (virement SEPA)"
