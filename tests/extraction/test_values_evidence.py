"""Evidence is read by clerks: said once, in words that fit the value, without what hardly counts."""

from __future__ import annotations

import string

import pytest

from documents.extraction import pipeline
from documents.extraction.assignment import _arithmetic
from documents.extraction.candidates import collect, decide_style
from documents.extraction.candidates.text import find_texts
from documents.extraction.evidence import NOUNS, for_clerk, in_words, quoted, why
from documents.extraction.features import FEATURE_WORDS
from documents.extraction.labels import Hit, find_labels
from documents.extraction.layout import OCR
from documents.extraction.model import MODEL
from documents.extraction.profiles import built_in
from documents.extraction.scoring import Scored, _name
from documents.extraction.values import Evidence
from documents.extraction.vocabulary import LABELS
from tests.extraction.written_pages import INVOICE, page


def test_what_says_the_same_is_said_once_with_its_whole_weight() -> None:
    told = for_clerk(
        [
            Evidence("before_address", "An address follows", 0.4),
            Evidence("neighbour", "The address follows", 2.0),
            Evidence("label", 'The label "From" stands above it', 3.0),
            Evidence("big", "Is printed larger than the rest", 0.06),
            Evidence("over_address", "Stands right over the first address", 2.5),
        ]
    )
    assert [(each.text, each.weight) for each in told] == [
        ("Stands right over the first address", 4.9),
        ('The label "From" stands above it', 3.0),
    ]


def test_the_words_name_the_kind_of_value() -> None:
    assert in_words("only one", "date", 1.0) == "Is the only date on the document"
    assert in_words("first of its kind", "party", 1.0) == "Is the first name on the document"
    assert in_words("head", "party", 0.2) == "Stands near the top of the first page"
    assert in_words("head", "party", 0.8) == "Stands at the very top of the first page"
    sentences = [in_words(feature, kind, 1.0) for feature in FEATURE_WORDS for kind in (*NOUNS, "text")]
    assert not [each for each in sentences if set(each) & set("{}")]
    assert {name for words in FEATURE_WORDS.values() for _, name, _, _ in string.Formatter().parse(words) if name} == {"noun"}


def test_an_open_bracket_of_a_label_is_closed() -> None:
    assert quoted("Netto (excl. USt") == '"Netto (excl. USt)"'
    assert quoted("Netto (excl. USt)") == '"Netto (excl. USt)"'


def test_another_candidate_says_what_sets_it_apart() -> None:
    plain = [Evidence("decimals", "Is written with decimals", 0.6), Evidence("right", "Stands in the right half", 0.2)]
    assert why(plain, "amount") == "Another sum of money on the document"
    assert why([*plain, Evidence("label", 'The label "Net" stands left of it', 0.3)], "amount").startswith("The label")
    assert why([], "date") == "Another date on the document"


def test_every_label_that_competes_has_a_name_that_fits_the_sentence() -> None:
    hit = find_labels(pipeline.read_content((INVOICE,)), built_in("standard-invoice"))[0]
    names = {concept: _name(Hit(((concept, 1.0),), "x", hit.span, 1.0)) for concept in LABELS}
    assert len(names) > 20
    assert [each for each in names.values() if not each.startswith(("the ", "another "))] == []
    assert not any("the another" in each or "the the" in each or "_" in each for each in names.values())


def test_every_value_of_an_invoice_gives_its_reasons() -> None:
    findings = pipeline.find_values((INVOICE,), einvoice=None, profile=None, filename="")
    told = {field.key: [each.text for each in field.evidence] for field in findings.fields if field.value is not None}
    assert len(told) >= 9
    for key, reasons in told.items():
        assert reasons, key
        assert len(set(reasons)) == len(reasons)
    assert all(each.why for field in findings.fields for each in field.alternatives)


@pytest.mark.parametrize(
    ("printed", "concept"),
    [
        ("Numbr", ""),
        ("Number", ""),
        ("Zahlung", ""),
        ("Walnut", ""),
        ("Subtotl", "subtotal"),
        ("SubtotalEXD", "subtotal"),
        ("Invoce no", "invoice_number"),
    ],
)
def test_a_misread_label_is_known_and_another_word_is_not_taken_for_one(printed: str, concept: str) -> None:
    content = pipeline.read_content((page(f"{printed} 12", source=OCR),))
    hits = find_labels(content, built_in("standard-invoice"))
    strong = {name for hit in hits for name, weight in hit.concepts if weight == 1.0}
    assert ("po_number" in strong, "paid_amount" in strong, "currency" in strong) == (False, False, False)
    assert not concept or concept in strong


def test_the_heading_beside_a_heading_is_no_text() -> None:
    sheet = page([(50, "Payment method"), (250, "Amount")], [(50, "By courier"), (250, "119.00 EUR")])
    content = pipeline.read_content((sheet,))
    hits = find_labels(content, built_in("universal-invoices-receipts"))
    assert [each.value for each in find_texts(content, hits, frozenset({"payment_method"}))] == ["By courier"]


def test_the_chances_of_a_value_and_of_each_other_candidate_are_no_more_than_100() -> None:
    findings = pipeline.find_values((INVOICE,), einvoice=None, profile=None, filename="")
    pairs = [(field.confidence, each.confidence) for field in findings.fields for each in field.alternatives]
    assert len(pairs) >= 5
    assert all(sure + other <= 100 and other < 50 for sure, other in pairs)


def test_every_feature_that_counts_has_words() -> None:
    counted = {name for part in (MODEL.weights["types"], MODEL.weights["roles"]) for table in part.values() for name in table}
    assert len(counted) > 40
    assert counted - {"start", "label", "rival"} - FEATURE_WORDS.keys() == set()


def test_a_tax_is_no_more_than_what_it_is_paid_on_though_the_sum_closes() -> None:
    """2.10 and 35.00 add up to 37.10 whichever of them is called the tax."""
    content = pipeline.read_content((page("2.10", "35.00", "37.10"),))
    small, large, total = (Scored(each, 1.0, ()) for each in collect(content, decide_style(content))["amount"])
    assert _arithmetic(large, small, total) > 0 > _arithmetic(small, large, total)
