"""The legal forms that end the name of a company."""

from __future__ import annotations

import re

LEGAL_FORM = re.compile(
    r"(?<!\w)(?:GmbH(?: ?& ?Co\.?(?: ?KG)?)?|AG|KG|OHG|UG|GbR|e\.? ?K\.?|e\.? ?V\.?|a\.? ?G\.?|mbH|Ltd\.?|Limited|"
    r"LLC|LLP|Inc\.?|"
    r"Corp\.?|Corporation|PLC|Company|S\.?A\.?R\.?L\.?|S\.?A\.?S\.?U?|S\.?A\.?|EURL|S\.?L\.?U?\.?|S\.?r\.?l\.?|S\.?p\.?A\.?|S\.n\.c\.?|S\.a\.s\.?|"
    r"B\.?V\.?|N\.?V\.?|BVBA|V\.?O\.?F\.?|S[DOUB0][NM]\.? ?[B8][HN][DOI]I?\.?|[B8]hd\.?|S/B|Pte\.?|Pvt\.?|Enterprise|Trading|"
    r"Oy|AB|ApS|A/S|Lda|Kft|"
    r"s\.r\.o\.|Sp\. z o\.o\.)(?!\w)",
    re.IGNORECASE,
)
# The same where letters were taken for figures, as recognition does: 5/8 for S/B.
MISREAD = re.compile(r"(?<=[A-Z] )[S5]/[B8](?= ?\(|$)")


def has_legal_form(text: str) -> bool:
    """Whether a legal form stands in `text`, though it may be misread."""
    return bool(LEGAL_FORM.search(text) or MISREAD.search(text))
