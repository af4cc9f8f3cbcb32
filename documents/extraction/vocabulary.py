"""The words on documents: labels of each wanted value in en, de, fr, es, it, nl, and of what stands beside them.

A concept is a field key (also of custom profiles: same key, same words) or something that only competes for a place, such
as the delivery date, so that its value is not taken for another one. "~" marks a weak label, which says little alone.
"""

from __future__ import annotations

LABELS: dict[str, str] = {
    # dates
    "invoice_date": (
        "invoice date|date of invoice|inv date|issue date|date of issue|issued at|issued on|bill date|billing date|tax point date|"
        "receipt date|document date|invoice issue date|credit note date|~date|~dated|"
        "rechnungsdatum|rechnungs datum|datum der rechnung|belegdatum|ausstellungsdatum|rechnung vom|~datum|~vom|~den|gutschriftsdatum|"
        "date de facture|date de la facture|date facture|date d emission|date d émission|facture du|~date du|~le|date de l avoir|"
        "fecha de factura|fecha factura|fecha de emision|fecha de expedicion|~fecha|"
        "data fattura|data della fattura|data emissione|data documento|~data|"
        "factuurdatum|factuur datum|datum factuur|~datum"
    ),
    "due_date": (
        "due date|payment due|payment due date|invoice due date|due on|due by|pay by|payable by|date due|payment deadline|please pay by|"
        "please remit until|amount due on|total amount due on|~due|"
        "fälligkeitsdatum|fällig am|fällig|fälligkeit|fälligkeitstag|zahlbar bis|zahlungsziel|zahlung bis|zu zahlen bis|bitte überweisen sie bis zum|"
        "überweisen sie bis|zahlbar ohne abzug bis|netto bis|zahlungsfrist|zahlbar ohne abschlag bis|begleichen sie bis|rein netto bis|zur fälligkeit|"
        "date d échéance|échéance|échéance le|à payer avant le|date limite de paiement|payable le|à régler avant le|date echeance|"
        "fecha de vencimiento|vencimiento|fecha vencimiento|fecha limite de pago|"
        "data scadenza|scadenza|data di scadenza|scadenza pagamento|"
        "vervaldatum|verval datum|te betalen voor|uiterste betaaldatum|betalen voor|betaaldatum"
    ),
    "delivery_date": (
        "delivery date|date of delivery|date of supply|ship date|shipping date|shipment date|service date|training date|"
        "lieferdatum|leistungsdatum|liefer und leistungsdatum|datum der lieferung|leistungszeitpunkt|lieferung am|geliefert am|"
        "date de livraison|date de prestation|livraison le|fecha de entrega|data consegna|leverdatum|bezorgdatum"
    ),
    "order_date": "order date|date of order|bestelldatum|bestellung vom|auftragsdatum|date de commande|fecha de pedido|data ordine|orderdatum|besteldatum",
    "period": (
        "service period|billing period|period|from|for the billing period|statement period|leistungszeitraum|abrechnungszeitraum|rechnungszeitraum|"
        "zeitraum|für den zeitraum vom|période|période du|periodo|periode|bis zum|check in|check out|vom bis|stand|valid until|gültig bis"
    ),
    "discount_date": "skonto bis|tagen bis|skonto innerhalb|zahlbar mit skonto bis|discount until|escompte|sconto entro|skonto",
    "print_date": "print date|printed on|druckdatum|imprimé le|closed bill|bill start|check in date|date of birth|geburtsdatum|expiry date",
    # numbers
    "invoice_number": (
        "invoice number|invoice no|invoice nr|invoice #|invoice num|invoice id|inv no|inv #|inv number|bill no|bill number|bill #|receipt no|receipt number|"
        "receipt #|receipt # no|tax invoice no|tax invoice number|document no|document number|doc no|credit note number|credit note no|cash bill no|slip no|"
        "your invoice number|reference number|transaction no|trans no|trn|~invoice|~receipt|~credit note|~cash bill|~tax invoice|~#|"
        "rechnungsnummer|rechnungs nr|rechnungsnr|rechnung nr|rechnung nummer|rechnung #|re nr|rg nr|belegnummer|beleg nr|belegnr|gutschriftsnummer|"
        "gutschrift nr|gutschriftnummer|handelsrechnung nr|rechnung no|~rechnung|~gutschrift|~handelsrechnung|~beleg|~stornorechnung|~quittung nr|bon nr|"
        "numéro de facture|facture n|facture numéro|n de facture|no facture|n facture|facture no|facture nr|avoir n|numéro d avoir|~facture|~avoir|ticket n|"
        "número de factura|factura n|n de factura|factura no|nº factura|num factura|factura nº|~factura|~abono|numero factura|"
        "numero fattura|fattura n|fattura numero|n fattura|nr fattura|numero documento|~fattura|nota di credito n|"
        "factuurnummer|factuur nummer|factuurnr|factuur nr|factuur no|nummer factuur|creditnota nummer|creditfactuur|~factuur"
    ),
    "po_number": (
        "po number|p o number|po no|po #|p o no|p o #|purchase order|purchase order number|purchase order no|your order|your order no|your order number|"
        "customer order no|customer po|buyer order|your reference|your ref|order reference|~order number|~order no|~order|~order #|~reference|~po|"
        "bestellnummer|bestell nr|bestellung nr|bestellung|ihre bestellung|ihre bestellnummer|gemäß bestellung nr|gemäß bestellung|kundenbestellung|"
        "ihre bestellung nr|ihr zeichen|ihre referenz|bestellreferenz|auftragsnummer|~auftrag|~auftrags nr|~bestellnr|"
        "votre référence|votre commande|votre commande n|numéro de commande|n de commande|bon de commande|commande n|réf commande|"
        "número de pedido|su pedido|pedido n|n pedido|su referencia|orden de compra|"
        "numero ordine|ordine n|vostro ordine|vs ordine|vs rif|riferimento ordine|"
        "uw bestelling|uw referentie|bestelnummer|inkoopordernummer|~ordernummer|uw ordernummer|~order"
    ),
    "customer_number": (
        "customer id|customer no|customer number|customer #|account number|account no|account id|client number|client id|customer|member id|id #|id|"
        "kundennummer|kunden nr|kundennr|kd nr|ihre nummer|debitor|kunden nummer|numéro client|n client|code client|n de client|numéro de dossier|"
        "número de cliente|n cliente|codice cliente|cod cliente|klantnummer|klantnr|klant nr|klant|klantnummer"
    ),
    "delivery_number": (
        "delivery note no|delivery note|packing slip|lieferschein|lieferscheinnummer|lieferschein nr|lieferung nr|bon de livraison|albarán|ddt|pakbon|"
        "tracking no|package tracking no|shipment no"
    ),
    "contract_number": (
        "contract no|contract number|agreement ref|project|job no|vertragsnummer|vertrag nr|vsnr|versicherungsnummer|réf marché|contrat n|contrato|"
        "mandatsreferenz|mandate reference|gläubiger identifikationsnummer|creditor id|facture liée|related invoice|original invoice|"
        "sachversicherungsvertrag nr|kraftfahrtversicherung nr"
    ),
    "other_number": (
        "gln|duns|gtin|ean|art nr|item code|item no|sku|serial no|serienummer|serial number|product code|pos|qty|quantity|menge|page|seite|"
        "tel|telefon|telephone|phone|fax|telefax|fon|mobile|mobil|tél|teléfono|hotline|hp|blz|kontonr|kto|konto nr|bic|swift|swift code|bankleitzahl|giro no|"
        "handelsreg|handelsregister|hrb|hra|kvk|siret|siren|rcs|ape|naf|co reg no|company reg no|company no|reg no|registration no|roc no|co no|cin|"
        "ifsc code|station|cashier|table|table no|terminal|pos no|counter|pump|cover|time|site|booking id|room|bank acc|account|salesperson|zip|po box|"
        "steuernr|steuernummer|globale nummer|nummer|abrechnung|version|codelisten version|stylesheet version|zugferd version|registernummer|handelsregisternummer|"
        "referenz|zahlungsreferenz|referenz bitte bei zahlung angeben|approval code|auth code|batch|member|points|card|visa|mastercard|kfz kennzeichen"
    ),
    "meter": "kwh|liter|litre|km|zählerstand|zähler nr|verbrauch",
    # codes
    "iban": "iban|iban nr|iban no|iban number|bank account|account iban|verkäufer iban|bankverbindung|compte bancaire|cuenta bancaria|conto corrente|rekeningnummer",
    "customer_iban": (
        "your account|from your account|debited from|von ihrem konto|ihrem konto mit iban|ihre iban|von ihrem konto mit iban|käufer iban|votre compte|su cuenta|"
        "vostro conto|uw rekening|kunden iban|lastschrift|wird von ihrem konto"
    ),
    "vendor_vat_id": (
        "vat id|vat no|vat number|vat reg no|vat registration no|vat registration number|vat|tax id|tax no|tax number|tin|gst no|gst reg no|gst id|gst id no|"
        "gst registration no|gstin|gst|abn|ein|sst no|sst id|~tax reg no|"
        "ust id nr|ust id|ust idnr|ust identnr|umsatzsteuer id|umsatzsteuer identifikationsnummer|ust ident nr|ustid|uid|mwst nr|umsatzsteuer id nr|uid nr|~steuernummer|"
        "~steuernr|ust id nummer|"
        "n tva|numéro de tva|tva intracommunautaire|n de tva|tva|n tva intracommunautaire|tva intra|identifiant tva|"
        "nif|cif|n i f|c i f|nif iva|n iva|partita iva|p iva|p i|codice fiscale|iva|"
        "btw nummer|btw nr|btw|btw id|btwnr|ob nummer"
    ),
    "customer_vat_id": (
        "customer vat number|customer vat id|your vat id|your vat number|buyer vat|client vat|customer tax id|ihre ust id|ihre ust identnr|ihre ust idnr|ihre ust id nr|"
        "ust id kunde|kunden ust id|n tva client|tva client|votre tva|votre n tva|nif cliente|p iva cliente|uw btw nummer|btw nummer klant|uw btw nr|customer gst no"
    ),
    # money
    "subtotal": (
        "subtotal|sub total|net total|total net|net amount|total excl vat|total excluding vat|total without tax|total excl tax|total before tax|amount excl vat|"
        "total excluding tax|total excluding gst|total excl gst|total excl of gst|total sales excluding gst|total sales excl gst|total exclusive gst|amount before tax|"
        "taxable amount|net value|total net amount|untaxed amount|net|~excl vat|gross sales|"
        "nettobetrag|netto|summe netto|netto summe|gesamt netto|zwischensumme|zwischensumme netto|netto betrag|nettosumme|gesamtbetrag netto|rechnungssumme netto|"
        "rechnungssumme ohne ust|rechnungssumme netto exkl ust|rechnungssumme netto excl ust|summe ohne mwst|warenwert netto|nettowert|summe exkl ust|"
        "gesamtbetrag ohne umsatzsteuer|gesamtnetto|total netto|positionen netto|~gesamtbeitrag|entgelt netto|netto gesamt|"
        "total ht|montant ht|total hors taxe|total hors taxes|montant hors taxe|sous total|total net ht|total h t|montant net ht|base ht|net ht|"
        "base imponible|subtotal sin iva|total sin iva|importe neto|total neto|neto|suma|"
        "imponibile|totale imponibile|totale netto|netto|totale senza iva|"
        "subtotaal|totaal excl btw|exclusief btw|netto bedrag|totaal exclusief btw|excl btw|totaal excl|bedrag excl btw|subtotaal excl btw|grondslag"
    ),
    "tax": (
        "tax|sales tax|vat|vat amount|total vat|vat total|tax amount|total tax|tax total|total gst|gst amount|gst|gst payable|gst tax|plus vat|service tax|sst|~hst|"
        "total tax amount|value added tax|"
        "ust|mwst|umsatzsteuer|mehrwertsteuer|zzgl ust|zzgl mwst|zuzügl ust|zuzüglich umsatzsteuer|summe ust|summe umsatzsteuer|summe mwst|mwst betrag|ust betrag|steuerbetrag|"
        "steuer|gesamt ust|versicherungsteuer|versicherungssteuer|enthaltene mwst|enthaltene ust|inkl mwst|zzgl umsatzsteuer|gesamtsteuer|steuersumme|umsatzsteuerbetrag|"
        "tva|montant tva|total tva|total taxes|taxes|taxe|montant de la tva|t v a|dont tva|"
        "iva|total iva|cuota iva|importe iva|cuota|impuestos|total impuestos|"
        "imposta|totale iva|totale imposta|iva totale|"
        "btw|btw bedrag|totaal btw|btw totaal|waarvan btw"
    ),
    "total_amount": (
        "total|grand total|total amount|invoice total|total incl vat|total including vat|total incl tax|gross amount|gross total|total gross|total due|amount payable|net payable|"
        "total payable|total inclusive gst|total incl gst|total sales inclusive gst|total sales incl gst|total inclusive of gst|total includes gst|total incl of gst|"
        "total amt rounded|total rounded|rounded total|total after rounding|total amount payable|total inclusive of tax|amount total|nett total|net total rounded|"
        "total sales inclusive of gst|total amt incl gst|total amount incl gst|total with tax|total invoice amount|total for this invoice|total amt|total price|credit total|"
        "total sales|bill total|~amount|~charges|total payment|total credit|total round|~nett|total rm|total amt payable|total inc gst|total including gst|"
        "gesamtbetrag|rechnungsbetrag|bruttobetrag|gesamtsumme|summe|endbetrag|endsumme|brutto|summe brutto|rechnungssumme|rechnungssumme brutto|gesamt|"
        "rechnungssumme brutto inkl ust|summe inkl ust|summe inkl mwst|gesamtbetrag inkl mwst|gesamtbetrag brutto|bruttosumme|gesamt brutto|betrag inkl mwst|total inkl mwst|"
        "gesamtbetrag inkl ust|brutto gesamt|rechnungsendbetrag|rechnungsbeitrag|gesamt inkl mwst|summe eur|zu zahlen|~betrag|gutschriftsbetrag|rechnungsgesamtbetrag|"
        "total ttc|montant ttc|montant total|total t t c|total général|total toutes taxes comprises|net à payer|total à payer|montant total ttc|total eur|"
        "importe total|total factura|total con iva|total iva incluido|total a pagar|importe|"
        "totale|totale fattura|totale documento|importo totale|totale da pagare|totale ivato|totale complessivo|totale a pagare|"
        "totaal|totaal incl btw|totaalbedrag|factuurbedrag|factuur totaal|inclusief btw|totaal inclusief btw|totaal incl|totaal te betalen|factuurtotaal|eindtotaal"
    ),
    "amount_due": (
        "amount due|balance due|total amount due|due payable|balance|residual|outstanding|amount owing|offener betrag|zahlbetrag|restbetrag|zu zahlender betrag|zu zahlender beitrag|"
        "noch zu zahlen|offen|solde|solde à payer|reste à payer|restant dû|saldo|importe pendiente|openstaand|openstaand bedrag|te betalen|nog te betalen|fälliger betrag|"
        "saldo a pagare|zahlungsbetrag|zahlbetrag eur"
    ),
    "paid_amount": (
        "paid|amount paid|cash|cash received|payment|payment received|change|change due|tendered|tender|visa|mastercard|credit card|card|deposit|prepaid|prepayment|"
        "bereits bezahlt|anzahlung|erhaltene anzahlungen|gegeben|rückgeld|bezahlt|bar|ec karte|gezahlt|payé|acompte|espèces|rendu|carte|pagado|entregado|cambio|"
        "acconto|contanti|resto|betaald|contant|wisselgeld|voldaan|previous unpaid balance|previous balance|vorauszahlung|ausstehende forderung|customer s payment|cash tendered|"
        "amount tendered|pin|ideal|giro|balance forward"
    ),
    "discount": (
        "discount|rebate|disc|less discount|rounding|rounding adj|rounding adjustment|round adj|rabatt|nachlass|skonto|sondernachlass|abzgl|remise|rem|descuento|sconto|korting|"
        "gesamtbetrag der abschläge|abschlag|total discount|total savings|you saved|savings|rundung|arrotondamento|arrondi|rounding amt|credits|item discount"
    ),
    "extra_charge": (
        "shipping|freight|postage|handling|versand|versandkosten|porto|frais de port|livraison|gastos de envío|spese di spedizione|verzendkosten|service charge|"
        "gesamtbetrag der zuschläge|zuschlag|svc chg|tip|delivery fee|versandkosten netto|fracht"
    ),
    "tax_base": (
        "tax base|taxable|base|steuerbasisbetrag|bemessungsgrundlage|basisbetrag|steuerbasis|base tva|base taxable|net amout|warenwert|zu abschlag"
    ),
    "line_sum": "positionssumme|sum of lines|lines total|items total|item total|total items|total qty|total quantity|no of items|item count|qty count|total item|total no of items|items",
    "tax_rate": "tax rate|vat rate|steuersatz|ust satz|mwst satz|taux|taux tva|tipo iva|aliquota|btw tarief|vat %|ust %|btw %|tva %",
    "price": "price|unit price|einzelpreis|preis|prix unitaire|prix|precio|prezzo|prijs|rate|preis einheit|bruttopreis|nettopreis|u price|s price",
    "currency": "currency|beträge in|währung|devise|moneda|valuta|all amounts in|all charges and prices are in|invoice currency|document currency|prices in",
    "capital": "capital|au capital de|sarl au capital de|stammkapital|share capital|capitale sociale|kapital",
    # words
    "payment_terms": (
        "payment terms|terms of payment|terms|payment conditions|zahlungsbedingungen|zahlungsbedingung|zahlungskonditionen|conditions de paiement|conditions de règlement|"
        "condiciones de pago|forma de pago|condizioni di pagamento|betalingsvoorwaarden|betalingstermijn|betalingsconditie|zahlungsinformationen"
    ),
    "payment_method": (
        "payment method|payment mode|paid by|payment type|method of payment|zahlungsart|zahlungsweise|zahlart|mode de règlement|mode de paiement|modes de règlement|"
        "método de pago|metodo di pagamento|modalità di pagamento|betaalwijze|betaalmethode|paid through"
    ),
    "vendor": (
        "seller|vendor|supplier|from|remit to|service provider|bill from|sold by|invoice from|issued by|issuer|payee|beneficiary|"
        "verkäufer|lieferant|rechnungssteller|rechnungsersteller|absender|auftragnehmer|leistungserbringer|kontoinhaber|zahlungsempfänger|"
        "vendeur|fournisseur|émetteur|prestataire|titulaire du compte|vendedor|proveedor|emisor|fornitore|venditore|cedente|mittente|verkoper|leverancier|afzender"
    ),
    "customer": (
        "bill to|billed to|sold to|ship to|customer|customer name|invoice for|invoice to|deliver to|delivery address|buyer|client|service address|bill to address|billing address|"
        "shipping address|guest name|consignee|attn|invoice address|to|recipient|purchaser|"
        "käufer|kunde|rechnungsempfänger|rechnungsadresse|rechnungsanschrift|lieferadresse|lieferanschrift|empfänger|leistungsempfänger|auftraggeber|besteller|warenempfänger|"
        "abweichender warenempfänger|abweichender zahlungsempfänger|rechnung an|lieferung an|versandadresse|"
        "acheteur|client|destinataire|adresse de livraison|adresse de facturation|facturé à|livré à|"
        "cliente|comprador|destinatario|facturar a|dirección de envío|dirección de facturación|cessionario|committente|indirizzo di consegna|spett le|spettabile|"
        "koper|klant|factuuradres|afleveradres|bezorgadres|factuur aan"
    ),
    "contact": (
        "contact|sales contact|contact commercial|ansprechpartner|bearbeiter|sachbearbeiter|your contact|account manager|geschäftsführer|geschäftsf|managing director|"
        "vorstand|contacto|contatto|contactpersoon|bank|bankname|bank name|banque|banco|hausbank|directeur|gérant|cashier|salesperson|sales person|sak person"
    ),
    "title": "",
    # other built-in profiles
    "seller_name": "seller|seller name|name of seller|销售方|销售方名称|销货单位|销 售 方|名称",
    "seller_tax_number": "seller tax number|销售方纳税人识别号|统一社会信用代码 纳税人识别号|纳税人识别号",
    "buyer_name": "buyer|buyer name|购买方|购买方名称|购货单位",
    "buyer_tax_number": "buyer tax number|购买方纳税人识别号",
    "fapiao_number": "fapiao number|发票号码|invoice number|invoice no|no",
    "fapiao_code": "fapiao code|发票代码|invoice code",
    "issue_date": "开票日期|issue date|date of issue|invoice date|date",
    "amount_before_tax": "金额|合计|amount before tax|subtotal|net amount|total before tax",
    "tax_rate_field": "税率",
    "tax_amount": "税额|tax amount|total tax|vat amount|tax",
    "company_name_zh": "名称|企业名称|公司名称",
    "company_name_en": "company name|name of company|english name",
    "unified_social_credit_code": "统一社会信用代码|unified social credit code|credit code",
    "legal_representative": "法定代表人|legal representative",
    "registered_capital": "注册资本|registered capital",
    "business_scope": "经营范围|business scope",
    "registration_date": "成立日期|注册日期|registration date|date of establishment|established",
    "registered_address": "住所|营业场所|registered address|domicile|address",
    "meeting_date": "meeting date|date of meeting|date|datum|date de la réunion|sitzung vom",
    "attendees": "attendees|participants|present|teilnehmer|anwesend|participants|présents|asistentes|partecipanti|aanwezig",
    "agenda": "agenda|tagesordnung|ordre du jour|orden del día|ordine del giorno",
    "decisions_made": "decisions|decisions made|beschlüsse|décisions|decisiones|decisioni|besluiten",
    "action_items": "action items|actions|to do|todo|aufgaben|actions à mener|acciones|azioni|actiepunten",
    "follow_up_date": "follow up|follow up date|next meeting|nächste sitzung|prochaine réunion|próxima reunión|volgende vergadering",
}

