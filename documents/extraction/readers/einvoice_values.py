"""How the text of an element becomes a value in docflow's normal form; empty where it holds none."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from documents.extraction.readers.einvoice_xml import Element, all_at, name_of, text_of


def plain(node: Element) -> str:
    return text_of(node)


def amount(node: Element) -> str:
    """Decimal text with at least two decimals; empty when the element holds no number."""
    number = decimal(text_of(node))
    if number is None:
        return ""
    return f"{number:f}" if -int(number.as_tuple().exponent) >= 2 else f"{number:.2f}"


def price(node: Element) -> str:
    """An amount of any precision, without idle zeros behind the second decimal."""
    written = amount(node)
    return re.sub(r"(\.\d\d+?)0+$", r"\1", written)


def quantity(node: Element) -> str:
    """A number without idle zeros; also rates and percents."""
    number = decimal(text_of(node))
    if number is None:
        return ""
    written = f"{number:f}"
    return written.rstrip("0").rstrip(".") if "." in written else written


def decimal(text: str) -> Decimal | None:
    """Of a plain number only: "1E+99999999" is legal for Decimal and fills the memory when written out."""
    if not re.fullmatch(r"[+-]?\d{0,30}(\.\d{0,30})?", text):
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def date(node: Element) -> str:
    """ISO 8601 of "20240131", "2024-01-31" and both with a time behind; empty for anything else."""
    match = re.match(r"(\d{4})-?(\d{2})-?(\d{2})", text_of(node))
    return "-".join(match.groups()) if match else ""


def iban(node: Element) -> str:
    written = re.sub(r"\s", "", text_of(node)).upper()
    return written if re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{8,30}", written) else ""


def account(node: Element) -> str:
    """The number of an account that is no IBAN, or is not said to be one."""
    return "" if iban(node) and name_of(node) != "ProprietaryID" else text_of(node)


def currency(node: Element) -> str:
    code = text_of(node).upper()
    return code if re.fullmatch(r"[A-Z]{3}", code) else ""


def packed(node: Element) -> str:
    """An identifier without spaces."""
    return re.sub(r"\s", "", text_of(node))


def unit(node: Element) -> str:
    return str(node.get("unitCode") or "")[:20]


def means(node: Element) -> str:
    """The words beside a code of payment means."""
    return " ".join(str(node.get("name") or "").split())[:200]


def file_name(node: Element) -> str:
    return " ".join(str(node.get("filename") or "").split())[:255]


def direction(node: Element) -> str:
    """charge or allowance, of a ChargeIndicator (true, 1), of Tipo in FatturaPA (MG), of a fee for logistics."""
    said = text_of(node).lower()
    return "charge" if said in ("true", "1", "mg") or name_of(node) == "SpecifiedLogisticsServiceCharge" else "allowance"


def pair(node: Element) -> str:
    """A property of a product: "Colour: red"."""
    parts = [text_of(each) for each in node]
    return ": ".join(part for part in parts[:2] if part)


def italian_vat(node: Element) -> str:
    """IdFiscaleIVA: country and number."""
    return "".join(text_of(each) for name in ("IdPaese", "IdCodice") for each in all_at(node, name))


def italian_name(node: Element) -> str:
    """Anagrafica: the name of a company, or of a person in two parts."""
    return " ".join(text_of(each) for name in ("Denominazione", "Nome", "Cognome") for each in all_at(node, name))


def italian_street(node: Element) -> str:
    return " ".join(text_of(each) for name in ("Indirizzo", "NumeroCivico") for each in all_at(node, name))


def italian_code(node: Element) -> str:
    """CodiceArticolo: kind and value."""
    return " ".join(text_of(each) for name in ("CodiceTipo", "CodiceValore") for each in all_at(node, name))
