"""`manage.py learning_curve`: what one correction teaches, replayed group by group, each document confirmed with its truth."""

from __future__ import annotations

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
from documents.extraction.learning.replay import Reading, Sample, replay
from documents.extraction.synthesis.series import invoice_series
from documents.management.truth_lists import file_name, files, pages_of

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
        sets = [(str(name), list(files(Path(name)))) for name in options["truth"]]
        if options["generated"]:
            sets.append((f"generated {options['generated']}", _generated(options["generated"])))
        with Sandbox(base=settings.WORK_DIR) as box:
            for name, documents in sets:
                samples = list(_read(box, name, documents))
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


Files = list[tuple[dict[str, Any], bytes]]


def _generated(wish: str) -> Files:
    size = re.fullmatch(r"(\d{1,3})x(\d{1,3})", wish)
    if size is None:
        raise CommandError(f"{wish!r} does not say how many layouts and documents. Use e.g. 20x5.")
    made = [each for series in invoice_series(int(size[1]), int(size[2])) for each in series]
    return [({**(each.truth or {}), "id": each.filename, "file": each.filename}, each.data) for each in made]


def _read(box: Sandbox, name: str, documents: Files) -> Iterator[Sample]:
    """Reads each file once. Documents that cannot be read, and identical ones, are passed over."""
    seen: set[bytes] = set()
    for row, content in tqdm(documents, desc=f"reading {name}", unit="file", disable=None, file=sys.stderr):
        if content in seen:
            continue
        seen.add(content)
        pages = pages_of(box, content, file_name(row))
        if pages:
            yield Sample(pages, row, file_name(row))
