"""Truth lists for the commands: their rows, and the pages of their files, which may be kept from one call to the next."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from tqdm import tqdm

from docflow.sandbox import Sandbox
from documents.extraction.layout import Page
from documents.extraction.learning.examples import MADE, Example, example
from documents.extraction.synthesis.samples import mixed_samples
from documents.extraction.whole_file import Wishes, read_bytes


def rows(truth: Path) -> list[dict[str, Any]]:
    """The lines of a truth list. Raises CommandError."""
    try:
        with truth.open(encoding="utf-8") as file:
            found = [json.loads(line) for line in file if line.strip()]
    except OSError as error:
        raise CommandError(f"{truth} cannot be opened: {error.strerror}.") from None
    except ValueError as error:
        raise CommandError(f"{truth} is no truth list: {error}") from None
    if not all(isinstance(row, dict) and {"id", "file"} <= row.keys() for row in found):
        raise CommandError(f"{truth} is no truth list: a line has no id or no file.")
    return found


def files(truth: Path) -> Iterator[tuple[dict[str, Any], bytes]]:
    """The lines of a truth list with the content of their files. Raises CommandError."""
    for row in rows(truth):
        path = truth.parent / row["file"]
        try:
            yield row, path.read_bytes()
        except OSError as error:
            raise CommandError(f"{path} cannot be opened: {error.strerror}.") from None


def file_name(row: dict[str, Any]) -> str:
    """The name under which the file of a row came in."""
    return str(row.get("upload_name") or Path(row["file"]).name)


def examples(truths: Sequence[Path], made: int, cache: Path | None) -> list[Example]:
    """The documents of all lists, and so many invented ones, read. Files without pages (damaged ones) are left out.

    `cache` is a folder in which the words of each file are kept. A list is called by its folder and name. Invented documents
    of one layout are one group.
    """
    total = sum(len(rows(truth)) for truth in truths) + made
    with Sandbox(base=settings.WORK_DIR) as box, _bar(total) as bar:
        found = []
        for source, row, content in _files(truths, made):
            pages = pages_of(box, content, file_name(row), cache)
            bar.update()
            if pages:
                found.append(example(source, row, pages))
    return found


def _bar(total: int) -> tqdm[Any]:
    return tqdm(total=total, unit="document", desc="reading", disable=None, file=sys.stderr)


def _files(truths: Sequence[Path], made: int) -> Iterator[tuple[str, dict[str, Any], bytes]]:
    for truth in truths:
        for row, content in files(truth):
            yield truth.parent.name, row, content
    for sample in mixed_samples(made):
        row = dict(sample.truth or {})
        yield MADE, {**row, "group": f"{MADE}:{row['layout']}"}, sample.data


def pages_of(box: Sandbox, content: bytes, filename: str, cache: Path | None = None) -> tuple[Page, ...]:
    """The pages of a file, rounded as they are kept, so that a second call learns the same; none, with a note on stderr, where
    it cannot be read. `cache` is a folder in which its words are kept."""
    kept = cache / f"{hashlib.sha256(content).hexdigest()}.json" if cache else None
    if kept is not None and kept.exists():
        told = json.loads(kept.read_text(encoding="utf-8"))
    else:
        outcome = read_bytes(box, content, filename, Wishes(None, tuple(settings.OCR_LANGUAGES), settings.MAX_PAGES))
        told = [page.as_json() for page in outcome.pages]
        if outcome.error is not None:
            tqdm.write(f"{filename} is left out: {outcome.error.message}", file=sys.stderr)
        elif kept is not None:
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_text(json.dumps(told), encoding="utf-8")
    return tuple(Page.from_json(each) for each in told)
