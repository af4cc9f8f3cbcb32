"""Small files made on the spot for the tests of reading; the words they hold are known."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
from pypdfium2 import PdfDocument
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

LINES = (
    "Northwind Traders Ltd", "12 Harbour Street, Bristol", "Invoice number INV-20417", "Invoice date 14 March 2025",
    "Oak table 2 pieces 240.00", "Kitchen chair 6 pieces 310.50", "Total amount 550.50", "Please pay within thirty days",
)  # fmt: skip


def pdf(path: Path, *, rotate: int = 0, crop: tuple[int, int, int, int] | None = None, pages: int = 1) -> Path:
    canvas = Canvas(str(path), pagesize=A4)
    for _ in range(pages):
        if crop:
            canvas.setCropBox(crop)
        canvas.setFont("Helvetica", 12)
        for number in range(45):
            canvas.drawString(72, 770 - 15 * number, LINES[number % len(LINES)] if number < 8 else f"row {number} of the list")
        canvas.showPage()
    canvas.save()
    if rotate:
        document = PdfDocument(path.read_bytes())
        document[0].set_rotation(rotate)
        document.save(path)
        document.close()
    return path


def picture(size: tuple[int, int] = (1240, 1000)) -> Image.Image:
    """The lines in black on white at about 150 dpi."""
    image = Image.new("L", size, 255)
    pen = ImageDraw.Draw(image)
    font = ImageFont.truetype("DejaVuSans.ttf", 34)
    for number, line in enumerate(LINES):
        pen.text((110, 90 + number * 95), line, 0, font)
    return image


def blank(path: Path) -> Path:
    """A scanned sheet with nothing on it but the grain of its paper."""
    Image.effect_noise((1240, 1754), 3).point(lambda value: min(value + 110, 255)).save(path)
    return path


def note(path: Path) -> Path:
    path.write_text("\n".join(LINES))
    return path


def scanned_pdf(path: Path, *, footer: str = "", hidden: str = "") -> Path:
    canvas = Canvas(str(path), pagesize=A4)
    if hidden:
        text = canvas.beginText(72, 500)
        text.setTextRenderMode(3)
        for _ in range(60):
            text.textLine(hidden)
        canvas.drawText(text)
    photograph = BytesIO()
    picture((1240, 1754)).save(photograph, "PNG")
    photograph.seek(0)
    canvas.drawImage(ImageReader(photograph), 0, 0, *A4)
    if footer:
        canvas.drawString(72, 20, footer)
    canvas.save()
    return path


def cii(*, number: str = "R-77", total: str = "119.00") -> bytes:
    spaces = (
        'xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100" '
        'xmlns:ram="urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100" '
        'xmlns:udt="urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100"'
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<rsm:CrossIndustryInvoice {spaces}>
 <rsm:ExchangedDocument><ram:ID>{number}</ram:ID><ram:TypeCode>380</ram:TypeCode>
  <ram:IssueDateTime><udt:DateTimeString format="102">20250314</udt:DateTimeString></ram:IssueDateTime></rsm:ExchangedDocument>
 <rsm:SupplyChainTradeTransaction>
  <ram:IncludedSupplyChainTradeLineItem>
   <ram:SpecifiedTradeProduct><ram:Name>Oak table</ram:Name></ram:SpecifiedTradeProduct>
   <ram:SpecifiedLineTradeAgreement><ram:NetPriceProductTradePrice><ram:ChargeAmount>50</ram:ChargeAmount>
   </ram:NetPriceProductTradePrice></ram:SpecifiedLineTradeAgreement>
   <ram:SpecifiedLineTradeDelivery><ram:BilledQuantity>2.000</ram:BilledQuantity></ram:SpecifiedLineTradeDelivery>
   <ram:SpecifiedLineTradeSettlement><ram:SpecifiedTradeSettlementLineMonetarySummation>
    <ram:LineTotalAmount>100.00</ram:LineTotalAmount>
   </ram:SpecifiedTradeSettlementLineMonetarySummation></ram:SpecifiedLineTradeSettlement>
  </ram:IncludedSupplyChainTradeLineItem>
  <ram:ApplicableHeaderTradeAgreement><ram:SellerTradeParty><ram:Name>Nordwind GmbH</ram:Name>
   <ram:PostalTradeAddress><ram:PostcodeCode>20095</ram:PostcodeCode><ram:LineOne>Hafenstr. 12</ram:LineOne>
    <ram:CityName>Hamburg</ram:CityName><ram:CountryID>DE</ram:CountryID></ram:PostalTradeAddress>
   <ram:SpecifiedTaxRegistration><ram:ID schemeID="FC">22/815/0815</ram:ID></ram:SpecifiedTaxRegistration>
   <ram:SpecifiedTaxRegistration><ram:ID schemeID="VA">DE123456789</ram:ID></ram:SpecifiedTaxRegistration>
  </ram:SellerTradeParty></ram:ApplicableHeaderTradeAgreement>
  <ram:ApplicableHeaderTradeSettlement><ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>
   <ram:SpecifiedTradeSettlementHeaderMonetarySummation><ram:TaxBasisTotalAmount>100.00</ram:TaxBasisTotalAmount>
    <ram:TaxTotalAmount currencyID="SEK">210.00</ram:TaxTotalAmount>
    <ram:TaxTotalAmount currencyID="EUR">19.00</ram:TaxTotalAmount>
    <ram:GrandTotalAmount>{total}</ram:GrandTotalAmount><ram:DuePayableAmount>100.00</ram:DuePayableAmount>
   </ram:SpecifiedTradeSettlementHeaderMonetarySummation></ram:ApplicableHeaderTradeSettlement>
 </rsm:SupplyChainTradeTransaction>
</rsm:CrossIndustryInvoice>""".encode()
