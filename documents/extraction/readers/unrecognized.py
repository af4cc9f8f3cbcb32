"""A page that can be drawn and not read: what recognition, which runs in the other child, has to know about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PIL import Image

from documents.extraction.handover import in_columns
from documents.extraction.layout import Page


@dataclass(frozen=True)
class Unrecognized:
    """The whole page as `image`, grey (mode L) and upright as far as the file tells, and as `page` without words: its size in
    points, the codes in the picture, and the reason why it has to be recognized.

    `otherwise`, a doubtful text layer, stands when recognition finds nothing; also when what is found has to make sense and
    does not. `may_be_turned` is False for pages that were typeset and not scanned.
    """

    image: Image.Image
    page: Page
    otherwise: Page | None = None
    may_be_turned: bool = True
    must_make_sense: bool = False

    def about(self) -> dict[str, Any]:
        """All but the pixels."""
        return {
            "across": self.image.width,
            "down": self.image.height,
            "page": in_columns(self.page.within_limits()),
            "may_be_turned": self.may_be_turned,
            "must_make_sense": self.must_make_sense,
        }
