"""Payment codes: EPC QR (BCD) and Swiss QR-bill (SPC) as values. What fails its check digits is left out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from stdnum import bic as bic_number
from stdnum import iso11649
from stdnum.ch import esr

from documents.extraction.candidates.codes import iban_is_valid
from documents.extraction.codes import Code
from documents.extraction.layout import Page
from documents.extraction.values import Place

EPC, SWISS = "EPC QR", "Swiss QR-bill"
_AMOUNT = re.compile(r"([A-Z]{3})?(\d{1,12}(?:[.,]\d{1,2})?)")
_SWICO = re.compile(r"/(\d{2})/((?:[^/\\]|\\.)*)")


@dataclass(frozen=True, slots=True)
class Payment:
    """What a payment code asks for, "" where it does not say. `amount` is decimal text with two decimals."""

    kind: str
    place: Place
    iban: str = ""
    bic: str = ""
    amount: str = ""
    currency: str = ""
    vendor: str = ""
    vendor_address: str = ""
    customer: str = ""
    reference: str = ""
    remark: str = ""
    invoice_number: str = ""
    invoice_date: str = ""


def payments_of(pages: Iterable[Page]) -> tuple[Payment, ...]:
    """The payment codes of a document in the order of its pages."""
    found = [parse(code, page.number) for page in pages for code in page.codes]
    return tuple(payment for payment in found if payment is not None)


def parse(code: Code, page: int) -> Payment | None:
    """The payment that a code asks for; None for every other code."""
    lines = [line.strip() for line in re.split(r"\r\n|\n|\r", code.text)]
    place = Place(page, code.box)
    if lines[0] == "BCD" and len(lines) >= 7 and lines[1] in ("001", "002"):
        return _epc(lines, place)
    if lines[0] == "SPC" and len(lines) >= 29 and lines[1].startswith(("01", "02")):
        return _swiss(lines, place)
    return None


def _epc(lines: Sequence[str], place: Place) -> Payment:
    """EPC069-12: BIC, name, IBAN, EUR amount, purpose, structured reference or text, a word to the payer."""
    bic, name, iban, amount, _, reference, text, *_ = *lines[4:11], *[""] * 7
    written, currency = _amount(amount)
    return Payment(
        EPC,
        place,
        iban=_iban(iban),
        bic=_packed(bic) if bic_number.is_valid(_packed(bic)) else "",
        amount=written,
        currency=currency or ("EUR" if written else ""),
        vendor=name,
        reference=_packed(reference) if iso11649.is_valid(_packed(reference)) else "",
        remark=text or reference,
    )


def _swiss(lines: Sequence[str], place: Place) -> Payment:
    """SIX QR-bill 2.x: IBAN, creditor, reserved, amount, currency, debtor, reference, text, trailer, billing information."""
    padded = [*lines, *[""] * 4]
    amount, _ = _amount(padded[18])
    kind, reference = padded[27], _packed(padded[28])
    holds = esr.is_valid(reference) if kind == "QRR" else kind == "SCOR" and iso11649.is_valid(reference)
    number, issued = _swico(padded[31])
    return Payment(
        SWISS,
        place,
        iban=_iban(padded[3]),
        amount=amount,
        currency=padded[19] if padded[19] in ("CHF", "EUR") else "",
        vendor=padded[5],
        vendor_address=_address(padded[4:11]),
        customer=padded[21],
        reference=reference if holds else "",
        remark=" ".join(part for part in (padded[29], padded[31]) if part),
        invoice_number=number,
        invoice_date=issued,
    )


def _address(lines: Sequence[str]) -> str:
    """Structured (S: street, number, postal code, town) or combined (K: two lines)."""
    kind, _, first, second, code, town, _ = lines
    parts = (first, second) if kind == "K" else (f"{first} {second}".strip(), f"{code} {town}".strip())
    return ", ".join(part for part in parts if part)


def _swico(text: str) -> tuple[str, str]:
    """(invoice number, invoice date) of Swico S1 billing information: //S1/10/number/11/yymmdd/..."""
    if not text.startswith("//S1/"):
        return "", ""
    tags = {tag: re.sub(r"\\(.)", r"\1", value) for tag, value in _SWICO.findall(text[4:])}
    written = tags.get("11", "")
    try:
        day = date(2000 + int(written[:2]), int(written[2:4]), int(written[4:])).isoformat() if len(written) == 6 else ""
    except ValueError:
        day = ""
    return tags.get("10", ""), day


def _amount(text: str) -> tuple[str, str]:
    """(amount, currency), "" for what is not said; a code without an amount leaves it to the payer."""
    match = _AMOUNT.fullmatch(text.replace(" ", ""))
    if match is None or not Decimal(match[2].replace(",", ".")):
        return "", ""
    return f"{Decimal(match[2].replace(',', '.')):.2f}", match[1] or ""


def _iban(text: str) -> str:
    return _packed(text) if iban_is_valid(_packed(text)) else ""


def _packed(text: str) -> str:
    return re.sub(r"\s", "", text).upper()
