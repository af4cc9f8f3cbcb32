"""E-invoices: the CII file that Factur-X and ZUGFeRD embed, the PDF that holds it, and plain UBL (both EN 16931)."""

from __future__ import annotations

import logging
import re
from decimal import Decimal
from typing import Any, TypeAlias

import facturx
from lxml import etree
from lxml.builder import ElementMaker

from documents.extraction.synthesis.facts import CREDIT_NOTE, InvoiceFacts, Line, Party
from documents.extraction.synthesis.invoice_pdf import invoice_pdf

_RSM = "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
_RAM = "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"
_UDT = "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100"
_CBC = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
_CAC = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
_GUIDELINE = "urn:cen.eu:en16931:2017"
_PIECE, _HOUR, _LUMP = "C62", "HUR", "LS"
_UNITS = {
    "hour": _HOUR,
    "Std.": _HOUR,
    "heure": _HOUR,
    "ora": _HOUR,
    "hora": _HOUR,
    "lump sum": _LUMP,
    "Pausch.": _LUMP,
    "forfait": _LUMP,
}

ram = ElementMaker(namespace=_RAM, nsmap={"rsm": _RSM, "ram": _RAM, "udt": _UDT})
rsm = ElementMaker(namespace=_RSM, nsmap={"rsm": _RSM, "ram": _RAM, "udt": _UDT})
udt = ElementMaker(namespace=_UDT)
cbc = ElementMaker(namespace=_CBC)
cac = ElementMaker(namespace=_CAC)
Element: TypeAlias = Any  # lxml comes without types


def cii_xml(facts: InvoiceFacts) -> bytes:
    """The invoice as UN/CEFACT Cross Industry Invoice, profile EN 16931."""
    code = "381" if facts.kind == CREDIT_NOTE else "380"
    root = rsm.CrossIndustryInvoice(
        rsm.ExchangedDocumentContext(ram.GuidelineSpecifiedDocumentContextParameter(ram.ID(_GUIDELINE))),
        rsm.ExchangedDocument(
            ram.ID(facts.number), ram.TypeCode(code), ram.IssueDateTime(_day(facts.issued_on.strftime("%Y%m%d")))
        ),
        rsm.SupplyChainTradeTransaction(
            *(_cii_line(position, line) for position, line in enumerate(facts.lines, 1)),
            _cii_agreement(facts),
            ram.ApplicableHeaderTradeDelivery(
                ram.ActualDeliverySupplyChainEvent(ram.OccurrenceDateTime(_day(facts.delivered_on.strftime("%Y%m%d"))))
            ),
            _cii_settlement(facts),
        ),
    )
    return _written(root)


def hybrid_pdf(printed: InvoiceFacts, layout: str = "letter", *, embedded: InvoiceFacts | None = None) -> bytes:
    """A Factur-X invoice: the page shows `printed`, the XML inside says `embedded` (the same where None). No network."""
    # Vera is embedded in the PDF, as PDF/A-3 wants it; the schema is not checked here because the tests do it once for all.
    page = invoice_pdf(printed, layout, family="vera", plain=True)
    said = embedded or printed
    logging.getLogger("factur-x").setLevel(logging.WARNING)
    joined = facturx.generate_from_binary(
        page,
        cii_xml(said),
        flavor="factur-x",
        level="en16931",
        check_xsd=False,
        check_schematron=False,
        pdf_metadata={
            "author": said.vendor.name,
            "keywords": "Factur-X, invoice",
            "title": f"{said.vendor.name}: {said.number}",
            "subject": f"Factur-X invoice {said.number}",
        },
        lang=said.language,
        xmp_compression=False,
    )
    return _without_clock(joined)


