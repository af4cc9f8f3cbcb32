"""`manage.py calibration`: how right values are that are so sure, from truth lists or from an organization's own reviews."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from docflow.accounts.lookup import organization_named
from docflow.errors import DocflowError
from documents.extraction.learning import report
from documents.extraction.learning.chart import threshold_chart
from documents.extraction.learning.judging import judge
from documents.extraction.learning.measure import Answer, answers
from documents.extraction.learning.training import Material
from documents.extraction.model import MODEL
from documents.management.commands.train_extractor import BY_HAND, model_before
from documents.management.truth_lists import examples
from documents.reviewed import reviewed_answers


class Command(BaseCommand):
    help = (
        "Prints how right values are that are so sure, by field and by confidence, from truth lists or from what an "
        "organization has reviewed; draws the chart of threshold against error."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--truth", action="append", type=Path, default=[], metavar="FILE.jsonl", help="may be repeated")
        parser.add_argument("--organization", metavar="NAME|UUID", help="its reviewed documents instead of truth lists")
        parser.add_argument("--unseen", action="store_true", help="judge each vendor by numbers learned from the others")
        parser.add_argument("--made", type=int, default=160, metavar="N", help="invented documents to learn from (160)")
        parser.add_argument("--folds", type=int, default=5, metavar="N", help="heaps of vendors, left out in turn (5)")
        parser.add_argument("--words", type=Path, metavar="FOLDER", help="keeps the words of each file there, and takes them")
        parser.add_argument("--chart", type=Path, metavar="FILE.svg", help="writes the chart there")

    def handle(self, *args: Any, **options: Any) -> None:
        if bool(options["truth"]) == bool(options["organization"]):
            raise CommandError("Name either --truth or --organization.")
        given = _reviewed(options["organization"]) if options["organization"] else _of_truth(options)
        found = [each for each in given if each.given]
        if not found:
            raise CommandError("There is no value to judge: nothing was found, or nothing was reviewed yet.")
        parts = [report.certainty_by_field(given), report.by_confidence(given)]
        if options["truth"]:
            parts.insert(0, report.certainty_by_set(given))
        self.stdout.write("\n\n".join(parts))
        if options["chart"]:
            pairs = [(each.confidence, each.right) for each in found]
            options["chart"].write_text(threshold_chart(pairs, "Threshold of confidence against error"), encoding="utf-8")


def _reviewed(name: str) -> list[Answer]:
    try:
        return reviewed_answers(organization_named(name))
    except DocflowError as error:
        raise CommandError(error.message) from None


def _of_truth(options: dict[str, Any]) -> list[Answer]:
    if not options["unseen"]:
        return answers(examples(options["truth"], 0, options["words"]), MODEL)
    found = examples(options["truth"], options["made"], options["words"])
    lists = {truth.parent.name for truth in options["truth"]}
    learned = MODEL.weights["learned"]
    with tqdm(desc="judging", unit="step", disable=None, file=sys.stderr) as bar:
        material = Material.of(found, model_before(BY_HAND))
        _, unseen, _ = judge(material, learned, options["folds"], lambda _: bar.update())
    return [each for each in unseen if each.source in lists]
