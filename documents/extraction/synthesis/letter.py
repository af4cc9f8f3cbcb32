"""Documents that are no invoices: a letter, and the notes of a meeting as plain text."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

from documents.extraction.synthesis.facts import Party, invoice_facts
from documents.extraction.synthesis.paper import GREY, Paper
from documents.extraction.synthesis.words import wording

_LETTERS = {
    "en": (
        "Moving to our new premises in spring",
        "Dear {name},",
        (
            "After eleven good years in the old tannery we are moving. From the first week of March you will find our "
            "workshop, the showroom and the counter for collections under one roof, ten minutes on foot from the "
            "station. Parking for vans is right at the gate.",
            "Our telephone numbers and your contacts stay as they are. Deliveries during the week of the move will "
            "leave our stores a day later than usual; orders that reach us before the end of February are not "
            "affected. We have asked the carriers to call you beforehand.",
            "On the last Friday in March we open the doors for everyone who has worked with us over the years. There "
            "will be soup, a tour of the new workshop and time to talk. Please let us know whether you can come, so "
            "that there is a chair and a bowl for each guest.",
            "Thank you for your trust. We look forward to welcoming you.",
        ),
        "Kind regards,",
    ),
    "de": (
        "Unser Umzug im Frühjahr",
        "Guten Tag {name},",
        (
            "nach elf guten Jahren in der alten Gerberei ziehen wir um. Ab der ersten Märzwoche finden Sie Werkstatt, "
            "Ausstellung und Abholung unter einem Dach, zehn Minuten zu Fuß vom Bahnhof. Parkplätze für Lieferwagen "
            "liegen gleich am Tor.",
            "Unsere Telefonnummern und Ihre Ansprechpartner bleiben dieselben. Sendungen verlassen unser Lager in der "
            "Umzugswoche einen Tag später als gewohnt; Aufträge, die uns bis Ende Februar erreichen, sind davon nicht "
            "betroffen.",
            "Am letzten Freitag im März öffnen wir die Türen für alle, die uns in diesen Jahren begleitet haben. Es "
            "gibt Suppe, einen Rundgang und Zeit für Gespräche. Bitte geben Sie uns kurz Bescheid, ob Sie kommen "
            "können.",
            "Vielen Dank für Ihr Vertrauen. Wir freuen uns auf Sie.",
        ),
        "Mit freundlichen Grüßen",
    ),
}  # fmt: skip

_READER = "Martha Quill"

_NOTES = """\
Larkfield Trading Ltd
Notes of the warehouse meeting

Date:       {day}
Place:      Meeting room 2, Harbour Street
Attendees:  {people}
Minutes:    {writer}

Agenda
  1. Stocktaking before the winter break
  2. New labels for the cold store
  3. Rota for the holidays

Decisions made
  - Stock is counted on {counting}; no deliveries are accepted that day.
  - The cold store gets labels with large print. Samples are on the notice board.
  - Whoever worked last Christmas is free this year.

Action items
  - {writer} orders the labels and tells the supplier about the gate code.
  - {first} writes the counting lists and hands them out a week before.
  - {second} asks the night shift for their wishes.

Next meeting: {again}, 10:00, same place.
"""


def letter_pdf(seed: int, customer: Party, language: str = "en") -> bytes:
    """A letter on headed paper that asks for no money. KeyError for a language without one."""
    facts = invoice_facts(seed, language)
    vendor, words = facts.vendor, wording(language, "EUR", 0)
    subject, greeting, paragraphs, farewell = _LETTERS[language]
    paper = Paper(family="serif", accent="#4b3f72", title=subject, author=vendor.name)
    paper.logo(57, 48, 36, seed)
    paper.text(538, 64, vendor.name, 15, bold=True, color=paper.accent, align="right")
    paper.text(538, 79, f"{vendor.street} · {vendor.town} · {vendor.phone}", 8.5, color=GREY, align="right")
    paper.paragraph(57, 156, [customer.name, customer.street, customer.town], 11)
    paper.text(538, 236, words.date(facts.issued_on), 11, align="right")
    paper.text(57, 272, subject, 13, bold=True)
    y = paper.paragraph(57, 304, [greeting.format(name=_READER)], 11) + 8
    for text in paragraphs:
        y = paper.paragraph(57, y, paper.split(text, 481, 11), 11, lead=16) + 8
    paper.text(57, y + 10, farewell, 11)
    _signature(paper, 60, y + 44, seed)
    paper.text(57, y + 78, facts.vendor.contact, 11)
    paper.text(paper.width / 2, 806, f"{vendor.website} · {vendor.email}", 8, color=GREY, align="center")
    return paper.finish()


def meeting_notes(seed: int) -> bytes:
    """The notes of a meeting as UTF-8 text."""
    rng = random.Random(f"notes {seed}")
    names = rng.sample(("Eleanor Marsh", "Tobias Wren", "Priya Nair", "Owen Castell", "Ruth Abara"), 4)
    day = date(2026, 11, 2) + timedelta(days=rng.randint(0, 7))
    spoken = wording("en", "GBP", 0)
    return _NOTES.format(
        day=spoken.date(day),
        people=", ".join(names),
        writer=names[0],
        first=names[1],
        second=names[2],
        counting=spoken.date(day + timedelta(days=31)),
        again=spoken.date(day + timedelta(days=14)),
    ).encode()


def other_truth(language: str) -> dict[str, Any]:
    """The truth line of a document that is no invoice: nothing of an invoice is to be found."""
    absent = dict.fromkeys(("invoice_number", "total_amount", "iban", "vendor_vat_id"))
    return {"doc_type": "other", "language": language, "group": "synthesis:other", "expected": absent, "line_items": None}


def _signature(paper: Paper, x: float, y: float, seed: int) -> None:
    """A stroke of the pen that looks signed."""
    rng = random.Random(f"signature {seed}")
    path = paper.canvas.beginPath()
    base = paper.height - y
    path.moveTo(x, base)
    for _ in range(7):
        lift = rng.uniform(8, 26)
        path.curveTo(x + 6, base + lift, x + 14, base + lift, x + 12, base - rng.uniform(0, 8))
        x += rng.uniform(11, 17)
    paper.canvas.setLineWidth(1.1)
    paper.canvas.setStrokeColorRGB(0.13, 0.2, 0.45)
    paper.canvas.drawPath(path)
