"""`python -m bench.turned [--pages N]`: dev documents lying, leaning and standing on their head, against themselves upright.

Each first page of the digital dev invoices is read as it is, turned with and without saying so, and as a clean scan that lies
and leans. Told are the share of values that are the same as upright (digital against digital, scan against upright scan), the
share of pages whose turn was found, and how far 95 % of the words stand at most from where they should, in points.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Iterable
from pathlib import Path

from docflow.sandbox import Sandbox
from documents.extraction.layout import Page
from documents.extraction.synthesis import turned
from documents.extraction.whole_file import Outcome, Wishes, read_bytes

ROOT = Path(__file__).resolve().parents[1]
SETS = ("invoices", "einvoice")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.turned", description=__doc__)
    parser.add_argument("--pages", type=int, default=8, help="how many documents")
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data" / "dev", help="the dev data")
    options = parser.parse_args()
    files = [path for name in SETS for path in sorted((options.data / name / "files").glob("*.pdf"))]
    files = files[:: max(1, len(files) // options.pages)][: options.pages]
    if not files:
        parser.error(f"{options.data} holds no PDFs; say where the data lies with --data")
    with Sandbox() as box:
        print(f"{len(files)} documents\n{'way':<22}{'same values':>12}{'turn found':>12}{'95 % of words within':>22}")
        digital = [turned.joined([path.read_bytes()], pages=[0]) for path in files]
        _table(box, digital, [("digital", 0, 0.0)], upright=[read(box, each) for each in digital])
        straight = [read(box, turned.scanned(each)) for each in digital]
        _table(box, digital, _SCANS, upright=straight)
    return 0


_SCANS = [("scan", degrees, 0.0) for degrees in (90, 180, 270)]
_SCANS += [("scan", 0, lean) for lean in (-5.0, -3.0, -1.0, 1.0, 3.0, 5.0)] + [("scan", 90, 2.0), ("scan", 180, -2.0)]


def _table(box: Sandbox, pages: list[bytes], ways: Iterable[tuple[str, int, float]], upright: list[Outcome]) -> None:
    for kind, degrees, lean in ways:
        if kind == "scan":
            _row(f"scan {degrees:>3}, leans {lean:+.0f}", degrees, lean, upright, [
                read(box, turned.scanned(page, degrees, lean)) for page in pages])  # fmt: skip
            continue
        for name, turn in (("/Rotate", turned.said), ("content turned", turned.unsaid)):
            for by in (90, 180, 270):
                _row(f"{name} {by}", by, 0.0, upright, [read(box, turn(page, by)) for page in pages])


def _row(name: str, degrees: int, lean: float, upright: list[Outcome], found: list[Outcome]) -> None:
    same = every = right = 0
    apart: list[float] = []
    for straight, outcome in zip(upright, found, strict=True):
        expected, got = values(straight), values(outcome)
        every += len(expected)
        same += sum(got.get(key) == value for key, value in expected.items())
        if outcome.pages and straight.pages and outcome.pages[0].rotation == (straight.pages[0].rotation + degrees) % 360:
            right += 1
            apart += distances(outcome.pages[0], straight.pages[0], lean)
    apart.sort()
    far = apart[int(0.95 * (len(apart) - 1))] if apart else math.nan
    print(f"{name:<22}{same / max(every, 1):>12.1%}{right / len(found):>12.0%}{far:>22.1f}", flush=True)


def read(box: Sandbox, pdf: bytes) -> Outcome:
    return read_bytes(box, pdf, "page.pdf", Wishes())


def values(outcome: Outcome) -> dict[str, object]:
    return {field.key: field.value for field in outcome.findings.fields if field.value} if outcome.findings else {}


def distances(page: Page, upright: Page, lean: float) -> list[float]:
    """Of each word that stands once on both: from its middle to where the upright one's goes when the page leans."""
    once = {word.text: word.box for word in upright.words if sum(each.text == word.text for each in upright.words) == 1}
    sine, cosine = math.sin(math.radians(lean)), math.cos(math.radians(lean))
    found = []
    for word in page.words:
        if len(word.text) > 3 and word.text in once:
            across, down = once[word.text].center - upright.width / 2, once[word.text].middle - upright.height / 2
            x = page.width / 2 + across * cosine - down * sine
            y = page.height / 2 + across * sine + down * cosine
            found.append(math.hypot(word.box.center - x, word.box.middle - y))
    return found


if __name__ == "__main__":
    sys.exit(main())
