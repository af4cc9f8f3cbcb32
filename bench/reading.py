#!/usr/bin/env python3
"""How fast pages are read, against the bare libraries in the same run: `python -m bench.reading`.

The documents are made by docflow's own generator: a long digital PDF, and scans. Each row reads the same pages:

- pypdfium2, pdfminer.six: bare, in one process: words with the box around their characters. pdfminer with its own layout
  analysis, on the first pages only.
- reader: docflow's reader in the same process: words with boxes, what nobody sees left out, reading order, soundness.
- docflow: the same as a worker does it, page by page in the sandboxed child, each answer checked; with 1, 2, ... workers.
- engine: bare recognition of the page's picture as it lies in the PDF, by the engine that docflow chose for those pages, with
  one thread.

Seconds are the least of several rounds that take turns; CPU is of all processes, and its ratio holds on a busy machine too.
"same words": the share of the words of pypdfium2 that docflow's reader gives, too, page by page. The last line of stdout is
JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pypdfium2 as pdfium
from pdfminer.high_level import extract_pages
from pdfminer.layout import LTChar, LTTextContainer, LTTextLine

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from docflow.sandbox import Sandbox  # noqa: E402
from documents.extraction import reading  # noqa: E402
from documents.extraction.layout import Page  # noqa: E402
from documents.extraction.ocr.choice import chosen  # noqa: E402
from documents.extraction.readers import pdf  # noqa: E402
from documents.extraction.synthesis.layouts import LAYOUTS  # noqa: E402
from documents.extraction.synthesis.samples import PDF, digital_invoice, scanned_invoice  # noqa: E402

LANGUAGES = ("eng", "deu", "fra")
Words = list[Counter[str]]


@dataclass
class Row:
    """What reading some pages took; `against` names the row that `ratio` is measured by."""

    what: str
    kind: str
    pages: int
    seconds: float
    cpu: float
    against: str = ""
    ratio: float = 1.0
    cpu_ratio: float = 0.0


def main() -> int:
    asked = arguments()
    os.environ["OMP_THREAD_LIMIT"] = "1"  # as in the sandbox: one thread for each recognition
    rows: list[Row] = []
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if asked.digital:
            rows += digital(long_digital(folder / "digital.pdf", asked.digital), asked)
        if asked.scans:
            rows += scans(long_scan(folder / "scan.pdf", asked.scans), asked)
    print(f"load before the start {load:.2f} on {os.cpu_count()} processors")
    print(f"{'':28}{'pages':>7}{'pages/s':>10}{'CPU ms/page':>13}{'time':>8}{'CPU':>8}  of")
    for row in rows:
        print(
            f"{row.kind + ' ' + row.what:28}{row.pages:7}{row.pages / row.seconds:10.1f}"
            f"{format(1000 * row.cpu / row.pages, '.1f') if row.cpu else '':>13}{row.ratio:7.2f}x"
            f"{format(row.cpu_ratio, '.2f') + 'x' if row.cpu_ratio else '':>8}  {row.against}"
        )
    print(json.dumps({"cpus": os.cpu_count(), "load": round(load, 2), "rows": [row.__dict__ for row in rows]}))
    return 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Pages read per second, beside the bare libraries.")
    parser.add_argument("--digital", type=int, default=200, metavar="N", help="pages of a text layer (default 200; 0: none)")
    parser.add_argument("--scans", type=int, default=6, metavar="N", help="scanned pages (default 6; 0: none)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds, of which the fastest counts (default 3)")
    parser.add_argument("--workers", type=int, nargs="*", default=[1, 2], help="numbers of worker processes (default 1 2)")
    return parser.parse_args()


# --- Documents --------------------------------------------------------------------------------------------------------


def long_digital(path: Path, pages: int) -> Path:
    names = tuple(LAYOUTS)
    made = (
        digital_invoice(seed, ("en", "de", "fr")[seed % 3], names[seed % len(names)], lines=20 + seed % 20).data
        for seed in range(1, pages + 1)
    )
    return _joined(made, pages, path)


def long_scan(path: Path, pages: int) -> Path:
    names = tuple(LAYOUTS)
    made = (
        scanned_invoice(seed, ("en", "de", "fr")[seed % 3], names[seed % len(names)], lines=8, dpi=200).data
        for seed in range(1, pages + 1)
    )
    return _joined(made, pages, path)


def _joined(files: Iterator[bytes], pages: int, path: Path) -> Path:
    """The first so many pages of all of them in one file."""
    whole = pdfium.PdfDocument.new()
    while len(whole) < pages:
        part = pdfium.PdfDocument(next(files))
        whole.import_pages(part, list(range(min(len(part), pages - len(whole)))))
        part.close()
    whole.save(path)
    whole.close()
    return path


# --- What is measured -------------------------------------------------------------------------------------------------


def bare_pdfium(path: Path) -> Words:
    document, found = pdfium.PdfDocument(path), []
    for index in range(len(document)):
        page = document[index]
        textpage, height, words = page.get_textpage(), page.get_height(), []
        for match in re.finditer(r"\S+", textpage.get_text_range()):
            boxes = [textpage.get_charbox(place) for place in range(*match.span())]
            box = (
                min(box[0] for box in boxes), height - max(box[3] for box in boxes),
                max(box[2] for box in boxes), height - min(box[1] for box in boxes),
            )  # fmt: skip
            words.append((match.group(), box))
        textpage.close()
        page.close()
        found.append(Counter(word for word, _ in words))
    document.close()
    return found


def bare_pdfminer(path: Path, pages: int) -> int:
    words = 0
    for sheet in extract_pages(path, maxpages=pages):
        for line in (line for block in sheet if isinstance(block, LTTextContainer) for line in block):
            letters: list[LTChar] = []
            for each in [*line, None] if isinstance(line, LTTextLine) else ():
                if isinstance(each, LTChar) and each.get_text().strip():
                    letters.append(each)
                elif letters:
                    _box = (letters[0].x0, min(x.y0 for x in letters), letters[-1].x1, max(x.y1 for x in letters))
                    words, letters = words + 1, []
    return words


def own_reader(path: Path) -> Words:
    document = pdfium.PdfDocument(path)
    pages = len(document)
    document.close()
    read = (pdf.read_page(path, number, None) for number in range(1, pages + 1))
    return [Counter(word.text for word in page.words) if isinstance(page, Page) else Counter() for page in read]


def in_the_sandbox(path: Path, box: Sandbox) -> list[Page]:
    with box.work() as work:
        work.put(reading.FILE, path)
        return list(reading.read_pages(work, PDF, languages=LANGUAGES, max_pages=10_000))


_box: Sandbox | None = None


def _worker(path: str) -> int:
    """In a worker process: its own child, warm from one file to the next."""
    global _box
    _box = _box or Sandbox()
    return len(in_the_sandbox(Path(path), _box))


def with_workers(number: int, path: Path, pages: int, rounds: int) -> float:
    """Seconds a page while `number` workers read the same long file at once."""
    with ProcessPoolExecutor(number) as pool:
        list(pool.map(_worker, [str(path)] * number))  # warm
        least = float("inf")
        for _ in range(rounds):
            began = time.perf_counter()
            list(pool.map(_worker, [str(path)] * number))
            least = min(least, time.perf_counter() - began)
    return least / (pages * number)


def digital(path: Path, asked: argparse.Namespace) -> list[Row]:
    pages, few = asked.digital, min(20, asked.digital)
    with Sandbox() as box:
        in_the_sandbox(path, box)
        measured = _rounds(
            asked.rounds,
            {
                "pypdfium2": lambda: bare_pdfium(path),
                "reader": lambda: own_reader(path),
                "docflow": lambda: in_the_sandbox(path, box),
                "pdfminer.six": lambda: bare_pdfminer(path, few),
            },
        )
    bare, ours = bare_pdfium(path), own_reader(path)
    kept = sum((one & other).total() for one, other in zip(bare, ours, strict=True))
    print(f"same words: {kept / sum(words.total() for words in bare):.4f} of {sum(words.total() for words in bare)}")
    rows = [
        Row(what, "digital", few if what == "pdfminer.six" else pages, *took, against="pypdfium2")
        for what, took in measured.items()
    ]
    return _compared(rows, "pypdfium2") + workers("digital", path, pages, asked)


def scans(path: Path, asked: argparse.Namespace) -> list[Row]:
    with Sandbox() as box:
        pages = in_the_sandbox(path, box)
        name = Counter(page.engine for page in pages).most_common(1)[0][0]
        pictures, by = _pictures(path), chosen(name, LANGUAGES)
        by.read(pictures[0], LANGUAGES, may_be_turned=False)
        measured = _rounds(
            asked.rounds,
            {
                f"engine {name}": lambda: [by.read(picture, LANGUAGES, may_be_turned=True) for picture in pictures],
                "docflow": lambda: in_the_sandbox(path, box),
            },
        )
    rows = [Row(what, "scan", len(pages), *took, against=f"engine {name}") for what, took in measured.items()]
    return _compared(rows, f"engine {name}") + workers("scan", path, len(pages), asked)


def _pictures(path: Path) -> list:  # type: ignore[type-arg]
    """Each page's picture as it lies in the file, grey."""
    document = pdfium.PdfDocument(path)
    found = []
    for index in range(len(document)):
        item = next(each for each in document[index].get_objects() if isinstance(each, pdfium.PdfImage))
        found.append(item.get_bitmap().to_pil().convert("L").copy())
    document.close()
    return found