COLUMNS: dict[str, str] = {
    "description": (
        "description|item|item description|product|service|details|particulars|goods|article|product description|"
        "bezeichnung|beschreibung|artikel|artikelbeschreibung|produkt|leistung|artikelbezeichnung|text|"
        "désignation|libellé|produit|descripción|concepto|artículo|descrizione|articolo|prodotto|omschrijving|product"
    ),
    "quantity": "quantity|qty|units|hours|menge|anzahl|stück|quantité|qté|nombre|cantidad|cant|unidades|quantità|qta|aantal|hoeveelheid|nos",
    "unit_price": (
        "unit price|price|rate|unit cost|price each|unit price excl vat|u price|s price|einzelpreis|preis|e preis|stückpreis|preis einheit|preis einh|nettopreis|"
        "prix unitaire|p u|pu|p u ht|prix|prix unit|precio|precio unitario|precio unit|prezzo|prezzo unitario|prijs|prijs per stuk|stukprijs|ep"
    ),
    "amount": (
        "amount|line total|total|net amount|line amount|line amount excl vat|total price|sum|extended|value|price tax w o|"
        "betrag|summe|gesamt|gesamtpreis|gesamtbetrag|entgelt|netto|gp|wert|"
        "montant|montant ht|total ht|prix ht|prix tax w o|importe|total|subtotal|importo|totale|bedrag|totaal|prijs incl btw|totaalprijs"
    ),
    "tax_rate": "vat|vat %|tax|tax rate|ust|ust %|mwst|mwst %|steuer|tva|tva %|iva|iva %|aliquota|btw|btw %|tax code",
    "tax_amount": "tax amount|vat amount|steuerbetrag|montant tva",
    "discount": "discount|disc|rabatt|remise|rem|dto|descuento|sconto|korting",
    "position": "pos|no|nr|position|line|item no|n|#|lfd nr|art nr|item code|code|sku|part no|article no|référence|réf|ref|código|codice|artikelnr|artikelnummer|your art no",
    "unit": "unit|uom|um|einheit|meng einheit|unité|unidad|unità|eenheid|me",
    "date": "date|datum|service date|shipment date|fecha|data|training date",
}

NAMES: dict[str, str] = {
    "delivery_date": "delivery date", "order_date": "order date", "period": "period", "discount_date": "discount date",
    "customer_number": "customer number", "delivery_number": "delivery note number", "contract_number": "contract number",
    "other_number": "another number", "customer_iban": "the customer's account", "customer_vat_id": "the customer's VAT id",
    "amount_due": "amount due", "paid_amount": "payment", "discount": "discount", "extra_charge": "charge",
    "tax_base": "tax base", "line_sum": "sum of lines", "tax_rate": "tax rate", "price": "price", "capital": "share capital",
    "customer": "customer", "contact": "contact", "print_date": "print date",
}  # fmt: skip
