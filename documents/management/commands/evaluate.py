"""`manage.py evaluate --truth FILE.jsonl`: what docflow finds in the files of a truth list, in the form a scorer reads."""

from __future__ import annotations

import json
import re
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from tqdm import tqdm

from docflow.errors import FileRefusedError, ReaderStoppedError
from docflow.recognition import AUTO, ENGINES
from docflow.sandbox import Sandbox
from documents.extraction.values import Findings
from documents.extraction.whole_file import Outcome, Wishes, read_file
from documents.management.memory_watch import MemoryWatch
from documents.management.truth_lists import file_name, rows

WHOLE_FILE_SECONDS = 55.0
# The truth lists know these kinds; every other kind of ours is "other" to them.
TRUTH_KINDS = frozenset({"invoice", "credit_note", "receipt"})
PRINTED = {"company": "vendor", "date": "invoice_date", "address": "vendor_address", "total": "total_amount"}


class Command(BaseCommand):
    help = (
        "Reads the files of a truth list and prints predictions as JSON Lines, in the form that score.py reads in that mode."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--truth", required=True, metavar="FILE.jsonl", help="truth list; its files are relative to it")
        parser.add_argument("--mode", choices=sorted(MODES), default="fields")
        parser.add_argument("--ocr", choices=ENGINES, default=AUTO, metavar="ENGINE", help=f"one of {', '.join(ENGINES)}")
        parser.add_argument("--limit", type=int, metavar="N", help="only the first N documents")

    def handle(self, *args: Any, **options: Any) -> None:
        truth = Path(options["truth"])
        tell = MODES[options["mode"]]
        seconds = WHOLE_FILE_SECONDS if options["mode"] == "robustness" else None
        wishes = Wishes(None, tuple(settings.OCR_LANGUAGES), settings.MAX_PAGES, seconds, engine=options["ocr"])
        wanted = rows(truth)[: options["limit"]]
        with Sandbox(base=settings.WORK_DIR) as box:
            for row in tqdm(wanted, unit="file", disable=None, file=sys.stderr):
                told = tell(box, truth.parent / row["file"], row, wishes)
                self.stdout.write(json.dumps({"id": row["id"], **told}, ensure_ascii=False))
                self.stdout.flush()


def fields(box: Sandbox, path: Path, row: dict[str, Any], wishes: Wishes) -> dict[str, Any]:
    """Values with confidence 0-1, line items, and for receipts the strings as printed."""
    outcome = read_file(box, path, file_name(row), wishes)
    if outcome.findings is None:
        return {"fields": {}, "line_items": [], "error": outcome.error.as_json() if outcome.error else None}
    return prediction(outcome.findings)


def prediction(found: Findings) -> dict[str, Any]:
    """Findings as a line of predictions."""
    by_key = {field.key: field for field in found.fields}
    printed = {name: by_key[key].raw for name, key in PRINTED.items() if key in by_key and by_key[key].value}
    if "total" in printed:
        printed["total"] = re.sub(r"^\D+\s|\s\D+$", "", printed["total"])
    return {
        "doc_type": found.doc_type if found.doc_type in TRUTH_KINDS else "other",
        "confidence": found.confidence / 100,
        "fields": {
            field.key: {"value": field.value, "confidence": field.confidence / 100} for field in found.fields if field.value
        },
        "line_items": [{key: cell.value for key, cell in line.cells.items()} for line in found.line_items],
        "raw": printed,
    }


def robustness(box: Sandbox, path: Path, row: dict[str, Any], wishes: Wishes) -> dict[str, Any]:
    """How one file ended, in how long, and the most memory its readers held."""
    began = time.monotonic()
    with MemoryWatch(box.child_pid) as watch:
        outcome = read_file(box, path, file_name(row), wishes)
    told = _ended(outcome)
    told |= {"seconds": round(time.monotonic() - began, 2), "rss_mib": watch.peak_mib}
    if outcome.error is None and outcome.page_count:
        told["pages"] = outcome.page_count
    return told


def _ended(outcome: Outcome) -> dict[str, Any]:
    error = outcome.error
    if error is None:
        return {"outcome": "processed", "message": ""}
    if isinstance(error, ReaderStoppedError) and error.reason == "bad_answer":
        return {"outcome": "crash", "message": error.message}
    return {"outcome": "rejected", "message": error.message, "code": error.code}


def email(box: Sandbox, path: Path, row: dict[str, Any], wishes: Wishes) -> dict[str, Any]:
    """The documents that were taken out of a mail: a part that is refused, as an upload would refuse it, is none."""
    outcome = read_file(box, path, file_name(row), wishes)
    parts = [part for part in _all_parts(outcome) if not isinstance(part.error, FileRefusedError)]
    documents = [{"filename": part.filename, "sha256": part.sha256} for part in parts]
    return {**_ended(outcome), "documents": documents}


def _all_parts(outcome: Outcome) -> list[Outcome]:
    return [each for part in outcome.parts for each in (part, *_all_parts(part))]


def conflict(box: Sandbox, path: Path, row: dict[str, Any], wishes: Wishes) -> dict[str, Any]:
    """Whether XML and page contradict each other."""
    outcome = read_file(box, path, file_name(row), wishes)
    problems = _problems(outcome.findings) if outcome.findings else []
    return {"flagged": any("xml_differs" in each for each in problems), "problems": problems}


def _problems(found: Findings) -> list[str]:
    every = (*found.problems, *(problem for field in found.fields for problem in field.problems))
    return [f"{problem.code}: {problem.text}" for problem in dict.fromkeys(every)]


Tell = Callable[[Sandbox, Path, dict[str, Any], Wishes], dict[str, Any]]
MODES: dict[str, Tell] = {"fields": fields, "robustness": robustness, "email": email, "conflict": conflict}

__all__ = ["MODES", "Command", "prediction"]
