"""Work folders and the files in them: private, removed, and nothing in them believed to be what the child says."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from docflow.errors import ReaderStoppedError
from docflow.sandbox import Sandbox
from tests.fakes.steps import TABLE


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with Sandbox(base=tmp_path_factory.mktemp("work"), steps=TABLE) as box:
        yield box


def test_a_work_folder_is_private_and_gone_afterwards(box: Sandbox) -> None:
    with box.work("org") as work:
        work.put("file", b"bytes")
        seen = work.run("echo")
        assert seen["cwd"] == seen["folder"] == str(work.folder)
        assert stat.S_IMODE(work.folder.stat().st_mode) == 0o700
        folder = work.folder
    assert not folder.exists()


def test_the_child_gets_a_copy_and_cannot_reach_the_original(box: Sandbox, tmp_path: Path) -> None:
    original = tmp_path / "stored"
    original.write_text("as it came")
    with box.work("org") as work:
        work.put("file", original)
        work.run("write", name="file", text="something else")
        assert work.read("file") == b"something else"
    assert original.read_text() == "as it came"


def test_even_a_maze_is_removed(box: Sandbox) -> None:
    with box.work("org") as work:
        work.run("maze")
        folder = work.folder
    assert not folder.exists()


@pytest.mark.parametrize("name", ["../x", "/etc/passwd", "", ".hidden", "a/b", "a\0b", "x" * 200, "Grüße", "a b", "-rf"])
def test_only_simple_names_are_names(box: Sandbox, name: str) -> None:
    with box.work("org") as work:
        for use in (work.path, work.read, work.image, lambda name: work.put(name, b"")):
            with pytest.raises(ValueError, match="no name for a file"):
                use(name)


@pytest.mark.parametrize("kind", ["link", "fifo", "folder", "missing", "large"])
def test_a_file_that_is_none_is_a_lie_and_ends_the_child(box: Sandbox, tmp_path: Path, kind: str) -> None:
    secret = tmp_path / "secret"
    secret.write_text("another organization's")
    with box.work("org") as work:
        child = work.run("echo")["pid"]
        match kind:
            case "link":
                work.run("link", name="page-1.webp", target=str(secret))
            case "fifo" | "folder":
                work.run("special", name="page-1.webp", kind=kind)
            case "large":
                work.run("write", name="page-1.webp", text="x" * 101)
        with pytest.raises(ReaderStoppedError) as stopped:
            work.read("page-1.webp", most=100)
        assert stopped.value.reason == "bad_answer"
        assert work.run("echo")["pid"] != child


@pytest.mark.parametrize(
    ("text", "good"),
    [("\x89PNG\r\n\x1a\n...", True), ("RIFF....WEBPVP8 ", True), ("GIF89a", False), ("", False), ("<svg/>", False)],
)
def test_a_picture_is_told_by_its_signature(box: Sandbox, text: str, good: bool) -> None:
    with box.work("org") as work:
        work.run("write", name="page-1.webp", text=text)
        if good:
            assert work.image("page-1.webp") == text.encode("latin-1")
        else:
            with pytest.raises(ReaderStoppedError):
                work.image("page-1.webp")