def ubl_xml(facts: InvoiceFacts) -> bytes:
    """The invoice or credit note as UBL 2.1, in the manner of Peppol BIS Billing 3."""
    credit = facts.kind == CREDIT_NOTE
    kind = "CreditNote" if credit else "Invoice"
    root = etree.Element(f"{{{_UBL}{kind}-2}}{kind}", nsmap={None: f"{_UBL}{kind}-2", "cac": _CAC, "cbc": _CBC})
    due = [cbc.DueDate(facts.due_on.isoformat())] if facts.due_on else []
    order = [cac.OrderReference(cbc.ID(facts.po_number))] if facts.po_number else []
    corrected = [cac.BillingReference(cac.InvoiceDocumentReference(cbc.ID(facts.corrects)))] if facts.corrects else []
    root.extend(
        [
            cbc.CustomizationID(f"{_GUIDELINE}#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"),
            cbc.ProfileID("urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"),
            cbc.ID(facts.number),
            cbc.IssueDate(facts.issued_on.isoformat()),
            *due,
            cbc.CreditNoteTypeCode("381") if credit else cbc.InvoiceTypeCode("380"),
            cbc.DocumentCurrencyCode(facts.currency),
            cbc.BuyerReference(facts.customer_number),
            *order,
            *corrected,
            cac.AccountingSupplierParty(_ubl_party(facts.vendor)),
            cac.AccountingCustomerParty(_ubl_party(facts.customer)),
            cac.Delivery(cbc.ActualDeliveryDate(facts.delivered_on.isoformat())),
            _ubl_payment(facts),
            *_ubl_sums(facts),
            *(_ubl_line(position, line, facts, credit) for position, line in enumerate(facts.lines, 1)),
        ]
    )
    return _written(root)


def _written(root: Element) -> bytes:
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _without_clock(pdf: bytes) -> bytes:
    """The PDF with the times of its making set to a fixed one of the same length: same seed, same bytes."""
    pdf = re.sub(rb"(D(?::|\\072))\d{14}", rb"\g<1>20261116080000", pdf)
    return re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", b"2026-11-16T08:00:00", pdf)


def _day(written: str) -> Element:
    return udt.DateTimeString(written, format="102")


def _unit(line: Line) -> str:
    return _UNITS.get(line.unit, _PIECE)


def _cii_line(position: int, line: Line) -> Element:
    return ram.IncludedSupplyChainTradeLineItem(
        ram.AssociatedDocumentLineDocument(ram.LineID(str(position))),
        ram.SpecifiedTradeProduct(ram.Name(line.description)),
        ram.SpecifiedLineTradeAgreement(ram.NetPriceProductTradePrice(ram.ChargeAmount(str(line.unit_price)))),
        ram.SpecifiedLineTradeDelivery(ram.BilledQuantity(str(line.quantity), unitCode=_unit(line))),
        ram.SpecifiedLineTradeSettlement(
            ram.ApplicableTradeTax(ram.TypeCode("VAT"), ram.CategoryCode("S"), ram.RateApplicablePercent(str(line.vat_rate))),
            ram.SpecifiedTradeSettlementLineMonetarySummation(ram.LineTotalAmount(str(line.amount))),
        ),
    )


def _cii_party(party: Party) -> list[Element]:
    address = ram.PostalTradeAddress(
        ram.PostcodeCode(party.postcode), ram.LineOne(party.street), ram.CityName(party.city), ram.CountryID(party.country)
    )
    tax = [ram.SpecifiedTaxRegistration(ram.ID(party.vat_id, schemeID="VA"))] if party.vat_id else []
    return [ram.Name(party.name), address, *tax]


def _cii_agreement(facts: InvoiceFacts) -> Element:
    order = [ram.BuyerOrderReferencedDocument(ram.IssuerAssignedID(facts.po_number))] if facts.po_number else []
    return ram.ApplicableHeaderTradeAgreement(
        ram.SellerTradeParty(*_cii_party(facts.vendor)), ram.BuyerTradeParty(*_cii_party(facts.customer)), *order
    )


