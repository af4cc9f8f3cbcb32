"""What the lessons of a layout say about the next document: which layout it has, and which candidates fit what was taught.

A candidate that fits is raised by what the memory is worth (its measured hit rate); what a person corrected outweighs what the
scorer believes, what was only confirmed helps a little. A value that belongs to the layout (vendor, currency, VAT id) and
could not be found on the page when a person typed it is told from memory, without a place.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from documents.extraction.candidates.candidate import Candidate, overlaps
from documents.extraction.content import Content
from documents.extraction.memory import blocks
from documents.extraction.memory.anchors import FITS, Anchor, anchor_of, best_fit
from documents.extraction.memory.fingerprint import Fingerprint, fingerprint_of, likeness
from documents.extraction.memory.lessons import CONSTANT, LearnedLayout, Lesson, Tally
from documents.extraction.memory.locating import FUZZY, Spans, locate
from documents.extraction.memory.words_there import words_there
from documents.extraction.profiles import Profile, ProfileField
from documents.extraction.scoring import Scored
from documents.extraction.values import LAYOUT, Evidence, FieldValue

SAME = 0.5
_CORRECTED, _CONFIRMED, _REJECTED, _UNLABELLED = 8.0, 2.5, -8.0, -2.0
_CLEAR = 0.05
_SURE_UNPRINTED = 88

Ranked = Mapping[str, Sequence[Scored]]
Pool = Mapping[str, Sequence[Candidate]]


def recognize(content: Content, layouts: Sequence[LearnedLayout]) -> LearnedLayout | None:
    """The layout that the document has, the likeliest of those that were learned; None for a new one."""
    if not layouts or not content.pages:
        return None
    seen = fingerprint_of(content)
    common = _common(layouts)
    alike = [(likeness(each.fingerprint, seen, common), -number, each) for number, each in enumerate(layouts)]
    for sure, _, layout in sorted(alike, key=lambda each: each[:2], reverse=True):
        if sure < SAME:
            return None
        if _shares_sender(seen, layout, common) or _names_sender(content, layout):
            return layout
    return None


def _common(layouts: Sequence[LearnedLayout]) -> frozenset[str]:
    """Numbers and addresses that three and more layouts share: those of the receiving company."""
    times: dict[str, int] = {}
    for layout in layouts:
        for mark in layout.fingerprint.sender:
            times[mark] = times.get(mark, 0) + 1
    return frozenset(mark for mark, count in times.items() if count >= 3)


def _shares_sender(seen: Fingerprint, layout: LearnedLayout, common: frozenset[str]) -> bool:
    """Whether a long number or web address of the layout's sender stands on the page."""
    return bool((layout.fingerprint.sender & seen.sender) - common)


def _names_sender(content: Content, layout: LearnedLayout) -> bool:
    """Whether a printed name that was taught stands on the page; True where nobody taught any name."""
    names = {(each.value, each.printed) for each in layout.lessons if each.type == "party" and each.value}
    return not names or any(printed and locate(content, "party", name) for name, printed in names)


def recalled(ranked: Ranked, content: Content, pool: Pool, layout: LearnedLayout, profile: Profile) -> dict[str, list[Scored]]:
    """The ranking after memory spoke. `pool` are all candidates by type, beyond those that were ranked."""
    told = {key: list(found) for key, found in ranked.items()}
    anchors: dict[int, Anchor] = {}
    for field in profile.fields:
        lessons = layout.about(field.key, field.type)
        tally = layout.tally(field.key)
        if lessons and tally.weight > 0 and field.key in told:
            told[field.key] = _Field(field, lessons, tally, content, pool, anchors).weighed(told[field.key])
    return told


