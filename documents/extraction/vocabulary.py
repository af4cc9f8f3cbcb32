"""The words on documents, one file for each language: languages/en.json and its siblings. A new language is a new file.

A file holds the `labels` of each wanted value and of what competes with it, the `columns` of a table of goods, the `titles`
that name a kind of document, `numbers` (words behind a title that announce its number), and small lists:

- `small_words`: frequent ones, by which the language is known; `months`: short names beyond those of Unicode's CLDR
- `before_number`: small words between a title and its number or day; `days`: in "30 days net"; `yes`
- `pay`, `until`: in "please pay by 1 May"; `cash_discount`, `direct_debit`: in sentences about payment
- `rate_of`: between a rate and what it is reckoned from, "20 % on 100.00"
- `letter`: salutations; `till`: words of a till receipt; `change`: money given back; `rounding`: to five cents, say
- `carry_over`, `deductions`: rows of a table that are no goods

`summary` words the sentence about a document. All languages are looked for at once.

A concept is a field key (also of custom profiles: same key, same words) or something that only competes for a place, such
as the delivery date, so that its value is not taken for another one. "~" marks a weak label, which says little alone; "*"
stands for any letters.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from documents.extraction.plain import plain

FOLDER = Path(__file__).parent / "languages"


def load(folder: Path) -> dict[str, dict[str, Any]]:
    """The languages by code, English first: where two claim a word as a column, the first one has it."""
    files = sorted(folder.glob("*.json"), key=lambda file: (file.stem != "en", file.stem))
    return {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in files}


_READ = load(FOLDER)
LANGUAGES = tuple(_READ)
MONTHS: dict[str, int] = {name: number for each in _READ.values() for name, number in each["months"].items()}
SMALL_WORDS: dict[str, frozenset[str]] = {code: frozenset(each["small_words"]) for code, each in _READ.items()}


def merged(read: dict[str, dict[str, Any]], part: str) -> dict[str, tuple[str, ...]]:
    """The wordings of every language by key, none twice."""
    found: dict[str, dict[str, None]] = {}
    for each in read.values():
        for key, wordings in each[part].items():
            found.setdefault(key, {}).update(dict.fromkeys(wordings))
    return {key: tuple(wordings) for key, wordings in found.items()}


def numbered(read: dict[str, dict[str, Any]]) -> tuple[str, ...]:
    """What labels the number of an invoice, credit note or receipt: each of its titles, then each word for a number."""
    return tuple(
        f"{title} {word}"
        for each in read.values()
        for kind in ("invoice", "credit_note", "receipt")
        for title in each["titles"].get(kind, ())
        for word in each["numbers"]
    )


SUMMARIES: dict[str, dict[str, Any]] = {code: each["summary"] for code, each in _READ.items() if each.get("summary")}
LABELS = merged(_READ, "labels")
LABELS["invoice_number"] = tuple(dict.fromkeys((*LABELS["invoice_number"], *numbered(_READ))))
COLUMNS = merged(_READ, "columns")
TITLES = merged(_READ, "titles")
# What a label names, in the sentences of the evidence, where its key with "the" before it would not do.
NAMES = {
    "other_number": "another number", "delivery_number": "the delivery note number", "po_number": "the order number",
    "iban": "the account", "customer_iban": "the customer's account", "vendor_vat_id": "the seller's VAT id",
    "customer_vat_id": "the customer's VAT id", "paid_amount": "the payment", "discount": "the discount or credit",
    "extra_charge": "the charge", "line_sum": "the sum of lines", "capital": "the share capital",
}  # fmt: skip


def words_of(part: str) -> tuple[str, ...]:
    """The words of that list in all languages, none twice. KeyError for a list that the files do not hold."""
    return tuple(dict.fromkeys(word for each in _READ.values() for word in each[part]))


@cache
def one_of(part: str) -> str:
    """A pattern for any of `words_of` in plain form, longest first. Never empty."""
    return pattern_of(words_of(part))


@cache
def pattern_of(words: tuple[str, ...]) -> str:
    """A pattern for any of `words` in plain form; "*" stands for any letters."""
    forms = sorted({plain(word) for word in words}, key=lambda word: (-len(word), word))
    return "|".join(re.escape(form).replace(r"\*", r"\w*").replace(r"\ ", " ") for form in forms)
