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
from docflow.sandbox import STEPS, Sandbox, Step, Work
from docflow.sandbox.limits import Limits
from documents.extraction.readers import sniff
from tests.fakes.processes import children_of, session_of
from tests.security import hostile_pdf, hostile_pictures
from tests.security.hostile_files import CORPUS, READ, SAMPLES, HostileFile, mutants
from tests.security.hostile_texts import external_entity

LONGEST = 4.0
MOST_PAGES = 500
EXTRA = {"pdfminer": Step("tests.fakes.steps:pdfminer_text", 20, 15)}


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with Sandbox(base=tmp_path_factory.mktemp("work"), steps=EXTRA) as box:
        yield box


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """For files that use up whatever time they are given."""
    with Sandbox(base=tmp_path_factory.mktemp("short"), longest=LONGEST) as box:
        yield box


class Reading:
    """What intake and job do with a file, step after step; remembers how far a step went over its time."""

    def __init__(self, box: Sandbox, work: Work, recognize: bool = True) -> None:
        self.box, self.work, self.recognize = box, work, recognize
        self.over, self.text, self.said = -LONGEST, "", ""

    def run(self, step: str, **arguments: Any) -> dict[str, Any]:
        started = time.monotonic()
        try:
            return self.work.run(step, **arguments)
        finally:
            self.over = max(self.over, time.monotonic() - started - self.box.step(step).wall)

    def of(self, name: str, content: bytes) -> str:
        """How it ended: "read", or the reason of the error."""
        try:
            media_type = sniff(content[:65_536], name, archives=True)
            self.work.put("file", content)
            if media_type in ("message/rfc822", "application/zip"):
                self.run("unpack", file="file", media_type=media_type)
            else:
                self.read(media_type)
        except FileError as error:
            self.said = error.message
            return error.reason
        return READ

    def read(self, media_type: str) -> None:
        kind = {"file": "file", "media_type": media_type}
        self.run("look", max_pages=MOST_PAGES, **kind)
        pages = self.run("open_file", max_pages=MOST_PAGES, **kind)["pages"]
        for number in range(1, min(pages, 2) + 1):
            if self.recognize:
                page = self.run("read_page", number=number, languages=["eng"], **kind)
                self.text += " ".join(word[0] for word in page["words"])
            drawn = self.run("draw_page", number=number, dpi=100, image="page.webp", **kind)
            assert drawn["width"] * drawn["height"] <= 50_000_000
            assert self.work.image("page.webp")


class Watch:
    """The most memory any child ever reserved, looked at while the corpus runs."""

    def __init__(self, box: Sandbox) -> None:
        self.box, self.peak, self._done = box, 0, threading.Event()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._done.wait(0.02):
            try:
                status = Path(f"/proc/{self.box.child_pid()}/status").read_text()
            except (FileNotFoundError, ProcessLookupError):
                continue
            sizes = [int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmPeak")]
            self.peak = max([self.peak, *sizes])


@pytest.mark.parametrize("hostile", CORPUS, ids=lambda hostile: hostile.name)
def test_a_hostile_file_ends_as_expected_and_good_ones_go_on(box: Sandbox, short: Sandbox, hostile: HostileFile) -> None:
    box = short if "time" in hostile.expected else box
    content = hostile.content()
    with Watch(box) as watch, box.work("org") as work:
        reading = Reading(box, work)
        end = reading.of(hostile.name, content)
    with box.work("org") as work:
        good = Reading(box, work)
        assert good.of("good.pdf", hostile_pdf.good()) == READ
        child = box.child_pid()

    assert end in hostile.expected
    assert not reading.said or reading.said.endswith("."), "people are told in whole sentences"
    assert reading.over < 1
    assert watch.peak <= Limits().address_space
    assert "4711" in good.text
    assert child in children_of(os.getpid())
    assert len(session_of(child or 0)) == 2, "child and guard, nothing the file started"


@pytest.mark.parametrize("sample", SAMPLES)
def test_mutants_end_with_any_code_and_never_reach_the_parent(box: Sandbox, sample: str) -> None:
    ends: dict[str, int] = {}
    for mutant in mutants(SAMPLES[sample](), 12, seed=4711):
        with box.work("org") as work:
            # Tesseract only ever sees pixels that we drew, so pictures are decoded and drawn, not recognized as well.
            reading = Reading(box, work, recognize=sample.endswith((".pdf", ".eml")))
            end = reading.of(sample, mutant)
        assert reading.over < 1
        ends[end] = ends.get(end, 0) + 1
    print(sample, ends)
    assert set(ends) <= {READ, "damaged_file", "unknown", "time", "memory", "crash", "picture_too_large", "page_too_large",
                         "too_many_pages", "password_protected", "parts", "header", "depth", "size",
                         "overlap", "zip_encrypted"}  # fmt: skip
    assert ends.get("crash", 0) <= 2, "an unexpected error of a reader is a fault of ours"


def test_samples_themselves_are_read(box: Sandbox) -> None:
    for name, content in SAMPLES.items():
        with box.work("org") as work:
            assert Reading(box, work).of(name, content()) == READ


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
            work.run("read_page", file="file", media_type="application/pdf", number=1, languages=["eng"])
    assert not mark.exists()
    pickle.loads(gzip.decompress(planted.read_bytes()))  # noqa: S301 - the trap itself, to show that it would work
    assert mark.exists()


def test_an_external_entity_reaches_neither_file_nor_network(box: Sandbox) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, box.work("org") as work:
        listener.settimeout(0.2)
        reading = Reading(box, work)
        assert reading.of("xxe.xml", external_entity(listener.getsockname()[1])) == "xml_dtd"
        with pytest.raises(TimeoutError):
            listener.accept()
    assert Path("/etc/hostname").read_text().strip() not in reading.text


def test_recognition_runs_under_the_limits_and_its_engine_goes_with_the_child(tmp_path: Path) -> None:
    # Tesseract and all parsers fit into 1.5 GB.
    with Sandbox(base=tmp_path) as box, box.work("org") as work:
        reading = Reading(box, work)
        assert reading.of("scan.png", hostile_pictures.saved("PNG")) == READ
    assert "4711" in reading.text
    assert STEPS["read_page"].wall == 60
