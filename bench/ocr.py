#!/usr/bin/env python3
"""How well and how fast the engines read: Tesseract, RapidOCR as it ships, our runner on its models, and the choice.

usage: python -m bench.ocr [--data DIR] [--all] [--engines NAME ...] [--json FILE]

Pictures: receipts (sroie) and invoices as images (invoices_scan) of the dev data; without --all 16 and 12 of them,
always the same, chosen by the hash of their names. Each engine runs in a process of its own, one thread, one page after
another, after one page that is not counted. Every engine gets the same grey picture, PDF pages drawn at 200 dpi.

word F1      invoices_scan only, which come from PDF files with a text layer: that layer's words are the transcription.
             Words are split at white space, folded (NFKC, lower case), bared of punctuation at both ends, empty ones
             dropped. F1 of the two bags of words, all pages together. What has no such layer is left out.
values       the share of true values that stand in the text, after everything but letters and digits is dropped from
             both and case is folded: for sroie company, date, address and total as labelled (no transcription exists);
             for invoices_scan number, total (as digits), IBAN, VAT id and vendor.
label words  sroie only: the share of the words of those labels that were read, as words.
CPU          processor seconds a page, all processes of the engine.
memory       most resident memory of the engine's process, in MB; tesseract's own processes by themselves (the greater).
start        seconds from nothing to an engine that is warm.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import resource
import subprocess
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from PIL import Image  # noqa: E402

ENGINES = ("tesseract", "rapidocr", "paddle", "auto")
LANGUAGES = ("eng", "deu", "fra", "nld")
SETS = {"sroie": 16, "invoices_scan": 12}
DPI = 200
VALUES = ("vendor", "vendor_vat_id", "invoice_number", "total_amount", "iban")

Read = Callable[[Image.Image], str]


@dataclass(frozen=True)
class Document:
    """One document: its file, the values that stand on it, the words of its text layer where it had one."""

    id: str
    file: Path
    values: dict[str, str]
    words: tuple[str, ...]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data" / "dev", help="the dev data")
    parser.add_argument("--all", action="store_true", help="every picture instead of the sample")
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=ENGINES)
    parser.add_argument("--json", type=Path, help="write every figure here too")
    parser.add_argument("--alone", choices=ENGINES, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if not options.data.is_dir():
        parser.error(f"{options.data} does not exist; say where the data lies with --data")
    if options.alone:
        return _alone(options.alone, options.data, every=options.all)
    print(f"load before the start: {os.getloadavg()[0]:.1f}", file=sys.stderr)
    figures = [figure for name in options.engines for figure in _measured(name, options.data, every=options.all)]
    print(_table(figures))
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1))
    return 0


def _measured(name: str, data: Path, *, every: bool) -> Iterator[dict[str, Any]]:
    """The figures of one engine, one for each set. It runs in a process of its own, with one thread."""
    threads = {key: "1" for key in ("OMP_NUM_THREADS", "OMP_THREAD_LIMIT", "OPENBLAS_NUM_THREADS")}
    command = [sys.executable, "-m", "bench.ocr", "--alone", name, "--data", str(data), *(["--all"] if every else [])]
    run = subprocess.run(command, cwd=ROOT, env=os.environ | threads, stdout=subprocess.PIPE, check=True)
    answers = [json.loads(line) for line in run.stdout.splitlines()]
    about = answers.pop()
    for kind in SETS:
        read = {answer["id"]: answer for answer in answers if answer["set"] == kind}
        yield {"engine": name, "set": kind, **_judged(list(documents(data, kind, every=every)), read), **about}


def _alone(name: str, data: Path, *, every: bool) -> int:
    """Reads all pictures by one engine; an answer a line."""
    began = time.perf_counter()
    read = _reader(name)
    every_set = {kind: list(documents(data, kind, every=every)) for kind in SETS}
    started = time.perf_counter()
    read(next(_pages(every_set["sroie"][0].file)))
    start = time.perf_counter() - started
    for kind, group in every_set.items():
        for document in group:
            pictures = list(_pages(document.file))
            before = _cpu()
            text = "\n".join(read(picture) for picture in pictures)
            cpu = _cpu() - before
            told = {"id": document.id, "set": kind, "pages": len(pictures), "cpu": cpu, "text": text}
            sys.stdout.write(json.dumps(told) + "\n")
            sys.stderr.write(f"\r{name} {document.id:50}")
    sys.stderr.write(f"\r{name}: {time.perf_counter() - began:.0f} s{'':50}\n")
    memory = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    sys.stdout.write(json.dumps({"memory": memory / 1024, "start": start}) + "\n")
    return 0


def _reader(name: str) -> Read:
    if name == "rapidocr":
        return _stock()
    from documents.extraction.ocr import recognize_page

    def read(picture: Image.Image) -> str:
        width, height = picture.size
        return recognize_page(picture, number=1, width=width, height=height, languages=LANGUAGES, engine=name).text

    return read


def _stock() -> Read:
    """RapidOCR by its own interface, as it ships but for one thread and silence."""
    import numpy as np
    from rapidocr import RapidOCR

    one_thread = {"EngineConfig.onnxruntime.intra_op_num_threads": 1, "EngineConfig.onnxruntime.inter_op_num_threads": 1}
    engine = RapidOCR(params={**one_thread, "Global.log_level": "error"})

    def read(picture: Image.Image) -> str:
        return "\n".join(engine(np.asarray(picture.convert("RGB"))[:, :, ::-1]).txts or ())

    return read


def documents(data: Path, kind: str, *, every: bool) -> Iterator[Document]:
    rows = [json.loads(line) for line in (data / kind / "truth.jsonl").read_text().splitlines() if line.strip()]
    sources = _sources(data) if kind == "invoices_scan" else {}
    rows.sort(key=lambda row: hashlib.sha256(row["id"].encode()).hexdigest())
    for row in rows if every else rows[: SETS[kind]]:
        wanted = row["raw"] if kind == "sroie" else {key: row["expected"].get(key) for key in VALUES}
        words = tuple(_layer(sources[row["derived_from"]])) if row.get("derived_from") in sources else ()
        yield Document(row["id"], data / kind / row["file"], {key: text for key, text in wanted.items() if text}, words)


def _sources(data: Path) -> dict[str, Path]:
    found = {}
    for kind in ("einvoice", "invoices"):
        for line in (data / kind / "truth.jsonl").read_text().splitlines():
            row = json.loads(line)
            found[row["id"]] = data / kind / row["file"]
    return found


def _layer(path: Path) -> Iterator[str]:
    import pypdfium2 as pdfium

    document = pdfium.PdfDocument(path)
    for page in document:
        yield from _words(page.get_textpage().get_text_bounded())


def _pages(path: Path) -> Iterator[Image.Image]:
    """Grey pictures of all pages."""
    if path.suffix == ".pdf":
        import pypdfium2 as pdfium

        for page in pdfium.PdfDocument(path):
            yield page.render(scale=DPI / 72, grayscale=True).to_pil().copy()
        return
    with Image.open(path) as picture:
        for number in range(getattr(picture, "n_frames", 1)):
            picture.seek(number)
            yield picture.convert("L")


def _judged(group: list[Document], read: dict[str, dict[str, Any]]) -> dict[str, float]:
    right = told = printed = present = wanted = label_words = labels_read = 0
    for document in group:
        text = read[document.id]["text"]
        found, squeezed = Counter(_words(text)), _squeezed(text)
        if document.words:
            right += sum((found & Counter(document.words)).values())
            told, printed = told + sum(found.values()), printed + len(document.words)
        for value in document.values.values():
            wanted, present = wanted + 1, present + (_squeezed(value) in squeezed)
            label = Counter(_words(value))
            label_words, labels_read = label_words + sum(label.values()), labels_read + sum((label & found).values())
    pages = sum(read[document.id]["pages"] for document in group)
    return {
        "documents": len(group),
        "pages": pages,
        "word_f1": 2 * right / (told + printed) if printed else float("nan"),
        "values": present / wanted,
        "label_words": labels_read / label_words,
        "cpu": sum(read[document.id]["cpu"] for document in group) / pages,
    }


def _words(text: str) -> Iterator[str]:
    for word in unicodedata.normalize("NFKC", text).casefold().split():
        if bare := re.sub(r"^[\W_]+|[\W_]+$", "", word):
            yield bare


def _squeezed(text: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).casefold())


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def _table(figures: list[dict[str, Any]]) -> str:
    stock = {figure["set"]: figure["cpu"] for figure in figures if figure["engine"] == "rapidocr"}
    rows = [
        "| set | engine | word F1 | values | label words | CPU s a page | of stock | memory MB | start s |",
        "|" + "---|" * 9,
    ]
    for kind in SETS:
        for figure in figures:
            if figure["set"] == kind:
                of_stock = f"{figure['cpu'] / stock[kind]:.2f}" if kind in stock else ""
                f1, labels = (f"{figure['word_f1']:.3f}", "") if kind != "sroie" else ("", f"{figure['label_words']:.3f}")
                rows.append(
                    f"| {kind} ({figure['pages']}) | {figure['engine']} | {f1} | {figure['values']:.3f} | {labels} "
                    f"| {figure['cpu']:.2f} | {of_stock} | {figure['memory']:.0f} | {figure['start']:.1f} |"
                )
    return "\n".join(rows)


if __name__ == "__main__":
    sys.exit(main())
