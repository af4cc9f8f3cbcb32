"""Where labels stand on the pages: every known wording, exact or nearly so (OCR), longest first.

Words are compared without case, accents, spaces and punctuation, so that "USt.-Id.-Nr.", "UST ID NR" and "UStIdNr:" are one.
A field of a custom profile brings its label and synonyms and is found by the same search.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz, process
from rapidfuzz.distance import Levenshtein

from documents.extraction.content import HAN, Content, Span, TextLine, plain
from documents.extraction.layout import OCR
from documents.extraction.profiles import Profile, built_in
from documents.extraction.vocabulary import LABELS

WEAK = 0.5
# The built-in profiles for business papers look for the same words, so that labels are searched once.
GENERAL = ("standard-invoice", "universal-invoices-receipts", "default")
_TOKEN = re.compile(r"[^\W\d_]+|#|%|\d+")
# "Lieferant GmbH" is a name and no label.
_LEGAL_FORM = re.compile(
    r"\s+(?:GmbH|AG|KG|OHG|Ltd|Limited|LLC|Inc|Corp|S\.?A|SARL|SAS|S\.?L|S\.?r\.?l|S\.?p\.?A|B\.?V|N\.?V|Sdn|Bhd|e\.?K)\b"
)
_NUMBER_GOES_ON = re.compile(r"[-/]\d")  # "PO-63219" is a number, not a label with one
_LONGEST = 6
_LONGEST_SPACED = 12  # Chinese labels are spaced out letter by letter
_FUZZY_FROM = 5
_CLOSE = 83
_LONG = 10


@dataclass(frozen=True, slots=True)
class Hit:
    """A label on a page. `concepts` maps what it can name to how strongly (1 sure, 0.5 weak); `likeness` 0-1."""

    concepts: tuple[tuple[str, float], ...]
    text: str
    span: Span
    likeness: float

    def strength(self, concept: str) -> float:
        return max((weight for name, weight in self.concepts if name == concept), default=0.0) * self.likeness


def tokens(text: str) -> list[tuple[str, int, int]]:
    """Plain words, "#" and "%" of `text` with where they start and end."""
    return [(plain(match[0]), match.start(), match.end()) for match in _TOKEN.finditer(text)]


def key_of(text: str) -> str:
    """The form in which labels are compared."""
    return "".join(token for token, _, _ in tokens(text))


Vocabulary = dict[str, dict[str, float]]


@lru_cache(maxsize=1)
def _known() -> Vocabulary:
    found: Vocabulary = {}
    for concept, wordings in LABELS.items():
        for wording in wordings:
            _add(found, wording.lstrip("~"), concept, WEAK ** (len(wording) - len(wording.lstrip("~"))))
    return found


def _add(vocabulary: Vocabulary, wording: str, concept: str, weight: float) -> None:
    key = key_of(wording)
    if key:
        names = vocabulary.setdefault(key, {})
        names[concept] = max(names.get(concept, 0.0), weight)


def known_concepts(key: str) -> tuple[str, ...]:
    """The concepts that a wording (in the form of `key_of`) surely names."""
    return tuple(name for name, weight in _known().get(key, {}).items() if weight == 1.0)


@lru_cache(maxsize=16)
def vocabulary_for(profile: Profile) -> Vocabulary:
    """Every known label, and those that the profile brings for its fields."""
    merged = {key: dict(names) for key, names in _known().items()}
    general = profile.key in GENERAL
    fields = [field for key in GENERAL for field in built_in(key).fields] if general else list(profile.fields)
    wanted = {field.key for field in fields}
    for names in merged.values():
        for concept in list(names):
            if concept in _OTHER_PROFILES and concept not in wanted:
                del names[concept]
    for field in fields:
        for wording in (field.label, *field.synonyms):
            _add(merged, wording, field.key, 1.0)
    return {key: names for key, names in merged.items() if names}


# Labels of the built-in profiles for other papers; a profile that wants none of them is not confused by them.
_OTHER_PROFILES = frozenset(
    field.key
    for key in ("chinese-fapiao", "chinese-business-license", "meeting-notes")
    for field in built_in(key).fields
    if field.key not in ("total_amount", "tax_rate")
)


def find_labels(content: Content, profile: Profile) -> tuple[Hit, ...]:
    """All labels on all pages; where two overlap the longer one stands."""
    vocabulary = vocabulary_for(profile)
    grams = {line.index: _grams(line) for line in content.lines}
    blurred = {key for line in content.lines if line.source == OCR for key, _, _ in grams[line.index]}
    near = _near(blurred - vocabulary.keys(), vocabulary)
    hits: list[Hit] = []
    for line in content.lines:
        hits += _on_line(content, line, grams[line.index], vocabulary, near if line.source == OCR else {})
    return tuple(hits)


def _grams(line: TextLine) -> list[tuple[str, int, int]]:
    words = tokens(line.text)
    found = []
    for first in range(len(words)):
        key = ""
        longest = _LONGEST_SPACED if HAN.fullmatch(words[first][0]) else _LONGEST
        for last in range(first, min(first + longest, len(words))):
            token = words[last][0]
            if token.isdigit() or (last > first and words[last][1] - words[last - 1][2] > 6):
                break
            key += token
            found.append((key, words[first][1], words[last][2]))
    return found


def _near(keys: Iterable[str], vocabulary: Vocabulary) -> dict[str, tuple[str, float]]:
    """For each unknown wording the known one it is a misreading of, with the likeness 0-1."""
    unknown = sorted(key for key in keys if _FUZZY_FROM <= len(key) <= 32)
    known = sorted(key for key in vocabulary if len(key) >= _FUZZY_FROM)
    if not unknown or not known:
        return {}
    table = process.cdist(unknown, known, scorer=fuzz.ratio, score_cutoff=_CLOSE, dtype="uint8", workers=1)
    best = table.argmax(axis=1)
    return {
        key: (known[column], float(table[row, column]) / 100)
        for row, (key, column) in enumerate(zip(unknown, best, strict=True))
        if table[row, column] >= _CLOSE and _could_be_misread(key, known[column])
    }


def _could_be_misread(key: str, known: str) -> bool:
    """Two wrong letters in a short word make another word: Number is no PO number, Zahlung no Anzahlung, Walnut no waluta.

    What recognition glued to the end is none of the word: AmountRM, Subtotal EXD.
    """
    if len(known) >= _LONG or Levenshtein.distance(key, known) <= 1:
        return True
    return key.startswith(known) and len(key) - len(known) <= 3


def _on_line(
    content: Content,
    line: TextLine,
    grams: list[tuple[str, int, int]],
    vocabulary: Vocabulary,
    near: dict[str, tuple[str, float]],
) -> list[Hit]:
    matches: list[tuple[float, int, int, str, float]] = []
    for key, start, end in grams:
        if key in vocabulary:
            matches.append((len(key), start, end, key, 1.0))
        elif key in near:
            known, likeness = near[key]
            matches.append((len(key) * likeness - 1, start, end, known, likeness))
    matches += _glued(line, vocabulary)
    chosen: list[Hit] = []
    for _, start, end, key, likeness in sorted(matches, key=lambda each: (-each[0], each[1])):
        if any(start < hit.span.end and hit.span.start < end for hit in chosen):
            continue
        if _LEGAL_FORM.match(line.text[end:]) or _NUMBER_GOES_ON.match(line.text[end:]):
            continue
        concepts = tuple(sorted(vocabulary[key].items()))
        chosen.append(Hit(concepts, line.text[start:end], content.span(line, start, end), likeness))
    return sorted(chosen, key=lambda hit: hit.span.start)


def _glued(line: TextLine, vocabulary: Vocabulary) -> list[tuple[float, int, int, str, float]]:
    """Chinese labels with which a word begins: no space parts them from their value."""
    found: list[tuple[float, int, int, str, float]] = []
    for token, start, _end in tokens(line.text):
        if HAN.match(token):
            known = (size for size in range(min(len(token) - 1, _LONGEST_SPACED), 1, -1) if token[:size] in vocabulary)
            size = next(known, 0)
            if size:
                found.append((size, start, start + size, token[:size], 1.0))
    return found
