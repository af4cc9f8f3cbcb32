"""Italian e-invoices (FatturaPA 1.2, ordinary form) of invented facts, as the exchange system delivers them."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any, TypeAlias

from lxml import etree
from lxml.builder import E

from documents.extraction.synthesis.facts import CREDIT_NOTE, InvoiceFacts, Line, Party

_SPACE = "http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fatture/v1.2"
Element: TypeAlias = Any  # lxml comes without types


def fattura_xml(facts: InvoiceFacts, *, discount: Decimal | None = None) -> bytes:
    """The invoice between companies (FPR12). With a `discount` in percent its first line carries one (on paper only: sums
    stay those of the facts)."""
    root = etree.Element(f"{{{_SPACE}}}FatturaElettronica", nsmap={"p": _SPACE}, versione="FPR12")
    root.append(_header(facts))
    root.append(E.FatturaElettronicaBody(_general(facts), _goods(facts, discount), _payment(facts)))
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _header(facts: InvoiceFacts) -> Element:
    return E.FatturaElettronicaHeader(
        E.DatiTrasmissione(
            E.IdTrasmittente(E.IdPaese("IT"), E.IdCodice("01234567890")),
            E.ProgressivoInvio(f"{facts.seed:05}"),
            E.FormatoTrasmissione("FPR12"),
            E.CodiceDestinatario("ABC1234"),
        ),
        E.CedentePrestatore(
            *_party(facts.vendor, "RF01"), E.Contatti(E.Telefono(facts.vendor.phone), E.Email(facts.vendor.email))
        ),
        E.CessionarioCommittente(*_party(facts.customer)),
    )


def _party(party: Party, regime: str = "") -> list[Element]:
    street, _, number = party.street.rpartition(" ")
    vat_id = [E.IdFiscaleIVA(E.IdPaese(party.vat_id[:2]), E.IdCodice(party.vat_id[2:]))] if party.vat_id else []
    about = [*vat_id, E.CodiceFiscale("01234567890"), E.Anagrafica(E.Denominazione(party.name))]
    return [
        E.DatiAnagrafici(*about, *([E.RegimeFiscale(regime)] if regime else [])),
        E.Sede(
            E.Indirizzo(street or party.street),
            *([E.NumeroCivico(number)] if street else []),
            E.CAP(party.postcode),
            E.Comune(party.city),
            E.Nazione(party.country),
        ),
    ]


def _general(facts: InvoiceFacts) -> Element:
    order = [E.DatiOrdineAcquisto(E.IdDocumento(facts.po_number), E.CodiceCIG("ZA12345678"))] if facts.po_number else []
    corrected = [E.DatiFattureCollegate(E.IdDocumento(facts.corrects))] if facts.corrects else []
    return E.DatiGenerali(
        E.DatiGeneraliDocumento(
            E.TipoDocumento("TD04" if facts.kind == CREDIT_NOTE else "TD01"),
            E.Divisa(facts.currency),
            E.Data(facts.issued_on.isoformat()),
            E.Numero(facts.number),
            E.ImportoTotaleDocumento(str(facts.total)),
            E.Causale("Fornitura come da ordine"),
        ),
        *order,
        *corrected,
        E.DatiDDT(E.NumeroDDT("DDT-77"), E.DataDDT(facts.delivered_on.isoformat())),
    )


def _goods(facts: InvoiceFacts, discount: Decimal | None) -> Element:
    return E.DatiBeniServizi(
        *(_line(position, line, discount if position == 1 else None) for position, line in enumerate(facts.lines, 1)),
        *(
            E.DatiRiepilogo(
                E.AliquotaIVA(f"{row.rate:.2f}"),
                E.ImponibileImporto(str(row.net)),
                E.Imposta(str(row.tax)),
                E.EsigibilitaIVA("I"),
            )
            for row in facts.taxes
        ),
    )


def _line(position: int, line: Line, discount: Decimal | None) -> Element:
    reduced = [E.ScontoMaggiorazione(E.Tipo("SC"), E.Percentuale(f"{discount:.2f}"))] if discount else []
    return E.DettaglioLinee(
        E.NumeroLinea(str(position)),
        E.CodiceArticolo(E.CodiceTipo("INTERNO"), E.CodiceValore(f"ART-{position:03}")),
        E.Descrizione(line.description),
        E.Quantita(f"{line.quantity:.2f}"),
        E.UnitaMisura(line.unit),
        E.PrezzoUnitario(f"{line.unit_price:.8f}"),
        *reduced,
        E.PrezzoTotale(f"{line.amount:.8f}"),
        E.AliquotaIVA(f"{line.vat_rate:.2f}"),
    )


def _payment(facts: InvoiceFacts) -> Element:
    due = facts.due_on or facts.issued_on + timedelta(days=30)
    return E.DatiPagamento(
        E.CondizioniPagamento("TP02"),
        E.DettaglioPagamento(
            E.ModalitaPagamento("MP05"),
            E.DataScadenzaPagamento(due.isoformat()),
            E.ImportoPagamento(str(facts.total)),
            E.IBAN(facts.vendor.iban),
            E.BIC(facts.vendor.bic),
        ),
    )
