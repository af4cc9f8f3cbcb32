from __future__ import annotations

from typing import Self

from django.db import models

from documents.extraction import layout
from documents.models.document import Document


class Sheet(models.Model):
    """What was read on one side of paper, in points from the top left corner as it is shown."""

    number = models.PositiveIntegerField()
    width = models.FloatField()
    height = models.FloatField()
    rotation = models.SmallIntegerField(default=0)
    source = models.CharField(max_length=10, choices=[(each, each) for each in (layout.TEXT_LAYER, layout.OCR)])
    reason = models.CharField(max_length=layout.LONGEST_REASON, blank=True, default="")  # why that source was chosen
    engine = models.CharField(max_length=20, blank=True, default="")  # which one recognized it; empty for a text layer
    words = models.JSONField(default=list)  # [[text, x0, top, x1, bottom, confidence, line], ...] in reading order
    text = models.TextField(blank=True)
    codes = models.JSONField(default=list)  # barcodes and QR codes: [[kind, text, x0, top, x1, bottom], ...]

    class Meta:
        abstract = True
        ordering = ("number",)

    @property
    def origin(self) -> str:
        """Where its words come from, and why, in one line."""
        told = f"{self.source} by {self.engine}" if self.engine else self.source
        if self.reason:
            told = f"{told}: {self.reason}"
        return f"{told}; turned by {self.rotation} degrees" if self.rotation else told

    def as_layout(self) -> layout.Page:
        return layout.Page.from_json(
            {
                "number": self.number,
                "width": self.width,
                "height": self.height,
                "rotation": self.rotation,
                "source": self.source,
                "reason": self.reason,
                "engine": self.engine,
                "words": self.words,
                "codes": self.codes,
            }
        )

    @classmethod
    def of(cls, document: Document, page: layout.Page) -> Self:
        """A row for a page that was read; not stored yet."""
        return cls(
            document=document,
            number=page.number,
            width=page.width,
            height=page.height,
            rotation=page.rotation,
            source=page.source,
            reason=page.reason,
            engine=page.engine,
            words=page.as_json()["words"],
            text=page.text,
            codes=[code.as_json() for code in page.codes],
        )


class Page(Sheet):
    """One page of a document with its words and its image."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="pages")
    image_width = models.PositiveIntegerField(null=True)  # pixels of the stored rendition, null until it is drawn
    image_height = models.PositiveIntegerField(null=True)

    class Meta(Sheet.Meta):
        constraints = [models.UniqueConstraint(fields=["document", "number"], name="page_once")]

    def __str__(self) -> str:
        return f"{self.document}, page {self.number}"


class UnfinishedPage(Sheet):
    """A page of a reading that goes on, while the pages of the reading before are still the ones that are shown."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="unfinished_pages")

    class Meta(Sheet.Meta):
        constraints = [models.UniqueConstraint(fields=["document", "number"], name="unfinished_page_once")]

    def __str__(self) -> str:
        return f"{self.document}, page {self.number}, unfinished"
