"""Paper on a scanner or under a camera: our own PDFs rendered, tilted, dirtied and packed as pictures."""

from __future__ import annotations

import io
import math
import random
from dataclasses import dataclass

import numpy as np
import pypdfium2 as pdfium
from PIL import Image, ImageChops, ImageDraw, ImageFilter
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

Corners = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Wear:
    """What the scanner did: tilt in degrees, noise as deviation of the grey value, blur in pixels, grey of the paper."""

    skew: float = 0.0
    noise: float = 5.0
    blur: float = 0.5
    paper: int = 250
    specks: int = 40


def rendered(pdf: bytes, dpi: int = 150) -> list[Image.Image]:
    """Every page of `pdf` as a grey picture."""
    document = pdfium.PdfDocument(pdf)
    pictures = []
    for page in document:
        pictures.append(page.render(scale=dpi / 72, grayscale=True).to_pil().convert("L"))
        page.close()
    document.close()
    return pictures


def scanned(picture: Image.Image, wear: Wear, seed: int) -> Image.Image:
    """The grey `picture` as a flatbed scanner would give it; same size."""
    tilted = picture.rotate(wear.skew, Image.Resampling.BICUBIC, fillcolor=255)
    tilted = ImageChops.multiply(tilted, Image.new("L", tilted.size, wear.paper))
    marks = ImageDraw.Draw(tilted)
    rng = random.Random(f"specks {seed}")
    for _ in range(wear.specks):
        x, y, size = rng.uniform(0, tilted.width), rng.uniform(0, tilted.height), rng.uniform(0.3, 1.4)
        marks.ellipse((x - size, y - size, x + size, y + size), fill=rng.randint(90, 190))
    return _noisy(tilted.filter(ImageFilter.GaussianBlur(wear.blur)), wear.noise, seed)


def fax(picture: Image.Image, wear: Wear, seed: int) -> Image.Image:
    """Black and white only, as office scanners save whole stacks."""
    return scanned(picture, wear, seed).point(lambda grey: 255 if grey > 150 else 0).convert("1")


def photographed(picture: Image.Image, seed: int, *, table: tuple[int, int, int] = (110, 84, 62)) -> Image.Image:
    """The sheet lying on a table, seen from an angle, under light that comes from one side. In colour, a little larger."""
    rng = random.Random(f"photo {seed}")
    margin = picture.width // 7
    width, height = picture.width + 2 * margin, picture.height + 2 * margin
    lean = picture.width * 0.055
    corners = tuple(
        (x + rng.uniform(-lean, lean), y + rng.uniform(-lean, lean))
        for x, y in ((margin, margin), (width - margin, margin), (width - margin, height - margin), (margin, height - margin))
    )
    sheet = _projected(picture.convert("RGB"), corners, (width, height), 0)
    mask = _projected(Image.new("L", picture.size, 255), corners, (width, height), 0)
    scene = _table(width, height, table, seed)
    shadow = ImageChops.offset(mask, margin // 9, margin // 7).filter(ImageFilter.GaussianBlur(margin / 7))
    scene = Image.composite(
        Image.new("RGB", scene.size, tuple(part // 3 for part in table)), scene, shadow.point(lambda each: each * 2 // 3)
    )
    scene.paste(sheet, (0, 0), mask)
    return _noisy(_lit(scene, rng).filter(ImageFilter.GaussianBlur(0.6)), 4.0, seed)


def as_jpeg(picture: Image.Image, quality: int = 78, dpi: int = 150) -> bytes:
    return _saved(picture, "JPEG", quality=quality, dpi=(dpi, dpi))


def as_png(picture: Image.Image, dpi: int = 150) -> bytes:
    return _saved(picture, "PNG", dpi=(dpi, dpi), optimize=False)


def as_tiff(pictures: list[Image.Image], dpi: int = 200) -> bytes:
    """All pictures as pages of one TIFF, Group 4 where they are black and white."""
    packing = "group4" if pictures[0].mode == "1" else "tiff_lzw"
    return _saved(pictures[0], "TIFF", save_all=True, append_images=pictures[1:], compression=packing, dpi=(dpi, dpi))


def as_pdf(pictures: list[Image.Image], dpi: int = 150, quality: int = 72) -> bytes:
    """A PDF that holds nothing but one picture on each page, as scanners make them."""
    out = io.BytesIO()
    canvas = Canvas(out, invariant=1)
    canvas.setCreator("docflow sample documents")
    for picture in pictures:
        size = (picture.width * 72 / dpi, picture.height * 72 / dpi)
        canvas.setPageSize(size)
        canvas.drawImage(ImageReader(io.BytesIO(as_jpeg(picture, quality, dpi))), 0, 0, *size)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def _noisy(picture: Image.Image, deviation: float, seed: int) -> Image.Image:
    pixels = np.asarray(picture, dtype=np.float32)
    grain = np.random.default_rng(seed).standard_normal(pixels.shape[:2], dtype=np.float32) * deviation
    return Image.fromarray(np.clip(pixels + (grain if pixels.ndim == 2 else grain[..., None]), 0, 255).astype(np.uint8))


def _projected(picture: Image.Image, corners: Corners, size: tuple[int, int], fill: int) -> Image.Image:
    """`picture` drawn into a canvas of `size` so that its corners fall on `corners` (clockwise from the top left)."""
    width, height = picture.size
    sources = ((0, 0), (width, 0), (width, height), (0, height))
    rows, wanted = [], []
    for (x, y), (u, v) in zip(corners, sources, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        wanted += [u, v]
    factors = np.linalg.solve(np.array(rows, dtype=np.float64), np.array(wanted, dtype=np.float64))
    return picture.transform(size, Image.Transform.PERSPECTIVE, tuple(factors), Image.Resampling.BICUBIC, fillcolor=fill)


def _table(width: int, height: int, color: tuple[int, int, int], seed: int) -> Image.Image:
    """A wooden surface: the colour with long, soft grain."""
    noise = np.random.default_rng(seed).standard_normal((height // 3 + 1, 12), dtype=np.float32) * 34 + 128
    grain = Image.fromarray(np.clip(noise, 0, 255).astype(np.uint8)).resize((width, height), Image.Resampling.BICUBIC)
    shade = (np.asarray(grain, dtype=np.float32)[..., None] / 128 * 0.35 + 0.65) * np.array(color, dtype=np.float32)
    return Image.fromarray(np.clip(shade, 0, 255).astype(np.uint8))


def _lit(scene: Image.Image, rng: random.Random) -> Image.Image:
    """Light from one corner, and a soft shadow of the hand over the opposite one."""
    width, height = scene.size
    angle = rng.uniform(0.5, 1.1)
    across = np.linspace(0, math.cos(angle), width, dtype=np.float32)[None, :]
    down = np.linspace(0, math.sin(angle), height, dtype=np.float32)[:, None]
    light = 1.05 - 0.36 * (across + down) / (math.cos(angle) + math.sin(angle))
    warm = np.array([1.0, 0.975, 0.92], dtype=np.float32)
    return Image.fromarray(np.clip(np.asarray(scene, dtype=np.float32) * light[..., None] * warm, 0, 255).astype(np.uint8))