def workers(kind: str, path: Path, pages: int, asked: argparse.Namespace) -> list[Row]:
    rows = []
    for number in asked.workers:
        seconds = with_workers(number, path, pages, asked.rounds)
        rows.append(Row(f"docflow x {number}", kind, pages * number, seconds * pages * number, 0.0, "1 worker"))
    for row in rows:
        row.ratio = (row.seconds / row.pages) / (rows[0].seconds / rows[0].pages)
    return rows


def _rounds(count: int, jobs: dict[str, Callable[[], object]]) -> dict[str, tuple[float, float]]:
    """The least (seconds, CPU seconds) of each job; they take turns, so that a busy moment hits all alike."""
    least = dict.fromkeys(jobs, (float("inf"), float("inf")))
    for _ in range(count):
        for what, job in jobs.items():
            cpu, began = _cpu(), time.perf_counter()
            job()
            took = (time.perf_counter() - began, _cpu() - cpu)
            least[what] = (min(least[what][0], took[0]), min(least[what][1], took[1]))
    return least


def _cpu() -> float:
    """Processor seconds of this process and of all that it started, those that have ended included."""
    ticks: dict[int, tuple[int, int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            values = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has just ended
        ticks[int(folder.name)] = (int(values[1]), sum(map(int, values[11:15])))
    ours, total = {os.getpid()}, 0
    while ours:
        total += sum(ticks[pid][1] for pid in ours if pid in ticks)
        ours = {pid for pid, (parent, _) in ticks.items() if parent in ours}
    return total / os.sysconf("SC_CLK_TCK")


def _compared(rows: list[Row], against: str) -> list[Row]:
    measure = next(row for row in rows if row.what == against)
    for row in rows:
        row.ratio = (row.seconds / row.pages) / (measure.seconds / measure.pages)
        row.cpu_ratio = (row.cpu / row.pages) / (measure.cpu / measure.pages)
    return rows


if __name__ == "__main__":
    sys.exit(main())
