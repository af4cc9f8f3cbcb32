"""P9: a hostile file harms only itself. The corpus goes through the real steps, with good files between."""

from __future__ import annotations

import gzip
import os
import pickle
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from docflow.errors import FileError
from docflow.sandbox import Sandbox, Step, Work
from docflow.sandbox.limits import PIXELS_LIMITS, Limits
from docflow.sandbox.steps import FILE, PIXELS
from documents.extraction import handover, reading
from documents.extraction.layout import Page
from documents.extraction.readers import sniff
from tests.fakes.processes import children_of, session_of
from tests.security import hostile_pdf, hostile_pictures
from tests.security.hostile_files import CORPUS, READ, SAMPLES, HostileFile, mutants
from tests.security.hostile_texts import external_entity

LONGEST = 4.0
MOST_PAGES = 500
EXTRA = {"pdfminer": Step("tests.fakes.steps:pdfminer_text", 20, 15)}


class TimedSandbox(Sandbox):
    """Remembers how far a step went over its time."""

    over = -LONGEST

    def ask(self, work: Work, name: str, step: Step, arguments: dict[str, Any]) -> dict[str, Any]:
        started = time.monotonic()
        try:
            return super().ask(work, name, step, arguments)
        finally:
            self.over = max(self.over, time.monotonic() - started - step.wall)


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TimedSandbox]:
    with TimedSandbox(base=tmp_path_factory.mktemp("work"), steps=EXTRA) as box:
        yield box


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TimedSandbox]:
    """For files that use up whatever time they are given."""
    with TimedSandbox(base=tmp_path_factory.mktemp("short"), longest=LONGEST) as box:
        yield box


class Reading:
    """What intake and job do with a file, step after step."""

    def __init__(self, work: Work, recognize: bool = True) -> None:
        self.work, self.recognize = work, recognize
        self.text, self.said = "", ""

    def of(self, name: str, content: bytes) -> str:
        """How it ended: "read", or the reason of the error."""
        try:
            media_type = sniff(content[:65_536], name, archives=True)
            self.work.put("file", content)
            if media_type in ("message/rfc822", "application/zip"):
                self.work.run("unpack", file="file", media_type=media_type)
            else:
                self.read(media_type)
        except FileError as error:
            self.said = error.message
            return error.reason
        return READ

    def read(self, media_type: str) -> None:
        self.work.run("look", file=reading.FILE, media_type=media_type, max_pages=MOST_PAGES)
        opened = reading.open_document(self.work, media_type, max_pages=MOST_PAGES)
        for number in range(1, min(opened.pages, 2) + 1):
            page = self.page(media_type, number)
            self.text += page.text
            across, down = reading.draw_page(self.work, media_type, number, page.rotation, dpi=100, image="page.webp")
            assert across * down <= 50_000_000
            assert self.work.image("page.webp")

    def page(self, media_type: str, number: int) -> Page:
        if self.recognize:
            return reading.read_page(self.work, media_type, number, languages=["eng"])
        kind = {"file": reading.FILE, "media_type": media_type, "picture": reading.PICTURE}
        return handover.checked_page(self.work.run("read_page", number=number, **kind), number)


