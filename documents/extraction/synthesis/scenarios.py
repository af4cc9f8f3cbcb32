"""Documents that tests need: clean ones, ones that break, contradict themselves, or are far too large."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import cache

from PIL import Image, ImageDraw

from documents.extraction.synthesis import scan
from documents.extraction.synthesis.einvoice import hybrid_pdf, ubl_xml
from documents.extraction.synthesis.facts import InvoiceFacts, cents, demo_customer, invoice_facts, truth, with_total
from documents.extraction.synthesis.invoice_pdf import invoice_pdf
from documents.extraction.synthesis.mail import email_message
from documents.extraction.synthesis.paper import GREY, Paper
from documents.extraction.synthesis.receipt import receipt_facts, receipt_pdf, receipt_truth
from documents.extraction.synthesis.samples import EMAIL, JPEG, PDF, PNG, XML, Sample
from documents.extraction.synthesis.words import wording

_TOLD = """the warehouse counts every crate before noon and the driver signs the slip at gate four while rain falls on
the yard and nobody waits longer than a kettle needs to boil because the list hangs by the door"""
_PROSE = _TOLD.split()


@cache
def scenario(name: str) -> Sample:
    """The document that the browser tests call `name`, e.g. "native.pdf". KeyError with the known names."""
    if name not in _SCENARIOS:
        raise KeyError(f"no document {name!r}; there are {', '.join(_SCENARIOS)}")
    return _SCENARIOS[name]()


def scenario_names() -> tuple[str, ...]:
    return tuple(_SCENARIOS)


def broken_pdf() -> bytes:
    """Begins like a PDF, but its objects are noise: no reader opens it."""
    sound = invoice_pdf(invoice_facts(3), plain=True)
    return sound[:60] + bytes((each * 7 + 13) % 256 for each in sound[60:900])


def locked_pdf(password: str = "open sesame") -> bytes:  # noqa: S107 the password is part of the test document
    """A sound invoice that opens only with `password`."""
    return invoice_pdf(invoice_facts(4), plain=True, password=password)


def long_pdf(pages: int) -> bytes:
    """A record of deliveries over `pages` pages, each with its number and a few lines of its own."""
    paper = Paper(title="Record of deliveries", pages=pages)
    spoken = wording("en", "GBP", 0)
    for page in range(1, pages + 1):
        paper.text(57, 70, "Record of deliveries", 16, bold=True)
        paper.text(538, 70, f"Page {page} of {pages}", 9, color=GREY, align="right")
        for row in range(12):
            number = (page - 1) * 12 + row + 1
            paper.text(57, 110 + row * 22, f"Delivery {number:05d}", 9)
            paper.text(250, 110 + row * 22, " ".join(_PROSE[(number + step) % len(_PROSE)] for step in range(4)), 9)
            paper.text(538, 110 + row * 22, spoken.number(Decimal(number * 137 % 9973) / 100), 9, align="right")
        if page < pages:
            paper.next_page()
    return paper.finish()


def dense_pdf(words: int = 2000) -> bytes:
    """One page with `words` small words, as terms and conditions are printed."""
    paper = Paper(title="Terms of delivery")
    paper.text(40, 40, "Terms of delivery", 11, bold=True)
    width, columns = 169.0, 3
    text = [f"{_PROSE[number % len(_PROSE)]}{'.' if number % 17 == 16 else ''}" for number in range(words - 3)]
    lines = paper.split(" ".join(text), width, 5.2)
    rows = -(-len(lines) // columns)
    for column in range(columns):
        paper.paragraph(40 + column * 175, 56, lines[column * rows : (column + 1) * rows], 5.2, lead=6.6)
    return paper.finish()


def conflicting_hybrid() -> Sample:
    """A Factur-X invoice whose XML says 1190.00 and whose page says 1109.00."""
    facts = with_total(invoice_facts(58, "de", customer=demo_customer(), trade="print"), Decimal("1000.00"))
    wrong = replace(facts, misprint=Decimal("1109.00"))
    return _sample("hybrid.pdf", PDF, hybrid_pdf(wrong, embedded=facts), facts)


def receipt_png() -> Sample:
    """A till receipt as a clean PNG."""
    facts = receipt_facts(71, "en")
    picture = scan.scanned(scan.rendered(receipt_pdf(facts), 200)[0], scan.Wear(0.4, 3, 0.4, 252, 0), 71)
    return Sample(
        "receipt.png", PNG, scan.as_png(picture, 200), {"id": "receipt.png", "file": "receipt.png", **receipt_truth(facts)}
    )


def _native_facts() -> InvoiceFacts:
    """Three pages; two values give cause for doubt: the IBAN fails its check digits, and it is due before it was written."""
    facts = invoice_facts(61, "en", lines=62, trade="office", customer=demo_customer())
    sound = facts.vendor.iban
    shaken = (
        sound[:-4] + sound[-3] + sound[-4] + sound[-2:]
        if sound[-3] != sound[-4]
        else sound[:-1] + str((int(sound[-1]) + 1) % 10)
    )
    return replace(
        facts, vendor=replace(facts.vendor, iban=shaken), due_on=facts.issued_on.replace(year=facts.issued_on.year - 1)
    )


def _native() -> Sample:
    facts = _native_facts()
    return _sample("native.pdf", PDF, invoice_pdf(facts, "letter", plain=True), facts)


def _twin() -> Sample:
    """The same number, vendor and total as native.pdf, on a sheet that looks different."""
    facts = replace(_native_facts(), customer_number="77001")
    return _sample("twin.pdf", PDF, invoice_pdf(facts, "band", plain=True), facts)


def _clean() -> Sample:
    facts = invoice_facts(62, "en", lines=5, trade="it", customer=demo_customer())
    return _sample("clean.pdf", PDF, invoice_pdf(facts, "letter", plain=True), facts)


def _scan() -> Sample:
    facts = invoice_facts(63, "en", lines=4, trade="garden", customer=demo_customer())
    sheet = scan.rendered(invoice_pdf(facts, "letter", plain=True), 150)[0]
    return _sample("scan.jpg", JPEG, scan.as_jpeg(scan.scanned(sheet, scan.Wear(0.9, 6), 63)), facts)


def _mail() -> Sample:
    several = [invoice_facts(seed, "en", lines=3, trade="garden", customer=demo_customer()) for seed in (64, 65, 66)]
    files = [(f"{facts.number.replace('/', '-')}.pdf", PDF, invoice_pdf(facts, "band", plain=True)) for facts in several]
    vendor = several[0].vendor
    data = email_message(5, (vendor.contact, vendor.email), vendor.name, files, subject="Three invoices", logo=_logo())
    return Sample("mail.eml", EMAIL, data)


def _lines() -> Sample:
    """Twelve rows, three of them over two lines, and the amount of row 9 printed 0.90 too low."""
    facts = invoice_facts(67, "en", lines=12, trade="office", customer=demo_customer())
    short = [line for line in facts.lines if len(line.description) < 40]
    rows = [short[position % len(short)] for position in range(12)]
    for position in (2, 5, 10):
        described = f"{rows[position].description}, delivered to the second floor and unpacked, packaging taken back"
        rows[position] = replace(rows[position], description=described)
    rows[8] = replace(rows[8], misprint=cents(rows[8].amount - Decimal("0.90")))
    facts = replace(facts, lines=tuple(rows))
    return _sample("lines.pdf", PDF, invoice_pdf(facts, "letter", plain=True), facts)


def _missed_table() -> Sample:
    """Goods told line by line, without a head and without columns, so that no table is found."""
    facts = invoice_facts(68, "en", lines=4, trade="garden", customer=demo_customer())
    words, vendor = wording("en", facts.currency, 0), facts.vendor
    paper = Paper(family="serif", title=f"Invoice {facts.number}", author=vendor.name)
    y = paper.paragraph(57, 70, [vendor.name, vendor.address, f"VAT no. {vendor.vat_id}"], 11)
    y = paper.paragraph(57, y + 30, [facts.customer.name, facts.customer.address], 11)
    dates = [f"Invoice No. {facts.number}", f"Invoice date: {words.date(facts.issued_on)}"]
    y = paper.paragraph(57, y + 30, [*dates, f"Due date: {words.date(facts.due_on or facts.issued_on)}"], 11) + 24
    for line in facts.lines:
        paper.text(57, y, line.description, 11)
        paper.text(75, y + 15, f"{words.quantity(line.quantity)} {line.unit} at {words.number(line.unit_price)} each", 11)
        dots = "." * int((390 - paper.wide(line.description, 11)) / paper.wide(".", 11))
        paper.text(470, y, dots, 11, color=GREY, align="right")
        paper.text(538, y, words.number(line.amount), 11, align="right")
        y += 38
    for label, value in (("Subtotal", facts.net), (f"VAT {facts.taxes[0].rate} %", facts.tax), ("Total", facts.total)):
        paper.text(400, y, label, 11, bold=label == "Total")
        paper.text(538, y, words.money(value), 11, bold=label == "Total", align="right")
        y += 18
    paper.text(57, y + 30, f"IBAN {vendor.iban}   BIC {vendor.bic}", 11)
    return _sample("missed_table.pdf", PDF, paper.finish(), facts)


def _xml_only() -> Sample:
    facts = invoice_facts(69, "de", lines=4, customer=demo_customer())
    return _sample("xml_only.xml", XML, ubl_xml(facts), facts)


def _logo() -> bytes:
    picture = Image.new("RGB", (120, 40), "white")
    pen = ImageDraw.Draw(picture)
    pen.ellipse((4, 4, 36, 36), fill="#2f6b4f")
    pen.rectangle((46, 16, 114, 24), fill="#2f6b4f")
    return scan.as_png(picture, 72)


def _sample(filename: str, media_type: str, data: bytes, facts: InvoiceFacts) -> Sample:
    return Sample(filename, media_type, data, {"id": filename, "file": filename, "layout": "scenario", **truth(facts)})


_SCENARIOS: dict[str, Callable[[], Sample]] = {
    "native.pdf": _native,
    "clean.pdf": _clean,
    "scan.jpg": _scan,
    "mail.eml": _mail,
    "lines.pdf": _lines,
    "missed_table.pdf": _missed_table,
    "hybrid.pdf": conflicting_hybrid,
    "xml_only.xml": _xml_only,
    "twin.pdf": _twin,
    "long.pdf": lambda: Sample("long.pdf", PDF, long_pdf(500)),
    "dense.pdf": lambda: Sample("dense.pdf", PDF, dense_pdf()),
    "broken.pdf": lambda: Sample("broken.pdf", PDF, broken_pdf()),
    "locked.pdf": lambda: Sample("locked.pdf", PDF, locked_pdf()),
    "receipt.png": receipt_png,
}
