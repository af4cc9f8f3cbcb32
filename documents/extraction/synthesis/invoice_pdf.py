"""Digital invoices and credit notes: a PDF with a text layer, in one of the layouts."""

from __future__ import annotations

import random
from typing import Any

from documents.extraction.synthesis.facts import InvoiceFacts
from documents.extraction.synthesis.house import HouseStyle, house
from documents.extraction.synthesis.layouts import LAYOUTS, Layout
from documents.extraction.synthesis.paper import Paper
from documents.extraction.synthesis.words import Wording, wording

_FAMILIES = {"letter": "sans", "band": "sans", "ledger": "serif", "sidebar": "sans"}
HOUSE = "house-"
_ACCENTS = ("#1f5f8b", "#2f6b4f", "#8a3b2f", "#4b3f72", "#0f6e74", "#7a5a12")


def invoice_pdf(
    facts: InvoiceFacts,
    layout: str = "letter",
    *,
    family: str | None = None,
    words: Wording | None = None,
    plain: bool = False,
    password: str = "",
) -> bytes:
    """The invoice as a PDF, in one of `LAYOUTS` or in the house style with a number, "house-7".

    `words` says how it speaks (None: drawn by the seed, and by the number of a house, which always speaks alike; the most
    usual labels where `plain`). KeyError for an unknown layout or font family, ValueError for a house without a number.
    """
    drawn = int(layout.removeprefix(HOUSE)) + 1 if layout.startswith(HOUSE) else facts.seed
    words = words or wording(facts.language, facts.currency, 0 if plain else drawn)
    first = _drawn(facts, layout, family, words)
    return _drawn(facts, layout, family, words, pages=first.page, password=password).finish()


def _drawn(facts: InvoiceFacts, layout: str, family: str | None, words: Wording, **more: Any) -> Paper:
    accent = random.Random(f"accent {facts.vendor.name}").choice(_ACCENTS)
    paper = Paper(
        family=family or (house(int(layout.removeprefix(HOUSE))).family if layout.startswith(HOUSE) else _FAMILIES[layout]),
        accent=accent,
        title=f"{words['invoice']} {facts.number}",
        author=facts.vendor.name,
        **more,
    )
    _layout(layout, facts, words, paper).draw()
    return paper


def _layout(name: str, facts: InvoiceFacts, words: Wording, paper: Paper) -> Layout:
    if name.startswith(HOUSE):
        return HouseStyle(facts, words, paper, house(int(name.removeprefix(HOUSE))))
    return LAYOUTS[name](facts, words, paper)
