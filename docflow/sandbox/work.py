"""One piece of work: a folder, the files put into it, and the steps run on them."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docflow.errors import ReaderStoppedError
from docflow.sandbox.folders import work_folder
from docflow.sandbox.shapes import is_simple_name
from docflow.sandbox.steps import FILE, PIXELS
from docflow.sandbox.stops import BAD_ANSWER, TIME, StoppedError, as_reader_stopped

if TYPE_CHECKING:
    from docflow.sandbox.box import Sandbox

MOST_FILE = 200 * 1024 * 1024
MOST_IMAGE = 40 * 1024 * 1024
MOST_PIXELS = 50_000_000
_PNG = b"\x89PNG\r\n\x1a\n"


class Work:
    """Made by `Sandbox.work`; good only inside its `with`. Its steps run in `child`, which sees its folder only.

    `until`: the end of its time on the monotonic clock.
    """

    def __init__(self, box: Sandbox, organization: str, folder: Path, until: float | None, child: str = FILE) -> None:
        self._box, self.organization, self.folder, self.child = box, organization, folder, child
        self._until = until

    def put(self, name: str, content: Path | str | bytes) -> Path:
        """Lay a file into the folder: bytes as they are, a path as a copy.

        A copy and no link: what the child does to its file must not reach the stored original.
        """
        target = self.path(name)
        if isinstance(content, bytes):
            target.write_bytes(content)
        else:
            shutil.copyfile(content, target)
        return target

    def path(self, name: str) -> Path:
        """Where a file of that name lies or would lie. Raises ValueError for a name with anything but a-z 0-9 . _ -"""
        if not is_simple_name(name):
            raise ValueError(f"{name!r} is no name for a file in a work folder.")
        return self.folder / name

    def read(self, name: str, most: int = MOST_FILE) -> bytes:
        """The bytes of a file the child wrote. Only a plain file of at most `most` bytes: ReaderStoppedError otherwise.

        Use this and not `path(name).open()`: the child may have laid a link to somewhere else under that name.
        """
        try:
            opened = os.open(self.path(name), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError as error:
            raise self.lied(f"{name}: {type(error).__name__}") from error
        try:
            about = os.fstat(opened)
            if not stat.S_ISREG(about.st_mode) or about.st_size > most:
                raise self.lied(f"{name}: {about.st_size} bytes, mode {about.st_mode:o}")
            return _at_most(opened, about.st_size)
        finally:
            os.close(opened)

    @contextlib.contextmanager
    def apart(self) -> Iterator[Work]:
        """A work in the child that sees pixels only, with a folder of its own: nothing of this one's lies there but what is
        handed over. Gone afterwards."""
        with work_folder(self.folder.parent) as folder:
            yield Work(self._box, self.organization, folder, self._until, PIXELS)

    def hand_over(self, name: str, to: Work, pixels: int) -> None:
        """Copy a picture the child drew, a byte for each of its `pixels`, to the same name in another work's folder.

        Raises ReaderStoppedError when it is no plain file of exactly that size or has more than 50 megapixels.
        """
        content = self.read(name, MOST_PIXELS)
        if len(content) != pixels:
            raise self.lied(f"{name}: {len(content)} bytes for {pixels} pixels")
        to.put(name, content)

    def image(self, name: str) -> bytes:
        """The bytes of a PNG or WebP the child drew, told by signature and size. Raises ReaderStoppedError."""
        content = self.read(name, MOST_IMAGE)
        if not content.startswith(_PNG) and not (content[:4] == b"RIFF" and content[8:12] == b"WEBP"):
            raise self.lied(f"{name}: neither PNG nor WebP")
        return content

    def run(self, step: str, tries: int = 1, **arguments: Any) -> dict[str, Any]:
        """Run a step in the child and return its answer, whose shape was checked.

        Raises FileError as the step raised it; ReaderStoppedError when the child had to be stopped `tries` times;
        PartDownError when no child can be started; ValueError for a step that is not in the table.
        """
        row = self._box.step(step)
        if row.child != self.child:
            raise ValueError(f"{step!r} runs in the other child: its work is {'' if row.child == PIXELS else 'not '}apart.")
        while True:
            tries -= 1
            try:
                return self._box.ask(self, step, row, arguments)
            except StoppedError as stop:
                page = arguments.get("number")
                error = as_reader_stopped(stop, step, row, page if isinstance(page, int) else None)
                if tries < 1 or self.seconds_left(1.0) <= 0:
                    raise error from stop

    def seconds_left(self, most: float) -> float:
        """Of the work's deadline, at most `most`."""
        return most if self._until is None else min(most, self._until - time.monotonic())

    def in_time(self, most: float) -> float:
        """As `seconds_left`, but raises StoppedError when nothing is left."""
        left = self.seconds_left(most)
        if left <= 0:
            raise StoppedError(TIME, "the work's deadline")
        return left

    def lied(self, detail: str, page: int | None = None) -> ReaderStoppedError:
        """The error for an answer or a file that cannot be right; the child goes. `detail` is for logs only."""
        self._box.drop_child(self.child)
        return as_reader_stopped(StoppedError(BAD_ANSWER, detail), "", self._box.step("draw_page"), page)


def _at_most(opened: int, size: int) -> bytes:
    """What a file of `size` bytes holds; not more, should the child write on meanwhile."""
    with os.fdopen(os.dup(opened), "rb") as file:
        return file.read(size)
