"""Reading from the parent's side: asks the sandboxed children page by page and believes nothing they say unchecked.

A page without words to be read is drawn by the child that parses and recognized by the one that sees pixels only.

The file lies in the work folder as FILE. Pages are given out one at a time, so that memory stays flat over long files.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from docflow.errors import ReaderStoppedError
from documents.extraction import codes
from documents.extraction.geometry import Box
from documents.extraction.handover import checked_page, nonsense
from documents.extraction.layout import LONGEST_REASON, OCR, Page
from documents.extraction.memory.lessons import MOST_LAYOUTS, LearnedLayout
from documents.extraction.profiles import Profile
from documents.extraction.readers.language_sense import makes_sense
from documents.extraction.values import Findings

FILE = "file"
LAYOUTS = "layouts.json"
MOST_MEMORY = 2_000_000  # characters of learned layouts that travel with one document
PICTURE = "page.grey"
PAGES = "pages.json"
MAIL_BODY = "is the text of an e-mail"  # the reason of its pages: they are read from a part that is plain text


class Work(Protocol):
    """What is used of `docflow.sandbox`: one work folder, and steps run in it."""

    def run(self, step: str, **arguments: Any) -> dict[str, Any]: ...

    def path(self, name: str) -> Path: ...

    def apart(self) -> AbstractContextManager[Any]: ...

    def hand_over(self, name: str, to: Any, pixels: int) -> None: ...

    def lied(self, detail: str, page: int | None = None) -> ReaderStoppedError: ...


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that could be opened. `einvoice` is the name of the embedded e-invoice in the work folder, if there is one."""

    media_type: str
    pages: int
    einvoice: str | None
    attachments: tuple[str, ...] = ()


def open_document(work: Work, media_type: str, *, max_pages: int) -> Opened:
    """Opens FILE. Raises FileError: password_protected, damaged_file, too_many_pages, or that the child had to be stopped."""
    answer = work.run("open_file", file=FILE, media_type=media_type, max_pages=max_pages)
    pages, einvoice, names = answer.get("pages"), answer.get("einvoice"), answer.get("attachments")
    if not (isinstance(pages, int) and 1 <= pages <= max_pages and isinstance(names, list)):
        raise nonsense()
    if einvoice not in (None, FILE, "einvoice.xml"):
        raise nonsense()
    return Opened(media_type, pages, einvoice, tuple(str(name)[:255] for name in names[:200]))


def read_page(
    work: Work,
    media_type: str,
    number: int,
    *,
    languages: Sequence[str],
    engine: str = "auto",
    dpi_ocr: int | None = None,
    before_recognition: Callable[[], None] | None = None,
) -> Page:
    """Page `number`, from 1. Raises FileError for what cannot be read, ReaderStoppedError for a child that lies.

    A page may take two steps, each with its own time: `before_recognition` is called between them.
    """
    answer = work.run("read_page", file=FILE, media_type=media_type, number=number, picture=PICTURE, dpi_ocr=dpi_ocr)
    page, picture = _believed(work, answer, number), answer.get("picture")
    if picture is None:
        return page
    drawn = _believed(work, picture["page"], number)
    if before_recognition:
        before_recognition()
    recognized = _recognized(work, drawn, picture, languages, engine)
    senseless = picture["must_make_sense"] and not makes_sense(word.text for word in recognized.words)
    if page.words and (senseless or not recognized.words):
        return page
    size = drawn.width, drawn.height
    turned = codes.placed(drawn.codes, size, size, recognized.rotation)
    return replace(recognized, reason=_reason(drawn, recognized), codes=turned)


def _reason(drawn: Page, recognized: Page) -> str:
    """Why it was recognized, if anything was, and what recognition says itself; what either left out comes last."""
    pages = (drawn, recognized) if recognized.words or not recognized.reason else (recognized,)
    told = replace(recognized, reason="; ".join(filter(None, (page.why for page in pages)))[:LONGEST_REASON])
    left_out = ", ".join(filter(None, (drawn.left_out, recognized.left_out)))
    return told.without(left_out).reason if left_out else told.reason


