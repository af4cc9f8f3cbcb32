"""Barcodes and QR codes for invented documents: payment codes on invoices, and the sheets that separate them in a stack."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import zxingcpp
from PIL import Image

from documents.extraction.synthesis.facts import InvoiceFacts, Party
from documents.extraction.synthesis.paper import Paper

SEPARATOR = "PATCHT"


def epc_text(facts: InvoiceFacts, *, iban: str = "", amount: Decimal | None = None, charset: str = "1") -> str:
    """What an EPC QR code on the invoice says; another account or amount where it is made to be wrong."""
    vendor = facts.vendor
    paid = f"EUR{facts.total if amount is None else amount}"
    rows = ("BCD", "002", charset, "SCT", vendor.bic, vendor.name, iban or vendor.iban, paid, "", "", facts.number, "")
    return "\n".join(rows)


def swiss_text(
    creditor: Party, debtor: Party, amount: Decimal, *, iban: str, reference: str = "", combined: bool = False
) -> str:
    """What a Swiss QR-bill says, its addresses structured or combined."""
    kind = "QRR" if len(reference) == 27 else "SCOR" if reference else "NON"
    rows = ["SPC", "0200", "1", iban, *_party(creditor, combined), *[""] * 7, str(amount), "CHF", *_party(debtor, combined)]
    return "\r\n".join([*rows, kind, reference, "Auftrag vom 15. Juni", "EPD", r"//S1/10/10201\/4/11/251112/30/106017086"])


def _party(party: Party, combined: bool) -> list[str]:
    if combined:
        return ["K", party.name, party.street, f"{party.postcode} {party.city}", "", "", "CH"]
    street, _, number = party.street.rpartition(" ")
    return ["S", party.name, street, number, party.postcode, party.city, "CH"]


def picture(text: str | bytes, kind: str = "QRCode", *, width: int = 0) -> Image.Image:
    """The code in black on white with its quiet zone, `width` pixels wide (0: four a dot)."""
    drawn = Image.fromarray(np.array(_barcode(text, kind).to_image(scale=4)))
    return drawn.resize((width, round(drawn.height * width / drawn.width)), Image.Resampling.LANCZOS) if width else drawn


def draw(paper: Paper, x: float, y: float, text: str, kind: str = "QRCode", *, width: float = 64, height: float = 0) -> None:
    """The code as areas, one for each run of dark dots, its top left corner at (x, y). `height` 0: as wide as high."""
    dots = np.array(_barcode(text, kind).to_image(scale=1, add_quiet_zones=False)) == 0
    dots = dots if kind == "QRCode" else dots[:1]
    across, down = width / dots.shape[1], (height or width) / dots.shape[0]
    for row, line in enumerate(dots):
        edges = np.flatnonzero(np.diff(np.concatenate(([0], line.astype(np.int8), [0]))))
        for start, end in edges.reshape(-1, 2):
            paper.block(x + start * across, y + row * down, (end - start) * across, down, fill="#000000")


def separator_page(paper: Paper, kind: str = "Code128") -> None:
    """The sheet that is laid between two documents before they are scanned."""
    paper.text(paper.width / 2, 120, "PATCH-T", 34, bold=True, align="center")
    paper.text(paper.width / 2, 150, "Lay this sheet between two documents.", 12, align="center")
    wide = 150 if kind == "QRCode" else 320
    draw(paper, (paper.width - wide) / 2, 300, SEPARATOR, kind, width=wide, height=wide if kind == "QRCode" else 90)


def tab_at(number: int, page: int) -> float:
    """How far down the black tab at the left edge of that page of that letter begins, in points."""
    return 60.0 * number + 24.0 * page


def stack_pdf(documents: int = 3, *, kind: str = "Code128", pages: int = 1) -> bytes:
    """`documents` short letters with a separator sheet between each two; letter n says "Letter n of the stack"."""
    paper = Paper(title="Stack")
    for number in range(1, documents + 1):
        for page in range(1, pages + 1):
            if (number, page) != (1, 1):
                paper.next_page()
            paper.text(57, 90, f"Letter {number} of the stack, page {page}", 16, bold=True)
            paper.block(20, tab_at(number, page), 16, 12, fill="#000000")
            for row in range(45):
                paper.text(57, 130 + 14 * row, f"Row {row} of letter {number} tells of crates, slips and the gate", 9)
        if number < documents:
            paper.next_page()
            separator_page(paper, kind)
    return paper.finish()


def _barcode(text: str | bytes, kind: str) -> zxingcpp.Barcode:
    if kind != "QRCode":
        return zxingcpp.create_barcode(text, getattr(zxingcpp.BarcodeFormat, kind))
    raw = text.encode() if isinstance(text, str) else text
    return zxingcpp.create_barcode(raw, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
