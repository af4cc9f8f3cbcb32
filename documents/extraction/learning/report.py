"""What learning came to, as tables in Markdown: by set, by field, and how sure against how right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from documents.extraction.learning.measure import Answer, calibration_error, shares, straight_through

Named = Mapping[str, Sequence[Answer]]


def by_set(named: Named) -> str:
    """F1 of the fields of each set, in percent; in brackets with names and addresses that may differ in a tenth."""
    first, rows = next(iter(named.values())), []
    for source in _sources(first):
        documents = {each.document for each in first if each.source == source}
        cells = []
        for given in named.values():
            own = [each for each in given if each.source == source]
            cells.append(f"{_percent(shares(own).f1)} ({_percent(shares(own, nearly=True).f1)})")
        rows.append([source, str(len(documents)), *cells])
    return _table(["set", "documents", *named], rows)


def by_field(named: Named) -> str:
    """How many values of each field are right; names and addresses that differ in a tenth are counted beside them."""
    first = next(iter(named.values()))
    rows = []
    for role in sorted({each.role for each in first}):
        own = {name: [each for each in given if each.role == role] for name, given in named.items()}
        cells = [_right(given) for given in own.values()]
        rows.append([role, str(sum(each.role == role for each in first)), *cells])
    return _table(["field", "values", *named], rows)


def _right(given: Sequence[Answer]) -> str:
    exact, nearly = sum(each.right for each in given), sum(each.nearly for each in given)
    return str(exact) if exact == nearly else f"{exact} ({nearly})"


def certainty_by_set(given: Sequence[Answer]) -> str:
    """Calibration error, and what may pass unseen with 99 % of the fields right, of each set."""
    parts = {source: [each for each in given if each.source == source] for source in _sources(given)}
    rows = []
    for name, own in {**parts, "all": given}.items():
        if any(each.given for each in own):
            share, threshold = straight_through(own)
            passing = "" if threshold is None else f"{100 * threshold:.0f}"
            rows.append([name, *_sure(own), _percent(share), passing])
    head = ["set", "values found", "confidence, mean", "right %", "calibration error", "straight through %", "from confidence"]
    return _table(head, rows)


def certainty_by_field(given: Sequence[Answer]) -> str:
    """The same by field, without documents."""
    rows = []
    for role in sorted({each.role for each in given if each.given}):
        rows.append([role, *_sure([each for each in given if each.role == role])])
    rows.append(["all", *_sure(given)])
    return _table(["field", "values found", "confidence, mean", "right %", "calibration error"], rows)


def by_confidence(given: Sequence[Answer]) -> str:
    """How many values are right in each tenth of confidence."""
    rows = []
    for low in range(0, 100, 10):
        own = [each for each in given if each.given and min(int(10 * each.confidence + 1e-9), 9) == low // 10]
        if own:
            rows.append([f"{low}-{low + 9 if low < 90 else 100}", *_sure(own)[:3]])
    return _table(["confidence", "values", "mean", "right %"], rows)


def _sure(given: Iterable[Answer]) -> list[str]:
    pairs = [(each.confidence, each.right) for each in given if each.given]
    mean, right = (sum(column) / max(len(pairs), 1) for column in zip(*pairs, strict=True)) if pairs else (0.0, 0.0)
    return [str(len(pairs)), f"{100 * mean:.1f}", _percent(right), f"{calibration_error(pairs):.3f}"]


def _sources(given: Iterable[Answer]) -> list[str]:
    return list(dict.fromkeys(each.source for each in given))


def _percent(share: float) -> str:
    return f"{100 * share:.1f}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
