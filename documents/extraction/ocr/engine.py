"""What an engine is: one picture of a page in, words in reading order out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from PIL import Image

from documents.extraction.layout import Word


@dataclass(frozen=True, slots=True)
class Reading:
    """Words in reading order with numbered lines, confidence 0-100, boxes in pixels of the picture once it stands upright.

    `rotation` says by how many degrees clockwise it was turned: 0, 90, 180 or 270; `lacks` names the languages that were
    asked for and are not installed.
    """

    words: tuple[Word, ...]
    rotation: int = 0
    lacks: tuple[str, ...] = ()


class Engine(Protocol):
    """One file each; named in `choice.ENGINES`."""

    name: str
    # Bytes that the child process of this engine may reserve, everything counted.
    address_space: int

    def read(self, grey: Image.Image, languages: Sequence[str], *, may_be_turned: bool) -> Reading:
        """Reads a grey picture (mode L). `languages` are ISO 639 codes of two or three letters, or Tesseract's names.

        Raises FileError `reading_failed`, with reason `engine_missing` when the engine is not installed.
        """
