"""The table of steps: what a child may be asked, for how long, and what its answer must look like. Nothing else runs."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from docflow.sandbox.shapes import (
    MOST_PLACES,
    Shape,
    anything,
    both,
    codes,
    file_name,
    flag,
    length,
    listed,
    maybe,
    record,
    text,
    texts,
    told_error,
    whole,
)

MOST_PAGES = 100_000
MOST_PARTS = 100
MOST_PIXELS_A_SIDE = 50_000_000


# The two children: one parses files, the other only ever sees pixels that the first one drew.
FILE, PIXELS = "file", "pixels"


@dataclass(frozen=True, slots=True)
class Step:
    """One row. `path` is "module:function"; `wall` and `cpu` are seconds; `answer` is the shape the parent insists on;
    `child` is the one that runs it."""

    path: str
    wall: float
    cpu: int
    answer: Shape = anything
    child: str = FILE

    def shortened(self, longest: float | None) -> Step:
        """The same step with its seconds cut to `longest`; what tests of hanging parsers use."""
        if longest is None:
            return self
        return replace(self, wall=min(self.wall, longest), cpu=min(self.cpu, max(1, math.ceil(longest * 0.75))))


_PART = record(
    name=file_name,
    filename=text(4_096),
    media_type=text(200),
    size=whole(0, 1_000_000_000),
    role=text(20),
    reason=maybe(text(500)),
    error=maybe(told_error),
)
_MAIL = record(
    subject=maybe(text(100_000)),
    sender=maybe(text(100_000)),
    sent_at=maybe(text(100)),
    message_id=maybe(text(100_000)),
    parts=listed(MOST_PARTS, _PART),
)
_OPENED = record(pages=whole(0, MOST_PAGES), einvoice=maybe(file_name), attachments=listed(1_000, text(4_096)))
_PAGE = record(
    number=whole(1, MOST_PAGES),
    width=length(1e6),
    height=length(1e6),
    rotation=whole(0, 359),
    source=text(20),
    texts=texts,
    places=text(MOST_PLACES),  # numbers in base64: whoever unpacks them looks at each
    reason=text(500),
    engine=text(20),
    codes=codes,
)
# A page that has to be recognized, as it was drawn for that.
_PICTURE = record(
    across=whole(1, MOST_PIXELS_A_SIDE),
    down=whole(1, MOST_PIXELS_A_SIDE),
    page=_PAGE,
    may_be_turned=flag,
    must_make_sense=flag,
)
_IMAGE = record(image=file_name, width=whole(1, MOST_PIXELS_A_SIDE), height=whole(1, MOST_PIXELS_A_SIDE))  # fmt: skip
_WRITTEN = record(file=file_name)
_FINDINGS = record(
    profile=text(500),
    doc_type=text(50),
    doc_type_confidence=whole(0, 100),
    fields=listed(1_000, anything),
    line_items=listed(5_000, anything),
    problems=listed(5_000, anything),
    confidence=whole(0, 100),
)
_QUESTION = record(
    system=text(10_000), user=text(1_000_000), schema=anything, left_out=whole(0, 1_000_000), reason=text(500)
)  # fmt: skip

STEPS: dict[str, Step] = {
    "look": Step("documents.extraction.steps:look", 10, 8, record(pages=maybe(whole(0, MOST_PAGES)))),
    "unpack": Step("documents.extraction.steps:unpack", 10, 8, _MAIL),
    "open_file": Step("documents.extraction.steps:open_file", 20, 15, _OPENED),
    "read_page": Step("documents.extraction.steps:read_page", 60, 45, both(_PAGE, record(picture=maybe(_PICTURE)))),
    "recognize": Step("documents.extraction.steps:recognize", 60, 45, _PAGE, PIXELS),
    "draw_page": Step("documents.extraction.steps:draw_page", 60, 45, _IMAGE),
    "mark_page": Step("documents.extraction.steps:mark_page", 60, 45, _IMAGE),
    "searchable_page": Step("documents.extraction.steps:searchable_page", 60, 45, _WRITTEN),
    "join_pages": Step("documents.extraction.steps:join_pages", 60, 45, _WRITTEN),
    "scale_image": Step("documents.extraction.steps:scale_image", 10, 8, _IMAGE),
    "find_values": Step("documents.extraction.steps:find_values", 60, 45, _FINDINGS),
    "ask_model": Step("documents.extraction.steps:ask_model", 20, 15, _QUESTION),
    "weigh_answer": Step("documents.extraction.steps:weigh_answer", 30, 25, both(_FINDINGS, record(note=text(500)))),
}
