"""The demo documents: what a new organization finds in its Inbox, and what tests and training draw from."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from documents.extraction.synthesis import scan
from documents.extraction.synthesis.einvoice import hybrid_pdf, ubl_xml
from documents.extraction.synthesis.facts import CREDIT_NOTE, InvoiceFacts, demo_customer, invoice_facts, truth
from documents.extraction.synthesis.invoice_pdf import HOUSE, invoice_pdf
from documents.extraction.synthesis.layouts import LAYOUTS
from documents.extraction.synthesis.letter import letter_pdf, meeting_notes, other_truth
from documents.extraction.synthesis.mail import email_message
from documents.extraction.synthesis.marks import epc_text
from documents.extraction.synthesis.receipt import receipt_facts, receipt_pdf, receipt_truth
from documents.extraction.synthesis.till import TillRoll, till, till_truth
from documents.extraction.synthesis.words import LANGUAGES

PDF, JPEG, PNG, TIFF = "application/pdf", "image/jpeg", "image/png", "image/tiff"
EMAIL, XML, TEXT = "message/rfc822", "application/xml", "text/plain"


@dataclass(frozen=True, slots=True)
class Sample:
    """One invented file. `truth` has the form of a truth line of `manage.py evaluate`; None where nothing is to be read."""

    filename: str
    media_type: str
    data: bytes
    truth: dict[str, Any] | None = None


def demo_samples() -> list[Sample]:
    """The documents of the demo organization, always the same ones. Takes a few seconds of one core, touches no network."""
    return list(_demo())


def digital_invoice(seed: int, language: str = "en", layout: str = "letter", *, lines: int | None = None) -> Sample:
    """A digital PDF invoice with labels drawn by the seed; for training and measuring."""
    facts = invoice_facts(seed, language, lines=lines, mixed_rates=seed % 4 == 3)
    return _sample(f"{layout}-{language}-{seed}.pdf", PDF, invoice_pdf(facts, layout), truth(facts), layout)


def house_invoices(number: int, count: int) -> list[Sample]:
    """`count` digital invoices of one vendor in one house style: other goods, numbers, dates and buyers each time."""
    language = LANGUAGES[number % len(LANGUAGES)]
    vendor, layout = invoice_facts(number, language).vendor, f"{HOUSE}{number}"
    samples = []
    for seed in range(1000 * number + 1, 1000 * number + 1 + count):
        facts = invoice_facts(seed, language, vendor=vendor, mixed_rates=number % 4 == 3)
        said = {**truth(facts), "group": f"synthesis:{layout}"}
        samples.append(_sample(f"{layout}-{language}-{seed}.pdf", PDF, invoice_pdf(facts, layout), said, layout))
    return samples


def scanned_invoice(
    seed: int, language: str = "en", layout: str = "letter", *, lines: int | None = None, dpi: int = 150
) -> Sample:
    """The same kind of invoice as a PDF that holds only pictures, skewed and noisy; for training and measuring."""
    facts = invoice_facts(seed, language, lines=lines, mixed_rates=seed % 4 == 3)
    sheets = scan.rendered(invoice_pdf(facts, layout), dpi)
    data = scan.as_pdf([scan.scanned(sheet, wear(seed + number), seed + number) for number, sheet in enumerate(sheets)], dpi)
    return _sample(f"scan-{layout}-{language}-{seed}.pdf", PDF, data, truth(facts), f"{layout}-scan")


def receipt_photo(seed: int, language: str = "en") -> Sample:
    """A photographed till receipt."""
    facts = receipt_facts(seed, language)
    picture = scan.photographed(scan.rendered(receipt_pdf(facts), 200)[0], seed)
    return _sample(
        f"receipt-{language}-{seed}.jpg", JPEG, scan.as_jpeg(picture, dpi=200), receipt_truth(facts), "receipt-photo"
    )


def till_receipts(number: int, count: int, *, photographed: bool = False) -> list[Sample]:
    """`count` receipts of one shop from the till with that number, as PDF or photo."""
    language = LANGUAGES[number % len(LANGUAGES)]
    vendor, style = receipt_facts(number, language).vendor, till(number, language)
    samples = []
    for seed in range(1000 * number + 1, 1000 * number + 1 + count):
        facts = receipt_facts(seed, language, vendor=vendor)
        said, data = {**till_truth(facts, style), "group": f"synthesis:till-{number}"}, TillRoll(facts, style).pdf()
        kind, ending = PDF, "pdf"
        if photographed:
            picture = scan.photographed(scan.rendered(data, 200)[0], seed)
            kind, ending, data = JPEG, "jpg", scan.as_jpeg(picture, dpi=200)
        samples.append(_sample(f"till-{number}-{language}-{seed}.{ending}", kind, data, said, f"till-{number}"))
    return samples


def mixed_samples(count: int, first_seed: int = 1) -> Iterator[Sample]:
    """`count` documents of all makes, always the same: of eight four digital invoices in house styles of their own and one in
    a named layout, one scan, two photographed receipts of tills of their own."""
    names = tuple(LAYOUTS)
    for seed in range(first_seed, first_seed + count):
        language, own = LANGUAGES[seed % len(LANGUAGES)], f"{HOUSE}{seed}"
        match seed % 8:
            case 1:
                yield digital_invoice(seed, language, names[seed // 8 % len(names)])
            case 5:
                yield scanned_invoice(seed, language, own)
            case 6 | 7:
                yield from till_receipts(seed, 1, photographed=True)
            case _:
                yield digital_invoice(seed, language, own)


def wear(seed: int) -> scan.Wear:
    """A scanner's mood: tilted by up to 1.8 degrees, more or less noise and blur."""
    rng = random.Random(f"wear {seed}")
    return scan.Wear(
        rng.uniform(-1.8, 1.8), rng.uniform(4, 11), rng.uniform(0.4, 0.8), rng.randint(236, 252), rng.randint(20, 90)
    )


