"""A page that is one picture is taken as it is, and is what drawing it would have given."""

import zlib
from io import BytesIO

import numpy as np
import pypdfium2 as pdfium
import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from documents.extraction.readers.pdf_scan import scan_of
from tests.extraction import reading_samples as samples
from tests.fakes.works import read_here

WIDTH, HEIGHT = 595.2, 480
PIXELS = 1240, 1000  # 150 dpi


def page_of(content: bytes, rotation: int = 0) -> pdfium.PdfPage:
    page = pdfium.PdfDocument(content)[0]
    page.set_rotation(rotation)
    return page


def scanned(matrix=(WIDTH, 0, 0, HEIGHT, 0, 0), picture=None, size=(WIDTH, HEIGHT), more=lambda canvas: None) -> bytes:
    """A page with one picture, laid by `matrix`, and whatever `more` draws after it."""
    content, saved = BytesIO(), BytesIO()
    (picture or samples.picture(PIXELS)).save(saved, "PNG")
    canvas = Canvas(content, pagesize=size)
    canvas.saveState()
    canvas.transform(*matrix)
    canvas.drawImage(ImageReader(saved), 0, 0, 1, 1)
    canvas.restoreState()
    more(canvas)
    canvas.save()
    return content.getvalue()


def as_drawn(page: pdfium.PdfPage, size: tuple[int, int]) -> np.ndarray:
    drawn = page.render(scale=150 / 72, grayscale=True).to_pil().resize(size)
    return np.asarray(drawn, dtype=int)


def digital() -> bytes:
    content = BytesIO()
    canvas = Canvas(content, pagesize=(WIDTH, HEIGHT))
    canvas.drawString(72, 100, "Total 12.50")
    canvas.save()
    return content.getvalue()


def of_one_bit(kind: str) -> bytes:
    """The picture in one bit, as colour of its own or as a stencil; written by hand, for no library writes the second."""
    pixels = zlib.compress(samples.picture(PIXELS).convert("1").tobytes())
    lay = f"q {WIDTH} 0 0 {HEIGHT} 0 0 cm /I Do Q".encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {WIDTH} {HEIGHT}]/Resources 6 0 R/Contents 5 0 R>>".encode(),
        f"<</Type/XObject/Subtype/Image/Width {PIXELS[0]}/Height {PIXELS[1]}/BitsPerComponent 1/Filter/FlateDecode{kind}"
        f"/Length {len(pixels)}>>stream\n".encode()
        + pixels
        + b"\nendstream",
        f"<</Length {len(lay)}>>stream\n".encode() + lay + b"\nendstream",
        b"<</XObject<</I 4 0 R>>>>",
    ]
    body = b"".join(b"%d 0 obj\n%b\nendobj\n" % (number, each) for number, each in enumerate(objects, 1))
    return b"%PDF-1.4\n" + body + b"trailer<</Root 1 0 R/Size 7>>\n%%EOF"


LAID = {
    "upright": (WIDTH, 0, 0, HEIGHT, 0, 0),
    "upside down": (-WIDTH, 0, 0, -HEIGHT, WIDTH, HEIGHT),
    "mirrored": (-WIDTH, 0, 0, HEIGHT, WIDTH, 0),
    "top to bottom": (WIDTH, 0, 0, -HEIGHT, 0, HEIGHT),
    "turned left": (0, WIDTH, -HEIGHT, 0, HEIGHT, 0),
    "turned right": (0, -WIDTH, HEIGHT, 0, 0, WIDTH),
    "turned left and mirrored": (0, WIDTH, HEIGHT, 0, 0, 0),
    "turned right and mirrored": (0, -WIDTH, -HEIGHT, 0, HEIGHT, WIDTH),
}


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("laid", LAID)
def test_however_it_is_laid_it_is_what_the_page_shows(laid: str, rotation: int) -> None:
    size = (HEIGHT, WIDTH) if "turned" in laid else (WIDTH, HEIGHT)
    page = page_of(scanned(LAID[laid], size=size), rotation)
    taken = scan_of(page)
    assert taken is not None
    assert sorted(taken.size) == sorted(PIXELS)
    drawn = as_drawn(page, taken.size)
    assert np.abs(np.asarray(taken, dtype=int) - drawn).mean() < 3
    assert np.abs(np.asarray(taken, dtype=int)[::-1] - drawn).mean() > 6, "the comparison would notice"


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB"])
def test_pixels_of_any_kind_become_grey(mode: str) -> None:
    page = page_of(scanned(picture=samples.picture(PIXELS).convert(mode)))
    taken = scan_of(page)
    assert taken is not None
    assert taken.mode == "L"
    assert np.abs(np.asarray(taken, dtype=int) - as_drawn(page, taken.size)).mean() < 3


@pytest.mark.parametrize("decode", ["[0 1]", "[1 0]"])
def test_one_bit_is_taken_in_the_right_sense_and_a_stencil_is_drawn(decode: str) -> None:
    page = page_of(of_one_bit(f"/ColorSpace/DeviceGray/Decode{decode}"))
    taken = scan_of(page)
    assert taken is not None
    assert np.abs(np.asarray(taken, dtype=int) - as_drawn(page, taken.size)).mean() < 3
    stencil = page_of(of_one_bit(f"/ImageMask true/Decode{decode}"))
    assert scan_of(stencil) is None
    assert as_drawn(stencil, PIXELS).std() > 20, "it does show something"


def unseen(canvas: Canvas) -> None:
    text = canvas.beginText(72, 300)
    text.setTextRenderMode(3)
    text.textLine("what a scanner's software recognized")
    canvas.drawText(text)


def masked(canvas: Canvas) -> None:
    stamp = Image.new("RGBA", (300, 300), (255, 0, 0, 120))
    canvas.drawImage(ImageReader(stamp), 100, 100, 200, 200, mask="auto")


def test_unseen_text_lies_over_it_without_harm() -> None:
    assert scan_of(page_of(scanned(more=unseen))) is not None


@pytest.mark.parametrize(
    "odd",
    [
        scanned(more=lambda canvas: canvas.drawString(72, 100, "Paid")),
        scanned(more=lambda canvas: canvas.line(10, 10, 300, 10)),
        scanned(more=lambda canvas: canvas.linkURL("https://example.com", (0, 0, 100, 100))),
        scanned(more=masked),
        scanned(matrix=(WIDTH, 0, 0, HEIGHT - 40, 0, 40)),
        scanned(matrix=(WIDTH + 60, 0, 0, HEIGHT + 60, -30, -30)),
        scanned(matrix=(WIDTH, 12, -12, HEIGHT, 6, -6)),
        scanned(picture=samples.picture((620, 500))),
        scanned(picture=samples.picture((2976, 2400))),
        scanned(picture=samples.picture((1240, 400))),
        digital(),
    ],
    ids=("stamp", "line", "link", "second", "margin", "cut", "leaning", "coarse", "fine", "squeezed", "text"),
)
def test_any_other_page_is_drawn(odd: bytes) -> None:
    assert scan_of(page_of(odd)) is None


def test_a_scan_is_read_in_its_own_pixels(tmp_path) -> None:
    (tmp_path / "a.pdf").write_bytes(scanned())
    page = read_here(tmp_path / "a.pdf", "application/pdf")
    assert "INV-20417" in page.text
    assert (page.width, page.height) == (pytest.approx(WIDTH, abs=0.1), HEIGHT)
    first = next(word for word in page.words if word.text.startswith("Northwind"))
    assert first.box.x0 == pytest.approx(110 / 150 * 72, abs=3)
