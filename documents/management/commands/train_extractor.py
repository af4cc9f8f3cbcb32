"""`manage.py train_extractor --truth FILE.jsonl ...`: learns the weights of evidence and the confidence, and says how good
they are on vendors that were left out."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from documents.extraction.learning import report
from documents.extraction.learning.judging import Trained, steps_of, train
from documents.extraction.learning.training import Material
from documents.extraction.model import CALIBRATION_FILE, WEIGHTS_FILE, Model, read_model
from documents.management.truth_lists import examples

BY_HAND = Path(report.__file__).parent / "by_hand.json"


class Command(BaseCommand):
    help = (
        "Learns weights.json and calibration.json from truth lists and invented documents; same input, same output. Prints "
        "what is read of vendors that were left out (by `group`), with all others known and with half of them."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--truth", action="append", type=Path, default=[], metavar="FILE.jsonl", help="may be repeated")
        parser.add_argument("--made", type=int, default=160, metavar="N", help="invented documents (default 160)")
        parser.add_argument("--folds", type=int, default=5, metavar="N", help="heaps of vendors, left out in turn (default 5)")
        parser.add_argument("--words", type=Path, metavar="FOLDER", help="keeps the words of each file there, and takes them")
        parser.add_argument(
            "--before",
            type=Path,
            default=BY_HAND,
            metavar="FILE",
            help="the weights to start from (default: by hand)",
        )
        parser.add_argument("--output", type=Path, metavar="FOLDER", help="where to write (default: where docflow reads them)")
        parser.add_argument("--only-measure", action="store_true", help="write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["folds"] < 2:
            raise CommandError("--folds is 2 or more.")
        found = examples(options["truth"], options["made"], options["words"])
        if len({each.group for each in found}) < options["folds"]:
            raise CommandError(f"{options['folds']} heaps need as many vendors (`group`) at least; name more truth lists.")
        before = model_before(options["before"])
        material = Material.of(found, before)
        with tqdm(total=steps_of(material), desc="learning", disable=None, file=sys.stderr) as bar:

            def tell(step: str) -> None:
                bar.set_postfix_str(step)
                bar.update()

            trained = train(material, options["folds"], tell)
        self.stdout.write(tables(trained))
        if not options["only_measure"]:
            folder = options["output"]
            _write(trained.model.weights, folder / WEIGHTS_FILE.name if folder else WEIGHTS_FILE)
            _write(trained.model.calibration, folder / CALIBRATION_FILE.name if folder else CALIBRATION_FILE)
            self.stderr.write(f"Written: {trained.model.version}.")


def tables(trained: Trained) -> str:
    """What is read, and how sure, as Markdown."""
    named = {"by hand": trained.before, "learned": trained.unseen, "learned from half": trained.half}
    taken = ", ".join(trained.model.weights["learned"]) or "none"
    return "\n\n".join(
        (
            f"Version {trained.model.version}. Learned weights are taken for: {taken}.",
            report.by_set(named),
            report.by_field(named),
            report.certainty_by_set(trained.unseen),
            report.certainty_by_field(trained.unseen),
        )
    )


def model_before(weights: Path) -> Model:
    """The hand-set weights with the calibration as it is. Raises CommandError."""
    try:
        return read_model(weights)
    except (OSError, ValueError) as error:
        raise CommandError(f"{weights} cannot be read: {error}") from None


def _write(content: dict[str, Any], path: Path) -> None:
    """JSON with a line for each small table."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_told(content, 0) + "\n", encoding="utf-8")


def _told(content: Any, depth: int) -> str:
    if depth == 2 or not isinstance(content, dict) or not any(isinstance(each, dict) for each in content.values()):
        return json.dumps(content, ensure_ascii=False)
    pad = "  " * (depth + 1)
    lines = (f"{pad}{json.dumps(key)}: {_told(each, depth + 1)}" for key, each in content.items())
    return "{\n" + ",\n".join(lines) + "\n" + "  " * depth + "}"
