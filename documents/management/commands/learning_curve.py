"""`manage.py learning_curve`: what one correction teaches, replayed group by group, each document confirmed with its truth."""

from __future__ import annotations

import hashlib
import json
import re
import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from docflow.sandbox import Sandbox
from documents.extraction.memory.replay import Reading, Sample, replay
from documents.extraction.synthesis.series import invoice_series
from documents.extraction.whole_file import Wishes, read_bytes

GOAL = 0.97


class Command(BaseCommand):
    help = (
        "Replays documents of the same group one after the other, confirming each with its truth, and prints how much of the "
        "next ones is right with and without the layout memory. Needs no database."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--truth", action="append", default=[], metavar="FILE.jsonl", help="truth list; may be repeated, each has a memory"
        )
        parser.add_argument(
            "--generated", metavar="LAYOUTSxDOCUMENTS", help="also this many invented layouts and documents of each, e.g. 20x5"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["truth"] and not options["generated"]:
            raise CommandError("Say --truth FILE.jsonl or --generated 20x5.")
        sets = [(str(name), _of_truth(Path(name))) for name in options["truth"]]
        if options["generated"]:
            sets.append((f"generated {options['generated']}", _generated(options["generated"])))
        with Sandbox(base=settings.WORK_DIR) as box:
            for name, files in sets:
                samples = list(_read(box, name, files))
                with tqdm(total=len(samples), desc="replaying", unit="file", disable=None, file=sys.stderr) as bar:
                    readings = replay(samples, bar.update)
                self._print(name, readings)

    def _print(self, name: str, readings: Sequence[Reading]) -> None:
        self.stdout.write(f"\n{name}: {len({each.sample for each in readings})} documents")
        self.stdout.write("document of its layout   fields   right without memory   right with it")
        for number in sorted({each.number for each in readings}):
            those = [each for each in readings if each.number == number]
            plainly, learned = (_share([getattr(each, what) for each in those]) for what in ("was_right", "is_right"))
            self.stdout.write(f"{number:>22}   {len(those):>6}   {plainly:>20}   {learned:>13}")
        corrected = [each for each in readings if each.was_corrected]
        right = sum(each.is_right for each in corrected)
        share = f"{right / len(corrected):.3f}" if corrected else "-"
        self.stdout.write(f"corrected once, right on the next document: {right} of {len(corrected)} = {share} (goal {GOAL})")
        for each in corrected:
            if not each.is_right:
                self.stdout.write(f"  not learned: {_told(each)}")
        worse = [each for each in readings if each.is_worse]
        self.stdout.write(f"right without the memory and wrong with it: {len(worse)} (goal 0)")
        for each in worse:
            self.stdout.write(f"  worse: {_told(each)}")


def _share(right: Sequence[bool]) -> str:
    return f"{sum(right) / len(right):.3f}"


def _told(each: Reading) -> str:
    return f"{each.sample} ({each.group}, document {each.number}) {each.key}: {each.value!r} instead of {each.expected!r}"


Row = tuple[dict[str, Any], str, bytes]


def _of_truth(truth: Path) -> list[Row]:
    try:
        rows = [json.loads(line) for line in truth.read_text("utf-8").splitlines() if line.strip()]
        return [(row, Path(row["file"]).name, (truth.parent / row["file"]).read_bytes()) for row in rows]
    except OSError as error:
        raise CommandError(f"{error.filename} cannot be opened: {error.strerror}.") from None
    except (ValueError, KeyError) as error:
        raise CommandError(f"{truth} is no truth list: {error}") from None


def _generated(wish: str) -> list[Row]:
    size = re.fullmatch(r"(\d{1,3})x(\d{1,3})", wish)
    if size is None:
        raise CommandError(f"{wish!r} does not say how many layouts and documents. Use e.g. 20x5.")
    made = [each for series in invoice_series(int(size[1]), int(size[2])) for each in series]
    return [({**(each.truth or {}), "id": each.filename}, each.filename, each.data) for each in made]


def _read(box: Sandbox, name: str, files: Sequence[Row]) -> Iterator[Sample]:
    """Reads each file once. Documents that cannot be read, and identical ones, are passed over."""
    wishes = Wishes(None, tuple(settings.OCR_LANGUAGES), settings.MAX_PAGES)
    seen: set[str] = set()
    for row, filename, content in tqdm(files, desc=f"reading {name}", unit="file", disable=None, file=sys.stderr):
        digest = hashlib.sha256(content).hexdigest()
        outcome = read_bytes(box, content, filename, wishes)
        if outcome.pages and digest not in seen:
            seen.add(digest)
            yield Sample(
                row["id"],
                row.get("group") or row["id"],
                outcome.pages,
                row.get("expected") or {},
                row.get("expected_alt") or {},
                row.get("doc_type", ""),
                filename,
            )