class _Field:
    """One field with what was taught about it."""

    def __init__(
        self,
        field: ProfileField,
        lessons: Sequence[Lesson],
        tally: Tally,
        content: Content,
        pool: Pool,
        anchors: dict[int, Anchor],
    ) -> None:
        self.field, self.lessons, self.tally, self.content, self.anchors = field, lessons, tally, content, anchors
        self.pool = pool.get(field.type, ())
        self.corrected = any(each.corrected for each in lessons if not each.absent)
        self.force = (_CORRECTED if self.corrected else _CONFIRMED) * tally.weight

    def weighed(self, ranked: list[Scored]) -> list[Scored]:
        kept = [self._refused(each) for each in ranked]
        chosen = self._known_value(kept) or self._at_anchor(kept)
        if chosen:
            values = {each.candidate.value for each in chosen}
            kept = [*chosen, *(each for each in kept if each.candidate.value not in values)]
        return sorted(kept, key=lambda each: -each.score)

    def _anchor(self, candidate: Candidate) -> Anchor:
        known = self.anchors.get(id(candidate))
        if known is None:
            known = self.anchors[id(candidate)] = anchor_of(self.content, candidate.spans)
        return known

    def _refused(self, each: Scored) -> Scored:
        """What stands where a person said that it is not this field."""
        own = self._anchor(each.candidate)
        wrong = best_fit((bad for lesson in self.lessons for bad in lesson.rejected), own)
        right = best_fit((good for lesson in self.lessons for good in lesson.anchors), own)
        if wrong >= FITS and wrong > right:
            return each.raised(
                _REJECTED * self.tally.weight * wrong, "layout", "A person said that this is another value here"
            )
        if self.lessons[0].absent and each.label <= FITS and right < FITS:
            return each.raised(_UNLABELLED * self.tally.weight, "layout", "A person said that this layout does not have it")
        return each

    def _known_value(self, ranked: list[Scored]) -> list[Scored]:
        """The value that belongs to the layout, where it stands here."""
        lesson = next((each for each in self.lessons if each.value), None)
        if lesson is None:
            return []
        found = self._standing(lesson)
        if found is None:
            return []
        value, spans = found
        lines = self.content.lines
        raw = " ".join(lines[span.line].text[span.start : span.end] for span in spans)
        certainty = min(lines[span.line].certainty(span.start, span.end) for span in spans)
        marks = next((each.candidate.marks for each in ranked if overlaps(each.candidate.span, spans[0])), frozenset())
        same = [each for each in ranked if each.candidate.value == value or overlaps(each.candidate.span, spans[0])]
        own = max(same, key=lambda each: each.score, default=None)
        if value == lesson.value and not any(each.corrected and each.value == value for each in self.lessons):
            if own:  # nobody wrote the value: how it is read here is as good as how it was read there
                return [self._raised(own, 1.0, [])]
            value = re.sub(r"\s+", " ", raw)
        candidate = Candidate(self.field.type, value, raw, spans, marks, certainty)
        base = replace(own, candidate=candidate) if own else Scored(candidate, 0.0, ())
        rivals = [each for each in ranked if each is not own]
        return [self._raised(base, 1.0, rivals)]

    def _standing(self, lesson: Lesson) -> tuple[str, Spans] | None:
        good = [anchor for each in self.lessons for anchor in each.anchors]
        if len(lesson.parts) > 1 and (block := blocks.like(self.content, lesson)):
            return block
        if places := locate(self.content, self.field.type, lesson.value):
            return lesson.value, max(places, key=lambda spans: best_fit(good, anchor_of(self.content, spans)))
        return blocks.at_anchor(self.content, lesson, good) if len(lesson.parts) > 1 else None

    def _at_anchor(self, ranked: list[Scored]) -> list[Scored]:
        """The candidates that stand where a person said, one for each value; words at that place where none does."""
        good = [anchor for lesson in self.lessons for anchor in lesson.anchors]
        fits: dict[str, tuple[float, Candidate]] = {}
        for candidate in self.pool:
            fitting = best_fit(good, self._anchor(candidate))
            if fitting >= FITS and fitting > fits.get(candidate.value, (0.0, candidate))[0]:
                fits[candidate.value] = fitting, candidate
        if not fits and self.corrected:
            fits = {each.value: (fitting, each) for fitting, each in words_there(self.content, self.field.type, good)}
        best = max((fitting for fitting, _ in fits.values()), default=0.0)
        raised = []
        for value, (fitting, candidate) in fits.items():
            if fitting >= best - _CLEAR:
                own = next((each for each in ranked if each.candidate.value == value), Scored(candidate, -1.0, ()))
                rivals = [each for each in ranked if each.candidate.value not in fits]
                raised.append(self._raised(replace(own, candidate=candidate), fitting, rivals))
        return raised

    def _raised(self, own: Scored, fitting: float, rivals: Sequence[Scored]) -> Scored:
        by = self.force * fitting
        if self.corrected and self.tally.weight >= 0.5 and fitting >= 0.75:
            by = max(by, max((each.score for each in rivals), default=0.0) + 1.0 - own.score)
        return own.raised(by, "layout", _words(self.tally, self.corrected))


def _words(tally: Tally, corrected: bool) -> str:
    if tally.used:
        return f"Read like this, {tally.right} of {tally.used} earlier documents of this layout were right"
    return "A person corrected it like this on this layout" if corrected else "A person confirmed it like this on this layout"


def unprinted(layout: LearnedLayout, profile: Profile, fields: Sequence[FieldValue]) -> tuple[FieldValue, ...]:
    """The fields, with what belongs to the layout though no page of it says so, as a person once typed it."""
    kinds = {field.key: field for field in profile.fields}
    return tuple(_told(layout, kinds[each.key], each) if each.key in kinds else each for each in fields)


def _told(layout: LearnedLayout, field: ProfileField, read: FieldValue) -> FieldValue:
    lessons, tally = layout.about(field.key, field.type), layout.tally(field.key)
    newest = lessons[0] if lessons else None
    if newest is None or tally.weight <= 0 or field.type not in CONSTANT:
        return read
    typed = any(each.corrected and each.value == newest.value for each in lessons)
    if not (typed and newest.value) or newest.printed or read.value == newest.value:
        return read
    if field.type == "choice" and newest.value not in field.choices:
        return read
    if field.type in FUZZY and not re.search(r"\w", newest.value):
        return read
    reason = Evidence("layout", _words(tally, True), round(_CORRECTED * tally.weight, 2))
    sure = round(_SURE_UNPRINTED * (tally.right + 3) / (tally.used + 3))
    return FieldValue(field.key, newest.value, "", (), sure, source=LAYOUT, evidence=(reason,), alternatives=read.alternatives)
