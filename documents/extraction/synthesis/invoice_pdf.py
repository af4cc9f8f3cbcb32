"""Digital invoices and credit notes: a PDF with a text layer, in one of the layouts."""

from __future__ import annotations

import random
from typing import Any

from documents.extraction.synthesis.facts import InvoiceFacts
from documents.extraction.synthesis.layouts import LAYOUTS
from documents.extraction.synthesis.paper import Paper
from documents.extraction.synthesis.words import Wording, wording

_FAMILIES = {"letter": "sans", "band": "sans", "ledger": "serif", "sidebar": "sans"}
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
    """The invoice as a PDF. `words` says how it speaks (drawn by the seed where None; the most usual labels where `plain`).

    KeyError for an unknown layout or font family.
    """
    words = words or wording(facts.language, facts.currency, 0 if plain else facts.seed)
    first = _drawn(facts, layout, family, words)
    return _drawn(facts, layout, family, words, pages=first.page, password=password).finish()


def _drawn(facts: InvoiceFacts, layout: str, family: str | None, words: Wording, **more: Any) -> Paper:
    accent = random.Random(f"accent {facts.vendor.name}").choice(_ACCENTS)
    paper = Paper(
        family=family or _FAMILIES[layout],
        accent=accent,
        title=f"{words['invoice']} {facts.number}",
        author=facts.vendor.name,
        **more,
    )
    LAYOUTS[layout](facts, words, paper).draw()
    return paper
