"""A piece of work whose steps run in this process, for tests of what readers make of a file."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from docflow.errors import ReaderStoppedError
from documents.extraction import reading, steps
from documents.extraction.layout import Page


class HereWork:
    """As `docflow.sandbox.Work`, without children and limits."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(self, step: str, **arguments: Any) -> dict[str, Any]:
        answer: dict[str, Any] = getattr(steps, step)(self.folder, **arguments)
        return answer

    def path(self, name: str) -> Path:
        return self.folder / name

    @contextlib.contextmanager
    def apart(self) -> Iterator[HereWork]:
        with tempfile.TemporaryDirectory() as folder:
            yield HereWork(Path(folder))

    def hand_over(self, name: str, to: HereWork, pixels: int) -> None:
        content = self.path(name).read_bytes()
        assert len(content) == pixels
        to.path(name).write_bytes(content)

    def lied(self, detail: str, page: int | None = None) -> ReaderStoppedError:
        return ReaderStoppedError("reading_failed", detail, page=page)


def read_here(path: Path, media_type: str, number: int = 1, languages: Sequence[str] = ("eng",), engine: str = "auto") -> Page:
    """The page as the job reads it."""
    with tempfile.TemporaryDirectory() as folder:
        work = HereWork(Path(folder))
        work.path(reading.FILE).write_bytes(path.read_bytes())
        return reading.read_page(work, media_type, number, languages=languages, engine=engine)
