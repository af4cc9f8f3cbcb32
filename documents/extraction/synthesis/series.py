"""Series of invoices: several of one invented sender in one layout, with labels of the house that no vocabulary knows.

What the search for values knows from others is not there; a person who corrects the first one teaches the rest.
"""

from __future__ import annotations

import random
from dataclasses import replace

from documents.extraction.synthesis.facts import InvoiceFacts, invoice_facts, truth
from documents.extraction.synthesis.invoice_pdf import invoice_pdf
from documents.extraction.synthesis.layouts import LAYOUTS
from documents.extraction.synthesis.samples import PDF, Sample
from documents.extraction.synthesis.words import LANGUAGES, Wording, wording

_HOUSE = {
    "invoice_number": ("Our file", "Docket", "Dossier", "Vorgang", "Pratica", "Ons kenmerk", "Expediente"),
    "invoice_date": ("Written on", "Day", "Stand", "Fait le", "Opgemaakt", "Redatta", "Hecho el"),
    "due_date": ("At our bank by", "Settle before", "Eingang bis", "A solder avant", "Ontvangen voor", "Entro"),
    "po_number": ("Your sign", "Your desk", "Ihr Zeichen", "Votre dossier", "Uw teken", "Vs. sigla"),
    "subtotal": ("Goods", "Ware", "Merchandise", "Marchandises", "Goederen", "Merce"),
    "total": ("To settle", "Offener Posten", "A solder", "Te voldoen", "Da saldare", "A liquidar"),
    "delivery_date": ("Left our house", "Ausgang", "Sortie", "Vertrek", "Uscita"),
    "customer_number": ("You are with us", "Konto bei uns", "Votre compte", "Bij ons", "Da noi"),
}
_BRANDED = 4  # every so many layouts the sender prints its brand only


def invoice_series(layouts: int, documents: int, first_seed: int = 1) -> list[list[Sample]]:
    """`documents` digital invoices of each of `layouts` senders, always the same ones. `group` of the truth is the layout."""
    return [_series(first_seed + number, documents) for number in range(layouts)]


def _series(seed: int, documents: int) -> list[Sample]:
    rng = random.Random(f"series {seed}")
    language = LANGUAGES[seed % len(LANGUAGES)]
    layout = tuple(LAYOUTS)[seed // len(LANGUAGES) % len(LAYOUTS)]
    first = invoice_facts(1000 * seed, language)
    words = _of_the_house(wording(language, first.currency, seed), rng)
    made = []
    for number in range(documents):
        facts = replace(invoice_facts(1000 * seed + number, language), vendor=first.vendor, customer=first.customer, seed=seed)
        facts = replace(facts, currency=first.currency)
        told = {**truth(facts), "group": f"series-{seed}", "layout": layout}
        data = invoice_pdf(_branded(facts) if seed % _BRANDED == 0 else facts, layout, words=words)
        made.append(Sample(f"series-{seed}-{number + 1}.pdf", PDF, data, told))
    return made


def _of_the_house(usual: Wording, rng: random.Random) -> Wording:
    """Most labels as nobody else has them, each once."""
    chosen = {key: rng.choice(forms) for key, forms in _HOUSE.items() if rng.random() < 0.7}
    return replace(usual, labels={**usual.labels, **chosen})


def _branded(facts: InvoiceFacts) -> InvoiceFacts:
    """The sender prints the first word of its name, its brand; the whole name stands nowhere."""
    return replace(facts, vendor=replace(facts.vendor, name=facts.vendor.name.split()[0], email="", website=""))
