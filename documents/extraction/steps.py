"""The steps that the two sandboxed children run: plain arguments in, JSON out. This file only dispatches.

Every function takes the work folder first; file names are those that the parent chose. All raise FileError.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from PIL import Image

from docflow.errors import FileError, FileRefusedError
from documents.extraction import rendition
from documents.extraction.geometry import Box
from documents.extraction.handover import in_columns
from documents.extraction.layout import Page
from documents.extraction.ocr import is_blank, recognize_page
from documents.extraction.readers import reader


def look(folder: Path, *, file: str, media_type: str, max_pages: int) -> dict[str, Any]:
    """How many pages, None where only reading can tell. FileRefusedError for what is refused at once."""
    return {"pages": reader(media_type).look(folder / file, max_pages)}


def unpack(
    folder: Path, *, file: str, media_type: str = "message/rfc822", largest: int | None = None, body_only: bool = False
) -> dict[str, Any]:
    """The parts of an e-mail or archive, written beside it as part-000, part-001, ...; `largest` in bytes each."""
    from documents.extraction.readers import archive, email, parts

    most = largest or parts.LARGEST
    if media_type == "application/zip":
        return archive.unpack(folder / file, folder, most)
    return email.unpack(folder / file, folder, most, body_only=body_only)


def open_file(folder: Path, *, file: str, media_type: str, max_pages: int) -> dict[str, Any]:
    return reader(media_type).open_file(folder / file, folder, max_pages)


def read_page(
    folder: Path, *, file: str, media_type: str, number: int, picture: str, dpi_ocr: int | None = None
) -> dict[str, Any]:
    """The page and "picture": None. Of a page that has to be recognized, what stands without that, and what "picture" shows:
    its pixels are written as `picture`, a byte of grey each, row after row."""
    read = reader(media_type).read_page(folder / file, number, dpi_ocr)
    if isinstance(read, Page):
        return {**in_columns(read.within_limits()), "picture": None}
    otherwise = read.otherwise.within_limits() if read.otherwise else None
    if is_blank(read.image):
        return {**in_columns(otherwise or replace(read.page, reason="is empty")), "picture": None}
    (folder / picture).write_bytes(read.image.tobytes())
    return {**in_columns(otherwise or read.page.within_limits()), "picture": read.about()}


def recognize(
    folder: Path,
    *,
    picture: str,
    across: int,
    down: int,
    number: int,
    width: float,
    height: float,
    may_be_turned: bool,
    languages: Sequence[str],
    engine: str,
) -> dict[str, Any]:
    """Words of a picture of `across` x `down` pixels that read_page wrote. The only step of the child that sees pixels only:
    they are taken as they are, no decoder runs."""
    image = Image.frombytes("L", (across, down), (folder / picture).read_bytes())
    page = recognize_page(
        image,
        number=number,
        width=width,
        height=height,
        languages=tuple(languages),
        engine=engine,
        may_be_turned=may_be_turned,
    )
    return in_columns(page)


def draw_page(
    folder: Path,
    *,
    file: str,
    media_type: str,
    number: int,
    dpi: int,
    image: str,
    thumb: str = "thumb.webp",
    rotation: int = 0,
) -> dict[str, Any]:
    """`rotation` is the one that read_page gave: the drawn page stands upright and fits its boxes."""
    drawn = reader(media_type).draw_page(folder / file, number, dpi, rotation)
    width, height = rendition.write(drawn, folder / image, folder / thumb)
    return {"image": image, "width": width, "height": height}


def mark_page(folder: Path, *, file: str, media_type: str, dpi: int, marks: str, out: str) -> dict[str, Any]:
    """The page of the JSON file `marks`, drawn upright as PNG with the boxes of its words and values."""
    from documents.extraction.marked import marked

    told = json.loads((folder / marks).read_text("utf-8"))
    page = Page.from_json(told["page"])
    drawn = reader(media_type).draw_page(folder / file, page.number, dpi, page.rotation)
    picture = marked(drawn, page, [(key, Box(*places)) for key, *places in told["values"]])
    picture.save(folder / out, "PNG")
    return {"image": out, "width": picture.width, "height": picture.height}


def searchable_page(folder: Path, *, file: str, media_type: str, page: str, rotation: int, out: str) -> dict[str, Any]:
    """One page as a PDF of its own: its picture, and the words of the file `page`, unseen."""
    from documents.extraction import searchable

    read = Page.from_json(json.loads((folder / page).read_text("utf-8")))
    picture = reader(media_type).draw_page(folder / file, read.number, searchable.DPI, rotation)
    searchable.write_page(picture, read, folder / out)
    return {"file": out}


def join_pages(folder: Path, *, parts: Sequence[str], out: str) -> dict[str, Any]:
    """PDFs of one page each, joined."""
    from documents.extraction import searchable

    searchable.join([folder / part for part in parts], folder / out)
    return {"file": out}


def scale_image(folder: Path, *, image: str, width: int, out: str) -> dict[str, Any]:
    """A rendition that we stored, `width` pixels wide, as PNG."""
    from documents.extraction.readers.image import scaled

    picture = scaled(folder / image, width)
    picture.save(folder / out, "PNG")
    return {"image": out, "width": picture.width, "height": picture.height}


def find_values(
    folder: Path,
    *,
    pages: str,
    filename: str,
    einvoice: str | None = None,
    profile: dict[str, Any] | None = None,
    layouts: str | None = None,
) -> dict[str, Any]:
    """Findings of pages that were read before, with the learned layouts of the file `layouts`. An embedded e-invoice that
    cannot be read is a problem, not an end."""
    from documents.extraction import pipeline
    from documents.extraction.memory.lessons import LearnedLayout
    from documents.extraction.profiles import Profile
    from documents.extraction.readers.einvoice import read_einvoice

    read = tuple(Page.from_json(each) for each in json.loads((folder / pages).read_text("utf-8")))
    invoice, unreadable = None, ""
    if einvoice:
        try:
            invoice = read_einvoice((folder / einvoice).read_bytes())
        except (FileError, FileRefusedError) as error:
            unreadable = error.message
    wanted = Profile.from_json(profile) if profile else None
    learned = json.loads((folder / layouts).read_text("utf-8")) if layouts else []
    known = [LearnedLayout.from_json(each) for each in learned]
    findings = pipeline.find_values(read, einvoice=invoice, profile=wanted, filename=filename, layouts=known).as_json()
    if unreadable:
        text = f"The e-invoice inside the file cannot be read: {unreadable}"
        findings["problems"] = [*findings["problems"], {"code": "check_failed", "text": text, "blocks": True}]
    return findings


def ask_model(folder: Path, *, pages: str, profile: dict[str, Any], most_characters: int) -> dict[str, Any]:
    """What a language model is asked about pages that were read; "reason" says why nothing can be asked, "" where it can."""
    from documents.extraction.llm.question import ask
    from documents.extraction.profiles import Profile

    read = tuple(Page.from_json(each) for each in json.loads((folder / pages).read_text("utf-8")))
    try:
        question = ask(read, Profile.from_json(profile), most_characters=most_characters)
    except ValueError as error:
        return {"system": "", "user": "", "schema": {}, "left_out": 0, "reason": str(error)}
    return {**asdict(question), "reason": ""}


def weigh_answer(folder: Path, *, pages: str, findings: str, answer: str, profile: dict[str, Any]) -> dict[str, Any]:
    """The findings with what a language model said in the file `answer`; "note" says why that is of no use, "" where it is."""
    from documents.extraction.llm.answer import read_answer
    from documents.extraction.llm.merging import merged
    from documents.extraction.profiles import Profile
    from documents.extraction.values import Findings

    read = tuple(Page.from_json(each) for each in json.loads((folder / pages).read_text("utf-8")))
    found = Findings.from_json(json.loads((folder / findings).read_text("utf-8")))
    wanted = Profile.from_json(profile)
    try:
        said = read_answer((folder / answer).read_text("utf-8"), wanted)
    except ValueError as error:
        return {**found.as_json(), "note": str(error)}
    return {**merged(found, said, read, wanted).as_json(), "note": ""}
