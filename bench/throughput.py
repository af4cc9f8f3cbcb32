#!/usr/bin/env python3
"""How fast docflow takes documents in: from upload over HTTP to ready for review, against the bare libraries in the same run.

usage: throughput.py [--digital N] [--scans N] [--workers 1 2] [--json FILE]

Two-page digital PDFs and one-page scans are made by docflow's own generator. For each number of workers the real site
starts in a fresh temporary data folder (file database, no other services); one document of each kind and worker goes
through first and is not counted. The clock runs from the first byte sent to the moment at which no document is New or
Processing. Bare work: the same pages in one process, without HTTP and database: text and boxes by pypdfium2, and the
`tesseract` program on the page's picture. CPU ratio = processor time per page of all processes of the site / that of
the bare work; it holds on a busy machine too. Ratio = pages per second of docflow / pages per second of the bare work.
The last line of stdout is JSON. The load before the start is printed.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import httpx
import pypdfium2 as pdfium

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from documents.extraction.synthesis.samples import Sample, digital_invoice, scanned_invoice  # noqa: E402

DPI = 200  # of the scans, and of the picture that tesseract gets
LANGUAGES = ("en", "de", "fr")
TESSERACT_LANGUAGES = "eng+deu+fra"  # what the site looks for, too
UNFINISHED = [("status", "New"), ("status", "Processing")]
SENDERS = 4
ASKED_EVERY = 0.4  # seconds; each question costs the site some 20 ms of processor time, which is counted as its own


class BenchError(Exception):
    """The measurement cannot be made or would not be honest."""


@dataclass(frozen=True)
class Work:
    """The documents of one kind: those that warm the site up, and those that are timed."""

    kind: str
    warm: list[Sample]
    timed: list[Sample]

    @property
    def pages(self) -> int:
        return sum(page_count(sample) for sample in self.timed)


@dataclass(frozen=True)
class Measured:
    """One row of the table. `seconds` is wall time for all documents of the row, `cpu` the processor time of all processes."""

    what: str
    kind: str
    documents: int
    pages: int
    seconds: float
    cpu: float

    @property
    def documents_per_second(self) -> float:
        return self.documents / self.seconds

    @property
    def pages_per_second(self) -> float:
        return self.pages / self.seconds

    @property
    def cpu_per_page(self) -> float:
        return self.cpu / self.pages


def main() -> int:
    asked = arguments()
    load = os.getloadavg()[0]
    say(f"load before the start {load:.2f} on {os.cpu_count()} processors; making the documents")
    spare = max(asked.workers, default=0)
    works = [
        Work("digital", *split(digital_pdfs(asked.digital + spare), spare)),
        Work("scan", *split(scans(asked.scans + spare), spare)),
    ]
    works = [work for work in works if work.timed]
    bare = {work.kind: (bare_text if work.kind == "digital" else bare_tesseract)(work) for work in works}
    rows = list(bare.values())
    for workers in asked.workers:
        rows += measured_site(workers, works, asked.deadline)
    print(table(rows, bare))
    result = json.dumps(
        {"cpus": os.cpu_count(), "load": round(load, 2), "rows": [as_json(row, bare[row.kind]) for row in rows]}
    )
    print(result)
    if asked.json:
        asked.json.write_text(result + "\n")
    return 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Documents and pages per second, from upload to ready for review.")
    parser.add_argument("--digital", type=int, default=24, help="digital PDFs of two pages (default 24)")
    parser.add_argument("--scans", type=int, default=8, help="scanned PDFs of one page (default 8)")
    parser.add_argument(
        "--workers", type=int, nargs="*", default=[1, 2], help="numbers of workers (default 1 2; none: bare only)"
    )
    parser.add_argument("--deadline", type=float, default=240, help="seconds after which a run is given up (default 240)")
    parser.add_argument("--json", type=Path, help="also write the JSON line to this file")
    return parser.parse_args()


def say(text: str) -> None:
    print(f"[{time.strftime('%H:%M:%S')}] {text}", file=sys.stderr, flush=True)


def split(samples: list[Sample], spare: int) -> tuple[list[Sample], list[Sample]]:
    return samples[:spare], samples[spare:]


def digital_pdfs(count: int) -> list[Sample]:
    """`count` invoices of exactly two pages, in three languages and two layouts."""
    found: list[Sample] = []
    seed = 1000
    while len(found) < count:
        sample = digital_invoice(seed, LANGUAGES[seed % 3], ("letter", "ledger")[seed % 2], lines=30)
        if page_count(sample) == 2:
            found.append(sample)
        seed += 1
    return found


def scans(count: int) -> list[Sample]:
    """`count` one-page scans without a text layer."""
    return [
        scanned_invoice(seed, LANGUAGES[seed % 3], ("letter", "band")[seed % 2], lines=7, dpi=DPI)
        for seed in range(2000, 2000 + count)
    ]


def page_count(sample: Sample) -> int:
    document = pdfium.PdfDocument(sample.data)
    try:
        return len(document)
    finally:
        document.close()


def bare_text(work: Work) -> Measured:
    """Words and boxes of every page by pypdfium2 alone."""
    started, busy, words, boxes = time.perf_counter(), cpu_seconds(os.getpid()), 0, 0
    for sample in work.timed:
        document = pdfium.PdfDocument(sample.data)
        for page in document:
            text = page.get_textpage()
            words += len(text.get_text_range().split())
            boxes += len([text.get_rect(number) for number in range(text.count_rects())])
            text.close()
            page.close()
        document.close()
    seconds, cpu = time.perf_counter() - started, cpu_seconds(os.getpid()) - busy
    say(f"bare pypdfium2 read {words} words in {boxes} boxes")
    return Measured("bare pypdfium2", work.kind, len(work.timed), work.pages, seconds, cpu)


def bare_tesseract(work: Work) -> Measured:
    """Words of every page by the `tesseract` program, one page after the other, one thread; the rendering is not counted."""
    with tempfile.TemporaryDirectory(prefix="docflow-bench-") as folder:
        pictures = [Path(folder) / f"{number}.png" for number in range(len(work.timed))]
        for sample, picture in zip(work.timed, pictures, strict=True):
            document = pdfium.PdfDocument(sample.data)
            document[0].render(scale=DPI / 72, grayscale=True).to_pil().save(picture, dpi=(DPI, DPI))
            document.close()
        started, busy, words = time.perf_counter(), cpu_seconds(os.getpid()), 0
        for picture in pictures:
            command = ["tesseract", str(picture), "stdout", "-l", TESSERACT_LANGUAGES, "--psm", "3"]
            done = subprocess.run(command, check=True, capture_output=True, env={**os.environ, "OMP_THREAD_LIMIT": "1"})
            words += len(done.stdout.split())
        seconds, cpu = time.perf_counter() - started, cpu_seconds(os.getpid()) - busy
    say(f"bare tesseract read {words} words")
    return Measured("bare tesseract", work.kind, len(work.timed), work.pages, seconds, cpu)


def measured_site(workers: int, works: list[Work], deadline: float) -> list[Measured]:
    """Starts the site with `workers` workers and times each kind of document in turn."""
    say(f"starting the site with {workers} worker(s)")
    rows = []
    with tempfile.TemporaryDirectory(prefix="docflow-bench-") as folder, site(Path(folder), workers) as (client, pid):
        place = inbox(client)
        taken_in(client, place, [sample for work in works for sample in work.warm[:workers]], deadline)
        for work in works:
            say(f"{len(work.timed)} documents: {work.kind}, {workers} worker(s)")
            busy = cpu_seconds(pid)
            seconds = taken_in(client, place, work.timed, deadline)
            cpu = cpu_seconds(pid) - busy
            named = f"docflow, {workers} worker{'s'[: workers > 1]}"
            rows.append(Measured(named, work.kind, len(work.timed), work.pages, seconds, cpu))
        refuse_failures(client)
    return rows


def taken_in(client: httpx.Client, place: dict[str, int], samples: list[Sample], deadline: float) -> float:
    """Uploads `samples` and waits until all are read; returns the seconds it took."""
    started = time.perf_counter()
    with ThreadPoolExecutor(SENDERS) as senders:
        list(senders.map(lambda sample: send(client, sample, place), samples))
    wait_until_read(client, time.monotonic() + deadline)
    return time.perf_counter() - started


@contextmanager
def site(folder: Path, workers: int) -> Iterator[tuple[httpx.Client, int]]:
    """The real site in `folder`, with an organization and a key, and its process id; ends its processes afterwards."""
    dropped = ("DATABASE_URL", "BROKER_URL", "STORAGE_URL")
    surroundings = {name: value for name, value in os.environ.items() if name not in dropped}
    surroundings |= {"DOCFLOW_DATA_DIR": str(folder), "DOCFLOW_OFFLINE": "1", "DOCFLOW_LOG_LEVEL": "WARNING"}
    manage(surroundings, "migrate", "--verbosity", "0")
    manage(surroundings, "create_organization", "Throughput", "--plan", "unlimited")
    key = manage(surroundings, "create_key", "--organization", "Throughput", "--scopes", "*").split()[-1]
    port = free_port()
    log = (folder / "serve.log").open("w+b")
    command = [sys.executable, "manage.py", "serve", "--host", "127.0.0.1", "--port", str(port), "--workers", str(workers)]
    running = subprocess.Popen(command, cwd=ROOT, env=surroundings, stdout=log, stderr=log, start_new_session=True)
    try:
        base = f"http://127.0.0.1:{port}"
        with httpx.Client(base_url=base, headers={"Authorization": f"Bearer {key}"}, timeout=60) as client:
            wait_for_health(client, running, log.name)
            yield client, running.pid
    finally:
        stop(running)
        log.close()


def cpu_seconds(root: int) -> float:
    """Processor time of a process, its living descendants and all that they have waited for. Reads /proc."""
    times, parents = {}, {}
    for entry in Path("/proc").iterdir():
        with suppress(OSError):
            if entry.name.isdigit():
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                parents[int(entry.name)] = int(fields[1])
                times[int(entry.name)] = sum(int(field) for field in fields[11:15])
    family = [root]
    for pid in family:
        family += [child for child, parent in parents.items() if parent == pid]
    return sum(times.get(pid, 0) for pid in family) / os.sysconf("SC_CLK_TCK")


def manage(surroundings: dict[str, str], *words: str) -> str:
    """What a command of manage.py prints on stdout."""
    done = subprocess.run([sys.executable, "manage.py", *words], cwd=ROOT, env=surroundings, capture_output=True, text=True)
    if done.returncode:
        raise BenchError(f"manage.py {words[0]} failed:\n{done.stderr.strip()[-2000:]}")
    return done.stdout


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_health(client: httpx.Client, running: subprocess.Popen[bytes], log: str) -> None:
    limit = time.monotonic() + 60
    while time.monotonic() < limit:
        if running.poll() is not None:
            break
        with suppress(httpx.TransportError):
            if client.get("/healthz").status_code == 200:
                return
        time.sleep(0.2)
    raise BenchError(f"the site did not start:\n{Path(log).read_text(errors='replace')[-2000:]}")


def stop(running: subprocess.Popen[bytes]) -> None:
    """Asks the supervisor to end; what is left of its session after 20 s is killed."""
    running.terminate()
    try:
        running.wait(20)
    except subprocess.TimeoutExpired:
        os.killpg(running.pid, signal.SIGKILL)
        running.wait(10)


def inbox(client: httpx.Client) -> dict[str, int]:
    """The built-in contact and its folder Inbox, as an upload names them."""
    contacts = answer(client.get("/api/contacts", params={"limit": 200}))["contacts"]
    system = next(each for each in contacts if each["is_system"])
    folder = next(each for each in system["folders"] if each["name"] == "Inbox")
    return {"contact_id": system["id"], "folder_id": folder["id"]}


def send(client: httpx.Client, sample: Sample, place: dict[str, int]) -> None:
    file = (sample.filename, sample.data, sample.media_type)
    answer(client.post("/api/documents/upload", data={name: str(each) for name, each in place.items()}, files={"file": file}))


def wait_until_read(client: httpx.Client, limit: float) -> None:
    """Waits until no document is New or Processing."""
    while answer(client.get("/api/documents", params=[*UNFINISHED, ("limit", "1")]))["total"]:
        if time.monotonic() > limit:
            raise BenchError("not all documents were read before the deadline")
        time.sleep(ASKED_EVERY)


def refuse_failures(client: httpx.Client) -> None:
    """A document that could not be read is quick; a run with one measures nothing."""
    failed = answer(client.get("/api/documents", params={"status": "Exception"}))["total"]
    if failed:
        raise BenchError(f"{failed} documents ended as Exception")


def answer(response: httpx.Response) -> dict:
    if response.status_code >= 400:
        raise BenchError(f"{response.request.url} answered {response.status_code}: {response.text[:300]}")
    return dict(response.json())


def as_json(row: Measured, bare: Measured) -> dict[str, object]:
    return {
        **asdict(row),
        "seconds": round(row.seconds, 3),
        "cpu": round(row.cpu, 2),
        "documents_per_second": round(row.documents_per_second, 3),
        "pages_per_second": round(row.pages_per_second, 3),
        "cpu_per_page": round(row.cpu_per_page, 4),
        "ratio": round(row.pages_per_second / bare.pages_per_second, 4),
        "cpu_ratio": round(row.cpu_per_page / bare.cpu_per_page, 2),
    }


def table(rows: list[Measured], bare: dict[str, Measured]) -> str:
    """The rows by kind. `ratio`: pages a second against bare; `CPU ratio`: processor time a page against bare."""
    heads = ("documents", "pages", "seconds", "documents/s", "pages/s", "ratio", "CPU s/page", "CPU ratio")
    lines = [f"{'':20}" + "".join(f"{head:>13}" for head in heads)]
    for kind, first in bare.items():
        lines.append("digital PDFs, two pages" if kind == "digital" else "scanned PDFs, one page")
        for row in (each for each in rows if each.kind == kind):
            told = as_json(row, first)
            keys = (
                "documents",
                "pages",
                "seconds",
                "documents_per_second",
                "pages_per_second",
                "ratio",
                "cpu_per_page",
                "cpu_ratio",
            )
            lines.append(f"  {row.what:18}" + "".join(f"{told[key]!s:>13}" for key in keys))
    return "\n".join(lines)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BenchError as error:
        sys.exit(f"throughput: {error}")
