"""Where each of docflow's fields stands in CII and UBL: one table each. Business terms (BT) are those of EN 16931."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from documents.extraction.readers.einvoice_xml import Element, all_at, place_of, text_of

Found = tuple[str, str]
"""(value in docflow's normal form, XPath it came from)."""

_DEAL = "SupplyChainTradeTransaction|SpecifiedSupplyChainTradeTransaction"
_AGREEMENT = f"{_DEAL}/ApplicableHeaderTradeAgreement|ApplicableSupplyChainTradeAgreement"
_SETTLEMENT = f"{_DEAL}/ApplicableHeaderTradeSettlement|ApplicableSupplyChainTradeSettlement"
_SUMS = f"{_SETTLEMENT}/SpecifiedTradeSettlementHeaderMonetarySummation|SpecifiedTradeSettlementMonetarySummation"
_HEADER = "ExchangedDocument|HeaderExchangedDocument"
_TERMS = f"{_SETTLEMENT}/SpecifiedTradePaymentTerms"
_MEANS = f"{_SETTLEMENT}/SpecifiedTradeSettlementPaymentMeans"
_SELLER = "AccountingSupplierParty/Party"

_GUIDELINE = "ExchangedDocumentContext|SpecifiedExchangedDocumentContext/GuidelineSpecifiedDocumentContextParameter/ID"


@dataclass(frozen=True, slots=True)
class Row:
    """One field: the paths that may hold it, tried in order, and how its text becomes our form. `key` of our profile."""

    key: str
    paths: tuple[str, ...]
    read: Callable[[Element], str]


def plain(node: Element) -> str:
    return text_of(node)


def amount(node: Element) -> str:
    """Decimal text with at least two decimals; empty when the element holds no number."""
    number = _decimal(text_of(node))
    if number is None:
        return ""
    return f"{number:f}" if -int(number.as_tuple().exponent) >= 2 else f"{number:.2f}"


def quantity(node: Element) -> str:
    number = _decimal(text_of(node))
    if number is None:
        return ""
    written = f"{number:f}"
    return written.rstrip("0").rstrip(".") if "." in written else written


def _decimal(text: str) -> Decimal | None:
    """Of a plain number only: "1E+99999999" is legal for Decimal and fills the memory when written out."""
    if not re.fullmatch(r"[+-]?\d{0,30}(\.\d{0,30})?", text):
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def date(node: Element) -> str:
    """ISO 8601 of "20240131", "2024-01-31" and both with a time behind; empty for anything else."""
    text = text_of(node)
    match = re.match(r"(\d{4})-?(\d{2})-?(\d{2})", text)
    return "-".join(match.groups()) if match else ""


def iban(node: Element) -> str:
    written = re.sub(r"\s", "", text_of(node)).upper()
    return written if re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{8,30}", written) else ""


def currency(node: Element) -> str:
    code = text_of(node).upper()
    return code if re.fullmatch(r"[A-Z]{3}", code) else ""


CII: tuple[Row, ...] = (
    Row("vendor", (f"{_AGREEMENT}/SellerTradeParty/Name",), plain),  # BT-27
    Row("invoice_number", (f"{_HEADER}/ID",), plain),  # BT-1
    Row("invoice_date", (f"{_HEADER}/IssueDateTime/DateTimeString",), date),  # BT-2
    Row("due_date", (f"{_TERMS}/DueDateDateTime/DateTimeString",), date),  # BT-9
    Row("currency", (f"{_SETTLEMENT}/InvoiceCurrencyCode",), currency),  # BT-5
    Row("subtotal", (f"{_SUMS}/TaxBasisTotalAmount",), amount),  # BT-109
    Row("total_amount", (f"{_SUMS}/GrandTotalAmount",), amount),  # BT-112
    Row("iban", (f"{_MEANS}/PayeePartyCreditorFinancialAccount/IBANID",), iban),  # BT-84
    Row(
        "po_number",
        (
            f"{_AGREEMENT}/BuyerOrderReferencedDocument/IssuerAssignedID",
            f"{_AGREEMENT}/BuyerOrderReferencedDocument/ID",
        ),
        plain,
    ),  # BT-13
    Row("payment_terms", (f"{_TERMS}/Description",), plain),  # BT-20
    Row("buyer", (f"{_AGREEMENT}/BuyerTradeParty/Name",), plain),  # BT-44
    Row("amount_due", (f"{_SUMS}/DuePayableAmount",), amount),  # BT-115
)

UBL: tuple[Row, ...] = (
    Row("vendor", (f"{_SELLER}/PartyLegalEntity/RegistrationName", f"{_SELLER}/PartyName/Name"), plain),
    Row("invoice_number", ("ID",), plain),
    Row("invoice_date", ("IssueDate",), date),
    Row("due_date", ("DueDate", "PaymentMeans/PaymentDueDate", "PaymentTerms/PaymentDueDate"), date),
    Row("currency", ("DocumentCurrencyCode",), currency),
    Row("subtotal", ("LegalMonetaryTotal/TaxExclusiveAmount",), amount),
    Row("total_amount", ("LegalMonetaryTotal/TaxInclusiveAmount",), amount),
    Row("iban", ("PaymentMeans/PayeeFinancialAccount/ID",), iban),
    Row("po_number", ("OrderReference/ID",), plain),
    Row("payment_terms", ("PaymentTerms/Note",), plain),
    Row(
        "buyer",
        (
            "AccountingCustomerParty/Party/PartyLegalEntity/RegistrationName",
            "AccountingCustomerParty/Party/PartyName/Name",
        ),
        plain,
    ),
    Row("amount_due", ("LegalMonetaryTotal/PayableAmount",), amount),
)

_PRODUCT = "SpecifiedTradeProduct"
_LINE_AGREEMENT = "SpecifiedLineTradeAgreement|SpecifiedSupplyChainTradeAgreement"
_LINE_DELIVERY = "SpecifiedLineTradeDelivery|SpecifiedSupplyChainTradeDelivery"
_LINE_SETTLEMENT = "SpecifiedLineTradeSettlement|SpecifiedSupplyChainTradeSettlement"
_LINE_SUMS = "SpecifiedTradeSettlementLineMonetarySummation|SpecifiedTradeSettlementMonetarySummation"

CII_LINE: tuple[Row, ...] = (
    Row("description", (f"{_PRODUCT}/Name", f"{_PRODUCT}/Description"), plain),  # BT-153
    Row("quantity", (f"{_LINE_DELIVERY}/BilledQuantity",), quantity),  # BT-129
    Row("unit_price", (f"{_LINE_AGREEMENT}/NetPriceProductTradePrice/ChargeAmount",), amount),  # BT-146
    Row("amount", (f"{_LINE_SETTLEMENT}/{_LINE_SUMS}/LineTotalAmount",), amount),  # BT-131
)
CII_LINES = f"{_DEAL}/IncludedSupplyChainTradeLineItem"

UBL_LINE: tuple[Row, ...] = (
    Row("description", ("Item/Name", "Item/Description"), plain),
    Row("quantity", ("InvoicedQuantity|CreditedQuantity",), quantity),
    Row("unit_price", ("Price/PriceAmount",), amount),
    Row("amount", ("LineExtensionAmount",), amount),
)
UBL_LINES = "InvoiceLine|CreditNoteLine"

CII_TYPE, CII_PROFILE = f"{_HEADER}/TypeCode", _GUIDELINE
UBL_TYPE, UBL_PROFILE = "InvoiceTypeCode|CreditNoteTypeCode", "CustomizationID"


def read_rows(node: Element, rows: Iterable[Row]) -> dict[str, Found]:
    """The first usable value of each row; rows without one are left out."""
    found: dict[str, Found] = {}
    for row in rows:
        for each in (each for path in row.paths for each in all_at(node, path)):
            value = row.read(each)
            if value:
                found[row.key] = (value, place_of(each))
                break
    return found


def address(root: Element, syntax: str) -> Found | None:
    """Street lines, then postal code and town, parted by commas. The country is left to the VAT id."""
    if syntax == "UBL":
        sheets = all_at(root, f"{_SELLER}/PostalAddress")
        streets, town = ("StreetName", "AdditionalStreetName", "AddressLine/Line"), ("PostalZone", "CityName")
    else:
        sheets = all_at(root, f"{_AGREEMENT}/SellerTradeParty/PostalTradeAddress")
        streets, town = ("LineOne", "LineTwo", "LineThree"), ("PostcodeCode", "CityName")
    for sheet in sheets:
        lines = [text_of(each) for path in streets for each in all_at(sheet, path)]
        lines.append(" ".join(text_of(each) for path in town for each in all_at(sheet, path)).strip())
        if any(lines):
            return ", ".join(line for line in lines if line), place_of(sheet)
    return None


def vat_id(root: Element, syntax: str) -> Found | None:
    """BT-31 only: the tax number that a tax office gives (scheme FC) is another thing."""
    if syntax == "UBL":
        schemes = all_at(root, f"{_SELLER}/PartyTaxScheme")
        marked = [
            each
            for scheme in schemes
            if any(text_of(name).upper() == "VAT" for name in all_at(scheme, "TaxScheme/ID"))
            for each in all_at(scheme, "CompanyID")
        ]
    else:
        numbers = all_at(root, f"{_AGREEMENT}/SellerTradeParty/SpecifiedTaxRegistration/ID")
        marked = [each for each in numbers if (each.get("schemeID") or "").upper() == "VA"]
    for each in marked:
        written = re.sub(r"\s", "", text_of(each))
        if written:
            return written, place_of(each)
    return None


def tax(root: Element, syntax: str, currency_code: str) -> Found | None:
    """BT-110: the total in the invoice's own currency; a second one in the accounting currency is passed over."""
    totals = all_at(root, "TaxTotal/TaxAmount" if syntax == "UBL" else f"{_SUMS}/TaxTotalAmount")
    own = [each for each in totals if each.get("currencyID") == currency_code] or [
        each for each in totals if not each.get("currencyID")
    ]
    for each in own or totals[:1]:
        value = amount(each)
        if value:
            return value, place_of(each)
    return None
