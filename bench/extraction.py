#!/usr/bin/env python3
"""What finding the values costs once the words of a document are known: `python -m bench.extraction`.

The documents are made by docflow's own generator and read beforehand, in this process; what is timed is
`pipeline.find_values` and nothing else, CPU of one thread, the least of several rounds. First a two-page invoice in each
layout, in milliseconds a page; then invoices of more and more pages, in microseconds a word: a column that stays level is
linear. What a million squares take says how quick the machine is just now.
`--profile` also prints where the time of the longest document goes. The last line of stdout is JSON.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import os
import pstats
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from documents.extraction import pipeline  # noqa: E402
from documents.extraction.candidates.dates import dates_in  # noqa: E402
from documents.extraction.candidates.legal_forms import has_legal_form  # noqa: E402
from documents.extraction.layout import Page  # noqa: E402
from documents.extraction.plain import plain  # noqa: E402
from documents.extraction.readers import pdf  # noqa: E402
from documents.extraction.synthesis.layouts import LAYOUTS  # noqa: E402
from documents.extraction.synthesis.samples import digital_invoice  # noqa: E402

Pages = tuple[Page, ...]
TWO_PAGES = 40  # rows of goods
SIZES = (500, 1_000, 2_500, 5_000, 10_000, 20_000)


def main() -> int:
    asked = arguments()
    print(f"load before the start {os.getloadavg()[0]:.2f} on {os.cpu_count()} processors")
    print(f"a million squares: {yardstick():.0f} ms")
    print(f"{'two-page invoice':24}{'pages':>7}{'words':>8}{'ms/page':>10}")
    short = [short_row(layout, asked.rounds) for layout in LAYOUTS]
    print(f"\n{'words':>8}{'pages':>7}{'ms':>10}{'us/word':>10}")
    long = [long_row(size, asked.rounds) for size in SIZES if size <= asked.words]
    if asked.profile:
        profile(SIZES[len(long) - 1])
    print(json.dumps({"two_pages": short, "words": long}))
    return 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Finding values after words are known.")
    parser.add_argument("--rounds", type=int, default=3, help="rounds, of which the quickest counts (default 3)")
    parser.add_argument("--words", type=int, default=20_000, metavar="N", help="the longest document (default 20000)")
    parser.add_argument("--profile", action="store_true", help="also print the functions that take longest")
    return parser.parse_args()


def short_row(layout: str, rounds: int) -> dict[str, Any]:
    pages = next(read for rows in range(TWO_PAGES, 5, -1) if len(read := invoice(layout, rows)) == 2)
    words, each = count(pages), 1000 * seconds(pages, rounds) / 2
    print(f"{layout:24}{len(pages):7}{words:8}{each:10.1f}", flush=True)
    return {"layout": layout, "words": words, "ms_a_page": round(each, 2)}


def long_row(size: int, rounds: int) -> dict[str, Any]:
    pages = long_invoice(size)
    words, took = count(pages), seconds(pages, rounds)
    print(f"{words:8}{len(pages):7}{1000 * took:10.0f}{1e6 * took / words:10.1f}", flush=True)
    return {"words": words, "pages": len(pages), "ms": round(1000 * took, 1), "us_a_word": round(1e6 * took / words, 2)}


def yardstick() -> float:
    """Milliseconds for work that never changes."""
    began = time.process_time()
    sum(number * number for number in range(1_000_000))
    return 1000 * (time.process_time() - began)


def invoice(layout: str, rows: int) -> Pages:
    """The words of an invoice with so many rows of goods."""
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "invoice.pdf"
        file.write_bytes(digital_invoice(5, "de", layout, lines=rows).data)
        total = pdf.open_file(file, Path(name), 10_000)["pages"]
        read = [pdf.read_page(file, number, None) for number in range(1, total + 1)]
    return tuple(each for each in read if isinstance(each, Page))


def long_invoice(words: int) -> Pages:
    """One invoice of about so many words: first and last page of a three-page one, the page between them again and again."""
    first, middle, last = next(read for rows in range(60, 120) if len(read := invoice("letter", rows)) == 3)
    times = max(0, round((words - count((first, last))) / count((middle,))))
    return tuple(replace(page, number=number) for number, page in enumerate((first, *[middle] * times, last), 1))


def count(pages: Pages) -> int:
    return sum(len(page.words) for page in pages)


def find(pages: Pages) -> None:
    pipeline.find_values(pages, einvoice=None, profile=None, filename="invoice.pdf")


def seconds(pages: Pages, rounds: int) -> float:
    """CPU of the quickest round. Each starts like a first one: pages are made anew, texts seen before are forgotten."""
    best = float("inf")
    for _ in range(rounds):
        fresh = tuple(Page.from_json(page.as_json()) for page in pages)
        for known in (plain, has_legal_form, dates_in):
            known.cache_clear()
        began = time.process_time()
        find(fresh)
        best = min(best, time.process_time() - began)
    return best


def profile(size: int) -> None:
    pages = long_invoice(size)
    watch = cProfile.Profile()
    watch.runcall(find, pages)
    pstats.Stats(watch, stream=sys.stdout).sort_stats("cumulative").print_stats(40)


if __name__ == "__main__":
    sys.exit(main())