def _cii_settlement(facts: InvoiceFacts) -> Element:
    taxes = [
        ram.ApplicableTradeTax(
            ram.CalculatedAmount(str(row.tax)),
            ram.TypeCode("VAT"),
            ram.BasisAmount(str(row.net)),
            ram.CategoryCode("S"),
            ram.RateApplicablePercent(str(row.rate)),
        )
        for row in facts.taxes
    ]
    corrected = [ram.InvoiceReferencedDocument(ram.IssuerAssignedID(facts.corrects))] if facts.corrects else []
    terms = []
    if facts.due_on:
        terms.append(ram.SpecifiedTradePaymentTerms(ram.DueDateDateTime(_day(facts.due_on.strftime("%Y%m%d")))))
    return ram.ApplicableHeaderTradeSettlement(
        ram.PaymentReference(facts.number),
        ram.InvoiceCurrencyCode(facts.currency),
        ram.SpecifiedTradeSettlementPaymentMeans(
            ram.TypeCode("58"),
            ram.PayeePartyCreditorFinancialAccount(ram.IBANID(facts.vendor.iban)),
            ram.PayeeSpecifiedCreditorFinancialInstitution(ram.BICID(facts.vendor.bic)),
        ),
        *taxes,
        *terms,
        ram.SpecifiedTradeSettlementHeaderMonetarySummation(
            ram.LineTotalAmount(str(facts.net)),
            ram.TaxBasisTotalAmount(str(facts.net)),
            ram.TaxTotalAmount(str(facts.tax), currencyID=facts.currency),
            ram.GrandTotalAmount(str(facts.total)),
            ram.DuePayableAmount(str(facts.total)),
        ),
        *corrected,
    )


def _ubl_payment(facts: InvoiceFacts) -> Element:
    branch = cac.FinancialInstitutionBranch(cbc.ID(facts.vendor.bic))
    account = cac.PayeeFinancialAccount(cbc.ID(facts.vendor.iban), branch)
    return cac.PaymentMeans(cbc.PaymentMeansCode("58"), cbc.PaymentID(facts.number), account)


def _ubl_party(party: Party) -> Element:
    tax = [cac.PartyTaxScheme(cbc.CompanyID(party.vat_id), cac.TaxScheme(cbc.ID("VAT")))] if party.vat_id else []
    return cac.Party(
        cbc.EndpointID(party.email, schemeID="EM"),
        cac.PartyName(cbc.Name(party.name)),
        cac.PostalAddress(
            cbc.StreetName(party.street),
            cbc.CityName(party.city),
            cbc.PostalZone(party.postcode),
            cac.Country(cbc.IdentificationCode(party.country)),
        ),
        *tax,
        cac.PartyLegalEntity(cbc.RegistrationName(party.name)),
    )


def _ubl_sums(facts: InvoiceFacts) -> list[Element]:
    def money(name: str, amount: Decimal) -> Element:
        return cbc(name, str(amount), currencyID=facts.currency)

    rows = [
        cac.TaxSubtotal(money("TaxableAmount", row.net), money("TaxAmount", row.tax), _ubl_category("TaxCategory", row.rate))
        for row in facts.taxes
    ]
    return [
        cac.TaxTotal(money("TaxAmount", facts.tax), *rows),
        cac.LegalMonetaryTotal(
            money("LineExtensionAmount", facts.net),
            money("TaxExclusiveAmount", facts.net),
            money("TaxInclusiveAmount", facts.total),
            money("PayableAmount", facts.total),
        ),
    ]


def _ubl_category(name: str, rate: Decimal) -> Element:
    return cac(name, cbc.ID("S"), cbc.Percent(str(rate)), cac.TaxScheme(cbc.ID("VAT")))


def _ubl_line(position: int, line: Line, facts: InvoiceFacts, credit: bool) -> Element:
    name, count = ("CreditNoteLine", "CreditedQuantity") if credit else ("InvoiceLine", "InvoicedQuantity")
    return cac(
        name,
        cbc.ID(str(position)),
        cbc(count, str(line.quantity), unitCode=_unit(line)),
        cbc.LineExtensionAmount(str(line.amount), currencyID=facts.currency),
        cac.Item(cbc.Name(line.description), _ubl_category("ClassifiedTaxCategory", line.vat_rate)),
        cac.Price(cbc.PriceAmount(str(line.unit_price), currencyID=facts.currency)),
    )