def _recognized(work: Work, drawn: Page, picture: dict[str, Any], languages: Sequence[str], engine: str) -> Page:
    """The page that was drawn, with its words: the other child sees those pixels and nothing else."""
    across, down = picture["across"], picture["down"]
    with work.apart() as page:
        work.hand_over(PICTURE, page, across * down)
        answer = page.run(
            "recognize",
            picture=PICTURE,
            across=across,
            down=down,
            number=drawn.number,
            width=drawn.width,
            height=drawn.height,
            may_be_turned=picture["may_be_turned"],
            languages=list(languages),
            engine=engine,
        )
        recognized = _believed(page, answer, drawn.number)
        size = (drawn.height, drawn.width) if recognized.rotation in (90, 270) else (drawn.width, drawn.height)
        if (recognized.width, recognized.height) != size or recognized.source != OCR:
            raise page.lied(f"page {drawn.number} became another sheet", drawn.number)
    return recognized


def read_pages(
    work: Work,
    media_type: str,
    *,
    languages: Sequence[str],
    engine: str = "auto",
    max_pages: int,
    progress: Callable[[int, int], None] | None = None,
    opened: Opened | None = None,
) -> Iterator[Page]:
    """All pages of FILE, one at a time. `progress` is told (pages read, pages in all). Raises as the two above."""
    opened = opened or open_document(work, media_type, max_pages=max_pages)
    for number in range(1, opened.pages + 1):
        yield read_page(work, media_type, number, languages=languages, engine=engine)
        if progress:
            progress(number, opened.pages)


def draw_page(
    work: Work, media_type: str, number: int, rotation: int, *, dpi: int, image: str, thumb: str = "thumb.webp"
) -> tuple[int, int]:
    """Draws a page as upright as it was read, with `rotation` undone, into the work folder: WebP `image`, and small `thumb`
    -> (width, height) in pixels."""
    answer = work.run(
        "draw_page",
        file=FILE,
        media_type=media_type,
        number=number,
        dpi=dpi,
        image=image,
        thumb=thumb,
        rotation=rotation,
    )
    width, height = answer.get("width"), answer.get("height")
    if not (isinstance(width, int) and isinstance(height, int) and width > 0 and height > 0):
        raise nonsense()
    return width, height


def mark_page(work: Work, media_type: str, page: Page, values: Sequence[tuple[str, Box]], *, dpi: int, image: str) -> None:
    """Draws a page with the boxes of its words and of `values` (key, box) into the work folder: PNG `image`."""
    told = {"page": page.as_json(), "values": [[key, *box.as_list()] for key, box in values]}
    work.path("marks.json").write_text(json.dumps(told), encoding="utf-8")
    work.run("mark_page", file=FILE, media_type=media_type, dpi=dpi, marks="marks.json", out=image)


def find_values(
    work: Work,
    pages: Iterable[Page],
    *,
    einvoice: str | None,
    profile: Profile | None,
    filename: str,
    layouts: Sequence[LearnedLayout] = (),
) -> Findings:
    """Values of pages that were read, found in the child, with the layouts that may be the document's. Raises FileError."""
    with work.path(PAGES).open("w", encoding="utf-8") as file:
        for number, page in enumerate(pages):  # one at a time: a long file's pages need not be in memory together
            file.write(",\n" if number else "[")
            file.write(json.dumps(page.as_json()))
        file.write("]")
    answer = work.run(
        "find_values",
        pages=PAGES,
        einvoice=einvoice,
        profile=profile.as_json() if profile else None,
        filename=filename,
        layouts=_laid_out(work, layouts),
    )
    findings = findings_from(answer)
    if findings.layout is not None and findings.layout not in {each.id for each in layouts}:
        raise nonsense()
    return findings


def _laid_out(work: Work, layouts: Sequence[LearnedLayout]) -> str | None:
    """The layouts as a file for the child; at most so many, and those that would be too much together are left out."""
    if not layouts:
        return None
    told, size = [], 0
    for each in layouts[:MOST_LAYOUTS]:
        text = json.dumps(each.as_json())
        size += len(text)
        if size <= MOST_MEMORY:
            told.append(text)
    work.path(LAYOUTS).write_text(f"[{','.join(told)}]", encoding="utf-8")
    return LAYOUTS


def findings_from(answer: dict[str, Any]) -> Findings:
    """A child's answer as Findings. Raises ReaderStoppedError."""
    try:
        return Findings.from_json(answer)
    except (KeyError, TypeError, ValueError) as error:
        raise nonsense() from error


def _believed(work: Work, answer: dict[str, Any], number: int) -> Page:
    """As `checked_page`; the child that lied goes."""
    try:
        return checked_page(answer, number)
    except ReaderStoppedError as error:
        raise work.lied(f"page {number} cannot be", number) from error