class Watch:
    """The most memory that each child ever reserved, looked at while the corpus runs."""

    def __init__(self, box: Sandbox) -> None:
        self.box, self.peaks, self._done = box, {FILE: 0, PIXELS: 0}, threading.Event()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._done.wait(0.02):
            for child, peak in self.peaks.items():
                try:
                    status = Path(f"/proc/{self.box.child_pid(child)}/status").read_text()
                except (FileNotFoundError, ProcessLookupError):
                    continue
                sizes = [int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmPeak")]
                self.peaks[child] = max([peak, *sizes])


@pytest.mark.parametrize("hostile", CORPUS, ids=lambda hostile: hostile.name)
def test_a_hostile_file_ends_as_expected_and_good_ones_go_on(
    box: TimedSandbox, short: TimedSandbox, hostile: HostileFile
) -> None:
    box = short if "time" in hostile.expected else box
    content = hostile.content()
    with Watch(box) as watch, box.work("org") as work:
        hostile_one = Reading(work)
        end = hostile_one.of(hostile.name, content)
    with box.work("org") as work:
        good = Reading(work)
        assert good.of("good.pdf", hostile_pdf.good()) == READ
        child = box.child_pid()

    assert end in hostile.expected
    assert not hostile_one.said or hostile_one.said.endswith("."), "people are told in whole sentences"
    assert box.over < 1
    assert watch.peaks[FILE] <= Limits().address_space
    assert watch.peaks[PIXELS] <= PIXELS_LIMITS.address_space
    assert "4711" in good.text
    assert child in children_of(os.getpid())
    assert len(session_of(child or 0)) == 2, "child and guard, nothing the file started"


@pytest.mark.parametrize("sample", SAMPLES)
def test_mutants_end_with_any_code_and_never_reach_the_parent(box: TimedSandbox, sample: str) -> None:
    ends: dict[str, int] = {}
    for mutant in mutants(SAMPLES[sample](), 12, seed=4711):
        with box.work("org") as work:
            # Engines only ever see pixels that we drew, so pictures are decoded and drawn, not recognized as well.
            end = Reading(work, recognize=sample.endswith((".pdf", ".eml"))).of(sample, mutant)
        assert box.over < 1
        ends[end] = ends.get(end, 0) + 1
    print(sample, ends)
    assert set(ends) <= {READ, "damaged_file", "unknown", "time", "memory", "crash", "picture_too_large", "page_too_large",
                         "too_many_pages", "password_protected", "parts", "header", "depth", "size",
                         "overlap", "zip_encrypted", "xml_dtd", "xml_too_complex", "xml_unknown_root"}  # fmt: skip
    assert ends.get("crash", 0) <= 2, "an unexpected error of a reader is a fault of ours"


def test_samples_themselves_are_read(box: Sandbox) -> None:
    for name, content in SAMPLES.items():
        with box.work("org") as work:
            assert Reading(work).of(name, content()) == READ


def test_a_page_of_five_metres_is_drawn_in_fifty_megapixels(tmp_path: Path) -> None:
    with Sandbox(base=tmp_path) as box, box.work("org") as work:
        work.put("file", hostile_pdf.giant_page(user_unit=False))
        drawn = work.run("draw_page", file="file", media_type="application/pdf", number=1, dpi=200, image="page.webp")
        assert 7_000**2 < drawn["width"] * drawn["height"] <= 50_000_000, "pdfium rounds each side up"
        assert work.image("page.webp")


class Trap:
    """Leaves a mark when it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.mark),)


def test_a_character_map_named_like_a_path_is_never_unpickled(box: Sandbox, tmp_path: Path) -> None:
    mark = tmp_path / "unpickled"
    planted = tmp_path / "x.pickle.gz"
    planted.write_bytes(gzip.compress(pickle.dumps(Trap(mark))))
    deep = "../" * 20 + str(planted).removeprefix("/").removesuffix(".pickle.gz")
    for name in (deep, str(planted).removesuffix(".pickle.gz")):
        with box.work("org") as work:
            work.put("file", hostile_pdf.foreign_cmap(name))
            work.run("pdfminer", file="file")
            work.run("read_page", file="file", media_type="application/pdf", number=1, picture="page.grey")
    assert not mark.exists()
    pickle.loads(gzip.decompress(planted.read_bytes()))  # noqa: S301 - the trap itself, to show that it would work
    assert mark.exists()


def test_an_external_entity_reaches_neither_file_nor_network(box: Sandbox) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, box.work("org") as work:
        listener.settimeout(0.2)
        read = Reading(work)
        assert read.of("xxe.xml", external_entity(listener.getsockname()[1])) == "xml_dtd"
        with pytest.raises(TimeoutError):
            listener.accept()
    assert Path("/etc/hostname").read_text().strip() not in read.text


def test_recognition_runs_under_the_limits_and_its_engine_goes_with_the_child(tmp_path: Path) -> None:
    with Sandbox(base=tmp_path) as box, box.work("org") as work:
        scan = Reading(work)
        assert scan.of("scan.png", hostile_pictures.saved("PNG")) == READ
        children = [box.child_pid(FILE), box.child_pid(PIXELS)]
    assert "4711" in scan.text
    assert not any(session_of(child or 0) for child in children)
