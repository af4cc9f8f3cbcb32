"""`manage.py extract FILE...`: everything docflow finds in files, one JSON object a line. No database, no server."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from docflow.errors import FileError
from docflow.recognition import AUTO, ENGINES, LANGUAGES, code_of
from docflow.sandbox import Sandbox
from documents.extraction.codes import Code
from documents.extraction.layout import Page
from documents.extraction.profiles import BUILT_IN, Profile, built_in
from documents.extraction.values import FieldValue, Findings
from documents.extraction.whole_file import Outcome, Wishes, read_file


class Command(BaseCommand):
    help = "Reads files and prints what was found in each as one JSON object a line. Needs no database and no server."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE", help="PDF, image, e-mail, ZIP, e-invoice XML or text")
        parser.add_argument("--profile", metavar="KEY", help="what to look for; without it chosen by content")
        parser.add_argument("--ocr", metavar="ENGINE", help=f"text recognition: {', '.join(ENGINES)}")
        parser.add_argument(
            "--language", metavar="CODE", action="append", help="language of scans, such as en or deu; may be repeated"
        )
        parser.add_argument(
            "--draw", metavar="FOLDER", type=Path, help="also write each page as PNG with the boxes of its words and values"
        )
        parser.add_argument(
            "--explain", action="store_true", help="also print alternatives and all evidence, and the text's words"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        profile = _profile(options["profile"])
        _check_engine(options["ocr"])
        languages = _languages(options["language"])
        if options["draw"]:
            options["draw"].mkdir(parents=True, exist_ok=True)
        failed = 0
        with Sandbox(base=settings.WORK_DIR) as box, tqdm(unit="page", disable=None, file=sys.stderr, leave=False) as bar:
            for name in options["files"]:
                bar.set_description(Path(name).name)
                wishes = Wishes(
                    profile,
                    languages,
                    settings.MAX_PAGES,
                    progress=lambda *_: bar.update(),
                    engine=options["ocr"] or AUTO,
                    draw=options["draw"],
                )
                outcome = _read(box, name, wishes)
                failed += outcome.error is not None
                self.stdout.write(json.dumps(as_json(outcome, name, options["explain"]), ensure_ascii=False))
                self.stdout.flush()
        if failed:
            self.stderr.write(f"{failed} of {len(options['files'])} files could not be read.")
            sys.exit(1)


def _profile(key: str | None) -> Profile | None:
    try:
        return built_in(key) if key else None
    except KeyError:
        known = ", ".join(profile.key for profile in BUILT_IN)
        raise CommandError(f"There is no profile {key!r}. Use one of {known}.") from None


def _check_engine(name: str | None) -> None:
    if name is not None and name not in ENGINES:
        raise CommandError(f"There is no engine {name!r}. Use one of {', '.join(ENGINES)}.")


def _languages(given: list[str] | None) -> tuple[str, ...]:
    for code in given or ():
        if code_of(code) is None:
            raise CommandError(f"There is no language {code!r}. Use one of {', '.join(LANGUAGES)}.")
    return tuple(given or settings.OCR_LANGUAGES)


def _read(box: Sandbox, name: str, wishes: Wishes) -> Outcome:
    path = Path(name)
    try:
        if path.stat().st_size > settings.MAX_FILE_BYTES:
            limit = settings.MAX_FILE_BYTES // 1_048_576
            return Outcome(
                path.name, error=FileError("file_too_large", f"{path.name} is larger than {limit} MB, which is the limit.")
            )
        return read_file(box, path, path.name, wishes)
    except OSError as error:
        return Outcome(path.name, error=FileError("file_not_found", f"{name} cannot be opened: {error.strerror}."))


def as_json(outcome: Outcome, name: str, explain: bool = False) -> dict[str, Any]:
    """One printed object. A file that could not be read has `file` and `error` only."""
    if outcome.error is not None:
        return {"file": name, "error": outcome.error.as_json()}
    told: dict[str, Any] = {"file": name, "media_type": outcome.media_type}
    if outcome.findings is not None:
        told["pages"] = outcome.page_count
        told["page_sources"] = [_source(page) for page in outcome.pages]
        told["codes"] = [_code(page, code) for page in outcome.pages for code in page.codes]
        told |= _findings(outcome.findings, explain)
        if outcome.findings.einvoice is not None:
            told["einvoice"] = outcome.findings.einvoice.as_json()
        told["text"] = "\n\f".join(page.text for page in outcome.pages)
    if outcome.parts:
        told["parts"] = [as_json(part, part.filename, explain) for part in outcome.parts]
    if outcome.left_out:
        told["left_out"] = [{"name": filename, "reason": reason} for filename, reason in outcome.left_out]
    return told


def _source(page: Page) -> dict[str, Any]:
    return {
        "page": page.number,
        "source": page.source,
        "engine": page.engine,
        "reason": page.reason,
        "rotation": page.rotation,
    }


def _code(page: Page, code: Code) -> dict[str, Any]:
    return {"page": page.number, "format": code.format, "text": code.text, "box": code.box.as_list()}


def _findings(found: Findings, explain: bool) -> dict[str, Any]:
    return {
        "doc_type": found.doc_type,
        "doc_type_confidence": found.doc_type_confidence,
        "profile": found.profile,
        "extractor": found.extractor,
        "language": found.language,
        "number_style": found.number_style,
        "date_style": found.date_style,
        "confidence": found.confidence,
        "reasoning": found.reasoning,
        "summary": found.summary,
        "fields": {field.key: _field(field, explain) for field in found.fields},
        "line_items": [
            {
                "page": line.page,
                "confidence": line.confidence,
                **{key: _field(cell, explain) for key, cell in line.cells.items()},
            }
            for line in found.line_items
        ],
        "problems": [
            {"code": each.code, "text": each.text, "blocks": each.blocks, "fields": fields}
            for each, fields in _problems(found)
        ],
    }


def _problems(found: Findings) -> list[tuple[Any, list[str]]]:
    """All problems, each once, with the fields they belong to."""
    named = [(problem, field.key) for field in found.fields for problem in field.problems]
    keys: dict[Any, list[str]] = {problem: [] for problem in found.problems}
    for problem, key in named:
        keys.setdefault(problem, []).append(key)
    return list(keys.items())


def _field(field: FieldValue, explain: bool) -> dict[str, Any]:
    first = field.places[0] if field.places else None
    told: dict[str, Any] = {
        "value": field.value,
        "raw": field.raw,
        "page": first.page if first else None,
        "box": first.box.as_list() if first else None,
        "confidence": field.confidence,
        "source": field.source,
        "evidence": [{"kind": each.kind, "text": each.text, "weight": each.weight} for each in field.evidence],
    }
    if explain:
        told["places"] = [{"page": place.page, "box": place.box.as_list()} for place in field.places]
        told["alternatives"] = [
            {"value": each.value, "raw": each.raw, "confidence": each.confidence, "why": each.why}
            for each in field.alternatives
        ]
    return told