@cache
def _demo() -> tuple[Sample, ...]:
    return (
        *_digital(),
        *_scans(),
        *_einvoices(),
        _mail(),
        _sample("letter-new-premises.pdf", PDF, letter_pdf(7, demo_customer()), other_truth("en"), "letter"),
        _sample("meeting-notes.txt", TEXT, meeting_notes(3), other_truth("en"), "text"),
    )


def _for_us(seed: int, language: str, **more: Any) -> InvoiceFacts:
    return invoice_facts(seed, language, customer=demo_customer(), **more)


def _with_payment_code(facts: InvoiceFacts) -> InvoiceFacts:
    return replace(facts, payment_code=epc_text(facts))


def _digital() -> list[Sample]:
    wanted = (
        ("office-supplies-invoice.pdf", "band", _for_us(11, "en", trade="office", lines=6)),
        ("werkzeug-rechnung.pdf", "letter", _with_payment_code(_for_us(5, "de", trade="hardware", lines=7))),
        ("epicerie-facture.pdf", "ledger", _for_us(8, "fr", trade="wine", lines=6, mixed_rates=True)),
        ("schrauben-rechnung-40-zeilen.pdf", "letter", _for_us(21, "de", trade="hardware", lines=40)),
        ("kaffee-gutschrift.pdf", "letter", _for_us(9, "de", trade="coffee", lines=2, kind=CREDIT_NOTE)),
    )
    return [_sample(name, PDF, invoice_pdf(facts, layout, plain=True), truth(facts), layout) for name, layout, facts in wanted]


def _scans() -> list[Sample]:
    stack, sheet, photo = _for_us(14, "de", trade="print"), _for_us(17, "en", trade="it", lines=5), receipt_facts(6, "en")
    pages = _for_us(26, "fr", trade="works", lines=24)
    flat = [
        scan.scanned(each, scan.Wear(1.3, 6, 0.5, 246), 14)
        for each in scan.rendered(invoice_pdf(stack, "band", plain=True), 150)
    ]
    tilted = scan.scanned(
        scan.rendered(invoice_pdf(sheet, "letter", plain=True), 150)[0], scan.Wear(-0.9, 6, 0.5, 240, 60), 17
    )
    faxed = [
        scan.fax(each, scan.Wear(0.4, 4, 0.4, 252), 26)
        for each in scan.rendered(invoice_pdf(pages, "letter", plain=True), 200)
    ]
    lying = scan.photographed(scan.rendered(receipt_pdf(photo), 200)[0], 6)
    return [
        _sample("drucksachen-scan.pdf", PDF, scan.as_pdf(flat), truth(stack), "band-scan"),
        _sample("it-support-scan.jpg", JPEG, scan.as_jpeg(tilted), truth(sheet), "letter-scan"),
        _sample("renovation-fax.tiff", TIFF, scan.as_tiff(faxed), truth(pages), "letter-fax"),
        _sample("bakery-receipt.jpg", JPEG, scan.as_jpeg(lying, dpi=200), receipt_truth(photo), "receipt-photo"),
    ]


def _einvoices() -> list[Sample]:
    hybrid, plain = _for_us(31, "de", trade="coffee", lines=5), _for_us(33, "nl", lines=4)
    return [
        _sample("kaffee-facturx.pdf", PDF, hybrid_pdf(hybrid), truth(hybrid), "facturx"),
        _sample("bedrijfskleding-ubl.xml", XML, ubl_xml(plain), truth(plain), "ubl"),
    ]


def _mail() -> Sample:
    garden, trees, taxi = _for_us(41, "en", trade="garden"), _for_us(42, "en", trade="garden"), receipt_facts(43, "en")
    picture = scan.scanned(scan.rendered(receipt_pdf(taxi), 200)[0], scan.Wear(0.8, 5), 43)
    files = (
        (f"invoice-{garden.number.replace('/', '-')}.pdf", PDF, invoice_pdf(garden, "letter", plain=True), truth(garden)),
        (f"invoice-{trees.number.replace('/', '-')}.pdf", PDF, invoice_pdf(trees, "band", plain=True), truth(trees)),
        ("receipt.png", PNG, scan.as_png(picture, 200), receipt_truth(taxi)),
    )
    vendor = garden.vendor
    data = email_message(4, (vendor.contact, vendor.email), vendor.name, [each[:3] for each in files])
    parts = [
        {"filename": name, "sha256": hashlib.sha256(content).hexdigest(), "truth": said} for name, _, content, said in files
    ]
    return Sample(
        "invoices-by-mail.eml", EMAIL, data, {"id": "invoices-by-mail.eml", "class": "processed", "expected_documents": parts}
    )


def _sample(filename: str, media_type: str, data: bytes, said: dict[str, Any], layout: str) -> Sample:
    return Sample(filename, media_type, data, {"id": filename, "file": filename, "layout": layout, **said})
